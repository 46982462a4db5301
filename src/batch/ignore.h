/* ignore.h - which paths .gitignore and .unspinignore leave out, as git reads them.
 *
 * One us_ignore holds the rules of one folder and points to those of the folder above. The last rule that fits decides;
 * a deeper folder before a higher one; in one folder .unspinignore before .gitignore. What lies in a folder that is
 * left out cannot come back: whoever walks does not go in. */
#ifndef US_BATCH_IGNORE_H
#define US_BATCH_IGNORE_H

#include "base/buf.h"
#include "base/error.h"

typedef struct us_ignore us_ignore;

/* Rules of the folder DIR (a path to open), whose own rules see paths from there. Where it has no such files, *OUT is
 * ABOVE itself. LEAD is what stands in front of a path below the walk's root to make it a path below DIR: for folders
 * above the root; else "". BELOW is how many bytes of a path below the root are DIR's own. Errors: NOMEM, IO (a file
 * that is there and cannot be read), LIMIT (one of more than 1 MiB). What is no regular file counts as not there. ABOVE
 * must outlive *OUT. */
unspin_status us_ignore_read(const char *dir, const char *lead, size_t below, us_ignore *above, us_ignore **out,
                             unspin_error *err);
/* The rules that hold in ROOT from above: those of its folders up to the one that holds .git. NULL if there are none.
 */
unspin_status us_ignore_above(const char *root, us_ignore **out, unspin_error *err);

/* The rules of a list of patterns (--exclude, --include), with paths from the walk's root. PATTERNS is borrowed for the
 * call. Errors: NOMEM. */
unspin_status us_ignore_patterns(const char *const *patterns, size_t n, us_ignore **out, unspin_error *err);

/* PATH below the walk's root. False without rules. */
bool us_ignored(const us_ignore *rules, const char *path, bool is_dir);

/* Frees RULES down to, and without, ABOVE. */
void us_ignore_free(us_ignore *rules, const us_ignore *above);

#endif
