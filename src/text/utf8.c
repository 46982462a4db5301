#include "text/utf8.h"

#include <utf8proc.h>

size_t us_utf8_next(us_slice s, size_t at, int32_t *cp) {
  unsigned char c = (unsigned char)s.p[at];
  if (c < 0x80) {
    *cp = c;
    return 1;
  }
  utf8proc_ssize_t left = s.n - at > 4 ? 4 : (utf8proc_ssize_t)(s.n - at);
  utf8proc_int32_t found;
  utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + at, left, &found);
  if (n <= 0) {
    *cp = US_INVALID;
    return 1;
  }
  *cp = found;
  return (size_t)n;
}

size_t us_utf8_prev(us_slice s, size_t at) {
  size_t from = at > 4 ? at - 4 : 0;
  for (size_t start = at - 1;; start--) {
    int32_t cp;
    if (start + us_utf8_next(s, start, &cp) == at && (cp != US_INVALID || start == at - 1)) {
      if (cp != US_INVALID) return start;
    }
    if (start == from) return at - 1;
  }
}

size_t us_utf8_count(us_slice s) {
  size_t n = 0;
  int32_t cp;
  for (size_t at = 0; at < s.n; at += us_utf8_next(s, at, &cp)) n++;
  return n;
}

bool us_utf8_valid(us_slice s) {
  int32_t cp;
  for (size_t at = 0; at < s.n; at += us_utf8_next(s, at, &cp)) {
    int32_t here;
    us_utf8_next(s, at, &here);
    if (here == US_INVALID) return false;
  }
  return true;
}

static utf8proc_category_t category(int32_t cp) { return cp < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(cp); }

bool us_is_letter(int32_t cp) {
  if (cp < 0x80) return (cp | 32) >= 'a' && (cp | 32) <= 'z';
  utf8proc_category_t c = category(cp);
  return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO;
}
bool us_is_mark(int32_t cp) {
  utf8proc_category_t c = cp < 0x300 ? UTF8PROC_CATEGORY_CN : category(cp);
  return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}
bool us_is_digit(int32_t cp) { return cp < 0x80 ? cp >= '0' && cp <= '9' : category(cp) == UTF8PROC_CATEGORY_ND; }
bool us_is_space(int32_t cp) {
  if (cp < 0x80) return cp == ' ' || (cp >= '\t' && cp <= '\r');
  return cp == 0x85 || cp == 0xFEFF || cp == 0x200B ||
         (category(cp) >= UTF8PROC_CATEGORY_ZS && category(cp) <= UTF8PROC_CATEGORY_ZP);
}
bool us_is_upper(int32_t cp) {
  if (cp < 0x80) return cp >= 'A' && cp <= 'Z';
  return category(cp) == UTF8PROC_CATEGORY_LU || category(cp) == UTF8PROC_CATEGORY_LT;
}
bool us_is_lower(int32_t cp) { return cp < 0x80 ? cp >= 'a' && cp <= 'z' : category(cp) == UTF8PROC_CATEGORY_LL; }
bool us_is_apostrophe(int32_t cp) { return cp == '\'' || cp == 0x2019 || cp == 0x2018 || cp == 0x02BC; }
bool us_is_hyphen(int32_t cp) { return cp == '-' || cp == 0x2010 || cp == 0x2011; }

static void put_cp(us_buf *out, int32_t cp) {
  utf8proc_uint8_t bytes[4];
  utf8proc_ssize_t n = utf8proc_encode_char(cp, bytes);
  us_buf_append(out, (us_slice){(const char *)bytes, (size_t)n});
}

void us_fold(us_buf *out, us_slice s) {
  int32_t cp;
  for (size_t at = 0, step; at < s.n; at += step) {
    step = us_utf8_next(s, at, &cp);
    if (cp == US_INVALID) us_buf_putc(out, s.p[at]);
    else if (cp < 0x80) us_buf_putc(out, cp >= 'A' && cp <= 'Z' ? (char)(cp | 32) : (char)cp);
    else if (us_is_apostrophe(cp)) us_buf_putc(out, '\'');
    else if (us_is_hyphen(cp)) us_buf_putc(out, '-');
    else put_cp(out, utf8proc_tolower(cp));
  }
}

us_shape us_shape_of(us_slice word) {
  size_t upper = 0, lower = 0;
  bool first_upper = false, first_seen = false;
  int32_t cp;
  for (size_t at = 0; at < word.n;) {
    at += us_utf8_next(word, at, &cp);
    bool u = us_is_upper(cp), l = us_is_lower(cp);
    if (!u && !l) continue;
    if (!first_seen) first_upper = u;
    first_seen = true;
    upper += u;
    lower += l;
  }
  if (!first_seen) return US_SHAPE_NONE;
  if (!upper) return US_SHAPE_LOWER;
  if (!lower) return upper > 1 ? US_SHAPE_UPPER : US_SHAPE_TITLE;
  return first_upper && upper == 1 ? US_SHAPE_TITLE : US_SHAPE_MIXED;
}

void us_apply_shape(us_buf *out, us_slice word, us_shape shape) {
  if (shape != US_SHAPE_TITLE && shape != US_SHAPE_UPPER) {
    us_buf_append(out, word);
    return;
  }
  int32_t cp;
  bool raise = true;
  for (size_t at = 0, step; at < word.n; at += step) {
    step = us_utf8_next(word, at, &cp);
    if (cp == US_INVALID || !raise || !us_is_letter(cp)) {
      us_buf_append(out, us_slice_sub(word, at, at + step));
      continue;
    }
    put_cp(out, utf8proc_toupper(cp));
    raise = shape == US_SHAPE_UPPER;
  }
}
