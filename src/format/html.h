/* html.h - the prose of HTML: its text nodes. */
#ifndef US_FORMAT_HTML_H
#define US_FORMAT_HTML_H

#include "base/error.h"
#include "format/prose.h"

/* Reads SOURCE, which PROSE does not borrow. Spared are what is not meant to be read as text (script, code, pre,
 * textarea, ...), elements in another language or marked translate="no", what stands between comments unspin:off and
 * unspin:on, and, unless QUOTES is true, quotations. Errors: LIMIT (a page built to exhaust memory), NOMEM. */
unspin_status us_html_read(us_slice source, bool quotes, us_prose *prose, unspin_error *err);

/* How HTML switches unspin off and on: in comments. Moves *OFF on as COMMENT says. */
void us_html_switch(us_slice comment, bool *off);

/* True for the name of a tag whose content is no prose: code, script and the like. */
bool us_html_spares(us_slice name);

#endif
