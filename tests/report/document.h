/* document.h - hand-made documents for the report tests: {old|new} in a text becomes an edit. */
#ifndef TESTS_REPORT_DOCUMENT_H
#define TESTS_REPORT_DOCUMENT_H

#include "base/arena.h"
#include "base/vec.h"
#include "report/report.h"

typedef struct document {
  us_report report;
  unspin_totals totals;
  us_buf input, output;
  US_VEC(unspin_edit) edits;
  const unspin_edit **pointers;
  us_arena arena;
} document;

/* Aborts the test on bad markup. Free with document_free. */
void document_make(document *doc, us_slice name, us_slice marked);
void document_free(document *doc);

/* Runs a renderer into memory; free what comes back. */
us_buf render_to_buf(us_renderer *renderer, const us_report *report, const us_style *style, unspin_status *status,
                     unspin_error *err);

/* Appends S with the escapes of cases.txt undone; braces behind a backslash stay escaped for document_make. */
void unescape(us_buf *out, us_slice s);

#endif
