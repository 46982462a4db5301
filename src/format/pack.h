/* pack.h - gzip, Zstandard and xz as streams: pull out of one, push into the other. */
#ifndef US_FORMAT_PACK_H
#define US_FORMAT_PACK_H

#include <stdint.h>

#include "base/error.h"

/* "gzip" and so on. */
const char *us_packing_name(unspin_packing packing);
/* By the first bytes, of which six are enough. */
unspin_packing us_packing_found(const void *bytes, size_t len);

/* ---- unpacking ---- */

/* What is usually allowed: times its own size, and bytes for what is held whole. */
#define US_UNPACKED_RATIO 1000u
#define US_UNPACKED_MOST (UINT32_MAX - 1)

typedef struct us_unpacker us_unpacker;
/* Says by the first bytes what it is; what is not packed comes out as it is. NAME (borrowed) is for messages. Errors:
 * those of READ, NOMEM. */
unspin_status us_unpacker_new(const char *name, unspin_read_bytes *read, void *cookie, us_unpacker **out,
                              unspin_error *err);
void us_unpacker_free(us_unpacker *unpacker);
/* Refuses what unpacks to more than MAX_BYTES (0: no limit), or than RATIO times its size beyond 16 MiB (0: any). */
void us_unpacker_limit(us_unpacker *unpacker, uint64_t max_bytes, unsigned ratio);
/* An unspin_read_bytes whose cookie is the unpacker. Errors: those of READ, FORMAT (damaged, truncated), LIMIT. */
unspin_status us_unpacker_read(void *unpacker, char *bytes, size_t room, size_t *got, unspin_error *err);
unspin_packing us_unpacker_packing(const us_unpacker *unpacker);
/* Packed bytes read so far. */
uint64_t us_unpacker_taken(const us_unpacker *unpacker);

/* ---- packing ---- */

typedef struct us_packer us_packer;
/* Errors: NOMEM. */
unspin_status us_packer_new(unspin_packing packing, unspin_write_bytes *write, void *cookie, us_packer **out,
                            unspin_error *err);
void us_packer_free(us_packer *packer);
/* Errors: those of WRITE, NOMEM. */
unspin_status us_packer_write(us_packer *packer, const char *bytes, size_t len, unspin_error *err);
/* Writes what is left, and the end. */
unspin_status us_packer_finish(us_packer *packer, unspin_error *err);
/* Packed bytes written so far. */
uint64_t us_packer_given(const us_packer *packer);

#endif
