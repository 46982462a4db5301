#include "measure/lower.h"

#include <utf8proc.h>

enum { CAPITAL_SIGMA = 0x3A3, DOTTED_I = 0x130 };

static bool cased(int32_t cp) { return us_is_upper(cp) || us_is_lower(cp); }
static bool ignorable(int32_t cp) {
  return us_is_mark(cp) || us_is_apostrophe(cp) || cp == '.' || cp == ':' || cp == '^' || cp == '`' || cp == 0xAD;
}

/* A capital sigma becomes the final one behind a cased letter and before none, whatever marks stand between. */
static bool final_sigma(us_slice text, size_t at, size_t end) {
  int32_t cp = 0;
  while (at > 0) {
    at = us_utf8_prev(text, at);
    us_utf8_next(text, at, &cp);
    if (!ignorable(cp)) break;
  }
  if (!cased(cp)) return false;
  for (cp = 0; end < text.n;) {
    end += us_utf8_next(text, end, &cp);
    if (!ignorable(cp)) break;
  }
  return !cased(cp);
}

static void put(us_buf *out, int32_t cp) {
  utf8proc_uint8_t bytes[4];
  us_buf_append(out, (us_slice){(const char *)bytes, (size_t)utf8proc_encode_char(cp, bytes)});
}

void us_lower(us_buf *out, us_slice text) {
  if (!us_buf_reserve(out, text.n + text.n / 2)) return;
  int32_t cp;
  for (size_t at = 0, step; at < text.n; at += step) {
    step = us_utf8_next(text, at, &cp);
    if (cp == US_INVALID) us_buf_putc(out, text.p[at]);
    else if (cp < 0x80) us_buf_putc(out, cp >= 'A' && cp <= 'Z' ? (char)(cp | 32) : (char)cp);
    else if (cp == DOTTED_I) us_buf_puts(out, "i\xCC\x87");
    else if (cp == CAPITAL_SIGMA) put(out, final_sigma(text, at, at + step) ? 0x3C2 : 0x3C3);
    else put(out, utf8proc_tolower(cp));
  }
}
