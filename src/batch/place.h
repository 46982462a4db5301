/* place.h - a result on its way to its file: a temporary name beside it, synced, then renamed over it.
 *
 * Until us_place_commit the old file stands; after it the new one is whole. The two steps are apart so that what is
 * about to happen can be written down in between. */
#ifndef US_BATCH_PLACE_H
#define US_BATCH_PLACE_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/error.h"

/* Zero-initialised: nothing there. */
typedef struct us_place {
  char *path;      /* as it was given; owned */
  char *target;    /* links followed; owned */
  char *temporary; /* owned; NULL once renamed */
  int fd;          /* while it is written; else -1, or 0 in one that is zero-initialised */
  /* Of what us_place_seal closed: bytes, nanoseconds; with a steady name XXH3 of the bytes. */
  uint64_t size, mtime, hash, inode;
  struct XXH3_state_s *hashed; /* owned; NULL if no hash is taken */
} us_place;

typedef struct us_place_style {
  mode_t mask;  /* of new files: umask, read before there were threads */
  bool folders; /* make the folders that are missing */
  /* The temporary name is the same for each run, so that what a killed one left is taken away by the next. Only where
   * no two runs can write the same file at once. */
  bool steady;
  bool devices; /* what is there and no regular file is written to as it is */
  /* The folder that it must lie in, links followed (see confine.h), with which PATH begins; NULL: anywhere. */
  const char *inside;
} us_place_style;

/* Begins a file that will lie at PATH. Where that exists, permissions and, if allowed, owner are kept. Errors: IO,
 * INVALID (PATH is no regular file), NOMEM. us_place_drop it also after an error. */
unspin_status us_place_begin(const char *path, const us_place_style *style, us_place *out, unspin_error *err);
unspin_status us_place_append(us_place *place, us_slice bytes, unspin_error *err);
/* Syncs and closes it, and fills in size and mtime. */
unspin_status us_place_seal(us_place *place, unspin_error *err);
/* Renames it over the target, unless what lies under the temporary name is not what was sealed. With SUFFIX the old
 * file, if there is one, stays as PATH + SUFFIX. */
unspin_status us_place_commit(us_place *place, const char *suffix, unspin_error *err);
/* Removes what is temporary and frees. */
void us_place_drop(us_place *place);

/* All of it up to us_place_seal. */
unspin_status us_place_write(const char *path, const us_place_style *style, us_slice text, us_place *out,
                             unspin_error *err);
/* Removes what a killed run with steady names left beside PATH. */
void us_place_sweep(const char *path);
/* Makes the folders that PATH lies in. Errors: IO, NOMEM. */
unspin_status us_place_make_folders(const char *path, unspin_error *err);
/* Of a file, in nanoseconds. */
uint64_t us_place_mtime(const struct stat *st);
/* Syncs the folder that PATH lies in, where the file system can. */
void us_place_sync_folder(const char *path);

#endif
