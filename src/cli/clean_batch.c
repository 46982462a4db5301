/* What a batch job keeps beside its outputs: the journal, and figures and a marker when it is done. */
#define _GNU_SOURCE /* syncfs */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "batch/confine.h"
#include "cli/clean_job.h"
#include "cli/clean_stats.h"

/* What the folder lies below: the outputs, or the one folder that is cleaned in place. */
static const char *job_place(const clean_options *o) {
  return o->output ? o->output : o->file_count == 1 ? o->files[0] : NULL;
}

/* The folder that holds it all. */
static bool job_folder(const clean_options *o, us_buf *out) {
  const char *place = job_place(o);
  struct stat st;
  bool folder = place && (o->output || (stat(place, &st) == 0 && S_ISDIR(st.st_mode)));
  if (folder) us_job_folder(place, out);
  return folder && !out->failed;
}

/* Appends the path of what the job's shard keeps under SUFFIX. False where no folder can hold it, or, which
 * out->failed tells, when out of memory. */
static bool job_file(const clean_options *o, const char *suffix, us_buf *out) {
  us_buf folder = {0};
  bool ok = job_folder(o, &folder);
  if (ok) us_shard_name(o->shard, folder.p, "job", suffix, out);
  out->failed |= folder.failed;
  us_buf_free(&folder);
  return ok && !out->failed;
}

static bool fail(const unspin_error *err) {
  cli_message("%s", err->message);
  return false;
}

/* Of a file that must lie in the folder INSIDE. */
static bool make_folder_of(const char *path, const char *inside) {
  unspin_error err;
  return (us_confine(inside, path, &err) == UNSPIN_OK && us_place_make_folders(path, &err) == UNSPIN_OK) || fail(&err);
}

static bool find_journal(const clean_options *o, us_buf *path) {
  if (o->journal && !*o->journal) cli_message("--journal: the name is empty");
  else if (o->journal) us_buf_puts(path, o->journal);
  else if (!job_file(o, ".db", path) && !path->failed)
    cli_message("batch: files in place need --journal FILE: only one folder says where a journal could lie");
  if (path->failed) cli_message("out of memory");
  return path->n && !path->failed && (o->journal || make_folder_of(path->p, job_place(o)));
}

static bool open_journal(clean_run *run, const char *path) {
  const clean_options *o = run->options;
  us_journal_stamp stamp = {.unspin = unspin_version(),
                            .data = unspin_knowledge_hash(run->engine.knowledge),
                            .options = clean_options_hash(o)};
  unspin_error err;
  uint64_t count;
  if (us_journal_open(path, &stamp, &run->journal, &count, &err)) return fail(&err);
  if (o->restart) return us_journal_empty(run->journal, &err) == UNSPIN_OK || fail(&err);
  if (!count || o->resume) return true;
  cli_message("%s: an earlier run did %" PRIu64 " file%s: --resume goes on, --restart begins anew", path, count,
              count == 1 ? "" : "s");
  return false;
}

/* What an earlier run left does not hold any more. */
static bool remove_old(const clean_options *o, const char *suffix) {
  us_buf path = {0};
  unspin_error err;
  bool ok = job_file(o, suffix, &path), gone = !ok && !path.failed;
  if (path.failed) cli_message("out of memory");
  if (ok && us_confine(job_place(o), path.p, &err)) {
    us_buf_free(&path);
    return fail(&err);
  }
  if (ok) gone = unlink(path.p) == 0 || errno == ENOENT;
  if (ok && !gone) cli_message("%s: cannot remove: %s", path.p, strerror(errno));
  us_buf_free(&path);
  return gone;
}

bool clean_batch_begin(clean_run *run) {
  const clean_options *o = run->options;
  unspin_error err;
  if (clean_engine_open(&run->engine, &err)) return fail(&err);
  us_buf path = {0};
  bool ok = find_journal(o, &path) && open_journal(run, path.p);
  us_buf_free(&path);
  return ok && remove_old(o, ".done") && remove_old(o, ".stats.json");
}

bool clean_job_write(const char *path, const char *inside, us_slice text) {
  unspin_error err;
  us_place place = {.fd = -1};
  mode_t mask = umask(0);
  umask(mask);
  us_place_style style = {.mask = mask, .folders = true, .devices = !inside, .inside = inside};
  unspin_status status = us_place_write(path, &style, text, &place, &err);
  if (!status) status = us_place_commit(&place, NULL, &err);
  us_place_drop(&place);
  if (!status) us_place_sync_folder(path);
  return !status || fail(&err);
}

static clean_stamp stamp_of(const clean_run *run) {
  const clean_options *o = run->options;
  clean_stamp stamp = {.shard = o->shard, .parts = run->target == US_TARGET_PARTS};
  snprintf(stamp.unspin, sizeof stamp.unspin, "%s", unspin_version());
  const char *data = run->engine.knowledge ? unspin_knowledge_hash(run->engine.knowledge) : "";
  snprintf(stamp.data, sizeof stamp.data, "%s", data);
  us_hash_hex(clean_options_hash(o), stamp.options);
  return stamp;
}

static bool write_stats(const clean_run *run, const char *path, const char *inside) {
  us_buf text = {0};
  clean_stamp stamp = stamp_of(run);
  clean_stats_format(&run->tell.counts, &stamp, &text);
  bool ok = !text.failed && clean_job_write(path, inside, us_buf_slice(&text));
  if (text.failed) cli_message("out of memory");
  us_buf_free(&text);
  return ok;
}

bool clean_stats_write(const clean_run *run, const char *path) { return write_stats(run, path, NULL); }

/* Renamed files have their names on disk only when their folders are. */
static void sync_outputs(const clean_options *o) {
  int fd = open(o->output ? o->output : o->files[0], O_RDONLY | O_CLOEXEC);
  if (fd >= 0) (void)syncfs(fd);
  if (fd >= 0) close(fd);
}

/* The marker comes last: what it says must be true whatever happens next. */
bool clean_batch_end(clean_run *run) {
  const clean_options *o = run->options;
  us_buf stats = {0}, done = {0};
  if (run->tell.failed || run->tell.counts.failed) return true; /* the exit status tells */
  bool known = job_file(o, ".stats.json", &stats) && job_file(o, ".done", &done);
  if (known) sync_outputs(o);
  if (stats.failed || done.failed) cli_message("out of memory");
  bool ok = !stats.failed && !done.failed;
  if (known) ok = write_stats(run, stats.p, job_place(o)) && clean_job_write(done.p, job_place(o), US_LIT(""));
  us_buf_free(&stats);
  us_buf_free(&done);
  return ok;
}
