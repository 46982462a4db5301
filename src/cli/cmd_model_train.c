#define _GNU_SOURCE /* getopt_long */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/vec.h"
#include "cli/cmd_model.h"
#include "cli/progress.h"

enum {
  OPT_ORDER = 256,
  OPT_WEIGHT,
  OPT_TOKENIZED,
  OPT_VOCAB,
  OPT_MIN_COUNT,
  OPT_DROP,
  OPT_PRUNE,
  OPT_MAX_SIZE,
  OPT_BITS,
  OPT_ABBREVIATIONS,
  OPT_MEMORY,
  OPT_TEMP,
  OPT_THREADS,
  OPT_VECTORS,
  OPT_EPOCHS
};

static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                             {"order", required_argument, NULL, OPT_ORDER},
                                             {"weight", required_argument, NULL, OPT_WEIGHT},
                                             {"tokenized", no_argument, NULL, OPT_TOKENIZED},
                                             {"vocab", required_argument, NULL, OPT_VOCAB},
                                             {"min-count", required_argument, NULL, OPT_MIN_COUNT},
                                             {"drop-below", required_argument, NULL, OPT_DROP},
                                             {"prune", required_argument, NULL, OPT_PRUNE},
                                             {"max-size", required_argument, NULL, OPT_MAX_SIZE},
                                             {"bits", required_argument, NULL, OPT_BITS},
                                             {"abbreviations", required_argument, NULL, OPT_ABBREVIATIONS},
                                             {"memory", required_argument, NULL, OPT_MEMORY},
                                             {"temp", required_argument, NULL, OPT_TEMP},
                                             {"threads", required_argument, NULL, OPT_THREADS},
                                             {"vectors", no_argument, NULL, OPT_VECTORS},
                                             {"epochs", required_argument, NULL, OPT_EPOCHS},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {0}};

typedef struct train_options {
  unspin_model_options model;
  US_VEC(unspin_model_source) sources;
  const char *output;
  uint32_t epochs;
  bool vectors, quiet, help;
} train_options;

typedef struct bar {
  bool shown, terminal;
  const char *stage;
  double stage_start, last;
  uint64_t stage_words;
} bar;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void draw(bar *b, const unspin_model_progress *p, double t) {
  char line[200];
  int n = snprintf(line, sizeof line, "%-14s", p->stage);
  double passed = t - b->stage_start;
  if (p->share >= 0) {
    int full = (int)(p->share * 30);
    n += snprintf(line + n, sizeof line - (size_t)n, "[%.*s%*s] %3.0f%%", full,
                  "==============================", 30 - full, "", p->share * 100);
  }
  if (p->words > b->stage_words && passed > 0.5)
    n += snprintf(line + n, sizeof line - (size_t)n, "  %.2f M words/s",
                  (double)(p->words - b->stage_words) / passed / 1e6);
  if (p->share > 0.02 && p->share < 1)
    snprintf(line + n, sizeof line - (size_t)n, "  %.0f s left", passed / p->share * (1 - p->share));
  fprintf(stderr, "\r%-79.79s", line);
  b->shown = true;
}

static bool watch(void *cookie, const unspin_model_progress *p) {
  bar *b = cookie;
  double t = now();
  if (!b->stage || strcmp(b->stage, p->stage) != 0) {
    b->stage = p->stage;
    b->stage_start = t;
    b->stage_words = p->words;
    b->last = 0;
  }
  if (b->terminal && t - b->last > 0.2) {
    b->last = t;
    draw(b, p, t);
  }
  return !cli_interrupted();
}

static bool number(const char *text, uint32_t most, uint32_t *out) {
  char *end;
  unsigned long long n = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end || n > most) return false;
  *out = (uint32_t)n;
  return true;
}

/* "2,2,3": for orders 2, 3, 4 and all higher ones. */
static bool parse_drop(const char *text, uint32_t *drop) {
  unsigned k = 1;
  for (const char *p = text; k < UNSPIN_MODEL_ORDER_MAX; k++) {
    char *end;
    unsigned long n = strtoul(p, &end, 10);
    if (*p < '0' || *p > '9' || n > UINT32_MAX || (*end && *end != ',')) return false;
    drop[k] = (uint32_t)n;
    if (!*end) break;
    p = end + 1;
  }
  for (unsigned j = k + 1; j < UNSPIN_MODEL_ORDER_MAX; j++) drop[j] = drop[k];
  return k < UNSPIN_MODEL_ORDER_MAX;
}

static bool parse_real(const char *text, double *out) {
  char *end;
  *out = strtod(text, &end);
  return end != text && !*end && *out >= 0 && *out < 1e9;
}

static int set_option(train_options *o, int option, double *weight) {
  uint32_t n = 0;
  unspin_model_options *m = &o->model;
  switch (option) {
    case 'o': o->output = optarg; return CLI_OK;
    case 'q': o->quiet = true; return CLI_OK;
    case 'h': o->help = true; return CLI_OK;
    case 1: /* a TEXT between options */
      if (us_vec_push(&o->sources, (unspin_model_source){optarg, *weight})) return CLI_OK;
      cli_message("out of memory");
      return CLI_ERROR;
    case OPT_TOKENIZED: m->tokenized = true; return CLI_OK;
    case OPT_ABBREVIATIONS: m->abbreviations = optarg; return CLI_OK;
    case OPT_VECTORS: o->vectors = true; return CLI_OK;
    case OPT_EPOCHS:
      return number(optarg, 100, &o->epochs) ? CLI_OK : model_complain("--epochs: not a number:", optarg);
    case OPT_TEMP: m->scratch_dir = optarg; return CLI_OK;
    case OPT_WEIGHT: return parse_real(optarg, weight) ? CLI_OK : model_complain("--weight: not a number:", optarg);
    case OPT_PRUNE:
      return parse_real(optarg, &m->threshold) ? CLI_OK : model_complain("--prune: not a number:", optarg);
    case OPT_DROP:
      return parse_drop(optarg, m->drop_below) ? CLI_OK
                                               : model_complain("--drop-below: not a list of numbers:", optarg);
    case OPT_MAX_SIZE:
      return model_parse_size(optarg, &m->max_size) ? CLI_OK : model_complain("--max-size: not a size:", optarg);
    case OPT_MEMORY:
      return model_parse_size(optarg, &m->memory) ? CLI_OK : model_complain("--memory: not a size:", optarg);
    case OPT_VOCAB:
      return number(optarg, UINT32_MAX, &m->vocabulary) ? CLI_OK : model_complain("--vocab: not a number:", optarg);
    case OPT_MIN_COUNT:
      return number(optarg, UINT32_MAX, &m->min_count) ? CLI_OK : model_complain("--min-count: not a number:", optarg);
    case OPT_ORDER:
    case OPT_BITS:
    case OPT_THREADS:
      if (!number(optarg, 1024, &n)) return model_complain("not a number:", optarg);
      if (option == OPT_ORDER) m->order = n;
      else if (option == OPT_BITS) m->bits = n;
      else m->threads = n;
      return CLI_OK;
    default: return CLI_ERROR; /* parse says it */
  }
}

static int parse(int argc, char **argv, train_options *o) {
  double weight = 1;
  int option;
  unspin_model_options_init(&o->model);
  optind = 0;
  while ((option = getopt_long(argc, argv, "-o:qh", long_options, NULL)) != -1)
    if (option == '?') return cli_unfit_option("model train", argv);
    else if (set_option(o, option, &weight) != CLI_OK) return CLI_ERROR;
  for (; optind < argc; optind++) {
    optarg = argv[optind];
    if (set_option(o, 1, &weight) != CLI_OK) return CLI_ERROR;
  }
  if (o->help) return CLI_OK;
  if (!o->output) {
    cli_message("model train: where to? Give -o FILE");
    return CLI_ERROR;
  }
  if (!o->sources.n && !us_vec_push(&o->sources, (unspin_model_source){"-", weight})) {
    cli_message("out of memory");
    return CLI_ERROR;
  }
  return CLI_OK;
}

static void report(const unspin_model_report *r, const char *path) {
  uint64_t left = r->list_words + r->table_words + r->repeated_words, all = r->words + left;
  fprintf(stderr,
          "kept %" PRIu64 " of %" PRIu64 " words (%.1f%%) in %" PRIu64 " sentences, %" PRIu64 " different words\n",
          r->words, all, all ? 100 * (double)r->words / (double)all : 0, r->sentences, r->types);
  if (left)
    fprintf(stderr, "left out: %" PRIu64 " in lists, %" PRIu64 " in tables, %" PRIu64 " repeated\n", r->list_words,
            r->table_words, r->repeated_words);
  fprintf(stderr, "order   n-grams      kept\n");
  for (int k = 0; k < UNSPIN_MODEL_ORDER_MAX && r->ngrams[k]; k++)
    fprintf(stderr, "%5d %9" PRIu64 " %9" PRIu64 "\n", k + 1, r->ngrams[k], r->kept[k]);
  double counting = r->read_seconds + r->count_seconds;
  fprintf(stderr, "read in %.1f s, counted in %.1f s (%.2f million words a second), %.1f s in all\n%s\n",
          r->read_seconds, r->count_seconds, counting > 0 ? (double)r->words / counting / 1e6 : 0, r->total_seconds,
          path);
}

static int train_vectors(const train_options *o, bar *b) {
  unspin_vectors_options v;
  unspin_vectors_options_init(&v);
  v.tokenized = o->model.tokenized;
  if (o->model.vocabulary) v.words = o->model.vocabulary;
  if (o->epochs) v.epochs = o->epochs;
  v.watch = watch;
  v.cookie = b;
  unspin_error err;
  return model_status(unspin_vectors_train(&v, o->sources.p, o->sources.n, o->output, &err), &err);
}

static int train_model(train_options *o, bar *b) {
  unspin_model_report r;
  unspin_error err;
  o->model.watch = watch;
  o->model.cookie = b;
  unspin_status status = unspin_model_train(&o->model, o->sources.p, o->sources.n, o->output, &r, &err);
  if (b->shown) fprintf(stderr, "\r%79s\r", "");
  if (!status && !o->quiet) report(&r, o->output);
  return model_status(status, &err);
}

int cmd_model_train(int argc, char **argv) {
  train_options o = {0};
  bar b = {0};
  int result = parse(argc, argv, &o);
  if (result == CLI_OK && o.help) {
    result = cli_print(model_help);
  } else if (result == CLI_OK) {
    cli_catch_signals();
    b.terminal = !o.quiet && isatty(STDERR_FILENO);
    result = o.vectors ? train_vectors(&o, &b) : train_model(&o, &b);
  }
  us_vec_free(&o.sources);
  return result;
}
