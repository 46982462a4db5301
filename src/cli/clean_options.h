/* clean_options.h - the options of `unspin clean` and `unspin batch`, read and checked against one another. */
#ifndef US_CLI_CLEAN_OPTIONS_H
#define US_CLI_CLEAN_OPTIONS_H

#include "base/vec.h"
#include "batch/shard.h"
#include "cli/cli.h"
#include "cli/sandbox.h"
#include "report/report.h"

/* A setting as it would stand in a configuration file. */
typedef struct clean_setting {
  char *name, *value; /* owned; VALUE is "true" for what takes none */
} clean_setting;

typedef struct clean_options {
  const char *command; /* "clean" or "batch", for messages */
  bool batch;
  unspin_options engine; /* protect, fields, like, siblings point into what follows */
  US_VEC(const char *) protect;
  US_VEC(const char *) fields;
  US_VEC(const char *) tables; /* of --table */
  US_VEC(const char *) include;
  US_VEC(const char *) exclude;
  US_VEC(char *) owned;           /* strings that a configuration file gave */
  US_VEC(clean_setting) settings; /* all that a configuration file may say, from whichever side it came */
  us_buf like;                    /* the half of --like's text that may help; engine.like points into it */
  US_VEC(us_buf) sibling_bytes;
  US_VEC(unspin_file *) sibling_files; /* over these */
  US_VEC(unspin_text) siblings; /* of --siblings: what is in these files */
  us_buf protect_text;            /* the bytes of --protect-file, cut into NUL-terminated lines */
  us_buf user_config;             /* path of the user's own configuration file; empty: none */
  us_buf config;                  /* path of the project's, or of the one being read; empty: none */
  const char *origin;             /* "FILE:LINE: " while a configuration file is read, for messages; else NULL */

  const char *output; /* -o, or NULL */
  bool in_place;
  const char *suffix; /* of the backup, or NULL for none */
  bool check, force;
  us_renderer *report;     /* what goes to standard output instead of the text, or NULL */
  const char *report_name; /* the option that asked for it */
  const char *html;        /* page, or folder of pages, or NULL */
  const char *undo;        /* edit lists to take back, or NULL */
  const char *data;
  cli_color color;
  cli_sandbox sandbox;

  bool guess_format;
  const char *encoding, *rejects;

  const char *files_from, *config_file;
  bool follow_said; /* on the command line */
  bool zero, force_exclude, hidden, follow, no_ignore, no_config, dump_config;
  unsigned jobs; /* 0: one for each processor */
  bool quiet;
  const char *rows; /* --report: one line of JSON a file */
  bool stats;
  const char *stats_file;

  bool resume, restart, merge; /* of batch */
  const char *journal;
  us_shard shard;

  bool help;
  char **files; /* borrowed from argv */
  int file_count;
} clean_options;

extern const char clean_help[], clean_help_more[], batch_help[];

/* False, after a message, if the command line or the configuration file makes no sense. Free OPTIONS in any case. */
bool clean_options_read(int argc, char **argv, clean_options *options);
void clean_options_free(clean_options *options);

/* Whether anything goes elsewhere than to standard output. */
bool clean_options_write(const clean_options *options);
/* Reads another spin of the article. False with a message. */
bool clean_sibling_add(clean_options *options, const char *path);
void clean_siblings_free(clean_options *options);

/* One option by its long name, as a configuration file has it. VALUE lives as long as OPTIONS. False with a message. */
bool clean_option_set(clean_options *options, const char *name, char *value);
/* Reads unspin/config in $XDG_CONFIG_HOME (~/.config), then .unspin, or .unspin/config, of the working folder or the
 * nearest one above it; or only what --config names. False with a message. */
bool clean_config_read(clean_options *options);
/* --dump-config. Returns an exit status. */
int clean_config_print(const clean_options *options);
/* Hash of all options that bear on what comes out. */
uint64_t clean_options_hash(const clean_options *options);

#endif
