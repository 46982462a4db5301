#include "format/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <strings.h>
#include <uchardet/uchardet.h>

#include "text/utf8.h"

enum { LOOKED_AT = 1 << 20 };

static const us_charset utf8 = {.name = "UTF-8"};

bool us_charset_is_utf8(const us_charset *c) { return strcasecmp(c->name, "UTF-8") == 0; }

static const struct {
  const char *name, *mark;
  size_t len;
} marks[] = {{"UTF-32LE", "\xFF\xFE\0\0", 4},
             {"UTF-32BE", "\0\0\xFE\xFF", 4},
             {"UTF-16LE", "\xFF\xFE", 2},
             {"UTF-16BE", "\xFE\xFF", 2}};

/* glibc says "no such conversion" where memory was short while it looked for one, too: asked again, it knows. */
static iconv_t open_conversion(const char *to, const char *from) {
  iconv_t cd = iconv_open(to, from);
  return cd == (iconv_t)-1 && errno == EINVAL ? iconv_open(to, from) : cd;
}

static us_charset with_name(const char *name) {
  us_charset c = {.mark_len = 0};
  snprintf(c.name, sizeof c.name, "%s", name);
  return c;
}

static bool find_mark(us_slice bytes, us_charset *out) {
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    if (bytes.n < marks[i].len || memcmp(bytes.p, marks[i].mark, marks[i].len) != 0) continue;
    *out = with_name(marks[i].name);
    memcpy(out->mark, marks[i].mark, marks[i].len);
    out->mark_len = marks[i].len;
    return true;
  }
  return false;
}

/* More sound sequences than broken bytes: UTF-8 that was damaged, not another encoding. */
static bool is_utf8(us_slice bytes) {
  size_t sound = 0, broken = 0;
  for (size_t at = 0; at < bytes.n;) {
    int32_t code;
    size_t n = us_utf8_next(bytes, at, &code);
    /* the last character may have been cut */
    if (code == US_INVALID && bytes.n - at >= 4) broken++;
    else if (n > 1) sound++;
    at += n;
  }
  return broken <= sound;
}

static unspin_status guess(us_slice bytes, us_charset *out, unspin_error *err) {
  uchardet_t detector = uchardet_new();
  if (!detector) return us_nomem(err);
  bool ok = uchardet_handle_data(detector, bytes.p, bytes.n) == 0;
  uchardet_data_end(detector);
  const char *name = uchardet_get_charset(detector);
  bool known = ok && *name && strlen(name) < US_CHARSET_NAME && strcasecmp(name, "ASCII") != 0;
  iconv_t there = known ? open_conversion("UTF-8", name) : (iconv_t)-1;
  *out = there != (iconv_t)-1 ? with_name(name) : utf8;
  bool short_of_memory = known && there == (iconv_t)-1 && errno == ENOMEM;
  if (there != (iconv_t)-1) iconv_close(there);
  uchardet_delete(detector);
  return short_of_memory || !ok ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status force(us_slice bytes, const char *forced, const char *name, us_charset *out, unspin_error *err) {
  us_charset marked;
  bool has_mark = find_mark(bytes, &marked);
  errno = 0;
  iconv_t there = strlen(forced) < US_CHARSET_NAME ? open_conversion("UTF-8", forced) : (iconv_t)-1;
  if (there == (iconv_t)-1 && errno == ENOMEM) return us_nomem(err);
  if (there == (iconv_t)-1) return us_fail(err, UNSPIN_ERR_INVALID, "%s: no encoding '%.60s'", name, forced);
  iconv_close(there);
  *out = strcasecmp(forced, "UTF8") == 0 ? utf8 : with_name(forced);
  /* UTF-16 means either order: the mark says which */
  if (has_mark && strncasecmp(forced, marked.name, strlen(forced)) == 0) *out = marked;
  return UNSPIN_OK;
}

unspin_status us_charset_find(us_slice bytes, const char *forced, const char *name, us_charset *out,
                              unspin_error *err) {
  *out = utf8;
  if (forced) return force(bytes, forced, name, out, err);
  if (find_mark(bytes, out)) return UNSPIN_OK;
  if (is_utf8(bytes) || memchr(bytes.p, 0, bytes.n)) return UNSPIN_OK;
  if (bytes.n > LOOKED_AT) bytes.n = LOOKED_AT;
  return guess(bytes, out, err);
}

/* ---- conversion ---- */

/* *BAD is the place of the first byte that does not fit, bytes.n if all do. */
static unspin_status convert(const char *from, const char *to, us_slice in, us_buf *out, size_t *bad,
                             unspin_error *err) {
  iconv_t cd = open_conversion(to, from);
  if (cd == (iconv_t)-1 && errno == ENOMEM) return us_nomem(err);
  if (cd == (iconv_t)-1) return us_fail(err, UNSPIN_ERR_INVALID, "no conversion from %s to %s", from, to);
  char *p = (char *)(uintptr_t)in.p;
  size_t left = in.n;
  int problem = 0;
  for (bool flush = in.n == 0; !problem;) {
    if (!us_buf_reserve(out, left + left / 2 + 64)) break;
    char *q = out->p + out->n;
    size_t room = out->cap - out->n - 1;
    size_t done = iconv(cd, flush ? NULL : &p, flush ? NULL : &left, &q, &room);
    out->n = (size_t)(q - out->p);
    if (done == (size_t)-1) problem = errno == E2BIG ? 0 : errno;
    else if (flush) break;
    else flush = true;
  }
  iconv_close(cd);
  *bad = in.n - left;
  if (!out->failed) out->p[out->n] = 0;
  return out->failed ? us_nomem(err) : UNSPIN_OK;
}

bool us_charset_keeps_ascii(const us_charset *c) {
  static const char *const families[] = {"ISO-8859", "WINDOWS-", "IBM",  "KOI8", "MAC",
                                         "TIS-620",  "VISCII",   "EUC-", "CP"};
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    if (strncasecmp(c->name, families[i], strlen(families[i])) == 0) return true;
  return false;
}

unspin_status us_charset_decode(const us_charset *c, us_slice bytes, const char *name, us_buf *text,
                                unspin_error *err) {
  us_slice body = us_slice_sub(bytes, c->mark_len, bytes.n);
  us_buf again = {0};
  size_t bad = 0;
  unspin_status status = convert(c->name, "UTF-8", body, text, &bad, err);
  if (!status && bad < body.n) {
    status = us_fail(err, UNSPIN_ERR_INVALID, "%s: byte %zu is not %s (--encoding says what it is)", name,
                     bad + c->mark_len, c->name);
  }
  if (!status) status = us_charset_encode(c, us_buf_slice(text), name, &again, err);
  if (!status && !us_slice_eq(us_buf_slice(&again), bytes)) {
    status = us_fail(err, UNSPIN_ERR_INVALID, "%s: as %s the text would not come back byte for byte (--encoding)", name,
                     c->name);
  }
  us_buf_free(&again);
  return status;
}

unspin_status us_charset_encode(const us_charset *c, us_slice text, const char *name, us_buf *bytes,
                                unspin_error *err) {
  size_t bad = 0;
  us_buf_append(bytes, (us_slice){(const char *)c->mark, c->mark_len});
  US_TRY(convert("UTF-8", c->name, text, bytes, &bad, err));
  if (bad == text.n) return UNSPIN_OK;
  int32_t code;
  us_utf8_next(text, bad, &code);
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: %s has no U+%04X", name, c->name, (unsigned)(code < 0 ? 0xFFFD : code));
}
