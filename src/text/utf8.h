/* utf8.h - code points in bytes that may be broken, through utf8proc. */
#ifndef US_TEXT_UTF8_H
#define US_TEXT_UTF8_H

#include <stdint.h>

#include "base/buf.h"

/* What a byte that is not part of valid UTF-8 decodes to. */
#define US_INVALID (-1)

/* Decodes the code point at S[at] into *CP (US_INVALID for one bad byte) and returns its length in bytes, at least 1.
 * AT must be below S.n. */
size_t us_utf8_next(us_slice s, size_t at, int32_t *cp);
/* Start of the code point before AT (at > 0). */
size_t us_utf8_prev(us_slice s, size_t at);
/* Code points; an invalid byte counts as one. */
size_t us_utf8_count(us_slice s);
bool us_utf8_valid(us_slice s);

bool us_is_letter(int32_t cp);
bool us_is_mark(int32_t cp);
bool us_is_digit(int32_t cp);
bool us_is_space(int32_t cp);
bool us_is_upper(int32_t cp);
bool us_is_lower(int32_t cp);
/* ' or one of its curly and modifier twins */
bool us_is_apostrophe(int32_t cp);
/* - or a Unicode hyphen (not a dash) */
bool us_is_hyphen(int32_t cp);

/* Appends S in lower case (simple mapping), apostrophes and hyphens as ASCII. Invalid bytes stay as they are. */
void us_fold(us_buf *out, us_slice s);

typedef enum us_shape {
  US_SHAPE_NONE,  /* no cased letter */
  US_SHAPE_LOWER, /* all lower */
  US_SHAPE_TITLE, /* first letter upper, the rest lower; or one single upper-case letter */
  US_SHAPE_UPPER, /* two or more letters, all upper */
  US_SHAPE_MIXED  /* anything else, such as iPhone */
} us_shape;
us_shape us_shape_of(us_slice word);
/* Appends WORD with its letters in SHAPE (TITLE: only the first letter is raised). NONE, LOWER and MIXED copy it. */
void us_apply_shape(us_buf *out, us_slice word, us_shape shape);

#endif
