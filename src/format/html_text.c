#define _GNU_SOURCE /* memmem */
#include "format/html_text.h"

#include "format/entity.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

static bool opens_tag(us_slice s, size_t at, size_t end) {
  if (at + 1 >= end) return false;
  char c = s.p[at + 1];
  return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '/' || c == '!' || c == '?';
}

size_t us_html_tag_end(us_slice s, size_t at, size_t end) {
  if (!opens_tag(s, at, end)) return at;
  if (end - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) {
    const char *close = memmem(s.p + at + 4, end - at - 4, "-->", 3);
    return close ? (size_t)(close - s.p) + 3 : end;
  }
  char quote = 0;
  for (size_t i = at + 1; i < end; i++) {
    char c = s.p[i];
    if (quote) quote = c == quote ? 0 : quote;
    else if ((c == '"' || c == '\'') && s.p[i - 1] == '=') quote = c;
    else if (c == '>') return i + 1;
  }
  return end;
}

void us_html_reference(us_prose *p, us_slice source, size_t begin, size_t end) {
  us_buf text = {0};
  us_entity_decode(us_slice_sub(source, begin, end), &text);
  if (text.failed) p->failed = true;
  us_prose_add(p, US_STRETCH_FIXED, us_buf_slice(&text), begin, end - begin);
  us_buf_free(&text);
}

static size_t add_blanks(us_prose *p, us_slice source, size_t begin, size_t end) {
  size_t at = begin;
  bool line = false;
  for (; at < end && is_blank(source.p[at]); at++) line |= source.p[at] != ' ' && source.p[at] != '\t';
  if (line) us_prose_add_blank(p, begin, at - begin);
  else us_prose_add_plain(p, source, begin, at);
  return at;
}

void us_html_text(us_prose *p, us_slice source, size_t begin, size_t end) {
  for (size_t at = begin; at < end;) {
    char c = source.p[at];
    if (is_blank(c)) {
      at = add_blanks(p, source, at, end);
      continue;
    }
    size_t special = c == '<' ? us_html_tag_end(source, at, end) : at;
    if (special > at) {
      at = special;
      continue;
    }
    size_t reference = c == '&' ? us_entity_length(us_slice_sub(source, at, end)) : 1;
    if (reference > 1) {
      us_html_reference(p, source, at, at + reference);
      at += reference;
      continue;
    }
    size_t stop = at + 1;
    while (stop < end && !is_blank(source.p[stop]) && source.p[stop] != '<' && source.p[stop] != '&') stop++;
    us_prose_add_plain(p, source, at, stop);
    at = stop;
  }
}
