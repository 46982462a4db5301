/* clean_html.h - --html: a page for each document, and one that leads to them. */
#ifndef US_CLI_CLEAN_HTML_H
#define US_CLI_CLEAN_HTML_H

#include "base/arena.h"
#include "base/vec.h"
#include "batch/job.h"
#include "batch/place.h"
#include "report/html_index.h"
#include "report/report.h"

typedef struct clean_html {
  const char *place; /* of the page, or of the folder; NULL: no pages are asked for */
  bool folder;
  us_place_style style;
  US_VEC(us_web_row) rows; /* of the index */
  us_arena arena;          /* what they point to */
} clean_html;

/* PLACE: what --html names, or NULL; "-" is standard output. It is a folder if there may be SEVERAL documents, or if it
 * looks like one. Makes the folder. False with a message. */
bool clean_html_begin(clean_html *html, const char *place, bool several);
void clean_html_free(clean_html *html);
/* Writes the document's page, unless none is asked for. May be called by several threads. Errors: IO, NOMEM, INVALID,
 * with the document's name. */
unspin_status clean_html_page(const clean_html *html, us_doc *doc, const us_report *report, unspin_error *err);
/* Notes a line of the index. False with a message. */
bool clean_html_note(clean_html *html, const us_finished *finished, const char *status);
/* Writes the index, if there is a folder. False with a message. */
bool clean_html_end(clean_html *html);

#endif
