/* sarif.h - edits as findings for code hosts and editors: one SARIF 2.1.0 document for all files of a run.
 *
 * us_sarif_begin, then us_render_sarif of each text with a comma between the pieces that are not empty, then
 * us_sarif_end.
 */
#ifndef US_REPORT_SARIF_H
#define US_REPORT_SARIF_H

#include "report/report.h"

/* What goes between two pieces. */
#define US_SARIF_BETWEEN ",\n"

void us_sarif_begin(FILE *out);
/* SUCCESSFUL: every text could be read and judged. */
void us_sarif_end(FILE *out, bool successful);

/* One result an edit, with the repair that a tool may offer; nothing where nothing would change. Names are paths as the
 * user gave them. */
us_renderer us_render_sarif;

#endif
