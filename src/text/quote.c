#include "text/quote.h"

/* Beyond this many tokens an opening mark is taken for a stray one (an inch sign, an apostrophe). */
enum { LONGEST = 400, LONGEST_SINGLE = 60 };

static bool is_mark(us_slice window, us_token t, const char *mark) {
  return us_slice_eq(us_token_text(window, t), us_slice_of(mark));
}

static void quote_range(us_token *t, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) t[i].flags |= US_TF_QUOTED;
}

/* The token that closes what I opens, or N. */
static size_t find(us_slice window, const us_token *t, size_t i, size_t n, const char *mark) {
  for (size_t j = i + 1; j < n && j - i <= LONGEST; j++)
    if (is_mark(window, t[j], mark)) return j;
  return n;
}

static bool looks_like_opener(const us_token *t, size_t i, size_t n) {
  bool before = i == 0 || t[i].flags & US_TF_SPACE || (t[i - 1].kind == US_TOK_PUNCT && t[i - 1].flags & US_TF_SPACE);
  return before && i + 1 < n && !(t[i + 1].flags & US_TF_SPACE);
}

/* Straight marks look alike: one that seems to open ends the search, so that a stray mark cannot turn a page inside
 * out. */
static size_t find_straight(us_slice window, const us_token *t, size_t i, size_t n) {
  for (size_t j = i + 1; j < n && j - i <= LONGEST; j++)
    if (is_mark(window, t[j], "\"")) return looks_like_opener(t, j, n) ? n : j;
  return n;
}

static size_t line_end(const us_token *t, size_t i, size_t n) {
  size_t j = i + 1;
  while (j < n && !(t[j].flags & US_TF_LINE)) j++;
  return j;
}

/* A single mark closes only where no letter follows, which tells it from an apostrophe that stands alone. */
static size_t find_single(us_slice window, const us_token *t, size_t i, size_t n, const char *mark) {
  for (size_t j = i + 1; j < n && j - i <= LONGEST_SINGLE; j++) {
    bool word_follows = j + 1 < n && !(t[j + 1].flags & US_TF_SPACE) && t[j + 1].kind == US_TOK_WORD;
    if (is_mark(window, t[j], mark) && !(t[j].flags & US_TF_SPACE) && !word_follows) return j;
  }
  return n;
}

void us_quotes_mark(us_slice window, us_token *t, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (t[i].kind != US_TOK_PUNCT) continue;
    bool opens = looks_like_opener(t, i, n), curly = is_mark(window, t[i], "\u201c");
    size_t close = n;
    if (curly) close = find(window, t, i, n, "\u201d");
    else if (is_mark(window, t[i], "\u00ab")) close = find(window, t, i, n, "\u00bb");
    else if (opens && is_mark(window, t[i], "\"")) close = find_straight(window, t, i, n);
    else if (opens && is_mark(window, t[i], "\u2018")) close = find_single(window, t, i, n, "\u2019");
    else if (opens && is_mark(window, t[i], "'")) close = find_single(window, t, i, n, "'");
    if (close == n && !curly) continue;
    t[i].flags |= US_TF_OPENER;
    bool unclosed = close == n;
    if (unclosed) close = line_end(t, i, n);
    quote_range(t, i + 1, close);
    i = unclosed ? close - 1 : close;
  }
}
