/* Continuous bag of words with negative sampling (Mikolov and others 2013). Two shards of the text are worked on side
 * by side for a short stretch, each on its own copy, and what both have learned is then added up: the result does not
 * depend on how threads happen to run. */
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "model/corpus.h"
#include "model/pack.h"
#include "model/vectors.h"

enum {
  SHARDS = 2,
  STRETCH = 100000, /* words of each shard between two meetings */
  WINDOW = 6,
  NEGATIVES = 5,
  NOISE = 1 << 20, /* places in the table that noise words are drawn from */
  CURVE = 1024     /* places in the table of the logistic curve, from -6 to 6 */
};

static const double SUBSAMPLE = 1e-4; /* words more frequent than this are left out in part */

typedef struct trainer {
  const unspin_vectors_options *options;
  us_corpus corpus;
  us_word_list words;
  uint32_t dims;
  uint64_t n;                  /* words of the text that have a vector */
  float *base, *shard[SHARDS]; /* in and out vectors, words * dims each */
  uint32_t *noise;
  float *keep; /* by word: chance that an occurrence is used */
  float curve[CURVE];
} trainer;

typedef struct shard {
  trainer *t;
  float *in, *out;
  uint64_t begin, end;
  float rate;
  uint64_t seed;
} shard;

static uint32_t draw(uint64_t *seed) {
  *seed = *seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*seed >> 33);
}
static float draw_share(uint64_t *seed) { return (float)draw(seed) * (1.0f / 2147483648.0f); }

/* Many sums at once: the order of additions is fixed, and the compiler may still use vector registers. */
static float dot(const float *a, const float *b, uint32_t n) {
  float sum[US_VECTORS_LANES] = {0};
  for (uint32_t i = 0; i < n; i += US_VECTORS_LANES)
    for (uint32_t j = 0; j < US_VECTORS_LANES; j++) sum[j] += a[i + j] * b[i + j];
  for (uint32_t step = US_VECTORS_LANES / 2; step; step /= 2)
    for (uint32_t j = 0; j < step; j++) sum[j] += sum[j + step];
  return sum[0];
}
static void add(float *a, const float *b, float factor, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) a[i] += factor * b[i];
}

static float logistic(const trainer *t, float x) {
  if (x <= -6) return 0;
  if (x >= 6) return 1;
  return t->curve[(int)((x + 6) * (CURVE / 12.0f))];
}

/* One word to be foretold from CONTEXT. */
static void learn(shard *s, uint32_t word, const uint32_t *context, unsigned n) {
  uint32_t dims = s->t->dims;
  float mean[US_VECTORS_MAX_DIMENSIONS] = {0}, change[US_VECTORS_MAX_DIMENSIONS] = {0};
  for (unsigned i = 0; i < n; i++) add(mean, s->in + (size_t)context[i] * dims, 1.0f / (float)n, dims);
  for (int i = 0; i <= NEGATIVES; i++) {
    uint32_t target = i ? s->t->noise[draw(&s->seed) % NOISE] : word;
    if (i && target == word) continue;
    float *out = s->out + (size_t)target * dims;
    float step = ((i ? 0.0f : 1.0f) - logistic(s->t, dot(mean, out, dims))) * s->rate;
    add(change, out, step, dims);
    add(out, mean, step, dims);
  }
  for (unsigned i = 0; i < n; i++) add(s->in + (size_t)context[i] * dims, change, 1, dims);
}

static void *run_shard(void *cookie) {
  shard *s = cookie;
  const uint32_t *ids = s->t->corpus.ids.p;
  enum { KEPT = 256 };
  uint32_t kept[KEPT]; /* the words that were not left out, in order: the window goes over these */
  unsigned n = 0;
  for (uint64_t at = s->begin; at <= s->end; at++) {
    bool last = at == s->end;
    if (!last && ids[at] >= US_WORD_FIRST && draw_share(&s->seed) < s->t->keep[ids[at]]) kept[n++] = ids[at];
    if (n < KEPT && !last) continue;
    for (unsigned i = 0; i < n; i++) {
      unsigned reach = 1 + draw(&s->seed) % WINDOW, count = 0;
      uint32_t context[2 * WINDOW];
      for (unsigned j = i < reach ? 0 : i - reach; j <= i + reach && j < n; j++)
        if (j != i) context[count++] = kept[j];
      if (count) learn(s, kept[i], context, count);
    }
    n = 0;
  }
  return NULL;
}

static size_t table_size(const trainer *t) { return 2 * (size_t)t->words.n * t->dims; }

/* What both shards learned, added up. */
static void meet(trainer *t) {
  size_t n = table_size(t);
  for (size_t i = 0; i < n; i++)
    t->base[i] = t->shard[0][i] = t->shard[1][i] = t->shard[0][i] + t->shard[1][i] - t->base[i];
}

static bool watch(const trainer *t, const char *stage, double share) {
  unspin_model_progress p = {stage, share, t->corpus.words};
  return !t->options->watch || t->options->watch(t->options->cookie, &p);
}
static bool watch_reading(void *cookie, double share, uint64_t words) {
  (void)words;
  return watch(cookie, "reading", share);
}

static unspin_status learn_all(trainer *t, unspin_error *err) {
  uint64_t half = t->corpus.n / SHARDS, meetings = (half + STRETCH - 1) / STRETCH, done = 0;
  size_t out = (size_t)t->words.n * t->dims;
  for (unsigned epoch = 0; epoch < t->options->epochs; epoch++)
    for (uint64_t m = 0; m < meetings; m++, done++) {
      double share = (double)done / (double)(meetings * t->options->epochs);
      shard s[SHARDS];
      pthread_t thread;
      for (unsigned i = 0; i < SHARDS; i++) {
        uint64_t begin = i * half + m * STRETCH, end = begin + STRETCH;
        if (end > (i + 1) * half) end = (i + 1) * half;
        s[i] = (shard){
            t, t->shard[i], t->shard[i] + out, begin, end, (float)(0.05 * (1 - share) + 0.0005), done * SHARDS + i + 1};
      }
      bool started = pthread_create(&thread, NULL, run_shard, &s[1]) == 0;
      run_shard(&s[0]);
      if (started) pthread_join(thread, NULL);
      else run_shard(&s[1]);
      meet(t);
      if (!watch(t, "learning", share)) return us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
    }
  return UNSPIN_OK;
}

static unspin_status prepare(trainer *t, unspin_error *err) {
  us_corpus *c = &t->corpus;
  US_TRY(us_word_list_make(&c->vocab, 1, t->options->words, &t->words, err));
  uint32_t *ids = c->ids.p, words = t->words.n;
  uint64_t *count = calloc(words, sizeof *count);
  t->noise = malloc(NOISE * sizeof *t->noise);
  t->keep = malloc(words * sizeof *t->keep);
  size_t n = table_size(t);
  t->base = malloc(n * sizeof *t->base);
  for (unsigned i = 0; i < SHARDS; i++) t->shard[i] = malloc(n * sizeof *t->base);
  if (!count || !t->noise || !t->keep || !t->base || !t->shard[0] || !t->shard[1]) {
    free(count);
    return us_nomem(err);
  }
  for (uint64_t i = 0; i < c->n; i++) {
    ids[i] = ids[i] == US_CORPUS_END ? US_WORD_END : t->words.id_of[ids[i]];
    count[ids[i]]++;
  }
  double total = 0, power = 0, passed = 0;
  for (uint32_t w = US_WORD_FIRST; w < words; w++) {
    total += (double)count[w];
    power += pow((double)count[w], 0.75);
  }
  uint32_t at = 0;
  for (uint32_t w = US_WORD_FIRST; w < words; w++) {
    double frequency = (double)count[w] / total / SUBSAMPLE;
    t->keep[w] = frequency > 1 ? (float)((sqrt(frequency) + 1) / frequency) : 1.0f;
    passed += pow((double)count[w], 0.75) / power;
    while (at < NOISE && (double)at < passed * NOISE) t->noise[at++] = w;
  }
  while (at < NOISE) t->noise[at++] = words > US_WORD_FIRST ? words - 1 : 0;
  free(count);
  for (int i = 0; i < CURVE; i++) t->curve[i] = (float)(1 / (1 + exp(-((i + 0.5) * 12.0 / CURVE - 6))));
  uint64_t seed = 1;
  for (size_t i = 0; i < n; i++) t->base[i] = i < n / 2 ? (draw_share(&seed) - 0.5f) / (float)t->dims : 0;
  for (unsigned i = 0; i < SHARDS; i++) memcpy(t->shard[i], t->base, n * sizeof *t->base);
  return UNSPIN_OK;
}

/* Eight bits a number, and a scale for each word. */
static bool quantise(const trainer *t, const float *from, us_buf *scales, us_buf *bytes) {
  for (uint32_t w = 0; w < t->words.n; w++) {
    const float *x = from + (size_t)w * t->dims;
    float most = 0;
    for (uint32_t i = 0; i < t->dims; i++) most = fmaxf(most, fabsf(x[i]));
    float scale = most / 127;
    us_buf_append(scales, (us_slice){(const char *)&scale, sizeof scale});
    for (uint32_t i = 0; i < t->dims; i++) us_buf_putc(bytes, (char)(int8_t)(scale > 0 ? lrintf(x[i] / scale) : 0));
  }
  return !scales->failed && !bytes->failed;
}

static unspin_status save(trainer *t, const char *path, unspin_error *err) {
  us_buf groups = {0}, text = {0}, slots = {0}, info = {0}, image = {0}, scale[2] = {{0}}, bytes[2] = {{0}};
  uint32_t meta[2] = {t->words.n, t->dims};
  us_words_pack(t->words.word, t->words.n, &groups, &text, &slots);
  us_buf_printf(&info, "made by: unspin %s\nwords: %" PRIu64 "\nepochs: %u\n", unspin_version(), t->corpus.words,
                t->options->epochs);
  bool ok = quantise(t, t->base, &scale[0], &bytes[0]) &&
            quantise(t, t->base + (size_t)t->words.n * t->dims, &scale[1], &bytes[1]);
  us_slice sections[US_VEC_SECTIONS] = {{(const char *)meta, sizeof meta},
                                        us_buf_slice(&groups),
                                        us_buf_slice(&text),
                                        us_buf_slice(&slots),
                                        us_buf_slice(&scale[0]),
                                        us_buf_slice(&bytes[0]),
                                        us_buf_slice(&scale[1]),
                                        us_buf_slice(&bytes[1]),
                                        us_buf_slice(&info)};
  if (ok) us_image_write(&image, US_VECTORS_KIND, US_VECTORS_VERSION, sections, US_VEC_SECTIONS);
  ok = ok && !groups.failed && !text.failed && !slots.failed && !info.failed && !image.failed;
  unspin_status status = ok ? us_file_write_atomic(path, us_buf_slice(&image), err) : us_nomem(err);
  us_buf *all[] = {&groups, &text, &slots, &info, &image, &scale[0], &scale[1], &bytes[0], &bytes[1]};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) us_buf_free(all[i]);
  return status;
}

void unspin_vectors_options_init(unspin_vectors_options *options) {
  *options = (unspin_vectors_options){.size = sizeof *options, .words = 50000, .dimensions = 96, .epochs = 2};
}

static unspin_status run(trainer *t, const unspin_model_source *sources, size_t count, const char *path,
                         unspin_error *err) {
  us_corpus *c = &t->corpus;
  c->scratch = (us_scratch){"/", false};
  c->tokenized = t->options->tokenized;
  c->threads = SHARDS;
  c->progress = watch_reading;
  c->cookie = t;
  for (size_t i = 0; i < count; i++) US_TRY(us_corpus_add(c, sources[i].path, 0, err));
  if (!c->n) return us_fail(err, UNSPIN_ERR_INVALID, "no words to train on");
  US_TRY(prepare(t, err));
  US_TRY(learn_all(t, err));
  return save(t, path, err);
}

unspin_status unspin_vectors_train(const unspin_vectors_options *options, const unspin_model_source *sources,
                                   size_t count, const char *path, unspin_error *err) {
  if (options->size != sizeof *options)
    return us_fail(err, UNSPIN_ERR_INVALID, "options not set by unspin_vectors_options_init");
  if (options->dimensions < US_VECTORS_LANES || options->dimensions > US_VECTORS_MAX_DIMENSIONS ||
      options->dimensions % US_VECTORS_LANES)
    return us_fail(err, UNSPIN_ERR_INVALID, "%u dimensions: must be a multiple of %u up to %u", options->dimensions,
                   US_VECTORS_LANES, US_VECTORS_MAX_DIMENSIONS);
  if (!options->words || !options->epochs) return us_fail(err, UNSPIN_ERR_INVALID, "no words or no epochs");
  trainer t = {.options = options, .dims = options->dimensions};
  unspin_status status = run(&t, sources, count, path, err);
  us_word_list_free(&t.words);
  us_corpus_free(&t.corpus);
  free(t.base);
  for (unsigned i = 0; i < SHARDS; i++) free(t.shard[i]);
  free(t.noise);
  free(t.keep);
  return status;
}
