#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/model.h"

typedef struct writer {
  const unspin_model *model;
  FILE *out;
  us_buf line;
  size_t text[US_MODEL_MAX_ORDER]; /* where in words each word of the n-gram begins */
  us_buf words;                    /* the current n-gram's words, last one first, NUL-terminated */
} writer;

static void write_entry(writer *w, unsigned k, uint32_t last, us_entry e) {
  us_buf *line = &w->line;
  us_buf_clear(line);
  float prob = last == US_WORD_UNKNOWN ? e.prob + w->model->unknown_share : e.prob;
  if (k == 0 && e.word == US_WORD_BEGIN) prob = 0;
  us_buf_printf(line, "%.9g\t", (double)prob);
  for (unsigned i = k + 1; i-- > 0;) {
    us_buf_puts(line, w->words.p + w->text[i]);
    us_buf_putc(line, i ? ' ' : '\t');
  }
  if (e.extends) us_buf_printf(line, "%.9g", (double)e.bow);
  else line->n--;
  us_buf_putc(line, '\n');
  if (!line->failed) fwrite(line->p, 1, line->n, w->out);
}

/* Writes the n-grams of order TARGET under n-gram INDEX of order K, whose words are already in place. */
static void walk(writer *w, unsigned k, uint64_t index, unsigned target, uint32_t last) {
  us_entry e = us_model_entry(w->model, k, index);
  w->words.n = w->text[k];
  us_words_get(&w->model->words, e.word, &w->words);
  us_buf_putc(&w->words, 0);
  if (w->words.failed) return;
  if (k == target) {
    write_entry(w, k, last, e);
    return;
  }
  w->text[k + 1] = w->words.n;
  uint64_t begin, end, own = w->words.n;
  us_model_children(w->model, k, index, &begin, &end);
  for (uint64_t i = begin; i < end && !ferror(w->out); i++) {
    w->text[k + 1] = own;
    walk(w, k + 1, i, target, last);
  }
}

static unspin_status write_all(writer *w, const char *path, unspin_error *err) {
  const us_model_meta *meta = &w->model->meta;
  fprintf(w->out, "\\data\\\n");
  for (unsigned k = 0; k < meta->order; k++) fprintf(w->out, "ngram %u=%" PRIu64 "\n", k + 1, meta->count[k]);
  for (unsigned k = 0; k < meta->order; k++) {
    fprintf(w->out, "\n\\%u-grams:\n", k + 1);
    for (uint32_t word = 0; word < meta->words; word++) {
      w->text[0] = 0;
      walk(w, 0, word, k, word);
    }
  }
  fprintf(w->out, "\n\\end\\\n");
  if (w->line.failed || w->words.failed) return us_nomem(err);
  if (fflush(w->out) != 0 || ferror(w->out))
    return us_fail(err, UNSPIN_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
  return UNSPIN_OK;
}

/* Through a file beside PATH, so that no half of it is ever seen. */
static unspin_status write_file(writer *w, const char *path, unspin_error *err) {
  US_TRY(us_file_may_replace(path, err));
  us_buf temporary = {0};
  us_buf_printf(&temporary, "%s.unspin-XXXXXX", path);
  if (temporary.failed) {
    us_buf_free(&temporary);
    return us_nomem(err);
  }
  int fd = mkostemp(temporary.p, O_CLOEXEC);
  w->out = fd < 0 ? NULL : fdopen(fd, "w");
  unspin_status status;
  if (!w->out) {
    status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot create a temporary file beside it: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
  } else {
    status = write_all(w, path, err);
    mode_t mask = umask(0);
    umask(mask);
    if (!status && (fchmod(fd, 0666 & ~mask) != 0 || fsync(fd) != 0))
      status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
    if (fclose(w->out) != 0 && !status)
      status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
    if (!status && rename(temporary.p, path) != 0)
      status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot rename the new file over it: %s", path, strerror(errno));
  }
  if (status && fd >= 0) unlink(temporary.p);
  us_buf_free(&temporary);
  return status;
}

unspin_status unspin_model_to_arpa(const unspin_model *model, const char *path, unspin_error *err) {
  writer w = {.model = model, .out = stdout};
  unspin_status status = strcmp(path, "-") == 0 ? write_all(&w, "standard output", err) : write_file(&w, path, err);
  us_buf_free(&w.line);
  us_buf_free(&w.words);
  return status;
}
