/* grams.h - which n-grams of a text also stand in a reference, each counted no more often than it stands in both.
 *
 * Symbols are any numbers (words of a lexicon, code points). An n-gram is known by the n-gram before its last symbol
 * and that symbol, so all orders live in one table and nothing is mistaken for anything else. */
#ifndef US_MEASURE_GRAMS_H
#define US_MEASURE_GRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct us_gram us_gram;

/* Zero-initialised is empty and valid. */
typedef struct us_grams {
  us_gram *slots;
  size_t slot_count;
  uint32_t reference; /* the number of the reference that is being compared */
} us_grams;

/* Counts all n-grams of orders 1 to ORDERS of the text under test in place of those counted before. False when out of
 * memory, or with 4 Gi n-grams. */
bool us_grams_text(us_grams *grams, const uint32_t *symbols, size_t n, unsigned orders);

/* Compares one reference, and adds to MATCHES[order - 1] what it has. After a second one MATCHES holds what a
 * reference would give that had each n-gram as often as the one that has it most often. */
void us_grams_compare(us_grams *grams, const uint32_t *symbols, size_t n, unsigned orders, uint64_t *matches);

/* Forgets the references, so that the next is compared alone. */
void us_grams_forget(us_grams *grams);
void us_grams_free(us_grams *grams);

/* How many n-grams of ORDER a text of N symbols has. */
static inline uint64_t us_grams_total(size_t n, unsigned order) { return n >= order ? n - order + 1 : 0; }

#endif
