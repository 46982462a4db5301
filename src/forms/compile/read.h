/* read.h - the text files of dict/: lines, comments, columns. */
#ifndef US_FORMS_COMPILE_READ_H
#define US_FORMS_COMPILE_READ_H

#include "base/buf.h"
#include "base/error.h"

#define READ_FIELDS 8u

typedef struct reader {
  us_buf path, text;
  us_slice rest;
  size_t line;
  us_slice field[READ_FIELDS]; /* empty beyond COUNT; they point into TEXT and hold until reader_close */
  size_t count;
} reader;

/* Opens DIR/NAME. Close it in any case. */
unspin_status reader_open(reader *r, const char *dir, const char *name, unspin_error *err);
/* The next line that is neither empty nor a comment, cut at tabs; false at the end. */
bool reader_next(reader *r);
/* FORMAT, naming file and line. */
unspin_status reader_fail(const reader *r, unspin_error *err, const char *what);
void reader_close(reader *r);

/* Decimal number, with a sign and a fraction if it has them; false if S is none. */
bool read_number(us_slice s, double *out);

#endif
