/* estimate.h - interpolated modified Kneser-Ney (Chen and Goodman 1998; Heafield and others 2013).
 *
 * Two things go beyond the textbook, and with neither in use the figures are the textbook's:
 *  - Domain weights. An n-gram's share in its context is by weighted counts, while its discount goes by its plain
 *    count: u(w|h) = W(hw) (1 - D(c)/c) / sum W(h.). What is taken off goes to the lower order.
 *  - Pruned n-grams. A dropped n-gram hands its whole count to the next lower order, where a kept one hands on 1,
 *    so that lower orders learn what they now have to explain (Siivola and others 2007), and its share of its
 *    context goes to the back-off weight.
 */
#ifndef US_MODEL_ESTIMATE_H
#define US_MODEL_ESTIMATE_H

#include "model/layers.h"

/* Adjusted counts of layer K (0 is layer 1): the base counts themselves at the top. */
static inline const uint32_t *us_layer_counts(const us_layers *layers, int k) {
  const us_layer *l = &layers->layer[k];
  return (const uint32_t *)(k + 1 == layers->order ? l->base.p : l->count.p);
}
static inline const float *us_layer_weights(const us_layers *layers, int k) {
  const us_layer *l = &layers->layer[k];
  return (const float *)(k + 1 == layers->order ? l->base_weight.p : l->weight.p);
}

/* Adjusted counts of every layer, from the top down. Errors: NOMEM, IO. */
unspin_status us_estimate_counts(us_layers *layers, unspin_error *err);
/* The same for one layer, whose upper neighbour is final. */
unspin_status us_estimate_layer_counts(us_layers *layers, int k, unspin_error *err);
/* Discounts of every layer from its counts of counts; 0.5, 1, 1.5 where these do not allow it. */
void us_estimate_discounts(us_layers *layers);
/* Weighted occurrences of every n-gram, for pruning. Call before anything is dropped. Errors: NOMEM, IO. */
unspin_status us_estimate_raw(us_layers *layers, unspin_error *err);
/* prob and bow of every layer. Errors: NOMEM, IO. */
unspin_status us_estimate_probs(us_layers *layers, unspin_error *err);

#endif
