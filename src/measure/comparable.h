/* comparable.h - whether a change brought a text nearer to a clean text on the same topic.
 *
 * No sentence of the one is a sentence of the other, so nothing can be counted as right or wrong. What can be said:
 *   difference    Moore and Lewis (ACL 2010): H_ref - H_bg in bits per token of the text before, H_ref being the cross
 *                 entropy under w q_topic + (1 - w) q_bg (topic.h). Less is nearer. What is just better English gains
 *                 under both models and so gains nothing here. The primary figure.
 *   attestation   the share of the n-grams (1 to 3 words) that edits put in which the reference holds, and of those
 *                 that they took out. More is nearer.
 *   divergence    Jensen-Shannon divergence of the content words, 0 to 1. Less is nearer.
 *   chi_square    Kilgarriff's, over the commonest words, divided by its degrees of freedom. Less is nearer.
 * The reference is cut into halves (halves.h): each figure is taken against the half that was not used to restore, or
 * against each in turn, averaged, where neither was. The floors are what one half of the reference scores against the
 * other: no text on the topic need come nearer than that. */
#ifndef US_MEASURE_COMPARABLE_H
#define US_MEASURE_COMPARABLE_H

#include "base/slice.h"
#include "measure/bootstrap.h"
#include "measure/figure.h"

enum {
  US_REFERENCE_FEWEST_WORDS = 50,
  US_ATTEST_ORDERS = 3,
  US_CHI_WORDS = 500 /* so many of the commonest words */
};

/* A clean text on the topic, made ready for any number of comparisons. Serves one thread. */
typedef struct us_reference us_reference;

typedef struct us_reference_options {
  const unspin_model *model; /* the background; must outlive the reference */
  us_slice function_words;   /* a list: the first column of each line up to a TAB; # begins a comment. Not content */
  const char *name;          /* of the reference, for messages */
  bool both;                 /* nothing of it was used to restore: judge on both halves, not on the second alone */
  bool force;                /* take fewer than US_REFERENCE_FEWEST_WORDS words */
} us_reference_options;

/* What was made of it. */
typedef struct us_reference_facts {
  size_t words, half_words[2];
  bool sentences; /* cut by sentences, not paragraphs */
  bool both;
  double weight[2];        /* of the topic model of each half, for the mixture; 0 where it is not used */
  double floor_divergence; /* half against half */
  double floor_chi_square; /* the same */
  size_t content_words[2]; /* tokens that are content words */
  size_t vocabulary;       /* of the background and what its training left out */
} us_reference_facts;

/* TEXT is borrowed for the call only. Errors: INVALID (no words; too few; no second sentence to judge by), NOMEM. */
unspin_status us_reference_open(us_slice text, const us_reference_options *options, us_reference **out,
                                unspin_error *err);
void us_reference_close(us_reference *reference);
const us_reference_facts *us_reference_about(const us_reference *reference);

/* A figure before and after. INTERVAL is of the change, from sentences of the text before drawn with replacement; NAN
 * where there are fewer than two. BEFORE and AFTER are NAN where there is nothing to count. */
typedef struct us_shift {
  double before, after, change;
  us_interval interval;
} us_shift;

/* Without an interval yet. */
static inline us_shift us_shift_of(double before, double after) {
  return (us_shift){before, after, after - before, {US_NAN, US_NAN, US_NAN}};
}

/* A place where the texts differ. Offsets are bytes. Spelling that the model does not see (capitals, the shape of
 * quotation marks, which number it is) makes no difference. */
typedef struct us_comparable_edit {
  size_t before_begin, before_end, after_begin, after_end;
  size_t line; /* of the text before, from 1 */
  double gain; /* bits of the difference; below 0 it brought the text nearer. They sum to the change */
  uint32_t removed, removed_held; /* n-grams that it took out, and how many of them the reference holds */
  uint32_t made, made_held;       /* n-grams that it put in */
} us_comparable_edit;

typedef struct us_comparable {
  us_shift difference, attestation, divergence, chi_square;
  size_t tokens;                    /* of the text before, punctuation and sentence ends included */
  size_t sentences;                 /* of it: the units of the bootstrap */
  size_t words_before, words_after; /* their ratio shows whether something was just left out */
  size_t shared_sentences;   /* of the text after, five words or more, that stand in the reference word for word */
  us_comparable_edit *edits; /* in the order of the text */
  size_t edit_count;
} us_comparable;

typedef struct us_comparable_options {
  uint64_t seed;
  size_t rounds; /* of the bootstrap */
} us_comparable_options;

/* Compares AFTER with BEFORE. Errors: INVALID (no words in one of them), NOMEM, LIMIT. Free COMPARABLE in any case. */
unspin_status us_comparable_score(us_reference *reference, us_slice before, us_slice after,
                                  const us_comparable_options *options, us_comparable *comparable, unspin_error *err);
void us_comparable_free(us_comparable *comparable);

#endif
