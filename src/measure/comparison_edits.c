#include <stdlib.h>

#include "measure/comparison.h"

/* ---- n-grams ---- */

static bool is_held(const us_reference *r, const us_stream_token *last, size_t n) {
  uint32_t word[US_ATTEST_ORDERS];
  for (size_t i = 0; i < n; i++) word[n - 1 - i] = (last - i)->word;
  for (int k = 0; k < 2; k++)
    if (r->judge[k].topic && us_topic_holds(r->judge[k].topic, &word[n - 1], n)) return true;
  return false;
}

static bool all_words(const us_stream_token *last, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!(last - i)->is_word) return false;
  return true;
}

/* Counts the n-grams of words that touch tokens [BEGIN, END), or span the place between two tokens where that is empty,
 * but not those that touch what ends at BARRIER: an earlier edit has them. */
static void count_grams(const us_reference *r, const us_stream *s, size_t begin, size_t end, size_t barrier,
                        uint32_t *all, uint32_t *held) {
  for (size_t n = 1; n <= US_ATTEST_ORDERS; n++) {
    size_t from = begin >= n - 1 ? begin - (n - 1) : 0;
    if (from < barrier) from = barrier;
    for (size_t i = from; i < end && i + n <= s->n; i++) {
      const us_stream_token *last = &s->p[i + n - 1];
      if (!all_words(last, n)) continue;
      ++*all;
      *held += is_held(r, last, n);
    }
  }
}

/* ---- places ---- */

/* Where tokens [BEGIN, END) stand; for none, behind the token before. */
static void place(const us_stream *s, size_t begin, size_t end, size_t *from, size_t *to) {
  if (begin < end) {
    *from = s->p[begin].begin;
    *to = s->p[end - 1].end;
  } else {
    *from = *to = begin ? s->p[begin - 1].end : 0;
  }
}

static double sum(const double *cost, size_t begin, size_t end) {
  double total = 0;
  for (size_t i = begin; i < end; i++) total += cost[i];
  return total;
}

static us_comparable_edit edit_of(const us_comparison *x, size_t h) {
  const us_hunk *hunk = &x->hunks.p[h], *last = h ? hunk - 1 : NULL;
  const us_reference *r = x->reference;
  us_comparable_edit e = {0};
  place(&x->before.stream, hunk->a_begin, hunk->a_end, &e.before_begin, &e.before_end);
  place(&x->after.stream, hunk->b_begin, hunk->b_end, &e.after_begin, &e.after_end);
  count_grams(r, &x->before.stream, hunk->a_begin, hunk->a_end, last ? last->a_end : 0, &e.removed, &e.removed_held);
  count_grams(r, &x->after.stream, hunk->b_begin, hunk->b_end, last ? last->b_end : 0, &e.made, &e.made_held);
  /* up to the next edit, since the words behind an edit have another history now */
  bool is_last = h + 1 == x->hunks.n;
  e.gain = sum(x->after.cost, hunk->b_begin, is_last ? x->after.stream.n : hunk[1].b_begin) -
           sum(x->before.cost, hunk->a_begin, is_last ? x->before.stream.n : hunk[1].a_begin);
  return e;
}

bool us_comparison_edits(const us_comparison *x, us_comparable *c) {
  c->edits = calloc(x->hunks.n + 1, sizeof *c->edits);
  if (!c->edits) return false;
  c->edit_count = x->hunks.n;
  size_t line = 1, at = 0;
  for (size_t h = 0; h < x->hunks.n; h++) {
    c->edits[h] = edit_of(x, h);
    for (; at < c->edits[h].before_begin; at++) line += x->before.text.p[at] == '\n';
    c->edits[h].line = line;
  }
  return true;
}
