/* pattern.h - the two sides of a row as elements: which word is the head, which words are optional, which are slots. */
#ifndef US_PHRASES_PATTERN_H
#define US_PHRASES_PATTERN_H

#include "base/arena.h"
#include "base/error.h"

enum { US_PATTERN_MAX = 8 };

typedef enum us_element_kind {
  US_EL_WORD,  /* as written */
  US_EL_HEAD,  /* inflects: written as a base form */
  US_EL_OWNER, /* one's: a possessive that is copied */
  US_EL_NUMBER /* #: a number that is copied */
} us_element_kind;

typedef struct us_element {
  us_slice text; /* as written; one token */
  uint8_t kind;
  bool optional;
  bool glued; /* no blank before it: commas, 's */
} us_element;

typedef struct us_pattern {
  us_element el[US_PATTERN_MAX];
  size_t n;
} us_pattern;

/* Parses PHRASE with part of speech POS. PREPOSITIONS are the words before which the head of a noun phrase stands.
 * Strings lie in PHRASE. Errors: FORMAT, naming WHERE ("file:line"). */
unspin_status us_pattern_parse(us_slice phrase, char pos, const us_slice *prepositions, size_t preposition_count,
                               const char *where, us_pattern *out, unspin_error *err);

#endif
