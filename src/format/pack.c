#include "format/pack.h"

#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

enum { STEP = 1 << 16, GZIP_LEVEL = 6, ZSTD_LEVEL = 3, XZ_LEVEL = 6 };

struct us_packer {
  unspin_write_bytes *write;
  void *cookie;
  unspin_packing packing;
  uint64_t given;
  z_stream gzip;
  ZSTD_CCtx *zstd;
  lzma_stream xz;
  char output[STEP];
};

static bool begin(us_packer *p) {
  switch (p->packing) {
    /* no name and no time in the header: the same text gives the same bytes */
    case UNSPIN_PACKING_GZIP: return deflateInit2(&p->gzip, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, 0) == Z_OK;
    case UNSPIN_PACKING_ZSTD:
      p->zstd = ZSTD_createCCtx();
      return p->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL)) &&
             !ZSTD_isError(ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1));
    case UNSPIN_PACKING_XZ: return lzma_easy_encoder(&p->xz, XZ_LEVEL, LZMA_CHECK_CRC64) == LZMA_OK;
    case UNSPIN_PACKING_NONE:
    case UNSPIN_PACKING_COUNT: break;
  }
  return true;
}

unspin_status us_packer_new(unspin_packing packing, unspin_write_bytes *write, void *cookie, us_packer **out,
                            unspin_error *err) {
  *out = NULL;
  us_packer *p = calloc(1, sizeof *p);
  if (!p) return us_nomem(err);
  *p = (us_packer){.write = write, .cookie = cookie, .packing = packing};
  if (!begin(p)) {
    us_packer_free(p);
    return us_nomem(err);
  }
  *out = p;
  return UNSPIN_OK;
}

void us_packer_free(us_packer *p) {
  if (!p) return;
  if (p->packing == UNSPIN_PACKING_GZIP) deflateEnd(&p->gzip);
  ZSTD_freeCCtx(p->zstd);
  if (p->packing == UNSPIN_PACKING_XZ) lzma_end(&p->xz);
  free(p);
}

uint64_t us_packer_given(const us_packer *p) { return p->given; }

static unspin_status hand_on(us_packer *p, const char *bytes, size_t n, unspin_error *err) {
  p->given += n;
  return n ? p->write(p->cookie, bytes, n, err) : UNSPIN_OK;
}

static unspin_status push_gzip(us_packer *p, const char *bytes, size_t len, bool end, unspin_error *err) {
  do {
    size_t part = len < STEP ? len : STEP;
    p->gzip.next_in = (Bytef *)(uintptr_t)bytes;
    p->gzip.avail_in = (uInt)part;
    do {
      p->gzip.next_out = (Bytef *)p->output;
      p->gzip.avail_out = STEP;
      if (deflate(&p->gzip, end ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR) return us_nomem(err);
      US_TRY(hand_on(p, p->output, STEP - p->gzip.avail_out, err));
    } while (p->gzip.avail_out == 0);
    bytes += part;
    len -= part;
  } while (len);
  return UNSPIN_OK;
}

static unspin_status push_zstd(us_packer *p, const char *bytes, size_t len, bool end, unspin_error *err) {
  ZSTD_inBuffer in = {bytes, len, 0};
  size_t left;
  do {
    ZSTD_outBuffer out = {p->output, STEP, 0};
    left = ZSTD_compressStream2(p->zstd, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left)) return us_nomem(err);
    US_TRY(hand_on(p, p->output, out.pos, err));
  } while (end ? left != 0 : in.pos < in.size);
  return UNSPIN_OK;
}

static unspin_status push_xz(us_packer *p, const char *bytes, size_t len, bool end, unspin_error *err) {
  p->xz.next_in = (const uint8_t *)bytes;
  p->xz.avail_in = len;
  lzma_ret code;
  do {
    p->xz.next_out = (uint8_t *)p->output;
    p->xz.avail_out = STEP;
    code = lzma_code(&p->xz, end ? LZMA_FINISH : LZMA_RUN);
    if (code != LZMA_OK && code != LZMA_STREAM_END && code != LZMA_BUF_ERROR) return us_nomem(err);
    US_TRY(hand_on(p, p->output, STEP - p->xz.avail_out, err));
  } while (end ? code != LZMA_STREAM_END : p->xz.avail_in > 0);
  return UNSPIN_OK;
}

static unspin_status push(us_packer *p, const char *bytes, size_t len, bool end, unspin_error *err) {
  if (p->packing == UNSPIN_PACKING_GZIP) return push_gzip(p, bytes, len, end, err);
  if (p->packing == UNSPIN_PACKING_ZSTD) return push_zstd(p, bytes, len, end, err);
  if (p->packing == UNSPIN_PACKING_XZ) return push_xz(p, bytes, len, end, err);
  return hand_on(p, bytes, len, err);
}

unspin_status us_packer_write(us_packer *p, const char *bytes, size_t len, unspin_error *err) {
  return len ? push(p, bytes, len, false, err) : UNSPIN_OK;
}

unspin_status us_packer_finish(us_packer *p, unspin_error *err) { return push(p, "", 0, true, err); }
