/* progress.h - one line on a terminal's standard error that says how far a long job has come. */
#ifndef US_CLI_PROGRESS_H
#define US_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Zero-initialised is silent. */
typedef struct cli_progress {
  bool on, shown;
  double last; /* seconds */
} cli_progress;

/* On if standard error is a terminal and QUIET is not asked for. */
cli_progress cli_progress_start(bool quiet);
/* STAGE in a column of WIDTH, then SHARE (0 to 1) as a bar; below 0 it is not known, and COUNT UNIT stands there. Drawn
 * a few times a second at most. */
void cli_progress_show(cli_progress *p, const char *stage, int width, double share, uint64_t count, const char *unit);
/* From now on SIGINT, SIGTERM and SIGHUP only set a flag, so that a long job can end in good order... */
void cli_catch_signals(void);
/* ...once it sees that one of them came. */
bool cli_interrupted(void);
/* Wipes the line, if there is one. */
void cli_progress_clear(cli_progress *p);

#endif
