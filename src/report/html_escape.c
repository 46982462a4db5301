/* Text from outside, made harmless to a browser. */

#include "report/html.h"
#include "report/safe.h"

static void put(FILE *out, const char *bytes, size_t n) {
  for (size_t i = 0; i < n; i++) {
    switch (bytes[i]) {
      case '&': fputs("&amp;", out); break;
      case '<': fputs("&lt;", out); break;
      case '>': fputs("&gt;", out); break;
      case '"': fputs("&quot;", out); break;
      case '\'': fputs("&#39;", out); break;
      default: fputc(bytes[i], out);
    }
  }
}

void us_web_text(FILE *out, us_slice s) {
  us_glyph g;
  for (size_t at = 0; at < s.n;) {
    at += us_glyph_next(s, at, &g);
    put(out, g.text, g.n);
  }
}

void us_web_bytes(FILE *out, us_slice s, char next) {
  us_glyph g;
  for (size_t at = 0, n; at < s.n; at += n) {
    n = us_glyph_next(s, at, &g);
    if (!g.changed || s.p[at] == '\t') {
      put(out, s.p + at, n);
      continue;
    }
    bool hidden = s.p[at] == '\r' && at + 1 == s.n && next == '\n';
    fputs("<b class=\"x\" data-x=\"", out);
    for (size_t i = 0; i < n; i++) fprintf(out, "%02X", (unsigned char)s.p[at + i]);
    fputs("\">", out);
    if (!hidden) put(out, g.text, g.n);
    fputs("</b>", out);
  }
}

/* These three stand in JSON only inside strings, where escapes may take their place. */
static int put_web_json(const char *bytes, size_t n, void *cookie) {
  FILE *out = cookie;
  for (const char *c = bytes; c < bytes + n; c++) {
    if (*c == '<' || *c == '>' || *c == '&') fprintf(out, "\\u%04X", (unsigned)*c);
    else fputc(*c, out);
  }
  return 0;
}

/* Not by json_dumps, which may lose a key when its buffer cannot grow, and not tell. */
bool us_web_json(FILE *out, json_t *value) {
  bool ok =
      value && json_dump_callback(value, put_web_json, out,
                                  JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(5)) == 0;
  json_decref(value);
  return ok;
}

void us_web_path(FILE *out, us_slice path) {
  for (size_t i = 0; i < path.n; i++) {
    unsigned char c = (unsigned char)path.p[i];
    bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~/", c));
    if (plain) fputc(c, out);
    else fprintf(out, "%%%02X", c);
  }
}

void us_web_count(FILE *out, size_t n) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%zu", n);
  for (int i = 0; i < length; i++) {
    if (i && (length - i) % 3 == 0) fputc(',', out);
    fputc(digits[i], out);
  }
}

static const us_web_part *find_part(const us_web_part *parts, size_t n, us_slice name) {
  for (size_t i = 0; i < n; i++)
    if (us_slice_eq(us_slice_of(parts[i].name), name)) return &parts[i];
  return NULL;
}

bool us_web_fill(FILE *out, us_slice template, const us_web_part *parts, size_t n, const void *cookie) {
  size_t done = 0;
  for (size_t at = 0; at + 1 < template.n; at++) {
    if (template.p[at] != '{' || template.p[at + 1] != '{') continue;
    const char *close = memchr(template.p + at, '}', template.n - at);
    size_t end = close ? (size_t)(close - template.p) : template.n;
    const us_web_part *part = find_part(parts, n, us_slice_sub(template, at + 2, end));
    fwrite(template.p + done, 1, at - done, out);
    if (!part || !part->write(out, cookie)) return false;
    done = end + 2;
    at = done - 1;
  }
  fwrite(template.p + done, 1, template.n - done, out);
  return true;
}
