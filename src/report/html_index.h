/* html_index.h - the page that leads to the pages of a batch. */
#ifndef US_REPORT_HTML_INDEX_H
#define US_REPORT_HTML_INDEX_H

#include <stdio.h>

#include "base/error.h"
#include "base/slice.h"

/* One document. Borrowed. */
typedef struct us_web_row {
  us_slice name;      /* as people know it: any bytes */
  us_slice link;      /* path of its page from the index; empty: it has none */
  const char *status; /* "changed", "failed", ... */
  size_t words, edits;
  double spin, seconds; /* share of words that a spinner put in; of work */
} us_web_row;

/* Writes the index of N rows in their order. Errors: NOMEM. As with other renderers, ferror() is the caller's. */
unspin_status us_web_index_write(FILE *out, const us_web_row *rows, size_t n, unspin_error *err);

#endif
