/* cmd_score_against.h - what `unspin score --against` found, between measuring it and printing it. */
#ifndef US_CLI_CMD_SCORE_AGAINST_H
#define US_CLI_CMD_SCORE_AGAINST_H

#include "cli/cmd_score.h"
#include "measure/comparable.h"

typedef struct against_result {
  const score_item *item; /* its texts stay loaded */
  us_reference_facts facts;
  us_comparable figures;
} against_result;

typedef US_VEC(against_result) against_result_vec;

/* Over several articles; the intervals are from articles drawn with replacement. */
typedef struct against_average {
  us_shift micro_difference, micro_attestation;             /* all texts as one; the other figures cannot be pooled */
  us_shift difference, attestation, divergence, chi_square; /* macro: means of the articles' figures */
  double length_ratio;                                      /* micro */
} against_average;

/* Errors: NOMEM. */
unspin_status against_average_of(const score_run *run, const against_result_vec *results, against_average *average,
                                 unspin_error *err);

/* Which way a change went, if chance alone would hardly have taken it there. */
typedef enum against_verdict { AGAINST_UNKNOWN, AGAINST_UNSURE, AGAINST_NEARER, AGAINST_FURTHER } against_verdict;
/* SIGN is 1 where less is nearer and -1 where more is. UNKNOWN if there is no interval. */
against_verdict against_judge(const us_shift *shift, int sign);
/* "nearer" and so on. */
const char *against_verdict_name(against_verdict verdict);

/* What a path is called in messages and tables. */
const char *against_shown(const char *path);

/* Print everything; AVERAGE is NULL for a single article. Write errors show in ferror(stdout). */
void against_print_text(const score_run *run, const against_result_vec *results, const against_average *average);
/* Errors: NOMEM. */
unspin_status against_print_json(const score_run *run, const against_result_vec *results,
                                 const against_average *average, unspin_error *err);

#endif
