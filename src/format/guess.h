/* guess.h - which format a text is probably in. */
#ifndef US_FORMAT_GUESS_H
#define US_FORMAT_GUESS_H

#include "base/slice.h"
#include "unspin.h"

/* By the suffix of NAME (may be NULL), then by the beginning of TEXT. */
unspin_text_format us_format_guess(const char *name, us_slice text);
/* The length of NAME without .gz, .zst or .xz, and which of them it was. */
size_t us_packing_suffix(const char *name, unspin_packing *packing);

#endif
