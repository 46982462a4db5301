/* undo.h - from an edit list in JSON back to the spun text, byte for byte. */
#ifndef US_REPORT_UNDO_H
#define US_REPORT_UNDO_H

#include "report/report.h"

/* The edit lists of one file: one for each document that was restored. */
typedef struct us_undo us_undo;

/* Reads JSON lines (or any run of JSON objects) as us_render_json writes them. PATH is for messages, each of which
 * names the line. Errors: FORMAT, VERSION, NOMEM. The caller frees *OUT, which is NULL on failure. */
unspin_status us_undo_read(us_slice json, const char *path, us_undo **out, unspin_error *err);
void us_undo_free(us_undo *undo);

/* A document that was put back: REPORT reads as if the spun text had been made from the restored one, so every renderer
 * but JSON and explain can show it. */
typedef struct us_undone {
  us_report report;
  us_buf text;                  /* the spun text, report.output */
  unspin_edit *edits;           /* reversed */
  const unspin_edit **pointers; /* report.edits */
} us_undone;

/* Finds the edit list that made RESTORED and takes it back. Texts are known by their hash; NAME only decides between
 * lists that lead to the same text from different ones (two spins of one article), the last list where even that is the
 * same. RESTORED, NAME and UNDO are borrowed as long as *OUT lives; us_undone_free it also after a failure. Errors:
 * INVALID (no list is for this text, or too many), FORMAT (the list contradicts itself), NOMEM. */
unspin_status us_undo_apply(const us_undo *undo, us_slice restored, us_slice name, us_undone *out, unspin_error *err);
void us_undone_free(us_undone *undone);

#endif
