#define _DEFAULT_SOURCE /* struct winsize */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"

bool cli_use_color(cli_color wish) {
  if (wish != CLI_COLOR_AUTO) return wish == CLI_COLOR_ALWAYS;
  const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
  if (no_color && *no_color) return false;
  return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0;
}

size_t cli_terminal_width(void) {
  const char *columns = getenv("COLUMNS");
  long asked = columns ? strtol(columns, NULL, 10) : 0;
  if (asked > 0 && asked < 10000) return (size_t)asked;
  struct winsize size;
  if (!isatty(STDOUT_FILENO)) return 0;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}
