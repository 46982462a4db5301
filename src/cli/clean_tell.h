/* clean_tell.h - what a run says about itself: messages, progress, the report, the table at the end. */
#ifndef US_CLI_CLEAN_TELL_H
#define US_CLI_CLEAN_TELL_H

#include <stdio.h>

#include "batch/job.h"
#include "batch/place.h"
#include "cli/clean_census.h"
#include "cli/clean_options.h"

/* Counts of a run. */
typedef struct clean_counts {
  uint64_t files, changed, unchanged, with_rejects, failed; /* FILES is the sum of the others */
  uint64_t current;                                         /* of FILES: the journal had them */
  uint64_t without_field;                                   /* of FILES: a field that is asked for is in no record */
  uint64_t skipped[US_SKIP_COUNT];
  us_doc_tally tally;
  double wall; /* seconds */
} clean_counts;

typedef struct clean_tell {
  const clean_options *options;
  clean_counts counts;
  double began, shown; /* seconds */
  uint64_t under_way;  /* bytes of files that are not finished */
  us_place rows;       /* --report */
  bool has_rows;
  us_buf row_buffer;
  FILE *rejects;
  us_walk_omit avoid; /* what REJECTS is: no input */
  bool failed;        /* something that is no document: the exit status must say so */
  bool terminal;      /* there is somebody to show progress to */
  bool line_shown;    /* the cursor stands behind a line of progress */
  clean_census *census;
} clean_tell;

/* Opens what --report names. False with a message. */
bool clean_tell_begin(clean_tell *tell, const clean_options *options);
/* Opens and empties what --rejects names, when nothing else keeps the run from beginning. False with a message. */
bool clean_tell_begin_rejects(clean_tell *tell);
/* Begins to count what PLAN has to do, if there is a terminal to show it on. */
void clean_tell_count(clean_tell *tell, const us_inputs_plan *plan, us_shard shard);
/* Wipes the progress, says what was left out, finishes the report, writes the table. */
void clean_tell_end(clean_tell *tell);
void clean_tell_free(clean_tell *tell);

/* One line on standard error, the progress out of its way. */
void clean_tell_message(clean_tell *tell, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* us_job_plan.deliver but for standard output: rejects, and progress within a file. False ends the run. */
bool clean_tell_block(clean_tell *tell, const us_doc *doc);
void clean_tell_finished(clean_tell *tell, const us_finished *finished);
void clean_tell_skipped(clean_tell *tell, us_skip why, const char *path);

/* "1,234,567"; OUT takes 32 bytes. */
const char *clean_tell_number(uint64_t n, char *out);
/* "changed", "failed", ... */
const char *clean_tell_outcome(us_outcome outcome);
/* The table of --stats. */
void clean_tell_table(const clean_counts *counts);

#endif
