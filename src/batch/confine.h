/* confine.h - keeps what is written below the folder that it was meant for. */
#ifndef US_BATCH_CONFINE_H
#define US_BATCH_CONFINE_H

#include "base/error.h"

/* ROOT is a folder (or nothing yet) and PATH is written as ROOT, a slash, and more. INVALID if a symbolic link between
 * the two leads out of ROOT, wherever ROOT's own links lead. What is not there yet cannot lead anywhere. Links that
 * somebody else makes while we write are not seen. Errors: INVALID, IO, NOMEM. */
unspin_status us_confine(const char *root, const char *path, unspin_error *err);

#endif
