/* buf.h - owned bytes that grow. Zero-initialised is empty and valid. Always NUL-terminated once non-empty. */
#ifndef US_BASE_BUF_H
#define US_BASE_BUF_H

#include "base/slice.h"

typedef struct us_buf {
  char *p;
  size_t n, cap;
  bool failed; /* an append ran out of memory: later appends are ignored, so checking once at the end is enough */
} us_buf;

void us_buf_free(us_buf *buf);
static inline void us_buf_clear(us_buf *buf) { buf->n = 0; }
/* Room for EXTRA more bytes; false (and failed set) if there is none. */
bool us_buf_reserve(us_buf *buf, size_t extra);
void us_buf_append(us_buf *buf, us_slice s);
void us_buf_putc(us_buf *buf, char c);
void us_buf_puts(us_buf *buf, const char *s);
void us_buf_printf(us_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline us_slice us_buf_slice(const us_buf *buf) { return (us_slice){buf->p ? buf->p : "", buf->n}; }

#endif
