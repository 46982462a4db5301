/* unspin review: step through the edits of a text. */
#define _GNU_SOURCE /* getopt_long */
#include "cli/cmd_review.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/output.h"
#include "cli/tables.h"
#include "report/safe.h"

static const char help[] =
    "Usage: unspin review [OPTION]... FILE\n"
    "\n"
    "Restores FILE with you: shows one edit after another where it stands, and does\n"
    "what you say, a key each:\n"
    "\n"
    "  y  accept                     n  reject: keep the words that stand there\n"
    "  e  type what shall stand      1-9  take another reading that is offered\n"
    "  A  accept, R  reject this and all that are left of the same row\n"
    "  u  undo the last answer       s  leave it for later\n"
    "  w  write now; what is left stays as it stands\n"
    "  q  quit: every answer is kept in FILE.review, and 'unspin review FILE' goes on\n"
    "\n"
    "At the end FILE is written, whole or not at all, if you say so. 'l' then also\n"
    "teaches your own phrase table: what you put in yourself becomes a row, and rows\n"
    "that you rejected with R are switched off (see 'unspin help phrases').\n"
    "\n"
    "  -o, --output FILE         write this file instead\n"
    "      --learn               do at the end what 'l' does, for 'y' too\n"
    "      --in TABLE            teach this table: user, project or a file\n"
    "      --decisions FILE      also write all answers there, as JSON Lines for\n"
    "                            'unspin phrases learn --review'\n"
    "      --restart             forget the answers that are kept\n"
    "      --format FORMAT       text, html, markdown, jsonl, csv, tsv or auto\n"
    "      --field KEY           of JSON Lines: this string (otherwise \"text\")\n"
    "      --column NAME         of CSV and TSV: the same for a column\n"
    "      --assume-spun         do not let a text pass that looks clean\n"
    "      --quotes              restore in all quotations, not only spun ones\n"
    "      --spare-quotes        restore in none of them\n"
    "      --table FILE          also use this phrase table (may be repeated)\n"
    "      --color[=WHEN]        auto, always or never; NO_COLOR is obeyed in auto\n"
    "      --data DIR            where the compiled data lies (or $UNSPIN_DATA)\n"
    "  -h, --help                this text\n"
    "\n"
    "Examples:\n"
    "  unspin review article.txt\n"
    "  unspin review -o restored.txt --learn article.txt\n"
    "\n"
    "Exit status:\n"
    "  0  written, or there was nothing to change\n"
    "  1  broken off; the answers are kept\n"
    "  2  an error, said on standard error; FILE is as it was, the answers are kept\n";

enum {
  OPT_LEARN = 256,
  OPT_IN,
  OPT_DECISIONS,
  OPT_RESTART,
  OPT_FORMAT,
  OPT_FIELD,
  OPT_ASSUME_SPUN,
  OPT_QUOTES,
  OPT_SPARE_QUOTES,
  OPT_TABLE,
  OPT_COLOR,
  OPT_DATA
};

static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                             {"learn", no_argument, NULL, OPT_LEARN},
                                             {"in", required_argument, NULL, OPT_IN},
                                             {"decisions", required_argument, NULL, OPT_DECISIONS},
                                             {"restart", no_argument, NULL, OPT_RESTART},
                                             {"format", required_argument, NULL, OPT_FORMAT},
                                             {"field", required_argument, NULL, OPT_FIELD},
                                             {"column", required_argument, NULL, OPT_FIELD},
                                             {"assume-spun", no_argument, NULL, OPT_ASSUME_SPUN},
                                             {"quotes", no_argument, NULL, OPT_QUOTES},
                                             {"spare-quotes", no_argument, NULL, OPT_SPARE_QUOTES},
                                             {"table", required_argument, NULL, OPT_TABLE},
                                             {"color", optional_argument, NULL, OPT_COLOR},
                                             {"colour", optional_argument, NULL, OPT_COLOR},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

typedef struct options {
  unspin_options engine;
  US_VEC(const char *) fields;
  US_VEC(const char *) tables;
  const char *output, *in, *decisions, *data, *file;
  bool learn, restart, guess_format, help;
  cli_color color;
} options;

/* ---- options ---- */

static bool complain(const char *what, const char *argument) {
  cli_message("review: %s '%s' (see 'unspin help review')", what, argument);
  return false;
}

static bool out_of_memory(void) {
  cli_message("out of memory");
  return false;
}

static bool set_format(options *o, const char *text) {
  return cli_read_format(text, &o->engine.text_format, &o->guess_format) ||
         complain("--format: not text, html, markdown, jsonl, csv, tsv or auto:", text);
}

static bool set_color(options *o, const char *text) {
  return cli_read_color(text, &o->color) || complain("--color: not auto, always or never:", text);
}

static bool set_option(options *o, int option, const char *argument) {
  switch (option) {
    case 'o': o->output = argument; return true;
    case 'h': return o->help = true;
    case OPT_LEARN: return o->learn = true;
    case OPT_IN: o->in = argument; return true;
    case OPT_DECISIONS: o->decisions = argument; return true;
    case OPT_RESTART: return o->restart = true;
    case OPT_FORMAT: return set_format(o, argument);
    case OPT_FIELD: return us_vec_push(&o->fields, argument) || out_of_memory();
    case OPT_ASSUME_SPUN: return o->engine.assume_spun = true;
    case OPT_QUOTES: o->engine.quotes = UNSPIN_QUOTES_ALWAYS; return true;
    case OPT_SPARE_QUOTES: o->engine.quotes = UNSPIN_QUOTES_NEVER; return true;
    case OPT_TABLE: return us_vec_push(&o->tables, argument) || out_of_memory();
    case OPT_COLOR: return set_color(o, argument);
    case OPT_DATA: o->data = argument; return true;
    default: return false;
  }
}

static bool read_options(int argc, char **argv, options *o) {
  *o = (options){.guess_format = true};
  unspin_options_init(&o->engine);
  o->engine.max_reasons = 0;
  o->engine.max_alternatives = 9; /* the keys 1 to 9 */
  opterr = 0;
  optind = 1;
  for (int option; (option = getopt_long(argc, argv, ":ho:", long_options, NULL)) != -1;) {
    if (option == ':') return complain("a value is missing after", argv[optind - 1]);
    if (option == '?') {
      char letter[3];
      return complain("unknown or unfit option", cli_unfit(argv, "ho", letter));
    }
    if (!set_option(o, option, optarg)) return false;
  }
  o->engine.fields = o->fields.p;
  o->engine.field_count = o->fields.n;
  if (o->help) return true;
  if (optind == argc) return complain("which file? Give", "FILE");
  if (argc - optind > 1) return complain("one file at a time, not also", argv[optind + 1]);
  o->file = argv[optind];
  if (strcmp(o->file, "-") == 0) return complain("the keys come from standard input, so the text cannot be", "-");
  return true;
}

/* ---- the work ---- */

typedef struct review {
  const options *o;
  us_buf bytes, state;
  unspin_file *file;
  unspin_knowledge *knowledge;
  unspin_session *session;
  unspin_result *result;
  review_list list;
  unspin_text_format format;
} review;

static unspin_status open_text(review *r, unspin_error *err) {
  const options *o = r->o;
  US_TRY(cli_input_read(o->file, &r->bytes, err));
  unspin_file_options source;
  unspin_file_options_init(&source);
  source.name = o->file;
  US_TRY(unspin_file_open(r->bytes.p, r->bytes.n, &source, &r->file, err));
  us_buf_printf(&r->state, "%s.review", o->file);
  return r->state.failed ? us_fail(err, UNSPIN_ERR_NOMEM, "out of memory") : UNSPIN_OK;
}

static unspin_status restore(review *r, unspin_error *err) {
  const options *o = r->o;
  us_buf dir = {0};
  unspin_status status = cli_data_dir(o->data, &dir) ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_NOMEM, "out of memory");
  if (!status) status = cli_knowledge_open(dir.p, o->tables.p, o->tables.n, &r->knowledge, err);
  us_buf_free(&dir);
  if (!status) status = unspin_session_new(r->knowledge, &r->session, err);
  if (status) return status;
  unspin_text text = unspin_file_text(r->file);
  us_slice bytes = {text.len ? text.text : "", text.len};
  unspin_options engine = o->engine;
  if (o->guess_format) engine.text_format = unspin_text_format_guess(o->file, bytes.p, bytes.n);
  r->format = engine.text_format;
  status = unspin_restore(r->session, bytes.p, bytes.n, &engine, &r->result, err);
  if (status) {
    unspin_error told = *err;
    return us_fail(err, status, "%s: %s", o->file, told.message);
  }
  if (!review_list_make(&r->list, bytes, r->result)) return us_fail(err, UNSPIN_ERR_NOMEM, "out of memory");
  if (!o->restart) return review_load(&r->list, r->state.p, err);
  unlink(r->state.p);
  return UNSPIN_OK;
}

/* NAME is of a file, so it may hold anything. */
static void say(const char *before, const char *name, const char *behind) {
  fputs(before, stdout);
  us_safe_write(stdout, us_slice_of(name), false);
  fputs(behind, stdout);
}

static unspin_status write_text(review *r, unspin_error *err) {
  const char *path = r->o->output ? r->o->output : r->o->file;
  us_buf text = {0};
  review_apply(&r->list, &text);
  unspin_packing packing = r->o->output ? unspin_packing_named(path) : unspin_file_packing(r->file);
  unspin_text bytes = {0};
  unspin_status status = text.failed ? us_fail(err, UNSPIN_ERR_NOMEM, "out of memory") : UNSPIN_OK;
  us_slice whole = us_buf_slice(&text);
  if (!status) status = unspin_file_encode(r->file, whole.p, whole.n, packing, &bytes, err);
  if (!status) status = cli_output_write(path, (us_slice){bytes.text ? bytes.text : "", bytes.len}, err);
  us_buf_free(&text);
  return status;
}

/* The text goes last: while it is as it was, FILE.review belongs to it, and no answer is lost. */
static int write_all(review *r, bool learn) {
  const options *o = r->o;
  unspin_error err;
  unspin_status status = o->decisions ? review_write_decisions(&r->list, o->decisions, &err) : UNSPIN_OK;
  if (!status && learn && review_learn(&r->list, o->file, o->in, o->data) != CLI_OK) return CLI_ERROR;
  if (!status) status = write_text(r, &err);
  if (status) {
    cli_message("%s", err.message);
    return CLI_ERROR;
  }
  unlink(r->state.p);
  say("written: ", o->output ? o->output : o->file, "\n");
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}

static int converse(review *r) {
  const options *o = r->o;
  review_screen screen = {.list = &r->list,
                          .name = us_slice_of(o->file),
                          .state = r->state.p,
                          .format = r->format,
                          .style = {.color = cli_use_color(o->color), .terminal = true, .width = cli_terminal_width()}};
  switch (review_run(&screen)) {
    case REVIEW_WRITE: return write_all(r, o->learn);
    case REVIEW_WRITE_LEARN: return write_all(r, true);
    case REVIEW_FAILED: return CLI_ERROR;
    case REVIEW_QUIT: break;
  }
  struct stat st;
  if (stat(r->state.p, &st) == 0) say("kept in ", r->state.p, "; 'unspin review' goes on there\n");
  fflush(stdout);
  return CLI_CHANGES;
}

static int run_review_on(review *r) {
  unspin_error err;
  unspin_status status = open_text(r, &err);
  if (!status) status = restore(r, &err);
  if (status) {
    cli_message("%s", err.message);
    return CLI_ERROR;
  }
  if (r->list.items.n) return converse(r);
  bool gated = unspin_result_totals(r->result)->gated;
  say("", r->o->file, gated ? ": nothing to change: the text does not look spun\n" : ": nothing to change\n");
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}

static int review_file(const options *o) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
    cli_message("review: needs a terminal (for scripts there is 'unspin clean --json')");
    return CLI_ERROR;
  }
  review r = {.o = o};
  errno = 0;
  int result = run_review_on(&r);
  review_list_free(&r.list);
  unspin_result_free(r.result);
  unspin_session_free(r.session);
  unspin_knowledge_close(r.knowledge);
  unspin_file_close(r.file);
  us_buf_free(&r.bytes);
  us_buf_free(&r.state);
  return result;
}

static int run_review(int argc, char **argv) {
  options o;
  int status = CLI_ERROR;
  if (read_options(argc, argv, &o)) status = o.help ? cli_print_help(&cli_review) : review_file(&o);
  us_vec_free(&o.fields);
  us_vec_free(&o.tables);
  return status;
}

const cli_command cli_review = {
    .name = "review", .summary = "step through the edits of a text, a key each", .help = help, .run = run_review};
