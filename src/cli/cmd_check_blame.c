/* Which edits, and so which rows of the table, stand behind what went wrong. */
#include <stdlib.h>
#include <string.h>

#include "cli/cmd_check.h"

const char *check_verdict_name(check_verdict verdict) {
  switch (verdict) {
    case CHECK_PASSES: return "passes";
    case CHECK_FAILS: return "fails";
    case CHECK_FAILS_AS_BEFORE: return "fails as before";
    case CHECK_KNOWN_FAILING: return "known to fail";
    case CHECK_PASSES_NOW: return "passes now";
  }
  return "unknown";
}

const char *check_fault_name(check_fault_kind kind) {
  switch (kind) {
    case CHECK_KEPT: return "kept";
    case CHECK_WRONG: return "wrong";
    case CHECK_FALSE: return "false";
  }
  return "unknown";
}

size_t check_line(const us_pair *pair, size_t at) {
  size_t line = pair->line;
  for (size_t i = 0; pair->by_line && i < at && i < pair->spun.n; i++) line += pair->spun.p[i] == '\n';
  return line;
}

bool check_passes(const us_pair *pair, const us_tally *tally, us_slice restored) {
  if (pair->expect == US_EXPECT_NO_CHANGE || tally->before == 0) return us_slice_eq(restored, pair->spun);
  return tally->kept == 0 && tally->wrong == 0 && tally->false_words == 0;
}

static bool touches(const unspin_edit *edit, size_t begin, size_t end, bool empty) {
  return empty ? edit->begin <= end && edit->end >= begin : edit->begin < end && edit->end > begin;
}

/* An empty stretch is what lies between two words: blanks, or nothing. */
static bool is_empty(us_slice spun, size_t begin, size_t end) {
  return us_slice_trim(us_slice_sub(spun, begin, end)).n == 0;
}

size_t check_edits_at(const check_case *c, size_t begin, size_t end, size_t *first) {
  bool empty = is_empty(c->pair->spun, begin, end);
  size_t low = 0, high = unspin_result_edit_count(c->result), all = high, count = 0;
  while (low < high) { /* the first that does not end before BEGIN */
    size_t middle = low + (high - low) / 2;
    if (unspin_result_edit(c->result, middle)->end < begin) low = middle + 1;
    else high = middle;
  }
  while (low < all && !touches(unspin_result_edit(c->result, low), begin, end, empty) &&
         unspin_result_edit(c->result, low)->begin <= end)
    low++;
  *first = low;
  while (low + count < all && touches(unspin_result_edit(c->result, low + count), begin, end, empty)) count++;
  return count;
}

static unspin_status blame_slots(check_case *c, bool *touched, unspin_error *err) {
  for (size_t i = 0; i < c->slots.n; i++) {
    const us_slot *slot = &c->slots.p[i];
    check_fault fault = {.begin = slot->begin, .end = slot->end, .want = slot->want};
    fault.edit_count = check_edits_at(c, slot->begin, slot->end, &fault.first_edit);
    for (size_t e = 0; e < fault.edit_count; e++) touched[fault.first_edit + e] = true;
    if (slot->state == US_SLOT_RIGHT || slot->state == US_SLOT_FREE) continue;
    fault.kind = slot->state == US_SLOT_KEPT ? CHECK_KEPT : CHECK_WRONG;
    fault.now = us_slice_sub(c->restored, slot->out_begin, slot->out_end);
    if (!us_vec_push(&c->faults, fault)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

static int by_place(const void *a, const void *b) {
  const check_fault *x = a, *y = b;
  if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
  return (x->end > y->end) - (x->end < y->end);
}

unspin_status check_blame(check_case *c, unspin_error *err) {
  size_t n = unspin_result_edit_count(c->result);
  c->faults.n = 0;
  bool *touched = calloc(n + 1, sizeof *touched);
  if (!touched) return us_nomem(err);
  unspin_status status = blame_slots(c, touched, err);
  /* an edit that only touches capitals or quotation marks harms what must come back byte for byte, and nothing else */
  bool all = c->clean || c->pair->expect == US_EXPECT_NO_CHANGE || c->tally.false_words;
  for (size_t i = 0; i < n && all && !status; i++) {
    const unspin_edit *edit = unspin_result_edit(c->result, i);
    if (touched[i]) continue;
    check_fault fault = {.kind = CHECK_FALSE, .begin = edit->begin, .end = edit->end, .first_edit = i, .edit_count = 1};
    fault.now = (us_slice){edit->after.text, edit->after.len};
    fault.want = (us_slice){edit->before.text, edit->before.len};
    if (!us_vec_push(&c->faults, fault)) status = us_nomem(err);
  }
  free(touched);
  if (!status && c->faults.n) qsort(c->faults.p, c->faults.n, sizeof *c->faults.p, by_place);
  return status;
}

check_row *check_row_of(check_rows *rows, us_slice id, const char *source) {
  uint32_t number = us_lexicon_id(&rows->ids, id);
  if (!number) return NULL;
  if (number > rows->rows.n) {
    check_row fresh = {.id = us_arena_copy(&rows->arena, id)};
    if (!fresh.id || !us_vec_push(&rows->rows, fresh)) return NULL;
  }
  check_row *row = &rows->rows.p[number - 1];
  if (!row->source && source) row->source = us_arena_copy(&rows->arena, us_slice_of(source));
  return row->source || !source ? row : NULL;
}

static int by_harm(const void *a, const void *b) {
  const check_row *x = *(const check_row *const *)a, *y = *(const check_row *const *)b;
  size_t m = x->wrong + x->false_edits, n = y->wrong + y->false_edits;
  if (m != n) return m > n ? -1 : 1;
  return strcmp(x->id, y->id);
}

const check_row **check_rows_by_harm(const check_rows *rows) {
  size_t n = rows->rows.n;
  const check_row **sorted = calloc(n + 1, sizeof *sorted);
  if (!sorted) return NULL;
  for (size_t i = 0; i < n; i++) sorted[i] = &rows->rows.p[i];
  qsort(sorted, n, sizeof *sorted, by_harm);
  return sorted;
}
