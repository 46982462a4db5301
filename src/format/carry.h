/* carry.h - all edits of a document's prose, carried back to its source. */
#ifndef US_FORMAT_CARRY_H
#define US_FORMAT_CARRY_H

#include "base/error.h"
#include "format/patch.h"

/* Prose bytes [begin, end) are to become AFTER. */
typedef struct us_prose_edit {
  size_t begin, end;
  us_slice after;
  bool dropped; /* filled in: it cannot be done */
} us_prose_edit;

/* A document and its edits, ascending and apart. Everything is borrowed. */
typedef struct us_carrier {
  unspin_text_format format;
  us_slice source;
  const us_prose *prose; /* of SOURCE, or of a record in it */
  bool quotes;           /* as PROSE was read */
  us_prose_edit *edits;
  size_t count;
  us_arena *arena; /* for the patches' texts */
} us_carrier;

/* Replaces OUT by patches of the source, ascending and apart: applied to it they make its prose what the edits make of
 * it, and leave all else as it is. Edits that would touch what must stay, or after which markup would be read as words
 * or words as markup, are dropped. Errors: NOMEM, LIMIT. */
unspin_status us_carry_back(const us_carrier *carrier, us_patch_vec *out, unspin_error *err);

/* Appends SOURCE with PATCHES applied. */
void us_patches_apply(us_slice source, const us_patch_vec *patches, us_buf *out);

#endif
