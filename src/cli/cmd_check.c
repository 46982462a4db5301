/* unspin check: the regression suite of before/after pairs. */
#define _GNU_SOURCE /* getopt_long */
#include "cli/cmd_check.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char check_help[] =
    "Usage: unspin check [OPTION]... PATH...\n"
    "\n"
    "Restores spun texts whose originals are known, and tells what came back.\n"
    "PATH is a directory, which is searched, or a file of pairs:\n"
    "  NAME.spun.txt         with NAME.plain.txt beside it, line for line\n"
    "  NAME.txt              marked up: They {lend a hand|help|assist} farms.\n"
    "                        {spun|plain|other plain}; no marks: must not change.\n"
    "                        May begin with lines '# expect: must-not-change',\n"
    "                        '# id: NAME' and others, and a blank line\n"
    "  NAME.jsonl            {\"id\", \"spun\", \"plain\": text or [texts], \"expect\"}\n"
    "  NAME.tsv              spun TAB plain [TAB other plain]...\n"
    "\n"
    "A pair passes if every slot came out as accepted and nothing else changed, or,\n"
    "where there is nothing to undo, if the text came back byte for byte. What is\n"
    "expected can be said: must-change, must-not-change, known-failing.\n"
    "\n"
    "Report, on standard output (in words, unless one of these is given):\n"
    "      --tap                 TAP, a test a pair\n"
    "      --json                one JSON document\n"
    "      --junit FILE          and JUnit's XML into FILE\n"
    "      --html FILE           and a page to look at: every pair with its texts\n"
    "                            before, after and as expected\n"
    "  -q, --quiet               in words, but only the sums\n"
    "  -a, --all                 also pairs that pass, or fail as expected\n"
    "      --color[=WHEN]        auto, always or never; NO_COLOR is obeyed in auto\n"
    "\n"
    "Baseline:\n"
    "      --baseline FILE       compare with FILE: pairs that failed then may fail now,\n"
    "                            but no score may fall by more than its tolerance\n"
    "      --update              record this run in the baseline; pairs in it that this run\n"
    "                            does not see stay as they were\n"
    "      --tolerance NAME=X    undone, err, precision, recall, f0.5, exact (0.005),\n"
    "                            false_per_1000 (0.1), pair (0.05: undone of one pair);\n"
    "                            --update keeps it in the file\n"
    "\n"
    "What to look at:\n"
    "      --strict              a known-failing pair that passes fails\n"
    "      --bisect-row          name the rows of the table without which a failing\n"
    "                            pair gets better\n"
    "\n"
    "What is restored, as in 'unspin clean':\n"
    "      --fast                as in clean\n"
    "      --assume-spun         skip the gate that lets clean documents pass: for\n"
    "                            pairs of single sentences\n"
    "      --quotes              restore in all quotations, not only spun ones\n"
    "      --spare-quotes        restore in none of them\n"
    "      --min-confidence X    leave out edits below X, 0 to 1\n"
    "      --dialect gb|us|auto  spelling of what is put in\n"
    "      --table FILE          also use this phrase table, above the others (may be\n"
    "                            repeated)\n"
    "      --data DIR            where the compiled data lies (or $UNSPIN_DATA)\n"
    "  -h, --help                this text\n"
    "\n"
    "Figures:\n"
    "  undone     share of the spinner's damage undone, net of new damage\n"
    "  err        (right - false) / slots;  precision, recall, f0.5: of slots\n"
    "  exact      sentences that came out as accepted, word for word\n"
    "  clean      texts that must not change: changed/all;  f/1k: false edits there,\n"
    "             in words changed per 1,000\n"
    "\n"
    "Examples:\n"
    "  unspin check tests/pairs\n"
    "  unspin check --baseline pairs.json --update tests/pairs\n"
    "  unspin check --baseline pairs.json --tap tests/pairs\n"
    "  unspin check --bisect-row tests/pairs/tune/news-01.txt\n"
    "  unspin check --html check.html tests/pairs\n"
    "\n"
    "Exit status:\n"
    "  0  all as expected; with --update: recorded\n"
    "  1  a pair fails, or a score fell\n"
    "  2  an error, said on standard error; the other pairs are still done\n";

enum {
  OPT_TAP = 256,
  OPT_JSON,
  OPT_JUNIT,
  OPT_HTML,
  OPT_COLOR,
  OPT_BASELINE,
  OPT_UPDATE,
  OPT_TOLERANCE,
  OPT_STRICT,
  OPT_BISECT,
  OPT_ASSUME_SPUN,
  OPT_FAST,
  OPT_QUOTES,
  OPT_SPARE_QUOTES,
  OPT_MIN_CONFIDENCE,
  OPT_DIALECT,
  OPT_TABLE,
  OPT_DATA
};

static const struct option long_options[] = {{"tap", no_argument, NULL, OPT_TAP},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"junit", required_argument, NULL, OPT_JUNIT},
                                             {"html", required_argument, NULL, OPT_HTML},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"all", no_argument, NULL, 'a'},
                                             {"color", optional_argument, NULL, OPT_COLOR},
                                             {"colour", optional_argument, NULL, OPT_COLOR},
                                             {"baseline", required_argument, NULL, OPT_BASELINE},
                                             {"update", no_argument, NULL, OPT_UPDATE},
                                             {"tolerance", required_argument, NULL, OPT_TOLERANCE},
                                             {"strict", no_argument, NULL, OPT_STRICT},
                                             {"bisect-row", no_argument, NULL, OPT_BISECT},
                                             {"assume-spun", no_argument, NULL, OPT_ASSUME_SPUN},
                                             {"fast", no_argument, NULL, OPT_FAST},
                                             {"quotes", no_argument, NULL, OPT_QUOTES},
                                             {"spare-quotes", no_argument, NULL, OPT_SPARE_QUOTES},
                                             {"min-confidence", required_argument, NULL, OPT_MIN_CONFIDENCE},
                                             {"dialect", required_argument, NULL, OPT_DIALECT},
                                             {"table", required_argument, NULL, OPT_TABLE},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

static bool complain(const char *what, const char *argument) {
  cli_message("check: %s '%s' (see 'unspin help check')", what, argument);
  return false;
}

static bool set_reporter(check_run *run, const check_reporter *reporter) {
  if (run->reporter != &check_text && run->reporter != reporter) {
    cli_message("check: --tap and --json both want standard output: choose one");
    return false;
  }
  run->reporter = reporter;
  return true;
}

static bool set_confidence(check_run *run, const char *text) {
  char *end;
  double x = strtod(text, &end);
  if (!*text || *end || !(x >= 0 && x <= 1)) return complain("--min-confidence: not a number from 0 to 1:", text);
  run->engine.min_confidence = x;
  return true;
}

static bool set_dialect(check_run *run, const char *text) {
  return cli_read_dialect(text, &run->engine.dialect) || complain("--dialect: not gb, us or auto:", text);
}

static bool set_color(check_run *run, const char *text) {
  return cli_read_color(text, &run->color_wish) || complain("--color: not auto, always or never:", text);
}

static bool add_table(check_run *run, const char *path) {
  if (us_vec_push(&run->tables, path)) return true;
  cli_message("out of memory");
  return false;
}

static bool set_option(check_run *run, int option, char *argument) {
  switch (option) {
    case 'q': return run->quiet = true;
    case 'a': return run->all = true;
    case 'h': return run->help = true;
    case OPT_TAP: return set_reporter(run, &check_tap);
    case OPT_JSON: return set_reporter(run, &check_json);
    case OPT_JUNIT: run->junit = argument; return true;
    case OPT_HTML: run->html = argument; return true;
    case OPT_COLOR: return set_color(run, argument);
    case OPT_BASELINE: run->baseline_path = argument; return true;
    case OPT_UPDATE: return run->update = true;
    case OPT_TOLERANCE:
      if (check_tolerance_read(argument, run->tolerance, run->tolerance_given)) return true;
      return complain("--tolerance: expected NAME=NUMBER, with a name that the help lists:", argument);
    case OPT_STRICT: return run->strict = true;
    case OPT_BISECT: return run->bisect = true;
    case OPT_ASSUME_SPUN: return run->engine.assume_spun = true;
    case OPT_FAST: return run->engine.fast = true;
    case OPT_QUOTES: run->engine.quotes = UNSPIN_QUOTES_ALWAYS; return true;
    case OPT_SPARE_QUOTES: run->engine.quotes = UNSPIN_QUOTES_NEVER; return true;
    case OPT_MIN_CONFIDENCE: return set_confidence(run, argument);
    case OPT_DIALECT: return set_dialect(run, argument);
    case OPT_TABLE: return add_table(run, argument);
    case OPT_DATA: run->data = argument; return true;
    default: return false;
  }
}

static bool check_together(const check_run *run) {
  const char *wrong = NULL;
  if (!run->path_count) wrong = "which pairs? Give files or directories";
  else if (run->update && !run->baseline_path) wrong = "--update needs --baseline FILE: where to record it";
  else if (run->quiet && run->all) wrong = "-q and -a ask for less and for more: choose one";
  else if (run->quiet && run->reporter != &check_text) wrong = "-q goes with the report in words";
  else if (run->junit && strcmp(run->junit, "-") == 0) wrong = "--junit needs a file: standard output has its report";
  else if (run->html && strcmp(run->html, "-") == 0) wrong = "--html needs a file: standard output has its report";
  if (wrong) cli_message("check: %s (see 'unspin help check')", wrong);
  return !wrong;
}

static bool read_options(int argc, char **argv, check_run *run) {
  unspin_options_init(&run->engine);
  run->engine.max_reasons = run->engine.max_alternatives = 0; /* nobody reads them */
  run->reporter = &check_text;
  opterr = 0;
  for (int option; (option = getopt_long(argc, argv, ":qah", long_options, NULL)) != -1;) {
    if (option == ':') return complain("a value is missing after", argv[optind - 1]);
    if (option == '?') {
      char letter[3];
      return complain("unknown or unfit option", cli_unfit(argv, "qah", letter));
    }
    if (!set_option(run, option, optarg)) return false;
  }
  run->paths = argv + optind;
  run->path_count = (size_t)(argc - optind);
  return run->help || check_together(run);
}

static void free_run(check_run *run) {
  for (size_t i = 0; i < run->suites.n; i++) us_buf_free(&run->suites.p[i].junit);
  us_vec_free(&run->suites);
  us_vec_free(&run->tables);
  us_vec_free(&run->rows.rows);
  us_lexicon_free(&run->rows.ids);
  us_arena_free(&run->rows.arena);
  us_vec_free(&run->falls);
  us_lexicon_free(&run->keys);
  us_buf_free(&run->update_lines);
  us_buf_free(&run->junit_errors);
  if (run->html_pairs.out) fclose(run->html_pairs.out);
  free(run->html_pairs.text);
  check_baseline_free(&run->baseline);
  us_arena_free(&run->arena);
  us_scorer_free(run->scorer);
  phrases_stack_free(&run->rows_of);
  unspin_session_free(run->session);
  unspin_knowledge_close(run->knowledge);
}

static int run_check(int argc, char **argv) {
  check_run run = {0};
  int status = CLI_ERROR;
  if (read_options(argc, argv, &run)) {
    errno = 0;
    run.color = cli_use_color(run.color_wish);
    /* the first --update makes the file */
    run.has_baseline = run.baseline_path && (!run.update || access(run.baseline_path, F_OK) == 0);
    status = run.help ? cli_print(check_help) : check_all(&run);
  }
  free_run(&run);
  return status;
}

const cli_command cli_check = {.name = "check",
                               .summary = "restore before/after pairs and tell what came back",
                               .help = check_help,
                               .run = run_check};
