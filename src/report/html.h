/* html.h - what the pages are made of: templates, escapes, and the parts of a document's page.
 *
 * data/report/ holds the pages; embed.py puts style and script into them when the program is built, and a policy that
 * lets nothing run but that script (by its hash). So a document's markup would do nothing even if it came through the
 * escapes here. What is written to a FILE is not checked: the caller asks ferror() at the end.
 */
#ifndef US_REPORT_HTML_H
#define US_REPORT_HTML_H

#include <jansson.h>

#include "report/report.h"

/* Made by embed.py: text with {{names}} in the places of parts. */
extern const us_slice us_web_page, us_web_index, us_web_check, us_web_score;

/* A part of a page: what stands for {{NAME}}. False when out of memory. */
typedef struct us_web_part {
  const char *name;
  bool (*write)(FILE *out, const void *cookie);
} us_web_part;
/* Writes TEMPLATE. False when a part says so, or if TEMPLATE names one that is not there. */
bool us_web_fill(FILE *out, us_slice template, const us_web_part *parts, size_t n, const void *cookie);

/* S as text or between double quotation marks. Control characters, invalid bytes and the marks that reorder text are
 * shown as \x1B or \u202E. */
void us_web_text(FILE *out, us_slice s);
/* The same, but such bytes stand in an element that names them, so that the page can give the text back byte for byte:
 * <b class="x" data-x="1B">\x1B</b>. Tabs pass; a carriage return before NEXT, a line end, is not shown. */
void us_web_bytes(FILE *out, us_slice s, char next);
/* VALUE, which is freed, for the inside of a script element: ASCII without <, > and &. False if it is NULL. */
bool us_web_json(FILE *out, json_t *value);
/* A path below the page's folder, percent-encoded, for href. */
void us_web_path(FILE *out, us_slice path);
/* "1,234,567" */
void us_web_count(FILE *out, size_t n);

/* Parts of a document's page; COOKIE is a us_report. */
bool us_web_article(FILE *out, const void *cookie);
bool us_web_strip(FILE *out, const void *cookie);
bool us_web_data(FILE *out, const void *cookie);

#endif
