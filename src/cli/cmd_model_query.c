#define _GNU_SOURCE /* getopt_long */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/cmd_model.h"

/* MODEL and TEXT of eval and score. */
typedef struct subject {
  unspin_model *model;
  us_buf text;
} subject;

static int open_subject(subject *s, int argc, char **argv) {
  if (optind >= argc || optind + 2 < argc) return model_complain("wants MODEL and one TEXT:", argv[0]);
  unspin_error err;
  unspin_status status = unspin_model_open(argv[optind], &s->model, &err);
  const char *text = optind + 1 < argc ? argv[optind + 1] : "-";
  if (!status)
    status =
        strcmp(text, "-") == 0 ? us_fd_read(0, "standard input", &s->text, &err) : us_file_read(text, &s->text, &err);
  return model_status(status, &err);
}

static void close_subject(subject *s) {
  unspin_model_close(s->model);
  us_buf_free(&s->text);
}

/* ---- eval ---- */

typedef struct tally {
  bool per_line;
  double share; /* log10: added to take unknown words for one of the vocabulary */
  double all, known, line;
  uint64_t words, unknown, sentences, hits[UNSPIN_MODEL_ORDER_MAX + 1], line_words, line_unknown;
} tally;

static bool count_token(void *cookie, const unspin_model_token *t) {
  tally *y = cookie;
  double log10 = (double)t->log10 + (t->id == 0 ? y->share : 0);
  y->all += log10;
  y->line += log10;
  y->hits[t->matched]++;
  if (t->id == 0) {
    y->unknown++;
    y->line_unknown++;
  } else {
    y->known += log10;
  }
  if (!t->sentence_end) {
    y->words++;
    y->line_words++;
    return true;
  }
  y->sentences++;
  if (y->per_line) printf("%.6f\t%" PRIu64 "\t%" PRIu64 "\n", y->line, y->line_words, y->line_unknown);
  y->line = 0;
  y->line_words = y->line_unknown = 0;
  return true;
}

static double perplexity(double log10, uint64_t n) { return n ? pow(10, -log10 / (double)n) : 0; }

static void print_tally(const tally *y, unsigned order) {
  uint64_t n = y->words + y->sentences;
  printf("words %" PRIu64 ", sentences %" PRIu64 ", unknown %" PRIu64 " (%.3f%%)\n", y->words, y->sentences, y->unknown,
         y->words ? 100 * (double)y->unknown / (double)y->words : 0);
  printf("log10 probability %.4f\n", y->all);
  printf("perplexity %.4f with unknown words, %.4f without\n", perplexity(y->all, n),
         perplexity(y->known, n - y->unknown));
  printf("longest n-gram found:");
  for (unsigned k = 1; k <= order; k++) printf(" %u: %.2f%%", k, n ? 100 * (double)y->hits[k] / (double)n : 0);
  printf("\n");
}

int cmd_model_eval(int argc, char **argv) {
  enum { OPT_PER_LINE = 256, OPT_CLASS };
  static const struct option options[] = {{"per-line", no_argument, NULL, OPT_PER_LINE},
                                          {"class", no_argument, NULL, OPT_CLASS},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
  tally y = {0};
  bool as_class = false;
  int option;
  optind = 0;
  while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
    if (option == OPT_PER_LINE) y.per_line = true;
    else if (option == OPT_CLASS) as_class = true;
    else if (option == 'h') return cli_print(model_help);
    else return cli_unfit_option("model eval", argv);
  }
  subject s = {0};
  int result = open_subject(&s, argc, argv);
  if (result == CLI_OK) {
    unspin_error err;
    unspin_model_info info;
    unspin_model_describe(s.model, &info);
    if (as_class && info.unknown_types > 1) y.share = log10((double)info.unknown_types);
    us_slice text = us_buf_slice(&s.text);
    errno = 0;
    result = model_status(unspin_model_score_text(s.model, text.p, text.n, count_token, &y, &err), &err);
    if (result == CLI_OK) print_tally(&y, info.order);
    if (!cli_flush_stdout()) result = CLI_ERROR;
  }
  close_subject(&s);
  return result;
}

/* ---- score ---- */

static bool print_token(void *cookie, const unspin_model_token *t) {
  (void)cookie;
  printf("%.6f\t%u\t", (double)t->log10, t->matched);
  cli_put(t->word.text, t->word.len);
  printf("%s\n%s", t->id == 0 ? "\tunknown" : "", t->sentence_end ? "\n" : "");
  return !ferror(stdout);
}

int cmd_model_score(int argc, char **argv) {
  static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};
  int option;
  optind = 0;
  while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1)
    return option == 'h' ? cli_print(model_help) : cli_unfit_option("model score", argv);
  subject s = {0};
  int result = open_subject(&s, argc, argv);
  if (result == CLI_OK) {
    unspin_error err;
    us_slice text = us_buf_slice(&s.text);
    errno = 0;
    result = model_status(unspin_model_score_text(s.model, text.p, text.n, print_token, NULL, &err), &err);
    if (!cli_flush_stdout()) result = CLI_ERROR;
  }
  close_subject(&s);
  return result;
}

/* ---- info ---- */

static void print_info(const unspin_model *model) {
  unspin_model_info i;
  unspin_model_describe(model, &i);
  uint64_t total = 0;
  printf("hash %s, %" PRIu64 " bytes, order %u\n", unspin_model_hash(model), i.file_size, i.order);
  printf("order   n-grams       bytes  a piece  bits: probability, back-off\n");
  for (unsigned k = 0; k < i.order; k++) {
    total += i.ngrams[k];
    printf("%5u %9" PRIu64 " %11" PRIu64 " %8.2f        %11u, %u\n", k + 1, i.ngrams[k], i.layer_size[k],
           i.ngrams[k] ? (double)i.layer_size[k] / (double)i.ngrams[k] : 0, i.prob_bits[k], i.backoff_bits[k]);
  }
  printf("words       %15" PRIu64 " %8.2f\n", i.word_size, (double)i.word_size / unspin_model_word_count(model));
  printf("all   %9" PRIu64 " %11" PRIu64 " %8.2f\n", total, i.file_size,
         total ? (double)i.file_size / (double)total : 0);
  printf("trained on %" PRIu64 " words in %" PRIu64 " sentences; %" PRIu64 " rare words are unknown\n", i.words,
         i.sentences, i.unknown_types);
  us_slice notes = {i.notes.text, i.notes.len}, line;
  while (us_slice_cut(&notes, '\n', &line)) { /* long lists are cut */
    if (!line.n) continue;
    cli_put(line.p, line.n > 100 ? 100 : line.n);
    printf("%s\n", line.n > 100 ? "..." : "");
  }
}

int cmd_model_info(int argc, char **argv) {
  static const struct option options[] = {{"verify", no_argument, NULL, 'v'}, {"help", no_argument, NULL, 'h'}, {0}};
  int option;
  bool verify = false;
  optind = 0;
  while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
    if (option == 'h') return cli_print(model_help);
    if (option != 'v') return cli_unfit_option("model info", argv);
    verify = true;
  }
  if (optind + 1 != argc) return model_complain("wants one MODEL:", argv[0]);
  unspin_model *model;
  unspin_error err;
  int result = model_status(unspin_model_open(argv[optind], &model, &err), &err);
  if (result != CLI_OK) return result;
  if (verify) result = model_status(unspin_model_verify(model, &err), &err);
  errno = 0;
  if (result == CLI_OK) {
    print_info(model);
    if (verify) printf("every n-gram is in its place\n");
  }
  if (!cli_flush_stdout()) result = CLI_ERROR;
  unspin_model_close(model);
  return result;
}

/* ---- import, export ---- */

int cmd_model_import(int argc, char **argv) {
  static const struct option options[] = {{"output", required_argument, NULL, 'o'},
                                          {"bits", required_argument, NULL, 'b'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
  const char *output = NULL;
  long bits = 8;
  int option;
  optind = 0;
  while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
    if (option == 'h') return cli_print(model_help);
    if (option == 'o') {
      output = optarg;
    } else if (option == 'b') {
      char *end;
      bits = strtol(optarg, &end, 10);
      if (end == optarg || *end || bits < 1 || bits > 32)
        return model_complain("--bits: not a number from 1 to 32:", optarg);
    } else {
      return cli_unfit_option("model import", argv);
    }
  }
  if (!output || optind + 1 != argc) return model_complain("wants -o FILE and one ARPA:", argv[0]);
  unspin_error err;
  return model_status(unspin_model_from_arpa(argv[optind], output, (unsigned)bits, &err), &err);
}

int cmd_model_export(int argc, char **argv) {
  static const struct option options[] = {
      {"output", required_argument, NULL, 'o'}, {"help", no_argument, NULL, 'h'}, {0}};
  const char *output = "-";
  int option;
  optind = 0;
  while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
    if (option == 'h') return cli_print(model_help);
    if (option != 'o') return cli_unfit_option("model export", argv);
    output = optarg;
  }
  if (optind + 1 != argc) return model_complain("wants one MODEL:", argv[0]);
  unspin_model *model;
  unspin_error err;
  int result = model_status(unspin_model_open(argv[optind], &model, &err), &err);
  if (result != CLI_OK) return result;
  result = model_status(unspin_model_to_arpa(model, output, &err), &err);
  unspin_model_close(model);
  return result;
}
