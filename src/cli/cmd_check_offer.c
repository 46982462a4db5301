/* A slot that was kept: do the tables have a row for it at all? Rows are looked up by the words as they stand, so that
 * a row for another form of them is not found. */
#include "cli/cmd_check.h"
#include "text/utf8.h"

typedef struct search {
  const phrases_stack *tables;
  size_t at; /* the table that is looked through */
  us_arena *arena;
  us_slice want; /* folded */
  const char *id;
  bool fits, failed;
} search;

static bool is_wanted(us_slice want, const char *plain) {
  us_buf folded = {0};
  us_fold(&folded, us_slice_of(plain));
  bool found = false;
  for (us_slice phrase; us_slice_cut(&want, '|', &phrase);)
    found |= us_slice_eq(us_slice_trim(phrase), us_buf_slice(&folded));
  us_buf_free(&folded);
  return found;
}

static bool visit(void *cookie, const unspin_row *row) {
  search *s = cookie;
  bool fits = is_wanted(s->want, row->plain);
  if (s->id && !fits) return true;
  if (phrases_row_state(s->tables, s->at, row->id, NULL, NULL) != PHRASES_ACTIVE) return true;
  s->id = us_arena_copy(s->arena, us_slice_of(row->id));
  s->failed = !s->id;
  s->fits = fits;
  return s->id && !fits;
}

static unspin_status find_offer(const phrases_stack *tables, us_arena *arena, us_slice spun, check_fault *fault,
                                unspin_error *err) {
  us_buf phrase = {0}, want = {0};
  us_fold(&phrase, us_slice_trim(spun));
  us_fold(&want, fault->want);
  unspin_status status = phrase.failed || want.failed ? us_nomem(err) : UNSPIN_OK;
  search s = {.tables = tables, .at = tables->n, .arena = arena, .want = us_buf_slice(&want)};
  unspin_row_filter filter = {.spun = phrase.p};
  while (!status && phrase.n && s.at > 0 && !s.fits) { /* the highest comes first */
    s.at--;
    status = unspin_table_rows(tables->table[s.at], &filter, visit, &s, err);
  }
  if (!status && s.failed) status = us_nomem(err);
  fault->offer = s.id;
  fault->offer_fits = s.fits;
  us_buf_free(&phrase);
  us_buf_free(&want);
  return status;
}

unspin_status check_find_offers(const phrases_stack *tables, us_arena *arena, check_case *c, unspin_error *err) {
  for (size_t i = 0; i < c->faults.n; i++) {
    check_fault *fault = &c->faults.p[i];
    if (fault->kind != CHECK_KEPT || fault->edit_count) continue;
    US_TRY(find_offer(tables, arena, us_slice_sub(c->pair->spun, fault->begin, fault->end), fault, err));
  }
  return UNSPIN_OK;
}
