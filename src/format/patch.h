/* patch.h - edits of the prose as edits of the source. */
#ifndef US_FORMAT_PATCH_H
#define US_FORMAT_PATCH_H

#include "base/arena.h"
#include "format/prose.h"

/* Source bytes [begin, end) become AFTER. */
typedef struct us_patch {
  size_t begin, end;
  us_slice after; /* as the source writes it; in the arena */
  size_t edit;    /* the caller's number of the edit that it is (part of) */
} us_patch;
typedef US_VEC(us_patch) us_patch_vec;

/* Prose bytes [BEGIN, END) are to become AFTER: appends the patches that do so, in order. Where markup stands between
 * the words it stays, and the new words are shared out among the places around it. *POSSIBLE is false, and nothing
 * appended, where that cannot be done without touching what must stay. EDIT is passed on. False when out of memory. */
bool us_patch_add(const us_prose *prose, size_t begin, size_t end, us_slice after, size_t edit, us_arena *arena,
                  us_patch_vec *out, bool *possible);

/* Gives the cell that patches [FIRST, out->n) stand in its quotation marks, if they make them necessary. */
bool us_patch_wrap(const us_prose *prose, size_t first, us_arena *arena, us_patch_vec *out);

/* ---- for patch.c and split.c ---- */

/* A piece of work: prose [begin, end), in which no FIXED and no BREAK stands, becomes AFTER. */
typedef struct us_rewrite {
  const us_prose *prose;
  size_t begin, end;
  us_slice after;
  size_t edit;
  us_arena *arena;
  us_patch_vec *out;
} us_rewrite;

/* Appends one patch of source [BEGIN, END). */
bool us_patch_push(const us_rewrite *w, size_t begin, size_t end, us_slice after);
/* The same as us_patch_add, for prose with markup inside; see split.c. */
bool us_patch_split(const us_rewrite *w, bool *possible);

static inline bool us_prose_is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

#endif
