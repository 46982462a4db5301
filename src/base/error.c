#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

unspin_status us_fail(unspin_error *err, unspin_status status, const char *format, ...) {
  if (err) {
    err->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
  }
  return status;
}

unspin_status us_nomem(unspin_error *err) { return us_fail(err, UNSPIN_ERR_NOMEM, "out of memory"); }

const char *unspin_status_name(unspin_status status) {
  switch (status) {
    case UNSPIN_OK: return "ok";
    case UNSPIN_ERR_NOMEM: return "out of memory";
    case UNSPIN_ERR_IO: return "input/output error";
    case UNSPIN_ERR_FORMAT: return "bad data";
    case UNSPIN_ERR_VERSION: return "unsupported version";
    case UNSPIN_ERR_INVALID: return "invalid argument";
    case UNSPIN_ERR_LIMIT: return "limit exceeded";
  }
  return "unknown status";
}
