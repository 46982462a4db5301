/* compare.h - what a spinner may have put for what, from a spun text and a clean one that are about the same things but
 * no versions of one another: words that the one has too often against words that the other has too often.
 *
 * Guesses for a person to look through, each with a score. What needs models or tables is asked of the caller.
 */
#ifndef US_PHRASES_COMPARE_H
#define US_PHRASES_COMPARE_H

#include "phrases/builder.h"
#include "phrases/learn_trie.h"
#include "phrases/learn_words.h"

enum { US_COMPARE_CONTEXT = 6, US_COMPARE_WORDS = 2 };

/* One place where a phrase stands: folded words around it, nearest first. */
typedef struct us_compare_place {
  us_slice before[US_COMPARE_CONTEXT], after[US_COMPARE_CONTEXT];
  size_t before_n, after_n;
} us_compare_place;

/* What the caller knows. All answers may be 0 for "no idea". */
typedef struct us_compare_kin {
  /* Whether a table has the row spun -> plain (2), or one the other way round (1). */
  int (*known)(void *cookie, us_slice spun, us_slice plain);
  /* Cosine of two words, -1 to 1. */
  double (*similar)(void *cookie, us_slice a, us_slice b);
  /* How much better PLAIN stands in PLACE than SPUN, both in the form that belongs there: log10, and by the topic. */
  void (*gain)(void *cookie, const us_compare_place *place, us_slice spun, us_slice plain, double *model, double *fit);
  void *cookie;
} us_compare_kin;

/* Why a proposal was made. */
typedef struct us_compare_reasons {
  int known;
  double similar;         /* cosine */
  double model, fit;      /* mean gain over the places */
  double spun_z, plain_z; /* how many standard errors too often in its text */
  uint32_t spun_in_spun, spun_in_clean, plain_in_spun, plain_in_clean;
} us_compare_reasons;

typedef struct us_proposal {
  us_slice spun, plain; /* as rows write them; borrowed for the call */
  char pos;
  double score; /* 0 to 1 */
  us_compare_reasons why;
} us_proposal;
typedef unspin_status us_proposal_sink(void *cookie, const us_proposal *proposal, unspin_error *err);

typedef struct us_compare_options {
  size_t most;  /* proposals for a spun phrase */
  double least; /* score */
} us_compare_options;

typedef struct us_compare {
  us_learn_words words;
  us_stream spun, clean;
} us_compare;

/* FORMS must outlive it. False when out of memory; us_compare_free in any case. */
bool us_compare_init(us_compare *c, const us_forms *forms);
void us_compare_free(us_compare *c);
/* Adds a text to the spun or to the clean side. False when out of memory. */
bool us_compare_add(us_compare *c, bool spun, us_slice text);
/* Hands proposals to SINK, best first. Errors: NOMEM, those of SINK. */
unspin_status us_compare_run(us_compare *c, const us_compare_options *options, const us_compare_kin *kin,
                             us_proposal_sink *sink, void *cookie, unspin_error *err);

#endif
