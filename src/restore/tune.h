/* tune.h - learns the scorer's weights from texts of which the original is known.
 *
 * Every stretch of words that has candidates is one example: which of them, or keeping the text, brings it nearest to
 * the original? Nearness is the number of words to change, as in word error rate. Stretches that a spinner changed but
 * for which no candidate helps count little: a wrong guess there costs nothing more. */
#ifndef US_RESTORE_TUNE_H
#define US_RESTORE_TUNE_H

#include "restore/page.h"
#include "restore/scorer.h"

/* One stretch of words. */
typedef struct us_example {
  uint32_t first, count; /* of its candidates */
  uint32_t document;
  uint32_t text, from, to; /* tokens [from, to) of this text */
  float weight;
} us_example;

typedef struct us_examples {
  US_VEC(us_example) list;
  float *features; /* candidates times US_FEATURE_COUNT */
  int8_t *gain;    /* of each candidate: words that it brings the text nearer to the original; below 0: farther */
  size_t count, room;
  uint32_t documents, texts;
  uint64_t damage; /* words to change before anything is done */
} us_examples;

void us_examples_free(us_examples *examples);
/* As in unspin_options: for sentences that stand alone; for the weights of --fast. */
typedef struct us_example_kind {
  bool assume_spun, fast;
} us_example_kind;

/* Adds the document SPUN, of which the original is PLAIN (the same text: nothing was spun). Errors: NOMEM, LIMIT. */
unspin_status us_examples_add(us_examples *examples, unspin_session *s, us_slice spun, us_slice plain, float weight,
                              us_example_kind kind, unspin_error *err);

typedef struct us_tune_options {
  int hidden, epochs; /* units of one network */
  int networks;       /* so many are trained, each from another start, and their mean is the result; 0 or 1: one */
  float rate, decay;  /* learning rate at the beginning; penalty on squared weights */
  uint64_t seed;
  const bool *blind;                         /* a feature each: true has it not looked at; NULL: all are */
  const bool *leave;                         /* a text each: true leaves its examples out of training; NULL: none is */
  bool (*watch)(void *cookie, double share); /* may be NULL; SHARE, 0 to 1, is done; false stops */
  void *cookie;
} us_tune_options;

/* Trains OUT. The same examples and options give the same weights. Errors: NOMEM, INVALID (no examples; "cancelled").
 */
unspin_status us_tune(const us_examples *examples, const us_tune_options *options, us_scorer *out, unspin_error *err);

/* How well a scorer does on some examples. */
typedef struct us_tune_score {
  double loss;             /* mean negative ln probability of what was right */
  uint64_t changed, right; /* the same: where a candidate won, and where it helped */
  uint64_t reachable;      /* examples where some candidate helps */
  int64_t gained;          /* words nearer to the original, net; of stretches that overlap only the surest counts */
} us_tune_score;
us_tune_score us_tune_test(const us_examples *examples, const us_scorer *scorer);

#endif
