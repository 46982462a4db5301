/* cli.h - what every command shares. Commands know the library by its public header only. */
#ifndef US_CLI_CLI_H
#define US_CLI_CLI_H

#include "base/buf.h"
#include "unspin.h"

/* Exit statuses. What 1 means beside --check, each command's help says. */
enum cli_exit {
  CLI_OK = 0,      /* done; with --check: there is nothing to change */
  CLI_CHANGES = 1, /* with --check: something would change */
  CLI_ERROR = 2,   /* bad options, unreadable input, damaged data, failed writes: the message says which */
  CLI_REJECTS = 3  /* done, but lines or records that could not be read were passed through as they are */
};

typedef struct cli_command {
  const char *name;
  const char *summary; /* one line for --help */
  const char *help;    /* the whole help of the command */
  /* ARGV[0] is the command's name. Returns an exit status. */
  int (*run)(int argc, char **argv);
  const char *more; /* the rest of HELP, or NULL: a string literal has a greatest length */
} cli_command;

extern const cli_command cli_clean, cli_batch, cli_detect, cli_review;

/* "unspin: " and one line on standard error; what could harm a terminal is escaped. */
void cli_message(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says which argument getopt_long has just given '?' for; COMMAND ("model train") is whose it was. Returns CLI_ERROR. */
int cli_unfit_option(const char *command, char **argv);
/* That argument, or in LETTER the one of its letters that is none of LETTERS, which are known (--help=x gives 'h'). */
const char *cli_unfit(char **argv, const char *letters, char letter[3]);

/* Writes what came from outside to standard output: as it is, for programs, but harmless where that is a terminal. */
void cli_put(const char *text, size_t len);

/* Writes a help text. Returns an exit status. */
int cli_print(const char *text);
/* Writes COMMAND's help. Returns an exit status. */
int cli_print_help(const cli_command *command);

/* Sends what is left in standard output; false, with a message, if any of it could not be written. Set errno to 0
 * before the first write, so that the reason is known. */
bool cli_flush_stdout(void);

/* The directory of the compiled data, in this order: OPTION (--data), $UNSPIN_DATA, data/ beside the executable (in the
 * build tree) and ../share/unspin (an installed tree that was moved) if they hold a phrase table, the directory given
 * at build time. Appends a NUL-terminated path; false when out of memory. */
bool cli_data_dir(const char *option, us_buf *out);

typedef enum cli_color { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER } cli_color;
/* AUTO: standard output is a terminal that knows colours, and NO_COLOR is not set. */
bool cli_use_color(cli_color wish);
/* What the argument of --color, --dialect or --format says; false if it is none of what they take. No text for --color
 * means always; "auto" for --format sets GUESS, and FORMAT to plain. */
bool cli_read_color(const char *text, cli_color *out);
bool cli_read_dialect(const char *text, unspin_dialect *out);
bool cli_read_format(const char *text, unspin_text_format *format, bool *guess);
/* The first of OPTIONS' fields from *AT on that no record has a string for, NULL if there is none; *AT goes behind it.
 */
const char *cli_field_missing(const unspin_options *options, const unspin_record_totals *records, size_t *at);
/* Columns of the terminal that is standard output, or of $COLUMNS; 0 if there is neither. */
size_t cli_terminal_width(void);

#endif
