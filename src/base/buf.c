#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void us_buf_free(us_buf *buf) {
  free(buf->p);
  *buf = (us_buf){0};
}

bool us_buf_reserve(us_buf *buf, size_t extra) {
  if (buf->failed || extra > SIZE_MAX / 2 - buf->n - 1) {
    buf->failed = true;
    return false;
  }
  size_t need = buf->n + extra + 1;
  if (need <= buf->cap) return true;
  size_t cap = buf->cap ? buf->cap : 64;
  while (cap < need) cap *= 2;
  char *p = realloc(buf->p, cap);
  if (!p) {
    buf->failed = true;
    return false;
  }
  buf->p = p;
  buf->cap = cap;
  return true;
}

void us_buf_append(us_buf *buf, us_slice s) {
  if (!us_buf_reserve(buf, s.n)) return;
  if (s.n) memcpy(buf->p + buf->n, s.p, s.n);
  buf->n += s.n;
  buf->p[buf->n] = 0;
}

void us_buf_putc(us_buf *buf, char c) { us_buf_append(buf, (us_slice){&c, 1}); }
void us_buf_puts(us_buf *buf, const char *s) { us_buf_append(buf, us_slice_of(s)); }

void us_buf_printf(us_buf *buf, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int n = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (n < 0) {
    buf->failed = true;
    return;
  }
  if (!us_buf_reserve(buf, (size_t)n)) return;
  va_start(args, format);
  vsnprintf(buf->p + buf->n, (size_t)n + 1, format, args);
  va_end(args);
  buf->n += (size_t)n;
}
