/* charset.h - texts in other encodings than UTF-8. */
#ifndef US_FORMAT_CHARSET_H
#define US_FORMAT_CHARSET_H

#include "base/buf.h"
#include "base/error.h"

enum { US_CHARSET_NAME = 40 };

/* How the bytes of a file become text. */
typedef struct us_charset {
  char name[US_CHARSET_NAME]; /* as iconv knows it; "UTF-8": nothing is to be done */
  unsigned char mark[4];      /* the byte order mark that the file begins with */
  size_t mark_len;
} us_charset;

/* True if there is nothing to do. */
bool us_charset_is_utf8(const us_charset *charset);

/* Finds out how BYTES, or as many of them as are at hand, are encoded. UTF-8 with some invalid bytes is UTF-8. FORCED
 * (may be NULL) is taken at its word. NAME is for messages. Errors: INVALID (no such encoding), NOMEM. */
unspin_status us_charset_find(us_slice bytes, const char *forced, const char *name, us_charset *out, unspin_error *err);

/* True if text in it may as well be taken for ASCII with some unknown bytes: none of its characters hides a letter. */
bool us_charset_keeps_ascii(const us_charset *charset);

/* Decodes BYTES into TEXT, and encodes it again to see that nothing is lost. Errors: INVALID, NOMEM. */
unspin_status us_charset_decode(const us_charset *charset, us_slice bytes, const char *name, us_buf *text,
                                unspin_error *err);
/* Appends TEXT, encoded, to BYTES. Errors: INVALID (a character that the encoding does not have), NOMEM. */
unspin_status us_charset_encode(const us_charset *charset, us_slice text, const char *name, us_buf *bytes,
                                unspin_error *err);

#endif
