/* coverage.h - how much of a spinner's damage could be undone at all: whether the original is among what is offered.
 *
 * The spun and the plain text are aligned by least edits, as undone.h does; then offers are taken that give the plain
 * text's words exactly, side by side where it takes several, so that the fewest words are left to change. What is left
 * is out of reach, whatever is chosen. Substitutions are counted in what differs: a run of words against as many others
 * is that many substitutions, one of different lengths as many as its shorter side has words, and at least one. */
#ifndef US_MEASURE_COVERAGE_H
#define US_MEASURE_COVERAGE_H

#include "measure/align.h"

/* Bytes [begin, end) of the spun text could become AFTER. Offers may overlap. */
typedef struct us_offer {
  size_t begin, end;
  us_slice after;
  unsigned sources; /* a set of bits: who says so */
} us_offer;

typedef US_VEC(us_offer) us_offer_vec;

/* What differs from the plain text. */
typedef struct us_gaps {
  size_t substitutions;
  size_t words; /* least edits */
} us_gaps;

typedef struct us_coverage us_coverage;

/* NULL when out of memory. Serves one thread, one text after another. */
us_coverage *us_coverage_new(void);
void us_coverage_free(us_coverage *coverage);

/* Reads a text and its original; all three are borrowed until the next call. Errors: LIMIT (too long and too different
 * to align), NOMEM. */
unspin_status us_coverage_begin(us_coverage *coverage, us_slice spun, us_slice plain, const us_offer_vec *offers,
                                unspin_error *err);
/* What is left once the best of the offers from any of SOURCES have been taken; no sources: all the damage. BEST, if
 * not NULL, is emptied and gets the spun text with those offers taken. Errors: NOMEM. */
unspin_status us_coverage_left(us_coverage *coverage, unsigned sources, us_gaps *left, us_buf *best, unspin_error *err);
/* The words of the spun text, in order. */
const us_word_vec *us_coverage_words(const us_coverage *coverage);

#endif
