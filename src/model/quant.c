#include "model/quant.h"

#include <math.h>
#include <stdlib.h>

enum { ROUNDS = 30 };

unspin_status us_histogram_init(us_histogram *h, float low, float high, unspin_error *err) {
  *h = (us_histogram){.low = low, .high = high};
  h->weight = calloc(US_QUANT_BINS, sizeof *h->weight);
  h->sum = calloc(US_QUANT_BINS, sizeof *h->sum);
  if (h->weight && h->sum) return UNSPIN_OK;
  us_histogram_free(h);
  return us_nomem(err);
}

void us_histogram_add(us_histogram *h, float value, double weight) {
  double span = (double)h->high - (double)h->low;
  double share = span > 0 ? ((double)value - (double)h->low) / span : 0;
  if (!(share > 0)) share = 0;
  uint32_t bin = (uint32_t)(share * (US_QUANT_BINS - 1));
  if (bin >= US_QUANT_BINS) bin = US_QUANT_BINS - 1;
  h->weight[bin] += weight;
  h->sum[bin] += weight * (double)value;
}

void us_histogram_free(us_histogram *h) {
  free(h->weight);
  free(h->sum);
  *h = (us_histogram){0};
}

/* The best codes lie as dense as the cube root of the values' density: cuts the line so that each class holds the same
 * share of that. Classes filled equally would leave few codes to the rare values at the ends, which are the ones of
 * frequent words. */
static void start_spread(const us_histogram *h, float *codes, uint32_t n) {
  double total = 0, before = 0;
  for (uint32_t b = 0; b < US_QUANT_BINS; b++) total += cbrt(h->weight[b]);
  uint32_t b = 0;
  for (uint32_t c = 0; c < n; c++) {
    double until = total * (c + 1) / n, sum = 0;
    double weight = 0;
    for (; b < US_QUANT_BINS && (before < until || c == n - 1); b++) {
      before += cbrt(h->weight[b]);
      weight += h->weight[b];
      sum += h->sum[b];
    }
    codes[c] = weight > 0 ? (float)(sum / weight) : c ? codes[c - 1] : h->low;
  }
}

void us_codebook_fit(const us_histogram *h, float *codes, uint32_t n) {
  start_spread(h, codes, n);
  for (int round = 0; round < ROUNDS; round++) {
    uint32_t b = 0;
    for (uint32_t c = 0; c < n; c++) {
      double edge = c + 1 < n ? ((double)codes[c] + (double)codes[c + 1]) / 2 : 0, sum = 0;
      double weight = 0;
      for (; b < US_QUANT_BINS; b++) {
        if (!(h->weight[b] > 0)) continue;
        if (c + 1 < n && h->sum[b] / h->weight[b] > edge) break;
        weight += h->weight[b];
        sum += h->sum[b];
      }
      if (weight > 0) codes[c] = (float)(sum / weight);
    }
    for (uint32_t c = 1; c < n; c++) /* a class that lost everything must not break the order */
      if (codes[c] < codes[c - 1]) codes[c] = codes[c - 1];
  }
}

uint32_t us_codebook_find(const float *codes, uint32_t n, float value) {
  uint32_t lo = 0, hi = n - 1; /* first code that is not below VALUE, or the last */
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (codes[mid] < value) lo = mid + 1;
    else hi = mid;
  }
  if (lo && (double)value - (double)codes[lo - 1] <= (double)codes[lo] - (double)value) lo--;
  return lo;
}
