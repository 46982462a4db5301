/* prune.h - n-grams worth their place, and dropping the others. */
#ifndef US_MODEL_PRUNE_H
#define US_MODEL_PRUNE_H

#include "model/layers.h"
#include "model/model.h"

/* A score for every n-gram of orders 2 up; what scores below a threshold goes. Scores are closed: no n-gram scores more
 * than its context or its parent, so any threshold leaves a model without gaps. */
typedef struct us_scores {
  us_column layer[US_MODEL_MAX_ORDER]; /* float; [0] is not used */
} us_scores;

/* 1 for n-grams met at least DROP_BELOW[k] times (k 0 is order 1, not looked at), 0 for the others. Uses counts before
 * anything was dropped. Errors: NOMEM, IO. */
unspin_status us_score_counts(us_layers *layers, const uint32_t *drop_below, us_scores *scores, unspin_error *err);

/* How much worse, in relative entropy (natural logarithm, a word), the model gets without the n-gram (Stolcke 1998),
 * with how often its context is met taken from the text and not from the model. Needs raw counts and estimates.
 * Errors: NOMEM, IO. */
unspin_status us_score_entropy(us_layers *layers, us_scores *scores, unspin_error *err);

/* The smallest threshold that leaves no more than BYTES of n-grams in a file like META. Errors: NOMEM, LIMIT (not even
 * the words alone fit). */
unspin_status us_score_threshold(const us_layers *layers, const us_scores *scores, const us_model_meta *meta,
                                 uint64_t bytes, float *threshold, unspin_error *err);

/* Drops what scores below THRESHOLD. Counts are then final for the new set; estimates are not. Errors: NOMEM, IO. */
unspin_status us_prune(us_layers *layers, const us_scores *scores, float threshold, unspin_error *err);

void us_scores_free(us_scores *scores);

#endif
