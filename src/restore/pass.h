/* pass.h - one pass over a document: gather evidence, estimate how spun it is, choose, repair, check. */
#ifndef US_RESTORE_PASS_H
#define US_RESTORE_PASS_H

#include "restore/edits.h"
#include "restore/page.h"

/* First look at DOCUMENT: fills the session's evidence, dialect and topic. False when out of memory. */
bool us_look(unspin_session *s, us_slice document);
/* Does WORK on every page of DOCUMENT, the one that us_look saw, in order; stops with false when it returns false. */
typedef bool us_page_work(unspin_session *s, void *context);
bool us_each_page(unspin_session *s, us_slice document, us_page_work *work, void *context);
/* What proposed ARC: a row's id and the line that it stands in, or the channel. */
const char *us_arc_row(const us_arc *arc);
const char *us_arc_source(const unspin_session *s, const us_arc *arc);
/* Every feature that counts for ARC, the strongest first; OUT has room for US_FEATURE_COUNT. */
size_t us_reasons(unspin_session *s, const us_arc *arc, unspin_reason *out);
/* Appends the pass's edits on DOCUMENT to OUT, with strings in ARENA, and fills TOTALS. False when out of memory. */
bool us_pass(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *out, unspin_totals *totals);

#endif
