/* output.h - text out, to a file. */
#ifndef US_CLI_OUTPUT_H
#define US_CLI_OUTPUT_H

#include "base/buf.h"
#include "base/error.h"

/* Puts TEXT into the file at PATH: whole or not at all where that is a regular file or none yet, as a stream where it
 * is a device or a pipe. "-" is standard output. */
unspin_status cli_output_write(const char *path, us_slice text, unspin_error *err);

#endif
