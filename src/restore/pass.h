/* pass.h - one pass over a document: gather evidence, estimate how spun it is, choose, repair, check. */
#ifndef US_RESTORE_PASS_H
#define US_RESTORE_PASS_H

#include "restore/edits.h"
#include "restore/page.h"

/* Appends the pass's edits on DOCUMENT to OUT, with strings in ARENA, and fills TOTALS. False when out of memory. */
bool us_pass(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *out, unspin_totals *totals);

#endif
