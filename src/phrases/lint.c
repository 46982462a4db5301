#include "phrases/lint.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/file.h"
#include "phrases/store.h"

void us_lint_tell(us_lint *l, const char *kind, const us_lint_row *row, const char *format, ...) {
  char message[400];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  unspin_finding f = {.kind = kind,
                      .table = row->table,
                      .row = row->id,
                      .spun = row->spun.p,
                      .plain = row->plain.p,
                      .message = message};
  if (!l->stopped && !l->visit(l->cookie, &f)) l->stopped = true;
}

/* ---- loading ---- */

typedef struct switched_off {
  char id[US_ROW_ID_LEN + 1];
  size_t table;
  bool has_reason;
} switched_off;

typedef struct loader {
  us_lint *l;
  us_lint_row_vec rows;
  US_VEC(switched_off) off;
  size_t table;
  bool failed;
} loader;

static us_slice copy(loader *x, const char *s) {
  us_slice text = us_slice_of(s);
  const char *p = us_arena_copy(&x->l->arena, text);
  if (!p) x->failed = true;
  return (us_slice){p ? p : "", p ? text.n : 0};
}

static bool load_row(void *cookie, const unspin_row *r) {
  loader *x = cookie;
  us_buf rest = {0};
  us_buf_printf(&rest, "%s\n%s\n%s", r->note, r->change, r->keep);
  us_lint_row row = {.pos = r->pos,
                     .strength = r->strength,
                     .table = x->table,
                     .spun = copy(x, r->spun),
                     .plain = copy(x, r->plain),
                     .when = copy(x, r->when),
                     .rest = copy(x, rest.p ? rest.p : "")};
  snprintf(row.id, sizeof row.id, "%s", r->id);
  if (rest.failed || !us_vec_push(&x->rows, row)) x->failed = true;
  us_buf_free(&rest);
  return !x->failed;
}

static bool load_off(void *cookie, const char *id, const char *reason) {
  loader *x = cookie;
  switched_off off = {.table = x->table, .has_reason = us_slice_trim(us_slice_of(reason)).n > 0};
  snprintf(off.id, sizeof off.id, "%s", id);
  if (!us_vec_push(&x->off, off)) x->failed = true;
  return !x->failed;
}

static int by_id(const void *a, const void *b) {
  const us_lint_row *x = a, *y = b;
  int c = strcmp(x->id, y->id);
  return c ? c : x->table > y->table ? -1 : x->table < y->table;
}

static int off_by_id(const void *a, const void *b) {
  const switched_off *x = a, *y = b;
  int c = strcmp(x->id, y->id);
  return c ? c : x->table > y->table ? -1 : x->table < y->table;
}

/* The highest table that switches off ID; -1 if none does. */
static long off_in(const loader *x, const char *id) {
  size_t lo = 0, hi = x->off.n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (strcmp(x->off.p[mid].id, id) < 0) lo = mid + 1;
    else hi = mid;
  }
  return lo < x->off.n && strcmp(x->off.p[lo].id, id) == 0 ? (long)x->off.p[lo].table : -1;
}

static bool has_id(const loader *x, const char *id) {
  size_t lo = 0, hi = x->rows.n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (strcmp(x->rows.p[mid].id, id) < 0) lo = mid + 1;
    else hi = mid;
  }
  return lo < x->rows.n && strcmp(x->rows.p[lo].id, id) == 0;
}

static bool same_row(const us_lint_row *a, const us_lint_row *b) {
  return a->strength == b->strength && us_slice_eq(a->rest, b->rest);
}

/* Keeps the rows that are active, and tells of those that stand there for nothing. */
static void keep_active(loader *x) {
  us_lint *l = x->l;
  if (x->rows.n) qsort(x->rows.p, x->rows.n, sizeof *x->rows.p, by_id);
  if (x->off.n) qsort(x->off.p, x->off.n, sizeof *x->off.p, off_by_id);
  for (size_t i = 0; i < x->rows.n; i++) {
    us_lint_row *r = &x->rows.p[i];
    bool below = i > 0 && strcmp(r[-1].id, r->id) == 0;
    if (below && same_row(&r[-1], r)) us_lint_tell(l, "duplicate", &r[-1], "a lower table has the very same row");
    if (!below && off_in(x, r->id) < (long)r->table && !us_vec_push(&l->rows, *r)) x->failed = true;
  }
  for (size_t i = 0; i < x->off.n; i++) {
    us_lint_row ghost = {.table = x->off.p[i].table, .spun = US_LIT(""), .plain = US_LIT("")};
    memcpy(ghost.id, x->off.p[i].id, sizeof ghost.id);
    if (!has_id(x, ghost.id)) us_lint_tell(l, "stale", &ghost, "switched off, but no table has such a row");
    if (!x->off.p[i].has_reason) us_lint_tell(l, "no-reason", &ghost, "switched off without a reason");
  }
}

/* ---- comparing ---- */

static int by_phrase(const void *a, const void *b) {
  const us_lint_row *x = a, *y = b;
  int c = us_slice_cmp(x->spun, y->spun);
  if (!c) c = us_slice_cmp(x->plain, y->plain);
  if (!c) c = x->pos - y->pos;
  return c ? c : us_slice_cmp(x->when, y->when);
}

static bool has_condition(us_slice when, us_slice wanted) {
  us_slice one;
  while (when.n && us_slice_cut(&when, ' ', &one))
    if (us_slice_eq(one, wanted)) return true;
  return false;
}

/* The same conditions in whatever order. */
static bool same_when(us_slice a, us_slice b) {
  us_slice rest = a, one;
  if (a.n != b.n) return false;
  while (rest.n && us_slice_cut(&rest, ' ', &one))
    if (!has_condition(b, one)) return false;
  return true;
}

/* Two rows with the same two sides. */
static void compare_twins(us_lint *l, const us_lint_row *a, const us_lint_row *b) {
  bool fixed = a->pos == 'x' || b->pos == 'x';
  if (a->pos != b->pos && !fixed) return;
  if (same_when(a->when, b->when)) {
    const us_lint_row *worse = b->pos == 'x' ? b : a;
    us_lint_tell(l, "duplicate", worse, "row %s says the same", worse == a ? b->id : a->id);
    return;
  }
  const us_lint_row *open = !a->when.n ? a : !b->when.n ? b : NULL, *narrow = open == a ? b : a;
  if (open && open->strength > narrow->strength && (open->pos == narrow->pos || narrow->pos == 'x'))
    us_lint_tell(l, "shadowed", narrow, "row %s says it surer and without conditions", open->id);
}

/* Two rows with one spun side. */
static void compare_rivals(us_lint *l, const us_lint_row *a, const us_lint_row *b) {
  if (a->pos != b->pos || us_slice_eq(a->plain, b->plain) || !same_when(a->when, b->when)) return;
  if (a->strength == US_STRENGTH_MAX && b->strength == US_STRENGTH_MAX)
    us_lint_tell(l, "contradiction", b, "row %s says as surely that it stands for '%.*s'", a->id, (int)a->plain.n,
                 a->plain.p);
}

/* The first row that does not come before WANTED. */
static size_t first_of(const us_lint *l, const us_lint_row *wanted) {
  size_t lo = 0, hi = l->rows.n;
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    if (by_phrase(&l->rows.p[mid], wanted) < 0) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/* LIKELY: from this strength on a row is at least as likely as not; MOST_COMPARED: rows with one spun side, as a list
 * with thousands must not take for ever. */
enum { LIKELY = 3, MOST_COMPARED = 64 };

/* a -> b and b -> a, both likely, neither with a condition that would keep them apart. That two words stand for each
 * other now and then is no fault. */
static void check_cycle(us_lint *l, const us_lint_row *a) {
  if (a->when.n || a->strength < LIKELY) return;
  const us_lint_row back = {.spun = a->plain, .plain = a->spun, .pos = a->pos, .when = US_LIT("")};
  size_t first = first_of(l, &back);
  for (size_t i = first; i < l->rows.n && i < first + MOST_COMPARED; i++) {
    const us_lint_row *b = &l->rows.p[i];
    if (by_phrase(b, &back) != 0) break;
    if (b->strength >= LIKELY && strcmp(a->id, b->id) <= 0) us_lint_tell(l, "cycle", a, "row %s leads back", b->id);
  }
}

static void compare(us_lint *l) {
  if (l->rows.n) qsort(l->rows.p, l->rows.n, sizeof *l->rows.p, by_phrase);
  for (size_t i = 0; i < l->rows.n && !l->stopped; i++) {
    const us_lint_row *a = &l->rows.p[i];
    us_lint_words(l, a);
    check_cycle(l, a);
    for (size_t k = i + 1; k < l->rows.n && k <= i + MOST_COMPARED; k++) {
      const us_lint_row *b = &l->rows.p[k];
      if (!us_slice_eq(a->spun, b->spun)) break;
      if (us_slice_eq(a->plain, b->plain)) compare_twins(l, a, b);
      else compare_rivals(l, a, b);
    }
  }
}

static unspin_status load_all(loader *x, unspin_table *const *tables, size_t n, unspin_error *err) {
  for (x->table = 0; x->table < n; x->table++) {
    US_TRY(unspin_table_rows(tables[x->table], NULL, load_row, x, err));
    US_TRY(unspin_table_disabled(tables[x->table], load_off, x, err));
    if (x->failed) return us_nomem(err);
  }
  return UNSPIN_OK;
}

unspin_status unspin_tables_lint(unspin_table *const *tables, size_t n, const char *data_dir,
                                 unspin_finding_visit *visit, void *cookie, unspin_error *err) {
  us_lint l = {.visit = visit, .cookie = cookie};
  loader x = {.l = &l};
  us_buf path = {0}, text = {0};
  us_syntax_lists lists = {0};
  unspin_status status = UNSPIN_OK;
  us_buf_printf(&path, "%s/syntax.txt", data_dir);
  if (path.failed) status = us_nomem(err);
  if (!status) status = us_file_read(path.p, &text, err);
  if (!status) status = us_syntax_parse(us_buf_slice(&text), path.p, &lists, err);
  us_buf_clear(&path);
  us_buf_printf(&path, "%s/forms.bin", data_dir);
  if (!status) status = us_forms_open(path.p, &l.forms, err);
  l.syntax = us_syntax_of(&lists);
  if (!status) status = load_all(&x, tables, n, err);
  if (!status) {
    keep_active(&x);
    compare(&l);
    if (x.failed) status = us_nomem(err);
  }
  us_forms_close(l.forms);
  us_syntax_free(&lists);
  us_vec_free(&x.rows);
  us_vec_free(&x.off);
  us_vec_free(&l.rows);
  us_arena_free(&l.arena);
  us_buf_free(&l.scratch);
  us_buf_free(&path);
  us_buf_free(&text);
  return status;
}
