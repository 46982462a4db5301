/* wordnet.h - the synsets of WordNet's data files, one line each. */
#ifndef US_PHRASES_WORDNET_H
#define US_PHRASES_WORDNET_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

typedef struct us_wordnet_synset {
  uint32_t offset;   /* names it */
  us_slice members;  /* COUNT words, each with a number behind it, see us_wordnet_member */
  us_slice pointers; /* "count symbol offset pos source/target ...", then the gloss */
  unsigned count;
} us_wordnet_synset;

/* Appends DIR/KIND.NAME, such as data.noun. Errors: IO, NOMEM. */
unspin_status us_wordnet_read(const char *dir, const char *kind, const char *name, us_buf *out, unspin_error *err);
/* The next synset of a data file's REST; false at the end. */
bool us_wordnet_next(us_slice *rest, us_wordnet_synset *out);
/* Cuts the next word off a synset's MEMBERS: as it is written, "_" for blanks, without a marker such as "(a)". */
bool us_wordnet_member(us_slice *members, us_slice *word);
/* A field of a line as a number; what is no digit counts as 0. */
uint32_t us_wordnet_number(us_slice field, unsigned base);
/* WORD in OUT, blanks for "_". */
us_slice us_wordnet_spaced(us_slice word, us_buf *out);

#endif
