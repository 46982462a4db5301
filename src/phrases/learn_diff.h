/* learn_diff.h - which words of two texts changed: least edits, in linear memory (Myers 1986). */
#ifndef US_PHRASES_LEARN_DIFF_H
#define US_PHRASES_LEARN_DIFF_H

#include <stdint.h>

#include "base/vec.h"

/* A stretch of EQUAL words on both sides, then a run of A words that became B words. */
typedef struct us_diff_op {
  uint32_t equal, a, b;
} us_diff_op;

/* Zero-initialised is valid; kept between calls. */
typedef struct us_diff {
  int32_t *front; /* furthest points of both searches */
  size_t front_cap;
  bool *changed; /* words of A, then of B */
  size_t changed_cap;
  US_VEC(us_diff_op) ops; /* the answer; the last one may have an empty run */
} us_diff;

/* Fills diff->ops for A (N words) against B (M). Texts that differ beyond reason get an alignment that is short of the
 * least edits, so that time stays near linear. False when out of memory. */
bool us_diff_run(us_diff *diff, const uint32_t *a, size_t n, const uint32_t *b, size_t m);
void us_diff_free(us_diff *diff);

#endif
