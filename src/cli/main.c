#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json_read.h"
#include "cli/cli.h"
#include "cli/cmd_check.h"
#include "cli/cmd_model.h"
#include "cli/cmd_phrases.h"
#include "cli/cmd_score.h"

static const cli_command *const commands[] = {&cli_clean, &cli_batch, &cli_detect,  &cli_review,
                                              &cli_check, &cli_model, &cli_phrases, &cli_score};

static const char usage_head[] =
    "Usage: unspin COMMAND [OPTION]... [FILE]...\n"
    "\n"
    "Brings articles that were rewritten by spinning software back to plain English.\n"
    "\n"
    "Commands:\n";

static const char usage_tail[] =
    "  help COMMAND   everything about one command\n"
    "\n"
    "  --help, -h     this text\n"
    "  --version, -V  the version\n"
    "\n"
    "Environment:\n"
    "  UNSPIN_DATA      folder of the compiled data; otherwise data/ beside the program,\n"
    "                   ../share/unspin from there, where it was installed\n"
    "  XDG_DATA_HOME    unspin/phrases.db in it is your own phrase table (~/.local/share)\n"
    "  XDG_CONFIG_HOME  unspin/config in it holds your own settings (~/.config)\n"
    "  XDG_CONFIG_DIRS  unspin/phrases.db in one of them is the system's table (/etc/xdg)\n"
    "  NO_COLOR         if set, no colours but by --color=always\n"
    "  COLUMNS          the width to wrap at where standard output is no terminal\n"
    "\n"
    "Exit status: 0 done (with --check: nothing to change), 1 with --check: something\n"
    "would change (check, detect, review and phrases: see their help), 2 an error, said\n"
    "in one line on standard error, 3 done, but some lines or records could not be read\n"
    "and were passed through as they are.\n";

static int help(void) {
  fputs(usage_head, stdout);
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    printf("  %-13s  %s\n", commands[i]->name, commands[i]->summary);
  return cli_print(usage_tail);
}

static int version(void) {
  printf("unspin %s\n", unspin_version());
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}

static const cli_command *find_command(const char *name) {
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (strcmp(name, commands[i]->name) == 0) return commands[i];
  cli_message("no command '%s' (see 'unspin --help')", name);
  return NULL;
}

/* A file opened while 0, 1 or 2 is closed would become standard input, output or error. The gap is filled with a
 * descriptor of the wrong direction, so that using it is an error still. */
static bool fill_standard_descriptors(void) {
  for (int fd = 0; fd <= 2; fd++) {
    if (fcntl(fd, F_GETFD) != -1) continue;
    if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) return false;
  }
  return true;
}

/* A reader that goes away ends us quietly, like any filter, even where our parent ignores the signal. A file size limit
 * must come as an error of write, so that the temporary file is removed. */
static void set_signals(void) {
  signal(SIGPIPE, SIG_DFL);
  signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char **argv) {
  if (!fill_standard_descriptors()) return CLI_ERROR;
  set_signals();
  us_json_guard();
  opterr = 0; /* commands say themselves what does not fit: getopt would show any bytes to the terminal */
  if (argc < 2) {
    cli_message("which command? (see 'unspin --help')");
    return CLI_ERROR;
  }
  const char *name = argv[1];
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) return version();
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return help();
  if (strcmp(name, "help") == 0) {
    if (argc < 3) return help();
    const cli_command *command = find_command(argv[2]);
    return command ? cli_print_help(command) : CLI_ERROR;
  }
  const cli_command *command = find_command(name);
  return command ? command->run(argc - 1, argv + 1) : CLI_ERROR;
}
