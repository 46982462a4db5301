/* report.h - readers of the edit list: one restored document to text, diffs, explanations, JSON and HTML.
 *
 * Everything here takes plain data, so that nothing needs an engine. Renderers write to a FILE and do not look at its
 * error state: the caller checks ferror() once at the end. They fail only for want of memory or for an edit list that
 * breaks its own rules.
 */
#ifndef US_REPORT_REPORT_H
#define US_REPORT_REPORT_H

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "unspin.h"

/* The name that standard input goes by in every report and message. */
#define US_REPORT_STDIN "<stdin>"

/* One document. Everything is borrowed. */
typedef struct us_report {
  us_slice name;                   /* as the user gave it: any bytes */
  us_slice input, output;          /* before and after */
  const unspin_edit *const *edits; /* over INPUT: ascending, not overlapping */
  size_t edit_count;
  const unspin_edit *const *suggestions; /* changes that were not made, likewise; only JSON shows them */
  size_t suggestion_count;
  const unspin_totals *totals; /* NULL: unknown (a document that was put back) */
  const char *knowledge_hash;  /* NULL: unknown */
  const char *encoding;        /* of the file that INPUT was decoded from; NULL: it is in UTF-8 as it stands */
} us_report;

/* How to show it. Zero-initialised is right for a file or a pipe. */
typedef struct us_style {
  bool color;    /* use terminal colours */
  bool terminal; /* people look at it: control characters are shown, not sent (colour implies it) */
  bool heading;  /* name the document where the form does not do so by itself: there are several */
  size_t width;  /* columns to wrap at; 0 does not wrap */
} us_style;

typedef unspin_status us_renderer(FILE *out, const us_report *report, const us_style *style, unspin_error *err);

/* The restored text itself. */
us_renderer us_render_plain;
/* Unified diff with three lines of context, as patch and git apply read it; nothing where nothing changed. */
us_renderer us_render_diff;
/* The whole text, each change as [-old-]{+new+}, or struck out and green in colour; wrapped to style->width. */
us_renderer us_render_word_diff;
/* One line an edit: where, what, how sure, why; one line for a document that needed none. */
us_renderer us_render_explain;
/* One line of JSON, described in JSON.md. Needs totals and knowledge_hash. */
us_renderer us_render_json;
/* A page for a browser that needs nothing else: the text with each edit in its place, views, filters, decisions to be
 * saved. Needs totals. */
us_renderer us_render_html;

/* False, and ERR says which, unless the edits ascend, do not overlap, lie inside the input and name its bytes. */
bool us_report_valid(const us_report *report, unspin_error *err);

#endif
