/* unspin detect: how spun is a text? */
#define _GNU_SOURCE /* getopt_long */
#include "cli/cmd_detect.h"

#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch/job.h"
#include "batch/pool.h"
#include "cli/inputs.h"
#include "cli/tables.h"

static const char help[] =
    "Usage: unspin detect [OPTION]... [FILE|FOLDER]...\n"
    "\n"
    "How spun is a text? Prints a score from 0 to 1 for each document (of JSON Lines,\n"
    "CSV and TSV: for each string or cell): how likely it is that spinning software\n"
    "went over it, if spun and clean texts are equally likely to begin with; below\n"
    "it the most telling places, with what may have stood there. Without FILE, or\n"
    "where FILE is -, reads standard input. Goes through folders. Changes nothing.\n"
    "\n"
    "      --threshold X         exit status 1 if a document scores X (0 to 1) or more\n"
    "      --sentences           also a score for each sentence\n"
    "      --evidence N          so many telling places a document (3, in JSON all)\n"
    "      --json                one line of JSON a file, with everything\n"
    "  -q, --quiet               print nothing: the exit status tells\n"
    "\n"
    "What a file is, and which of a folder (as for 'unspin clean'):\n"
    "      --format FORMAT       text, html, markdown, jsonl, csv, tsv or auto\n"
    "      --field KEY           of JSON Lines: look at this string (otherwise \"text\")\n"
    "      --column NAME         of CSV and TSV: the same for a column\n"
    "      --encoding NAME       as iconv knows it; otherwise found out\n"
    "      --force               take files that hold NUL bytes\n"
    "      --include GLOB        only these (may be repeated)\n"
    "      --exclude GLOB        not these, nor what is in such folders\n"
    "      --files-from LIST     also the files that LIST names, one a line\n"
    "\n"
    "How:\n"
    "  -j, --jobs N              so many files at once (otherwise: one for each core)\n"
    "      --quotes              also look inside quotation marks\n"
    "      --table FILE          also use this phrase table (may be repeated)\n"
    "      --color[=WHEN]        auto, always or never; NO_COLOR is obeyed in auto\n"
    "      --data DIR            where the compiled data lies (or $UNSPIN_DATA)\n"
    "  -h, --help                this text\n"
    "\n"
    "Examples:\n"
    "  unspin detect article.txt\n"
    "  unspin detect --threshold .9 -q *.txt || echo 'one of them is spun'\n"
    "  unspin detect --evidence 0 articles/ | sort -rn | head\n"
    "  unspin clean --if-spun=.8 -i articles/\n"
    "\n"
    "Exit status:\n"
    "  0  done; with --threshold: all documents score less\n"
    "  1  with --threshold: a document scores as much, or more\n"
    "  2  an error, said on standard error; the other files are still done\n"
    "  3  done, but some lines could not be read, or no record has a string\n"
    "     that --field names\n";

enum {
  OPT_THRESHOLD = 256,
  OPT_SENTENCES,
  OPT_EVIDENCE,
  OPT_JSON,
  OPT_FORMAT,
  OPT_FIELD,
  OPT_ENCODING,
  OPT_FORCE,
  OPT_INCLUDE,
  OPT_EXCLUDE,
  OPT_FILES_FROM,
  OPT_QUOTES,
  OPT_TABLE,
  OPT_COLOR,
  OPT_DATA
};

static const struct option long_options[] = {{"threshold", required_argument, NULL, OPT_THRESHOLD},
                                             {"sentences", no_argument, NULL, OPT_SENTENCES},
                                             {"evidence", required_argument, NULL, OPT_EVIDENCE},
                                             {"json", no_argument, NULL, OPT_JSON},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"format", required_argument, NULL, OPT_FORMAT},
                                             {"field", required_argument, NULL, OPT_FIELD},
                                             {"column", required_argument, NULL, OPT_FIELD},
                                             {"encoding", required_argument, NULL, OPT_ENCODING},
                                             {"force", no_argument, NULL, OPT_FORCE},
                                             {"include", required_argument, NULL, OPT_INCLUDE},
                                             {"exclude", required_argument, NULL, OPT_EXCLUDE},
                                             {"files-from", required_argument, NULL, OPT_FILES_FROM},
                                             {"jobs", required_argument, NULL, 'j'},
                                             {"quotes", no_argument, NULL, OPT_QUOTES},
                                             {"table", required_argument, NULL, OPT_TABLE},
                                             {"color", optional_argument, NULL, OPT_COLOR},
                                             {"colour", optional_argument, NULL, OPT_COLOR},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

enum { MOST_EVIDENCE = 100000, MOST_JOBS = 1024 };

/* ---- options ---- */

static bool complain(const char *what, const char *argument) {
  cli_message("detect: %s '%s' (see 'unspin help detect')", what, argument);
  return false;
}

static bool out_of_memory(void) {
  cli_message("out of memory");
  return false;
}

static bool set_threshold(detect_options *o, const char *text) {
  char *end;
  o->threshold = strtod(text, &end);
  bool good = *text && !*end && o->threshold >= 0 && o->threshold <= 1;
  return good || complain("--threshold: not a number from 0 to 1:", text);
}

static bool set_count(const char *text, unsigned long most, const char *what, unsigned long *out) {
  char *end;
  *out = strtoul(text, &end, 10);
  return (*text >= '0' && *text <= '9' && !*end && *out <= most) || complain(what, text);
}

static bool set_format(detect_options *o, const char *text) {
  return cli_read_format(text, &o->engine.text_format, &o->guess_format) ||
         complain("--format: not text, html, markdown, jsonl, csv, tsv or auto:", text);
}

static bool set_color(detect_options *o, const char *text) {
  return cli_read_color(text, &o->color) || complain("--color: not auto, always or never:", text);
}

static bool set_file_option(detect_options *o, int option, char *argument) {
  switch (option) {
    case OPT_FORMAT: return set_format(o, argument);
    case OPT_FIELD: return us_vec_push(&o->fields, argument) || out_of_memory();
    case OPT_ENCODING: o->encoding = argument; return true;
    case OPT_FORCE: return o->force = true;
    case OPT_INCLUDE: return us_vec_push(&o->include, argument) || out_of_memory();
    case OPT_EXCLUDE: return us_vec_push(&o->exclude, argument) || out_of_memory();
    case OPT_FILES_FROM: o->files_from = argument; return true;
    default: return false;
  }
}

static bool set_option(detect_options *o, int option, char *argument) {
  unsigned long n;
  switch (option) {
    case 'q': return o->quiet = true;
    case 'h': return o->help = true;
    case OPT_THRESHOLD: return set_threshold(o, argument);
    case OPT_SENTENCES: return o->sentences = true;
    case OPT_JSON: return o->json = true;
    case OPT_QUOTES: o->engine.quotes = UNSPIN_QUOTES_ALWAYS; return true;
    case OPT_TABLE: return us_vec_push(&o->tables, argument) || out_of_memory();
    case OPT_COLOR: return set_color(o, argument);
    case OPT_DATA: o->data = argument; return true;
    case OPT_EVIDENCE:
      if (!set_count(argument, MOST_EVIDENCE, "--evidence: not a number from 0 to 100000:", &n)) return false;
      o->evidence = n;
      o->limited = true;
      return true;
    case 'j':
      if (!set_count(argument, MOST_JOBS, "--jobs: not a number from 0 to 1024:", &n)) return false;
      o->jobs = (unsigned)n;
      return true;
    default: return set_file_option(o, option, argument);
  }
}

static bool read_options(int argc, char **argv, detect_options *o) {
  *o = (detect_options){.threshold = -1, .evidence = 3, .guess_format = true};
  unspin_options_init(&o->engine);
  opterr = 0;
  optind = 1;
  for (int option; (option = getopt_long(argc, argv, ":hj:q", long_options, NULL)) != -1;) {
    if (option == ':') return complain("a value is missing after", argv[optind - 1]);
    if (option == '?') {
      char letter[3];
      return complain("unknown or unfit option", cli_unfit(argv, "hjq", letter));
    }
    if (!set_option(o, option, optarg)) return false;
  }
  o->engine.fields = o->fields.p;
  o->engine.field_count = o->fields.n;
  o->files = argv + optind;
  o->file_count = argc - optind;
  return true;
}

static void free_options(detect_options *o) {
  us_vec_free(&o->fields);
  us_vec_free(&o->tables);
  us_vec_free(&o->include);
  us_vec_free(&o->exclude);
}

/* ---- the work ---- */

typedef struct run {
  const detect_options *options;
  us_style style;
  unspin_knowledge *knowledge;
  unspin_session **sessions;
  unsigned threads;
  bool above, failed, rejects;
} run;

static unspin_status show(run *r, us_doc *doc, us_slice text, const unspin_detection *detection, unspin_error *err) {
  char *shown = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&shown, &n);
  if (!out) return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", doc->name);
  detect_report report = {.name = doc->name, .text = text, .detection = detection, .knowledge = r->knowledge};
  unspin_status status = UNSPIN_OK;
  if (r->options->json) status = detect_print_json(out, &report, r->options, err);
  else detect_print(out, &report, r->options, &r->style);
  bool whole = !ferror(out);
  whole &= fclose(out) == 0;
  if (!status) us_buf_append(&doc->shown, (us_slice){shown, n});
  if (!status && (!whole || doc->shown.failed)) status = us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", doc->name);
  free(shown);
  return status;
}

static void take_rejects(us_doc *doc, const unspin_detection *detection) {
  const unspin_reject *first = unspin_detection_reject(detection, 0);
  doc->tally.rejects = unspin_detection_reject_count(detection);
  if (!first) return;
  doc->tally.reject_line = first->line;
  snprintf(doc->tally.reject_why, sizeof doc->tally.reject_why, "%s", first->why);
}

static unspin_status look(run *r, unsigned worker, us_doc *doc, us_slice text, const unspin_options *options,
                          unspin_error *err) {
  unspin_detection *detection = NULL;
  unspin_status status = UNSPIN_OK;
  if (text.n && !r->sessions[worker]) status = unspin_session_new(r->knowledge, &r->sessions[worker], err);
  if (text.n && !status) status = unspin_detect(r->sessions[worker], text.p, text.n, options, &detection, err);
  if (status) {
    unspin_error told = *err;
    return us_fail(err, status, "%s: %s", doc->name, told.message);
  }
  if (detection) {
    take_rejects(doc, detection);
    doc->tally.records = *unspin_detection_records(detection);
    doc->changed = r->options->threshold >= 0 && unspin_detection_count(detection) > 0 &&
                   detect_highest(detection) >= r->options->threshold;
  }
  if (!r->options->quiet) status = show(r, doc, text, detection, err);
  unspin_detection_free(detection);
  return status;
}

static unspin_status work(void *cookie, unsigned worker, us_doc *doc, unspin_error *err) {
  run *r = cookie;
  unspin_file_options options;
  unspin_file_options_init(&options);
  options.name = doc->name;
  options.encoding = r->options->encoding;
  options.binary = r->options->force;
  unspin_file *file;
  US_TRY(unspin_file_open(doc->bytes.p, doc->bytes.n, &options, &file, err));
  unspin_text opened = unspin_file_text(file);
  us_slice text = {opened.len ? opened.text : "", opened.len};
  unspin_options engine = r->options->engine;
  const char *known = strcmp(doc->path, "-") == 0 ? NULL : doc->path;
  if (r->options->guess_format) engine.text_format = unspin_text_format_guess(known, text.p, text.n);
  unspin_status status = look(r, worker, doc, text, &engine, err);
  unspin_file_close(file);
  return status;
}

static bool deliver(void *cookie, const us_doc *doc) {
  run *r = cookie;
  r->above |= doc->changed;
  errno = 0;
  if (doc->shown.n) fwrite(doc->shown.p, 1, doc->shown.n, stdout);
  if (!doc->shown.n || cli_flush_stdout()) return true;
  r->failed = true;
  return false;
}

static bool finished(void *cookie, const us_finished *f) {
  run *r = cookie;
  const us_doc_tally *t = f->tally;
  if (f->outcome == US_OUTCOME_FAILED) {
    r->failed = true;
    cli_message("%s", f->err->message);
  } else if (t->rejects) {
    r->rejects = true;
    cli_message("%s: %llu %s could not be read, the first in line %llu: %s", f->name, (unsigned long long)t->rejects,
                t->rejects == 1 ? "record" : "records", (unsigned long long)t->reject_line, t->reject_why);
  }
  const unspin_options *o = &r->options->engine;
  const char *name;
  for (size_t at = 0; f->outcome != US_OUTCOME_FAILED && (name = cli_field_missing(o, &t->records, &at));
       r->rejects = true)
    cli_message("%s: no record has a string '%s'%s", f->name, name,
                o->field_count ? "" : " (--field KEY names another)");
  return true;
}

static void skipped(void *cookie, us_skip why, const char *path) {
  (void)cookie;
  if (why == US_SKIP_SPECIAL) cli_message("%s: is a FIFO, socket or device: left out", path);
}

static void failed(void *cookie, const unspin_error *err) {
  run *r = cookie;
  r->failed = true;
  cli_message("%s", err->message);
}

static unspin_status open_data(run *r, unspin_error *err) {
  us_buf dir = {0};
  const detect_options *o = r->options;
  unspin_status status = cli_data_dir(o->data, &dir) ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_NOMEM, "out of memory");
  if (!status) status = cli_knowledge_open(dir.p, o->tables.p, o->tables.n, &r->knowledge, err);
  us_buf_free(&dir);
  r->sessions = calloc(r->threads, sizeof(unspin_session *));
  return status || r->sessions ? status : us_fail(err, UNSPIN_ERR_NOMEM, "out of memory");
}

static unspin_status run_job(run *r, cli_inputs *inputs, unspin_error *err) {
  const detect_options *o = r->options;
  cli_inputs_options given = {.files = o->files,
                              .file_count = o->file_count,
                              .list = o->files_from,
                              .include = o->include.p,
                              .include_count = o->include.n,
                              .exclude = o->exclude.p,
                              .exclude_count = o->exclude.n};
  US_TRY(cli_inputs_make(&given, inputs, err));
  us_job_plan plan = {.inputs = inputs->plan,
                      .target = US_TARGET_NONE,
                      .threads = r->threads,
                      .engine = &o->engine,
                      .guess_format = o->guess_format,
                      .whole = true,
                      .stdin_name = US_REPORT_STDIN,
                      .cookie = r,
                      .work = work,
                      .deliver = deliver,
                      .finished = finished,
                      .skipped = skipped,
                      .failed = failed};
  return us_job_run(&plan, err);
}

static int detect(const detect_options *o) {
  run r = {.options = o, .threads = o->jobs ? o->jobs : us_pool_processors()};
  if (o->file_count <= 1 && !o->files_from && !o->jobs) r.threads = o->file_count ? r.threads : 1;
  r.style =
      (us_style){.color = cli_use_color(o->color), .terminal = isatty(STDOUT_FILENO), .width = cli_terminal_width()};
  cli_inputs inputs = {0};
  unspin_error err;
  unspin_status status = open_data(&r, &err);
  if (!status) status = run_job(&r, &inputs, &err);
  if (status) failed(&r, &err);
  cli_inputs_free(&inputs);
  for (unsigned i = 0; r.sessions && i < r.threads; i++) unspin_session_free(r.sessions[i]);
  free(r.sessions);
  unspin_knowledge_close(r.knowledge);
  if (r.failed) return CLI_ERROR;
  if (r.rejects) return CLI_REJECTS;
  return r.above ? CLI_CHANGES : CLI_OK;
}

static int run_detect(int argc, char **argv) {
  detect_options o;
  int status = CLI_ERROR;
  if (read_options(argc, argv, &o)) status = o.help ? cli_print_help(&cli_detect) : detect(&o);
  free_options(&o);
  return status;
}

const cli_command cli_detect = {
    .name = "detect", .summary = "how spun is a text? a score, with the evidence", .help = help, .run = run_detect};
