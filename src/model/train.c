#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "model/corpus.h"
#include "model/estimate.h"
#include "model/pack.h"
#include "model/prune.h"

/* Scratch that training needs for each byte of text, roughly, at order 5: decides whether it goes to disk. */
enum { SCRATCH_PER_BYTE = 8 };

/* Everything one run holds, so that one place frees it. */
typedef struct trainer {
  const unspin_model_options *options;
  const unspin_model_source *sources;
  size_t source_count;
  const char *path;
  unspin_model_report *report;
  char *dir;
  us_corpus corpus;
  us_word_list words;
  us_layers layers;
  us_scores scores;
  us_buf abbreviation_text;
  US_VEC(us_slice) abbreviations;
  us_abbreviations abbreviation_list;
  uint32_t weight[US_WEIGHT_KINDS];
  uint32_t weight_count;
  double threshold, counted;
  us_buf info;
} trainer;

void unspin_model_options_init(unspin_model_options *options) {
  *options = (unspin_model_options){.size = sizeof *options, .order = 5, .bits = 8, .memory = 4ull << 30, .threads = 2};
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool watch(const trainer *t, const char *stage, double share) {
  unspin_model_progress p = {stage, share, t->corpus.words};
  return !t->options->watch || t->options->watch(t->options->cookie, &p);
}
static unspin_status stage(const trainer *t, const char *name, unspin_error *err) {
  return watch(t, name, -1) ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
}
static bool watch_reading(void *cookie, double share, uint64_t words) {
  (void)words;
  return watch(cookie, "reading", share);
}
static bool watch_counting(void *cookie, double share) { return watch(cookie, "counting", share); }

/* ---- options ---- */

static unspin_status check_options(const unspin_model_options *o, unspin_error *err) {
  if (o->size != sizeof *o) return us_fail(err, UNSPIN_ERR_INVALID, "options not set by unspin_model_options_init");
  if (o->order < 1 || o->order > US_MODEL_MAX_ORDER)
    return us_fail(err, UNSPIN_ERR_INVALID, "order %u: must be 1 to %d", o->order, US_MODEL_MAX_ORDER);
  if (!((o->bits >= 1 && o->bits <= 16) || o->bits == 32))
    return us_fail(err, UNSPIN_ERR_INVALID, "%u bits: must be 1 to 16, or 32", o->bits);
  if (!(o->threshold >= 0)) return us_fail(err, UNSPIN_ERR_INVALID, "pruning threshold below 0");
  for (unsigned k = 2; k < o->order; k++)
    if (o->drop_below[k] < o->drop_below[k - 1])
      return us_fail(err, UNSPIN_ERR_INVALID, "order %u may not be pruned less than order %u", k + 1, k);
  return UNSPIN_OK;
}

/* The number of a source's weight among the different ones. */
static unspin_status weight_kind(trainer *t, const unspin_model_source *source, uint32_t *kind, unspin_error *err) {
  double units = source->weight * US_WEIGHT_UNIT;
  if (!(units >= 1 && units <= 65536) || units > floor(units))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: weight %g: must be a multiple of 1/16, from 1/16 to 4096",
                   source->path, source->weight);
  for (*kind = 0; *kind < t->weight_count; ++*kind)
    if (t->weight[*kind] == (uint32_t)units) return UNSPIN_OK;
  if (t->weight_count == US_WEIGHT_KINDS)
    return us_fail(err, UNSPIN_ERR_INVALID, "more than %u different weights", US_WEIGHT_KINDS);
  t->weight[t->weight_count++] = (uint32_t)units;
  return UNSPIN_OK;
}

static int by_bytes(const void *a, const void *b) { return us_slice_cmp(*(const us_slice *)a, *(const us_slice *)b); }

static unspin_status load_abbreviations(trainer *t, unspin_error *err) {
  if (!t->options->abbreviations) return UNSPIN_OK;
  US_TRY(us_file_read(t->options->abbreviations, &t->abbreviation_text, err));
  us_slice rest = us_buf_slice(&t->abbreviation_text), line;
  while (us_slice_cut(&rest, '\n', &line)) {
    line = us_slice_trim(line);
    if (line.n && line.p[0] != '#' && !us_vec_push(&t->abbreviations, line)) return us_nomem(err);
  }
  if (t->abbreviations.n) qsort(t->abbreviations.p, t->abbreviations.n, sizeof *t->abbreviations.p, by_bytes);
  t->abbreviation_list = (us_abbreviations){t->abbreviations.p, t->abbreviations.n};
  return UNSPIN_OK;
}

static char *scratch_dir(const trainer *t) {
  if (t->options->scratch_dir) return strdup(t->options->scratch_dir);
  const char *slash = strrchr(t->path, '/');
  if (!slash) return strdup(".");
  return strndup(t->path, slash == t->path ? 1 : (size_t)(slash - t->path));
}

/* ---- steps ---- */

static unspin_status read_sources(trainer *t, unspin_error *err) {
  us_corpus *c = &t->corpus;
  for (size_t i = 0; i < t->source_count; i++) {
    struct stat st;
    if (stat(t->sources[i].path, &st) == 0 && S_ISREG(st.st_mode)) c->total_bytes += (uint64_t)st.st_size;
    else c->total_bytes = 0;
    if (!c->total_bytes) break; /* a pipe: nobody knows how much is to come */
  }
  bool large = !c->total_bytes || c->total_bytes > t->options->memory / SCRATCH_PER_BYTE;
  c->scratch = t->layers.scratch = (us_scratch){t->dir, large};
  c->tokenized = t->options->tokenized;
  c->threads = t->options->threads;
  c->abbreviations = &t->abbreviation_list;
  c->progress = watch_reading;
  c->cookie = t;
  for (size_t i = 0; i < t->source_count; i++) {
    uint32_t kind = 0;
    US_TRY(weight_kind(t, &t->sources[i], &kind, err));
    US_TRY(us_corpus_add(c, t->sources[i].path, kind, err));
  }
  if (!c->n) return us_fail(err, UNSPIN_ERR_INVALID, "no words to train on");
  return UNSPIN_OK;
}

static unspin_status number_words(trainer *t, unspin_error *err) {
  US_TRY(stage(t, "sorting words", err));
  us_corpus *c = &t->corpus;
  US_TRY(us_word_list_make(&c->vocab, t->options->min_count, t->options->vocabulary, &t->words, err));
  uint32_t *ids = c->ids.p;
  for (uint64_t i = 0; i < c->n; i++) ids[i] = ids[i] == US_CORPUS_END ? US_WORD_END : t->words.id_of[ids[i]];
  return UNSPIN_OK;
}

static unspin_status count_ngrams(trainer *t, unspin_error *err) {
  us_corpus *c = &t->corpus;
  us_count_job job = {.ids = c->ids.p,
                      .token_count = c->n,
                      .words = t->words.n,
                      .segments = c->segments.p,
                      .segment_count = c->segments.n,
                      .order = (int)t->options->order,
                      .memory = t->options->memory,
                      .threads = t->options->threads,
                      .scratch_dir = t->dir,
                      .progress = watch_counting,
                      .cookie = t};
  memcpy(job.weight, t->weight, sizeof job.weight);
  t->layers.order = job.order;
  us_layers_builder builder = {.layers = &t->layers};
  US_TRY(us_count(&job, &builder, err));
  us_column_free(&c->ids);
  t->counted = now();
  US_TRY(stage(t, "linking", err));
  return us_layers_finish(&builder, t->words.n, err);
}

static unspin_status estimate(trainer *t, unspin_error *err) {
  const unspin_model_options *o = t->options;
  US_TRY(stage(t, "estimating", err));
  US_TRY(us_estimate_counts(&t->layers, err));
  us_estimate_discounts(&t->layers);
  for (int k = 0; k < t->layers.order; k++) t->report->ngrams[k] = t->layers.layer[k].n;
  if (o->threshold > 0 || o->max_size || o->bits < 32) US_TRY(us_estimate_raw(&t->layers, err));
  bool drop = false;
  for (unsigned k = 1; k < o->order; k++) drop |= o->drop_below[k] > 1;
  if (drop) {
    US_TRY(us_score_counts(&t->layers, o->drop_below, &t->scores, err));
    US_TRY(us_prune(&t->layers, &t->scores, 0.5f, err));
    us_scores_free(&t->scores);
  }
  return us_estimate_probs(&t->layers, err);
}

static us_pack_job pack_job(trainer *t) {
  return (us_pack_job){.layers = &t->layers,
                       .word = t->words.word,
                       .words = t->words.n,
                       .prob_bits = t->options->bits,
                       .bow_bits = t->options->bits,
                       .flags = t->options->tokenized ? US_MODEL_TOKENIZED : 0,
                       .unknown_types = t->words.dropped,
                       .tokens = t->corpus.words,
                       .sentences = t->corpus.sentences,
                       .info = us_buf_slice(&t->info)};
}

static uint64_t layers_size(const trainer *t, us_model_meta *meta) {
  uint64_t sum = 0;
  *meta = (us_model_meta){.order = t->options->order, .words = t->words.n};
  for (unsigned k = 0; k < meta->order; k++) {
    meta->prob_bits[k] = meta->bow_bits[k] = t->options->bits;
    meta->count[k] = t->layers.layer[k].n;
  }
  for (unsigned k = 0; k < meta->order; k++) sum += us_pack_layer_size(meta, k);
  return sum;
}

/* Drops all n-grams below THRESHOLD at once. (In several steps, each with fresh estimates, the result is no better.) */
static unspin_status drop_below(trainer *t, float threshold, unspin_error *err) {
  US_TRY(us_prune(&t->layers, &t->scores, threshold, err));
  t->threshold = (double)threshold;
  return us_estimate_probs(&t->layers, err);
}

/* Finds the threshold with which the file fits, if it does not yet. */
static unspin_status shrink(trainer *t, unspin_error *err) {
  uint64_t fixed;
  us_pack_job job = pack_job(t);
  US_TRY(us_pack_fixed_size(&job, &fixed, err));
  us_model_meta meta;
  uint64_t room = t->options->max_size > fixed ? t->options->max_size - fixed : 0;
  if (layers_size(t, &meta) <= room) return UNSPIN_OK;
  US_TRY(stage(t, "pruning", err));
  float threshold = 0;
  US_TRY(us_score_entropy(&t->layers, &t->scores, err));
  US_TRY(us_score_threshold(&t->layers, &t->scores, &meta, room, &threshold, err));
  return drop_below(t, threshold, err);
}

static unspin_status prune(trainer *t, unspin_error *err) {
  if (t->options->order < 2) return UNSPIN_OK;
  if (t->options->threshold > 0) {
    US_TRY(stage(t, "pruning", err));
    US_TRY(us_score_entropy(&t->layers, &t->scores, err));
    US_TRY(drop_below(t, (float)t->options->threshold, err));
  }
  return t->options->max_size ? shrink(t, err) : UNSPIN_OK;
}

static void note_options(trainer *t) {
  const unspin_model_options *o = t->options;
  us_buf *b = &t->info;
  us_buf_printf(b, "made by: unspin %s\norder: %u\ntokens: %s\n", unspin_version(), o->order,
                o->tokenized ? "ready" : "own");
  us_buf_printf(b, "vocabulary: %" PRIu32 " at most, met %" PRIu32 " times at least\ndrop below:", o->vocabulary,
                o->min_count);
  for (unsigned k = 0; k < o->order; k++) us_buf_printf(b, " %" PRIu32, o->drop_below[k]);
  us_buf_printf(b, "\nsize at most: %" PRIu64 "\nbits: %u\n", o->max_size, o->bits);
  for (size_t i = 0; i < t->source_count; i++) {
    const char *slash = strrchr(t->sources[i].path, '/');
    us_buf_printf(b, "source: %s weight %g\n", slash ? slash + 1 : t->sources[i].path, t->sources[i].weight);
  }
}

/* Scoring cuts texts into sentences as training did, so the model carries the list. */
static void note_abbreviations(trainer *t) {
  if (!t->abbreviations.n) return;
  us_buf_puts(&t->info, US_INFO_ABBREVIATIONS);
  for (size_t i = 0; i < t->abbreviations.n; i++) {
    us_buf_putc(&t->info, ' ');
    us_buf_append(&t->info, t->abbreviations.p[i]);
  }
  us_buf_putc(&t->info, '\n');
}

static void note_results(trainer *t) {
  us_buf *b = &t->info;
  us_buf_printf(b, "words: %" PRIu64 " in %" PRIu64 " sentences, %" PRIu32 " types\n", t->corpus.words,
                t->corpus.sentences, t->corpus.vocab.n);
  us_buf_printf(b, "left out: %" PRIu64 " words in lists, %" PRIu64 " in tables, %" PRIu64 " repeated\n",
                t->corpus.list_words, t->corpus.table_words, t->corpus.repeated_words);
  us_buf_printf(b, "threshold: %.3e\n", t->threshold);
}

static unspin_status run(trainer *t, unspin_error *err) {
  double start = now();
  US_TRY(load_abbreviations(t, err));
  note_options(t);
  US_TRY(read_sources(t, err));
  double read = now();
  US_TRY(number_words(t, err));
  US_TRY(count_ngrams(t, err));
  note_results(t);
  note_abbreviations(t);
  if (t->info.failed) return us_nomem(err);
  US_TRY(estimate(t, err));
  US_TRY(prune(t, err));
  us_scores_free(&t->scores);
  US_TRY(stage(t, "writing", err));
  us_layers_to_log(&t->layers);
  us_pack_job job = pack_job(t);
  US_TRY(us_pack(&job, t->path, err));
  unspin_model_report *r = t->report;
  const us_corpus *c = &t->corpus;
  r->bytes = c->bytes;
  r->words = c->words;
  r->sentences = c->sentences;
  r->types = c->vocab.n;
  r->list_words = c->list_words;
  r->table_words = c->table_words;
  r->repeated_words = c->repeated_words;
  for (int k = 0; k < t->layers.order; k++) r->kept[k] = t->layers.layer[k].n;
  r->read_seconds = read - start;
  r->count_seconds = t->counted - read;
  r->total_seconds = now() - start;
  return UNSPIN_OK;
}

unspin_status unspin_model_train(const unspin_model_options *options, const unspin_model_source *sources, size_t count,
                                 const char *path, unspin_model_report *report, unspin_error *err) {
  US_TRY(check_options(options, err));
  unspin_model_report unused;
  trainer t = {
      .options = options, .sources = sources, .source_count = count, .path = path, .report = report ? report : &unused};
  *t.report = (unspin_model_report){0};
  t.dir = scratch_dir(&t);
  unspin_status status = t.dir ? run(&t, err) : us_nomem(err);
  us_scores_free(&t.scores);
  us_layers_free(&t.layers);
  us_word_list_free(&t.words);
  us_corpus_free(&t.corpus);
  us_buf_free(&t.abbreviation_text);
  us_vec_free(&t.abbreviations);
  us_buf_free(&t.info);
  free(t.dir);
  return status;
}
