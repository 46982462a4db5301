/* output.h - restored text out: to a file, or into the place of the old one. */
#ifndef US_CLI_OUTPUT_H
#define US_CLI_OUTPUT_H

#include "base/buf.h"
#include "base/error.h"

/* Puts TEXT into the file at PATH: whole or not at all where that is a regular file or none yet, as a stream where it
 * is a device or a pipe. "-" is standard output. */
unspin_status cli_output_write(const char *path, us_slice text, unspin_error *err);

/* Replaces the regular file at PATH by TEXT. With SUFFIX the old file stays under PATH + SUFFIX. */
unspin_status cli_output_replace(const char *path, const char *suffix, us_slice text, unspin_error *err);

#endif
