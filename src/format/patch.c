#define _GNU_SOURCE /* memmem */
#include "format/patch.h"

bool us_patch_push(const us_rewrite *w, size_t begin, size_t end, us_slice after) {
  us_buf written = {0};
  if (w->prose->write) w->prose->write(w->prose->cookie, after, &written);
  else us_buf_append(&written, after);
  us_patch patch = {.begin = begin, .end = end, .after = {NULL, written.n}, .edit = w->edit};
  if (!written.failed) patch.after.p = us_arena_copy(w->arena, us_buf_slice(&written));
  us_buf_free(&written);
  return patch.after.p && us_vec_push(w->out, patch);
}

/* The source of prose [begin, end), if that is one stretch of source that may be rewritten. */
static bool source_of(const us_prose *p, size_t begin, size_t end, size_t *from, size_t *to) {
  size_t i = us_prose_find(p, begin);
  if (begin == end && i > 0 && p->map.p[i].prose == begin && p->map.p[i].kind != US_STRETCH_PLAIN) i--;
  for (bool first = true;; i++, first = false) {
    const us_stretch *s = &p->map.p[i];
    bool plain = s->kind == US_STRETCH_PLAIN;
    if (!plain && s->kind != US_STRETCH_ESCAPE) return false;
    if (!first && s->source != *to) return false;
    if (!plain && (begin > s->prose || end < s->prose + s->prose_len)) return false;
    if (first) *from = s->source + (plain ? begin - s->prose : 0);
    *to = s->source + s->source_len;
    if (s->prose + s->prose_len < end) continue;
    if (plain) *to = s->source + (end - s->prose);
    return true;
  }
}

/* Takes whole words off both ends that stay as they are. */
static void trim(us_rewrite *w) {
  us_slice before = us_slice_sub(us_buf_slice(&w->prose->text), w->begin, w->end), after = w->after;
  size_t most = before.n < after.n ? before.n : after.n, n = 0, keep = 0;
  while (n < most && before.p[n] == after.p[n]) {
    n++;
    if (us_prose_is_blank(before.p[n - 1])) keep = n;
  }
  if (n == most && (before.n == n || us_prose_is_blank(before.p[n])) && (after.n == n || us_prose_is_blank(after.p[n])))
    keep = n;
  w->begin += keep;
  before = us_slice_sub(before, keep, before.n);
  after = us_slice_sub(after, keep, after.n);
  most = before.n < after.n ? before.n : after.n;
  for (n = 0, keep = 0; n < most && before.p[before.n - n - 1] == after.p[after.n - n - 1];) {
    n++;
    if (us_prose_is_blank(before.p[before.n - n])) keep = n;
  }
  w->end -= keep;
  w->after = us_slice_sub(after, 0, after.n - keep);
}

static bool rewrite(us_rewrite w, bool *possible) {
  size_t from, to;
  if (w.begin == w.end && !w.after.n) return true;
  if (source_of(w.prose, w.begin, w.end, &from, &to)) return us_patch_push(&w, from, to, w.after);
  trim(&w);
  if (w.begin == w.end && !w.after.n) return true;
  if (source_of(w.prose, w.begin, w.end, &from, &to)) return us_patch_push(&w, from, to, w.after);
  if (w.begin == w.end) *possible = false;
  return !*possible || us_patch_split(&w, possible);
}

/* Cuts the work where something fixed stands: its text has to stand in AFTER too. */
static bool rewrite_between(us_rewrite w, bool *possible) {
  const us_prose *p = w.prose;
  size_t end = w.end;
  for (size_t i = us_prose_find(p, w.begin); *possible && i < p->map.n && p->map.p[i].prose < end; i++) {
    const us_stretch *s = &p->map.p[i];
    if (s->kind == US_STRETCH_BREAK) *possible = false;
    if (s->kind != US_STRETCH_FIXED) continue;
    us_slice fixed = {p->text.p + s->prose, s->prose_len};
    const char *at = w.after.n ? memmem(w.after.p, w.after.n, fixed.p, fixed.n) : NULL;
    if (!at || s->prose < w.begin || s->prose + s->prose_len > end) *possible = false;
    if (!*possible) break;
    us_rewrite part = w;
    part.end = s->prose;
    part.after.n = (size_t)(at - w.after.p);
    if (!rewrite(part, possible)) return false;
    w.after = us_slice_sub(w.after, part.after.n + fixed.n, w.after.n);
    w.begin = s->prose + s->prose_len;
  }
  return !*possible || rewrite(w, possible);
}

bool us_patch_add(const us_prose *prose, size_t begin, size_t end, us_slice after, size_t edit, us_arena *arena,
                  us_patch_vec *out, bool *possible) {
  size_t first = out->n, from, to;
  us_rewrite w = {prose, begin, end, after, edit, arena, out};
  *possible = prose->map.n > 0 && end <= prose->text.n;
  if (!*possible) return true;
  if (source_of(prose, begin, end, &from, &to)) return us_patch_push(&w, from, to, after);
  trim(&w);
  bool ok = rewrite_between(w, possible);
  if (!*possible) out->n = first;
  return ok;
}

bool us_patch_wrap(const us_prose *prose, size_t first, us_arena *arena, us_patch_vec *out) {
  if (!prose->needs_quotes || first == out->n) return true;
  bool needed = false;
  for (size_t i = first; i < out->n; i++) needed |= prose->needs_quotes(prose->cookie, out->p[i].after);
  if (!needed) return true;
  us_patch *head = &out->p[first], *tail = &out->p[out->n - 1];
  us_buf text = {0};
  us_buf_putc(&text, '"');
  bool joins = head->begin == prose->wrap_begin;
  if (joins) us_buf_append(&text, head->after);
  char *opened = text.failed ? NULL : us_arena_copy(arena, us_buf_slice(&text));
  us_slice begin = {opened, text.n};
  us_buf_clear(&text);
  if (tail->end == prose->wrap_end) us_buf_append(&text, tail == head && joins ? begin : tail->after);
  us_buf_putc(&text, '"');
  char *closed = text.failed ? NULL : us_arena_copy(arena, us_buf_slice(&text));
  us_slice end = {closed, text.n};
  us_buf_free(&text);
  if (!opened || !closed) return false;
  size_t edit = head->edit, last_edit = tail->edit;
  if (joins) head->after = begin;
  if (tail->end == prose->wrap_end) tail->after = end;
  else if (!us_vec_push(out, (us_patch){prose->wrap_end, prose->wrap_end, end, last_edit})) return false;
  if (joins) return true;
  if (!us_vec_push(out, (us_patch){0})) return false;
  memmove(out->p + first + 1, out->p + first, (out->n - 1 - first) * sizeof *out->p);
  out->p[first] = (us_patch){prose->wrap_begin, prose->wrap_begin, begin, edit};
  return true;
}
