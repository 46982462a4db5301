/* column.h - big arrays of numbers for training: in memory, or in files without a name where memory is to be spared.
 *
 * A file-backed column costs no more memory than the system wants to give it, and because its file never has a name,
 * nothing is left behind however the program ends.
 */
#ifndef US_MODEL_COLUMN_H
#define US_MODEL_COLUMN_H

#include "base/error.h"
#include "base/slice.h"

/* Where columns of one training run live. */
typedef struct us_scratch {
  const char *dir; /* for files; borrowed */
  bool on_disk;    /* false: columns are anonymous memory */
} us_scratch;

/* Zero-initialised is empty; p is page-aligned and NULL while empty. */
typedef struct us_column {
  void *p;
  size_t cap; /* bytes */
  int fd;     /* of a file-backed column, valid while on_disk */
  bool on_disk;
} us_column;

/* Makes room for at least BYTES, keeping what is there; new bytes are zero. Errors: NOMEM, IO. */
unspin_status us_column_reserve(us_column *column, const us_scratch *scratch, size_t bytes, unspin_error *err);
void us_column_free(us_column *column);
/* Gives the memory of a file-backed column back to the system; its values come back from the file when touched. */
void us_column_rest(us_column *column);

/* A file that is written in place through memory and appears under its name only when whole. */
typedef struct us_outfile {
  unsigned char *p;
  size_t n;
  int fd;
  char *path;      /* the final name */
  char *temporary; /* a name that must be removed, or NULL where the file system allows files without one */
} us_outfile;

/* Creates N zero bytes beside PATH. Errors: IO, NOMEM. On failure nothing is left to clean up. */
unspin_status us_outfile_open(us_outfile *file, const char *path, size_t n, unspin_error *err);
/* Syncs and gives the file its name, replacing an older one. Frees FILE either way. */
unspin_status us_outfile_commit(us_outfile *file, unspin_error *err);
/* Drops it. Accepts a zeroed struct. */
void us_outfile_discard(us_outfile *file);

/* Opens a file without a name in DIR for reading and writing; its descriptor in *FD. Errors: IO, NOMEM. */
unspin_status us_scratch_file(const char *dir, int *fd, unspin_error *err);

#endif
