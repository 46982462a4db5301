/* pairs_list.h - which files hold the pairs: arguments and directories become a list of files with their kinds. */
#ifndef US_MEASURE_PAIRS_LIST_H
#define US_MEASURE_PAIRS_LIST_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"

typedef enum us_pair_kind {
  US_PAIR_NONE,      /* no file of pairs */
  US_PAIR_DOCUMENTS, /* NAME.spun.txt, with its partner beside it */
  US_PAIR_MARKUP,
  US_PAIR_JSONL,
  US_PAIR_TSV
} us_pair_kind;

#define US_PAIR_SPUN ".spun.txt"
#define US_PAIR_PLAIN ".plain.txt"

typedef struct us_pair_file {
  const char *path, *suite; /* in the list's arena */
  us_pair_kind kind;
} us_pair_file;

/* Zero-initialised is empty and valid. */
typedef struct us_pair_list {
  US_VEC(us_pair_file) files;
  us_arena arena;
} us_pair_list;

/* Appends what is at PATH: a file, or a directory with all below it. Errors: IO, INVALID, NOMEM, LIMIT (nested deeper
 * than 64). */
unspin_status us_pair_list_add(us_pair_list *list, const char *path, unspin_error *err);
/* Drops the files that are listed twice: "*.txt" names both halves of a pair. Errors: NOMEM. */
unspin_status us_pair_list_unique(us_pair_list *list, unspin_error *err);
void us_pair_list_free(us_pair_list *list);

#endif
