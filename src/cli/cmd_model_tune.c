/* cmd_model_tune.c - unspin model tune: the weights by which candidates are judged. */
#define _GNU_SOURCE /* getopt_long */
#include "cli/cmd_model_tune.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cmd_model.h"
#include "cli/progress.h"

static const char help[] =
    "Usage: unspin model tune [OPTION]... PAIRS... [--clean TEXT...] -o WEIGHTS\n"
    "\n"
    "Learns the weights by which candidates are judged (weights.tsv), and nothing else,\n"
    "from texts of which the original is known, and shows by cross-validation how they do\n"
    "on documents that were left out. Minutes for a few hundred articles.\n"
    "\n"
    "PAIRS are what 'unspin check' reads: NAME.spun.txt beside NAME.plain.txt, slot markup\n"
    "(NAME.txt), .jsonl with \"spun\" and \"plain\", .tsv (spun TAB plain), folders of these.\n"
    "Lines of a .jsonl with the same \"doc\" are put together to one document.\n"
    "\n"
    "  -o, --output FILE     where to; it appears only once it is whole. To judge by it: a\n"
    "                        folder of links to the compiled data, this file among them as\n"
    "                        weights.tsv, for --data of every command\n"
    "\n"
    "These hold for what follows them:\n"
    "      --pairs           spun documents and their originals (from the beginning)\n"
    "      --clean           texts that no spinner touched, files or folders of files: they\n"
    "                        teach restraint\n"
    "      --sentences       pairs that stand alone, taken as spun\n"
    "      --weight W        what a place in these texts counts for (1)\n"
    "      --data DIR        the compiled data that judges them. What was learned from a\n"
    "                        text itself flatters its candidates: give a channel.bin that\n"
    "                        was made without it\n"
    "      --group NAME      what these texts belong to, a path such as real/spinbot; see\n"
    "                        --leave\n"
    "      --rows            stands for texts: the sentences that the shipped phrase table\n"
    "                        says its rows must change or leave alone\n"
    "\n"
    "How it learns:\n"
    "      --folds N         times to train without a share of the documents (5; 0: none)\n"
    "      --hidden N        units of the network, 1 to 64 (32)\n"
    "      --networks N      trains so many, each from another start, and takes their mean\n"
    "                        (1); N times the units are 64 at most\n"
    "      --epochs N        how often all places are gone through (8)\n"
    "      --rate X          at the beginning (0.004)\n"
    "      --decay X         penalty on large weights (0.0003)\n"
    "      --seed N          of chance (1); with the same one the file is the same\n"
    "      --fast            learns what clean --fast judges by, weights-fast.tsv\n"
    "\n"
    "      --leave GROUP[,GROUP]...=FILE\n"
    "                        also writes FILE, learned without the texts of these groups and of\n"
    "                        groups below them, for figures on what the weights have not met;\n"
    "                        may be given many times\n"
    "      --blind FEATURE[,FEATURE]...\n"
    "                        holds for each --leave that follows: these features are not looked\n"
    "                        at; 'none' ends it\n"
    "\n"
    "  -q, --quiet           no progress, no table\n"
    "  -h, --help            this text\n"
    "\n"
    "The table has a line for each fold: documents, places with candidates, mean negative\n"
    "natural-log probability of what was right; of spun texts: places that some candidate\n"
    "mends, places changed, and rightly, words gained, words of damage, gained by damage;\n"
    "places of clean texts, and those of them changed. The engine has its gate and repairs\n"
    "besides, so 'unspin check' has the last word. Each --leave has a line of its own.\n"
    "\n"
    "Examples:\n"
    "  unspin model tune pairs/ --clean articles/ -o weights.tsv\n"
    "  unspin model tune real.jsonl --weight 0.3 simulated.jsonl \\\n"
    "      --weight 0.5 --clean articles/ --weight 0.25 --rows -o weights.tsv\n"
    "  unspin model tune --data without-a a.jsonl --data without-b b.jsonl -o weights.tsv\n"
    "\n"
    "Exit status: 0 done, 2 an error, said in one line on standard error.\n";

enum {
  OPT_PAIRS = 256,
  OPT_CLEAN,
  OPT_SENTENCES,
  OPT_ROWS,
  OPT_WEIGHT,
  OPT_DATA,
  OPT_GROUP,
  OPT_LEAVE,
  OPT_BLIND,
  OPT_FOLDS,
  OPT_HIDDEN,
  OPT_NETWORKS,
  OPT_EPOCHS,
  OPT_RATE,
  OPT_DECAY,
  OPT_SEED,
  OPT_FAST
};

static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                             {"pairs", no_argument, NULL, OPT_PAIRS},
                                             {"clean", no_argument, NULL, OPT_CLEAN},
                                             {"sentences", no_argument, NULL, OPT_SENTENCES},
                                             {"rows", no_argument, NULL, OPT_ROWS},
                                             {"weight", required_argument, NULL, OPT_WEIGHT},
                                             {"data", required_argument, NULL, OPT_DATA},
                                             {"group", required_argument, NULL, OPT_GROUP},
                                             {"leave", required_argument, NULL, OPT_LEAVE},
                                             {"blind", required_argument, NULL, OPT_BLIND},
                                             {"folds", required_argument, NULL, OPT_FOLDS},
                                             {"hidden", required_argument, NULL, OPT_HIDDEN},
                                             {"networks", required_argument, NULL, OPT_NETWORKS},
                                             {"epochs", required_argument, NULL, OPT_EPOCHS},
                                             {"rate", required_argument, NULL, OPT_RATE},
                                             {"decay", required_argument, NULL, OPT_DECAY},
                                             {"seed", required_argument, NULL, OPT_SEED},
                                             {"fast", no_argument, NULL, OPT_FAST},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

/* Weights to be learned without a group, too. */
typedef struct left_out {
  char *group; /* owned */
  const char *output;
  const char *blind; /* NULL: to no feature */
} left_out;

typedef struct options {
  unspin_tune_options tune;
  US_VEC(left_out) leave;
  const char *blind; /* of the next one */
  tune_inputs inputs;
  tune_input next; /* what an argument becomes here */
  const char *output;
  bool quiet, help, fast;
} options;

/* ---- arguments ---- */

static int complain(const char *what, const char *argument) {
  cli_message("model tune: %s '%s' (see 'unspin model tune --help')", what, argument);
  return CLI_ERROR;
}

static int real(const char *name, double *out) {
  char *end;
  errno = 0;
  *out = strtod(optarg, &end);
  if (end != optarg && !*end && *out >= 0 && *out <= 1000) return CLI_OK;
  cli_message("model tune: %s: no number: '%s' (see 'unspin model tune --help')", name, optarg);
  return CLI_ERROR;
}

static int whole(const char *name, uint64_t most, uint64_t *out) {
  char *end;
  errno = 0;
  unsigned long long n = strtoull(optarg, &end, 10);
  *out = n;
  if (*optarg >= '0' && *optarg <= '9' && !*end && !errno && n <= most) return CLI_OK;
  cli_message("model tune: %s: no number from 0 to %" PRIu64 ": '%s'", name, most, optarg);
  return CLI_ERROR;
}

static int small(const char *name, unsigned *out) {
  uint64_t n = 0;
  int result = whole(name, UINT16_MAX, &n);
  *out = (unsigned)n;
  return result;
}

static int take_input(options *o, tune_kind kind, const char *path) {
  tune_input input = o->next;
  input.kind = kind;
  input.path = path;
  if (us_vec_push(&o->inputs, input)) return CLI_OK;
  cli_message("out of memory");
  return CLI_ERROR;
}

static int set_weight(options *o) {
  if (real("--weight", &o->next.weight) != CLI_OK) return CLI_ERROR;
  return o->next.weight > 0 ? CLI_OK : complain("--weight: must be above 0:", optarg);
}

static int set_leave(options *o) {
  const char *equals = strchr(optarg, '=');
  if (!equals || equals == optarg || !equals[1]) return complain("--leave: expected GROUP=FILE:", optarg);
  left_out one = {.group = strndup(optarg, (size_t)(equals - optarg)), .output = equals + 1, .blind = o->blind};
  if (one.group && us_vec_push(&o->leave, one)) return CLI_OK;
  free(one.group);
  cli_message("out of memory");
  return CLI_ERROR;
}

static int set_option(options *o, int option) {
  switch (option) {
    case 'o': o->output = optarg; return CLI_OK;
    case 'q': o->quiet = true; return CLI_OK;
    case 'h': o->help = true; return CLI_OK;
    case 1: return take_input(o, o->next.kind, optarg);
    case OPT_ROWS: return take_input(o, TUNE_ROWS, NULL);
    case OPT_PAIRS: o->next.kind = TUNE_PAIRS; return CLI_OK;
    case OPT_CLEAN: o->next.kind = TUNE_CLEAN; return CLI_OK;
    case OPT_SENTENCES: o->next.kind = TUNE_SENTENCES; return CLI_OK;
    case OPT_DATA: o->next.data = optarg; return CLI_OK;
    case OPT_GROUP: o->next.group = optarg; return CLI_OK;
    case OPT_LEAVE: return set_leave(o);
    case OPT_BLIND: o->blind = strcmp(optarg, "none") == 0 ? NULL : optarg; return CLI_OK;
    case OPT_WEIGHT: return set_weight(o);
    case OPT_FOLDS: return small("--folds", &o->tune.folds);
    case OPT_HIDDEN: return small("--hidden", &o->tune.hidden);
    case OPT_NETWORKS: return small("--networks", &o->tune.networks);
    case OPT_EPOCHS: return small("--epochs", &o->tune.epochs);
    case OPT_RATE: return real("--rate", &o->tune.rate);
    case OPT_DECAY: return real("--decay", &o->tune.decay);
    case OPT_FAST: o->fast = true; return CLI_OK;
    case OPT_SEED: return whole("--seed", UINT64_MAX, &o->tune.seed);
    default: return CLI_ERROR; /* parse says it */
  }
}

/* Better said before minutes of work than after. */
static int check_output(const char *path) {
  struct stat st;
  if (stat(path, &st) == 0) {
    if (S_ISREG(st.st_mode)) return CLI_OK;
    cli_message("%s: not a plain file, so no weights can be written to it", path);
    return CLI_ERROR;
  }
  const char *slash = strrchr(path, '/');
  char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
  bool there = folder && stat(folder, &st) == 0 && S_ISDIR(st.st_mode);
  bool ok = there && access(folder, W_OK) == 0;
  int why = there ? errno : ENOENT;
  free(folder);
  if (ok) return CLI_OK;
  cli_message("%s: cannot write: %s", path, strerror(why));
  return CLI_ERROR;
}

static int parse(int argc, char **argv, options *o) {
  int option;
  optind = 0;
  while ((option = getopt_long(argc, argv, "-o:qh", long_options, NULL)) != -1)
    if (option == '?') return cli_unfit_option("model tune", argv);
    else if (set_option(o, option) != CLI_OK) return CLI_ERROR;
  for (; optind < argc; optind++)
    if (take_input(o, o->next.kind, argv[optind]) != CLI_OK) return CLI_ERROR;
  for (size_t i = 0; i < o->inputs.n; i++) o->inputs.p[i].fast = o->fast;
  if (o->help) return CLI_OK;
  if (!o->output) {
    cli_message("model tune: where to? Give -o FILE");
    return CLI_ERROR;
  }
  if (!o->inputs.n) {
    cli_message("model tune: what from? Give PAIRS (see 'unspin model tune --help')");
    return CLI_ERROR;
  }
  int result = check_output(o->output);
  for (size_t i = 0; i < o->leave.n && result == CLI_OK; i++) result = check_output(o->leave.p[i].output);
  return result;
}

/* ---- progress ---- */

static bool watch(void *cookie, const unspin_tune_progress *p) {
  cli_progress_show(cookie, p->stage, 9, p->share, p->texts, "texts");
  return !cli_interrupted();
}

/* ---- reading ---- */

/* The data of the input before, which the next one mostly shares. */
typedef struct engine {
  us_buf dir;
  unspin_knowledge *knowledge;
  unspin_session *session;
} engine;

static void engine_close(engine *e) {
  unspin_session_free(e->session);
  unspin_knowledge_close(e->knowledge);
  us_buf_free(&e->dir);
  *e = (engine){0};
}

/* Only the shipped table: whoever tunes for others must not tune for tables of their own. */
static unspin_status engine_open(engine *e, const char *data, unspin_error *err) {
  us_buf dir = {0};
  if (!cli_data_dir(data, &dir)) return us_nomem(err);
  if (e->session && strcmp(dir.p, e->dir.p) == 0) {
    us_buf_free(&dir);
    return UNSPIN_OK;
  }
  engine_close(e);
  e->dir = dir;
  US_TRY(unspin_knowledge_open(dir.p, &e->knowledge, err));
  return unspin_session_new(e->knowledge, &e->session, err);
}

/* The last part of a path: weights must not tell where on whose machine they were made. */
static void put_name(us_buf *out, const char *path) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') end--;
  size_t begin = end;
  while (begin > 0 && path[begin - 1] != '/') begin--;
  us_buf_append(out, (us_slice){path + begin, end - begin});
}

/* Inputs of one kind that stand together make one line of provenance. */
static bool alike(const tune_input *a, const tune_input *b) {
  bool same_data = a->data == b->data || (a->data && b->data && strcmp(a->data, b->data) == 0);
  return a->kind == b->kind && a->weight == b->weight && same_data;
}

/* The inputs from FIRST to LAST. */
static void put_note(us_buf *note, const tune_input *first, const tune_input *last, size_t texts) {
  static const char *const kinds[] = {"pairs", "clean texts", "sentences", "sentences of the phrase table's rows"};
  us_buf_printf(note, "%s: %zu", kinds[first->kind], texts);
  if (first->path) {
    us_buf_puts(note, " from ");
    put_name(note, first->path);
    if (last > first) {
      us_buf_puts(note, last > first + 1 ? " ... " : " ");
      put_name(note, last->path);
    }
  }
  us_buf_printf(note, ", weight %g", first->weight);
  if (first->fast) us_buf_puts(note, ", as clean --fast sees it");
  if (first->data) {
    us_buf_puts(note, ", judged with ");
    put_name(note, first->data);
  }
  us_buf_putc(note, '\n');
}

static unspin_status read_all(const options *o, unspin_tuner *tuner, us_buf *note, size_t *skipped, unspin_error *err) {
  engine e = {0};
  unspin_status status = UNSPIN_OK;
  const tune_input *first = o->inputs.p, *end = first + o->inputs.n;
  size_t texts = 0;
  for (const tune_input *input = first; input < end && !status; input++) {
    tune_count count = {0};
    status = engine_open(&e, input->data, err);
    if (!status) status = tune_read(input, e.dir.p, tuner, e.session, &count, err);
    texts += count.texts;
    *skipped += count.skipped;
    if (input + 1 < end && alike(input, input + 1)) continue;
    put_note(note, first, input, texts);
    first = input + 1;
    texts = 0;
  }
  engine_close(&e);
  return !status && note->failed ? us_nomem(err) : status;
}

/* ---- the table ---- */

static double ratio(int64_t a, uint64_t b) { return b ? (double)a / (double)b : 0; }

static void print_line(const char *name, const unspin_tune_figures *f) {
  printf("%-6s %5" PRIu64 " %9" PRIu64 " %8.4f %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %8" PRId64 " %8" PRIu64
         " %6.3f %9" PRIu64 " %8" PRIu64 "\n",
         name, f->documents, f->stretches, f->loss, f->mendable, f->changed, f->right, f->gained, f->damage,
         ratio(f->gained, f->damage), f->clean_stretches, f->clean_changed);
}

static void print_table(const unspin_tune_report *r) {
  printf("texts: %" PRIu64 ", documents: %" PRIu64 ", places: %" PRIu64 ", candidates: %" PRIu64 "\n\n", r->texts,
         r->documents, r->stretches, r->candidates);
  printf("fold    docs    places     loss  mendable   changed     right   gained   damage  share     clean  changed\n");
  for (unsigned i = 0; i < r->folds; i++) {
    char name[16];
    snprintf(name, sizeof name, "%u", i + 1);
    print_line(name, &r->fold[i]);
  }
  if (r->folds) print_line("unseen", &r->unseen);
  print_line("seen", &r->seen);
}

/* ---- the whole ---- */

static unspin_status learn_without(const left_out *leave, unspin_tuner *tuner, const char *note,
                                   unspin_tune_figures *out, unspin_error *err) {
  unspin_tune_report report;
  us_buf head = {0};
  us_buf_printf(&head, "%sLeft out: %s\n", note, leave->group);
  if (leave->blind) us_buf_printf(&head, "Not looked at: %s\n", leave->blind);
  unspin_status status =
      head.failed ? us_nomem(err) : unspin_tuner_train_without(tuner, leave->group, leave->blind, &report, err);
  if (!status) status = unspin_tuner_write(tuner, leave->output, head.p, err);
  us_buf_free(&head);
  if (!status) *out = report.unseen;
  return status;
}

/* FIGURES gets one for each --leave. */
static unspin_status learn(const options *o, unspin_tuner *tuner, unspin_tune_report *report,
                           unspin_tune_figures *figures, size_t *skipped, unspin_error *err) {
  us_buf note = {0};
  unspin_status status = read_all(o, tuner, &note, skipped, err);
  const char *lines = note.n ? note.p : "";
  if (!status) status = unspin_tuner_train(tuner, report, err);
  if (!status) status = unspin_tuner_write(tuner, o->output, lines, err);
  for (size_t i = 0; i < o->leave.n && !status; i++)
    status = learn_without(&o->leave.p[i], tuner, lines, &figures[i], err);
  us_buf_free(&note);
  return status;
}

static int tune(options *o) {
  cli_progress b = cli_progress_start(o->quiet);
  o->tune.watch = watch;
  o->tune.cookie = &b;
  unspin_tune_report report;
  unspin_tuner *tuner = NULL;
  unspin_error err;
  size_t skipped = 0;
  unspin_tune_figures *left = calloc(o->leave.n + 1, sizeof *left);
  unspin_status status = left ? unspin_tuner_new(&o->tune, &tuner, &err) : us_nomem(&err);
  if (!status) status = learn(o, tuner, &report, left, &skipped, &err);
  unspin_tuner_free(tuner);
  cli_progress_clear(&b);
  if (!status && !o->quiet) {
    if (skipped) fprintf(stderr, "left out: %zu sentences of rows that mark no place to change\n", skipped);
    print_table(&report);
    if (o->leave.n) printf("\nwithout\n");
    for (size_t i = 0; i < o->leave.n; i++) print_line(o->leave.p[i].group, &left[i]);
  }
  free(left);
  errno = 0;
  if (status || o->quiet) return model_status(status, &err);
  return cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}

int cmd_model_tune(int argc, char **argv) {
  options o = {.next = {.kind = TUNE_PAIRS, .weight = 1}};
  unspin_tune_options_init(&o.tune);
  int result = parse(argc, argv, &o);
  if (result == CLI_OK && o.help) {
    result = cli_print(help);
  } else if (result == CLI_OK) {
    cli_catch_signals();
    result = tune(&o);
  }
  us_vec_free(&o.inputs);
  for (size_t i = 0; i < o.leave.n; i++) free(o.leave.p[i].group);
  us_vec_free(&o.leave);
  return result;
}
