/* cmd_score_original.h - what `score --original` has found, for printing. */
#ifndef US_CLI_CMD_SCORE_ORIGINAL_H
#define US_CLI_CMD_SCORE_ORIGINAL_H

#include "cli/cmd_score.h"
#include "measure/aligned.h"

typedef struct original_report {
  us_aligned_vec articles; /* the sums of each of run->items */
  us_aligned_average micro, macro;
  size_t units; /* what was drawn for the intervals of micro: the lines of the only article, or the articles */
  const char *unit;
} original_report;

/* Both write to standard output. JSON: false when out of memory. */
void original_print_table(const score_run *run, const original_report *report);
bool original_print_json(const score_run *run, const original_report *report);

#endif
