/* row.h - one line of data/phrases/NAME.tsv: see data/README.md for the format. */
#ifndef US_PHRASES_ROW_H
#define US_PHRASES_ROW_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

enum { US_ROW_ID_LEN = 8, US_STRENGTH_MAX = 5 };
#define US_ROW_ID_DIGITS "0123456789abcdefghjkmnpqrstvwxyz" /* 32 of them */

typedef struct us_row {
  us_slice spun, plain, when, note, change, keep;
  char pos; /* v n a r x */
  int strength;
  const char *source; /* "news.tsv" */
  int line;
  char id[US_ROW_ID_LEN + 1];
  uint8_t families; /* of spinners whose files repeat the row, a bit each; that of SOURCE goes without saying */
  /* What learning saw; all 0 for rows that were not learned. */
  uint64_t count;         /* observations */
  double p_plain, p_spun; /* smoothed P(plain | spun) and P(spun | plain) */
  uint64_t first_hash;    /* XXH3 of the first example */
} us_row;

typedef US_VEC(us_row) us_row_vec;

/* The id that these four fields make, the same wherever the row stands: 40 bits in Crockford's base 32. */
void us_row_make_id(us_slice spun, us_slice plain, char pos, us_slice when, char out[US_ROW_ID_LEN + 1]);

/* Appends the rows of TEXT, which must outlive them, as SOURCE (borrowed too). Errors: FORMAT, naming file and line. */
unspin_status us_rows_parse(us_slice text, const char *source, us_row_vec *out, unspin_error *err);

#endif
