#define _GNU_SOURCE /* memmem */
#include "measure/tok13a.h"

#include "measure/blank.h"

/* The tokenizer is defined as a list of replacements, each over the whole text from left to right. They mention ASCII
 * only, so bytes will do: a byte of a longer character is neither a digit nor a mark. */

typedef void pass(us_slice in, us_buf *out);

static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool stop(char c) { return c == '.' || c == ','; }
/* ASCII marks without ' , - . */
static bool mark(char c) {
  return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') || (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') ||
         (c >= ':' && c <= '@') || c == '/';
}

static void space_marks(us_slice in, us_buf *out) {
  for (size_t i = 0; i < in.n; i++) {
    bool space = mark(in.p[i]);
    if (space) us_buf_putc(out, ' ');
    us_buf_putc(out, in.p[i]);
    if (space) us_buf_putc(out, ' ');
  }
}

/* Each of the next three looks at two neighbours, and goes on behind both where they fit. */
static void space_stop_after_letter(us_slice in, us_buf *out) {
  for (size_t i = 0; i < in.n; i++) {
    us_buf_putc(out, in.p[i]);
    if (i + 1 >= in.n || digit(in.p[i]) || !stop(in.p[i + 1])) continue;
    char spaced[3] = {' ', in.p[++i], ' '};
    us_buf_append(out, (us_slice){spaced, sizeof spaced});
  }
}

static void space_stop_before_letter(us_slice in, us_buf *out) {
  for (size_t i = 0; i < in.n; i++) {
    if (i + 1 >= in.n || !stop(in.p[i]) || digit(in.p[i + 1])) {
      us_buf_putc(out, in.p[i]);
      continue;
    }
    char spaced[4] = {' ', in.p[i], ' ', in.p[i + 1]};
    us_buf_append(out, (us_slice){spaced, sizeof spaced});
    i++;
  }
}

static void space_dash_after_digit(us_slice in, us_buf *out) {
  for (size_t i = 0; i < in.n; i++) {
    us_buf_putc(out, in.p[i]);
    if (i + 1 >= in.n || !digit(in.p[i]) || in.p[i + 1] != '-') continue;
    us_buf_append(out, US_LIT(" - "));
    i++;
  }
}

static void replace_all(us_slice in, us_slice what, us_slice by, us_buf *out) {
  size_t begin = 0;
  for (const char *at; in.n - begin >= what.n; begin = (size_t)(at - in.p) + what.n) {
    at = memmem(in.p + begin, in.n - begin, what.p, what.n);
    if (!at) break;
    us_buf_append(out, us_slice_sub(in, begin, (size_t)(at - in.p)));
    us_buf_append(out, by);
  }
  us_buf_append(out, us_slice_sub(in, begin, in.n));
}

static void turn(us_tok13a *tok) {
  us_buf done = tok->to;
  tok->to = tok->from;
  tok->from = done;
  us_buf_clear(&tok->to);
}

us_slice us_tok13a_apply(us_tok13a *tok, us_slice segment) {
  static const char *const texts[][2] = {{"<skipped>", ""}, {"-\n", ""},   {"\n", " "},  {"&quot;", "\""},
                                         {"&amp;", "&"},    {"&lt;", "<"}, {"&gt;", ">"}};
  static pass *const passes[] = {space_marks, space_stop_after_letter, space_stop_before_letter,
                                 space_dash_after_digit};
  us_buf_clear(&tok->from);
  us_buf_clear(&tok->to);
  us_buf_append(&tok->from, us_blank_rstrip(segment));
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    replace_all(us_buf_slice(&tok->from), us_slice_of(texts[i][0]), us_slice_of(texts[i][1]), &tok->to);
    turn(tok);
  }
  us_buf_putc(&tok->to, ' ');
  us_buf_append(&tok->to, us_buf_slice(&tok->from));
  us_buf_putc(&tok->to, ' ');
  turn(tok);
  for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
    passes[i](us_buf_slice(&tok->from), &tok->to);
    turn(tok);
  }
  return us_buf_slice(&tok->from);
}

void us_tok13a_free(us_tok13a *tok) {
  us_buf_free(&tok->from);
  us_buf_free(&tok->to);
}
