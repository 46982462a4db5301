#include "model/layers.h"

#include <pthread.h>

/* Columns grow together, so that adding an n-gram asks one question. */
static unspin_status grow(us_layers *layers, int k, unspin_error *err) {
  us_layer *layer = &layers->layer[k];
  if (layer->n >= UINT32_MAX - 3)
    return us_fail(err, UNSPIN_ERR_LIMIT, "more than 4 billion n-grams of order %d", k + 1);
  size_t bytes = ((size_t)layer->n + 2) * 4;
  US_TRY(us_column_reserve(&layer->word, &layers->scratch, bytes, err));
  US_TRY(us_column_reserve(&layer->base, &layers->scratch, bytes, err));
  US_TRY(us_column_reserve(&layer->base_weight, &layers->scratch, bytes, err));
  size_t room = layer->word.cap;
  if (room > layer->base.cap) room = layer->base.cap;
  if (room > layer->base_weight.cap) room = layer->base_weight.cap;
  if (k + 1 < layers->order) {
    US_TRY(us_column_reserve(&layer->first, &layers->scratch, bytes, err));
    if (room > layer->first.cap) room = layer->first.cap;
  }
  layer->room = room / 4 - 1 < UINT32_MAX - 3 ? (uint32_t)(room / 4 - 1) : UINT32_MAX - 3;
  return UNSPIN_OK;
}

static inline unspin_status push(us_layers *layers, int k, uint32_t word, uint32_t count, float weight,
                                 unspin_error *err) {
  us_layer *layer = &layers->layer[k];
  if (layer->n >= layer->room) US_TRY(grow(layers, k, err));
  US_U32(layer->word)[layer->n] = word;
  US_U32(layer->base)[layer->n] = count;
  US_F32(layer->base_weight)[layer->n] = weight;
  if (k + 1 < layers->order) US_U32(layer->first)[layer->n] = layers->layer[k + 1].n;
  layer->n++;
  return UNSPIN_OK;
}

/* Layer 1 up to but without WORD: ids that ended no n-gram. */
static unspin_status fill_words(us_layers *layers, uint32_t word, unspin_error *err) {
  while (layers->layer[0].n < word) US_TRY(push(layers, 0, layers->layer[0].n, 0, 0, err));
  return UNSPIN_OK;
}

unspin_status us_layers_add(us_layers_builder *builder, const uint32_t *reversed, int length, uint32_t count,
                            double weight, unspin_error *err) {
  us_layers *layers = builder->layers;
  int same = 0;
  while (same < length && same < builder->last_length && builder->last[same] == reversed[same]) same++;
  if (same == 0) US_TRY(fill_words(layers, reversed[0], err));
  if (same == length) return us_fail(err, UNSPIN_ERR_FORMAT, "an n-gram stands twice");
  for (int k = same; k < length; k++) {
    bool own = k == length - 1;
    US_TRY(push(layers, k, reversed[k], own ? count : 0, own ? (float)weight : 0.0f, err));
    builder->last[k] = reversed[k];
  }
  builder->last_length = length;
  return UNSPIN_OK;
}

/* Parents [begin, end) of layer k - 1, whose children's contexts one thread looks for. */
typedef struct context_range {
  us_layers *layers;
  int k;
  uint32_t begin, end;
  bool missing;
} context_range;

/* Siblings and the context's children are both in ascending order of the same word: one walk finds all. */
static void *find_contexts(void *cookie) {
  context_range *r = cookie;
  const us_layer *layer = &r->layers->layer[r->k], *below = layer - 1, *two = layer - 2;
  const uint32_t *word = US_U32(layer->word), *below_word = US_U32(below->word), *first = US_U32(below->first);
  const uint32_t *below_ctx = US_U32(below->ctx), *two_first = US_U32(two->first);
  uint32_t *ctx = US_U32(layer->ctx);
  for (uint32_t p = r->begin; p < r->end; p++) {
    if (first[p] == first[p + 1]) continue;
    uint32_t lo = two_first[below_ctx[p]], stop = two_first[below_ctx[p] + 1];
    for (uint32_t g = first[p]; g < first[p + 1]; g++) {
      uint32_t hi = stop, step = 1; /* gallop, then halve */
      while (lo + step < hi && below_word[lo + step] <= word[g]) {
        lo += step;
        step *= 2;
      }
      if (lo + step < hi) hi = lo + step;
      while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (below_word[mid] < word[g]) lo = mid + 1;
        else hi = mid;
      }
      if (lo >= stop || below_word[lo] != word[g]) {
        r->missing = true;
        return NULL;
      }
      ctx[g] = lo;
    }
  }
  return NULL;
}

enum { CONTEXT_THREADS = 2, WORTH_A_THREAD = 100000 };

static unspin_status contexts_of(us_layers *layers, int k, unspin_error *err) {
  us_layer *layer = &layers->layer[k];
  uint32_t parents = layers->layer[k - 1].n;
  US_TRY(us_column_reserve(&layer->ctx, &layers->scratch, ((size_t)layer->n + 2) * 4, err));
  context_range range[CONTEXT_THREADS];
  pthread_t thread[CONTEXT_THREADS];
  bool started[CONTEXT_THREADS] = {false}, missing = false;
  for (unsigned i = 0; i < CONTEXT_THREADS; i++) {
    uint64_t begin = (uint64_t)parents * i / CONTEXT_THREADS, end = (uint64_t)parents * (i + 1) / CONTEXT_THREADS;
    range[i] = (context_range){layers, k, (uint32_t)begin, (uint32_t)end, false};
    if (i && parents >= WORTH_A_THREAD) started[i] = pthread_create(&thread[i], NULL, find_contexts, &range[i]) == 0;
  }
  for (unsigned i = 0; i < CONTEXT_THREADS; i++)
    if (!started[i]) find_contexts(&range[i]);
  for (unsigned i = 0; i < CONTEXT_THREADS; i++) {
    if (started[i]) pthread_join(thread[i], NULL);
    missing |= range[i].missing;
  }
  us_layers_rest(layers);
  if (missing) return us_fail(err, UNSPIN_ERR_FORMAT, "an n-gram of order %d stands without its context", k + 1);
  return UNSPIN_OK;
}

unspin_status us_layers_contexts(us_layers *layers, unspin_error *err) {
  if (layers->order >= 2) {
    us_layer *two = &layers->layer[1];
    US_TRY(us_column_reserve(&two->ctx, &layers->scratch, ((size_t)two->n + 2) * 4, err));
    for (uint32_t i = 0; i < two->n; i++) {
      US_U32(two->ctx)[i] = US_U32(two->word)[i];
      if (US_U32(two->word)[i] >= layers->layer[0].n)
        return us_fail(err, UNSPIN_ERR_FORMAT, "a word id beyond the vocabulary");
    }
  }
  for (int k = 2; k < layers->order; k++) US_TRY(contexts_of(layers, k, err));
  return UNSPIN_OK;
}

unspin_status us_layers_finish(us_layers_builder *builder, uint32_t words, unspin_error *err) {
  us_layers *layers = builder->layers;
  US_TRY(fill_words(layers, words, err));
  for (int k = 0; k + 1 < layers->order; k++) {
    us_layer *layer = &layers->layer[k];
    US_TRY(us_column_reserve(&layer->first, &layers->scratch, ((size_t)layer->n + 2) * 4, err));
    US_U32(layer->first)[layer->n] = layers->layer[k + 1].n;
    /* an order without n-grams still needs columns to point to */
    US_TRY(us_column_reserve(&layers->layer[k + 1].word, &layers->scratch, 8, err));
    US_TRY(us_column_reserve(&layers->layer[k + 1].base, &layers->scratch, 8, err));
    US_TRY(us_column_reserve(&layers->layer[k + 1].base_weight, &layers->scratch, 8, err));
  }
  return us_layers_contexts(layers, err);
}

unspin_status us_layer_zero(us_layers *layers, us_layer *layer, us_column *column, unspin_error *err) {
  US_TRY(us_column_reserve(column, &layers->scratch, ((size_t)layer->n + 2) * 4, err));
  memset(column->p, 0, ((size_t)layer->n + 2) * 4);
  return UNSPIN_OK;
}

static void each_column(us_layers *layers, void (*act)(us_column *column)) {
  for (int k = 0; k < US_MODEL_MAX_ORDER; k++) {
    us_layer *l = &layers->layer[k];
    us_column *all[] = {&l->word,   &l->first, &l->ctx,  &l->base, &l->base_weight, &l->count,
                        &l->weight, &l->raw,   &l->lost, &l->prob, &l->bow};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) act(all[i]);
  }
}

void us_layers_rest(us_layers *layers) { each_column(layers, us_column_rest); }

void us_layers_free(us_layers *layers) {
  each_column(layers, us_column_free);
  *layers = (us_layers){0};
}
