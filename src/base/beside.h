/* beside.h - SQLite files that a stranger may have had: what lies beside them under the names of SQLite's own logs, and
 * what SQLite says of their pages. */
#ifndef US_BASE_BESIDE_H
#define US_BASE_BESIDE_H

#include "base/error.h"
#include "base/slice.h"

/* For before SQLite opens the file at PATH, which need not be there yet. A rollback journal that names a second one
 * makes SQLite delete whatever file that name stands for, and what is no regular file may lead anywhere: no program of
 * ours leaves either. Errors, naming what lies there: INVALID, IO, NOMEM. */
unspin_status us_beside_check(const char *path, unspin_error *err);

/* SAID is what "PRAGMA quick_check(1)" gave for the file at PATH; without a text, it had no memory for one. Errors:
 * FORMAT, with WHAT_NOW behind the message, or where a page could not be had, which quick_check takes for damage,
 * NOMEM, IO. */
unspin_status us_pages_judge(us_slice said, const char *path, const char *what_now, unspin_error *err);

#endif
