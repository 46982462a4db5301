#include "batch/shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "batch/place.h"

static bool read_number(const char **at, uint32_t least, uint32_t *out) {
  char *end;
  if (**at < '0' || **at > '9') return false;
  errno = 0;
  unsigned long n = strtoul(*at, &end, 10);
  if (errno || n < least || n > US_SHARDS_MAX) return false;
  *at = end;
  *out = (uint32_t)n;
  return true;
}

static bool read_variable(const char *name, uint32_t least, uint32_t *out, unspin_error *err) {
  const char *text = getenv(name), *at = text ? text : "";
  if (read_number(&at, least, out) && !*at) return true;
  us_fail(err, UNSPIN_ERR_INVALID, "--shard slurm: %s is %s%s", name, text ? "no number that fits: " : "not set",
          text ? text : "");
  return false;
}

/* An array may begin at any number and need not be whole, but its steps must be of one: otherwise parts would be
 * missing.
 */
static unspin_status read_slurm(us_shard *out, unspin_error *err) {
  uint32_t id, count, first = 0;
  bool ok =
      read_variable("SLURM_ARRAY_TASK_ID", 0, &id, err) && read_variable("SLURM_ARRAY_TASK_COUNT", 1, &count, err);
  if (ok && getenv("SLURM_ARRAY_TASK_MIN")) ok = read_variable("SLURM_ARRAY_TASK_MIN", 0, &first, err);
  if (!ok) return UNSPIN_ERR_INVALID;
  if (id < first || id - first >= count)
    return us_fail(err, UNSPIN_ERR_INVALID,
                   "--shard slurm: task %" PRIu32 " is not one of %" PRIu32 " from %" PRIu32
                   " on: the array needs numbers without gaps (or use --shard I/N)",
                   id, count, first);
  *out = (us_shard){id - first + 1, count};
  return UNSPIN_OK;
}

unspin_status us_shard_read(const char *text, us_shard *out, unspin_error *err) {
  *out = (us_shard){0};
  if (strcmp(text, "slurm") == 0) return read_slurm(out, err);
  us_shard s;
  const char *at = text;
  bool ok = read_number(&at, 1, &s.index) && *at++ == '/' && read_number(&at, 1, &s.count) && !*at;
  if (!ok || s.index > s.count)
    return us_fail(err, UNSPIN_ERR_INVALID, "--shard: neither I/N with I from 1 to N (at most %d) nor slurm: '%s'",
                   US_SHARDS_MAX, text);
  *out = s;
  return UNSPIN_OK;
}

bool us_shard_has_path(us_shard shard, const char *path) {
  return !shard.count || us_hash(us_slice_of(path)) % shard.count == shard.index - 1;
}

bool us_shard_has_line(us_shard shard, uint64_t line) {
  return !shard.count || (line - 1) % shard.count == shard.index - 1;
}

void us_shard_name(us_shard shard, const char *folder, const char *kind, const char *suffix, us_buf *out) {
  us_buf_printf(out, "%s/%s", folder, kind);
  if (shard.count) us_buf_printf(out, "-%05" PRIu32 "-of-%05" PRIu32, shard.index, shard.count);
  us_buf_puts(out, suffix);
}

/* The parts, read line by line in turn. */
typedef struct parts {
  FILE **files;
  uint32_t count;
  char *line;
  size_t cap;
} parts;

static unspin_status next_line(parts *p, const char *const *names, uint32_t i, us_slice *line, unspin_error *err) {
  errno = 0;
  ssize_t n = getline(&p->line, &p->cap, p->files[i]);
  if (n < 0 && ferror(p->files[i]))
    return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", names[i], strerror(errno ? errno : EIO));
  *line = (us_slice){p->line, n > 0 ? (size_t)n : 0};
  return UNSPIN_OK;
}

static unspin_status uneven(const char *const *names, uint32_t longer, uint32_t shorter, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: has lines that %s should have before it: not parts of one run",
                 names[longer], names[shorter]);
}

/* One line of each part; *ENDED gets the first that has none, COUNT if all have one. */
static unspin_status join_round(parts *p, const char *const *names, us_buf *block, uint32_t *ended, uint64_t *lines,
                                unspin_error *err) {
  *ended = p->count;
  for (uint32_t i = 0; i < p->count; i++) {
    us_slice line = {0};
    US_TRY(next_line(p, names, i, &line, err));
    if (line.n && *ended < p->count) return uneven(names, i, *ended, err);
    if (!line.n && *ended == p->count) *ended = i;
    us_buf_append(block, line);
    *lines += line.n > 0;
  }
  return block->failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status join(parts *p, const char *const *names, us_place *place, uint64_t *lines, unspin_error *err) {
  us_buf block = {0};
  unspin_status status = UNSPIN_OK;
  uint32_t ended = p->count;
  while (!status && ended == p->count) {
    status = join_round(p, names, &block, &ended, lines, err);
    if (!status && (block.n >= 1u << 20 || ended < p->count)) {
      status = us_place_append(place, us_buf_slice(&block), err);
      us_buf_clear(&block);
    }
  }
  for (uint32_t i = 0; i < ended && !status; i++) {
    us_slice line = {0};
    status = next_line(p, names, i, &line, err);
    if (!status && line.n) status = uneven(names, i, ended, err);
  }
  us_buf_free(&block);
  return status;
}

static unspin_status open_parts(parts *p, const char *const *names, unspin_error *err) {
  for (uint32_t i = 0; i < p->count; i++) {
    p->files[i] = fopen(names[i], "re");
    if (!p->files[i]) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", names[i], strerror(errno));
  }
  return UNSPIN_OK;
}

unspin_status us_shard_join(const char *const *names, uint32_t count, const char *path, uint64_t *lines,
                            unspin_error *err) {
  *lines = 0;
  parts p = {.files = calloc(count, sizeof *p.files), .count = count};
  if (!p.files) return us_nomem(err);
  mode_t mask = umask(0);
  umask(mask);
  us_place place = {.fd = -1};
  us_place_style style = {.mask = mask, .folders = true, .steady = true};
  unspin_status status = open_parts(&p, names, err);
  if (!status) status = us_place_begin(path, &style, &place, err);
  if (!status) status = join(&p, names, &place, lines, err);
  if (!status) status = us_place_seal(&place, err);
  if (!status) status = us_place_commit(&place, NULL, err);
  us_place_drop(&place);
  for (uint32_t i = 0; i < count; i++)
    if (p.files[i]) fclose(p.files[i]);
  free(p.files);
  free(p.line);
  return status;
}
