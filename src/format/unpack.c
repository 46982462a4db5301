#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "format/pack.h"

enum { STEP = 1 << 16, FREE_OF_RATIO = 1 << 24, XZ_MEMORY = 1 << 28 };

struct us_unpacker {
  const char *name;
  unspin_read_bytes *read;
  void *cookie;
  unspin_packing packing;
  bool input_ended, inside; /* INSIDE: a member or frame has begun and not ended */
  size_t at, n;             /* what is left of INPUT */
  uint64_t taken, given, max_bytes;
  unsigned ratio;
  z_stream gzip;
  ZSTD_DCtx *zstd;
  lzma_stream xz;
  bool xz_ended;
  char input[STEP];
};

const char *us_packing_name(unspin_packing packing) {
  static const char *const names[UNSPIN_PACKING_COUNT] = {"none", "gzip", "Zstandard", "xz"};
  return packing < UNSPIN_PACKING_COUNT ? names[packing] : NULL;
}

unspin_packing us_packing_found(const void *bytes, size_t len) {
  if (len >= 3 && memcmp(bytes, "\x1F\x8B\x08", 3) == 0) return UNSPIN_PACKING_GZIP;
  if (len >= 4 && memcmp(bytes, "\x28\xB5\x2F\xFD", 4) == 0) return UNSPIN_PACKING_ZSTD;
  if (len >= 6 && memcmp(bytes,
                         "\xFD"
                         "7zXZ\0",
                         6) == 0)
    return UNSPIN_PACKING_XZ;
  return UNSPIN_PACKING_NONE;
}

/* Takes more input; the rest stands at the beginning. */
static unspin_status refill(us_unpacker *u, unspin_error *err) {
  if (u->at) memmove(u->input, u->input + u->at, u->n);
  u->at = 0;
  if (u->input_ended || u->n == STEP) return UNSPIN_OK;
  size_t got = 0;
  US_TRY(u->read(u->cookie, u->input + u->n, STEP - u->n, &got, err));
  u->input_ended = got == 0;
  u->n += got;
  u->taken += got;
  return UNSPIN_OK;
}

static bool begin(us_unpacker *u) {
  switch (u->packing) {
    case UNSPIN_PACKING_GZIP: return inflateInit2(&u->gzip, 15 + 16) == Z_OK;
    case UNSPIN_PACKING_ZSTD: return (u->zstd = ZSTD_createDCtx()) != NULL;
    case UNSPIN_PACKING_XZ: return lzma_stream_decoder(&u->xz, XZ_MEMORY, LZMA_CONCATENATED) == LZMA_OK;
    case UNSPIN_PACKING_NONE:
    case UNSPIN_PACKING_COUNT: break;
  }
  return true;
}

unspin_status us_unpacker_new(const char *name, unspin_read_bytes *read, void *cookie, us_unpacker **out,
                              unspin_error *err) {
  *out = NULL;
  us_unpacker *u = calloc(1, sizeof *u);
  if (!u) return us_nomem(err);
  u->name = name;
  u->read = read;
  u->cookie = cookie;
  unspin_status status = UNSPIN_OK;
  while (!status && !u->input_ended && u->n < 6) status = refill(u, err);
  if (!status) {
    u->packing = us_packing_found(u->input, u->n);
    if (!begin(u)) status = us_nomem(err);
  }
  if (status) us_unpacker_free(u);
  else *out = u;
  return status;
}

void us_unpacker_free(us_unpacker *u) {
  if (!u) return;
  if (u->packing == UNSPIN_PACKING_GZIP) inflateEnd(&u->gzip);
  ZSTD_freeDCtx(u->zstd);
  if (u->packing == UNSPIN_PACKING_XZ) lzma_end(&u->xz);
  free(u);
}

void us_unpacker_limit(us_unpacker *u, uint64_t max_bytes, unsigned ratio) {
  u->max_bytes = max_bytes;
  u->ratio = ratio;
}

unspin_packing us_unpacker_packing(const us_unpacker *u) { return u->packing; }
uint64_t us_unpacker_taken(const us_unpacker *u) { return u->taken; }

static unspin_status damaged(const us_unpacker *u, const char *how, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: %s in the %s data, near byte %llu", u->name, how,
                 us_packing_name(u->packing), (unsigned long long)(u->taken - u->n));
}

/* Each takes what it can of the input, and puts the number of bytes that came out into *GOT. */
static unspin_status step_gzip(us_unpacker *u, char *bytes, size_t room, size_t *got, unspin_error *err) {
  if (!u->inside) {
    if (us_packing_found(u->input + u->at, u->n) != UNSPIN_PACKING_GZIP) return damaged(u, "garbage", err);
    inflateReset(&u->gzip); /* the next of several members */
    u->inside = true;
  }
  u->gzip.next_in = (Bytef *)u->input + u->at;
  u->gzip.avail_in = (uInt)u->n;
  u->gzip.next_out = (Bytef *)bytes;
  u->gzip.avail_out = (uInt)(room < STEP ? room : STEP);
  uInt out = u->gzip.avail_out;
  int code = inflate(&u->gzip, Z_NO_FLUSH);
  *got = out - u->gzip.avail_out;
  u->at += u->n - u->gzip.avail_in;
  u->n = u->gzip.avail_in;
  if (code == Z_STREAM_END) u->inside = false;
  else if (code == Z_MEM_ERROR) return us_nomem(err);
  else if (code != Z_OK && code != Z_BUF_ERROR) return damaged(u, "damage", err);
  return UNSPIN_OK;
}

static unspin_status step_zstd(us_unpacker *u, char *bytes, size_t room, size_t *got, unspin_error *err) {
  ZSTD_inBuffer in = {u->input + u->at, u->n, 0};
  ZSTD_outBuffer out = {bytes, room, 0};
  size_t code = ZSTD_decompressStream(u->zstd, &out, &in);
  if (ZSTD_isError(code)) return damaged(u, "damage", err);
  u->inside = code != 0;
  u->at += in.pos;
  u->n -= in.pos;
  *got = out.pos;
  return UNSPIN_OK;
}

static unspin_status step_xz(us_unpacker *u, char *bytes, size_t room, size_t *got, unspin_error *err) {
  u->xz.next_in = (const uint8_t *)u->input + u->at;
  u->xz.avail_in = u->n;
  u->xz.next_out = (uint8_t *)bytes;
  u->xz.avail_out = room;
  lzma_ret code = lzma_code(&u->xz, u->input_ended ? LZMA_FINISH : LZMA_RUN);
  *got = room - u->xz.avail_out;
  u->at += u->n - u->xz.avail_in;
  u->n = u->xz.avail_in;
  u->inside = code != LZMA_STREAM_END;
  u->xz_ended = code == LZMA_STREAM_END;
  if (code == LZMA_MEM_ERROR) return us_nomem(err);
  if (code == LZMA_MEMLIMIT_ERROR) return damaged(u, "more than 256 MiB of memory asked for", err);
  if (code != LZMA_OK && code != LZMA_STREAM_END && code != LZMA_BUF_ERROR) return damaged(u, "damage", err);
  return UNSPIN_OK;
}

static unspin_status step(us_unpacker *u, char *bytes, size_t room, size_t *got, unspin_error *err) {
  if (u->packing == UNSPIN_PACKING_GZIP) return step_gzip(u, bytes, room, got, err);
  if (u->packing == UNSPIN_PACKING_ZSTD) return step_zstd(u, bytes, room, got, err);
  if (u->packing == UNSPIN_PACKING_XZ) return step_xz(u, bytes, room, got, err);
  *got = u->n < room ? u->n : room;
  memcpy(bytes, u->input + u->at, *got);
  u->at += *got;
  u->n -= *got;
  return UNSPIN_OK;
}

/* Of gzip, which says by its first three bytes whether there is another; a pipe may give them one by one. */
static bool between_members(const us_unpacker *u) {
  return u->packing == UNSPIN_PACKING_GZIP && !u->inside && u->n && u->n < 3 && !u->input_ended;
}

static unspin_status check_limits(const us_unpacker *u, unspin_error *err) {
  if (u->max_bytes && u->given > u->max_bytes)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s: more than %llu bytes", u->name, (unsigned long long)u->max_bytes);
  if (u->packing && u->ratio && u->given > FREE_OF_RATIO && u->given / u->ratio > u->taken)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s: unpacks to more than %u times its size: a bomb?", u->name, u->ratio);
  return UNSPIN_OK;
}

unspin_status us_unpacker_read(void *unpacker, char *bytes, size_t room, size_t *got, unspin_error *err) {
  us_unpacker *u = unpacker;
  *got = 0;
  while (!*got && !u->xz_ended) {
    /* a few bytes may be the beginning of the next member */
    if (u->n < 6) US_TRY(refill(u, err));
    while (between_members(u)) US_TRY(refill(u, err));
    if (u->n == 0 && u->input_ended && !u->inside) return UNSPIN_OK;
    size_t before = u->n;
    US_TRY(step(u, bytes, room, got, err));
    bool stuck = !*got && u->n == before && u->inside;
    if (stuck && u->input_ended) return damaged(u, "the end is missing", err);
    if (stuck) US_TRY(refill(u, err));
  }
  u->given += *got;
  return check_limits(u, err);
}
