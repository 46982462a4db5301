/* model_bench MODEL [HUNSPELL_DIR [TEXT]]: queries a second on one core, beside what the machine can do anyway.
 *
 * Contexts are n-grams of the model's longest orders, drawn at random, so that one query's memory has nothing to do
 * with the next one's. For half of them the word that follows is the n-gram's own, for the others any word. States are
 * made beforehand: in a decoder they come from the queries before. That is as hard as it gets; with TEXT, its own
 * contexts and words are measured too, in random order. */
#include <hunspell/hunspell.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/model.h"

enum { QUERIES = 1 << 17, ROUNDS = 15, COPY = 256 << 20, SPELLED = 20000, OPENS = 21 };

typedef struct query {
  unspin_model_state state;
  uint32_t word;
} query;

/* Time of this thread on its core, so that other work on the machine counts as little as possible. */
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double clock_on_the_wall(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t seed = 42;
static uint64_t random_below(uint64_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (seed >> 20) % n;
}

static int by_value(const void *a, const void *b) {
  return *(const double *)a < *(const double *)b ? -1 : *(const double *)a > *(const double *)b;
}
static double median(double *values, size_t n) {
  qsort(values, n, sizeof *values, by_value);
  return values[n / 2];
}

/* The n-gram of layer K - 1 whose child INDEX of layer K is. */
static uint64_t parent_of(const unspin_model *m, unsigned k, uint64_t index) {
  uint64_t lo = 0, hi = m->meta.count[k - 1];
  while (hi - lo > 1) {
    uint64_t mid = lo + (hi - lo) / 2, begin, end;
    us_model_children(m, k - 1, mid, &begin, &end);
    if (begin <= index) lo = mid;
    else hi = mid;
  }
  return lo;
}

/* Words of an n-gram of layer K, first word first. */
static void words_of(const unspin_model *m, unsigned k, uint64_t index, uint32_t *words) {
  for (unsigned i = 0; i <= k; i++) {
    words[i] = us_model_entry(m, k - i, index).word;
    if (i < k) index = parent_of(m, k - i, index);
  }
}

static query *make_queries(const unspin_model *m) {
  query *q = malloc(QUERIES * sizeof *q);
  if (!q) return NULL;
  unsigned top = m->meta.order - 1;
  for (size_t i = 0; i < QUERIES; i++) {
    uint32_t words[US_MODEL_MAX_ORDER];
    unsigned k = top ? 1 + (unsigned)random_below(top) : 0;
    while (k && !m->meta.count[k]) k--;
    words_of(m, k, random_below(m->meta.count[k]), words);
    unspin_model_state s[2];
    unspin_model_state_empty(&s[0]);
    if (words[0] == US_WORD_BEGIN) unspin_model_state_begin(m, &s[0]);
    unsigned at = 0;
    for (unsigned w = words[0] == US_WORD_BEGIN; w < k; w++, at ^= 1)
      unspin_model_score(m, &s[at], words[w], &s[at ^ 1], NULL);
    q[i].state = s[at];
    q[i].word = i & 1 ? words[k] : 2 + (uint32_t)random_below(m->meta.words - 2);
  }
  return q;
}

/* N queries (a multiple of 64), one at a time and then 64 at a time. Frees Q. */
static void bench_queries(const unspin_model *m, const char *name, query *q, size_t n) {
  unspin_model_query *many = malloc(n * sizeof *many);
  unspin_model_state *out = malloc(n * sizeof *out);
  if (q && many && out) {
    double seconds[ROUNDS], sum = 0, check = 0;
    uint64_t lengths = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double start = now();
      for (size_t i = 0; i < n; i++) {
        unsigned matched;
        sum += (double)unspin_model_score(m, &q[i].state, q[i].word, &out[i & 63], &matched);
        lengths += matched;
      }
      seconds[round] = now() - start;
    }
    double single = (double)n / median(seconds, ROUNDS) / 1e6;
    for (size_t i = 0; i < n; i++) many[i] = (unspin_model_query){.in = &q[i].state, .out = &out[i], .word = q[i].word};
    for (int round = 0; round < ROUNDS; round++) {
      double start = now();
      for (size_t i = 0; i + 64 <= n; i += 64) unspin_model_score_many(m, many + i, 64);
      seconds[round] = now() - start;
    }
    for (size_t i = 0; i < n; i++) check += (double)many[i].log10;
    double difference = (check - sum / ROUNDS) / (double)n;
    printf("%-22s  %8.2f million a second one by one, %.2f in sixty-fours (%.2f words found on average)%s\n", name,
           single, (double)n / median(seconds, ROUNDS) / 1e6, (double)lengths / ROUNDS / (double)n,
           difference < 1e-4 && difference > -1e-4 ? "" : " WRONG SCORES");
  }
  free(q);
  free(many);
  free(out);
}

/* The words of a text with the states before them. */
typedef struct walk_cookie {
  const unspin_model *model;
  query *q;
  size_t n;
  unspin_model_state state;
} walk_cookie;

static bool take_token(void *cookie, const unspin_model_token *t) {
  walk_cookie *w = cookie;
  unspin_model_state after;
  w->q[w->n++] = (query){w->state, t->id};
  unspin_model_score(w->model, &w->state, t->id, &after, NULL);
  w->state = after;
  if (t->sentence_end) unspin_model_state_begin(w->model, &w->state);
  return w->n < QUERIES;
}

static void bench_text(const unspin_model *m, const char *path) {
  us_buf text = {0};
  unspin_error err;
  walk_cookie w = {.model = m, .q = malloc(QUERIES * sizeof *w.q)};
  unspin_model_state_begin(m, &w.state);
  if (!w.q || us_file_read(path, &text, &err) || unspin_model_score_text(m, text.p, text.n, take_token, &w, &err)) {
    fprintf(stderr, "%s: cannot be used\n", path);
    free(w.q);
  } else {
    for (size_t i = w.n; i > 1; i--) {
      size_t j = random_below(i);
      query t = w.q[i - 1];
      w.q[i - 1] = w.q[j];
      w.q[j] = t;
    }
    bench_queries(m, "contexts of the text", w.q, w.n / 64 * 64);
  }
  us_buf_free(&text);
}

static void bench_words(const unspin_model *m) {
  us_buf text = {0};
  static size_t begin[SPELLED + 1];
  for (int i = 0; i < SPELLED; i++) {
    begin[i] = text.n;
    us_words_get(&m->words, US_WORD_FIRST + (uint32_t)random_below(m->meta.words - US_WORD_FIRST), &text);
    us_buf_putc(&text, 0);
  }
  begin[SPELLED] = text.n;
  double seconds[ROUNDS];
  uint64_t sum = 0;
  for (int round = 0; round < ROUNDS && !text.failed; round++) {
    double start = now();
    for (int i = 0; i < SPELLED; i++)
      sum += us_words_find(&m->words, us_slice_sub(us_buf_slice(&text), begin[i], begin[i + 1] - 1));
    seconds[round] = now() - start;
  }
  if (!text.failed)
    printf("word look-ups           %8.2f million a second (sum %llu)\n", SPELLED / median(seconds, ROUNDS) / 1e6,
           (unsigned long long)sum);
  us_buf_free(&text);
}

static void bench_copy(void) {
  char *a = malloc(COPY), *b = malloc(COPY);
  if (a && b) {
    double seconds[ROUNDS];
    memset(a, 1, COPY);
    memset(b, 2, COPY);
    for (int round = 0; round < ROUNDS; round++) {
      double start = now();
      memcpy(round & 1 ? a : b, round & 1 ? b : a, COPY);
      seconds[round] = now() - start;
    }
    printf("memory copy             %8.2f GB a second (%d)\n", COPY / median(seconds, ROUNDS) / 1e9,
           a[random_below(COPY)]);
  }
  free(a);
  free(b);
}

static void bench_hunspell(const unspin_model *m, const char *dir) {
  char aff[4096], dic[4096];
  snprintf(aff, sizeof aff, "%s/en_US.aff", dir);
  snprintf(dic, sizeof dic, "%s/en_US.dic", dir);
  FILE *there = fopen(dic, "r");
  if (!there) {
    printf("hunspell: no %s\n", dic);
    return;
  }
  fclose(there);
  Hunhandle *h = Hunspell_create(aff, dic);
  us_buf word = {0};
  double start = now();
  unsigned good = 0;
  for (int i = 0; i < SPELLED; i++) {
    us_buf_clear(&word);
    us_words_get(&m->words, US_WORD_FIRST + (uint32_t)random_below(m->meta.words - US_WORD_FIRST), &word);
    us_buf_putc(&word, 0);
    if (!word.failed) good += Hunspell_spell(h, word.p) != 0;
  }
  printf("hunspell spell checks   %8.2f million a second (%u of %d good)\n", SPELLED / (now() - start) / 1e6, good,
         SPELLED);
  Hunspell_destroy(h);
  us_buf_free(&word);
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: model_bench MODEL [HUNSPELL_DIR]\n");
    return 2;
  }
  double seconds[OPENS];
  unspin_model *m = NULL;
  unspin_error err;
  for (int i = 0; i < OPENS; i++) {
    unspin_model_close(m);
    double start = clock_on_the_wall();
    if (unspin_model_open(argv[1], &m, &err)) {
      fprintf(stderr, "%s\n", err.message);
      return 2;
    }
    seconds[i] = clock_on_the_wall() - start;
  }
  printf("opening                 %8.2f ms (median of %d, file in the page cache)\n", median(seconds, OPENS) * 1e3,
         OPENS);
  bench_queries(m, "random-context queries", make_queries(m), QUERIES);
  if (argc > 3) bench_text(m, argv[3]);
  bench_words(m);
  bench_copy();
  bench_hunspell(m, argc > 2 ? argv[2] : "/usr/share/hunspell");
  unspin_model_close(m);
  return 0;
}
