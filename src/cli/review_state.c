/* review_state.c - decisions on disk: to go on later, for others to learn from, and into the user's own table. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json_read.h"
#include "cli/cmd_phrases.h"
#include "cli/cmd_review.h"
#include "report/json_object.h"

#define FORMAT "unspin-review"
enum { VERSION = 1, CONTEXT = 80 };

static const char *const names[] = {"open", "accept", "reject", "edit"};

/* ---- to go on later ---- */

/* Of the text and all edits: decisions are kept by their number. */
static void hash_of(const review_list *l, char out[17]) {
  us_buf all = {0};
  for (size_t i = 0; i < unspin_result_edit_count(l->result); i++) {
    const unspin_edit *e = unspin_result_edit(l->result, i);
    us_buf_printf(&all, "%zu-%zu ", e->begin, e->end);
    us_buf_append(&all, (us_slice){e->after.text, e->after.len});
  }
  us_hash_hex(us_hash_seed(us_buf_slice(&all), us_hash(l->text)), out);
  us_buf_free(&all);
}

static json_t *item_value(const review_item *item, size_t number) {
  json_t *instead = item->instead ? json_string(item->instead) : json_null();
  return US_JSON_OBJECT({"item", json_integer((json_int_t)number)}, {"decision", json_string(names[item->decision])},
                        {"step", json_integer(item->step)}, {"row", json_boolean(item->for_row)}, {"instead", instead});
}

static int append(const char *bytes, size_t n, void *buffer) {
  us_buf_append(buffer, (us_slice){bytes, n});
  return 0;
}

/* Takes VALUE over. */
static void put_json(us_buf *out, json_t *value) {
  if (!value || json_dump_callback(value, append, out, JSON_COMPACT) != 0) out->failed = true;
  us_buf_putc(out, '\n');
  json_decref(value);
}

static unspin_status write_whole(us_buf *text, const char *path, unspin_error *err) {
  unspin_status status = text->failed ? us_fail(err, UNSPIN_ERR_NOMEM, "out of memory")
                                      : us_file_write_atomic(path, us_buf_slice(text), err);
  us_buf_free(text);
  return status;
}

unspin_status review_save(const review_list *l, const char *path, unspin_error *err) {
  char hash[17];
  hash_of(l, hash);
  json_t *decisions = json_array();
  us_buf text = {0};
  for (size_t i = 0; i < l->items.n; i++)
    if (l->items.p[i].decision != REVIEW_OPEN && json_array_append_new(decisions, item_value(&l->items.p[i], i)) != 0)
      text.failed = true;
  put_json(&text, US_JSON_OBJECT({"format", json_string(FORMAT)}, {"version", json_integer(VERSION)},
                                 {"hash", json_string(hash)}, {"decisions", decisions}));
  return write_whole(&text, path, err);
}

static bool load_item(review_list *l, const json_t *value) {
  json_int_t number = json_integer_value(json_object_get(value, "item"));
  json_int_t step = json_integer_value(json_object_get(value, "step"));
  const char *decision = json_string_value(json_object_get(value, "decision"));
  const char *instead = json_string_value(json_object_get(value, "instead"));
  if (number < 0 || (size_t)number >= l->items.n || step < 1 || step > INT32_MAX || !decision) return false;
  review_item *item = &l->items.p[number];
  unsigned d = REVIEW_ACCEPT;
  while (d <= REVIEW_EDIT && strcmp(names[d], decision) != 0) d++;
  if (d > REVIEW_EDIT || (d == REVIEW_EDIT) != (instead != NULL) || item->decision != REVIEW_OPEN) return false;
  item->instead = instead ? strdup(instead) : NULL;
  if (instead && !item->instead) return false;
  item->decision = (review_decision)d;
  item->step = (unsigned)step;
  item->for_row = json_is_true(json_object_get(value, "row"));
  if (item->step > l->step) l->step = item->step;
  return true;
}

static unspin_status load(review_list *l, const json_t *state, const char *path, unspin_error *err) {
  char hash[17];
  hash_of(l, hash);
  const char *format = json_string_value(json_object_get(state, "format"));
  const char *of = json_string_value(json_object_get(state, "hash"));
  if (!format || strcmp(format, FORMAT) != 0 || !of)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: is no review that was broken off", path);
  if (json_integer_value(json_object_get(state, "version")) != VERSION)
    return us_fail(err, UNSPIN_ERR_VERSION, "%s: a review of another version", path);
  if (strcmp(of, hash) != 0)
    return us_fail(err, UNSPIN_ERR_INVALID,
                   "%s: belongs to another text, or other options or data (--restart begins anew)", path);
  size_t i;
  json_t *value;
  json_array_foreach(json_object_get(state, "decisions"), i, value) {
    if (!load_item(l, value)) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: decision %zu is damaged", path, i + 1);
  }
  return UNSPIN_OK;
}

unspin_status review_load(review_list *l, const char *path, unspin_error *err) {
  struct stat st;
  if (stat(path, &st) != 0) return UNSPIN_OK;
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, err);
  json_error_t wrong;
  json_t *state = status ? NULL : us_json_load(us_buf_slice(&text), 0, &wrong);
  if (!status && !state && !wrong.text[0]) status = us_nomem(err);
  if (!status && !state)
    status =
        us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: is no review that was broken off: %s", path, wrong.line, wrong.text);
  if (!status) status = load(l, state, path, err);
  json_decref(state);
  us_buf_free(&text);
  return status;
}

/* ---- for others to learn from ---- */

/* Some words of the line around, cut at blanks. */
static us_slice words_before(us_slice text, size_t at) {
  size_t from = at;
  while (from > 0 && text.p[from - 1] != '\n' && at - from < CONTEXT) from--;
  while (from > 0 && from < at && text.p[from - 1] != '\n' && text.p[from - 1] != ' ') from++;
  return us_slice_sub(text, from, at);
}

static us_slice words_behind(us_slice text, size_t at) {
  size_t to = at;
  while (to < text.n && text.p[to] != '\n' && to - at < CONTEXT) to++;
  while (to < text.n && to > at && text.p[to] != '\n' && text.p[to] != ' ') to--;
  return us_slice_sub(text, at, to);
}

unspin_status review_write_decisions(const review_list *l, const char *path, unspin_error *err) {
  us_buf out = {0};
  for (size_t i = 0; i < l->items.n; i++) {
    const review_item *item = &l->items.p[i];
    const unspin_edit *e = review_main(l, i);
    us_slice before = words_before(l->text, e->begin), behind = words_behind(l->text, e->end);
    const char *instead = item->instead ? item->instead : "";
    put_json(&out, US_JSON_OBJECT({"spun", us_json_text((us_slice){e->before.text, e->before.len})},
                                  {"plain", us_json_text((us_slice){e->after.text, e->after.len})},
                                  {"decision", json_string(item->decision ? names[item->decision] : "skip")},
                                  {"instead", json_string(instead)},
                                  {"row", json_string(unspin_is_row_id(e->row) ? e->row : "")},
                                  {"before", us_json_text(before)}, {"after", us_json_text(behind)}));
  }
  return write_whole(&out, path, err);
}

/* ---- into the table ---- */

/* A phrase as rows have it; false if the notation would take it for something else. A capital at the beginning belongs
 * to the sentence, not to the phrase. */
static bool phrase_of(us_slice text, char *out, size_t room) {
  if (!text.n || text.n >= room) return false;
  memcpy(out, text.p, text.n);
  out[text.n] = 0;
  if (strpbrk(out, "()*#|\n\t\\")) return false;
  bool title = isupper((unsigned char)out[0]) && text.n > 1 && islower((unsigned char)out[1]);
  if (title) out[0] = (char)tolower((unsigned char)out[0]);
  return true;
}

typedef struct learning {
  const review_list *list;
  unspin_table *table;
  const char *name;
  size_t added, disabled, left;
} learning;

static unspin_status add_row(learning *l, const review_item *item, unspin_error *err) {
  const unspin_edit *e = unspin_result_edit(l->list->result, item->main);
  char spun[200], plain[200], source[120];
  if (!phrase_of((us_slice){e->before.text, e->before.len}, spun, sizeof spun) ||
      !phrase_of(us_slice_of(item->instead), plain, sizeof plain)) {
    l->left++;
    return UNSPIN_OK;
  }
  snprintf(source, sizeof source, "review of %.100s", l->name);
  for (char *c = source; *c; c++)
    if (iscntrl((unsigned char)*c)) *c = '?';
  unspin_row row;
  unspin_row_init(&row);
  row.spun = spun;
  row.plain = plain;
  row.strength = 4;
  row.source = source;
  if (unspin_table_guess_pos(l->table, spun, plain, &row.pos, err) || unspin_table_check_row(l->table, &row, err)) {
    l->left++; /* a phrase that no row can express */
    return UNSPIN_OK;
  }
  unspin_added what;
  US_TRY(unspin_table_add(l->table, &row, false, &what, NULL, err));
  l->added += what == UNSPIN_ADDED;
  return UNSPIN_OK;
}

static unspin_status disable_row(learning *l, const review_item *item, unspin_error *err) {
  const unspin_edit *e = unspin_result_edit(l->list->result, item->main);
  char *known = NULL, reason[160];
  if (!unspin_is_row_id(e->row)) return UNSPIN_OK;
  US_TRY(unspin_table_disabled_reason(l->table, e->row, &known, err));
  bool done = known != NULL;
  free(known);
  if (done) return UNSPIN_OK;
  snprintf(reason, sizeof reason, "turned down in the review of %.100s", l->name);
  for (char *c = reason; *c; c++)
    if (iscntrl((unsigned char)*c)) *c = '?';
  l->disabled++;
  return unspin_table_disable(l->table, e->row, reason, err);
}

int review_learn(const review_list *list, const char *name, const char *in, const char *data) {
  phrases_options o = {.data = data, .in = in};
  const char *slash = strrchr(name, '/');
  learning l = {.list = list, .name = slash && slash[1] ? slash + 1 : name, .table = phrases_begin(&o)};
  if (!l.table) return CLI_ERROR;
  unspin_error err;
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < list->items.n && !status; i++) {
    const review_item *item = &list->items.p[i];
    if (item->decision == REVIEW_EDIT) status = add_row(&l, item, &err);
    else if (item->decision == REVIEW_REJECT && item->for_row) status = disable_row(&l, item, &err);
  }
  int result = phrases_end(l.table, NULL, phrases_status(status, &err));
  if (result != CLI_OK) return result;
  printf("learned: %zu row%s added, %zu switched off", l.added, l.added == 1 ? "" : "s", l.disabled);
  if (l.left) printf(", %zu left out that no row can express", l.left);
  printf("\n");
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}
