/* learn.h - what a spinner puts for what, learned from pairs of a spun text and the plain one.
 *
 *   words to types (learn_words) - least edits (learn_diff) - spool - blocks, counted in rounds (learn_align) -
 *   rows (learn_derive, learn_trie) - occurrences in all texts - probabilities, pruning (learn_rate) - sink
 *
 * The same pairs in the same order give the same rows. Memory: the different words, the rows, and counters that are
 * bounded (learn_tally.h); the texts themselves go to a temporary file, about 12 bytes a word.
 */
#ifndef US_PHRASES_LEARN_H
#define US_PHRASES_LEARN_H

#include "phrases/builder.h"
#include "phrases/learn_spool.h"
#include "phrases/learn_trie.h"

typedef struct us_learn_options {
  uint32_t min_count;      /* rows seen less often are left out; 0: 1 for small inputs, 2 for large ones */
  double min_significance; /* log-likelihood ratio (2 ln) that a row must reach */
  double min_p;            /* P(plain | spun) that a row must reach */
  bool decisions;          /* somebody looked at every pair: none is a slip of the alignment */
  unsigned rounds;         /* of re-counting blocks; at least 1 */
  size_t counters;         /* most blocks counted at a time, in three tables of about 20 bytes a block */
  const char *scratch_dir; /* borrowed */
  const us_syntax *syntax; /* borrowed; NULL: heads of phrases are starred */
  us_slice article[2];     /* borrowed: before a consonant and before a vowel, "a" and "an"; may be empty */
  /* Called now and then with the stage, the share of it that is done (below 0: not known) and the pairs read; false
   * stops with INVALID, "cancelled". May be NULL. */
  bool (*watch)(void *cookie, const char *stage, double share, uint64_t pairs);
  void *cookie;
} us_learn_options;

void us_learn_options_init(us_learn_options *options);

/* One row that was learned. Slices are borrowed for the call. */
typedef struct us_learned {
  us_slice spun, plain; /* as rows write them */
  char pos;
  int strength;                     /* 1 to 5 */
  uint32_t count;                   /* observations of the pair */
  uint32_t spun_count, plain_count; /* of SPUN in the spun texts, of PLAIN in the plain ones */
  double p_plain, p_spun;           /* smoothed P(plain | spun stands there), P(spun | plain stood there) */
  double significance;              /* log-likelihood ratio */
  uint64_t first;                   /* XXH3 of the spun text of the first pair that showed it */
} us_learned;
/* A status other than OK ends the work and is returned. */
typedef unspin_status us_learn_sink(void *cookie, const us_learned *row, unspin_error *err);

/* What was seen. */
typedef struct us_learn_totals {
  uint64_t pairs, spun_words, plain_words, changed_words; /* words: tokens; changed: of the spun texts */
  uint64_t runs, skipped_runs;                            /* runs of changed words; too long to be cut */
  uint64_t observations;                                  /* blocks of words for words */
  uint64_t distinct, rows;                                /* different rows seen, rows that were kept */
} us_learn_totals;

typedef struct us_learner us_learner;

/* FORMS must outlive the learner. Errors: IO, NOMEM. */
unspin_status us_learner_new(const us_forms *forms, const us_learn_options *options, us_learner **out,
                             unspin_error *err);
void us_learner_free(us_learner *learner);
/* Texts may be sentences or whole articles; they are aligned as wholes. Errors: IO, NOMEM, LIMIT. */
unspin_status us_learner_add(us_learner *learner, us_slice spun, us_slice plain, unspin_error *err);
/* Hands every row that is worth keeping to SINK, by spun phrase, the surest first. Once, after the last pair. Errors:
 * IO, NOMEM, INVALID (cancelled), those of SINK. */
unspin_status us_learner_finish(us_learner *learner, us_learn_sink *sink, void *cookie, unspin_error *err);
const us_learn_totals *us_learner_totals(const us_learner *learner);

#endif
