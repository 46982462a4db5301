#include "measure/comparable.h"

#include <stdlib.h>

#include "measure/comparison.h"

typedef struct search {
  const us_reference *reference;
  size_t found;
} search;

static int ascending(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

static bool look_up(void *cookie, uint64_t hash) {
  search *s = cookie;
  const us_reference *r = s->reference;
  if (r->sentences.n)
    s->found += bsearch(&hash, r->sentences.p, r->sentences.n, sizeof *r->sentences.p, ascending) != NULL;
  return true;
}

static void set_totals(const us_comparison *x, us_comparable *c) {
  search s = {.reference = x->reference};
  us_sentences_visit(&x->after.stream, look_up, &s);
  c->shared_sentences = s.found;
  c->tokens = x->before.stream.n;
  c->sentences = x->sentences;
  c->words_before = x->before.stream.words;
  c->words_after = x->after.stream.words;
}

unspin_status us_comparable_score(us_reference *reference, us_slice before, us_slice after,
                                  const us_comparable_options *options, us_comparable *comparable, unspin_error *err) {
  *comparable = (us_comparable){0};
  us_comparison x;
  unspin_status status = us_comparison_make(reference, before, after, &x, err);
  if (!status) {
    set_totals(&x, comparable);
    status = us_comparison_edits(&x, comparable) ? UNSPIN_OK : us_nomem(err);
  }
  if (!status) status = us_comparison_figures(&x, options, comparable, err);
  us_comparison_free(&x);
  return status;
}

void us_comparable_free(us_comparable *comparable) {
  free(comparable->edits);
  *comparable = (us_comparable){0};
}
