/* count.h - counting n-grams of a stream of word ids in bounded memory.
 *
 * The stream lies in a column: sentences one after another, each ended by US_WORD_END. It is taken in blocks; each
 * block's positions are sorted by their reversed n-gram (first by bucket of the last word, then by a 128-bit key of
 * the words before it), equal ones are joined, and the result goes straight to the sink if there is one block, or to a
 * run on disk; runs are merged as a stream.
 */
#ifndef US_MODEL_COUNT_H
#define US_MODEL_COUNT_H

#include <stdint.h>

#include "model/layers.h"

/* Domain weights are multiples of 1/16, at most 8 different ones in a run. */
#define US_WEIGHT_UNIT 16u
#define US_WEIGHT_KINDS 8u

/* From token BEGIN on, weight number KIND. */
typedef struct us_segment {
  uint64_t begin;
  uint32_t kind;
} us_segment;

typedef struct us_count_job {
  const uint32_t *ids; /* token_count of them, the last one US_WORD_END */
  uint64_t token_count;
  uint32_t words;             /* ids are below this */
  const us_segment *segments; /* ascending, the first begins at 0 */
  size_t segment_count;
  uint32_t weight[US_WEIGHT_KINDS]; /* in units of 1/16 */
  int order;
  size_t memory; /* bytes that counting may use */
  unsigned threads;
  const char *scratch_dir;
  /* Called between pieces of work with the share done, 0 to 1; false stops with UNSPIN_ERR_INVALID "cancelled". */
  bool (*progress)(void *cookie, double share);
  void *cookie;
} us_count_job;

/* Adds every distinct n-gram to BUILDER. Errors: NOMEM, IO, LIMIT. */
unspin_status us_count(const us_count_job *job, us_layers_builder *builder, unspin_error *err);

#endif
