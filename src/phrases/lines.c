#include "phrases/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 65536 };

static unspin_status read_packed(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  const us_lines *l = cookie;
  ssize_t n;
  do n = read(l->fd, bytes, room);
  while (n < 0 && errno == EINTR);
  *got = n > 0 ? (size_t)n : 0;
  return n < 0 ? us_fail(err, UNSPIN_ERR_IO, "%s: %s", l->name, strerror(errno)) : UNSPIN_OK;
}

unspin_status us_lines_open(const char *path, us_lines *out, unspin_error *err) {
  bool standard = strcmp(path, "-") == 0;
  *out = (us_lines){.name = standard ? "standard input" : path};
  struct stat st;
  if (!standard && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: is a directory", path);
  out->fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : open(path, O_RDONLY | O_CLOEXEC);
  if (out->fd < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", out->name, strerror(errno));
  unspin_status status = us_unpacker_new(out->name, read_packed, out, &out->unpacker, err);
  if (status) close(out->fd);
  else us_unpacker_limit(out->unpacker, 0, US_UNPACKED_RATIO);
  return status;
}

/* Reads up to a line end or the end of the file. */
static unspin_status read_line(us_lines *l, unspin_error *err) {
  us_buf_clear(&l->line);
  for (;;) {
    us_slice rest = us_slice_sub(us_buf_slice(&l->step), l->at, l->step.n);
    const char *end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
    if (end) rest.n = (size_t)(end - rest.p) + 1;
    us_buf_append(&l->line, rest);
    l->at += rest.n;
    if (l->line.failed) return us_nomem(err);
    if (end) return UNSPIN_OK;
    if (l->line.n > US_LINE_MAX)
      return us_fail(err, UNSPIN_ERR_LIMIT, "%s:%d: a line of more than %d MB", l->name, l->number, US_LINE_MAX >> 20);
    us_buf_clear(&l->step);
    l->at = 0;
    if (!us_buf_reserve(&l->step, STEP)) return us_nomem(err);
    US_TRY(us_unpacker_read(l->unpacker, l->step.p, STEP, &l->step.n, err));
    if (!l->step.n) return UNSPIN_OK;
  }
}

unspin_status us_lines_next(us_lines *l, us_slice *line, bool *more, unspin_error *err) {
  *more = false;
  if (l->number == INT_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "%s: more than %d lines", l->name, l->number);
  l->number++;
  US_TRY(read_line(l, err));
  if (!l->line.n) return UNSPIN_OK;
  *more = true;
  *line = us_buf_slice(&l->line);
  if (line->p[line->n - 1] == '\n') line->n--;
  if (line->n && line->p[line->n - 1] == '\r') line->n--;
  if (l->number == 1 && line->n >= 3 && memcmp(line->p, "\xEF\xBB\xBF", 3) == 0)
    *line = us_slice_sub(*line, 3, line->n);
  return UNSPIN_OK;
}

void us_lines_close(us_lines *l) {
  if (l->unpacker) close(l->fd);
  us_unpacker_free(l->unpacker);
  us_buf_free(&l->step);
  us_buf_free(&l->line);
  *l = (us_lines){0};
}

unspin_status us_lines_read_all(const char *path, us_buf *buf, unspin_error *err) {
  us_lines l;
  us_slice line;
  bool more = true;
  US_TRY(us_lines_open(path, &l, err));
  us_unpacker_limit(l.unpacker, US_UNPACKED_MOST, US_UNPACKED_RATIO);
  unspin_status status = UNSPIN_OK;
  while (!status && more) {
    status = us_lines_next(&l, &line, &more, err);
    if (status || !more) break;
    us_buf_append(buf, line);
    us_buf_putc(buf, '\n');
    if (buf->failed) status = us_nomem(err);
  }
  us_lines_close(&l);
  return status;
}
