/* run.h - sorted pieces of counted n-grams on disk, and their merging. */
#ifndef US_MODEL_RUN_H
#define US_MODEL_RUN_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/vec.h"

__extension__ typedef unsigned __int128 us_u128;

/* An n-gram: LAST, then the words before it in KEY, nearest first from the top bits down, each stored as id + 1;
 * 0 where the sentence's beginning was passed. */
typedef struct us_gram {
  us_u128 key;
  uint64_t weight; /* sum of domain weights, in 1/16 */
  uint32_t last;
  uint32_t count;
} us_gram;

static inline int us_gram_cmp(const us_gram *a, const us_gram *b) {
  if (a->last != b->last) return a->last < b->last ? -1 : 1;
  return a->key == b->key ? 0 : a->key < b->key ? -1 : 1;
}
/* Adds B's counts to A. */
static inline void us_gram_join(us_gram *a, const us_gram *b) {
  uint64_t count = (uint64_t)a->count + b->count;
  a->count = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
  a->weight += b->weight;
}

typedef unspin_status us_gram_sink(void *cookie, const us_gram *grams, size_t n, unspin_error *err);

/* Zero-initialised is empty. Runs are files without a name in DIR. */
typedef struct us_runs {
  US_VEC(FILE *) files;
  const char *dir; /* borrowed */
} us_runs;

/* Starts a new run; us_runs_write then appends to it. Errors: IO, NOMEM. */
unspin_status us_runs_begin(us_runs *runs, unspin_error *err);
unspin_status us_runs_write(us_runs *runs, const us_gram *grams, size_t n, unspin_error *err);
/* Merges all runs into SINK in ascending order, equal n-grams joined, with read buffers of MEMORY bytes in all. COOKIE
 * is handed to SINK; its first error ends the merge and is returned. Errors: IO, NOMEM, those of SINK. */
unspin_status us_runs_merge(us_runs *runs, size_t memory, us_gram_sink *sink, void *cookie, unspin_error *err);
void us_runs_free(us_runs *runs);

#endif
