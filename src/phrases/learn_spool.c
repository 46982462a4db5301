#define _GNU_SOURCE /* O_TMPFILE */
#include "phrases/learn_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Heads every record: how much of what follows. */
typedef struct header {
  uint32_t spun, plain, ops, pad;
  uint64_t hash;
} header;

static unspin_status failed(const us_spool *s, const char *what, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot %s a temporary file: %s", s->dir, what, strerror(errno));
}

static int open_unnamed(const char *dir) {
  int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return fd;
  us_buf path = {0}; /* a file system that has no unnamed files */
  us_buf_printf(&path, "%s/unspin-learn-XXXXXX", dir);
  fd = path.failed ? -1 : mkostemp(path.p, O_CLOEXEC);
  if (fd >= 0) unlink(path.p);
  us_buf_free(&path);
  return fd;
}

unspin_status us_spool_open(us_spool *s, const char *dir, unspin_error *err) {
  *s = (us_spool){.dir = dir};
  int fd = open_unnamed(dir);
  if (fd < 0) return failed(s, "make", err);
  s->file = fdopen(fd, "w+b");
  if (s->file) return UNSPIN_OK;
  close(fd);
  return us_nomem(err);
}

void us_spool_close(us_spool *s) {
  if (s->file) fclose(s->file);
  free(s->record);
  s->file = NULL;
  s->record = NULL;
}

static bool put(us_spool *s, const void *p, size_t size, size_t n) {
  return n == 0 || fwrite(p, size, n, s->file) == n;
}

unspin_status us_spool_write(us_spool *s, const us_spooled *pair, unspin_error *err) {
  header h = {pair->spun_n, pair->plain_n, pair->op_n, 0, pair->hash};
  s->pairs++;
  if (put(s, &h, sizeof h, 1) && put(s, pair->spun, sizeof *pair->spun, pair->spun_n) &&
      put(s, pair->plain, sizeof *pair->plain, pair->plain_n) && put(s, pair->ops, sizeof *pair->ops, pair->op_n))
    return UNSPIN_OK;
  return failed(s, "write", err);
}

unspin_status us_spool_rewind(us_spool *s, unspin_error *err) {
  if (fflush(s->file) != 0) return failed(s, "write", err);
  return fseek(s->file, 0, SEEK_SET) == 0 ? UNSPIN_OK : failed(s, "read", err);
}

unspin_status us_spool_next(us_spool *s, us_spooled *out, bool *more, unspin_error *err) {
  header h;
  *more = fread(&h, sizeof h, 1, s->file) == 1;
  if (!*more) return ferror(s->file) ? failed(s, "read", err) : UNSPIN_OK;
  size_t words = (size_t)h.spun + h.plain + (size_t)h.ops * (sizeof(us_diff_op) / sizeof(uint32_t));
  if (s->record_cap < words) {
    uint32_t *record = realloc(s->record, 2 * words * sizeof *record);
    if (!record) return us_nomem(err);
    s->record = record;
    s->record_cap = 2 * words;
  }
  if (words && fread(s->record, sizeof *s->record, words, s->file) != words) return failed(s, "read", err);
  *out = (us_spooled){.spun = s->record, .plain = s->record + h.spun, .spun_n = h.spun, .plain_n = h.plain};
  out->ops = (const us_diff_op *)(const void *)(s->record + h.spun + h.plain);
  out->op_n = h.ops;
  out->hash = h.hash;
  return UNSPIN_OK;
}
