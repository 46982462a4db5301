/* quote.h - which tokens stand inside quotation marks. */
#ifndef US_TEXT_QUOTE_H
#define US_TEXT_QUOTE_H

#include "text/token.h"

/* Sets US_TF_QUOTED on tokens between paired marks (the marks themselves excluded) and US_TF_OPENER on opening ones.
 * Knows “ ”, ‘ ’, " " and ' ' (straight ones by where the blanks are), « ». An unclosed curly opener quotes to the end
 * of its line, as in speeches of several paragraphs; an unclosed straight one quotes nothing. */
void us_quotes_mark(us_slice window, us_token *tokens, size_t n);

#endif
