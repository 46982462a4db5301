/* input.h - documents in. */
#ifndef US_CLI_INPUT_H
#define US_CLI_INPUT_H

#include "base/buf.h"
#include "base/error.h"

/* Replaces what BUF holds by the file at PATH, or by standard input for "-". */
unspin_status cli_input_read(const char *path, us_buf *buf, unspin_error *err);

/* Refuses what is no text (INVALID): anything that holds a NUL byte. NAME is for the message. */
unspin_status cli_input_check(us_slice text, const char *name, unspin_error *err);

#endif
