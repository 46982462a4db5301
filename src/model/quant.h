/* quant.h - codebooks: many numbers told apart by few bits, each code the mean of what it stands for. */
#ifndef US_MODEL_QUANT_H
#define US_MODEL_QUANT_H

#include <stdint.h>

#include "base/error.h"

/* Values are first sorted into this many equal bins: fine enough not to matter beside 8 bits. */
#define US_QUANT_BINS 16384u

/* Zero-initialise, then set low and high before adding. */
typedef struct us_histogram {
  float low, high;
  double *weight; /* of the values in each bin */
  double *sum;    /* of weight times value */
} us_histogram;

unspin_status us_histogram_init(us_histogram *h, float low, float high, unspin_error *err);
/* WEIGHT: how much it matters to come close to VALUE. */
void us_histogram_add(us_histogram *h, float value, double weight);
void us_histogram_free(us_histogram *h);

/* Fills CODES with N rising values that lie close to the histogram's in the mean square (Lloyd's iteration from a
 * spread start). */
void us_codebook_fit(const us_histogram *h, float *codes, uint32_t n);
/* The index of the nearest of N rising codes; the lower one in a tie. */
uint32_t us_codebook_find(const float *codes, uint32_t n, float value);

#endif
