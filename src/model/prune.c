#include "model/prune.h"

#include <math.h>
#include <stdlib.h>

#include "model/estimate.h"
#include "model/pack.h"

/* An n-gram is worth at least what needs it is worth. */
static void close_scores(us_layers *layers, us_scores *scores) {
  for (int k = layers->order - 1; k >= 2; k--) {
    const us_layer *l = &layers->layer[k], *below = &layers->layer[k - 1];
    const float *score = US_F32(scores->layer[k]);
    float *lower = US_F32(scores->layer[k - 1]);
    for (uint32_t p = 0; p < below->n; p++)
      for (uint32_t i = US_U32(below->first)[p]; i < US_U32(below->first)[p + 1]; i++) {
        if (score[i] > lower[p]) lower[p] = score[i];
        uint32_t h = US_U32(l->ctx)[i];
        if (score[i] > lower[h]) lower[h] = score[i];
      }
    us_column_rest(&scores->layer[k]);
  }
}

unspin_status us_score_counts(us_layers *layers, const uint32_t *drop_below, us_scores *scores, unspin_error *err) {
  us_column met[2] = {{0}, {0}}; /* occurrences of the layer above and of this one */
  unspin_status status = UNSPIN_OK;
  for (int k = layers->order - 1; k >= 1; k--) {
    us_layer *l = &layers->layer[k];
    bool top = k + 1 == layers->order;
    US_TRY_GOTO(us_layer_zero(layers, l, &scores->layer[k], err), out);
    US_TRY_GOTO(us_layer_zero(layers, l, &met[k & 1], err), out);
    const uint32_t *above = US_U32(met[~k & 1]);
    for (uint32_t i = 0; i < l->n; i++) {
      uint64_t sum = US_U32(l->base)[i];
      if (!top)
        for (uint32_t c = US_U32(l->first)[i]; c < US_U32(l->first)[i + 1]; c++) sum += above[c];
      US_U32(met[k & 1])[i] = sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
      US_F32(scores->layer[k])[i] = sum >= drop_below[k] ? 1.0f : 0.0f;
    }
    us_layers_rest(layers);
  }
  close_scores(layers, scores);
out:
  us_column_free(&met[0]);
  us_column_free(&met[1]);
  return status;
}

/* What one n-gram adds. LEFT is the mass that its context leaves to the back-off and LOWER the lower order's mass of
 * the same words: their quotient is the back-off weight. */
static double loss(double history, double p, double lower, double left, double left_lower) {
  double bow = left / left_lower, new_bow = (left + p) / (left_lower + lower);
  if (!(new_bow > 0) || !(bow > 0)) return 0;
  double d = -history * (p * (log(lower) + log(new_bow) - log(p)) + left * (log(new_bow) - log(bow)));
  return d > 0 ? d : 0;
}

unspin_status us_score_entropy(us_layers *layers, us_scores *scores, unspin_error *err) {
  us_column lower_sums = {0};
  unspin_status status = UNSPIN_OK;
  double total = 0;
  for (uint32_t i = 0; i < layers->layer[0].n; i++)
    if (layers->order > 1 && i != US_WORD_BEGIN) total += (double)US_F32(layers->layer[0].raw)[i];
  for (int k = 1; k < layers->order; k++) {
    us_layer *l = &layers->layer[k], *below = &layers->layer[k - 1];
    US_TRY_GOTO(us_layer_zero(layers, l, &scores->layer[k], err), out);
    US_TRY_GOTO(us_column_reserve(&lower_sums, &layers->scratch, ((size_t)below->n + 1) * 8, err), out);
    double *lower_sum = lower_sums.p;
    memset(lower_sum, 0, (size_t)below->n * 8);
    const uint32_t *first = US_U32(below->first), *ctx = US_U32(l->ctx);
    const float *prob = US_F32(l->prob), *lower = US_F32(below->prob), *bow = US_F32(below->bow);
    for (uint32_t p = 0; p < below->n; p++)
      for (uint32_t i = first[p]; i < first[p + 1]; i++) lower_sum[ctx[i]] += (double)lower[p];
    for (uint32_t p = 0; p < below->n; p++)
      for (uint32_t i = first[p]; i < first[p + 1]; i++) {
        uint32_t h = ctx[i];
        double left_lower = 1 - lower_sum[h];
        if (left_lower < 1e-6) left_lower = 1e-6;
        double history = (double)US_F32(below->raw)[h] / total;
        US_F32(scores->layer[k])
        [i] = (float)loss(history, (double)prob[i], (double)lower[p], (double)bow[h] * left_lower, left_lower);
      }
    us_layers_rest(layers);
  }
  close_scores(layers, scores);
out:
  us_column_free(&lower_sums);
  return status;
}

/* ---- choosing a threshold ---- */

enum { BIN_SHIFT = 12 }; /* of the bits of a positive float, which rise with it: 0.05% a bin */
#define BINS ((0x7f800000u >> BIN_SHIFT) + 2)

static uint32_t bin_of(float score) {
  uint32_t bits;
  memcpy(&bits, &score, sizeof bits);
  return bits >> BIN_SHIFT;
}

unspin_status us_score_threshold(const us_layers *layers, const us_scores *scores, const us_model_meta *meta,
                                 uint64_t bytes, float *threshold, unspin_error *err) {
  uint32_t *count = calloc((size_t)BINS * US_MODEL_MAX_ORDER, sizeof *count);
  if (!count) return us_nomem(err);
  for (int k = 1; k < layers->order; k++) {
    uint32_t *own = count + (size_t)k * BINS;
    for (uint32_t i = 0; i < layers->layer[k].n; i++) own[bin_of(US_F32(scores->layer[k])[i])]++;
    for (uint32_t b = BINS - 1; b > 0; b--) own[b - 1] += own[b]; /* how many are in this bin or above */
  }
  uint32_t lo = 0, hi = BINS - 1; /* the first bin from which on everything fits */
  uint64_t size = 0;
  while (lo <= hi) {
    uint32_t mid = lo < hi ? lo + (hi - lo) / 2 : lo;
    us_model_meta m = *meta;
    for (int k = 1; k < layers->order; k++) m.count[k] = count[(size_t)k * BINS + mid];
    size = 0;
    for (int k = 0; k < layers->order; k++) size += us_pack_layer_size(&m, (unsigned)k);
    if (lo == hi) break;
    if (size <= bytes) hi = mid;
    else lo = mid + 1;
  }
  free(count);
  if (size > bytes)
    return us_fail(err, UNSPIN_ERR_LIMIT, "the words alone take more than the size allowed: keep fewer words");
  uint32_t bits = lo << BIN_SHIFT;
  memcpy(threshold, &bits, sizeof bits);
  return UNSPIN_OK;
}

/* ---- dropping ---- */

/* Layer K without what scores too little; what is dropped leaves its count to its parent and its weight to its
 * context. The scores stay where they are: nobody reads them again. */
static unspin_status compact(us_layers *layers, int k, const float *score, float threshold, unspin_error *err) {
  us_layer *l = &layers->layer[k], *below = &layers->layer[k - 1];
  bool top = k + 1 == layers->order;
  us_column ranks = {0};
  US_TRY(us_column_reserve(&ranks, &layers->scratch, ((size_t)l->n + 2) * 4, err));
  if (!below->lost.p) {
    unspin_status status = us_layer_zero(layers, below, &below->lost, err);
    if (status) {
      us_column_free(&ranks);
      return status;
    }
  }
  const uint32_t *count = us_layer_counts(layers, k);
  const float *weight = us_layer_weights(layers, k);
  uint32_t *first = US_U32(below->first), *ctx = US_U32(l->ctx), *rank = ranks.p, to = 0, begin = first[0];
  us_column *moved[] = {&l->word,   &l->ctx, &l->base, &l->base_weight, &l->count,
                        &l->weight, &l->raw, &l->lost, &l->first};
  for (uint32_t p = 0; p < below->n; p++) {
    uint32_t end = first[p + 1];
    first[p] = to;
    for (uint32_t i = begin; i < end; i++) {
      if (score[i] < threshold) {
        uint64_t sum = (uint64_t)US_U32(below->base)[p] + count[i];
        US_U32(below->base)[p] = sum > UINT32_MAX ? UINT32_MAX : (uint32_t)sum;
        US_F32(below->base_weight)[p] += weight[i];
        US_F32(below->lost)[ctx[i]] += weight[i];
        continue;
      }
      rank[i] = to;
      for (size_t c = 0; c < sizeof moved / sizeof *moved; c++)
        if (moved[c]->p) US_U32(*moved[c])[to] = US_U32(*moved[c])[i];
      to++;
    }
    begin = end;
  }
  first[below->n] = to;
  l->n = to;
  if (!top) {
    us_layer *up = &layers->layer[k + 1];
    US_U32(l->first)[to] = up->n;
    for (uint32_t i = 0; i < up->n; i++) US_U32(up->ctx)[i] = rank[US_U32(up->ctx)[i]];
  }
  us_column_free(&ranks);
  us_layers_rest(layers);
  return UNSPIN_OK;
}

unspin_status us_prune(us_layers *layers, const us_scores *scores, float threshold, unspin_error *err) {
  for (int k = layers->order - 1; k >= 1; k--) {
    US_TRY(us_estimate_layer_counts(layers, k, err));
    US_TRY(compact(layers, k, US_F32(scores->layer[k]), threshold, err));
  }
  return us_estimate_layer_counts(layers, 0, err);
}

void us_scores_free(us_scores *scores) {
  for (int k = 0; k < US_MODEL_MAX_ORDER; k++) us_column_free(&scores->layer[k]);
}
