#include "measure/bleu.h"

#include <math.h>

static bool words_of(us_bleu *b, us_slice segment, us_ids *out) {
  us_slice tokens = us_tok13a_apply(&b->tok, segment);
  out->n = 0;
  return !b->tok.from.failed && !b->tok.to.failed && us_lexicon_words(&b->lexicon, tokens, out);
}

static size_t distance(size_t a, size_t b) { return a > b ? a - b : b - a; }

bool us_bleu_add(us_bleu *b, us_slice text, const us_slice *references, size_t count, us_bleu_counts *counts) {
  us_lexicon_clear(&b->lexicon);
  if (!words_of(b, text, &b->text)) return false;
  size_t n = b->text.n, nearest = 0;
  if (!us_grams_text(&b->grams, b->text.p, n, US_BLEU_ORDERS)) return false;
  for (size_t i = 0; i < count; i++) {
    if (!words_of(b, references[i], &b->reference)) return false;
    us_grams_compare(&b->grams, b->reference.p, b->reference.n, US_BLEU_ORDERS, counts->matches);
    size_t here = distance(b->reference.n, n), best = distance(nearest, n);
    if (i == 0 || here < best || (here == best && b->reference.n < nearest)) nearest = b->reference.n;
  }
  for (unsigned order = 1; order <= US_BLEU_ORDERS; order++) counts->totals[order - 1] += us_grams_total(n, order);
  counts->words += n;
  counts->reference_words += nearest;
  return true;
}

double us_bleu_score(const us_bleu_counts *c) {
  bool any = false;
  for (int i = 0; i < US_BLEU_ORDERS; i++) any |= c->matches[i] > 0;
  if (!any) return 0;
  double logs = 0, smooth = 1;
  for (int i = 0; i < US_BLEU_ORDERS; i++) {
    if (!c->totals[i]) return 0; /* no effective order: a text too short for 4-grams scores nothing */
    if (!c->matches[i]) smooth *= 2;
    double total = (double)c->totals[i];
    logs += log(c->matches[i] ? 100. * (double)c->matches[i] / total : 100. / (smooth * total));
  }
  double shortness = c->words < c->reference_words ? 1 - (double)c->reference_words / (double)c->words : 0;
  return exp(shortness) * exp(logs / US_BLEU_ORDERS);
}

void us_bleu_free(us_bleu *b) {
  us_tok13a_free(&b->tok);
  us_lexicon_free(&b->lexicon);
  us_grams_free(&b->grams);
  us_vec_free(&b->text);
  us_vec_free(&b->reference);
}
