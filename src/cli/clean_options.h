/* clean_options.h - the options of `unspin clean`, read and checked against one another. */
#ifndef US_CLI_CLEAN_OPTIONS_H
#define US_CLI_CLEAN_OPTIONS_H

#include "base/vec.h"
#include "cli/cli.h"
#include "report/report.h"

typedef struct clean_options {
  unspin_options engine; /* protect points into PROTECT */
  US_VEC(const char *) protect;
  US_VEC(const char *) tables; /* of --table */
  us_buf like;         /* the half of --like's text that may help; engine.like points into it */
  us_buf protect_text; /* the bytes of --protect-file, cut into NUL-terminated lines */
  const char *output;  /* -o, or NULL */
  bool in_place;
  const char *suffix; /* of the backup, or NULL for none */
  bool check, force;
  us_renderer *report;     /* what goes to standard output instead of the text, or NULL */
  const char *report_name; /* the option that asked for it */
  const char *undo;        /* edit lists to take back, or NULL */
  const char *data;
  cli_color color;
  bool help;
  char **files; /* borrowed from argv */
  int file_count;
} clean_options;

extern const char clean_help[];

/* False, after a message, if the command line makes no sense. Free OPTIONS in any case. */
bool clean_options_read(int argc, char **argv, clean_options *options);
void clean_options_free(clean_options *options);

#endif
