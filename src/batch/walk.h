/* walk.h - the files below a folder, in byte order of their names, one at a time. */
#ifndef US_BATCH_WALK_H
#define US_BATCH_WALK_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "batch/ignore.h"

/* Where a job keeps its own things; no walk goes in, and none says so. */
#define US_JOB_FOLDER ".unspin-batch"

/* Why something was left out. */
typedef enum us_skip {
  US_SKIP_HIDDEN,
  US_SKIP_IGNORED,  /* by .gitignore or .unspinignore */
  US_SKIP_EXCLUDED, /* by --exclude, or not in --include */
  US_SKIP_LINK,     /* a symbolic link that is not followed, or leads back to a folder that it lies in */
  US_SKIP_SPECIAL,  /* a FIFO, socket or device */
  US_SKIP_BINARY,
  US_SKIP_TWICE,  /* in place: named twice, perhaps by a link */
  US_SKIP_BACKUP, /* in place: what an earlier run kept */
  US_SKIP_COUNT
} us_skip;
/* "hidden" and so on. */
const char *us_skip_name(us_skip why);

typedef struct us_walk_rules {
  bool hidden;              /* take names that begin with a dot */
  bool follow;              /* go through symbolic links */
  bool no_ignore;           /* do not look at .gitignore and .unspinignore */
  const us_ignore *exclude; /* borrowed; NULL: nothing is excluded */
  const us_ignore *include; /* files must fit one of these; NULL: all do */
} us_walk_rules;

/* What a walk tells besides files; never an end to it. */
typedef struct us_walk_watch {
  void *cookie;
  void (*skipped)(void *cookie, us_skip why, const char *path);
  void (*failed)(void *cookie, const unspin_error *err); /* a folder that cannot be read */
} us_walk_watch;

typedef struct us_walk us_walk;

/* ROOT is a folder. Files in the folder that is OMIT's device and inode are left out without a word: where the results
 * go (OMIT may be 0, 0). RULES and WATCH are copied. Errors: NOMEM, IO. */
typedef struct us_walk_omit {
  uint64_t device, inode;
} us_walk_omit;
unspin_status us_walk_open(const char *root, const us_walk_rules *rules, const us_walk_watch *watch, us_walk_omit omit,
                           us_walk **out, unspin_error *err);
/* The next regular file: its path, and the part of it below ROOT, borrowed until the next call. *PATH is NULL at the
 * end. Errors: NOMEM. */
unspin_status us_walk_next(us_walk *walk, const char **path, const char **below, unspin_error *err);
void us_walk_close(us_walk *walk);

/* True if a file that was named is left out by RULES, *WHY says for what reason: hidden names and the files
 * that would be read on a walk from the working folder count as on such a walk. For --force-exclude. Errors: NOMEM, IO.
 */
unspin_status us_walk_excludes(const us_walk_rules *rules, const char *path, bool *excluded, us_skip *why,
                               unspin_error *err);

#endif
