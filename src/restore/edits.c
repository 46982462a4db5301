#include "restore/edits.h"

#include <stdio.h>
#include <stdlib.h>

#include "text/utf8.h"

void us_edits_apply(us_slice text, const us_edit_vec *edits, us_buf *out) {
  size_t at = 0;
  for (size_t i = 0; i < edits->n; i++) {
    const unspin_edit *e = &edits->p[i];
    us_buf_append(out, us_slice_sub(text, at, e->begin));
    us_buf_append(out, (us_slice){e->after.text, e->after.len});
    at = e->end;
  }
  us_buf_append(out, us_slice_sub(text, at, text.n));
}

/* Where edit E of x begins and ends in y, given how far y has shifted before it. */
typedef struct walker {
  const us_edit_vec *first, *then;
  size_t i, j;     /* next of each */
  ptrdiff_t shift; /* y offset minus x offset behind edit i-1 */
} walker;

static size_t begin_in_y(const walker *w) { return (size_t)((ptrdiff_t)w->first->p[w->i].begin + w->shift); }
static size_t end_in_y(const walker *w) { return begin_in_y(w) + w->first->p[w->i].after.len; }
static void pass_first(walker *w) {
  const unspin_edit *e = &w->first->p[w->i++];
  w->shift += (ptrdiff_t)e->after.len - (ptrdiff_t)(e->end - e->begin);
}

/* Y with the edits THEN[from, to) applied, between two offsets. */
static unspin_text patched(us_slice y, size_t begin, size_t end, const us_edit_vec *then, size_t from, size_t to,
                           us_arena *arena) {
  size_t n = end - begin;
  for (size_t k = from; k < to; k++) n += then->p[k].after.len;
  char *p = us_arena_alloc(arena, n + 1);
  if (!p) return (unspin_text){0};
  size_t at = begin, len = 0;
  for (size_t k = from; k <= to; k++) {
    size_t stop = k < to ? then->p[k].begin : end;
    memcpy(p + len, y.p + at, stop - at);
    len += stop - at;
    if (k == to) break;
    memcpy(p + len, then->p[k].after.text, then->p[k].after.len);
    len += then->p[k].after.len;
    at = then->p[k].end;
  }
  p[len] = 0;
  return (unspin_text){p, len};
}

static const char *joined_rows(const char *a, const char *b, us_arena *arena) {
  if (strstr(a, b) || strlen(a) + strlen(b) > 60) return a;
  char text[80];
  int n = snprintf(text, sizeof text, "%s+%s", a, b);
  return us_arena_copy(arena, (us_slice){text, (size_t)n});
}

/* E takes in OTHER; the rows of both, in the order of their passes. */
static bool join(unspin_edit *e, const unspin_edit *other, const char *first_row, const char *then_row,
                 us_arena *arena) {
  if (other->confidence < e->confidence) e->confidence = other->confidence;
  e->model_gain += other->model_gain;
  e->row = joined_rows(first_row, then_row, arena);
  return e->row != NULL;
}

/* One cluster: edits of both lists that overlap, grown until nothing more does. */
static bool merge_cluster(walker *w, us_slice y, us_arena *arena, us_edit_vec *out) {
  size_t from = w->j;
  unspin_edit e = w->then->p[w->j++];
  size_t begin = e.begin, end = e.end;
  ptrdiff_t shift_at_begin = w->shift;
  for (bool grew = true; grew;) {
    grew = false;
    while (w->i < w->first->n && begin_in_y(w) < end) {
      const unspin_edit *f = &w->first->p[w->i];
      if (begin_in_y(w) < begin) begin = begin_in_y(w);
      if (end_in_y(w) > end) end = end_in_y(w);
      if (!join(&e, f, f->row, e.row, arena)) return false;
      e.source = f->source;
      pass_first(w);
      grew = true;
    }
    while (w->j < w->then->n && w->then->p[w->j].begin < end) {
      const unspin_edit *t = &w->then->p[w->j++];
      if (t->end > end) end = t->end;
      if (!join(&e, t, e.row, t->row, arena)) return false;
      grew = true;
    }
  }
  e.begin = (size_t)((ptrdiff_t)begin - shift_at_begin);
  e.end = (size_t)((ptrdiff_t)end - w->shift);
  e.after = patched(y, begin, end, w->then, from, w->j, arena);
  return e.after.text && us_vec_push(out, e);
}

bool us_edits_compose(const us_edit_vec *first, us_slice y, const us_edit_vec *then, us_arena *arena,
                      us_edit_vec *out) {
  walker w = {first, then, 0, 0, 0};
  while (w.i < first->n || w.j < then->n) {
    bool first_is_before = w.i < first->n && (w.j == then->n || end_in_y(&w) <= then->p[w.j].begin);
    if (first_is_before) {
      if (!us_vec_push(out, first->p[w.i])) return false;
      pass_first(&w);
    } else if (!merge_cluster(&w, y, arena, out)) return false;
  }
  return true;
}

void us_edits_finish(us_slice text, us_edit_vec *edits) {
  size_t kept = 0, at = 0, cp = 0, line = 1, line_cp = 0;
  for (size_t i = 0; i < edits->n; i++) {
    unspin_edit e = edits->p[i];
    e.before = (unspin_text){text.p + e.begin, e.end - e.begin};
    if (e.before.len == e.after.len && memcmp(e.before.text, e.after.text, e.after.len) == 0) continue;
    while (at < e.begin) {
      int32_t c;
      at += us_utf8_next(text, at, &c);
      cp++;
      if (c != '\n') continue;
      line++;
      line_cp = cp;
    }
    e.begin_cp = cp;
    e.end_cp = cp + us_utf8_count(us_slice_sub(text, e.begin, e.end));
    e.line = line;
    e.column = cp - line_cp + 1;
    edits->p[kept++] = e;
  }
  edits->n = kept;
}
