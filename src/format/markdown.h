/* markdown.h - the prose of Markdown (CommonMark, with GitHub's tables, strikethrough and bare addresses). */
#ifndef US_FORMAT_MARKDOWN_H
#define US_FORMAT_MARKDOWN_H

#include "base/error.h"
#include "format/prose.h"

/* Reads SOURCE, which PROSE does not borrow. Spared are code in all forms, link targets, addresses, images, HTML, front
 * matter, what stands between comments unspin:off and unspin:on, and, unless QUOTES is true, block quotations. Errors:
 * LIMIT, NOMEM. */
unspin_status us_markdown_read(us_slice source, bool quotes, us_prose *prose, unspin_error *err);

/* Length of the YAML (---) or TOML (+++) block that SOURCE begins with, 0 if there is none. */
size_t us_front_matter(us_slice source);

#endif
