/* model_token.h - what the model calls a word: lower case, numbers and addresses folded, punctuation made plain. */
#ifndef US_MODEL_MODEL_TOKEN_H
#define US_MODEL_MODEL_TOKEN_H

#include "text/token.h"

/* Appends the model's word for token T of WINDOW; never empty, never with white space in it:
 *   words, clitics, abbreviations   in lower case, apostrophes and hyphens ASCII
 *   numbers                         <num>, or <num>% for a percentage
 *   addresses, handles, file names  <verbatim>
 *   quotation marks                 " or ', dashes -, dots ...
 *   other symbols                   themselves; <other> for invalid bytes and control characters */
void us_model_token(us_buf *out, us_slice window, us_token t);

#endif
