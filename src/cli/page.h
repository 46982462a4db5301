/* page.h - pages of --html: a template of data/report/, filled in and put into a file. */
#ifndef US_CLI_PAGE_H
#define US_CLI_PAGE_H

#include "report/html.h"

/* Fills TEMPLATE in and puts it into the file at PATH, whole or not at all. False, with a message, if that fails. */
bool cli_page_write(const char *path, us_slice template, const us_web_part *parts, size_t n, const void *cookie);

/* Cells of a table's body. NAN and infinity are shown as a dash. */
void cli_page_number(FILE *out, double value, int decimals, bool sign);
void cli_page_count(FILE *out, size_t n);
void cli_page_words(FILE *out, us_slice text);

#endif
