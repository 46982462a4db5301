/* unspin batch --merge: are all shards done? Then their figures become one, and so do the lines that they took in turn.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "batch/confine.h"
#include "cli/clean_job.h"
#include "cli/clean_stats.h"

typedef struct merge {
  const clean_options *options;
  us_buf folder; /* of the job */
  clean_counts counts;
  uint32_t first;    /* shard that is done; 0: none yet */
  clean_stamp stamp; /* its */
} merge;

static bool fail(const unspin_error *err) {
  cli_message("%s", err->message);
  return false;
}

/* How many shards there are: what the names of the markers end in. 0, with a message, if they do not agree. */
static uint32_t find_count(const merge *m) {
  DIR *dir = opendir(m->folder.p);
  if (!dir) {
    cli_message("%s: cannot read: %s", m->folder.p, strerror(errno));
    return 0;
  }
  uint32_t count = 0, index, n;
  bool mixed = false;
  for (struct dirent *e; (e = readdir(dir));) {
    int end = 0;
    if (sscanf(e->d_name, "job-%5" SCNu32 "-of-%5" SCNu32 ".done%n", &index, &n, &end) != 2) continue;
    if (!end || e->d_name[end]) continue;
    mixed |= count && count != n;
    count = n;
  }
  closedir(dir);
  if (!count) cli_message("%s: no shard is done", m->folder.p);
  if (mixed) cli_message("%s: shards of different numbers: remove those of the other run", m->folder.p);
  return mixed ? 0 : count;
}

static bool shard_file(const merge *m, us_shard shard, const char *suffix, us_buf *out) {
  us_buf_clear(out);
  us_shard_name(shard, m->folder.p, "job", suffix, out);
  if (out->failed) cli_message("out of memory");
  return !out->failed;
}

static bool add_shard(merge *m, us_shard shard, us_buf *path) {
  if (!shard_file(m, shard, ".done", path)) return false;
  if (access(path->p, F_OK) != 0) {
    cli_message("shard %" PRIu32 "/%" PRIu32 " is not done: %s is missing", shard.index, shard.count, path->p);
    return false;
  }
  clean_counts counts;
  clean_stamp stamp;
  if (!shard_file(m, shard, ".stats.json", path) || !clean_stats_read(path->p, &counts, &stamp)) return false;
  if (!m->first) {
    m->first = shard.index;
    m->stamp = stamp;
  }
  bool same = strcmp(stamp.unspin, m->stamp.unspin) == 0 && strcmp(stamp.data, m->stamp.data) == 0 &&
              strcmp(stamp.options, m->stamp.options) == 0 && stamp.parts == m->stamp.parts;
  if (!same)
    cli_message("%s: made by another unspin, other data or other options than shard %" PRIu32, path->p, m->first);
  clean_counts_add(&m->counts, &counts);
  return same;
}

/* All shards are looked at, so that one run tells all that are missing. */
static bool add_shards(merge *m, uint32_t count) {
  us_buf path = {0};
  bool ok = true;
  for (uint32_t i = 1; i <= count; i++) ok &= add_shard(m, (us_shard){i, count}, &path);
  us_buf_free(&path);
  return ok;
}

static bool join(const merge *m, const char *below, uint32_t count) {
  char **names = calloc(count, sizeof *names);
  us_buf path = {0};
  unspin_error err;
  bool ok = names != NULL;
  for (uint32_t i = 0; ok && i < count; i++) {
    us_buf name = {0};
    us_job_part(m->options->output, below, (us_shard){i + 1, count}, &name);
    names[i] = name.p;
    ok = !name.failed;
  }
  us_buf_printf(&path, "%s/%s", m->options->output, below);
  uint64_t lines;
  if (!ok || path.failed) cli_message("out of memory");
  else if (us_confine(m->options->output, path.p, &err)) ok = fail(&err);
  else if (us_shard_join((const char *const *)names, count, path.p, &lines, &err)) ok = fail(&err);
  for (uint32_t i = 0; names && i < count; i++) free(names[i]);
  free(names);
  us_buf_free(&path);
  return ok;
}

/* Parts that cannot be found must not be missed. */
static void cannot_walk(void *cookie, const unspin_error *err) { *(bool *)cookie = fail(err); }

/* Every file of which there is a first part. */
static bool join_parts(const merge *m, uint32_t count) {
  us_buf parts = {0}, ending = {0};
  us_buf_printf(&parts, "%s/parts", m->folder.p);
  us_shard_name((us_shard){1, count}, "", "", "", &ending); /* "/-00001-of-00007" */
  us_walk_rules rules = {.hidden = true, .no_ignore = true};
  us_walk *walk = NULL;
  unspin_error err;
  bool ok = !parts.failed && !ending.failed, walks = true;
  us_walk_watch watch = {.cookie = &walks, .failed = cannot_walk};
  if (!ok) cli_message("out of memory");
  bool some = ok && (access(parts.p, F_OK) == 0 || errno != ENOENT); /* no shard may have met anything */
  if (some && us_walk_open(parts.p, &rules, &watch, (us_walk_omit){0}, &walk, &err)) ok = fail(&err);
  while (ok && walk) {
    const char *path, *below = NULL;
    if (us_walk_next(walk, &path, &below, &err)) ok = fail(&err);
    if (!ok || !path) break;
    size_t n = strlen(below), tail = ending.n - 1;
    if (n <= tail || strcmp(below + n - tail, ending.p + 1) != 0) continue;
    char *whole = strndup(below, n - tail);
    if (!whole) cli_message("out of memory");
    ok = whole && join(m, whole, count);
    free(whole);
  }
  us_walk_close(walk);
  us_buf_free(&parts);
  us_buf_free(&ending);
  return ok && walks;
}

static bool write_end(const merge *m) {
  us_buf text = {0}, path = {0};
  const char *output = m->options->output;
  clean_stamp stamp = m->stamp;
  stamp.shard = (us_shard){0};
  clean_stats_format(&m->counts, &stamp, &text);
  if (text.failed) cli_message("out of memory");
  bool ok = !text.failed && shard_file(m, (us_shard){0}, ".stats.json", &path);
  if (ok) ok = clean_job_write(path.p, output, us_buf_slice(&text));
  if (ok) ok = shard_file(m, (us_shard){0}, ".done", &path);
  if (ok) ok = clean_job_write(path.p, output, US_LIT(""));
  us_buf_free(&text);
  us_buf_free(&path);
  return ok;
}

/* All parts of a file are open at once. */
static void allow_open_files(uint32_t count) {
  enum { OTHERS = 32 };
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= (rlim_t)count + OTHERS) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit); /* opening will tell if it is not enough */
}

int clean_batch_merge(const clean_options *options) {
  merge m = {.options = options};
  us_job_folder(options->output, &m.folder);
  if (m.folder.failed) cli_message("out of memory");
  uint32_t count = m.folder.failed ? 0 : find_count(&m);
  bool ok = count && add_shards(&m, count);
  if (ok && m.stamp.parts) {
    allow_open_files(count);
    ok = join_parts(&m, count);
  }
  if (ok && m.stamp.parts) { /* of one file, not of as many as there were shards */
    m.counts.files = 1;
    m.counts.changed = m.counts.changed > 0;
    m.counts.with_rejects = m.counts.with_rejects > 0;
    m.counts.unchanged = !m.counts.changed && !m.counts.with_rejects;
    m.counts.changed &= !m.counts.with_rejects;
  }
  ok = ok && write_end(&m);
  if (ok && !options->quiet) clean_tell_table(&m.counts);
  us_buf_free(&m.folder);
  if (!ok) return CLI_ERROR;
  return m.counts.tally.rejects || m.counts.without_field ? CLI_REJECTS : CLI_OK;
}
