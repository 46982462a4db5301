#include "base/image.h"

#include <inttypes.h>

#include "base/hash.h"

static const char MAGIC[8] = {'U', 'N', 'S', 'P', 'I', 'N', '\r', '\n'};
enum { HEADER = 40, HASHED_FROM = 32 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "compiled data is mapped as it is: little-endian machines only");

static void put(us_buf *out, const void *p, size_t n) { us_buf_append(out, (us_slice){p, n}); }
static size_t padded(size_t n) { return (n + 7) / 8 * 8; }

void us_image_write(us_buf *out, uint32_t kind, uint32_t version, const us_slice *sections, uint32_t count) {
  us_buf body = {0};
  uint64_t at = HEADER + 16ull * count;
  uint32_t head[2] = {count, 0};
  put(&body, head, sizeof head);
  for (uint32_t i = 0; i < count; i++) {
    uint64_t entry[2] = {at, sections[i].n};
    put(&body, entry, sizeof entry);
    at += padded(sections[i].n);
  }
  for (uint32_t i = 0; i < count; i++) {
    static const char zero[8] = {0};
    us_buf_append(&body, sections[i]);
    put(&body, zero, padded(sections[i].n) - sections[i].n);
  }
  uint64_t tail[2] = {at, body.failed ? 0 : us_hash(us_buf_slice(&body))};
  put(out, MAGIC, sizeof MAGIC);
  put(out, &kind, 4);
  put(out, &version, 4);
  put(out, tail, sizeof tail);
  us_buf_append(out, us_buf_slice(&body));
  if (body.failed) out->failed = true;
  us_buf_free(&body);
}

static uint32_t get32(const char *p) {
  uint32_t v;
  memcpy(&v, p, 4);
  return v;
}
static uint64_t get64(const char *p) {
  uint64_t v;
  memcpy(&v, p, 8);
  return v;
}

unspin_status us_image_read(us_slice bytes, const char *name, uint32_t kind, uint32_t version, us_image *image,
                            unspin_error *err) {
  *image = (us_image){0};
  if (bytes.n < HEADER || memcmp(bytes.p, MAGIC, sizeof MAGIC) != 0 || get32(bytes.p + 8) != kind)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: not a compiled unspin data file of the expected kind", name);
  uint32_t found = get32(bytes.p + 12);
  if (found != version)
    return us_fail(err, UNSPIN_ERR_VERSION, "%s: format version %" PRIu32 ", but this program reads version %" PRIu32,
                   name, found, version);
  if (get64(bytes.p + 16) != bytes.n)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: truncated or padded: %zu bytes, should be %" PRIu64, name, bytes.n,
                   get64(bytes.p + 16));
  image->hash = get64(bytes.p + 24);
  if (us_hash(us_slice_sub(bytes, HASHED_FROM, bytes.n)) != image->hash)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: the checksum does not match", name);
  image->kind = kind;
  image->version = found;
  image->count = get32(bytes.p + 32);
  if (image->count > US_IMAGE_MAX_SECTIONS || HEADER + 16ull * image->count > bytes.n)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: impossible section count", name);
  for (uint32_t i = 0; i < image->count; i++) {
    uint64_t at = get64(bytes.p + HEADER + 16ull * i), size = get64(bytes.p + HEADER + 16ull * i + 8);
    if (at % 8 || at > bytes.n || size > bytes.n - at)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: section %" PRIu32 " lies outside the file", name, i);
    image->section[i] = (us_slice){bytes.p + at, (size_t)size};
  }
  return UNSPIN_OK;
}
