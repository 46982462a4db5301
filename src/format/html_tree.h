/* html_tree.h - for html.c and entity.c: the tree of a page, from a parser that trusts every page and every malloc. */
#ifndef US_FORMAT_HTML_TREE_H
#define US_FORMAT_HTML_TREE_H

#include <gumbo.h>

#include "base/arena.h"
#include "base/error.h"

/* Zero-initialised is empty and valid. The tree borrows its source. */
typedef struct us_html_tree {
  us_arena arena; /* dropped whole, for the parser's own way of freeing is recursive */
  const GumboNode *document;
} us_html_tree;

/* Errors: LIMIT (a page built to exhaust memory or patience), NOMEM. */
unspin_status us_html_tree_read(us_html_tree *tree, us_slice source, unspin_error *err);
void us_html_tree_free(us_html_tree *tree);

#endif
