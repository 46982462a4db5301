/* cmd_score_html.h - what `unspin score --html` shows of either measurement: tables of figures with their intervals. */
#ifndef US_CLI_CMD_SCORE_HTML_H
#define US_CLI_CMD_SCORE_HTML_H

#include "cli/cmd_score_against.h"
#include "cli/cmd_score_original.h"
#include "cli/page.h"

/* A figure, how it moved, and how far that could be off. NAN where there is none. */
typedef struct score_figure {
  const char *name;
  double before, after, change;
  us_interval interval; /* of CHANGE, or of AFTER where there is no before */
  double scale;         /* 100 for percentages */
  int decimals;
  int sign; /* 1 where less is better, -1 where more is */
  double floor;
} score_figure;

/* A table with a caption, which may be NULL. */
void score_html_table(FILE *out, const char *caption, const score_figure *figures, size_t n);
/* Heads of the table of texts: names apart by bars. Those behind the first hold numbers. */
void score_html_heads(FILE *out, const char *names);

/* Write the page to run->html; AVERAGE is NULL for a single article. False with a message. */
bool score_html_original(const score_run *run, const original_report *report);
bool score_html_against(const score_run *run, const against_result_vec *results, const against_average *average);

#endif
