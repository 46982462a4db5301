/* beside.h - what lies beside an SQLite file under the names of SQLite's own logs, where a stranger may have put it. */
#ifndef US_BASE_BESIDE_H
#define US_BASE_BESIDE_H

#include "base/error.h"

/* For before SQLite opens the file at PATH, which need not be there yet. A rollback journal that names a second one
 * makes SQLite delete whatever file that name stands for, and what is no regular file may lead anywhere: no program of
 * ours leaves either. Errors, naming what lies there: INVALID, IO, NOMEM. */
unspin_status us_beside_check(const char *path, unspin_error *err);

#endif
