/* comparison.h - the inside of a comparison, for comparable*.c: both texts as tokens, each with what it costs, and
 * which sentence of the text before each token belongs to. */
#ifndef US_MEASURE_COMPARISON_H
#define US_MEASURE_COMPARISON_H

#include "measure/reference.h"

/* before[a_begin, a_end) became after[b_begin, b_end), in tokens; one of them may be empty. */
typedef struct us_hunk {
  size_t a_begin, a_end, b_begin, b_end;
} us_hunk;

typedef struct us_side {
  us_slice text; /* borrowed */
  us_stream stream;
  double *cost;  /* bits by token: H_ref - H_bg, averaged over the halves that judge */
  size_t *first; /* token where each sentence of the text before begins, and one more for the end */
} us_side;

typedef struct us_comparison {
  us_reference *reference;
  us_side before, after;
  US_VEC(us_hunk) hunks;
  size_t sentences;
} us_comparison;

/* Fills everything from the two texts. Errors: INVALID (no words), NOMEM, LIMIT. Free the comparison in any case. */
unspin_status us_comparison_make(us_reference *reference, us_slice before, us_slice after, us_comparison *comparison,
                                 unspin_error *err);
void us_comparison_free(us_comparison *comparison);

/* The sentence of the text before in which a hunk counts. */
size_t us_comparison_sentence(const us_comparison *comparison, const us_hunk *hunk);

/* Fills C's edits, one for each hunk. False when out of memory. */
bool us_comparison_edits(const us_comparison *comparison, us_comparable *c);

/* Fills C's four figures; its edits must stand. Errors: NOMEM, LIMIT. */
unspin_status us_comparison_figures(const us_comparison *comparison, const us_comparable_options *options,
                                    us_comparable *c, unspin_error *err);

#endif
