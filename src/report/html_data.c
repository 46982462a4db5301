/* What the page's script knows of the edits: JSON with short names, for there may be many. page.js reads it.
 *
 *   name, hash   of the input         edits   in the order of the text:
 *   l, c         line, column         p       confidence, 0 to 1
 *   b, a         before, after        r, s    row, source; null if unknown
 *   g            gain by the language model, log10
 *   w            reasons: [feature, natural-log odds], strongest first
 *   o            alternatives: [after, row, score], best first */
#include "base/hash.h"
#include "report/html.h"
#include "report/json_object.h"

/* More would not be read, and a book has tens of thousands of edits. */
enum { MOST = 6 };

static json_t *text_value(unspin_text t) { return us_json_shown((us_slice){t.len ? t.text : "", t.len}); }
static json_t *name_value(const char *name) { return name ? us_json_shown(us_slice_of(name)) : json_null(); }
static json_t *count_value(size_t n) { return json_integer((json_int_t)n); }

/* infinite and undefined numbers have no form in JSON */
static json_t *real_value(double value) {
  json_t *real = json_real(value);
  return real ? real : json_null();
}

/* Takes over ITEM; LIST is freed, and NULL comes back, if that fails. */
static json_t *push(json_t *list, json_t *item) {
  if (list && item && json_array_append_new(list, item) == 0) return list;
  if (!list || !item) json_decref(item);
  json_decref(list);
  return NULL;
}

static json_t *reasons_value(const unspin_edit *edit) {
  json_t *list = json_array();
  for (size_t i = 0; list && i < edit->reason_count && i < MOST; i++) {
    json_t *item = push(json_array(), name_value(edit->reasons[i].feature));
    list = push(list, push(item, real_value(edit->reasons[i].value)));
  }
  return list;
}

static json_t *alternatives_value(const unspin_edit *edit) {
  json_t *list = json_array();
  for (size_t i = 0; list && i < edit->alternative_count && i < MOST; i++) {
    const unspin_alternative *a = &edit->alternatives[i];
    json_t *item = push(push(json_array(), text_value(a->after)), name_value(a->row));
    list = push(list, push(item, real_value(a->score)));
  }
  return list;
}

static json_t *edit_value(const unspin_edit *e) {
  return US_JSON_OBJECT({"l", count_value(e->line)}, {"c", count_value(e->column)}, {"b", text_value(e->before)},
                        {"a", text_value(e->after)}, {"p", real_value(e->confidence)}, {"r", name_value(e->row)},
                        {"s", name_value(e->source)}, {"g", real_value(e->model_gain)}, {"w", reasons_value(e)},
                        {"o", alternatives_value(e)});
}

bool us_web_data(FILE *out, const void *cookie) {
  const us_report *r = cookie;
  char hash[17];
  us_hash_hex(us_hash(r->input), hash);
  fputs("{\"name\":", out);
  bool ok = us_web_json(out, us_json_shown(r->name));
  fprintf(out, ",\"hash\":\"%s\",\"edits\":[", hash);
  for (size_t i = 0; ok && i < r->edit_count; i++) {
    fputs(i ? ",\n" : "\n", out);
    ok = us_web_json(out, edit_value(r->edits[i]));
  }
  fputs("]}", out);
  return ok;
}
