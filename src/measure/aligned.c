#define _GNU_SOURCE /* memrchr */
#include "measure/aligned.h"

void us_aligned_sum(us_aligned *into, const us_aligned *more) {
  us_surface_sum(&into->surface_before, &more->surface_before);
  us_surface_sum(&into->surface_after, &more->surface_after);
  us_tally_add(&into->tally_before, &more->tally_before);
  us_tally_add(&into->tally_after, &more->tally_after);
}

static bool is_blank(us_slice s) { return us_slice_trim(s).n == 0; }

/* TEXT without blank lines at its end, and how many lines are left. */
static size_t count_lines(us_slice *text) {
  for (const char *last; text->n; text->n = (size_t)(last - text->p)) {
    last = memrchr(text->p, '\n', text->n);
    us_slice line = last ? us_slice_sub(*text, (size_t)(last - text->p) + 1, text->n) : *text;
    if (!last || !is_blank(line)) break;
  }
  size_t lines = 1;
  for (size_t i = 0; i < text->n; i++) lines += text->p[i] == '\n';
  return lines;
}

static unspin_status check_lines(us_aligned_texts *t, unspin_error *err) {
  size_t lines = count_lines(&t->original), before = count_lines(&t->before), after = count_lines(&t->after);
  bool first = before != lines;
  if (!first && after == lines) return UNSPIN_OK;
  size_t found = first ? before : after;
  const char *name = first ? t->before_name : t->after_name;
  if (found < lines)
    return us_fail(err, UNSPIN_ERR_INVALID,
                   "%s:%zu: the text ends here, but %s goes on to line %zu: they must agree "
                   "line by line",
                   name, found, t->original_name, lines);
  return us_fail(err, UNSPIN_ERR_INVALID,
                 "%s:%zu: the text goes on to line %zu, but %s ends at line %zu: they must agree "
                 "line by line",
                 name, lines + 1, found, t->original_name, lines);
}

static unspin_status tally(us_aligned_scorer *s, us_slice before, us_slice original, us_slice after, const char *name,
                           size_t line, us_tally *out, unspin_error *err) {
  us_pair pair = {.spun = before, .plain = &original, .plain_count = 1, .path = name, .line = line};
  return us_scorer_score(s->undone, &pair, after, out, NULL, err);
}

unspin_status us_aligned_score(us_aligned_scorer *s, const us_aligned_texts *texts, us_aligned_vec *lines,
                               unspin_error *err) {
  if (!s->undone) s->undone = us_scorer_new();
  if (!s->undone) return us_nomem(err);
  us_aligned_texts rest = *texts;
  US_TRY(check_lines(&rest, err));
  us_slice original, before, after;
  for (size_t line = 1; us_slice_cut(&rest.original, '\n', &original); line++) {
    us_slice_cut(&rest.before, '\n', &before);
    us_slice_cut(&rest.after, '\n', &after);
    if (is_blank(original) && is_blank(before) && is_blank(after)) continue;
    us_aligned here = {0};
    if (!us_surface_add(&s->surface, before, &original, 1, &here.surface_before) ||
        !us_surface_add(&s->surface, after, &original, 1, &here.surface_after))
      return us_nomem(err);
    US_TRY(tally(s, before, original, before, texts->before_name, line, &here.tally_before, err));
    US_TRY(tally(s, before, original, after, texts->before_name, line, &here.tally_after, err));
    if (!us_vec_push(lines, here)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

void us_aligned_scorer_free(us_aligned_scorer *s) {
  us_surface_free(&s->surface);
  us_scorer_free(s->undone);
}
