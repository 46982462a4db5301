#include "model/elias.h"

void us_elias_build(const uint32_t *values, uint64_t n, uint64_t max, unsigned char *low, uint64_t *high,
                    uint32_t *sample) {
  unsigned low_bits = us_elias_low_bits(n, max);
  uint64_t mask = (1ull << low_bits) - 1;
  for (uint64_t i = 0; i < n; i++) {
    uint64_t place = (values[i] >> low_bits) + i;
    us_bits_put(low, i * low_bits, values[i] & mask);
    high[place >> 6] |= 1ull << (place & 63);
    if (i % US_ELIAS_STEP == 0) sample[i / US_ELIAS_STEP] = (uint32_t)place;
  }
}

#define EACH_BYTE 0x0101010101010101ull

/* Byte i: how many bits are set in bytes 0 to i. Without the popcnt instruction, which not every x86-64 has. */
static inline uint64_t bits_up_to(uint64_t x) {
  x -= x >> 1 & 0x5555555555555555ull;
  x = (x & 0x3333333333333333ull) + (x >> 2 & 0x3333333333333333ull);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full;
  return x * EACH_BYTE;
}

/* Clears the SKIP lowest of the set bits, of which there are more: whole bytes at once, then one by one. */
static inline uint64_t drop_bits(uint64_t word, uint64_t sums, unsigned skip) {
  uint64_t passed = ((skip | 0x80) * EACH_BYTE - sums) & 0x80 * EACH_BYTE; /* bytes whose sum is not above skip */
  unsigned shift = (unsigned)((passed >> 7) * EACH_BYTE >> 56) * 8;
  skip -= (unsigned)(sums << 8 >> shift & 255);
  word &= ~0ull << shift;
  while (skip--) word &= word - 1;
  return word;
}

/* Bit place of the one bit that SKIP ones precede from WORD (its first bits masked off by the caller) on. */
static inline uint64_t find_one(const us_elias *e, uint64_t *at, uint64_t *word, unsigned skip) {
  uint64_t sums = bits_up_to(*word);
  for (unsigned ones; skip >= (ones = (unsigned)(sums >> 56)); sums = bits_up_to(*word)) {
    skip -= ones;
    if (++*at >= e->high_words) {
      *word = 0;
      return UINT64_MAX;
    }
    *word = e->high[*at];
  }
  *word = drop_bits(*word, sums, skip);
  uint64_t place = (*at << 6) + (uint64_t)__builtin_ctzll(*word);
  *word &= *word - 1;
  return place;
}

/* The same for the very next one bit. */
static inline uint64_t next_one(const us_elias *e, uint64_t *at, uint64_t *word) {
  while (!*word) {
    if (++*at >= e->high_words) return UINT64_MAX;
    *word = e->high[*at];
  }
  return (*at << 6) + (uint64_t)__builtin_ctzll(*word);
}

static inline uint64_t value_at(const us_elias *e, uint64_t index, uint64_t place) {
  uint64_t low = us_bits_get(e->low, index * e->low_bits, e->low_bits);
  uint64_t value = (place - index) << e->low_bits | low;
  return place == UINT64_MAX || place < index || value > e->max ? e->max : value;
}

void us_elias_pair(const us_elias *e, uint64_t index, uint64_t *a, uint64_t *b) {
  uint64_t start = e->sample[index / US_ELIAS_STEP], at = start >> 6;
  if (at >= e->high_words) {
    *a = *b = e->max;
    return;
  }
  uint64_t word = e->high[at] & (~0ull << (start & 63));
  uint64_t place = find_one(e, &at, &word, (unsigned)(index % US_ELIAS_STEP));
  *a = value_at(e, index, place);
  if (place != UINT64_MAX) place = next_one(e, &at, &word);
  *b = value_at(e, index + 1, place);
}
