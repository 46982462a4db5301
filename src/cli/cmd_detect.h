/* cmd_detect.h - what the parts of `unspin detect` share. */
#ifndef US_CLI_CMD_DETECT_H
#define US_CLI_CMD_DETECT_H

#include <stdio.h>

#include "base/vec.h"
#include "cli/cli.h"
#include "report/report.h"

typedef struct detect_options {
  unspin_options engine;
  US_VEC(const char *) fields;
  US_VEC(const char *) tables;
  US_VEC(const char *) include;
  US_VEC(const char *) exclude;
  double threshold; /* below 0: none */
  bool json, sentences, quiet, force, guess_format, help;
  size_t evidence; /* pieces of it for a document */
  bool limited;    /* that was asked for: JSON holds no more either */
  unsigned jobs;   /* 0: one for each processor */
  const char *data, *encoding, *files_from;
  cli_color color;
  char **files;
  int file_count;
} detect_options;

/* A file that was looked at. */
typedef struct detect_report {
  const char *name;
  us_slice text;
  const unspin_detection *detection; /* NULL: an empty file */
  const unspin_knowledge *knowledge;
} detect_report;

/* Each writes one file's scores and leaves write errors in OUT. */
void detect_print(FILE *out, const detect_report *report, const detect_options *options, const us_style *style);
/* Errors: NOMEM. */
unspin_status detect_print_json(FILE *out, const detect_report *report, const detect_options *options,
                                unspin_error *err);
/* The highest score of its documents; 0 if there is none. */
double detect_highest(const unspin_detection *detection);

#endif
