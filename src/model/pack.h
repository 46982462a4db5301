/* pack.h - from estimated layers to the file. */
#ifndef US_MODEL_PACK_H
#define US_MODEL_PACK_H

#include "model/layers.h"
#include "model/model.h"

typedef struct us_pack_job {
  const us_layers *layers; /* prob and bow as log10 */
  const us_slice *word;    /* by id, the reserved ones first, the others in byte order */
  uint32_t words;
  uint32_t prob_bits, bow_bits; /* 1 to 16, or 32 for plain floats */
  uint32_t flags;
  uint64_t unknown_types, tokens, sentences;
  us_slice info; /* "key: value" lines */
} us_pack_job;

/* Natural numbers to log10, once all estimating is done. */
void us_layers_to_log(us_layers *layers);

/* Writes the model; nothing is left under PATH or beside it on failure. Errors: NOMEM, IO, LIMIT (text over 4 GiB). */
unspin_status us_pack(const us_pack_job *job, const char *path, unspin_error *err);

/* Size in bytes of the file with COUNT n-grams by order, with job's words and widths. Errors: NOMEM. */
unspin_status us_pack_fixed_size(const us_pack_job *job, uint64_t *bytes, unspin_error *err);
uint64_t us_pack_layer_size(const us_model_meta *meta, unsigned k);

#endif
