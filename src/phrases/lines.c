#include "phrases/lines.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { STEP = 65536 };

unspin_status us_lines_open(const char *path, us_lines *out, unspin_error *err) {
  bool standard = strcmp(path, "-") == 0;
  *out = (us_lines){.name = standard ? "standard input" : path};
  struct stat st;
  if (!standard && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: is a directory", path);
  int fd = standard ? dup(STDIN_FILENO) : -1;
  errno = 0;
  out->file = standard ? (fd < 0 ? NULL : gzdopen(fd, "rb")) : gzopen(path, "rbe");
  if (out->file) return UNSPIN_OK;
  if (fd >= 0) close(fd);
  return us_fail(err, UNSPIN_ERR_IO, "%s: %s", out->name, errno ? strerror(errno) : "out of memory");
}

static unspin_status read_error(const us_lines *l, unspin_error *err) {
  int code = Z_OK;
  const char *said = gzerror(l->file, &code);
  if (code == Z_ERRNO) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", l->name, strerror(errno));
  if (code == Z_MEM_ERROR) return us_nomem(err);
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged gzip: %s", l->name, said);
}

/* Reads up to a line end or the end of the file; *GOT is how many bytes came. */
static unspin_status read_line(us_lines *l, size_t *got, unspin_error *err) {
  us_buf *b = &l->line;
  us_buf_clear(b);
  while (b->n == 0 || b->p[b->n - 1] != '\n') {
    if (b->n > US_LINE_MAX)
      return us_fail(err, UNSPIN_ERR_LIMIT, "%s:%d: a line of more than %d MB", l->name, l->number, US_LINE_MAX >> 20);
    if (!us_buf_reserve(b, STEP)) return us_nomem(err);
    b->p[b->n] = 0;
    z_off_t before = gztell(l->file);
    if (!gzgets(l->file, b->p + b->n, STEP)) {
      int code = Z_OK;
      gzerror(l->file, &code);
      if (code != Z_OK) return read_error(l, err);
      break;
    }
    b->n += (size_t)(gztell(l->file) - before); /* not strlen: a line may hold NUL bytes */
  }
  *got = b->n;
  return UNSPIN_OK;
}

unspin_status us_lines_next(us_lines *l, us_slice *line, bool *more, unspin_error *err) {
  size_t n = 0;
  l->number++;
  *more = false;
  US_TRY(read_line(l, &n, err));
  if (n == 0) return UNSPIN_OK;
  *more = true;
  *line = us_buf_slice(&l->line);
  if (line->p[line->n - 1] == '\n') line->n--;
  if (line->n && line->p[line->n - 1] == '\r') line->n--;
  if (l->number == 1 && line->n >= 3 && memcmp(line->p, "\xEF\xBB\xBF", 3) == 0)
    *line = us_slice_sub(*line, 3, line->n);
  return UNSPIN_OK;
}

void us_lines_close(us_lines *l) {
  if (l->file) gzclose_r(l->file);
  us_buf_free(&l->line);
  *l = (us_lines){0};
}

unspin_status us_lines_read_all(const char *path, us_buf *buf, unspin_error *err) {
  us_lines l;
  us_slice line;
  bool more = true;
  US_TRY(us_lines_open(path, &l, err));
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
