/* divergence.h - how far the words of two texts are apart, from how often each occurs. */
#ifndef US_MEASURE_DIVERGENCE_H
#define US_MEASURE_DIVERGENCE_H

#include <stddef.h>
#include <stdint.h>

/* Jensen-Shannon divergence in bits, 0 (the same shares) to 1 (no word in common), without smoothing. LEFT and RIGHT
 * count the same COUNT words; the totals may hold more: words that the other text lacks. NAN if a total is 0. */
double us_jensen_shannon(const uint32_t *left, uint64_t left_total, const uint32_t *right, uint64_t right_total,
                         size_t count);

/* Chi-square of the 2 by COUNT table of LEFT and RIGHT, whose texts have so many words in all, divided by its degrees
 * of freedom: one less than the words that occur at all (Kilgarriff, W97-0122). NAN if there are none. */
double us_chi_square(const uint32_t *left, uint64_t left_total, const uint32_t *right, uint64_t right_total,
                     size_t count);

/* A word and how often it stands somewhere: chi-square looks at the commonest only. */
typedef struct us_word_count {
  uint32_t word;
  uint64_t count;
} us_word_count;
/* For qsort: the most frequent first, equal ones by word. */
int us_by_word_count(const void *a, const void *b);

#endif
