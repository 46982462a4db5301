/* align.h - which words of one text stand for which of another: a least-edits alignment. */
#ifndef US_MEASURE_ALIGN_H
#define US_MEASURE_ALIGN_H

#include "base/error.h"
#include "measure/words.h"

typedef enum us_step { US_STEP_SAME, US_STEP_SWAP, US_STEP_DROP, US_STEP_ADD } us_step;

/* Zero-initialised is empty and valid; keeps its memory from one alignment to the next. */
typedef struct us_aligner {
  uint8_t *steps; /* the best last step to each cell of the band */
  size_t step_cap;
  uint32_t *rows; /* two rows of costs */
  size_t row_cap;
  US_VEC(uint8_t) path;
} us_aligner;

/* Aligns A with B and leaves the us_steps in aligner->path, from the end to the beginning. Where several paths cost the
 * same, the one that, seen from the end, swaps rather than drops and drops rather than adds. Errors: LIMIT (2 GiB would
 * not be enough), NOMEM. */
unspin_status us_align(us_aligner *aligner, const us_word_vec *a, const us_word_vec *b, unspin_error *err);
void us_aligner_free(us_aligner *aligner);

#endif
