/* split.c - a replacement for words between which markup stands: its words are shared out among the places. */
#include <stdint.h>

#include "format/patch.h"

/* Source that may be rewritten, with markup or a line end behind it unless it is the last. */
typedef struct run {
  size_t prose, prose_end, source, source_end;
  size_t letters, words; /* words that begin in it */
  bool enclosed;         /* markup stands on both sides: left empty it looks odd, or means something else */
  bool blank_behind;     /* what stands behind it reads as a blank */
  size_t first, last;    /* new words that it gets */
} run;

typedef US_VEC(run) run_vec;
typedef US_VEC(us_slice) word_vec;

static bool add_run(const us_rewrite *w, const us_stretch *s, run_vec *runs) {
  size_t skip = w->begin > s->prose ? w->begin - s->prose : 0;
  size_t end = s->prose + s->prose_len < w->end ? s->prose + s->prose_len : w->end;
  run r = {.prose = s->prose + skip, .prose_end = end, .source = s->source, .source_end = s->source + s->source_len};
  if (s->kind == US_STRETCH_PLAIN) {
    r.source += skip;
    r.source_end = r.source + (end - r.prose);
  }
  run *last = runs->n ? &runs->p[runs->n - 1] : NULL;
  if (!last || last->blank_behind || last->source_end != r.source) return us_vec_push(runs, r);
  last->prose_end = r.prose_end;
  last->source_end = r.source_end;
  return true;
}

static bool touches_markup(const us_prose *p, const run *r) {
  size_t i = us_prose_find(p, r->prose), k = us_prose_find(p, r->prose_end - 1);
  const us_stretch *a = &p->map.p[i], *b = &p->map.p[k];
  bool left = r->prose == a->prose && (i == 0 || a[-1].source + a[-1].source_len != a->source);
  bool right =
      r->prose_end == b->prose + b->prose_len && (k + 1 == p->map.n || b[1].source != b->source + b->source_len);
  return left && right;
}

static void count(const us_prose *p, run *r) {
  bool blank = r->prose == 0 || us_prose_is_blank(p->text.p[r->prose - 1]);
  for (size_t i = r->prose; i < r->prose_end; i++) {
    bool was_blank = blank;
    blank = us_prose_is_blank(p->text.p[i]);
    r->letters += !blank;
    r->words += was_blank && !blank;
  }
  r->enclosed = touches_markup(p, r);
}

static bool find_runs(const us_rewrite *w, run_vec *runs) {
  const us_prose *p = w->prose;
  for (size_t i = us_prose_find(p, w->begin); i < p->map.n && p->map.p[i].prose < w->end; i++) {
    const us_stretch *s = &p->map.p[i];
    if (s->kind == US_STRETCH_BLANK && runs->n) runs->p[runs->n - 1].blank_behind = true;
    if (s->kind != US_STRETCH_BLANK && !add_run(w, s, runs)) return false;
  }
  for (size_t i = 0; i < runs->n; i++) count(p, &runs->p[i]);
  return true;
}

static bool find_words(us_slice text, word_vec *words) {
  for (size_t at = 0; at < text.n;) {
    while (at < text.n && us_prose_is_blank(text.p[at])) at++;
    size_t end = at;
    while (end < text.n && !us_prose_is_blank(text.p[end])) end++;
    if (end > at && !us_vec_push(words, us_slice_sub(text, at, end))) return false;
    at = end;
  }
  return true;
}

/* A line end that no new word stands before, or behind, must not part what stands around from its neighbour. */
static bool may_stand_empty(const us_rewrite *w, const run_vec *runs, size_t first, size_t last) {
  const us_buf *text = &w->prose->text;
  bool left = w->begin > 0 && !us_prose_is_blank(text->p[w->begin - 1]);
  bool right = w->end < text->n && !us_prose_is_blank(text->p[w->end]);
  bool blank_before = false, blank_behind = false;
  for (size_t i = 0; i < first; i++) blank_before |= runs->p[i].blank_behind;
  for (size_t i = last; i + 1 < runs->n; i++) blank_behind |= runs->p[i].blank_behind;
  return !(left && blank_before) && !(right && blank_behind);
}

/* One place for all N words: the one that would look empty without them, or held most. */
static bool place_together(const us_rewrite *w, run_vec *runs, size_t n) {
  run *best = NULL;
  for (size_t i = 0; i < runs->n; i++) {
    run *r = &runs->p[i];
    if (!r->letters || !may_stand_empty(w, runs, i, i)) continue;
    bool better =
        !best || r->enclosed > best->enclosed || (r->enclosed == best->enclosed && r->letters > best->letters);
    if (better) best = r;
  }
  if (best) best->last = n;
  return best != NULL;
}

/* Several words: as many to a place as its share in the old ones. */
static bool place_many(const us_rewrite *w, run_vec *runs, size_t n) {
  size_t all = 0, before = 0, first = runs->n, last = 0;
  for (size_t i = 0; i < runs->n; i++) all += runs->p[i].words;
  if (!all) return place_together(w, runs, n);
  for (size_t i = 0; i < runs->n; i++) {
    run *r = &runs->p[i];
    r->first = (n * before + all / 2) / all;
    before += r->words;
    r->last = (n * before + all / 2) / all;
    if (r->first == r->last) continue;
    if (first == runs->n) first = i;
    last = i;
  }
  return may_stand_empty(w, runs, first, last);
}

static bool has_blank(const us_prose *p, const run *r) {
  for (size_t i = r->prose; i < r->prose_end; i++)
    if (us_prose_is_blank(p->text.p[i])) return true;
  return false;
}

/* Which run writes the blank between the last word of run FROM and the first of run TO: at its end, or, for TO, at its
 * beginning. SIZE_MAX: a line end already does. */
static size_t blank_place(const us_prose *p, const run_vec *runs, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (runs->p[i].blank_behind) return SIZE_MAX;
  if (us_prose_is_blank(p->text.p[runs->p[from].prose_end - 1])) return from;
  for (size_t i = from + 1; i < to; i++)
    if (has_blank(p, &runs->p[i])) return i;
  return us_prose_is_blank(p->text.p[runs->p[to].prose]) ? to : from;
}

/* Whether prose byte AT is a blank that stands next to byte BESIDE in the source too. */
static bool is_free_blank(const us_prose *p, size_t at, size_t beside) {
  const us_stretch *s = &p->map.p[us_prose_find(p, at)];
  bool same = beside >= s->prose && beside < s->prose + s->prose_len;
  return same && s->kind == US_STRETCH_PLAIN && us_prose_is_blank(p->text.p[at]);
}

/* Whether a line end stands between run I and the last new word before it. */
static bool follows_line_end(const run_vec *runs, size_t i) {
  while (i-- > 0) {
    if (runs->p[i].blank_behind) return true;
    if (runs->p[i].first < runs->p[i].last) return false;
  }
  return false;
}

/* Where a line end stays, a blank beside what was before or behind it would be left over. */
static bool write_run(const us_rewrite *w, const run_vec *runs, size_t i, us_slice text) {
  const us_prose *p = w->prose;
  run r = runs->p[i];
  if (us_slice_eq(us_slice_sub(us_buf_slice(&p->text), r.prose, r.prose_end), text)) return true;
  bool first = i == 0, last = i + 1 == runs->n;
  bool touched = w->out->n && w->out->p[w->out->n - 1].end == r.source;
  if (!text.n && last && follows_line_end(runs, i) && r.prose_end < p->text.n &&
      is_free_blank(p, r.prose_end, r.prose_end - 1))
    r.source_end++;
  else if (!text.n && first && !touched && r.blank_behind && r.prose > 0 && is_free_blank(p, r.prose - 1, r.prose))
    r.source--;
  return us_patch_push(w, r.source, r.source_end, text);
}

static bool write_runs(const us_rewrite *w, const run_vec *runs, const word_vec *words) {
  us_buf text = {0};
  size_t blank = SIZE_MAX;
  bool ok = true;
  for (size_t i = 0; ok && i < runs->n; i++) {
    const run *r = &runs->p[i];
    us_buf_clear(&text);
    if (blank == i) us_buf_putc(&text, ' ');
    for (size_t k = r->first; k < r->last; k++) {
      if (k > r->first) us_buf_putc(&text, ' ');
      us_buf_append(&text, words->p[k]);
    }
    size_t next = r->last > r->first ? i + 1 : runs->n;
    while (next < runs->n && runs->p[next].first == runs->p[next].last) next++;
    if (next < runs->n) {
      blank = blank_place(w->prose, runs, i, next);
      if (blank == i) us_buf_putc(&text, ' ');
    }
    ok = !text.failed && write_run(w, runs, i, us_buf_slice(&text));
  }
  us_buf_free(&text);
  return ok;
}

bool us_patch_split(const us_rewrite *w, bool *possible) {
  run_vec runs = {0};
  word_vec words = {0};
  bool ok = find_runs(w, &runs) && find_words(w->after, &words);
  if (ok && words.n == 0) *possible = may_stand_empty(w, &runs, runs.n, 0);
  else if (ok) *possible = words.n == 1 ? place_together(w, &runs, 1) : place_many(w, &runs, words.n);
  if (ok && *possible) ok = write_runs(w, &runs, &words);
  us_vec_free(&runs);
  us_vec_free(&words);
  return ok;
}
