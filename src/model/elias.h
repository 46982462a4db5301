/* elias.h - Elias-Fano: a rising sequence in about 2 + log2(largest / count) bits a number, any of them in one step.
 *
 * Where the children of one layer's n-grams begin in the next is such a sequence, and storing it so costs 2 to 3 bits
 * an n-gram where a plain pointer costs 22. Low bits are packed; high parts are counted in unary in a bit map
 * (number i's bit stands at (value >> low) + i) with the place of every 64th one bit noted.
 */
#ifndef US_MODEL_ELIAS_H
#define US_MODEL_ELIAS_H

#include <stdbool.h>

#include "model/bits.h"

#define US_ELIAS_STEP 64u

typedef struct us_elias {
  const unsigned char *low; /* packed, low_bits each */
  const uint64_t *high;     /* bit map */
  const uint32_t *sample;   /* bit place of number 0, 64, 128, ... */
  uint64_t n, max;          /* how many numbers; no number is larger */
  uint64_t high_words;
  unsigned low_bits;
} us_elias;

static inline unsigned us_elias_low_bits(uint64_t n, uint64_t max) {
  unsigned low = 0;
  while (n && (max / n) >> (low + 1)) low++;
  return low;
}
static inline uint64_t us_elias_low_bytes(uint64_t n, uint64_t max) {
  return us_bits_bytes(n, us_elias_low_bits(n, max));
}
static inline uint64_t us_elias_high_words(uint64_t n, uint64_t max) {
  return (n + (max >> us_elias_low_bits(n, max)) + 1 + 63) / 64;
}
static inline uint64_t us_elias_samples(uint64_t n) { return (n + US_ELIAS_STEP - 1) / US_ELIAS_STEP; }

/* Fills zeroed arrays of the sizes above from N rising numbers, none above MAX. */
void us_elias_build(const uint32_t *values, uint64_t n, uint64_t max, unsigned char *low, uint64_t *high,
                    uint32_t *sample);

/* Numbers INDEX and INDEX + 1 (INDEX + 1 < n). In a damaged file they may be anything up to max, in any order. */
void us_elias_pair(const us_elias *e, uint64_t index, uint64_t *a, uint64_t *b);

#endif
