/* builder.h - compiles parsed rows into a matcher image. Used at build time and by tests. */
#ifndef US_PHRASES_BUILDER_H
#define US_PHRASES_BUILDER_H

#include "phrases/matcher.h"
#include "phrases/row.h"

/* Word lists that the pattern syntax leans on, from data/phrases/syntax.txt. */
typedef struct us_syntax {
  const us_slice *prepositions;
  size_t preposition_count;
  const us_slice *owners; /* what one's may stand for */
  size_t owner_count;
  const us_slice *families; /* how the names of files begin whose rows are one spinner's own: US_FAMILIES of them */
  size_t family_count;
} us_syntax;

/* The family whose rows the file SOURCE holds, as a bit; 0: no spinner's own. */
uint8_t us_family_of(const us_syntax *syntax, const char *source);

/* How often a row's two sides stand in clean text, in occurrences per million words; negative: not counted. */
typedef struct us_row_rate {
  float spun, plain;
} us_row_rate;

/* Appends the image of ROWS (with RATES, one each, or NULL) to OUT. The same rows give the same bytes. Errors: FORMAT
 * (naming file and line), NOMEM. */
unspin_status us_matcher_build(const us_row *rows, const us_row_rate *rates, size_t n, const us_syntax *syntax,
                               us_buf *out, unspin_error *err);

#endif
