/* image.h - the container of every compiled data file: little-endian, mapped, checked on open.
 *
 *   offset  size  what
 *   0       8     magic "UNSPIN\r\n" (the line end catches text-mode damage)
 *   8       4     kind, four ASCII letters (e.g. "FORM")
 *   12      4     format version of that kind
 *   16      8     size of the whole file in bytes
 *   24      8     XXH3-64 of all bytes from 32 to the end
 *   32      4     section count S (at most 64), 4 bytes of zero
 *   40      16*S  per section: offset, size (both 64-bit, offsets multiples of 8)
 *   ...           sections, each padded with zeros to 8 bytes
 *
 * A writer builds it in memory; a reader gets checked slices into the mapping.
 */
#ifndef US_BASE_IMAGE_H
#define US_BASE_IMAGE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define US_IMAGE_MAX_SECTIONS 64u
/* Slots in a row that an open-addressing table may have filled: ours have a few dozen, one that was made to be slow has
 * them all. */
#define US_PROBE_MOST 4096u
/* No run is longer if each whole block of so many slots, a power of two as their number is, has an empty one. */
#define US_PROBE_BLOCK (US_PROBE_MOST / 2)

typedef struct us_image {
  uint32_t kind, version, count;
  uint64_t hash;
  us_slice section[US_IMAGE_MAX_SECTIONS];
} us_image;

#define US_IMAGE_KIND(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* Appends an image of COUNT sections to OUT; check out->failed. */
void us_image_write(us_buf *out, uint32_t kind, uint32_t version, const us_slice *sections, uint32_t count);

/* Checks BYTES (borrowed, 8-aligned) and fills IMAGE. NAME is for messages. Errors: FORMAT, VERSION. */
unspin_status us_image_read(us_slice bytes, const char *name, uint32_t kind, uint32_t version, us_image *image,
                            unspin_error *err);

#endif
