/* unspin_file.c - between the bytes of a file and its text: compression and encodings. */
#include "unspin_file.h"

#include <stdlib.h>

#include "format/charset.h"
#include "format/pack.h"

enum { READ_STEP = 1 << 16 };

struct unspin_file {
  unspin_file_options options;
  unspin_packing packing;
  us_charset charset;
  us_slice text;
  us_buf unpacked, decoded, encoded, packed;
};

void unspin_file_options_init(unspin_file_options *options) {
  *options = (unspin_file_options){
      .size = sizeof *options, .name = "<input>", .max_bytes = US_UNPACKED_MOST, .max_ratio = US_UNPACKED_RATIO};
}

unspin_status us_refuse_binary(us_slice text, uint64_t offset, const char *name, unspin_error *err) {
  const char *nul = text.n ? memchr(text.p, 0, text.n) : NULL;
  if (!nul) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID,
                 "%s: is a binary file: a NUL byte at offset %llu (--force takes it all the same)", name,
                 (unsigned long long)(offset + (uint64_t)(nul - text.p)));
}

unspin_status us_read_all(unspin_read_bytes *read, void *cookie, uint64_t max_bytes, const char *name, us_buf *buf,
                          unspin_error *err) {
  for (size_t got = 1; got;) {
    if (!us_buf_reserve(buf, READ_STEP)) return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", name);
    US_TRY(read(cookie, buf->p + buf->n, buf->cap - buf->n - 1, &got, err));
    buf->n += got;
    if (max_bytes && buf->n > max_bytes)
      return us_fail(err, UNSPIN_ERR_LIMIT, "%s: more than %llu bytes", name, (unsigned long long)max_bytes);
  }
  buf->p[buf->n] = 0;
  return UNSPIN_OK;
}

/* ---- in ---- */

static unspin_status decode(unspin_file *s, us_slice bytes, unspin_error *err) {
  const unspin_file_options *o = &s->options;
  s->text = bytes;
  US_TRY(us_charset_find(bytes, o->encoding, o->name, &s->charset, err));
  if (us_charset_is_utf8(&s->charset)) return o->binary ? UNSPIN_OK : us_refuse_binary(bytes, 0, o->name, err);
  unspin_status status = us_charset_decode(&s->charset, bytes, o->name, &s->decoded, err);
  if (status == UNSPIN_ERR_INVALID && !o->encoding && us_charset_keeps_ascii(&s->charset)) {
    /* the guess was wrong, and nothing is lost by not knowing */
    s->charset = (us_charset){.name = "UTF-8"};
    return UNSPIN_OK;
  }
  s->text = us_buf_slice(&s->decoded);
  return status || o->binary ? status : us_refuse_binary(s->text, 0, o->name, err);
}

unspin_status us_file_decode(us_slice bytes, unspin_packing packing, const unspin_file_options *options,
                             unspin_file **out, unspin_error *err) {
  *out = NULL;
  unspin_file *s = calloc(1, sizeof *s);
  if (!s) return us_nomem(err);
  s->options = *options;
  s->packing = packing;
  unspin_status status = decode(s, bytes, err);
  if (status) unspin_file_close(s);
  else *out = s;
  return status;
}

static unspin_status read_slice(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  (void)err;
  us_slice *rest = cookie;
  *got = rest->n < room ? rest->n : room;
  if (*got) memcpy(bytes, rest->p, *got);
  *rest = us_slice_sub(*rest, *got, rest->n);
  return UNSPIN_OK;
}

static unspin_status unpack(us_slice bytes, const unspin_file_options *o, us_buf *out, unspin_error *err) {
  us_unpacker *unpacker;
  US_TRY(us_unpacker_new(o->name, read_slice, &bytes, &unpacker, err));
  us_unpacker_limit(unpacker, o->max_bytes, o->max_ratio);
  unspin_status status = us_read_all(us_unpacker_read, unpacker, o->max_bytes, o->name, out, err);
  us_unpacker_free(unpacker);
  return status;
}

unspin_status unspin_file_open(const void *bytes, size_t len, const unspin_file_options *options, unspin_file **out,
                               unspin_error *err) {
  *out = NULL;
  if (options->size != sizeof *options)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_file_options_init");
  us_slice input = {len ? bytes : "", len};
  unspin_packing packing = us_packing_found(input.p, input.n);
  us_buf unpacked = {0};
  unspin_status status = packing ? unpack(input, options, &unpacked, err) : UNSPIN_OK;
  if (!status) status = us_file_decode(packing ? us_buf_slice(&unpacked) : input, packing, options, out, err);
  if (status) us_buf_free(&unpacked);
  else (*out)->unpacked = unpacked;
  return status;
}

void unspin_file_close(unspin_file *s) {
  if (!s) return;
  us_buf_free(&s->unpacked);
  us_buf_free(&s->decoded);
  us_buf_free(&s->encoded);
  us_buf_free(&s->packed);
  free(s);
}

unspin_text unspin_file_text(const unspin_file *s) { return (unspin_text){s->text.p, s->text.n}; }
const char *unspin_file_encoding(const unspin_file *s) { return s->charset.name; }
unspin_packing unspin_file_packing(const unspin_file *s) { return s->packing; }

/* ---- out ---- */

static unspin_status append(void *cookie, const char *bytes, size_t len, unspin_error *err) {
  us_buf *buf = cookie;
  us_buf_append(buf, (us_slice){bytes, len});
  return buf->failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status pack(us_slice bytes, unspin_packing packing, us_buf *out, unspin_error *err) {
  us_packer *packer;
  US_TRY(us_packer_new(packing, append, out, &packer, err));
  unspin_status status = us_packer_write(packer, bytes.p, bytes.n, err);
  if (!status) status = us_packer_finish(packer, err);
  us_packer_free(packer);
  return status;
}

unspin_status unspin_file_encode(unspin_file *s, const char *text, size_t len, unspin_packing packing, unspin_text *out,
                                 unspin_error *err) {
  us_slice bytes = {len ? text : "", len};
  *out = (unspin_text){0};
  us_buf_clear(&s->encoded);
  us_buf_clear(&s->packed);
  if (!us_charset_is_utf8(&s->charset)) {
    US_TRY(us_charset_encode(&s->charset, bytes, s->options.name, &s->encoded, err));
    bytes = us_buf_slice(&s->encoded);
  }
  /* nothing at all stays nothing: an empty file is no packed file */
  bool was_empty = !s->unpacked.n && s->packing == UNSPIN_PACKING_NONE && !bytes.n;
  if (packing != UNSPIN_PACKING_NONE && !was_empty) {
    US_TRY(pack(bytes, packing, &s->packed, err));
    bytes = us_buf_slice(&s->packed);
  }
  *out = (unspin_text){bytes.p, bytes.n};
  return UNSPIN_OK;
}
