#define _GNU_SOURCE
#include "model/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/column.h"

/* More runs than this are first merged into fewer, so that file descriptors and read buffers stay bounded. */
enum { FAN_IN = 64, OUT_BATCH = 4096 };

typedef struct reader {
  FILE *file;
  us_gram *buffer;
  size_t n, at;
} reader;

unspin_status us_runs_begin(us_runs *runs, unspin_error *err) {
  int fd;
  US_TRY(us_scratch_file(runs->dir, &fd, err));
  FILE *file = fdopen(fd, "w+b");
  if (!file) {
    close(fd);
    return us_nomem(err);
  }
  if (!us_vec_push(&runs->files, file)) {
    fclose(file);
    return us_nomem(err);
  }
  return UNSPIN_OK;
}

static unspin_status write_failed(const us_runs *runs, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot write a temporary file: %s", runs->dir, strerror(errno));
}

unspin_status us_runs_write(us_runs *runs, const us_gram *grams, size_t n, unspin_error *err) {
  if (fwrite(grams, sizeof *grams, n, runs->files.p[runs->files.n - 1]) != n) return write_failed(runs, err);
  return UNSPIN_OK;
}

static unspin_status fill(const us_runs *runs, reader *r, size_t capacity, unspin_error *err) {
  r->n = fread(r->buffer, sizeof *r->buffer, capacity, r->file);
  r->at = 0;
  if (ferror(r->file))
    return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read a temporary file: %s", runs->dir, strerror(errno));
  return UNSPIN_OK;
}

static bool below(const reader *a, const reader *b) { return us_gram_cmp(&a->buffer[a->at], &b->buffer[b->at]) < 0; }

static void sift(reader **heap, size_t n, size_t i) {
  for (;;) {
    size_t least = i, left = 2 * i + 1, right = left + 1;
    if (left < n && below(heap[left], heap[least])) least = left;
    if (right < n && below(heap[right], heap[least])) least = right;
    if (least == i) return;
    reader *swap = heap[i];
    heap[i] = heap[least];
    heap[least] = swap;
    i = least;
  }
}

static unspin_status merge_readers(const us_runs *runs, reader **heap, size_t n, size_t capacity, us_gram_sink *sink,
                                   void *cookie, us_gram *out, unspin_error *err) {
  size_t held = 0; /* out[held - 1] may still grow */
  for (size_t i = n / 2; i-- > 0;) sift(heap, n, i);
  while (n) {
    reader *r = heap[0];
    const us_gram *gram = &r->buffer[r->at];
    if (held && us_gram_cmp(&out[held - 1], gram) == 0) {
      us_gram_join(&out[held - 1], gram);
    } else {
      if (held == OUT_BATCH) {
        US_TRY(sink(cookie, out, held, err));
        held = 0;
      }
      out[held++] = *gram;
    }
    if (++r->at == r->n) {
      US_TRY(fill(runs, r, capacity, err));
      if (!r->n) heap[0] = heap[--n];
    }
    sift(heap, n, 0);
  }
  return held ? sink(cookie, out, held, err) : UNSPIN_OK;
}

/* Merges COUNT runs from BEGIN on and closes them. */
static unspin_status merge_some(us_runs *runs, size_t begin, size_t count, size_t memory, us_gram_sink *sink,
                                void *cookie, unspin_error *err) {
  unspin_status status = UNSPIN_OK;
  size_t capacity = memory / sizeof(us_gram) / (count + 1);
  capacity = capacity < 1024 ? 1024 : capacity > 65536 ? 65536 : capacity;
  reader *readers = calloc(count, sizeof *readers);
  reader **heap = calloc(count, sizeof *heap);
  us_gram *out = malloc(OUT_BATCH * sizeof *out);
  if (!readers || !heap || !out) {
    status = us_nomem(err);
    goto done;
  }
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    reader *r = &readers[i];
    r->file = runs->files.p[begin + i];
    r->buffer = malloc(capacity * sizeof *r->buffer);
    if (!r->buffer) {
      status = us_nomem(err);
      goto done;
    }
    if (fflush(r->file) != 0 || fseek(r->file, 0, SEEK_SET) != 0) {
      status = write_failed(runs, err);
      goto done;
    }
    US_TRY_GOTO(fill(runs, r, capacity, err), done);
    if (r->n) heap[n++] = r;
  }
  status = merge_readers(runs, heap, n, capacity, sink, cookie, out, err);
done:
  if (readers)
    for (size_t i = 0; i < count; i++) free(readers[i].buffer);
  free(readers);
  free(heap);
  free(out);
  if (!status)
    for (size_t i = 0; i < count; i++) {
      fclose(runs->files.p[begin + i]);
      runs->files.p[begin + i] = NULL;
    }
  return status;
}

static unspin_status append_run(void *cookie, const us_gram *grams, size_t n, unspin_error *err) {
  return us_runs_write(cookie, grams, n, err);
}

unspin_status us_runs_merge(us_runs *runs, size_t memory, us_gram_sink *sink, void *cookie, unspin_error *err) {
  size_t begin = 0;
  while (runs->files.n - begin > FAN_IN) {
    US_TRY(us_runs_begin(runs, err));
    US_TRY(merge_some(runs, begin, FAN_IN, memory, append_run, runs, err));
    begin += FAN_IN;
  }
  return merge_some(runs, begin, runs->files.n - begin, memory, sink, cookie, err);
}

void us_runs_free(us_runs *runs) {
  for (size_t i = 0; i < runs->files.n; i++)
    if (runs->files.p[i]) fclose(runs->files.p[i]);
  us_vec_free(&runs->files);
}
