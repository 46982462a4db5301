#define _GNU_SOURCE /* getopt_long */
#include "cli/cmd_score.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "measure/bootstrap.h"

static const char help[] =
    "Usage: unspin score --original ORIG [OPTION]... BEFORE [AFTER]\n"
    "       unspin score --against CLEAN [OPTION]... BEFORE [AFTER]\n"
    "       unspin score (--original ORIG | --against CLEAN) --restore BEFORE...\n"
    "\n"
    "Measures what a change from BEFORE to AFTER did. Without AFTER, and with\n"
    "--restore, unspin restores BEFORE itself and measures that.\n"
    "\n"
    "      --original ORIG   ORIG is what the spinner rewrote, line for line: how\n"
    "                        much of the damage was undone (undone, ERR, precision,\n"
    "                        recall, F0.5, exact sentences), and BLEU, chrF2, chrF++\n"
    "                        and TER, equal to sacreBLEU's, with their signatures\n"
    "      --against CLEAN   CLEAN is another article on the same topic: whether the\n"
    "                        text came nearer to how that is written, and which edits\n"
    "                        earned it or cost\n"
    "\n"
    "ORIG, CLEAN, BEFORE and AFTER are files, or directories whose files (and those\n"
    "in directories below) belong together where they have the same name. A part that\n"
    "says what the file is may stand before the ending: NAME.plain.txt (also\n"
    ".original, .clean), NAME.spun.txt (.before), NAME.restored.txt (.after).\n"
    "Several articles are also averaged: micro counts them as one long text, macro is\n"
    "the mean of their figures. One of the files may be - for standard input.\n"
    "\n"
    "      --restore         every argument is a BEFORE\n"
    "      --assume-spun     restore texts that look clean too\n"
    "      --json            one line of JSON\n"
    "      --html FILE       and a page to look at: figures, the texts one by one,\n"
    "                        and with --against every edit\n"
    "      --rounds N        drawings for the 95 % intervals (1000); 0: no intervals\n"
    "      --seed N          of the drawings (12345)\n"
    "      --like            with --against: restore as clean --like CLEAN does, by\n"
    "                        the first half of CLEAN, and judge by the second\n"
    "      --both-halves     with --against: AFTER owes nothing to CLEAN (it was made\n"
    "                        without clean --like), so both halves may judge\n"
    "      --force           with --against: also where CLEAN is too short for that\n"
    "      --color[=WHEN]    auto, always or never; NO_COLOR is obeyed in auto\n"
    "      --data DIR        where the compiled data lies (or $UNSPIN_DATA)\n"
    "  -h, --help            this text\n"
    "\n"
    "Examples:\n"
    "  unspin score --original article.plain.txt article.spun.txt\n"
    "  unspin score --original originals/ spun/ restored/\n"
    "  unspin clean spun.txt | unspin score --against clean.txt spun.txt -\n"
    "  unspin score --html score.html --original originals/ spun/\n"
    "\n"
    "Exit status:\n"
    "  0  measured\n"
    "  2  an error, said on standard error; figures may be printed all the same\n";

enum {
  OPT_ORIGINAL = 256,
  OPT_AGAINST,
  OPT_RESTORE,
  OPT_ASSUME_SPUN,
  OPT_JSON,
  OPT_HTML,
  OPT_ROUNDS,
  OPT_SEED,
  OPT_FORCE,
  OPT_BOTH_HALVES,
  OPT_LIKE,
  OPT_COLOR,
  OPT_DATA
};

static const struct option long_options[] = {{"original", required_argument, NULL, OPT_ORIGINAL},
                                             {"against", required_argument, NULL, OPT_AGAINST},
                                             {"restore", no_argument, NULL, OPT_RESTORE},
                                             {"assume-spun", no_argument, NULL, OPT_ASSUME_SPUN},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"html", required_argument, NULL, OPT_HTML},
                                             {"rounds", required_argument, NULL, OPT_ROUNDS},
                                             {"seed", required_argument, NULL, OPT_SEED},
                                             {"force", no_argument, NULL, OPT_FORCE},
                                             {"both-halves", no_argument, NULL, OPT_BOTH_HALVES},
                                             {"like", no_argument, NULL, OPT_LIKE},
                                             {"color", optional_argument, NULL, OPT_COLOR},
                                             {"colour", optional_argument, NULL, OPT_COLOR},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

enum { MOST_ROUNDS = 1000000 };

static bool complain(const char *what, const char *argument) {
  cli_message("score: %s '%s' (see 'unspin help score')", what, argument);
  return false;
}

static bool read_number(const char *text, uint64_t most, uint64_t *out) {
  char *end;
  errno = 0;
  unsigned long long n = strtoull(text, &end, 10);
  if (text[0] < '0' || text[0] > '9' || *end || errno || n > most) return false;
  *out = n;
  return true;
}

static bool set_rounds(score_run *run, const char *text) {
  uint64_t n;
  if (!read_number(text, MOST_ROUNDS, &n)) return complain("--rounds: not a number from 0 to 1000000:", text);
  run->rounds = (size_t)n;
  return true;
}

static bool set_color(score_run *run, const char *text) {
  return cli_read_color(text, &run->color) || complain("--color: not auto, always or never:", text);
}

static bool set_reference(const char **reference, const char *path) {
  if (*reference) return complain("only one reference: a directory holds several; too many with", path);
  *reference = path;
  return true;
}

static bool set_option(score_run *run, int option, const char *argument, bool *want_help) {
  switch (option) {
    case 'h': return *want_help = true;
    case OPT_ORIGINAL: return set_reference(&run->original, argument);
    case OPT_AGAINST: return set_reference(&run->against, argument);
    case OPT_RESTORE: return run->restore = true;
    case OPT_ASSUME_SPUN: return run->assume_spun = true;
    case OPT_JSON: return run->json = true;
    case OPT_HTML: run->html = argument; return true;
    case OPT_ROUNDS: return set_rounds(run, argument);
    case OPT_SEED:
      return read_number(argument, INT64_MAX, &run->seed) || complain("--seed: not a whole number:", argument);
    case OPT_FORCE: return run->force = true;
    case OPT_BOTH_HALVES: return run->both_halves = true;
    case OPT_LIKE: return run->like = true;
    case OPT_COLOR: return set_color(run, argument);
    case OPT_DATA: run->data = argument; return true;
    default: return false;
  }
}

static bool read_options(int argc, char **argv, score_run *run, bool *want_help) {
  opterr = 0;
  for (int option; (option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1;) {
    if (option == ':') return complain("a value is missing after", argv[optind - 1]);
    if (option == '?') {
      char letter[3];
      return complain("unknown or unfit option", cli_unfit(argv, "h", letter));
    }
    if (!set_option(run, option, optarg, want_help)) return false;
  }
  return true;
}

static bool check_together(const score_run *run, int arguments) {
  const char *wrong = NULL;
  if (!run->original && !run->against) wrong = "score what against? --original ORIG or --against CLEAN";
  else if (run->original && run->against) wrong = "--original and --against are two measurements: choose one";
  else if (run->force && run->original) wrong = "--force is for --against";
  else if (run->both_halves && run->original) wrong = "--both-halves is for --against";
  else if (run->like && run->original) wrong = "--like is for --against";
  else if (run->like && run->both_halves) wrong = "--like uses one half of CLEAN, so --both-halves cannot judge";
  else if (run->like && arguments == 2 && !run->restore) wrong = "--like is for texts that unspin restores itself";
  else if (run->assume_spun && arguments == 2 && !run->restore)
    wrong = "--assume-spun is for texts that unspin restores itself";
  else if (run->html && strcmp(run->html, "-") == 0) wrong = "--html needs a file: standard output has the figures";
  else if (!arguments) wrong = "which text? BEFORE, and AFTER if unspin is not to restore it itself";
  else if (arguments > 2 && !run->restore) wrong = "BEFORE and AFTER are two: give --restore for several BEFOREs";
  if (wrong) cli_message("score: %s (see 'unspin help score')", wrong);
  return !wrong;
}

static int run_score(int argc, char **argv) {
  score_run run = {.seed = US_BOOTSTRAP_SEED, .rounds = US_BOOTSTRAP_ROUNDS};
  bool want_help = false;
  if (!read_options(argc, argv, &run, &want_help)) return CLI_ERROR;
  if (want_help) return cli_print(help);
  if (!check_together(&run, argc - optind)) return CLI_ERROR;
  int status = CLI_ERROR;
  if (score_find_items(&run, argv + optind, (size_t)(argc - optind))) {
    errno = 0;
    status = run.original ? score_original(&run) : score_against(&run);
  }
  score_free_items(&run);
  score_close_knowledge(&run);
  return status;
}

const cli_command cli_score = {.name = "score",
                               .summary = "measure what a change did, by an original or a clean text",
                               .help = help,
                               .run = run_score};
