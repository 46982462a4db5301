/* inputs.h - which files a command goes over, as its arguments and options say. */
#ifndef US_CLI_INPUTS_H
#define US_CLI_INPUTS_H

#include "batch/inputs.h"

/* Borrowed, as long as the inputs are in use. */
typedef struct cli_inputs_options {
  char **files; /* none, and no list either: standard input */
  int file_count;
  const char *list; /* --files-from */
  bool zero;        /* -0 */
  const char *const *include, *const *exclude;
  size_t include_count, exclude_count;
  bool hidden, follow, no_ignore, force_exclude;
} cli_inputs_options;

typedef struct cli_inputs {
  us_inputs_plan plan;
  us_ignore *include, *exclude; /* what PLAN's rules were made of */
} cli_inputs;

/* Errors: NOMEM. Free INPUTS in any case. */
unspin_status cli_inputs_make(const cli_inputs_options *options, cli_inputs *inputs, unspin_error *err);
void cli_inputs_free(cli_inputs *inputs);

#endif
