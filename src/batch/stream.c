#define _GNU_SOURCE /* memrchr */
#include "batch/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#include "format/pack.h"

enum {
  HEAD = 1 << 16,  /* bytes by which format, packing and encoding are known */
  BLOCK = 1 << 16, /* bytes; small enough that one core is not left with the last one for long */
};

struct us_stream {
  int fd;
  char *name;
  us_buf raw;   /* bytes of the file that were read to look at */
  size_t given; /* of these, to the unpacker */
  bool looking; /* what is read is kept in RAW */
  us_unpacker *unpacker;
  us_buf head; /* text that was unpacked to look at */
  size_t head_given;
  unspin_options options;
  unspin_records *records; /* NULL: whole */
  us_shard lines;
  us_buf kept; /* a record that came after the block was full or that must stand alone */
  uint64_t kept_line;
  bool kept_header, has_kept;
  uint64_t bytes;
  XXH3_state_t *hash;
};

static unspin_status read_some(us_stream *s, char *bytes, size_t room, size_t *got, unspin_error *err) {
  ssize_t n;
  do n = read(s->fd, bytes, room);
  while (n < 0 && errno == EINTR);
  if (n < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", s->name, strerror(errno));
  *got = (size_t)n;
  s->bytes += *got;
  if (*got) XXH3_64bits_update(s->hash, bytes, *got);
  return UNSPIN_OK;
}

/* For the unpacker: first what was looked at already. */
static unspin_status read_raw(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  us_stream *s = cookie;
  if (s->given == s->raw.n && !s->looking) return read_some(s, bytes, room, got, err);
  if (s->given == s->raw.n) {
    if (!us_buf_reserve(&s->raw, room)) return us_nomem(err);
    US_TRY(read_some(s, s->raw.p + s->raw.n, room, got, err));
    s->raw.n += *got;
  }
  size_t left = s->raw.n - s->given;
  *got = left < room ? left : room;
  if (*got) memcpy(bytes, s->raw.p + s->given, *got);
  s->given += *got;
  return UNSPIN_OK;
}

/* For unspin_records. */
static unspin_status read_text(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  us_stream *s = cookie;
  size_t left = s->head.n - s->head_given;
  if (!left) return us_unpacker_read(s->unpacker, bytes, room, got, err);
  *got = left < room ? left : room;
  memcpy(bytes, s->head.p + s->head_given, *got);
  s->head_given += *got;
  return UNSPIN_OK;
}

static unspin_status look(us_stream *s, unspin_error *err) {
  unspin_file_options usual;
  unspin_file_options_init(&usual);
  s->looking = true;
  US_TRY(us_unpacker_new(s->name, read_raw, s, &s->unpacker, err));
  us_unpacker_limit(s->unpacker, 0, usual.max_ratio);
  size_t got = 1;
  while (got && s->head.n < HEAD) {
    if (!us_buf_reserve(&s->head, HEAD)) return us_nomem(err);
    US_TRY(us_unpacker_read(s->unpacker, s->head.p + s->head.n, HEAD - s->head.n, &got, err));
    s->head.n += got;
  }
  s->looking = false;
  return UNSPIN_OK;
}

static bool is_utf8(us_slice head, const char *name, const char *encoding) {
  /* cut between lines, so that no character is broken; of one line that is longer a broken last one says nothing */
  const char *line = head.n == HEAD ? memrchr(head.p, '\n', head.n) : NULL;
  if (line) head.n = (size_t)(line - head.p) + 1;
  unspin_file_options options;
  unspin_file_options_init(&options);
  options.name = name;
  options.encoding = encoding;
  unspin_file *source;
  if (unspin_file_open(head.p, head.n, &options, &source, NULL)) return false;
  bool is = strcmp(unspin_file_encoding(source), "UTF-8") == 0;
  unspin_file_close(source);
  return is;
}

static bool has_records(unspin_text_format format) {
  return format == UNSPIN_TEXT_JSONL || format == UNSPIN_TEXT_CSV || format == UNSPIN_TEXT_TSV;
}

unspin_status us_stream_open(const char *path, const char *name, const us_stream_options *o, us_stream **out,
                             unspin_error *err) {
  *out = NULL;
  us_stream *s = calloc(1, sizeof *s);
  if (!s) return us_nomem(err);
  s->hash = XXH3_createState();
  s->name = strdup(name);
  s->options = *o->engine;
  s->lines = o->lines;
  s->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  unspin_status status = s->hash && s->name && XXH3_64bits_reset(s->hash) == XXH_OK ? UNSPIN_OK : us_nomem(err);
  if (!status && s->fd < 0) status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", name, strerror(errno));
  if (!status && !o->whole) status = look(s, err);
  us_slice head = us_buf_slice(&s->head);
  const char *known = strcmp(path, "-") == 0 ? NULL : path;
  if (!status && o->guess_format) s->options.text_format = unspin_text_format_guess(known, head.p, head.n);
  bool blocks = !status && !o->whole && has_records(s->options.text_format) && is_utf8(head, name, o->encoding);
  if (blocks) status = unspin_records_new(&s->options, s->name, read_text, s, &s->records, err);
  if (status) us_stream_close(s);
  else *out = s;
  return status;
}

bool us_stream_in_blocks(const us_stream *stream) { return stream->records != NULL; }
const unspin_options *us_stream_engine(const us_stream *stream) { return unspin_records_options(stream->records); }

unspin_status us_stream_rest(us_stream *s, us_buf *out, unspin_error *err) {
  us_buf_append(out, us_buf_slice(&s->raw));
  size_t got = 1;
  while (got) {
    if (!us_buf_reserve(out, HEAD)) return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", s->name);
    US_TRY(read_some(s, out->p + out->n, HEAD, &got, err));
    out->n += got;
  }
  return UNSPIN_OK;
}

/* The next record of this shard, in s->kept. */
static unspin_status keep_next(us_stream *s, unspin_error *err) {
  for (;;) {
    unspin_record record;
    US_TRY(unspin_records_next(s->records, &record, &s->has_kept, err));
    if (!s->has_kept) return UNSPIN_OK;
    if (!us_shard_has_line(s->lines, record.line)) continue;
    us_buf_clear(&s->kept);
    us_buf_append(&s->kept, (us_slice){record.text.text, record.text.len});
    s->kept_line = record.line;
    s->kept_header = record.header;
    return s->kept.failed ? us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", s->name) : UNSPIN_OK;
  }
}

unspin_status us_stream_next(us_stream *s, us_buf *bytes, us_block *block, unspin_error *err) {
  us_buf_clear(bytes);
  if (!s->has_kept) US_TRY(keep_next(s, err));
  *block = (us_block){.first_line = s->kept_line, .line_step = s->lines.count ? s->lines.count : 1};
  block->header = s->has_kept && s->kept_header;
  while (s->has_kept && (!bytes->n || bytes->n + s->kept.n <= BLOCK) && s->kept_header == block->header) {
    us_buf_append(bytes, us_buf_slice(&s->kept));
    US_TRY(keep_next(s, err));
  }
  block->last = !s->has_kept;
  return bytes->failed ? us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", s->name) : UNSPIN_OK;
}

uint64_t us_stream_bytes(const us_stream *stream) { return stream->bytes; }
uint64_t us_stream_hash(const us_stream *stream) { return XXH3_64bits_digest(stream->hash); }
unspin_packing us_stream_packing(const us_stream *stream) { return us_unpacker_packing(stream->unpacker); }

unspin_status us_stream_again(us_stream *s, unspin_write_bytes *write, void *cookie, unspin_error *err) {
  uint64_t hash = us_stream_hash(s);
  char *bytes = malloc(BLOCK);
  unspin_status status = bytes ? UNSPIN_OK : us_nomem(err);
  s->bytes = 0;
  XXH3_64bits_reset(s->hash);
  if (!status && lseek(s->fd, 0, SEEK_SET) != 0)
    status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", s->name, strerror(errno));
  for (size_t got = 1; got && !status;) {
    status = read_some(s, bytes, BLOCK, &got, err);
    if (!status && got) status = write(cookie, bytes, got, err);
  }
  free(bytes);
  if (!status && us_stream_hash(s) != hash)
    status = us_fail(err, UNSPIN_ERR_IO, "%s: changed while it was read", s->name);
  return status;
}

void us_stream_close(us_stream *s) {
  if (!s) return;
  unspin_records_free(s->records);
  if (s->fd > STDIN_FILENO) close(s->fd);
  us_unpacker_free(s->unpacker);
  us_buf_free(&s->raw);
  us_buf_free(&s->head);
  us_buf_free(&s->kept);
  XXH3_freeState(s->hash);
  free(s->name);
  free(s);
}
