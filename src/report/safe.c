#include "report/safe.h"

#include <utf8proc.h>

static bool is_harmful(utf8proc_int32_t cp) {
  utf8proc_category_t category = utf8proc_category(cp);
  if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP)
    return true;
  if (category != UTF8PROC_CATEGORY_CF) return false;
  /* Of the format characters only those that reorder what stands around them: joiners and soft hyphens are text. */
  int bidi = utf8proc_get_property(cp)->bidi_class;
  return bidi != UTF8PROC_BIDI_CLASS_BN && bidi != UTF8PROC_BIDI_CLASS_AN;
}

static void escape(us_glyph *glyph, char mark, unsigned value, unsigned digits) {
  glyph->text[0] = '\\';
  glyph->text[1] = mark;
  for (unsigned i = 0; i < digits; i++) glyph->text[2 + i] = "0123456789ABCDEF"[value >> (4 * (digits - 1 - i)) & 15u];
  glyph->n = glyph->width = (unsigned char)(2 + digits);
  glyph->changed = true;
}

size_t us_glyph_next(us_slice s, size_t at, us_glyph *glyph) {
  unsigned char byte = (unsigned char)s.p[at];
  if (byte >= 0x20 && byte < 0x7F) {
    *glyph = (us_glyph){.text = {s.p[at]}, .n = 1, .width = 1};
    return 1;
  }
  if (byte < 0x80) {
    escape(glyph, 'x', byte, 2);
    return 1;
  }
  utf8proc_int32_t cp = -1;
  size_t left = s.n - at;
  utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + at, left < 4 ? (utf8proc_ssize_t)left : 4, &cp);
  if (n < 1) {
    escape(glyph, 'x', byte, 2);
    return 1;
  }
  if (cp < 0x10000 && is_harmful(cp)) {
    escape(glyph, 'u', (unsigned)cp, 4);
    return (size_t)n;
  }
  *glyph = (us_glyph){.n = (unsigned char)n};
  memcpy(glyph->text, s.p + at, (size_t)n);
  int width = utf8proc_charwidth(cp);
  glyph->width = (unsigned char)(width > 0 ? width : 0);
  return (size_t)n;
}

void us_safe_write(FILE *out, us_slice s, bool lines) {
  size_t done = 0; /* runs of harmless bytes are written at once */
  for (size_t at = 0; at < s.n;) {
    us_glyph glyph;
    size_t n = us_glyph_next(s, at, &glyph);
    if (glyph.changed && !(lines && (s.p[at] == '\n' || s.p[at] == '\t'))) {
      fwrite(s.p + done, 1, at - done, out);
      fwrite(glyph.text, 1, glyph.n, out);
      done = at + n;
    }
    at += n;
  }
  fwrite(s.p + done, 1, s.n - done, out);
}

void us_safe_append(us_buf *out, us_slice s) {
  for (size_t at = 0; at < s.n;) {
    us_glyph glyph;
    at += us_glyph_next(s, at, &glyph);
    us_buf_append(out, (us_slice){glyph.text, glyph.n});
  }
}
