/* learn_spool.h - aligned pairs of streams in a temporary file, so that any number of passes over any amount of text
 * needs the memory of one pair. */
#ifndef US_PHRASES_LEARN_SPOOL_H
#define US_PHRASES_LEARN_SPOOL_H

#include <stdio.h>

#include "base/error.h"
#include "phrases/learn_diff.h"
#include "phrases/learn_words.h"

/* One pair as it lies in the spool. Borrowed until the next one is read. */
typedef struct us_spooled {
  const uint32_t *spun, *plain; /* streams */
  uint32_t spun_n, plain_n;
  const us_diff_op *ops;
  uint32_t op_n;
  uint64_t hash; /* of the pair's spun text */
} us_spooled;

typedef struct us_spool {
  FILE *file; /* without a name */
  const char *dir;
  uint32_t *record;
  size_t record_cap;
  uint64_t pairs;
} us_spool;

/* Makes the file in DIR (borrowed). Errors: IO, NOMEM. */
unspin_status us_spool_open(us_spool *spool, const char *dir, unspin_error *err);
void us_spool_close(us_spool *spool);

/* Errors: IO. */
unspin_status us_spool_write(us_spool *spool, const us_spooled *pair, unspin_error *err);
/* Goes back to the first pair. Errors: IO. */
unspin_status us_spool_rewind(us_spool *spool, unspin_error *err);
/* Reads the next pair; *MORE is false behind the last. Errors: IO, NOMEM. */
unspin_status us_spool_next(us_spool *spool, us_spooled *out, bool *more, unspin_error *err);

#endif
