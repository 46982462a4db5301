/* glob.h - the patterns of .gitignore and of --include, --exclude. */
#ifndef US_BATCH_GLOB_H
#define US_BATCH_GLOB_H

#include "base/slice.h"

/* True if the whole PATH fits PATTERN. * and ? and [a-z] ([!a-z], [^a-z]) do not match a slash; **, as a whole part of
 * the pattern, matches any number of parts: none or more in front or in between, one or more at the end. \ takes the
 * next byte as it is. Bytes, not characters. Time is at most |PATTERN| * |PATH|, squared only by **. */
bool us_glob_match(us_slice pattern, us_slice path);

#endif
