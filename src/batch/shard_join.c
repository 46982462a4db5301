/* shard_join.c - the lines that shards took in turn, as the file that they came from. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/place.h"
#include "batch/shard.h"
#include "format/pack.h"

/* One part, line by line. */
typedef struct part {
  const char *name;
  int fd; /* -1: not open */
  us_unpacker *unpacker;
  unspin_records *lines;
} part;

typedef struct join {
  part *parts;
  uint32_t count;
  us_place place;
  us_packer *packer; /* into PLACE */
  uint64_t written;  /* lines */
} join;

static unspin_status read_part(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  const part *p = cookie;
  ssize_t n;
  do n = read(p->fd, bytes, room);
  while (n < 0 && errno == EINTR);
  if (n < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", p->name, strerror(errno));
  *got = (size_t)n;
  return UNSPIN_OK;
}

static unspin_status open_part(part *p, unspin_error *err) {
  unspin_options lines;
  unspin_options_init(&lines);
  lines.text_format = UNSPIN_TEXT_JSONL;
  p->fd = open(p->name, O_RDONLY | O_CLOEXEC);
  if (p->fd < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", p->name, strerror(errno));
  US_TRY(us_unpacker_new(p->name, read_part, p, &p->unpacker, err));
  return unspin_records_new(&lines, p->name, us_unpacker_read, p->unpacker, &p->lines, err);
}

static unspin_status append(void *cookie, const char *bytes, size_t n, unspin_error *err) {
  return us_place_append(cookie, (us_slice){bytes, n}, err);
}

static unspin_status uneven(const join *j, uint32_t longer, uint32_t shorter, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: has lines that %s should have before it: not parts of one run",
                 j->parts[longer].name, j->parts[shorter].name);
}

/* One line of each part; *ENDED gets the first that has none, COUNT if all have one. */
static unspin_status join_round(join *j, us_buf *block, uint32_t *ended, unspin_error *err) {
  *ended = j->count;
  for (uint32_t i = 0; i < j->count; i++) {
    unspin_record line;
    bool more;
    US_TRY(unspin_records_next(j->parts[i].lines, &line, &more, err));
    if (more && *ended < j->count) return uneven(j, i, *ended, err);
    if (!more && *ended == j->count) *ended = i;
    if (more) us_buf_append(block, (us_slice){line.text.text, line.text.len});
    j->written += more;
  }
  return block->failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status join_lines(join *j, unspin_error *err) {
  enum { AT_ONCE = 1 << 20 };
  us_buf block = {0};
  unspin_status status = UNSPIN_OK;
  uint32_t ended = j->count;
  while (!status && ended == j->count) {
    status = join_round(j, &block, &ended, err);
    if (status || (block.n < AT_ONCE && ended == j->count)) continue;
    status = us_packer_write(j->packer, us_buf_slice(&block).p, block.n, err);
    us_buf_clear(&block);
  }
  for (uint32_t i = 0; i < ended && !status; i++) {
    unspin_record line;
    bool more;
    status = unspin_records_next(j->parts[i].lines, &line, &more, err);
    if (!status && more) status = uneven(j, i, ended, err);
  }
  us_buf_free(&block);
  return status;
}

/* Packed as the first part is: as the input was. */
static unspin_status join_all(join *j, const char *path, unspin_error *err) {
  mode_t mask = umask(0);
  umask(mask);
  us_place_style style = {.mask = mask, .folders = true, .steady = true};
  for (uint32_t i = 0; i < j->count; i++) US_TRY(open_part(&j->parts[i], err));
  US_TRY(us_place_begin(path, &style, &j->place, err));
  unspin_packing packing = us_unpacker_packing(j->parts[0].unpacker);
  US_TRY(us_packer_new(packing, append, &j->place, &j->packer, err));
  US_TRY(join_lines(j, err));
  US_TRY(us_packer_finish(j->packer, err));
  US_TRY(us_place_seal(&j->place, err));
  return us_place_commit(&j->place, NULL, err);
}

unspin_status us_shard_join(const char *const *names, uint32_t count, const char *path, uint64_t *lines,
                            unspin_error *err) {
  join j = {.parts = calloc(count, sizeof *j.parts), .count = count, .place = {.fd = -1}};
  if (!j.parts) return us_nomem(err);
  for (uint32_t i = 0; i < count; i++) j.parts[i] = (part){.name = names[i], .fd = -1};
  unspin_status status = join_all(&j, path, err);
  *lines = j.written;
  us_packer_free(j.packer);
  us_place_drop(&j.place);
  for (uint32_t i = 0; i < count; i++) {
    unspin_records_free(j.parts[i].lines);
    us_unpacker_free(j.parts[i].unpacker);
    if (j.parts[i].fd >= 0) close(j.parts[i].fd);
  }
  free(j.parts);
  return status;
}
