/* known.h - what the analysers, which see one file at a time, cannot know: that a function which reports a failure never
 * returns UNSPIN_OK. analyse.py puts it before every file but error.c. */
#include "base/error.h"

#define us_nomem(err) ((void)(err), UNSPIN_ERR_NOMEM)
#define us_fail(err, status, ...) ((void)us_fail(err, status, __VA_ARGS__), (status))
