/* topic.h - a language model of one short text, grafted on the background model.
 *
 * A few hundred words say little about which word follows which, but a good deal about which words the topic calls for.
 * So the background's own conditional probability is bent towards the words of the text, q(w|h) ~ r(w) q_bg(w|h) with
 * r(w) = sqrt(q_text(w) / q_bg(w)), summing to one for every history (fast marginal adaptation: Kneser, Peters and
 * Klakow, Eurospeech 1997), q_text being the Witten-Bell estimate that falls back on the background; pairs and triples
 * that the text holds then count against a prior of 40 such guesses. All words that the text does not hold get the same
 * factor: no rare word is favoured for being rare, which is what a uniform fallback would do.
 *
 * The vocabulary is closed: the background's words and as many others as its training text left out, of which every
 * unknown word is one. */
#ifndef US_MEASURE_TOPIC_H
#define US_MEASURE_TOPIC_H

#include "measure/ngrams.h"
#include "measure/stream.h"

typedef struct us_topic us_topic;

/* Builds a model of TEXT, which must hold a token; MODEL and TEXT are borrowed only for the call, but MODEL must
 * outlive the topic. Errors: NOMEM. */
unspin_status us_topic_new(const unspin_model *model, const us_stream *text, us_topic **out, unspin_error *err);
void us_topic_free(us_topic *topic);

/* Fills CHANCES, one for each token of TEXT: q_text(w|h) over q_bg(w|h). False when out of memory. */
bool us_topic_ratios(us_topic *topic, const us_stream *text, double *ratios);

/* The weight of the topic model against the background, 0.01 to 0.99, that suits COUNT RATIOS of held-out text best
 * (expectation maximisation). 0.5 if there are none. */
double us_topic_weight(const double *ratios, size_t count);

/* Whether the text holds the n-gram of N words (1 to 3) that ends with *LAST, an id of the lexicon. */
bool us_topic_holds(const us_topic *topic, const uint32_t *last, size_t n);

#endif
