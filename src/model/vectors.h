/* vectors.h - word vectors: which words keep the same company. Layout in FORMAT.md. */
#ifndef US_MODEL_VECTORS_H
#define US_MODEL_VECTORS_H

#include "base/file.h"
#include "base/image.h"
#include "model/words.h"

#define US_VECTORS_KIND US_IMAGE_KIND('V', 'E', 'C', 'T')
#define US_VECTORS_VERSION 1u

enum {
  US_VEC_META, /* 32 bits each: words, dimensions */
  US_VEC_WORD_GROUPS,
  US_VEC_WORD_TEXT,
  US_VEC_WORD_SLOTS,
  US_VEC_IN_SCALE, /* a float a word: what 1 stands for */
  US_VEC_IN,       /* signed bytes, dimensions a word */
  US_VEC_OUT_SCALE,
  US_VEC_OUT,
  US_VEC_INFO,
  US_VEC_SECTIONS
};

/* Dimensions are a multiple of this, so that loops over them run in full registers. */
#define US_VECTORS_LANES 16u
#define US_VECTORS_MAX_DIMENSIONS 512u

struct unspin_vectors {
  us_map map;
  us_words words;
  uint32_t dimensions;
  const float *in_scale, *out_scale;
  const int8_t *in, *out;
  us_slice info;
  uint64_t hash; /* of the file's contents */
};

/* unspin_vectors_cosine for a sum whose length was measured before, with us_vectors_square. */
float us_vectors_cosine(const unspin_vectors *vectors, const float *sum, double square, uint32_t word);
double us_vectors_square(const unspin_vectors *vectors, const float *sum);
/* The square of a word's length, in its own scale; at least 0, and 0 for unknown words. */
int us_vectors_word_square(const unspin_vectors *vectors, uint32_t word);
/* unspin_vectors_similarity of two words whose squares are known. */
float us_vectors_alike(const unspin_vectors *vectors, uint32_t a, int square_a, uint32_t b, int square_b);
/* unspin_vectors_fit for a mean that was widened once for many words. */
float us_vectors_fit_wide(const unspin_vectors *vectors, const double *mean, uint32_t word);
/* Asks memory for a word that will be compared soon. */
void us_vectors_prefetch(const unspin_vectors *vectors, uint32_t word);
/* BYTES stay borrowed. Fills all but map. Errors: FORMAT, VERSION. */
unspin_status us_vectors_attach(unspin_vectors *vectors, us_slice bytes, const char *name, unspin_error *err);

#endif
