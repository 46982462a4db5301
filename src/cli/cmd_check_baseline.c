/* The baseline: what an earlier run scored, pair by pair, and what has changed since. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json_read.h"
#include "cli/cmd_check.h"

static const char *const figure_names[CHECK_FIGURE_COUNT] = {"undone", "err",   "precision",      "recall",
                                                             "f0.5",   "exact", "false_per_1000", "pair"};

const char *check_figure_name(check_figure figure) { return figure_names[figure]; }

double check_figure_of(check_figure figure, const us_tally *tally) {
  switch (figure) {
    case CHECK_UNDONE: return us_tally_undone(tally);
    case CHECK_ERR: return us_tally_err(tally);
    case CHECK_PRECISION: return tally->slots ? us_tally_precision(tally) : (double)NAN;
    case CHECK_RECALL: return tally->slots ? us_tally_recall(tally) : (double)NAN;
    case CHECK_F05: return tally->slots ? us_tally_f05(tally) : (double)NAN;
    case CHECK_EXACT: return us_tally_exact(tally);
    case CHECK_FALSE_PER_1000: return us_tally_false_per_1000(tally);
    case CHECK_PAIR:
    case CHECK_FIGURE_COUNT: break;
  }
  return (double)NAN;
}

void check_tolerance_default(double tolerance[CHECK_FIGURE_COUNT]) {
  for (size_t i = 0; i < CHECK_FIGURE_COUNT; i++) tolerance[i] = 0.005;
  tolerance[CHECK_FALSE_PER_1000] = 0.1;
  tolerance[CHECK_PAIR] = 0.05;
}

bool check_tolerance_read(const char *text, double tolerance[CHECK_FIGURE_COUNT], bool given[CHECK_FIGURE_COUNT]) {
  const char *equal = strchr(text, '=');
  if (!equal) return false;
  us_slice name = {text, (size_t)(equal - text)};
  for (size_t i = 0; i < CHECK_FIGURE_COUNT; i++) {
    if (!us_slice_eq(name, us_slice_of(figure_names[i]))) continue;
    char *end;
    double value = strtod(equal + 1, &end);
    if (!equal[1] || *end || !(value >= 0 && value <= 1000)) return false;
    tolerance[i] = value;
    return given[i] = true;
  }
  return false;
}

/* ---- reading ---- */

typedef struct member {
  const char *name;
  size_t offset; /* in us_tally */
} member;

static const member tally_members[] = {
    {"texts", offsetof(us_tally, texts)},       {"whole", offsetof(us_tally, whole)},
    {"words", offsetof(us_tally, words)},       {"slots", offsetof(us_tally, slots)},
    {"free", offsetof(us_tally, free)},         {"right", offsetof(us_tally, right)},
    {"kept", offsetof(us_tally, kept)},         {"wrong", offsetof(us_tally, wrong)},
    {"false", offsetof(us_tally, false_words)}, {"before", offsetof(us_tally, before)},
    {"after", offsetof(us_tally, after)},       {"sentences", offsetof(us_tally, sentences)},
    {"exact", offsetof(us_tally, exact)}};
enum { TALLY_MEMBERS = sizeof tally_members / sizeof *tally_members };

static bool read_tally(const json_t *object, us_tally *tally) {
  for (size_t i = 0; i < TALLY_MEMBERS; i++) {
    const json_t *value = json_object_get(object, tally_members[i].name);
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    size_t number = (size_t)json_integer_value(value);
    memcpy((char *)tally + tally_members[i].offset, &number, sizeof number);
  }
  return true;
}

static const char *copy_text(check_baseline *b, const json_t *string) {
  const char *text = json_string_value(string);
  return us_arena_copy(&b->arena, us_slice_of(text ? text : ""));
}

static unspin_status read_pair(check_baseline *b, const char *path, const char *key, const json_t *object,
                               unspin_error *err) {
  check_old old = {.passes = json_is_true(json_object_get(object, "passes"))};
  if (!json_is_object(object) || !read_tally(json_object_get(object, "score"), &old.tally))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: pair '%s' is incomplete", path, key);
  old.key = us_arena_copy(&b->arena, us_slice_of(key));
  old.slots = copy_text(b, json_object_get(object, "places"));
  old.false_rows = copy_text(b, json_object_get(object, "false_rows"));
  if (!old.key || !old.slots || !old.false_rows || !us_vec_push(&b->pairs, old)) return us_nomem(err);
  return UNSPIN_OK;
}

static int by_key(const void *a, const void *b) {
  return strcmp(((const check_old *)a)->key, ((const check_old *)b)->key);
}

static unspin_status read_root(check_baseline *b, const char *path, json_t *root, unspin_error *err) {
  const char *format = json_string_value(json_object_get(root, "format"));
  if (!format || strcmp(format, "unspin-baseline") != 0)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: is no baseline of unspin check", path);
  if (json_integer_value(json_object_get(root, "version")) != 1)
    return us_fail(err, UNSPIN_ERR_VERSION, "%s: is a baseline of another version: make it anew with --update", path);
  const char *knowledge = json_string_value(json_object_get(root, "knowledge"));
  if (knowledge && strlen(knowledge) == 16) memcpy(b->knowledge, knowledge, 17);
  check_tolerance_default(b->tolerance);
  const json_t *tolerance = json_object_get(root, "tolerance");
  for (size_t i = 0; i < CHECK_FIGURE_COUNT; i++) {
    const json_t *value = json_object_get(tolerance, figure_names[i]);
    if (!value) continue;
    if (!json_is_number(value) || json_number_value(value) < 0)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: tolerance '%s' is no number from 0 on", path, figure_names[i]);
    b->tolerance[i] = json_number_value(value);
  }
  json_t *pairs = json_object_get(root, "pairs"), *pair;
  if (!json_is_object(pairs)) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: holds no pairs", path);
  const char *key;
  json_object_foreach(pairs, key, pair) US_TRY(read_pair(b, path, key, pair, err));
  if (b->pairs.n) qsort(b->pairs.p, b->pairs.n, sizeof *b->pairs.p, by_key);
  return UNSPIN_OK;
}

unspin_status check_baseline_read(const char *path, check_baseline *baseline, unspin_error *err) {
  us_buf text = {0};
  json_error_t wrong;
  json_t *root = NULL;
  unspin_status status = us_file_read(path, &text, err);
  if (!status) root = us_json_load(us_buf_slice(&text), 0, &wrong);
  if (!status && !root && !wrong.text[0]) status = us_nomem(err);
  if (!status && !root)
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d:%d: no baseline: %s", path, wrong.line, wrong.column, wrong.text);
  if (!status) status = read_root(baseline, path, root, err);
  json_decref(root);
  us_buf_free(&text);
  return status;
}

void check_baseline_free(check_baseline *baseline) {
  us_vec_free(&baseline->pairs);
  us_arena_free(&baseline->arena);
}

/* ---- comparing ---- */

void check_baseline_match(check_baseline *baseline, double tolerance, check_case *c) {
  check_old wanted = {.key = c->key};
  check_old *old =
      baseline->pairs.n ? bsearch(&wanted, baseline->pairs.p, baseline->pairs.n, sizeof wanted, by_key) : NULL;
  if (!old) return;
  old->seen = true;
  /* a pair that was written anew is a new pair */
  const us_tally *then = &old->tally, *now = &c->tally;
  if (then->words != now->words || then->slots != now->slots || then->before != now->before) return;
  c->old = old;
  double worse = (double)now->after - (double)then->after;
  c->falls = worse / (double)(now->before ? now->before : 1) > tolerance + 1e-9 || (old->passes && !c->passes);
}

/* The next of the words that blanks part; empty at the end. */
static us_slice next_word(us_slice *rest) {
  us_slice word = US_LIT("");
  us_slice_cut(rest, ' ', &word);
  return word;
}

/* The row's name behind the letter and the colon, in the arena of the baseline; NULL if there is none. */
static bool row_name(check_baseline *b, us_slice place, const char **row) {
  *row = NULL;
  if (place.n < 3) return true;
  *row = us_arena_copy(&b->arena, us_slice_sub(place, 2, place.n));
  return *row != NULL;
}

static bool is_right(us_slot_state state) { return state == US_SLOT_RIGHT || state == US_SLOT_FREE; }

static unspin_status compare_slots(check_baseline *b, const check_case *c, check_changes *out, unspin_error *err) {
  us_slice rest = us_slice_of(c->old->slots);
  for (size_t i = 0; i < c->slots.n; i++) {
    const us_slot *slot = &c->slots.p[i];
    us_slice place = next_word(&rest);
    if (!place.n) return UNSPIN_OK; /* written by hand */
    bool then = place.p[0] == 'R' || place.p[0] == 'F', now = is_right(slot->state);
    if (then == now) continue;
    check_change change = {.gained = now, .slot = *slot};
    if (!row_name(b, place, &change.old_row)) return us_nomem(err);
    size_t first;
    if (check_edits_at(c, slot->begin, slot->end, &first)) change.row = unspin_result_edit(c->result, first)->row;
    if (!us_vec_push(out, change)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

/* How often ROW stands in the blank-parted LIST. */
static size_t count_in(us_slice list, us_slice row) {
  size_t n = 0;
  for (us_slice word = next_word(&list); word.n; word = next_word(&list)) n += us_slice_eq(word, row);
  return n;
}

/* Edits outside slots that were not there, by row: where a row did so before, its first ones count as the old ones. */
static unspin_status compare_false(check_baseline *b, const check_case *c, check_changes *out, unspin_error *err) {
  us_slice old = us_slice_of(c->old->false_rows);
  us_buf met = {0};
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < c->faults.n && !status; i++) {
    const check_fault *fault = &c->faults.p[i];
    if (fault->kind != CHECK_FALSE) continue;
    const char *row = unspin_result_edit(c->result, fault->first_edit)->row;
    us_buf_puts(&met, row);
    us_buf_putc(&met, ' ');
    if (met.failed) status = us_nomem(err);
    else if (count_in(us_buf_slice(&met), us_slice_of(row)) > count_in(old, us_slice_of(row))) {
      check_change change = {.false_edit = true, .row = row};
      change.slot = (us_slot){.begin = fault->begin, .end = fault->end, .want = fault->want};
      if (!us_vec_push(out, change)) status = us_nomem(err);
    }
  }
  us_buf seen = {0};
  us_slice rest = old;
  for (us_slice row = next_word(&rest); row.n && !status; row = next_word(&rest)) {
    us_buf_append(&seen, row);
    us_buf_putc(&seen, ' ');
    if (count_in(us_buf_slice(&seen), row) <= count_in(us_buf_slice(&met), row)) continue;
    check_change change = {.gained = true, .false_edit = true, .old_row = us_arena_copy(&b->arena, row)};
    if (seen.failed || !change.old_row || !us_vec_push(out, change)) status = us_nomem(err);
  }
  us_buf_free(&seen);
  us_buf_free(&met);
  return status;
}

unspin_status check_baseline_changes(check_baseline *baseline, const check_case *c, check_changes *out,
                                     unspin_error *err) {
  out->n = 0;
  US_TRY(compare_slots(baseline, c, out, err));
  return compare_false(baseline, c, out, err);
}
