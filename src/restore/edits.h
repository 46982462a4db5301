/* edits.h - lists of edits over a text: applying them, joining the edits of two passes, and saying where they stand. */
#ifndef US_RESTORE_EDITS_H
#define US_RESTORE_EDITS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"
#include "unspin.h"

typedef US_VEC(unspin_edit) us_edit_vec; /* ascending, not overlapping */

/* Appends TEXT with EDITS applied to OUT; check out->failed. */
void us_edits_apply(us_slice text, const us_edit_vec *edits, us_buf *out);

/* FIRST leads from x to y, THEN from y to z: OUT gets the edits that lead from x to z. Where two overlap they become
 * one, as sure as the less sure of them. Y is the text between. New strings go to ARENA. False when out of memory. */
bool us_edits_compose(const us_edit_vec *first, us_slice y, const us_edit_vec *then, us_arena *arena, us_edit_vec *out);

/* Takes out edits that change nothing, and fills before, line, column and code-point offsets from the input TEXT. */
void us_edits_finish(us_slice text, us_edit_vec *edits);

#endif
