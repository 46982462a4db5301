#include "format/entity.h"

#include "format/html_tree.h"

enum { LONGEST_NAME = 33 }; /* CounterClockwiseContourIntegral; */

static bool is_name(char c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

size_t us_entity_length(us_slice s) {
  size_t n = s.n > 1 && s.p[1] == '#' ? 2 : 1, begin = n;
  while (n < s.n && n < begin + LONGEST_NAME && is_name(s.p[n])) n++;
  if (n == begin) return 1;
  return n < s.n && s.p[n] == ';' ? n + 1 : n;
}

/* Those that stand in nearly every page. */
static const char *const common[][2] = {
    {"&amp;", "&"},        {"&lt;", "<"},         {"&gt;", ">"},          {"&quot;", "\""},      {"&apos;", "'"},
    {"&#39;", "'"},        {"&nbsp;", "\u00A0"},  {"&#160;", "\u00A0"},   {"&ndash;", "\u2013"}, {"&mdash;", "\u2014"},
    {"&lsquo;", "\u2018"}, {"&rsquo;", "\u2019"}, {"&ldquo;", "\u201C"},  {"&rdquo;", "\u201D"}, {"&#8217;", "\u2019"},
    {"&#8220;", "\u201C"}, {"&#8221;", "\u201D"}, {"&hellip;", "\u2026"},
};

/* The parser knows the two thousand others. */
static void look_up(us_slice reference, us_buf *out) {
  us_html_tree tree = {.document = NULL};
  out->failed |= us_html_tree_read(&tree, reference, NULL) != UNSPIN_OK;
  const GumboNode *node = tree.document;
  while (node && (node->type == GUMBO_NODE_DOCUMENT || node->type == GUMBO_NODE_ELEMENT)) {
    const GumboVector *children =
        node->type == GUMBO_NODE_DOCUMENT ? &node->v.document.children : &node->v.element.children;
    node = children->length ? children->data[children->length - 1] : NULL;
  }
  if (node && node->type == GUMBO_NODE_TEXT) us_buf_puts(out, node->v.text.text);
  us_html_tree_free(&tree);
}

void us_entity_decode(us_slice reference, us_buf *out) {
  us_buf_clear(out);
  for (size_t i = 0; !out->n && i < sizeof common / sizeof *common; i++)
    if (us_slice_eq(reference, us_slice_of(common[i][0]))) us_buf_puts(out, common[i][1]);
  if (!out->n && reference.n > 1 && reference.p[reference.n - 1] == ';') look_up(reference, out);
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
