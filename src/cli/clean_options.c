#define _GNU_SOURCE /* getopt_long */
#include "cli/clean_options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "measure/halves.h"

const char clean_help[] =
    "Usage: unspin clean [OPTION]... [FILE]...\n"
    "\n"
    "Restores spun articles. Without FILE, or where FILE is -, reads standard input.\n"
    "The restored text goes to standard output; several files follow one another.\n"
    "\n"
    "Where the text goes:\n"
    "  -o, --output FILE         to FILE, replaced only once the text is whole\n"
    "  -i, --in-place[=SUFFIX]   into the files themselves, where something changed;\n"
    "                            with SUFFIX the old one stays beside it (a.txt.bak)\n"
    "      --check               nowhere: only tell by the exit status\n"
    "\n"
    "What goes to standard output instead of the text (fits -o, -i, --check):\n"
    "      --diff                a unified diff, for patch -p1 or git apply\n"
    "      --word-diff           the whole text with its changes marked\n"
    "      --explain             one line an edit: place, change, confidence, reasons\n"
    "      --json                one line of JSON a file, which --undo reads\n"
    "\n"
    "      --undo EDITS          put the spun text back: EDITS is what --json wrote,\n"
    "                            FILE the restored text\n"
    "\n"
    "What is restored:\n"
    "      --protect WORD        leave this word or phrase alone (may be repeated)\n"
    "      --protect-file FILE   the same for each line of FILE; # begins a comment\n"
    "      --quotes              also restore inside quotation marks\n"
    "      --min-confidence X    drop edits less certain than X (0 to 1)\n"
    "      --like CLEAN          prefer the words of CLEAN, a clean article on the\n"
    "                            same topic; only one half of it is used, so that\n"
    "                            the other can judge: unspin score --against CLEAN\n"
    "      --dialect gb|us|auto  spelling of what is put in (auto: as the document)\n"
    "      --assume-spun         do not let texts pass that look clean\n"
    "      --aggressive          make edits on less evidence: more comes back, more\n"
    "                            of it wrong\n"
    "      --cautious            ask for more evidence: fewer edits, surer ones\n"
    "      --table FILE          also use this phrase table, above the others (may be\n"
    "                            repeated; see 'unspin help phrases')\n"
    "  Text between unspin:off and unspin:on is left alone.\n"
    "\n"
    "      --force               take files that hold NUL bytes\n"
    "      --color[=WHEN]        auto, always or never; NO_COLOR is obeyed in auto\n"
    "      --data DIR            where the compiled data lies (or $UNSPIN_DATA)\n"
    "  -h, --help                this text\n"
    "\n"
    "Exit status:\n"
    "  0  done; with --check: nothing to change\n"
    "  1  with --check: something would change\n"
    "  2  an error, said on standard error; the other files are still done\n";

/* Natural-log odds by which --aggressive and --cautious shift every decision: about a factor of three. */
#define LEAN 1.0

enum {
  OPT_CHECK = 256,
  OPT_DIFF,
  OPT_WORD_DIFF,
  OPT_EXPLAIN,
  OPT_JSON,
  OPT_UNDO,
  OPT_PROTECT,
  OPT_PROTECT_FILE,
  OPT_QUOTES,
  OPT_MIN_CONFIDENCE,
  OPT_DIALECT,
  OPT_LIKE,
  OPT_ASSUME_SPUN,
  OPT_AGGRESSIVE,
  OPT_CAUTIOUS,
  OPT_TABLE,
  OPT_FORCE,
  OPT_COLOR,
  OPT_DATA
};

static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                             {"in-place", optional_argument, NULL, 'i'},
                                             {"check", no_argument, NULL, OPT_CHECK},
                                             {"diff", no_argument, NULL, OPT_DIFF},
                                             {"word-diff", no_argument, NULL, OPT_WORD_DIFF},
                                             {"explain", no_argument, NULL, OPT_EXPLAIN},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"undo", required_argument, NULL, OPT_UNDO},
                                             {"protect", required_argument, NULL, OPT_PROTECT},
                                             {"protect-file", required_argument, NULL, OPT_PROTECT_FILE},
                                             {"quotes", no_argument, NULL, OPT_QUOTES},
                                             {"min-confidence", required_argument, NULL, OPT_MIN_CONFIDENCE},
                                             {"dialect", required_argument, NULL, OPT_DIALECT},
                                             {"like", required_argument, NULL, OPT_LIKE},
                                             {"assume-spun", no_argument, NULL, OPT_ASSUME_SPUN},
                                             {"aggressive", no_argument, NULL, OPT_AGGRESSIVE},
                                             {"cautious", no_argument, NULL, OPT_CAUTIOUS},
                                             {"table", required_argument, NULL, OPT_TABLE},
                                             {"force", no_argument, NULL, OPT_FORCE},
                                             {"color", optional_argument, NULL, OPT_COLOR},
                                             {"colour", optional_argument, NULL, OPT_COLOR},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

static bool complain(const char *what, const char *argument) {
  cli_message("clean: %s '%s' (see 'unspin help clean')", what, argument);
  return false;
}

static bool set_report(clean_options *o, us_renderer *report, const char *name) {
  if (o->report && o->report != report) {
    cli_message("clean: %s and %s both want standard output: choose one", o->report_name, name);
    return false;
  }
  o->report = report;
  o->report_name = name;
  return true;
}

static bool set_in_place(clean_options *o, const char *suffix) {
  if (suffix && (!*suffix || strchr(suffix, '/'))) return complain("--in-place: no suffix for a file name:", suffix);
  o->in_place = true;
  o->suffix = suffix;
  return true;
}

static bool set_confidence(clean_options *o, const char *text) {
  char *end;
  double x = strtod(text, &end);
  if (!*text || *end || !(x >= 0 && x <= 1)) return complain("--min-confidence: not a number from 0 to 1:", text);
  o->engine.min_confidence = x;
  return true;
}

static bool set_dialect(clean_options *o, const char *text) {
  if (strcmp(text, "gb") == 0) o->engine.dialect = UNSPIN_DIALECT_GB;
  else if (strcmp(text, "us") == 0) o->engine.dialect = UNSPIN_DIALECT_US;
  else if (strcmp(text, "auto") == 0) o->engine.dialect = UNSPIN_DIALECT_AUTO;
  else return complain("--dialect: not gb, us or auto:", text);
  return true;
}

static bool set_color(clean_options *o, const char *text) {
  if (!text || strcmp(text, "always") == 0) o->color = CLI_COLOR_ALWAYS;
  else if (strcmp(text, "never") == 0) o->color = CLI_COLOR_NEVER;
  else if (strcmp(text, "auto") == 0) o->color = CLI_COLOR_AUTO;
  else return complain("--color: not auto, always or never:", text);
  return true;
}

static bool out_of_memory(void) {
  cli_message("out of memory");
  return false;
}

static bool add_protected(clean_options *o, const char *word) {
  return us_vec_push(&o->protect, word) || out_of_memory();
}

/* Only read here: the bytes move while more files are added, so words are cut out at the end. */
static bool read_protected(clean_options *o, const char *path) {
  unspin_error err;
  us_buf text = {0};
  bool ok = us_file_read(path, &text, &err) == UNSPIN_OK;
  if (!ok) cli_message("%s", err.message);
  else if (memchr(us_buf_slice(&text).p, 0, text.n)) ok = complain("--protect-file: is not a text:", path);
  if (ok) {
    us_buf_append(&o->protect_text, us_buf_slice(&text));
    us_buf_putc(&o->protect_text, '\n');
    ok = !o->protect_text.failed || out_of_memory();
  }
  us_buf_free(&text);
  return ok;
}

static bool cut_protected(clean_options *o) {
  for (char *line = o->protect_text.p; line && *line;) {
    char *end = line + strcspn(line, "\n"), *next = end + 1;
    if (strncmp(line, "\xEF\xBB\xBF", 3) == 0) line += 3;
    us_slice word = us_slice_trim((us_slice){line, (size_t)(end - line)});
    line[(size_t)(word.p - line) + word.n] = 0;
    if (word.n && word.p[0] != '#' && !add_protected(o, word.p)) return false;
    line = next;
  }
  o->engine.protect = o->protect.p;
  o->engine.protect_count = o->protect.n;
  return true;
}

/* Keeps the half that score does not judge by. */
static bool take_half(clean_options *o, const char *path, us_slice text) {
  us_halves halves;
  bool ok = us_halves_split(text, &halves) || out_of_memory();
  if (ok && !halves.words[US_HALF_DECODE]) ok = complain("--like: no words in", path);
  if (ok) {
    o->like = halves.half[US_HALF_DECODE];
    halves.half[US_HALF_DECODE] = (us_buf){0};
    o->engine.like = us_buf_slice(&o->like).p;
    o->engine.like_len = o->like.n;
  }
  us_halves_free(&halves);
  return ok;
}

static bool read_like(clean_options *o, const char *path) {
  if (o->engine.like) return complain("--like may be given once; too many with", path);
  unspin_error err;
  us_buf text = {0};
  bool ok = us_file_read(path, &text, &err) == UNSPIN_OK;
  if (!ok) cli_message("%s", err.message);
  else if (memchr(us_buf_slice(&text).p, 0, text.n)) ok = complain("--like: is not a text:", path);
  ok = ok && take_half(o, path, us_buf_slice(&text));
  us_buf_free(&text);
  return ok;
}

static bool set_option(clean_options *o, int option, char *argument) {
  switch (option) {
    case 'o': o->output = argument; return true;
    case 'i': return set_in_place(o, argument);
    case 'h': return o->help = true;
    case OPT_CHECK: return o->check = true;
    case OPT_DIFF: return set_report(o, us_render_diff, "--diff");
    case OPT_WORD_DIFF: return set_report(o, us_render_word_diff, "--word-diff");
    case OPT_EXPLAIN: return set_report(o, us_render_explain, "--explain");
    case OPT_JSON: return set_report(o, us_render_json, "--json");
    case OPT_UNDO: o->undo = argument; return true;
    case OPT_PROTECT: return *argument ? add_protected(o, argument) : complain("--protect: no word", argument);
    case OPT_PROTECT_FILE: return read_protected(o, argument);
    case OPT_QUOTES: return o->engine.quotes = true;
    case OPT_MIN_CONFIDENCE: return set_confidence(o, argument);
    case OPT_DIALECT: return set_dialect(o, argument);
    case OPT_LIKE: return read_like(o, argument);
    case OPT_ASSUME_SPUN: return o->engine.assume_spun = true;
    case OPT_AGGRESSIVE: o->engine.lean = LEAN; return true;
    case OPT_CAUTIOUS: o->engine.lean = -LEAN; return true;
    case OPT_TABLE: return us_vec_push(&o->tables, argument) || out_of_memory();
    case OPT_FORCE: return o->force = true;
    case OPT_COLOR: return set_color(o, argument);
    case OPT_DATA: o->data = argument; return true;
    default: return false;
  }
}

/* Options that are each right and together wrong. */
static bool check_together(const clean_options *o) {
  const char *wrong = NULL;
  if (o->in_place && o->output) wrong = "-i and -o name two places for one text: choose one";
  else if (o->check && (o->in_place || o->output)) wrong = "--check writes nothing, so it cannot go with -i or -o";
  else if (o->output && o->file_count > 1) wrong = "-o takes one input: use -i, or one run a file";
  else if (o->undo && (o->report == us_render_json || o->report == us_render_explain))
    wrong = "--undo knows no reasons, so it cannot go with --json or --explain";
  for (int i = 0; o->in_place && !wrong && i < o->file_count; i++)
    if (strcmp(o->files[i], "-") == 0) wrong = "-i needs files: standard input has no place of its own";
  if (o->in_place && !o->file_count) wrong = "-i needs files: standard input has no place of its own";
  if (wrong) cli_message("clean: %s", wrong);
  return !wrong;
}

bool clean_options_read(int argc, char **argv, clean_options *options) {
  *options = (clean_options){0};
  unspin_options_init(&options->engine);
  opterr = 0;
  for (int option; (option = getopt_long(argc, argv, ":o:i::h", long_options, NULL)) != -1;) {
    if (option == ':') return complain("a value is missing after", argv[optind - 1]);
    if (option == '?') {
      char letter[3] = {'-', (char)optopt, 0};
      bool is_letter = optopt > 0 && optopt < 128 && !strchr("oih", optopt); /* --help=x gives 'h' */
      return complain("unknown or unfit option", is_letter ? letter : argv[optind - 1]);
    }
    if (!set_option(options, option, optarg)) return false;
  }
  options->files = argv + optind;
  options->file_count = argc - optind;
  if (options->report != us_render_json && options->report != us_render_explain)
    options->engine.max_reasons = options->engine.max_alternatives = 0; /* nobody reads them */
  return options->help || (cut_protected(options) && check_together(options));
}

void clean_options_free(clean_options *options) {
  us_vec_free(&options->protect);
  us_vec_free(&options->tables);
  us_buf_free(&options->protect_text);
  us_buf_free(&options->like);
}
