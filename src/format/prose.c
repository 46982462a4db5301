#include "format/prose.h"

void us_prose_clear(us_prose *p) {
  us_buf_clear(&p->text);
  p->text.failed = p->failed = p->strict = false;
  p->map.n = 0;
  p->write = NULL;
  p->needs_quotes = NULL;
}

void us_prose_free(us_prose *p) {
  us_buf_free(&p->text);
  us_vec_free(&p->map);
}

void us_prose_add(us_prose *p, us_stretch_kind kind, us_slice text, size_t source, size_t source_len) {
  if (!text.n) return;
  us_stretch s = {.prose = p->text.n, .prose_len = text.n, .source = source, .source_len = source_len, .kind = kind};
  us_buf_append(&p->text, text);
  if (p->text.failed || !us_vec_push(&p->map, s)) p->failed = true;
}

void us_prose_add_plain(us_prose *p, us_slice source, size_t begin, size_t end) {
  us_stretch *last = p->map.n ? &p->map.p[p->map.n - 1] : NULL;
  bool goes_on = last && last->kind == US_STRETCH_PLAIN && last->source + last->source_len == begin;
  if (!goes_on) {
    us_prose_add(p, US_STRETCH_PLAIN, us_slice_sub(source, begin, end), begin, end - begin);
    return;
  }
  us_buf_append(&p->text, us_slice_sub(source, begin, end));
  last->prose_len += end - begin;
  last->source_len += end - begin;
  p->failed |= p->text.failed;
}

static char last_byte(const us_prose *p) { return p->text.n ? p->text.p[p->text.n - 1] : '\n'; }

void us_prose_add_blank(us_prose *p, size_t source, size_t source_len) {
  if (last_byte(p) != '\n') us_prose_add(p, US_STRETCH_BLANK, US_LIT(" "), source, source_len);
}

static size_t source_end(const us_prose *p) {
  if (!p->map.n) return 0;
  const us_stretch *last = &p->map.p[p->map.n - 1];
  return last->source + last->source_len;
}

void us_prose_end_line(us_prose *p) {
  if (p->text.n) us_prose_add(p, US_STRETCH_BREAK, US_LIT("\n"), source_end(p), 0);
}

void us_prose_end_paragraph(us_prose *p) {
  if (!p->text.n || (p->text.n >= 2 && memcmp(p->text.p + p->text.n - 2, "\n\n", 2) == 0)) return;
  us_prose_add(p, US_STRETCH_BREAK, last_byte(p) == '\n' ? US_LIT("\n") : US_LIT("\n\n"), source_end(p), 0);
}

void us_prose_add_object(us_prose *p) { us_prose_add(p, US_STRETCH_BREAK, US_LIT(US_PROSE_OBJECT), source_end(p), 0); }

size_t us_prose_find(const us_prose *p, size_t at) {
  size_t lo = 0, hi = p->map.n;
  while (hi - lo > 1) {
    size_t mid = (lo + hi) / 2;
    if (p->map.p[mid].prose <= at) lo = mid;
    else hi = mid;
  }
  return lo;
}
