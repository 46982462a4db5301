#include "format/entity.h"

#include <gumbo.h>

enum { LONGEST_NAME = 33 }; /* CounterClockwiseContourIntegral; */

static bool is_name(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

size_t us_entity_length(us_slice s) {
  size_t n = s.n > 1 && s.p[1] == '#' ? 2 : 1, begin = n;
  while (n < s.n && n < begin + LONGEST_NAME && is_name(s.p[n])) n++;
  if (n == begin) return 1;
  return n < s.n && s.p[n] == ';' ? n + 1 : n;
}

/* The parser knows the two thousand names. */
static void look_up(us_slice reference, us_buf *out) {
  GumboOutput *parsed = gumbo_parse_with_options(&kGumboDefaultOptions, reference.p, reference.n);
  if (!parsed) {
    out->failed = true;
    return;
  }
  const GumboNode *node = parsed->root;
  while (node && node->type == GUMBO_NODE_ELEMENT) {
    const GumboVector *children = &node->v.element.children;
    node = children->length ? children->data[children->length - 1] : NULL;
  }
  if (node && node->type == GUMBO_NODE_TEXT) us_buf_puts(out, node->v.text.text);
  gumbo_destroy_output(&kGumboDefaultOptions, parsed);
}

void us_entity_decode(us_slice reference, us_buf *out) {
  us_buf_clear(out);
  if (us_slice_eq(reference, US_LIT("&amp;"))) us_buf_putc(out, '&');
  else if (us_slice_eq(reference, US_LIT("&quot;"))) us_buf_putc(out, '"');
  else if (us_slice_eq(reference, US_LIT("&nbsp;"))) us_buf_puts(out, "\u00A0");
  else if (reference.n > 1 && reference.p[reference.n - 1] == ';') look_up(reference, out);
  if (!out->n) us_buf_append(out, reference);
}

void us_entity_write(const void *cookie, us_slice text, us_buf *out) {
  (void)cookie;
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '&') us_buf_puts(out, "&amp;");
    else if (text.p[i] == '<') us_buf_puts(out, "&lt;");
    else if (text.p[i] == '>') us_buf_puts(out, "&gt;");
    else us_buf_putc(out, text.p[i]);
  }
}
