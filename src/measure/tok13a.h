/* tok13a.h - the tokenizer "13a" of mteval-v13a and sacreBLEU, byte for byte. */
#ifndef US_MEASURE_TOK13A_H
#define US_MEASURE_TOK13A_H

#include "base/buf.h"

/* Zero-initialised is empty and valid. */
typedef struct us_tok13a {
  us_buf from, to; /* each pass reads the one and writes the other */
} us_tok13a;

/* SEGMENT with its tokens separated by blanks, one or more, which may also stand at both ends. The result is borrowed
 * and lives until the next call; check tok->from.failed and tok->to.failed. */
us_slice us_tok13a_apply(us_tok13a *tok, us_slice segment);
void us_tok13a_free(us_tok13a *tok);

#endif
