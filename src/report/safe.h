/* safe.h - text from outside, made harmless to a terminal.
 *
 * Control characters (escape sequences among them), invalid bytes and the marks that reorder text are shown as \x1B or
 * \u202E; all else is passed on. Backslashes are not doubled: this is for eyes, not for reading back.
 */
#ifndef US_REPORT_SAFE_H
#define US_REPORT_SAFE_H

#include <stdio.h>

#include "base/buf.h"

/* One code point, or one invalid byte, ready to be shown. */
typedef struct us_glyph {
  char text[8]; /* not ended by NUL */
  unsigned char n;
  unsigned char width; /* columns */
  bool changed;        /* TEXT is an escape, not the bytes themselves */
} us_glyph;

/* Reads the glyph at S[at] (AT below S.n) and returns how many bytes it took, at least 1. Line ends and tabs are
 * escaped like any other control character. */
size_t us_glyph_next(us_slice s, size_t at, us_glyph *glyph);

/* Writes S; line ends and tabs pass if LINES is true. */
void us_safe_write(FILE *out, us_slice s, bool lines);
/* Appends S; line ends and tabs are escaped. */
void us_safe_append(us_buf *out, us_slice s);

#endif
