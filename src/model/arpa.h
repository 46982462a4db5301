/* arpa.h - the text format in which language model tools exchange models. */
#ifndef US_MODEL_ARPA_H
#define US_MODEL_ARPA_H

#include "base/buf.h"
#include "model/layers.h"

/* One n-gram of an ARPA file. */
typedef struct us_arpa_gram {
  uint32_t reversed[US_MODEL_MAX_ORDER]; /* last word first; 0 beyond the order */
  float prob, bow;                       /* log10; prob is NaN where it follows from lower orders */
} us_arpa_gram;

/* A whole file: words in byte order behind the reserved three, n-grams as they came. */
typedef struct us_arpa {
  int order;
  us_buf text;    /* of all words */
  us_slice *word; /* by id */
  uint32_t words;
  us_column gram[US_MODEL_MAX_ORDER]; /* us_arpa_gram */
  uint32_t n[US_MODEL_MAX_ORDER];
} us_arpa;

/* PATH may be compressed by gzip. Errors: IO, FORMAT (with the line), NOMEM, LIMIT. Free ARPA either way. */
unspin_status us_arpa_parse(const char *path, us_arpa *arpa, unspin_error *err);
/* The same from memory, not compressed; NAME is for messages. */
unspin_status us_arpa_parse_bytes(us_slice bytes, const char *name, us_arpa *arpa, unspin_error *err);
void us_arpa_free(us_arpa *arpa);

/* Sorts the n-grams and makes layers of them. Where a file leaves out the shorter part of an n-gram, that is put in
 * with the probability that backing off gives it. Errors: FORMAT (an n-gram twice, or without its context), NOMEM. */
unspin_status us_arpa_layers(us_arpa *arpa, const char *name, us_layers *layers, unspin_error *err);

#endif
