#include "model/pack.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "model/bits.h"
#include "model/quant.h"

enum { MAX_SECTIONS = US_SEC_LAYERS + US_SEC_PER_LAYER * US_MODEL_MAX_ORDER, IMAGE_HEADER = 40, IMAGE_HASHED = 32 };

void us_layers_to_log(us_layers *layers) {
  for (int k = 0; k < layers->order; k++) {
    us_layer *l = &layers->layer[k];
    for (uint32_t i = 0; i < l->n; i++) {
      US_F32(l->prob)[i] = log10f(US_F32(l->prob)[i]);
      if (l->bow.p) US_F32(l->bow)[i] = log10f(US_F32(l->bow)[i]);
    }
  }
}

/* ---- sizes ---- */

static void meta_of(const us_pack_job *job, us_model_meta *meta) {
  *meta = (us_model_meta){.order = (uint32_t)job->layers->order,
                          .words = job->words,
                          .flags = job->flags,
                          .unknown_types = job->unknown_types,
                          .tokens = job->tokens,
                          .sentences = job->sentences};
  for (unsigned k = 0; k < meta->order; k++) {
    meta->count[k] = job->layers->layer[k].n;
    meta->prob_bits[k] = job->prob_bits;
    meta->bow_bits[k] = job->bow_bits;
  }
}

static void layer_sections(const us_model_meta *meta, unsigned k, uint64_t size[US_SEC_PER_LAYER]) {
  uint64_t n = meta->count[k];
  memset(size, 0, US_SEC_PER_LAYER * sizeof *size);
  size[0] = us_bits_bytes(n, us_meta_entry_width(meta, k));
  if (k + 1 == meta->order) return;
  uint64_t next = meta->count[k + 1];
  if (k == 0) {
    size[1] = us_bits_bytes(n + 1, us_bits_width(next));
    return;
  }
  size[1] = us_elias_low_bytes(n + 1, next);
  size[2] = us_elias_high_words(n + 1, next) * 8;
  size[3] = us_elias_samples(n + 1) * 4;
}

uint64_t us_pack_layer_size(const us_model_meta *meta, unsigned k) {
  uint64_t size[US_SEC_PER_LAYER], sum = 0;
  layer_sections(meta, k, size);
  for (int i = 0; i < US_SEC_PER_LAYER; i++) sum += (size[i] + 7) / 8 * 8;
  if (us_meta_codes(meta->prob_bits[k])) sum += us_meta_codes(meta->prob_bits[k]) * 4;
  if (k + 1 < meta->order) sum += us_meta_codes(meta->bow_bits[k]) * 4;
  return sum;
}

unspin_status us_pack_fixed_size(const us_pack_job *job, uint64_t *bytes, unspin_error *err) {
  us_buf groups = {0}, text = {0}, slots = {0};
  us_words_pack(job->word, job->words, &groups, &text, &slots);
  bool failed = groups.failed || text.failed || slots.failed;
  /* a kilobyte more than the info needs now: its figures grow a little while packing */
  *bytes =
      IMAGE_HEADER + 16ull * MAX_SECTIONS + sizeof(us_model_meta) + groups.n + text.n + slots.n + job->info.n + 1024;
  us_buf_free(&groups);
  us_buf_free(&text);
  us_buf_free(&slots);
  return failed ? us_nomem(err) : UNSPIN_OK;
}

/* ---- values ---- */

/* Which n-grams of layer K are the context of another: one bit each. The caller frees it. */
static uint64_t *extended(const us_layers *layers, int k) {
  const us_layer *l = &layers->layer[k], *up = &layers->layer[k + 1];
  uint64_t *bits = calloc((size_t)l->n / 64 + 1, sizeof *bits);
  if (!bits) return NULL;
  const uint32_t *ctx = US_U32(up->ctx);
  for (uint32_t i = 0; i < up->n; i++) bits[ctx[i] >> 6] |= 1ull << (ctx[i] & 63);
  return bits;
}

static bool has_bit(const uint64_t *bits, uint32_t i) { return bits[i >> 6] >> (i & 63) & 1; }

/* Values of PROB or BOW that need a code: all but the probability of <s>, and bows of those in ONLY. RAW, if not NULL,
 * is how often each n-gram is met: a value in frequent use must be closer. */
static unspin_status fit(const float *value, const float *raw, uint32_t n, const uint64_t *only, bool skip_begin,
                         float *codes, uint32_t code_count, unspin_error *err) {
  float low = INFINITY, high = -INFINITY;
  us_histogram h;
  for (int pass = 0; pass < 2; pass++) {
    if (pass) {
      if (low > high) low = high = 0;
      US_TRY(us_histogram_init(&h, low, high, err));
    }
    for (uint32_t i = 0; i < n; i++) {
      if ((only && !has_bit(only, i)) || (skip_begin && i == US_WORD_BEGIN)) continue;
      if (pass) us_histogram_add(&h, value[i], raw ? 1 + (double)raw[i] : 1);
      if (value[i] < low) low = value[i];
      if (value[i] > high) high = value[i];
    }
  }
  us_codebook_fit(&h, codes, code_count);
  us_histogram_free(&h);
  return UNSPIN_OK;
}

static uint64_t float_bits(float f) {
  uint32_t b;
  memcpy(&b, &f, sizeof b);
  return b;
}

/* A bow of an n-gram that extends: never code 0, which says that it does not. */
static uint64_t bow_code(float value, const float *codes, uint32_t bits) {
  if (bits == 32) return value == 0.0f ? float_bits(-0.0f) : float_bits(value);
  return 1 + us_codebook_find(codes + 1, (1u << bits) - 1, value);
}

/* Writes the entries of layer K and its codebooks at *CODES, which moves on. */
static unspin_status put_entries(const us_pack_job *job, const us_model_meta *meta, unsigned k, unsigned char *entries,
                                 float **codes, unspin_error *err) {
  const us_layer *l = &job->layers->layer[k];
  bool top = k + 1 == meta->order;
  uint32_t pb = meta->prob_bits[k], bb = meta->bow_bits[k];
  const float *raw = US_F32(top ? l->base_weight : l->raw);
  float *prob_codes = *codes;
  *codes += us_meta_codes(pb);
  if (pb <= 16) US_TRY(fit(US_F32(l->prob), raw, l->n, NULL, k == 0, prob_codes, 1u << pb, err));
  uint64_t *extends = NULL;
  float *bow_codes = *codes;
  if (!top) {
    *codes += us_meta_codes(bb);
    extends = extended(job->layers, (int)k);
    if (!extends) return us_nomem(err);
    unspin_status status =
        bb <= 16 ? fit(US_F32(l->bow), raw, l->n, extends, false, bow_codes + 1, (1u << bb) - 1, err) : UNSPIN_OK;
    if (status) {
      free(extends);
      return status;
    }
  }
  unsigned width = us_meta_entry_width(meta, k), word_bits = k ? us_bits_width(meta->words) : 0;
  for (uint32_t i = 0; i < l->n; i++) {
    uint64_t bit = (uint64_t)i * width;
    float prob = US_F32(l->prob)[i];
    if (k) us_bits_put(entries, bit, US_U32(l->word)[i]);
    us_bits_put(entries, bit + word_bits, pb == 32 ? float_bits(prob) : us_codebook_find(prob_codes, 1u << pb, prob));
    if (top) continue;
    float bow = US_F32(l->bow)[i];
    bool keep = has_bit(extends, i) || bow != 0.0f; /* a foreign model may back off without an extension */
    if (keep) us_bits_put(entries, bit + word_bits + pb, bow_code(bow, bow_codes, bb));
  }
  free(extends);
  return UNSPIN_OK;
}

static void put_children(const us_layers *layers, unsigned k, unsigned char *low, unsigned char *high,
                         unsigned char *sample) {
  const us_layer *l = &layers->layer[k];
  uint32_t next = layers->layer[k + 1].n;
  const uint32_t *first = US_U32(l->first);
  if (k == 0) {
    unsigned bits = us_bits_width(next);
    for (uint32_t i = 0; i <= l->n; i++) us_bits_put(low, (uint64_t)i * bits, first[i]);
  } else {
    us_elias_build(first, (uint64_t)l->n + 1, next, low, (uint64_t *)(void *)high, (uint32_t *)(void *)sample);
  }
}

/* ---- the file ---- */

unspin_status us_pack(const us_pack_job *job, const char *path, unspin_error *err) {
  us_model_meta meta;
  meta_of(job, &meta);
  us_buf groups = {0}, text = {0}, slots = {0};
  us_outfile file = {.fd = -1};
  unspin_status status = UNSPIN_OK;
  us_words_pack(job->word, job->words, &groups, &text, &slots);
  if (groups.failed || text.failed || slots.failed) {
    status = us_nomem(err);
    goto out;
  }
  if (text.n > UINT32_MAX) {
    status = us_fail(err, UNSPIN_ERR_LIMIT, "the words take more than 4 GiB");
    goto out;
  }
  uint32_t count = US_SEC_LAYERS + US_SEC_PER_LAYER * meta.order;
  uint64_t size[MAX_SECTIONS] = {sizeof meta, groups.n, text.n, slots.n, 0, job->info.n}, offset[MAX_SECTIONS];
  for (unsigned k = 0; k < meta.order; k++) {
    layer_sections(&meta, k, &size[US_SEC_LAYERS + US_SEC_PER_LAYER * k]);
    size[US_SEC_CODES] += us_meta_codes(meta.prob_bits[k]) * 4;
    if (k + 1 < meta.order) size[US_SEC_CODES] += us_meta_codes(meta.bow_bits[k]) * 4;
  }
  uint64_t total = IMAGE_HEADER + 16ull * count;
  for (uint32_t i = 0; i < count; i++) {
    offset[i] = total;
    total += (size[i] + 7) / 8 * 8;
  }
  US_TRY_GOTO(us_outfile_open(&file, path, (size_t)total, err), out);
  unsigned char *p = file.p;
  us_slice ready[] = {{(const char *)&meta, sizeof meta},
                      us_buf_slice(&groups),
                      us_buf_slice(&text),
                      us_buf_slice(&slots),
                      {NULL, 0},
                      job->info};
  for (uint32_t i = 0; i < US_SEC_LAYERS; i++)
    if (ready[i].p && ready[i].n) memcpy(p + offset[i], ready[i].p, ready[i].n);
  float *codes = (float *)(void *)(p + offset[US_SEC_CODES]);
  for (unsigned k = 0; k < meta.order; k++) {
    const uint64_t *at = &offset[US_SEC_LAYERS + US_SEC_PER_LAYER * k];
    US_TRY_GOTO(put_entries(job, &meta, k, p + at[0], &codes, err), out);
    if (k + 1 < meta.order) put_children(job->layers, k, p + at[1], p + at[2], p + at[3]);
  }
  /* the container of base/image.h, written in place because a model may be larger than memory */
  uint32_t head[4] = {US_MODEL_KIND, US_MODEL_VERSION, count, 0};
  memcpy(p, "UNSPIN\r\n", 8);
  memcpy(p + 8, head, 8);
  memcpy(p + 16, &total, 8);
  memcpy(p + IMAGE_HASHED, head + 2, 8);
  for (uint32_t i = 0; i < count; i++) {
    memcpy(p + IMAGE_HEADER + 16ull * i, &offset[i], 8);
    memcpy(p + IMAGE_HEADER + 16ull * i + 8, &size[i], 8);
  }
  uint64_t hash = us_hash((us_slice){(const char *)p + IMAGE_HASHED, (size_t)total - IMAGE_HASHED});
  memcpy(p + 24, &hash, 8);
  status = us_outfile_commit(&file, err);
out:
  us_outfile_discard(&file);
  us_buf_free(&groups);
  us_buf_free(&text);
  us_buf_free(&slots);
  return status;
}
