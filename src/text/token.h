/* token.h - tokens with byte offsets into untouched text.
 *
 * A window is a stretch of the document (a paragraph, or part of a very long one) that is tokenised at once;
 * offsets are into the slice that was given. White space makes no tokens: it shows in the flags of what follows.
 */
#ifndef US_TEXT_TOKEN_H
#define US_TEXT_TOKEN_H

#include <stdint.h>

#include "base/slice.h"
#include "base/vec.h"
#include "text/utf8.h"

typedef enum us_token_kind {
  US_TOK_WORD,     /* letters, with inner apostrophes and hyphens: don't, think-tank */
  US_TOK_CLITIC,   /* the possessive or contracted 's (any apostrophe) cut off a word */
  US_TOK_NUMBER,   /* starts with a digit: 35, 3.5, 1,000, 10:30, 5G, 2nd, 35% */
  US_TOK_PUNCT,    /* one mark, or a run of dots */
  US_TOK_ABBREV,   /* U.S., e.g., and single capitals with their dot */
  US_TOK_VERBATIM, /* URL, e-mail address, @handle, #tag, file.name, word with digits or underscores */
  US_TOK_OTHER     /* symbols, invalid bytes, control characters */
} us_token_kind;

enum {
  US_TF_SPACE = 1,    /* white space, or the beginning of the window, stands before it */
  US_TF_LINE = 2,     /* that white space holds a line end (or it is the first token of the window) */
  US_TF_SENTENCE = 4, /* first token of a sentence (opening quotes and brackets count as part of it) */
  US_TF_QUOTED = 8,   /* inside quotation marks */
  US_TF_LOCKED = 16,  /* may not be touched (set by the guard) */
  US_TF_NAME = 32,    /* looks like a name: a capital where the sentence asks for none (set by the guard) */
  US_TF_OPENER = 64   /* an opening quotation mark (set by us_quotes_mark) */
};

typedef struct us_token {
  uint32_t begin, end; /* bytes in the window */
  uint8_t kind;        /* us_token_kind */
  uint8_t shape;       /* us_shape */
  uint16_t flags;      /* US_TF_* */
} us_token;

typedef US_VEC(us_token) us_token_vec;

/* Words before which a dot does not end a sentence ("Mr", "No"), folded and without the dot, sorted by us_slice_cmp. */
typedef struct us_abbreviations {
  const us_slice *p;
  size_t n;
} us_abbreviations;

/* Appends the tokens of WINDOW (under 2 GiB) to OUT and marks sentence beginnings. False when out of memory. */
bool us_tokenize(us_slice window, const us_abbreviations *abbreviations, us_token_vec *out);

static inline us_slice us_token_text(us_slice window, us_token t) { return us_slice_sub(window, t.begin, t.end); }

#endif
