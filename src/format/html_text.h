/* html_text.h - for html.c and markdown.c: what stands between two tags. */
#ifndef US_FORMAT_HTML_TEXT_H
#define US_FORMAT_HTML_TEXT_H

#include "format/prose.h"

/* Adds SOURCE[begin, end), which holds text, references, and perhaps tags that the parser ignored. */
void us_html_text(us_prose *prose, us_slice source, size_t begin, size_t end);
/* Behind the tag or comment at SOURCE[at], a '<'; AT if there is none. */
size_t us_html_tag_end(us_slice source, size_t at, size_t end);
/* Adds the character reference SOURCE[begin, end). */
void us_html_reference(us_prose *prose, us_slice source, size_t begin, size_t end);

#endif
