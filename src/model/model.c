#include "model/model.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "model/lookup.h"

/* ---- opening ---- */

static unspin_status damaged(const char *name, const char *what, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: %s", name, what);
}

static bool bits_ok(uint32_t bits) { return (bits >= 1 && bits <= 16) || bits == 32; }

static unspin_status attach_meta(unspin_model *m, const char *name, unspin_error *err) {
  us_slice s = m->image.section[US_SEC_META];
  if (m->image.count < US_SEC_LAYERS || s.n != sizeof m->meta) return damaged(name, "header", err);
  memcpy(&m->meta, s.p, sizeof m->meta);
  const us_model_meta *meta = &m->meta;
  if (meta->order < 1 || meta->order > US_MODEL_MAX_ORDER) return damaged(name, "order", err);
  if (m->image.count != US_SEC_LAYERS + US_SEC_PER_LAYER * meta->order) return damaged(name, "number of sections", err);
  if (meta->words < US_WORD_FIRST || meta->words >= 1u << 26 || meta->count[0] != meta->words)
    return damaged(name, "number of words", err);
  for (unsigned k = 0; k < meta->order; k++)
    if (meta->count[k] >= UINT32_MAX || !bits_ok(meta->prob_bits[k]) || !bits_ok(meta->bow_bits[k]))
      return damaged(name, "n-gram counts or widths", err);
  return UNSPIN_OK;
}

static unspin_status attach_words(unspin_model *m, const char *name, unspin_error *err) {
  us_slice groups = m->image.section[US_SEC_WORD_GROUPS], slots = m->image.section[US_SEC_WORD_SLOTS];
  uint32_t n = m->meta.words;
  m->words = (us_words){.n = n,
                        .group = (const uint32_t *)(const void *)groups.p,
                        .text = m->image.section[US_SEC_WORD_TEXT],
                        .slots = (const unsigned char *)slots.p,
                        .slot_count = us_words_slot_count(n),
                        .id_bits = us_bits_width(n)};
  if (groups.n != ((uint64_t)n + US_WORDS_GROUP - 1) / US_WORDS_GROUP * 4)
    return damaged(name, "size of the word index", err);
  if (slots.n != us_bits_bytes(m->words.slot_count, m->words.id_bits))
    return damaged(name, "size of the word table", err);
  return UNSPIN_OK;
}

static unspin_status attach_layers(unspin_model *m, const char *name, unspin_error *err) {
  const us_model_meta *meta = &m->meta;
  us_slice codes = m->image.section[US_SEC_CODES];
  uint64_t code = 0;
  for (unsigned k = 0; k < meta->order; k++) {
    us_packed_layer *l = &m->layer[k];
    const us_slice *section = &m->image.section[US_SEC_LAYERS + US_SEC_PER_LAYER * k];
    bool top = k + 1 == meta->order;
    *l = (us_packed_layer){.entries = (const unsigned char *)section[0].p,
                           .n = meta->count[k],
                           .next_n = top ? 0 : meta->count[k + 1],
                           .width = us_meta_entry_width(meta, k),
                           .word_bits = k ? us_bits_width(meta->words) : 0,
                           .prob_bits = meta->prob_bits[k],
                           .bow_bits = meta->bow_bits[k]};
    if (section[0].n != us_bits_bytes(l->n, l->width)) return damaged(name, "size of an n-gram table", err);
    uint64_t prob_codes = us_meta_codes(l->prob_bits), bow_codes = top ? 0 : us_meta_codes(l->bow_bits);
    if ((code + prob_codes + bow_codes) * 4 > codes.n) return damaged(name, "size of the codebooks", err);
    const float *values = (const float *)(const void *)codes.p;
    if (prob_codes) l->prob_codes = values + code;
    if (bow_codes) l->bow_codes = values + code + prob_codes;
    code += prob_codes + bow_codes;
    if (top) {
      if (section[1].n || section[2].n || section[3].n) return damaged(name, "children of the highest order", err);
    } else if (k == 0) {
      m->word_first = (const unsigned char *)section[1].p;
      m->word_first_bits = us_bits_width(l->next_n);
      if (section[1].n != us_bits_bytes(l->n + 1, m->word_first_bits) || section[2].n || section[3].n)
        return damaged(name, "size of the word pointers", err);
    } else {
      l->first = (us_elias){.low = (const unsigned char *)section[1].p,
                            .high = (const uint64_t *)(const void *)section[2].p,
                            .sample = (const uint32_t *)(const void *)section[3].p,
                            .n = l->n + 1,
                            .max = l->next_n,
                            .high_words = us_elias_high_words(l->n + 1, l->next_n),
                            .low_bits = us_elias_low_bits(l->n + 1, l->next_n)};
      if (section[1].n != us_elias_low_bytes(l->n + 1, l->next_n) || section[2].n != l->first.high_words * 8 ||
          section[3].n != us_elias_samples(l->n + 1) * 4)
        return damaged(name, "size of the n-gram pointers", err);
    }
  }
  return code * 4 == codes.n ? UNSPIN_OK : damaged(name, "size of the codebooks", err);
}

unspin_status us_model_attach(unspin_model *m, us_slice bytes, const char *name, unspin_error *err) {
  US_TRY(us_image_read(bytes, name, US_MODEL_KIND, US_MODEL_VERSION, &m->image, err));
  US_TRY(attach_meta(m, name, err));
  US_TRY(attach_words(m, name, err));
  US_TRY(attach_layers(m, name, err));
  m->info = m->image.section[US_SEC_INFO];
  m->unknown_share = m->meta.unknown_types > 1 ? (float)-log10((double)m->meta.unknown_types) : 0;
  us_hash_hex(m->image.hash, m->hash);
  return UNSPIN_OK;
}

unspin_status unspin_model_open(const char *path, unspin_model **out, unspin_error *err) {
  *out = NULL;
  unspin_model *m = calloc(1, sizeof *m);
  if (!m) return us_nomem(err);
  unspin_status status = us_map_open(path, &m->map, err);
  if (!status) status = us_model_attach(m, (us_slice){(const char *)m->map.p, m->map.n}, path, err);
  if (status) unspin_model_close(m);
  else *out = m;
  return status;
}

void unspin_model_close(unspin_model *model) {
  if (!model) return;
  us_map_close(&model->map);
  free(model);
}

/* ---- reading ---- */

us_entry us_model_entry(const unspin_model *model, unsigned k, uint64_t index) {
  const us_packed_layer *l = &model->layer[k];
  uint64_t bit = index * l->width;
  us_entry e = {.word = k ? (uint32_t)us_bits_get(l->entries, bit, l->word_bits) : (uint32_t)index,
                .prob = us_prob_at(l, bit)};
  if (k + 1 < model->meta.order) e.bow = us_bow_at(l, bit, &e.extends);
  return e;
}

void us_model_children(const unspin_model *model, unsigned k, uint64_t index, uint64_t *begin, uint64_t *end) {
  if (k) {
    us_elias_pair(&model->layer[k].first, index, begin, end);
    return;
  }
  uint64_t max = model->layer[0].next_n, bit = index * model->word_first_bits;
  *begin = us_bits_get(model->word_first, bit, model->word_first_bits);
  *end = us_bits_get(model->word_first, bit + model->word_first_bits, model->word_first_bits);
  if (*begin > max) *begin = max;
  if (*end > max) *end = max;
}

/* ---- scoring ---- */

uint32_t unspin_model_word(const unspin_model *model, const char *word, size_t len) {
  return us_words_find(&model->words, (us_slice){word, len});
}

void unspin_model_state_empty(unspin_model_state *state) { memset(state, 0, sizeof *state); }

void unspin_model_state_begin(const unspin_model *model, unspin_model_state *state) {
  memset(state, 0, sizeof *state);
  if (model->meta.order < 2) return;
  us_entry e = us_model_entry(model, 0, US_WORD_BEGIN);
  state->words[0] = US_WORD_BEGIN;
  state->backoff[0] = e.bow;
  state->length = e.extends;
}

bool unspin_model_state_equal(const unspin_model_state *a, const unspin_model_state *b) {
  return a->length == b->length && memcmp(a->words, b->words, a->length * sizeof a->words[0]) == 0;
}

uint64_t unspin_model_state_hash(const unspin_model_state *state) {
  return us_hash((us_slice){(const char *)state->words, state->length * sizeof state->words[0]});
}

unsigned unspin_model_order(const unspin_model *model) { return model->meta.order; }
uint32_t unspin_model_word_count(const unspin_model *model) { return model->meta.words; }
const char *unspin_model_hash(const unspin_model *model) { return model->hash; }
bool unspin_model_tokenized(const unspin_model *model) { return model->meta.flags & US_MODEL_TOKENIZED; }
