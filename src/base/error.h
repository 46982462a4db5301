/* error.h - the one error idiom: a function returns unspin_status and fills an optional unspin_error.
 *
 *   if (!p) return us_fail(err, UNSPIN_ERR_NOMEM, "out of memory for %zu tokens", n);
 *   US_TRY(us_file_read(path, &buf, err));        returns from the caller on failure
 */
#ifndef US_BASE_ERROR_H
#define US_BASE_ERROR_H

#include "unspin.h"

/* Writes the message (if err is not NULL) and returns STATUS. */
unspin_status us_fail(unspin_error *err, unspin_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The usual words for a failed allocation. */
unspin_status us_nomem(unspin_error *err);

#define US_TRY(call)                           \
  do {                                         \
    unspin_status us_try_status_ = (call);     \
    if (us_try_status_) return us_try_status_; \
  } while (0)

/* The same, in functions that clean up behind one label. Needs a local `unspin_status status`. */
#define US_TRY_GOTO(call, label) \
  do {                           \
    status = (call);             \
    if (status) goto label;      \
  } while (0)

#endif
