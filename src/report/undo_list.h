/* undo_list.h - what undo_read.c reads and undo.c takes back. */
#ifndef US_REPORT_UNDO_LIST_H
#define US_REPORT_UNDO_LIST_H

#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "report/undo.h"

/* One of the two texts, as the list describes it. */
typedef struct undo_side {
  size_t bytes;
  uint64_t hash;
} undo_side;

typedef struct undo_edit {
  size_t begin, end; /* in the spun text */
  us_slice before, after;
} undo_edit;

typedef struct undo_list {
  size_t line; /* in the JSON */
  undo_side input, output;
  us_slice name;    /* of the input, as the list shows it */
  undo_edit *edits; /* ascending, apart, inside the input: checked */
  size_t count;
} undo_list;

struct us_undo {
  us_arena arena;
  char *path;
  US_VEC(undo_list) lists;
  /* the same, for a text to be found in: by the hash of what came out, by that of what went in; where that is equal, by
   * name, then as they stand in the file */
  const undo_list **by_output, **by_input;
};

/* Once all lists are read; false when out of memory. */
bool us_undo_sort(us_undo *undo);

#endif
