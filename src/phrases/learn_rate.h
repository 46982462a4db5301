/* learn_rate.h - from counts to rows: probabilities, significance, strength, order. */
#ifndef US_PHRASES_LEARN_RATE_H
#define US_PHRASES_LEARN_RATE_H

#include "phrases/learn.h"

/* What was counted. */
typedef struct us_learn_book {
  const us_learn_words *words;
  us_trie *trie; /* its pairs are sorted */
  const us_learn_options *options;
  us_learn_totals *totals; /* rows is filled in */
} us_learn_book;

/* Hands the rows that are worth keeping to SINK. Errors: NOMEM, those of SINK. */
unspin_status us_learn_rate(us_learn_book *book, us_learn_sink *sink, void *cookie, unspin_error *err);

/* Twice the log-likelihood ratio of a table: BOTH of SPUN and PLAIN places together, of ALL; negative where they avoid
 * each other. */
double us_log_likelihood(double both, double spun, double plain, double all);

#endif
