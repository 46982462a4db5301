/* bits.h - numbers of any width up to 57 bits, packed without gaps, little-endian.
 *
 * Readers fetch 8 bytes at once: every packed array ends with 8 bytes of padding (US_BITS_PAD).
 */
#ifndef US_MODEL_BITS_H
#define US_MODEL_BITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define US_BITS_PAD 8u

static inline uint64_t us_bits_get(const unsigned char *p, uint64_t bit, unsigned width) {
  uint64_t v;
  memcpy(&v, p + (bit >> 3), 8);
  return (v >> (bit & 7)) & ((1ull << width) - 1);
}

/* The target must be zero there. */
static inline void us_bits_put(unsigned char *p, uint64_t bit, uint64_t value) {
  uint64_t v;
  memcpy(&v, p + (bit >> 3), 8);
  v |= value << (bit & 7);
  memcpy(p + (bit >> 3), &v, 8);
}

/* Bytes of N numbers of WIDTH bits, padding included, a multiple of 8. */
static inline uint64_t us_bits_bytes(uint64_t n, unsigned width) { return (n * width + 63) / 64 * 8 + US_BITS_PAD; }

/* Bits that hold VALUE; at least 1. */
static inline unsigned us_bits_width(uint64_t value) {
  unsigned w = 1;
  while (value >> w) w++;
  return w;
}

#endif
