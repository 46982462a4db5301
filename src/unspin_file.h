/* unspin_file.h - for the library's face only. */
#ifndef US_UNSPIN_FILE_H
#define US_UNSPIN_FILE_H

#include "base/buf.h"
#include "base/error.h"

/* The rest of unspin_file_open for BYTES (borrowed) that were unpacked already from PACKING. */
unspin_status us_file_decode(us_slice bytes, unspin_packing packing, const unspin_file_options *options,
                             unspin_file **out, unspin_error *err);

/* Reads all that READ gives into BUF; more than MAX_BYTES are refused. NAME is for messages. Errors: those of READ,
 * LIMIT, NOMEM. */
unspin_status us_read_all(unspin_read_bytes *read, void *cookie, uint64_t max_bytes, const char *name, us_buf *buf,
                          unspin_error *err);

/* Refuses what holds a NUL byte, as no text does. OFFSET is that of TEXT in the file. */
unspin_status us_refuse_binary(us_slice text, uint64_t offset, const char *name, unspin_error *err);

#endif
