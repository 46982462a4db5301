#include "model/count.h"

#include <pthread.h>
#include <stdlib.h>

#include "model/run.h"
#include "model/sort.h"

/* Positions of one task: many where memory allows, so that threads seldom wait for one another. */
enum { TASK_LEAST = 1 << 12, TASK_MOST = 1 << 20, MAX_THREADS = 64 };

typedef struct block {
  const us_count_job *job;
  uint64_t begin;     /* token where the block starts */
  uint32_t n;         /* tokens in it */
  uint32_t *position; /* relative to begin, sorted by word */
  uint64_t *bucket;   /* words + 1: where each word's positions begin */
  unsigned key_bits;  /* of one word in the key */
  uint32_t next_word; /* first word that no task has taken */
  uint64_t task_size; /* positions of a task, if one word does not have more */
} block;

/* A range of buckets, sorted and joined by one thread. */
typedef struct task {
  const block *block;
  uint32_t word, end_word;
  us_u128 *keys;
  us_gram *grams;
  size_t gram_count, keys_cap, grams_cap;
  bool failed;
} task;

/* Packs the words before TOKEN, nearest in the highest bits; the weight's number takes the lowest three. */
static us_u128 key_at(const us_count_job *job, uint64_t token, unsigned bits, uint32_t kind) {
  us_u128 key = 0;
  int left = job->order - 1;
  for (; left > 0; left--) {
    uint32_t word = token ? job->ids[--token] : US_WORD_END;
    if (word == US_WORD_END) { /* the end of the sentence before: ours begins here */
      key = key << bits | (US_WORD_BEGIN + 1);
      left--;
      break;
    }
    key = key << bits | (word + 1);
  }
  return key << ((unsigned)left * bits) << 3 | kind;
}

static uint32_t kind_at(const us_count_job *job, uint64_t token, size_t *segment) {
  while (*segment + 1 < job->segment_count && job->segments[*segment + 1].begin <= token) ++*segment;
  return job->segments[*segment].kind;
}

static bool ensure(void **p, size_t *cap, size_t n, size_t size) {
  if (n <= *cap) return true;
  free(*p);
  *cap = 0;
  *p = malloc(n * size);
  if (!*p) return false;
  *cap = n;
  return true;
}

static void join_sorted(task *t, uint32_t word, size_t n) {
  const us_count_job *job = t->block->job;
  for (size_t i = 0; i < n;) {
    us_gram gram = {.key = t->keys[i] >> 3, .last = word};
    for (; i < n && t->keys[i] >> 3 == gram.key; i++) {
      if (gram.count < UINT32_MAX) gram.count++;
      gram.weight += job->weight[(unsigned)t->keys[i] & 7];
    }
    t->grams[t->gram_count++] = gram;
  }
}

static void *run_task(void *cookie) {
  task *t = cookie;
  const block *b = t->block;
  size_t total = (size_t)(b->bucket[t->end_word] - b->bucket[t->word]), largest = 0;
  for (uint32_t w = t->word; w < t->end_word; w++) {
    size_t n = (size_t)(b->bucket[w + 1] - b->bucket[w]);
    if (n > largest) largest = n;
  }
  t->gram_count = 0;
  if (!ensure((void **)&t->keys, &t->keys_cap, largest, sizeof *t->keys) ||
      !ensure((void **)&t->grams, &t->grams_cap, total, sizeof *t->grams)) {
    t->failed = true;
    return NULL;
  }
  for (uint32_t w = t->word; w < t->end_word; w++) {
    size_t n = 0, segment = 0;
    for (uint64_t i = b->bucket[w]; i < b->bucket[w + 1]; i++) {
      uint64_t token = b->begin + b->position[i];
      t->keys[n++] = key_at(b->job, token, b->key_bits, kind_at(b->job, token, &segment));
    }
    us_sort_keys(t->keys, n);
    join_sorted(t, w, n);
  }
  return NULL;
}

/* Gives TASK the next buckets, about task_size positions; false when none are left. */
static bool take_buckets(block *b, task *t) {
  if (b->next_word >= b->job->words) return false;
  t->block = b;
  t->word = b->next_word;
  do b->next_word++;
  while (b->next_word < b->job->words && b->bucket[b->next_word + 1] - b->bucket[t->word] <= b->task_size);
  t->end_word = b->next_word;
  return true;
}

/* Distributes the block's positions into buckets of their word. */
static void fill_buckets(block *b) {
  const uint32_t *ids = b->job->ids + b->begin;
  memset(b->bucket, 0, ((size_t)b->job->words + 1) * sizeof *b->bucket);
  for (uint32_t i = 0; i < b->n; i++) b->bucket[ids[i]]++;
  uint64_t at = 0;
  for (uint32_t w = 0; w <= b->job->words; w++) {
    uint64_t n = b->bucket[w];
    b->bucket[w] = at;
    at += n;
  }
  for (uint32_t i = 0; i < b->n; i++) b->position[b->bucket[ids[i]]++] = i;
  for (uint32_t w = b->job->words; w > 0; w--) b->bucket[w] = b->bucket[w - 1];
  b->bucket[0] = 0;
  b->next_word = 0;
}

static bool progress(const us_count_job *job, double share) {
  return !job->progress || job->progress(job->cookie, share);
}

/* The tasks that run at once. */
typedef struct team {
  task task[MAX_THREADS];
  pthread_t thread[MAX_THREADS];
  bool started[MAX_THREADS];
  unsigned n;
} team;

static void team_start(team *m, block *b) {
  for (m->n = 0; m->n < b->job->threads && take_buckets(b, &m->task[m->n]); m->n++)
    m->started[m->n] = pthread_create(&m->thread[m->n], NULL, run_task, &m->task[m->n]) == 0;
}

static bool team_finish(team *m) {
  bool ok = true;
  for (unsigned i = 0; i < m->n; i++) {
    if (m->started[i]) pthread_join(m->thread[i], NULL);
    else run_task(&m->task[i]);
    m->started[i] = false;
    ok &= !m->task[i].failed;
  }
  return ok;
}

/* While one team sorts, what the other has sorted goes to the sink. */
static unspin_status count_block(block *b, team *now, team *next, us_gram_sink *sink, void *cookie, unspin_error *err) {
  unspin_status status = UNSPIN_OK;
  fill_buckets(b);
  team_start(now, b);
  while (!status && now->n) {
    uint32_t reached = b->next_word;
    if (!team_finish(now)) status = us_nomem(err);
    if (status) break;
    team_start(next, b);
    for (unsigned i = 0; i < now->n && !status; i++)
      if (now->task[i].gram_count) status = sink(cookie, now->task[i].grams, now->task[i].gram_count, err);
    double share = ((double)b->begin + (double)b->bucket[reached]) / (double)b->job->token_count;
    if (!status && !progress(b->job, share)) status = us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
    now->n = 0;
    team *swap = now;
    now = next;
    next = swap;
  }
  (void)team_finish(now);
  (void)team_finish(next);
  now->n = next->n = 0;
  return status;
}

typedef struct unpack {
  const us_count_job *job;
  us_layers_builder *builder;
  unsigned key_bits;
} unpack;

static unspin_status add_grams(void *cookie, const us_gram *grams, size_t n, unspin_error *err) {
  unpack *u = cookie;
  us_u128 mask = ((us_u128)1 << u->key_bits) - 1;
  for (size_t i = 0; i < n; i++) {
    uint32_t reversed[US_MODEL_MAX_ORDER] = {grams[i].last};
    int length = 1;
    for (; length < u->job->order; length++) {
      uint32_t word = (uint32_t)(grams[i].key >> (unsigned)(u->job->order - 1 - length) * u->key_bits & mask);
      if (!word) break;
      reversed[length] = word - 1;
    }
    US_TRY(us_layers_add(u->builder, reversed, length, grams[i].count, (double)grams[i].weight / US_WEIGHT_UNIT, err));
  }
  return UNSPIN_OK;
}

static unspin_status write_run(void *cookie, const us_gram *grams, size_t n, unspin_error *err) {
  return us_runs_write(cookie, grams, n, err);
}

/* Where a block that starts at BEGIN ends: after at most MOST tokens. A sentence may be cut, since keys look back into
 * the whole stream. */
static uint64_t block_end(const us_count_job *job, uint64_t begin, uint64_t most) {
  return job->token_count - begin < most ? job->token_count : begin + most;
}

unspin_status us_count(const us_count_job *job, us_layers_builder *builder, unspin_error *err) {
  us_count_job limited = *job;
  if (limited.threads < 1) limited.threads = 1;
  if (limited.threads > MAX_THREADS) limited.threads = MAX_THREADS;
  unsigned bits = 1;
  while ((uint64_t)job->words + 1 >= 1ull << bits) bits++;
  /* 4 bytes a position, and room for the keys and n-grams of the tasks that run at once */
  uint64_t most = job->memory / 8;
  if (most > UINT32_MAX) most = UINT32_MAX;
  if (most < 65536) most = 65536;
  if (most > job->token_count) most = job->token_count;
  /* a quarter of the memory for the tasks of both teams */
  uint64_t task_size = job->memory / 4 / ((uint64_t)2 * limited.threads * (sizeof(us_u128) + sizeof(us_gram)));
  if (task_size < TASK_LEAST) task_size = TASK_LEAST;
  if (task_size > TASK_MOST) task_size = TASK_MOST;
  block b = {.job = &limited, .key_bits = bits, .task_size = task_size};
  us_runs runs = {.dir = job->scratch_dir};
  unpack u = {&limited, builder, bits};
  team *teams = calloc(2, sizeof *teams);
  b.position = malloc((size_t)(most + 1) * sizeof *b.position);
  b.bucket = malloc(((size_t)job->words + 1) * sizeof *b.bucket);
  unspin_status status = UNSPIN_OK;
  if (!teams || !b.position || !b.bucket) {
    status = us_nomem(err);
    goto out;
  }
  bool single = most == job->token_count;
  for (uint64_t begin = 0; begin < job->token_count; begin += b.n) {
    b.begin = begin;
    b.n = (uint32_t)(block_end(job, begin, most) - begin);
    if (!single) US_TRY_GOTO(us_runs_begin(&runs, err), out);
    status = single ? count_block(&b, &teams[0], &teams[1], add_grams, &u, err)
                    : count_block(&b, &teams[0], &teams[1], write_run, &runs, err);
    if (status) goto out;
  }
  if (!single) status = us_runs_merge(&runs, job->memory, add_grams, &u, err);
out:
  for (unsigned i = 0; teams && i < 2 * MAX_THREADS; i++) {
    free(teams[i / MAX_THREADS].task[i % MAX_THREADS].keys);
    free(teams[i / MAX_THREADS].task[i % MAX_THREADS].grams);
  }
  free(teams);
  free(b.position);
  free(b.bucket);
  us_runs_free(&runs);
  return status;
}
