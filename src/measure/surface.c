#include "measure/surface.h"

bool us_surface_add(us_surface *s, us_slice text, const us_slice *references, size_t count, us_surface_counts *counts) {
  return us_bleu_add(&s->bleu, text, references, count, &counts->bleu) &&
         us_chrf_add(&s->chrf, text, references, count, &counts->chrf2, &counts->chrf_plus) &&
         us_ter_add(&s->ter, text, references, count, &counts->ter);
}

static void sum_chrf(us_chrf_counts *into, const us_chrf_counts *c) {
  for (int i = 0; i < US_CHRF_ORDERS; i++) {
    into->text[i] += c->text[i];
    into->reference[i] += c->reference[i];
    into->matches[i] += c->matches[i];
  }
}

void us_surface_sum(us_surface_counts *into, const us_surface_counts *c) {
  for (int i = 0; i < US_BLEU_ORDERS; i++) {
    into->bleu.matches[i] += c->bleu.matches[i];
    into->bleu.totals[i] += c->bleu.totals[i];
  }
  into->bleu.words += c->bleu.words;
  into->bleu.reference_words += c->bleu.reference_words;
  sum_chrf(&into->chrf2, &c->chrf2);
  sum_chrf(&into->chrf_plus, &c->chrf_plus);
  into->ter.edits += c->ter.edits;
  into->ter.reference_words += c->ter.reference_words;
}

us_surface_scores us_surface_score(const us_surface_counts *c) {
  return (us_surface_scores){.bleu = us_bleu_score(&c->bleu),
                             .chrf2 = us_chrf2_score(&c->chrf2),
                             .chrf_plus = us_chrf_plus_score(&c->chrf_plus),
                             .ter = us_ter_score(&c->ter)};
}

void us_surface_free(us_surface *s) {
  us_bleu_free(&s->bleu);
  us_chrf_free(&s->chrf);
  us_ter_free(&s->ter);
}
