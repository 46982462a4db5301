#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/safe.h"

/* Who runs out of memory says so, and so may whoever called: once is enough. */
static bool is_said(const char *line) {
  static atomic_flag short_of_memory = ATOMIC_FLAG_INIT;
  return strcmp(line, "out of memory") == 0 && atomic_flag_test_and_set(&short_of_memory);
}

void cli_message(const char *format, ...) {
  char line[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  if (is_said(line)) return;
  fputs("unspin: ", stderr);
  us_safe_write(stderr, us_slice_of(line), false);
  fputc('\n', stderr);
}

int cli_unfit_option(const char *command, char **argv) {
  cli_message("%s: unknown option, or one without its value: '%s' (see 'unspin help %.*s')", command, argv[optind - 1],
              (int)strcspn(command, " "), command);
  return CLI_ERROR;
}

const char *cli_unfit(char **argv, const char *letters, char letter[3]) {
  bool is_letter = optopt > 0 && optopt < 128 && !strchr(letters, optopt);
  if (!is_letter) return argv[optind - 1];
  letter[0] = '-';
  letter[1] = (char)optopt;
  letter[2] = 0;
  return letter;
}

void cli_put(const char *text, size_t len) {
  if (isatty(STDOUT_FILENO)) us_safe_write(stdout, (us_slice){text, len}, false);
  else fwrite(text, 1, len, stdout);
}

int cli_print(const char *text) {
  fputs(text, stdout);
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}

int cli_print_help(const cli_command *command) {
  fputs(command->help, stdout);
  return cli_print(command->more ? command->more : "");
}

bool cli_flush_stdout(void) {
  if (!ferror(stdout) && fflush(stdout) == 0) return true;
  const int why = errno;
  __fpurge(stdout); /* what waits still would come out behind a gap */
  cli_message("cannot write to standard output%s%s", why ? ": " : "", why ? strerror(why) : "");
  return false;
}
