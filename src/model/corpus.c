#define _GNU_SOURCE
#include "model/corpus.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/chunk.h"

enum {
  PIECE = 1 << 20, /* bytes that one thread works on at a time */
  MAX_THREADS = 64,
  SEEN_SLOTS = 1 << 22, /* paragraphs remembered; a newer one takes an older one's place */
  REPEAT_WORDS = 6,     /* shorter lines repeat for good reasons */
  LIST_LINES = 4        /* so many lines without a sentence end, one after another, are a list */
};

/* Text that was read but not yet worked on. */
typedef struct reader {
  int fd;
  const char *path;
  us_buf buffer;
  bool end;
} reader;

static unspin_status fill(reader *r, size_t want, unspin_error *err) {
  while (!r->end && r->buffer.n < want) {
    if (!us_buf_reserve(&r->buffer, PIECE)) return us_nomem(err);
    ssize_t got = read(r->fd, r->buffer.p + r->buffer.n, PIECE);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", r->path, strerror(errno));
    if (got == 0) r->end = true;
    r->buffer.n += (size_t)got;
  }
  return UNSPIN_OK;
}

/* Where the piece that starts at BEGIN ends: after a blank line if there is one in its second half, else after a line,
 * else after a word. */
static size_t piece_end(const reader *r, size_t begin) {
  size_t limit = begin + PIECE;
  if (limit >= r->buffer.n) return r->buffer.n;
  const char *p = r->buffer.p;
  for (size_t i = limit; i > begin + PIECE / 2; i--)
    if (p[i - 1] == '\n' && p[i - 2] == '\n') return i;
  for (size_t i = limit; i > begin + 1; i--)
    if (p[i - 1] == '\n') return i;
  for (size_t i = limit; i > begin + 1; i--)
    if (p[i - 1] == ' ') return i;
  return limit;
}

static unspin_status put_id(us_corpus *c, uint32_t id, unspin_error *err) {
  if ((c->n + 1) * 4 > c->ids.cap) US_TRY(us_column_reserve(&c->ids, &c->scratch, (size_t)(c->n + 1) * 4, err));
  US_U32(c->ids)[c->n++] = id;
  return UNSPIN_OK;
}

static unspin_status take_words(us_corpus *c, us_slice words, unspin_error *err) {
  for (size_t i = 0; i < words.n;) {
    if (words.p[i] == '\n') {
      US_TRY(put_id(c, US_CORPUS_END, err));
      c->sentences++;
      i++;
      continue;
    }
    const char *blank = memchr(words.p + i, ' ', words.n - i);
    size_t end = blank ? (size_t)(blank - words.p) : words.n;
    uint32_t id;
    US_TRY(us_vocab_add(&c->vocab, us_slice_sub(words, i, end), &id, err));
    US_TRY(put_id(c, id, err));
    c->words++;
    i = end + 1;
  }
  return UNSPIN_OK;
}

static bool is_repeated(us_corpus *c, const us_chunk_line *line) {
  if (line->count < REPEAT_WORDS) return false;
  uint64_t *slot = &c->seen[line->hash & (SEEN_SLOTS - 1)];
  if (*slot == line->hash) return true;
  *slot = line->hash;
  return false;
}

/* A few lines without a sentence end are headlines and stay; many are a list. */
static unspin_status release(us_corpus *c, const us_chunk *chunk, size_t begin, size_t end, unspin_error *err) {
  bool list = end - begin >= LIST_LINES;
  for (size_t i = begin; i < end; i++) {
    const us_chunk_line *line = &chunk->lines.p[i];
    if (list) c->list_words += line->count;
    else US_TRY(take_words(c, us_slice_sub(us_buf_slice(&chunk->words), line->begin, line->end), err));
  }
  return UNSPIN_OK;
}

static unspin_status take_chunk(us_corpus *c, const us_chunk *chunk, unspin_error *err) {
  size_t bare = 0; /* first of the lines that wait for what follows them */
  for (size_t i = 0; i < chunk->lines.n; i++) {
    const us_chunk_line *line = &chunk->lines.p[i];
    if (c->tokenized) {
      US_TRY(take_words(c, us_buf_slice(&chunk->words), err));
      bare = i + 1;
      continue;
    }
    bool repeated = is_repeated(c, line);
    if (line->kind == US_LINE_BARE && !repeated && !line->after_blank) continue;
    US_TRY(release(c, chunk, bare, i, err));
    bare = i;
    if (line->kind == US_LINE_BARE && !repeated) continue; /* the first line after a blank one: a new run */
    bare = i + 1;
    if (repeated) c->repeated_words += line->count;
    else if (line->kind == US_LINE_TABLE) c->table_words += line->count;
    else US_TRY(take_words(c, us_slice_sub(us_buf_slice(&chunk->words), line->begin, line->end), err));
  }
  return release(c, chunk, bare, chunk->lines.n, err);
}

static void *run_chunk(void *chunk) {
  us_chunk_run(chunk);
  return NULL;
}

typedef struct batch {
  us_chunk chunk[MAX_THREADS];
  pthread_t thread[MAX_THREADS];
  bool started[MAX_THREADS];
  unsigned n;
  us_buf text; /* what the chunks borrow */
} batch;

/* Reads the next pieces into B and starts work on them; b->n is 0 at the end of the text. */
static unspin_status start_batch(us_corpus *c, reader *r, batch *b, unspin_error *err) {
  US_TRY(fill(r, (size_t)c->threads * PIECE * 2, err));
  size_t end[MAX_THREADS], at = 0;
  b->n = 0;
  while (b->n < c->threads && at < r->buffer.n) end[b->n++] = at = piece_end(r, at);
  us_buf_clear(&b->text);
  us_buf_append(&b->text, us_slice_sub(us_buf_slice(&r->buffer), 0, at));
  if (b->text.failed) {
    b->n = 0;
    return us_nomem(err);
  }
  if (at) memmove(r->buffer.p, r->buffer.p + at, r->buffer.n - at);
  r->buffer.n -= at;
  c->bytes += at;
  at = 0;
  for (unsigned i = 0; i < b->n; i++) {
    us_chunk *chunk = &b->chunk[i];
    chunk->text = us_slice_sub(us_buf_slice(&b->text), at, end[i]);
    chunk->tokenized = c->tokenized;
    chunk->abbreviations = c->abbreviations;
    at = end[i];
    b->started[i] = pthread_create(&b->thread[i], NULL, run_chunk, chunk) == 0;
  }
  return UNSPIN_OK;
}

static unspin_status finish_batch(batch *b, unspin_error *err) {
  bool failed = false;
  for (unsigned i = 0; i < b->n; i++) {
    if (b->started[i]) pthread_join(b->thread[i], NULL);
    else us_chunk_run(&b->chunk[i]);
    b->started[i] = false;
    failed |= b->chunk[i].failed;
  }
  return failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status take_batch(us_corpus *c, const batch *b, unspin_error *err) {
  for (unsigned i = 0; i < b->n; i++) US_TRY(take_chunk(c, &b->chunk[i], err));
  double share = c->total_bytes ? (double)c->bytes / (double)c->total_bytes : -1;
  if (c->progress && !c->progress(c->cookie, share, c->words)) return us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
  return UNSPIN_OK;
}

/* One batch is tokenised while the words of the one before are numbered. */
static unspin_status read_all(us_corpus *c, reader *r, batch *one, batch *two, unspin_error *err) {
  unspin_status status = start_batch(c, r, one, err);
  while (!status && one->n) {
    status = finish_batch(one, err);
    if (status) break;
    status = start_batch(c, r, two, err);
    if (!status) status = take_batch(c, one, err);
    batch *swap = one;
    one = two;
    two = swap;
  }
  (void)finish_batch(one, NULL);
  (void)finish_batch(two, NULL);
  return status;
}

unspin_status us_corpus_add(us_corpus *corpus, const char *path, uint32_t kind, unspin_error *err) {
  if (corpus->threads < 1) corpus->threads = 1;
  if (corpus->threads > MAX_THREADS) corpus->threads = MAX_THREADS;
  if (!corpus->seen) corpus->seen = calloc(SEEN_SLOTS, sizeof *corpus->seen);
  batch *batches = calloc(2, sizeof *batches);
  reader r = {.path = path, .fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)};
  unspin_status status = UNSPIN_OK;
  if (!batches || !corpus->seen || !us_vec_push(&corpus->segments, (us_segment){corpus->n, kind}))
    status = us_nomem(err);
  else if (r.fd < 0) status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
  else status = read_all(corpus, &r, &batches[0], &batches[1], err);
  if (r.fd > STDIN_FILENO) close(r.fd);
  us_buf_free(&r.buffer);
  for (int b = 0; batches && b < 2; b++) {
    for (unsigned i = 0; i < MAX_THREADS; i++) us_chunk_free(&batches[b].chunk[i]);
    us_buf_free(&batches[b].text);
  }
  free(batches);
  return status;
}

void us_corpus_free(us_corpus *corpus) {
  us_vocab_free(&corpus->vocab);
  us_column_free(&corpus->ids);
  us_vec_free(&corpus->segments);
  free(corpus->seen);
  corpus->seen = NULL;
}
