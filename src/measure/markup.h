/* markup.h - slot markup: plain text in which {spun|plain|other plain} marks a phrase that a spinner put in, and what
 * is accepted in its place. Repeating the spun phrase behind the first bar accepts leaving it alone; an empty phrase
 * stands for nothing at all. There is no escape: texts with literal braces cannot be marked up. */
#ifndef US_MEASURE_MARKUP_H
#define US_MEASURE_MARKUP_H

#include "base/buf.h"
#include "base/error.h"

/* One stretch of markup; slices point into it. */
typedef struct us_markup_piece {
  bool slot;
  us_slice text;     /* plain text, or the spun phrase of a slot */
  us_slice accepted; /* of a slot: what follows the first bar, other bars included */
} us_markup_piece;

/* The piece at *AT (0 first), and moves *AT behind it; false at the end. For text that us_markup_check passed. */
bool us_markup_next(us_slice markup, size_t *at, us_markup_piece *piece);

/* FORMAT, with PATH, line (counted from LINE) and column, at an unpaired or nested brace, a slot without a bar, one
 * that does not end in its line, or one over a part of a word. */
unspin_status us_markup_check(us_slice markup, const char *path, size_t line, unspin_error *err);

/* Append the text as the spinner left it, and with the first accepted phrase in every slot. Check out->failed. */
void us_markup_spun(us_buf *out, us_slice markup);
void us_markup_plain(us_buf *out, us_slice markup);

#endif
