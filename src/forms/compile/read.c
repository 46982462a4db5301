#include "forms/compile/read.h"

#include <stdlib.h>

#include "base/file.h"

unspin_status reader_open(reader *r, const char *dir, const char *name, unspin_error *err) {
  *r = (reader){0};
  us_buf_printf(&r->path, "%s/%s", dir, name);
  if (r->path.failed) return us_nomem(err);
  US_TRY(us_file_read(r->path.p, &r->text, err));
  r->rest = us_buf_slice(&r->text);
  return UNSPIN_OK;
}

bool reader_next(reader *r) {
  us_slice line;
  while (us_slice_cut(&r->rest, '\n', &line)) {
    r->line++;
    while (line.n && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == ' ')) line.n--;
    if (!line.n || line.p[0] == '#') continue;
    memset(r->field, 0, sizeof r->field);
    r->count = 0;
    while (r->count < READ_FIELDS && us_slice_cut(&line, '\t', &r->field[r->count])) r->count++;
    return true;
  }
  return false;
}

unspin_status reader_fail(const reader *r, unspin_error *err, const char *what) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: %s", r->path.p, r->line, what);
}

void reader_close(reader *r) {
  us_buf_free(&r->path);
  us_buf_free(&r->text);
}

bool read_number(us_slice s, double *out) {
  char copy[32], *end;
  if (!s.n || s.n >= sizeof copy) return false;
  memcpy(copy, s.p, s.n);
  copy[s.n] = 0;
  *out = strtod(copy, &end);
  return *end == 0;
}
