/* bleu.h - BLEU as sacreBLEU 2.6.0 gives it: mixed case, tokenizer 13a, exponential smoothing, no effective order. */
#ifndef US_MEASURE_BLEU_H
#define US_MEASURE_BLEU_H

#include "measure/grams.h"
#include "measure/lexicon.h"
#include "measure/tok13a.h"

enum { US_BLEU_ORDERS = 4 };

/* What a segment, or many together, gave: counts of segments may be added up. */
typedef struct us_bleu_counts {
  uint64_t matches[US_BLEU_ORDERS], totals[US_BLEU_ORDERS];
  uint64_t words, reference_words; /* of several references, the one nearest in length */
} us_bleu_counts;

/* Scratch; zero-initialised is empty and valid. */
typedef struct us_bleu {
  us_tok13a tok;
  us_lexicon lexicon;
  us_grams grams;
  us_ids text, reference;
} us_bleu;

/* Adds one segment with COUNT references (at least one) to COUNTS. False when out of memory. */
bool us_bleu_add(us_bleu *bleu, us_slice text, const us_slice *references, size_t count, us_bleu_counts *counts);
/* 0 to 100. */
double us_bleu_score(const us_bleu_counts *counts);
void us_bleu_free(us_bleu *bleu);

#endif
