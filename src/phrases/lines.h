/* lines.h - the lines of a file of any size, one at a time; what is packed is unpacked on the way. */
#ifndef US_PHRASES_LINES_H
#define US_PHRASES_LINES_H

#include "base/buf.h"
#include "format/pack.h"

/* A longer line is an error: no list has one. */
enum { US_LINE_MAX = 16 << 20 };

typedef struct us_lines {
  int fd;
  us_unpacker *unpacker;
  const char *name;
  us_buf step; /* what was unpacked last; what stands before AT was given out */
  size_t at;
  us_buf line;
  int number; /* of the line that was read last, from 1 */
} us_lines;

/* PATH (borrowed) "-" is standard input. OUT stays where it is until it is closed. Errors: IO, INVALID (a directory),
 * NOMEM. */
unspin_status us_lines_open(const char *path, us_lines *out, unspin_error *err);
/* The next line without its end (LF or CRLF), valid until the next call; *MORE false at the end. A byte order mark is
 * passed over. Errors: IO, FORMAT (damaged packing), LIMIT (also what unpacks to far more than it is), NOMEM. */
unspin_status us_lines_next(us_lines *lines, us_slice *line, bool *more, unspin_error *err);
void us_lines_close(us_lines *lines);

/* Appends the whole of PATH to BUF, unpacked. Errors: the same; LIMIT if that is more than can be held. */
unspin_status us_lines_read_all(const char *path, us_buf *buf, unspin_error *err);

#endif
