/* Leaves rows of the table out, to find those that a failing pair would pass without. */
#include <stdlib.h>

#include "cli/cmd_check.h"

/* A table may say the same in several rows: when one is left out the next takes its place. */
enum { CHAIN_MAX = 8 };

typedef US_VEC(const char *) row_list;

/* C's text, restored and scored without some rows. */
typedef struct attempt {
  unspin_result *result;
  size_t after;
  bool passes;
} attempt;

static unspin_status try_without(check_run *run, const check_case *c, const row_list *rows, attempt *a,
                                 unspin_error *err) {
  unspin_options options = run->engine;
  options.disabled_rows = rows->p;
  options.disabled_row_count = rows->n;
  us_slice spun = c->pair->spun;
  *a = (attempt){0};
  US_TRY(unspin_restore(run->session, spun.p, spun.n, &options, &a->result, err));
  unspin_text text = unspin_result_text(a->result);
  us_slice restored = {text.len ? text.text : "", text.len};
  us_tally tally;
  unspin_status status = us_scorer_score(run->scorer, c->pair, restored, &tally, NULL, err);
  a->after = tally.after;
  a->passes = !status && check_passes(c->pair, &tally, restored);
  return status;
}

static void end_attempt(attempt *a) {
  unspin_result_free(a->result);
  *a = (attempt){0};
}

static bool is_listed(const row_list *rows, us_slice row) {
  for (size_t i = 0; i < rows->n; i++)
    if (us_slice_eq(us_slice_of(rows->p[i]), row)) return true;
  return false;
}

/* The rows behind an edit join ROWS, as copies: the names of several together are the result's. */
static bool list_rows(us_arena *arena, row_list *rows, const unspin_edit *edit) {
  us_slice rest = us_slice_of(edit->row), row;
  while (us_slice_cut(&rest, '+', &row)) {
    if (us_slice_eq(row, US_LIT("repair")) || is_listed(rows, row)) continue;
    const char *copy = us_arena_copy(arena, row);
    if (!copy || !us_vec_push(rows, copy)) return false;
  }
  return true;
}

static bool has_row(const unspin_edit *edit, const char *wanted) {
  us_slice rest = us_slice_of(edit->row), row;
  while (us_slice_cut(&rest, '+', &row))
    if (us_slice_eq(row, us_slice_of(wanted))) return true;
  return false;
}

/* The rows that A uses where C used ROW join ROWS. False when out of memory. */
static bool list_heirs(us_arena *arena, const check_case *c, const char *row, const attempt *a, row_list *rows) {
  for (size_t i = 0; i < unspin_result_edit_count(c->result); i++) {
    const unspin_edit *old = unspin_result_edit(c->result, i);
    if (!has_row(old, row)) continue;
    for (size_t k = 0; k < unspin_result_edit_count(a->result); k++) {
      const unspin_edit *heir = unspin_result_edit(a->result, k);
      if (heir->begin < old->end && heir->end > old->begin && !list_rows(arena, rows, heir)) return false;
    }
  }
  return true;
}

static bool keep_cure(us_arena *arena, const row_list *rows, const attempt *a, check_cure *cure) {
  *cure = (check_cure){.rows = us_arena_alloc(arena, rows->n * sizeof *cure->rows),
                       .row_count = rows->n,
                       .after = a->after,
                       .mends = a->passes};
  if (!cure->rows) return false;
  if (rows->n) memcpy(cure->rows, rows->p, rows->n * sizeof *cure->rows);
  return true;
}

/* Without ROW, then without what comes in its place, and so on, as long as something does. */
static unspin_status try_chain(check_run *run, check_case *c, const char *row, row_list *rows, unspin_error *err) {
  check_cure best = {.after = c->tally.after};
  attempt a = {0};
  rows->n = 0;
  unspin_status status = us_vec_push(rows, row) ? UNSPIN_OK : us_nomem(err);
  for (size_t tried = 0; !status && tried < rows->n && rows->n <= CHAIN_MAX && !best.mends;) {
    tried = rows->n;
    status = try_without(run, c, rows, &a, err);
    bool better = !status && (a.passes || a.after < best.after);
    if (better && !keep_cure(&run->arena, rows, &a, &best)) status = us_nomem(err);
    if (!status && !list_heirs(&run->arena, c, row, &a, rows)) status = us_nomem(err);
    end_attempt(&a);
  }
  if (!status && best.row_count && !us_vec_push(&c->cures, best)) status = us_nomem(err);
  return status;
}

static int by_worth(const void *a, const void *b) {
  const check_cure *x = a, *y = b;
  if (x->mends != y->mends) return x->mends ? -1 : 1;
  if (x->after != y->after) return x->after < y->after ? -1 : 1;
  if (x->row_count != y->row_count) return x->row_count < y->row_count ? -1 : 1;
  return strcmp(x->rows[0], y->rows[0]);
}

/* Every row that edited the text: a slot that was kept may have lost its row to one that took the words beside it. */
static unspin_status try_each(check_run *run, check_case *c, unspin_error *err) {
  row_list suspects = {0}, rows = {0};
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < unspin_result_edit_count(c->result) && !status; i++)
    if (!list_rows(&run->arena, &suspects, unspin_result_edit(c->result, i))) status = us_nomem(err);
  for (size_t i = 0; i < suspects.n && !status; i++) status = try_chain(run, c, suspects.p[i], &rows, err);
  if (c->cures.n) qsort(c->cures.p, c->cures.n, sizeof *c->cures.p, by_worth);
  us_vec_free(&suspects);
  us_vec_free(&rows);
  return status;
}

/* Puts back each of ROWS without which the pair passes all the same, the least harmful first. */
static unspin_status thin_out(check_run *run, const check_case *c, row_list *rows, unspin_error *err) {
  for (size_t i = rows->n; i-- > 0;) {
    const char *row = rows->p[i];
    attempt a;
    rows->p[i] = rows->p[--rows->n];
    unspin_status status = try_without(run, c, rows, &a, err);
    bool needless = a.passes;
    end_attempt(&a);
    if (status) return status;
    if (needless) continue;
    rows->p[rows->n++] = rows->p[i];
    rows->p[i] = row;
  }
  return UNSPIN_OK;
}

static unspin_status try_together(check_run *run, check_case *c, unspin_error *err) {
  row_list rows = {0};
  attempt a = {0};
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < c->cures.n; i++) {
    for (size_t r = 0; r < c->cures.p[i].row_count && !status; r++) {
      const char *row = c->cures.p[i].rows[r];
      if (!is_listed(&rows, us_slice_of(row)) && !us_vec_push(&rows, row)) status = us_nomem(err);
    }
  }
  if (!status) status = try_without(run, c, &rows, &a, err);
  if (!status && a.passes) {
    status = thin_out(run, c, &rows, err);
    if (!status && !keep_cure(&run->arena, &rows, &a, &c->all_cures)) status = us_nomem(err);
  }
  end_attempt(&a);
  us_vec_free(&rows);
  return status;
}

unspin_status check_bisect(check_run *run, check_case *c, unspin_error *err) {
  US_TRY(try_each(run, c, err));
  return c->cures.n > 1 && !c->cures.p[0].mends ? try_together(run, c, err) : UNSPIN_OK;
}
