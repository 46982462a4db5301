/* halves.h - a reference cut into two halves: one may help to restore, the other judges. What is judged on text that
 * was used for restoring proves nothing, so `clean --like` and `score --against` must cut alike: this is the one place.
 */
#ifndef US_MEASURE_HALVES_H
#define US_MEASURE_HALVES_H

#include "base/buf.h"

enum { US_HALF_DECODE = 0, US_HALF_JUDGE = 1 };

typedef struct us_halves {
  us_buf half[2];  /* owned; each unit ends a paragraph */
  size_t words[2]; /* words and numbers */
  size_t units;    /* paragraphs, or sentences */
  bool sentences;  /* cut into sentences, because there were too few paragraphs */
} us_halves;

/* Deals the paragraphs of TEXT out in their order, each to the half that has fewer words so far (the first where both
 * have as many); sentences, if there are fewer than eight paragraphs. A paragraph that was met before goes to the same
 * half as then. The same text always gives the same halves. False when out of memory; free HALVES in any case. */
bool us_halves_split(us_slice text, us_halves *halves);
void us_halves_free(us_halves *halves);

#endif
