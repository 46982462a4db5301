/* cmd_phrases.h - what the parts of `unspin phrases` share. */
#ifndef US_CLI_CMD_PHRASES_H
#define US_CLI_CMD_PHRASES_H

#include "cli/cli.h"
#include "cli/tables.h"

extern const cli_command cli_phrases;

/* One part each; ARGV[0] is its name. Return an exit status. */
int cli_phrases_list(int argc, char **argv);
int cli_phrases_show(int argc, char **argv);
int cli_phrases_stats(int argc, char **argv);
int cli_phrases_find(int argc, char **argv);
int cli_phrases_explain(int argc, char **argv);
int cli_phrases_add(int argc, char **argv);
int cli_phrases_edit(int argc, char **argv);
int cli_phrases_remove(int argc, char **argv);
int cli_phrases_disable(int argc, char **argv);
int cli_phrases_enable(int argc, char **argv);
int cli_phrases_forget(int argc, char **argv);
int cli_phrases_import(int argc, char **argv);
int cli_phrases_export(int argc, char **argv);
int cli_phrases_test(int argc, char **argv);
int cli_phrases_lint(int argc, char **argv);
int cli_phrases_coverage(int argc, char **argv);
int cli_phrases_learn(int argc, char **argv); /* cmd_phrases_learn.c */

/* Exit statuses of the parts that look for something. */
enum { PHRASES_NOTHING = 1 };

/* The help of a part; the whole command's if it has none of its own. Returns an exit status. */
int phrases_print_help(const char *part);

/* ---- options (cmd_phrases_options.c) ---- */

/* Which options a part knows; a set. */
enum {
  PHRASES_O_STACK = 1,      /* --data, --table, --in */
  PHRASES_O_JSON = 2,       /* --json */
  PHRASES_O_LIST = 4,       /* --all */
  PHRASES_O_ROW = 8,        /* --pos, --strength, --when, --note, --change, --keep, --source */
  PHRASES_O_EDIT = 16,      /* --spun, --plain */
  PHRASES_O_REASON = 32,    /* --reason */
  PHRASES_O_IMPORT = 64,    /* --format, --licence, --source, --pos, --strength, ... */
  PHRASES_O_EXPORT = 128,   /* --format, --output, --source */
  PHRASES_O_COVERAGE = 256, /* --missing */
  PHRASES_O_SOURCE = 512    /* --source */
};

typedef struct phrases_options {
  const char *data, *in;
  US_VEC(const char *) tables;
  const char *source, *licence, *note, *spun, *plain, *when, *reason, *output;
  us_buf change, keep; /* joined by " || "; n 0 and no p: not given */
  unspin_format format;
  char pos;       /* 0: not given */
  int strength;   /* 0: not given */
  size_t missing; /* how many; 0: not given */
  bool json, all, replace, dry_run, context, related, plain_first, quiet, help;
  int count; /* of ARGS */
  char **args;
} phrases_options;

/* False with a message where a wrong option stands. Free OUT in any case. */
bool phrases_options_read(int argc, char **argv, unsigned known, phrases_options *out);
void phrases_options_free(phrases_options *o);

/* ---- tables (cmd_phrases_stack.c) ---- */

/* The open tables, lowest first. */
typedef struct phrases_stack {
  us_buf data_dir;
  cli_tables paths;
  unspin_table **table; /* one a path */
  size_t n;
} phrases_stack;

/* Opens the stack to read; with --in that one table alone. False with a message. Free OUT in any case. */
bool phrases_stack_open(const phrases_options *o, phrases_stack *out);
void phrases_stack_free(phrases_stack *s);
/* "user" and so on, or the file's path. */
const char *phrases_stack_name(const phrases_stack *s, size_t i);

/* How the row ID of table I stands in the whole stack. */
typedef enum phrases_state {
  PHRASES_ACTIVE,
  PHRASES_OVERRIDDEN, /* a higher table has the row too, and it was not learned there */
  PHRASES_DISABLED    /* its own table or a higher one switches it off */
} phrases_state;
/* BY (may be NULL) gets the table that overrides or disables, REASON (may be NULL) a copy of the reason, to be freed.
 */
phrases_state phrases_row_state(const phrases_stack *s, size_t i, const char *id, size_t *by, char **reason);
/* The highest table that has the row ID; s->n if none has. */
size_t phrases_row_find(const phrases_stack *s, const char *id);
/* The highest in which somebody wrote it; if all that have it only learned it, as phrases_row_find. */
size_t phrases_row_written(const phrases_stack *s, const char *id);
/* For unspin_table_sources: sets the name that COOKIE, a const char **, points to to NULL at the source called so. */
bool phrases_note_source(void *cookie, const unspin_source *source);
/* Calls VISIT for the row ID of table I; false if it is not there. */
bool phrases_row_visit(const phrases_stack *s, size_t i, const char *id, unspin_row_visit *visit, void *cookie);

/* The table that is written to (--in, the user's if that is not given), opened and a change begun; NULL with a message.
 * DATA_DIR is for phrases_stack_open's sake. */
unspin_table *phrases_begin(const phrases_options *o);
/* Whether that table is there already; false with a message. */
bool phrases_target_is_made(const phrases_options *o);
/* Commits, or takes back if RESULT is not CLI_OK, closes, and returns the exit status. What was SAID (may be NULL) of the
 * change goes to standard output when it stands, and not before; it is freed. */
int phrases_end(unspin_table *table, us_buf *said, int result);

/* Ends the reason of a row that learning switched off; the source follows, so that forgetting it switches the row on.
 */
#define PHRASES_OFF_BY " in the review "
/* Switches on the rows of TABLE that learning from SOURCE switched off; *N (may be NULL) gets how many. */
unspin_status phrases_switch_on(unspin_table *table, const char *source, size_t *n, unspin_error *err);

/* ---- how usual phrases are ---- */

/* The shipped language model; NULL with a message. */
unspin_model *phrases_open_model(const phrases_options *o);
/* log10 of the phrase's probability anywhere in a sentence: 1e6 times ten to that is how often it stands in a million
 * words. */
double phrases_log10(const unspin_model *model, const char *phrase, size_t len);

/* ---- small things ---- */

/* Prints ERR and returns CLI_ERROR, or CLI_OK if STATUS is. */
int phrases_status(unspin_status status, const unspin_error *err);
/* A message about a part; returns CLI_ERROR. */
int phrases_complain(const char *part, const char *what);
/* What could harm a terminal is escaped. */
void phrases_put(const char *text);
/* TEXT as a JSON string, with its quotation marks; a byte that is no UTF-8 is shown as \xHH. */
void phrases_put_json_slice(us_slice text);
void phrases_put_json(const char *text);

#endif
