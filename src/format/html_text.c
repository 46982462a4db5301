#define _GNU_SOURCE /* memmem */
#include "format/html_text.h"

#include "format/entity.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

static bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }

static size_t behind(us_slice s, size_t at, size_t end, us_slice what) {
  const char *hit = at < end ? memmem(s.p + at, end - at, what.p, what.n) : NULL;
  return hit ? (size_t)(hit - s.p) + what.n : end;
}

/* Behind the value of an attribute, which may begin at AT, behind a '='. */
static size_t value_end(us_slice s, size_t at, size_t end) {
  while (at < end && is_blank(s.p[at])) at++;
  if (at < end && (s.p[at] == '"' || s.p[at] == '\'')) return behind(s, at + 1, end, us_slice_sub(s, at, at + 1));
  while (at < end && !is_blank(s.p[at]) && s.p[at] != '>') at++;
  return at;
}

/* Behind the tag whose name begins at AT. A quotation mark is one only where a value begins. */
static size_t named_tag_end(us_slice s, size_t at, size_t end) {
  while (at < end && !is_blank(s.p[at]) && s.p[at] != '/' && s.p[at] != '>') at++;
  while (at < end) {
    while (at < end && (is_blank(s.p[at]) || s.p[at] == '/')) at++;
    if (at < end && s.p[at] == '>') return at + 1;
    if (at < end) at++; /* a name may begin with '=' */
    while (at < end && !is_blank(s.p[at]) && s.p[at] != '/' && s.p[at] != '>' && s.p[at] != '=') at++;
    size_t next = at;
    while (next < end && is_blank(s.p[next])) next++;
    if (next < end && s.p[next] == '=') at = value_end(s, next + 1, end);
  }
  return end;
}

size_t us_html_tag_end(us_slice s, size_t at, size_t end) {
  if (at + 1 >= end) return at;
  char c = s.p[at + 1];
  if (is_letter(c)) return named_tag_end(s, at + 1, end);
  if (c == '/' && at + 2 < end && is_letter(s.p[at + 2])) return named_tag_end(s, at + 2, end);
  if (end - at >= 4 && memcmp(s.p + at, "<!--", 4) == 0) return behind(s, at + 4, end, US_LIT("-->"));
  /* the parser takes the rest of these for a comment */
  return c == '/' || c == '!' || c == '?' ? behind(s, at + 2, end, US_LIT(">")) : at;
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
