/* entity.h - character references of HTML, which Markdown has too. */
#ifndef US_FORMAT_ENTITY_H
#define US_FORMAT_ENTITY_H

#include "base/buf.h"

/* Length of the character reference at the beginning of S, which begins with '&'; 1 if it is none. The semicolon may be
 * missing. */
size_t us_entity_length(us_slice s);

/* Puts the text of REFERENCE (as us_entity_length found it) into OUT, which is cleared before: itself if there is no
 * such reference. Check out->failed. */
void us_entity_decode(us_slice reference, us_buf *out);

/* Appends TEXT with &, < and > as references. A us_prose_writer. */
void us_entity_write(const void *cookie, us_slice text, us_buf *out);

#endif
