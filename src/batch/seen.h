/* seen.h - what was met already in a run, by its hash: paths, folders. */
#ifndef US_BATCH_SEEN_H
#define US_BATCH_SEEN_H

#include "base/error.h"
#include "base/slice.h"

/* Zero-initialised: empty. Takes 16 to 32 bytes for each thing. Hashes are seeded anew in each run, so that nobody can
 * choose names which look the same. */
typedef struct us_seen {
  uint64_t *slots;
  size_t cap, count;
  uint64_t seed;
} us_seen;

/* *BEFORE: it was there. Errors: NOMEM. */
unspin_status us_seen_add(us_seen *seen, us_slice what, bool *before, unspin_error *err);
void us_seen_free(us_seen *seen);

#endif
