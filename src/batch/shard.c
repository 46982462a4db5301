#include "batch/shard.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

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
