/* cmd_phrases_coverage.h - what the parts of `unspin phrases coverage` share. */
#ifndef US_CLI_CMD_PHRASES_COVERAGE_H
#define US_CLI_CMD_PHRASES_COVERAGE_H

#include "base/arena.h"
#include "cli/cmd_phrases.h"
#include "measure/coverage.h"

/* All together, then each source alone. */
enum { COVERAGE_SOURCES = 7 };
/* More candidates for one word than this count as this many. */
enum { COVERAGE_MOST = 400 };

typedef struct coverage_source {
  const char *key;
  unsigned from; /* UNSPIN_FROM_... */
} coverage_source;
extern const coverage_source coverage_sources[COVERAGE_SOURCES];

typedef struct coverage_sum {
  const char *name;
  size_t texts, words; /* words of the spun texts */
  us_gaps all;         /* the damage */
  us_gaps left[COVERAGE_SOURCES];
  size_t candidates[COVERAGE_SOURCES];
  size_t counts[COVERAGE_SOURCES][COVERAGE_MOST + 1]; /* words with so many candidates */
} coverage_sum;

/* A pair that no source offers, as a row would have it. */
typedef struct coverage_missing {
  const char *spun, *plain;
  char pos;
  size_t count;
} coverage_missing;

typedef struct coverage_report {
  US_VEC(coverage_sum *) documents;
  coverage_sum total;
  US_VEC(coverage_missing) missing; /* the commonest first */
  us_arena arena;
} coverage_report;

/* Each to standard output. Errors of writing show in ferror(stdout). */
void coverage_print_text(const coverage_report *report);
void coverage_print_json(const coverage_report *report);

#endif
