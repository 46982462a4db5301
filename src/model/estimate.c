#include "model/estimate.h"

/* Children hand 1 of their count to the parent, and their average weight. */
unspin_status us_estimate_layer_counts(us_layers *layers, int k, unspin_error *err) {
  if (k + 1 == layers->order) return UNSPIN_OK;
  us_layer *l = &layers->layer[k];
  size_t bytes = ((size_t)l->n + 2) * 4;
  US_TRY(us_column_reserve(&l->count, &layers->scratch, bytes, err));
  US_TRY(us_column_reserve(&l->weight, &layers->scratch, bytes, err));
  const uint32_t *first = US_U32(l->first), *base = US_U32(l->base), *child = us_layer_counts(layers, k + 1);
  const float *base_weight = US_F32(l->base_weight), *child_weight = us_layer_weights(layers, k + 1);
  for (uint32_t i = 0; i < l->n; i++) {
    uint64_t count = base[i];
    double weight = (double)base_weight[i];
    for (uint32_t c = first[i]; c < first[i + 1]; c++) {
      count++;
      weight += (double)child_weight[c] / child[c];
    }
    US_U32(l->count)[i] = count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
    US_F32(l->weight)[i] = (float)weight;
  }
  us_layers_rest(layers);
  return UNSPIN_OK;
}

unspin_status us_estimate_counts(us_layers *layers, unspin_error *err) {
  for (int k = layers->order - 1; k >= 0; k--) US_TRY(us_estimate_layer_counts(layers, k, err));
  return UNSPIN_OK;
}

void us_estimate_discounts(us_layers *layers) {
  for (int k = 0; k < layers->order; k++) {
    us_layer *l = &layers->layer[k];
    const uint32_t *count = us_layer_counts(layers, k);
    uint64_t seen[5] = {0};
    for (uint32_t i = 0; i < l->n; i++)
      if (count[i] <= 4) seen[count[i]]++;
    bool usable = seen[1] && seen[2] && seen[3];
    double y = usable ? (double)seen[1] / ((double)seen[1] + 2.0 * (double)seen[2]) : 0;
    for (int j = 1; j <= 3 && usable; j++) {
      l->discount[j] = j - (j + 1) * y * (double)seen[j + 1] / (double)seen[j];
      usable = l->discount[j] >= 0 && l->discount[j] <= j;
    }
    if (!usable)
      for (int j = 1; j <= 3; j++) l->discount[j] = 0.5 * j;
  }
}

unspin_status us_estimate_raw(us_layers *layers, unspin_error *err) {
  for (int k = layers->order - 2; k >= 0; k--) {
    us_layer *l = &layers->layer[k];
    US_TRY(us_column_reserve(&l->raw, &layers->scratch, ((size_t)l->n + 2) * 4, err));
    const us_layer *up = &layers->layer[k + 1];
    const float *child = (const float *)(k + 2 == layers->order ? up->base_weight.p : up->raw.p);
    for (uint32_t i = 0; i < l->n; i++) {
      double sum = (double)US_F32(l->base_weight)[i];
      for (uint32_t c = US_U32(l->first)[i]; c < US_U32(l->first)[i + 1]; c++) sum += (double)child[c];
      US_F32(l->raw)[i] = (float)sum;
    }
    us_layers_rest(layers);
  }
  if (layers->order >= 2) { /* <s> ends no n-gram: it is met as often as it begins a sentence */
    const us_layer *two = &layers->layer[1];
    const float *weight = (const float *)(layers->order == 2 ? two->base_weight.p : two->raw.p);
    double sum = 0;
    for (uint32_t i = 0; i < two->n; i++)
      if (US_U32(two->word)[i] == US_WORD_BEGIN) sum += (double)weight[i];
    US_F32(layers->layer[0].raw)[US_WORD_BEGIN] = (float)sum;
  }
  return UNSPIN_OK;
}

static double discount_of(const us_layer *l, uint32_t count) { return l->discount[count > 3 ? 3 : count]; }

static unspin_status unigram_probs(us_layers *layers, unspin_error *err) {
  us_layer *l = &layers->layer[0];
  US_TRY(us_column_reserve(&l->prob, &layers->scratch, ((size_t)l->n + 2) * 4, err));
  const uint32_t *count = us_layer_counts(layers, 0);
  const float *weight = us_layer_weights(layers, 0);
  double sum = 0, off = 0;
  for (uint32_t i = 0; i < l->n; i++) {
    if (!count[i]) continue;
    sum += (double)weight[i];
    off += (double)weight[i] * discount_of(l, count[i]) / count[i];
  }
  /* <s> is never predicted, everything else has a share of what was taken off */
  double share = sum > 0 ? off / sum / (l->n - 1) : 1.0 / (l->n - 1);
  for (uint32_t i = 0; i < l->n; i++) {
    double own = count[i] ? (double)weight[i] * (1 - discount_of(l, count[i]) / count[i]) / sum : 0;
    US_F32(l->prob)[i] = (float)(own + share);
  }
  US_F32(l->prob)[US_WORD_BEGIN] = 1;
  return UNSPIN_OK;
}

/* Probabilities of layer K and back-off weights of layer K - 1. */
static unspin_status layer_probs(us_layers *layers, int k, us_column *sums, us_column *offs, unspin_error *err) {
  us_layer *l = &layers->layer[k], *below = &layers->layer[k - 1];
  US_TRY(us_column_reserve(&l->prob, &layers->scratch, ((size_t)l->n + 2) * 4, err));
  US_TRY(us_column_reserve(&below->bow, &layers->scratch, ((size_t)below->n + 2) * 4, err));
  US_TRY(us_column_reserve(sums, &layers->scratch, ((size_t)below->n + 1) * 8, err));
  US_TRY(us_column_reserve(offs, &layers->scratch, ((size_t)below->n + 1) * 8, err));
  double *sum = sums->p, *off = offs->p;
  for (uint32_t h = 0; h < below->n; h++) sum[h] = off[h] = below->lost.p ? (double)US_F32(below->lost)[h] : 0;
  const uint32_t *count = us_layer_counts(layers, k), *ctx = US_U32(l->ctx), *first = US_U32(below->first);
  const float *weight = us_layer_weights(layers, k);
  for (uint32_t i = 0; i < l->n; i++) {
    sum[ctx[i]] += (double)weight[i];
    off[ctx[i]] += (double)weight[i] * discount_of(l, count[i]) / count[i];
  }
  for (uint32_t h = 0; h < below->n; h++) US_F32(below->bow)[h] = sum[h] > 0 ? (float)(off[h] / sum[h]) : 1.0f;
  for (uint32_t p = 0; p < below->n; p++) {
    double lower = (double)US_F32(below->prob)[p];
    for (uint32_t i = first[p]; i < first[p + 1]; i++) {
      double own = (double)weight[i] * (1 - discount_of(l, count[i]) / count[i]) / sum[ctx[i]];
      US_F32(l->prob)[i] = (float)(own + off[ctx[i]] / sum[ctx[i]] * lower);
    }
  }
  us_layers_rest(layers);
  return UNSPIN_OK;
}

unspin_status us_estimate_probs(us_layers *layers, unspin_error *err) {
  us_column sums = {0}, offs = {0};
  unspin_status status = unigram_probs(layers, err);
  for (int k = 1; k < layers->order && !status; k++) status = layer_probs(layers, k, &sums, &offs, err);
  us_column_free(&sums);
  us_column_free(&offs);
  return status;
}
