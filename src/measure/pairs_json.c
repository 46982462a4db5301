#include "measure/pairs_json.h"

#include "base/json_read.h"

typedef struct place {
  const char *path;
  size_t number;
} place;

static unspin_status bad(place at, const char *what, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: %s", at.path, at.number, what);
}

static us_slice slice_of(const json_t *string) {
  return (us_slice){json_string_value(string), json_string_length(string)};
}

static unspin_status read_plain(const json_t *plain, place at, us_slices *out, unspin_error *err) {
  if (json_is_string(plain)) return us_vec_push(out, slice_of(plain)) ? UNSPIN_OK : us_nomem(err);
  if (!plain) return bad(at, "no \"plain\" text", err);
  if (!json_is_array(plain) || json_array_size(plain) == 0)
    return bad(at, "\"plain\" must be a text or a list of texts", err);
  for (size_t i = 0; i < json_array_size(plain); i++) {
    const json_t *one = json_array_get(plain, i);
    if (!json_is_string(one)) return bad(at, "\"plain\" must be a text or a list of texts", err);
    if (!us_vec_push(out, slice_of(one))) return us_nomem(err);
  }
  return UNSPIN_OK;
}

static unspin_status read_expect(const json_t *expect, place at, us_pair *pair, unspin_error *err) {
  if (!expect) return UNSPIN_OK;
  if (json_is_string(expect) && us_expect_read(slice_of(expect), &pair->expect)) return UNSPIN_OK;
  return bad(at, "\"expect\" must be must-change, must-not-change or known-failing", err);
}

unspin_status us_pairs_json_read(us_slice line, const char *path, size_t number, json_t **object, us_pair *pair,
                                 us_slices *plain, unspin_error *err) {
  place at = {path, number};
  json_error_t wrong;
  *object = us_json_load(line, 0, &wrong);
  if (!*object && !wrong.text[0]) return us_nomem(err);
  if (!*object)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu:%d: no JSON: %s", path, number, wrong.column, wrong.text);
  if (!json_is_object(*object)) return bad(at, "expected an object {\"id\", \"spun\", \"plain\"}", err);
  const json_t *id = json_object_get(*object, "id"), *spun = json_object_get(*object, "spun");
  if (id && !json_is_string(id)) return bad(at, "\"id\" must be a text", err);
  if (id && json_string_length(id)) pair->id = slice_of(id);
  const json_t *doc = json_object_get(*object, "doc");
  if (doc && !json_is_string(doc)) return bad(at, "\"doc\" must be a text", err);
  if (doc) pair->doc = slice_of(doc);
  if (!json_is_string(spun)) return bad(at, spun ? "\"spun\" must be a text" : "no \"spun\" text", err);
  pair->spun = slice_of(spun);
  const json_t *given = json_object_get(*object, "plain"), *original = json_object_get(*object, "original");
  if (given && original) return bad(at, "both \"plain\" and \"original\": they are two names for one thing", err);
  plain->n = 0;
  US_TRY(read_plain(given ? given : original, at, plain, err));
  return read_expect(json_object_get(*object, "expect"), at, pair, err);
}
