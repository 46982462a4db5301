#include "report/json_object.h"

#include "report/safe.h"

json_t *us_json_object_of(const us_json_member *members, size_t n) {
  json_t *object = json_object();
  bool ok = object != NULL;
  for (size_t i = 0; i < n; i++) ok = json_object_set_new(object, members[i].key, members[i].value) == 0 && ok;
  if (ok) return object;
  json_decref(object);
  return NULL;
}

json_t *us_json_shown(us_slice text) {
  us_buf shown = {0};
  us_safe_append(&shown, text);
  json_t *value = shown.failed ? NULL : json_stringn(us_buf_slice(&shown).p, shown.n);
  us_buf_free(&shown);
  return value;
}

json_t *us_json_text(us_slice text) {
  json_t *value = json_stringn(text.n ? text.p : "", text.n);
  return value ? value : us_json_shown(text);
}

bool us_json_write(FILE *out, json_t *value, size_t flags) {
  bool ok = value && (json_dumpf(value, out, JSON_COMPACT | flags) == 0 || ferror(out));
  json_decref(value);
  return ok;
}
