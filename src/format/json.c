/* json.c - JSON by its places in the source, which no library at hand gives: only whole lines are ever held. */
#include <stdio.h>

#include "base/buf.h"
#include "format/cells.h"
#include "text/utf8.h"

enum { DEEPEST = 512 };

typedef struct scanner {
  us_slice s;
  size_t at;
  const char *const *fields;
  size_t count;
  us_buf path; /* keys down to here, joined by dots */
  us_cell_vec *cells;
  uint64_t found; /* bits of the fields that there are */
  bool failed;    /* out of memory */
  const char *why;
  unsigned depth;
} scanner;

static bool scan_value(scanner *j);

static bool wrong(scanner *j, const char *why) {
  if (!j->why) j->why = why;
  return false;
}

static void skip_blank(scanner *j) {
  while (j->at < j->s.n && memchr(" \t\r\n", j->s.p[j->at], 4)) j->at++;
}

static bool take(scanner *j, char c) {
  skip_blank(j);
  if (j->at >= j->s.n || j->s.p[j->at] != c) return false;
  j->at++;
  return true;
}

/* ---- strings ---- */

static int hex4(us_slice s, size_t at) {
  if (s.n < at + 4) return -1;
  int value = 0;
  for (size_t i = at; i < at + 4; i++) {
    char c = s.p[i];
    int digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

size_t us_json_escape(us_slice s, int32_t *code) {
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  if (s.n < 2) return 0;
  const char *simple = memchr(letters, s.p[1], sizeof letters - 1);
  if (simple) {
    *code = (unsigned char)meanings[simple - letters];
    return 2;
  }
  int high = s.p[1] == 'u' ? hex4(s, 2) : -1;
  if (high < 0) return 0;
  *code = high >= 0xD800 && high < 0xE000 ? -1 : high;
  if (high < 0xD800 || high >= 0xDC00 || s.n < 12 || s.p[6] != '\\' || s.p[7] != 'u') return 6;
  int low = hex4(s, 8);
  if (low < 0xDC00 || low >= 0xE000) return 6;
  *code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
  return 12;
}

/* Behind the opening quotation mark; leaves AT behind the closing one. */
static bool scan_string(scanner *j, us_cell *cell) {
  cell->begin = j->at;
  cell->quoted = true;
  while (j->at < j->s.n) {
    unsigned char c = (unsigned char)j->s.p[j->at];
    int32_t code;
    if (c == '"') {
      cell->end = j->at++;
      return true;
    }
    if (c < 0x20) return wrong(j, "a control character in a string");
    size_t n = c == '\\' ? us_json_escape(us_slice_sub(j->s, j->at, j->s.n), &code) : 1;
    if (n == 0) return wrong(j, "an escape sequence that JSON does not have");
    j->at += n;
  }
  return wrong(j, "a string without its end");
}

static void append_code(us_buf *out, int32_t code) {
  if (code < 0x80) us_buf_putc(out, (char)code);
  else if (code < 0x800) us_buf_printf(out, "%c%c", 0xC0 | code >> 6, 0x80 | (code & 63));
  else if (code < 0x10000) us_buf_printf(out, "%c%c%c", 0xE0 | code >> 12, 0x80 | (code >> 6 & 63), 0x80 | (code & 63));
  else {
    us_buf_printf(out, "%c%c%c%c", 0xF0 | code >> 18, 0x80 | (code >> 12 & 63), 0x80 | (code >> 6 & 63),
                  0x80 | (code & 63));
  }
}

/* ---- objects ---- */

/* No other key may pass for one that was asked for: half a pair of surrogates becomes a NUL, which no option can hold,
 * and an empty key is parted by a dot like any other. */
static void push_key(scanner *j, const us_cell *key) {
  if (j->depth) us_buf_putc(&j->path, '.');
  for (size_t at = key->begin; at < key->end;) {
    int32_t code = 0;
    bool escape = j->s.p[at] == '\\';
    size_t n = escape ? us_json_escape(us_slice_sub(j->s, at, key->end), &code) : 1;
    if (!escape) us_buf_putc(&j->path, j->s.p[at]);
    else append_code(&j->path, code < 0 ? 0 : code);
    at += n ? n : 1;
  }
}

static bool is_wanted(scanner *j) {
  for (size_t i = 0; i < j->count; i++) {
    if (!us_slice_eq(us_slice_of(j->fields[i]), us_buf_slice(&j->path))) continue;
    if (i < 64) j->found |= UINT64_C(1) << i;
    return true;
  }
  return false;
}

static bool scan_member(scanner *j) {
  us_cell key, value;
  if (!take(j, '"')) return wrong(j, "a key is missing");
  if (!scan_string(j, &key)) return false;
  if (!take(j, ':')) return wrong(j, "a colon is missing behind a key");
  size_t outer = j->path.n;
  push_key(j, &key);
  bool ok;
  skip_blank(j);
  if (j->at < j->s.n && j->s.p[j->at] == '"') {
    j->at++;
    ok = scan_string(j, &value);
    if (ok && is_wanted(j) && !us_vec_push(j->cells, value)) j->failed = true;
  } else ok = scan_value(j);
  j->path.n = outer;
  return ok;
}

static bool scan_object(scanner *j) {
  if (take(j, '}')) return true;
  do {
    if (!scan_member(j)) return false;
  } while (take(j, ','));
  return take(j, '}') || wrong(j, "a comma or the end of an object is missing");
}

static bool scan_array(scanner *j) {
  if (take(j, ']')) return true;
  /* what stands in an array has no name of its own */
  size_t count = j->count;
  j->count = 0;
  bool ok = true;
  do ok = scan_value(j);
  while (ok && take(j, ','));
  j->count = count;
  return ok && (take(j, ']') || wrong(j, "a comma or the end of an array is missing"));
}

static bool scan_digits(scanner *j) {
  size_t begin = j->at;
  while (j->at < j->s.n && j->s.p[j->at] >= '0' && j->s.p[j->at] <= '9') j->at++;
  return j->at > begin;
}

static bool scan_number(scanner *j) {
  if (j->s.p[j->at] == '-') j->at++;
  size_t begin = j->at;
  if (!scan_digits(j) || (j->s.p[begin] == '0' && j->at > begin + 1)) return wrong(j, "no value where one should be");
  if (j->at < j->s.n && j->s.p[j->at] == '.') {
    j->at++;
    if (!scan_digits(j)) return wrong(j, "a number without its digits");
  }
  if (j->at < j->s.n && (j->s.p[j->at] | 32) == 'e') {
    j->at++;
    if (j->at < j->s.n && (j->s.p[j->at] == '+' || j->s.p[j->at] == '-')) j->at++;
    if (!scan_digits(j)) return wrong(j, "a number without its digits");
  }
  return true;
}

static bool scan_word(scanner *j, us_slice word) {
  if (j->s.n - j->at < word.n || memcmp(j->s.p + j->at, word.p, word.n) != 0) return false;
  j->at += word.n;
  return true;
}

static bool scan_value(scanner *j) {
  us_cell unused;
  skip_blank(j);
  if (j->at >= j->s.n) return wrong(j, "it ends too early");
  if (scan_word(j, US_LIT("true")) || scan_word(j, US_LIT("false")) || scan_word(j, US_LIT("null"))) return true;
  if (take(j, '"')) return scan_string(j, &unused);
  bool object = take(j, '{'), array = !object && take(j, '[');
  if (!object && !array) return scan_number(j);
  if (++j->depth > DEEPEST) return wrong(j, "nested too deep");
  bool ok = object ? scan_object(j) : scan_array(j);
  j->depth--;
  return ok;
}

bool us_json_cells(us_slice record, const char *const *fields, size_t count, us_cell_vec *out, uint64_t *found,
                   const char **why) {
  scanner j = {.s = record, .fields = fields, .count = count, .cells = out};
  bool ok = take(&j, '{') || wrong(&j, "no JSON object");
  ok = ok && scan_object(&j);
  skip_blank(&j);
  if (ok && j.at < record.n) wrong(&j, "something stands behind the object");
  *why = j.why;
  if (!j.why) *found |= j.found;
  bool failed = j.failed || j.path.failed;
  us_buf_free(&j.path);
  return !failed;
}

/* ---- prose ---- */

/* COOKIE, if not NULL: nothing but ASCII. */
static void write_string(const void *cookie, us_slice text, us_buf *out) {
  for (size_t at = 0; at < text.n;) {
    int32_t code;
    size_t n = us_utf8_next(text, at, &code);
    if (code == '"' || code == '\\') us_buf_printf(out, "\\%c", (char)code);
    else if (code == '\n') us_buf_puts(out, "\\n");
    else if (code >= 0 && (code < 0x20 || (cookie && code >= 0x7F && code < 0x10000)))
      us_buf_printf(out, "\\u%04x", (unsigned)code);
    else if (cookie && code >= 0x10000)
      us_buf_printf(out, "\\u%04x\\u%04x", 0xD800 + ((unsigned)(code - 0x10000) >> 10),
                    0xDC00 + ((unsigned)(code - 0x10000) & 0x3FF));
    else us_buf_append(out, us_slice_sub(text, at, at + n));
    at += n;
  }
}

void us_json_read(us_slice source, size_t begin, size_t end, bool ascii, us_prose *prose) {
  static const char only_ascii;
  us_buf text = {0};
  us_prose_clear(prose);
  prose->write = write_string;
  prose->cookie = ascii ? &only_ascii : NULL;
  for (size_t at = begin; at < end;) {
    const char *escape = memchr(source.p + at, '\\', end - at);
    size_t stop = escape ? (size_t)(escape - source.p) : end;
    if (stop > at) us_prose_add_plain(prose, source, at, stop);
    at = stop;
    if (at == end) break;
    int32_t code = -1;
    size_t n = us_json_escape(us_slice_sub(source, at, end), &code);
    us_buf_clear(&text);
    if (code > 0) append_code(&text, code);
    if (code > 0) us_prose_add(prose, US_STRETCH_ESCAPE, us_buf_slice(&text), at, n);
    else us_prose_add(prose, US_STRETCH_FIXED, US_LIT(US_PROSE_OBJECT), at, n);
    at += n ? n : 1;
  }
  prose->failed |= text.failed;
  us_buf_free(&text);
}
