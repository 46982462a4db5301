#define _GNU_SOURCE
#include "text/window.h"

#include "text/utf8.h"

static bool is_continuation(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

/* Where to cut a paragraph longer than US_WINDOW_MAX bytes: behind its last line end or blank, else between code
 * points; anywhere where there are none. */
static size_t cut_inside(us_slice document, size_t from) {
  size_t limit = from + US_WINDOW_MAX;
  const char *line = memrchr(document.p + from, '\n', US_WINDOW_MAX);
  if (line) return (size_t)(line - document.p) + 1;
  for (size_t at = limit; at > from + US_WINDOW_MAX / 2; at--)
    if (document.p[at - 1] == ' ' || document.p[at - 1] == '\t') return at;
  size_t at = limit;
  while (at > limit - 3 && is_continuation(document.p[at])) at--;
  return is_continuation(document.p[at]) ? limit : at;
}

/* Behind the blank line that ends the paragraph at FROM, or the end of the document; stops looking past LIMIT. */
static size_t paragraph_end(us_slice document, size_t from, size_t limit) {
  for (size_t at = from; at < limit;) {
    const char *newline = memchr(document.p + at, '\n', limit - at);
    if (!newline) return limit;
    size_t end = (size_t)(newline - document.p) + 1;
    if (us_slice_trim(us_slice_sub(document, at, end)).n == 0) return end;
    at = end;
  }
  return limit;
}

bool us_window_next(us_slice document, size_t *at, us_slice *window) {
  if (*at >= document.n) return false;
  size_t from = *at, room = document.n - from;
  size_t end = paragraph_end(document, from, room > US_WINDOW_MAX ? from + US_WINDOW_MAX : document.n);
  if (end - from == US_WINDOW_MAX && end < document.n) end = cut_inside(document, from);
  *window = us_slice_sub(document, from, end);
  *at = end;
  return true;
}
