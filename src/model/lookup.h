/* lookup.h - the inner steps of a query, shared by one at a time and many at a time. */
#ifndef US_MODEL_LOOKUP_H
#define US_MODEL_LOOKUP_H

#include "model/model.h"

static inline float us_float_of(uint64_t bits) {
  uint32_t b = (uint32_t)bits;
  float f;
  memcpy(&f, &b, sizeof f);
  return f;
}

static inline float us_prob_at(const us_packed_layer *l, uint64_t bit) {
  uint64_t code = us_bits_get(l->entries, bit + l->word_bits, l->prob_bits);
  return l->prob_codes ? l->prob_codes[code] : us_float_of(code);
}

/* Code 0 says that nothing extends the n-gram to the right; its weight is then exactly 0. */
static inline float us_bow_at(const us_packed_layer *l, uint64_t bit, bool *extends) {
  uint64_t code = us_bits_get(l->entries, bit + l->word_bits + l->prob_bits, l->bow_bits);
  *extends = code != 0;
  return !code ? 0.0f : l->bow_codes ? l->bow_codes[code] : us_float_of(code);
}

/* Entries [lo, hi) among which a word is looked for, and what is known of the words at their ends. */
typedef struct us_range {
  uint64_t lo, hi;
  uint32_t low_word, high_word;
} us_range;

/* Where in R a word probably stands: ids are spread evenly enough for guesses by proportion to come close. */
static inline uint64_t us_range_guess(const us_range *r, uint32_t word) {
  float share = ((float)(word - r->low_word) + 0.5f) / ((float)(r->high_word - r->low_word) + 1.0f);
  uint64_t span = r->hi - r->lo, step = (uint64_t)(share * (float)span);
  return r->lo + (step < span ? step : span - 1);
}

/* A function that only prefetches has no effect that a compiler counts: unless inlined, calls of it may be dropped. */
#define US_PREFETCHES static inline __attribute__((always_inline))

/* The looks that follow the first, AT, fall near it: all their lines are fetched at once, but none outside R. */
US_PREFETCHES void us_prefetch_entries(const us_packed_layer *l, const us_range *r, uint64_t at) {
  enum { LINE = 64 };
  const unsigned char *near = l->entries + (at * l->width >> 3), *low = l->entries + (r->lo * l->width >> 3),
                      *high = l->entries + (r->hi * l->width >> 3);
  __builtin_prefetch(near);
  __builtin_prefetch(near - low > LINE ? near - LINE : low);
  __builtin_prefetch(high - near > LINE ? near + LINE : high);
  if (high - low <= 2 * LINE) return;
  __builtin_prefetch(near - low > 2 * LINE ? near - 2 * LINE : low);
  __builtin_prefetch(high - near > 2 * LINE ? near + 2 * LINE : high);
}

/* Where WORD stands among the entries of R, or -1. The last few lie together in memory and are compared all at once. No
 * branch depends on which side WORD lies: that cannot be foretold. Ids that were made to be guessed badly are halved.
 */
static inline int64_t us_find_child(const us_packed_layer *l, us_range r, uint32_t word) {
  enum { FEW = 8, MOST_GUESSES = 32 };
  uint64_t end = r.hi;
  if (r.lo >= r.hi) return -1;
  for (unsigned guesses = 0; r.hi - r.lo > FEW; guesses++) {
    uint64_t at = guesses < MOST_GUESSES ? us_range_guess(&r, word) : r.lo + (r.hi - r.lo) / 2;
    uint32_t found = (uint32_t)us_bits_get(l->entries, at * l->width, l->word_bits);
    if (found == word) return (int64_t)at;
    bool less = found < word;
    r.lo = less ? at + 1 : r.lo;
    r.hi = less ? r.hi : at;
    r.low_word = less ? found : r.low_word;
    r.high_word = less ? r.high_word : found;
  }
  uint64_t first = r.lo;
  for (uint64_t i = first; i < r.hi; i++) r.lo += (uint32_t)us_bits_get(l->entries, i * l->width, l->word_bits) < word;
  return r.lo < end && (uint32_t)us_bits_get(l->entries, r.lo * l->width, l->word_bits) == word ? (int64_t)r.lo : -1;
}

#endif
