#include "measure/divergence.h"

#include <math.h>

#include "measure/figure.h"

double us_jensen_shannon(const uint32_t *left, uint64_t left_total, const uint32_t *right, uint64_t right_total,
                         size_t count) {
  if (!left_total || !right_total) return US_NAN;
  double sum = 0, left_rest = 1, right_rest = 1;
  for (size_t i = 0; i < count; i++) {
    double p = (double)left[i] / (double)left_total, q = (double)right[i] / (double)right_total, m = (p + q) / 2;
    if (left[i]) sum += p * log2(p / m);
    if (right[i]) sum += q * log2(q / m);
    left_rest -= p;
    right_rest -= q;
  }
  return fmin(fmax((sum + left_rest + right_rest) / 2, 0), 1); /* the rest is shared by nobody: log2 2 each */
}

double us_chi_square(const uint32_t *left, uint64_t left_total, const uint32_t *right, uint64_t right_total,
                     size_t count) {
  double sum = 0, all = (double)left_total + (double)right_total;
  size_t used = 0;
  for (size_t i = 0; i < count; i++) {
    double both = (double)left[i] + (double)right[i];
    if (!(both > 0)) continue;
    double x = both * (double)left_total / all, y = both * (double)right_total / all;
    if (!(x > 0) || !(y > 0)) return US_NAN;
    used++;
    sum += ((double)left[i] - x) * ((double)left[i] - x) / x + ((double)right[i] - y) * ((double)right[i] - y) / y;
  }
  return used > 1 ? sum / (double)(used - 1) : US_NAN;
}

int us_by_word_count(const void *a, const void *b) {
  const us_word_count *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return (x->word > y->word) - (x->word < y->word);
}
