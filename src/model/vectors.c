#include "model/vectors.h"

#include <math.h>
#include <stdlib.h>

#include "base/wide.h"
#include "model/bits.h"

static unspin_status damaged(const char *name, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: sizes do not fit together", name);
}

unspin_status us_vectors_attach(unspin_vectors *v, us_slice bytes, const char *name, unspin_error *err) {
  us_image image;
  uint32_t meta[2];
  US_TRY(us_image_read(bytes, name, US_VECTORS_KIND, US_VECTORS_VERSION, &image, err));
  const us_slice *s = image.section;
  if (image.count != US_VEC_SECTIONS || s[US_VEC_META].n != sizeof meta) return damaged(name, err);
  memcpy(meta, s[US_VEC_META].p, sizeof meta);
  uint64_t n = meta[0], dimensions = meta[1], slots = us_words_slot_count(meta[0]);
  if (n < 3 || n > 1u << 25 || dimensions < US_VECTORS_LANES || dimensions > US_VECTORS_MAX_DIMENSIONS ||
      dimensions % US_VECTORS_LANES)
    return damaged(name, err);
  if (s[US_VEC_WORD_GROUPS].n != (n + US_WORDS_GROUP - 1) / US_WORDS_GROUP * 4 ||
      s[US_VEC_WORD_SLOTS].n != us_bits_bytes(slots, us_bits_width(n)) || s[US_VEC_IN_SCALE].n != n * 4 ||
      s[US_VEC_OUT_SCALE].n != n * 4 || s[US_VEC_IN].n != n * dimensions || s[US_VEC_OUT].n != n * dimensions)
    return damaged(name, err);
  v->words = (us_words){.n = meta[0],
                        .group = (const uint32_t *)(const void *)s[US_VEC_WORD_GROUPS].p,
                        .text = s[US_VEC_WORD_TEXT],
                        .slots = (const unsigned char *)s[US_VEC_WORD_SLOTS].p,
                        .slot_count = slots,
                        .id_bits = us_bits_width(n)};
  v->dimensions = meta[1];
  v->in_scale = (const float *)(const void *)s[US_VEC_IN_SCALE].p;
  v->out_scale = (const float *)(const void *)s[US_VEC_OUT_SCALE].p;
  v->in = (const int8_t *)s[US_VEC_IN].p;
  v->out = (const int8_t *)s[US_VEC_OUT].p;
  v->info = s[US_VEC_INFO];
  v->hash = image.hash;
  return UNSPIN_OK;
}

unspin_status unspin_vectors_open(const char *path, unspin_vectors **out, unspin_error *err) {
  *out = NULL;
  unspin_vectors *v = calloc(1, sizeof *v);
  if (!v) return us_nomem(err);
  unspin_status status = us_map_open(path, &v->map, err);
  if (!status) status = us_vectors_attach(v, (us_slice){(const char *)v->map.p, v->map.n}, path, err);
  if (status) unspin_vectors_close(v);
  else *out = v;
  return status;
}

void unspin_vectors_close(unspin_vectors *vectors) {
  if (!vectors) return;
  us_map_close(&vectors->map);
  free(vectors);
}

uint32_t unspin_vectors_word(const unspin_vectors *vectors, const char *word, size_t len) {
  uint32_t id = us_words_find(&vectors->words, (us_slice){word, len});
  return id < 3 ? 0 : id;
}
uint32_t unspin_vectors_word_count(const unspin_vectors *vectors) { return vectors->words.n; }
unsigned unspin_vectors_dimensions(const unspin_vectors *vectors) { return vectors->dimensions; }

static bool known(const unspin_vectors *v, uint32_t word) { return word >= 3 && word < v->words.n; }

US_WIDE static int dot(const int8_t *a, const int8_t *b, uint32_t n) {
  int sum = 0; /* at most 512 times 2^14 */
  for (uint32_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/* Dimensions come in whole lanes (vectors.h); each lane sums on its own, in an order that is the same everywhere. */
static double total(const double lane[US_VECTORS_LANES]) {
  double sum = 0;
  for (uint32_t k = 0; k < US_VECTORS_LANES; k++) sum += lane[k];
  return sum;
}

US_WIDE static double product(const float *mean, const int8_t *x, uint32_t n) {
  double lane[US_VECTORS_LANES] = {0};
  for (uint32_t i = 0; i < n; i += US_VECTORS_LANES)
    for (uint32_t k = 0; k < US_VECTORS_LANES; k++) lane[k] += (double)mean[i + k] * x[i + k];
  return total(lane);
}

US_WIDE static double wide_product(const double *mean, const int8_t *x, uint32_t n) {
  double lane[US_VECTORS_LANES] = {0};
  for (uint32_t i = 0; i < n; i += US_VECTORS_LANES)
    for (uint32_t k = 0; k < US_VECTORS_LANES; k++) lane[k] += mean[i + k] * x[i + k];
  return total(lane);
}

double us_vectors_square(const unspin_vectors *v, const float *sum) {
  double lane[US_VECTORS_LANES] = {0};
  for (uint32_t i = 0; i < v->dimensions; i += US_VECTORS_LANES)
    for (uint32_t k = 0; k < US_VECTORS_LANES; k++) lane[k] += (double)sum[i + k] * (double)sum[i + k];
  return total(lane);
}

void us_vectors_prefetch(const unspin_vectors *v, uint32_t word) {
  if (!known(v, word)) return;
  for (uint32_t i = 0; i < v->dimensions; i += 64) {
    __builtin_prefetch(v->in + (size_t)word * v->dimensions + i);
    __builtin_prefetch(v->out + (size_t)word * v->dimensions + i);
  }
}

int us_vectors_word_square(const unspin_vectors *v, uint32_t word) {
  if (!known(v, word)) return 0;
  const int8_t *x = v->in + (size_t)word * v->dimensions;
  return dot(x, x, v->dimensions);
}

float us_vectors_alike(const unspin_vectors *v, uint32_t a, int square_a, uint32_t b, int square_b) {
  if (!known(v, a) || !known(v, b)) return 0;
  const int8_t *x = v->in + (size_t)a * v->dimensions, *y = v->in + (size_t)b * v->dimensions;
  double length = sqrt((double)square_a * (double)square_b);
  return length > 0 ? (float)(dot(x, y, v->dimensions) / length) : 0;
}

float unspin_vectors_similarity(const unspin_vectors *v, uint32_t a, uint32_t b) {
  return us_vectors_alike(v, a, us_vectors_word_square(v, a), b, us_vectors_word_square(v, b));
}

void unspin_vectors_add(const unspin_vectors *v, uint32_t word, float weight, float *sum) {
  if (!known(v, word)) return;
  const int8_t *x = v->in + (size_t)word * v->dimensions;
  float scale = weight * v->in_scale[word];
  for (uint32_t i = 0; i < v->dimensions; i++) sum[i] += scale * (float)x[i];
}

float us_vectors_cosine(const unspin_vectors *v, const float *sum, double square, uint32_t word) {
  if (!known(v, word)) return 0;
  const int8_t *x = v->in + (size_t)word * v->dimensions;
  double length = sqrt(square * (double)dot(x, x, v->dimensions));
  return length > 0 ? (float)(product(sum, x, v->dimensions) / length) : 0;
}

float unspin_vectors_cosine(const unspin_vectors *v, const float *sum, uint32_t word) {
  return us_vectors_cosine(v, sum, us_vectors_square(v, sum), word);
}

float unspin_vectors_fit(const unspin_vectors *v, const float *mean, uint32_t word) {
  if (!known(v, word)) return 0;
  const int8_t *x = v->out + (size_t)word * v->dimensions;
  return (float)(product(mean, x, v->dimensions) * (double)v->out_scale[word]);
}

float us_vectors_fit_wide(const unspin_vectors *v, const double *mean, uint32_t word) {
  if (!known(v, word)) return 0;
  const int8_t *x = v->out + (size_t)word * v->dimensions;
  return (float)(wide_product(mean, x, v->dimensions) * (double)v->out_scale[word]);
}

uint32_t unspin_vectors_text(const unspin_vectors *vectors, uint32_t id, char *out, uint32_t size) {
  us_buf word = {0};
  us_words_get(&vectors->words, id, &word);
  uint32_t n = word.failed || word.n >= size ? 0 : (uint32_t)word.n;
  if (n) memcpy(out, word.p, n);
  if (size) out[n] = 0;
  us_buf_free(&word);
  return n;
}
