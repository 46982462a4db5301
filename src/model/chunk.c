#include "model/chunk.h"

#include <stdlib.h>

#include "base/hash.h"
#include "model/model_token.h"
#include "text/window.h"

/* A line of at least so many tokens is a table's if fewer than half of them are words. */
enum { TABLE_TOKENS = 6 };

static bool ends_like_a_sentence(us_slice mark) {
  static const char *const ends[] = {".", "!", "?", "...",    "\"",     "'",      ")",
                                     "]", ":", ";", "\u2026", "\u201d", "\u2019", "\u00bb"};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    if (us_slice_eq(mark, us_slice_of(ends[i]))) return true;
  return false;
}

static us_line_kind kind_of(us_slice window, const us_token *t, size_t n) {
  size_t words = 0;
  for (size_t i = 0; i < n; i++) words += t[i].kind == US_TOK_WORD || t[i].kind == US_TOK_CLITIC;
  if (n >= TABLE_TOKENS && words * 2 < n) return US_LINE_TABLE;
  bool ended = t[n - 1].kind == US_TOK_ABBREV || ends_like_a_sentence(us_token_text(window, t[n - 1]));
  return ended ? US_LINE_PROSE : US_LINE_BARE;
}

static void add_line(us_chunk *c, us_slice window, const us_token *t, size_t n, bool after_blank) {
  us_chunk_line line = {.begin = (uint32_t)c->words.n, .count = (uint32_t)n, .after_blank = after_blank};
  for (size_t i = 0; i < n; i++) {
    if (i && (t[i].flags & US_TF_SENTENCE)) us_buf_putc(&c->words, '\n');
    us_model_token(&c->words, window, t[i]);
    us_buf_putc(&c->words, ' ');
  }
  us_buf_putc(&c->words, '\n');
  line.end = (uint32_t)c->words.n;
  line.kind = (uint8_t)kind_of(window, t, n);
  line.hash = us_hash(us_slice_sub(us_buf_slice(&c->words), line.begin, c->words.failed ? line.begin : line.end));
  if (c->words.failed || !us_vec_push(&c->lines, line)) c->failed = true;
}

static bool has_blank_line(us_slice window) {
  size_t end = window.n, breaks = 0;
  while (end && (window.p[end - 1] == '\n' || window.p[end - 1] == '\r' || window.p[end - 1] == ' ' ||
                 window.p[end - 1] == '\t'))
    breaks += window.p[--end] == '\n';
  return breaks > 1;
}

static void run_text(us_chunk *c) {
  us_slice window;
  bool blank = true;
  for (size_t at = 0; !c->failed && us_window_next(c->text, &at, &window);) {
    c->tokens.n = 0;
    if (!us_tokenize(window, c->abbreviations, &c->tokens)) {
      c->failed = true;
      return;
    }
    const us_token *t = c->tokens.p;
    for (size_t i = 0, n = c->tokens.n, end; i < n && !c->failed; i = end) {
      for (end = i + 1; end < n && (t[end].flags & (US_TF_LINE | US_TF_SENTENCE)) != (US_TF_LINE | US_TF_SENTENCE);)
        end++;
      add_line(c, window, t + i, end - i, blank && i == 0);
    }
    blank = has_blank_line(window);
  }
}

/* Ready tokens: one record for everything, since nothing is left out. */
static void run_tokens(us_chunk *c) {
  us_slice rest = c->text, line;
  us_chunk_line all = {0};
  while (us_slice_cut(&rest, '\n', &line)) {
    size_t before = c->words.n;
    for (size_t i = 0; i < line.n;) {
      while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t' || line.p[i] == '\r')) i++;
      size_t begin = i;
      while (i < line.n && line.p[i] != ' ' && line.p[i] != '\t' && line.p[i] != '\r') i++;
      if (i == begin) break;
      us_buf_append(&c->words, us_slice_sub(line, begin, i));
      us_buf_putc(&c->words, ' ');
      all.count++;
    }
    if (c->words.n > before) us_buf_putc(&c->words, '\n');
  }
  all.end = (uint32_t)c->words.n;
  if (c->words.failed || !us_vec_push(&c->lines, all)) c->failed = true;
}

void us_chunk_run(us_chunk *chunk) {
  us_buf_clear(&chunk->words);
  chunk->lines.n = 0;
  if (chunk->tokenized) run_tokens(chunk);
  else run_text(chunk);
}

void us_chunk_free(us_chunk *chunk) {
  us_buf_free(&chunk->words);
  us_vec_free(&chunk->lines);
  us_vec_free(&chunk->tokens);
}
