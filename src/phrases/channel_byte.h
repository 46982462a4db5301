/* channel_byte.h - probabilities and counts in a byte each, as the channel and the matcher keep them. */
#ifndef US_PHRASES_CHANNEL_BYTE_H
#define US_PHRASES_CHANNEL_BYTE_H

#include <math.h>
#include <stdint.h>

/* Probabilities are stored as -40 log10 p, 0 to 254; 255: none. */
enum { US_CHANNEL_NO_P = 255 };
static inline float us_channel_log10(uint8_t q) { return (float)q / -40.0f; }

static inline uint8_t us_channel_quantise(double p) {
  if (!(p > 0)) return US_CHANNEL_NO_P;
  double q = -40 * log10(p < 1 ? p : 1);
  return q > 254 ? 254 : (uint8_t)lround(q);
}

/* Counts as 8 ln(1 + n), at most 255. */
static inline uint8_t us_channel_pack_count(double n) {
  double count = 8 * log1p(n);
  return count > 255 ? 255 : (uint8_t)count;
}
static inline float us_channel_ln_count(uint8_t packed) { return (float)packed / 8; }

#endif
