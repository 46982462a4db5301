/* The second step of a document, in several threads at once: read, worked on, and written under a temporary name. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "batch/job_impl.h"

#define LOOK_FOR_NUL 8000 /* bytes, as git does */

double us_job_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Without waiting for the other end of what has become a FIFO since it was looked at. */
static unspin_status read_file(us_unit *u) {
  int fd = open(u->path.p, O_RDONLY | O_CLOEXEC | (u->doc.named ? 0 : O_NONBLOCK));
  if (fd < 0) return us_fail(&u->err, UNSPIN_ERR_IO, "%s: cannot open: %s", u->path.p, strerror(errno));
  unspin_status status = UNSPIN_OK;
  if (!us_buf_reserve(&u->bytes, (size_t)u->seen.size + 1))
    status = us_fail(&u->err, UNSPIN_ERR_NOMEM, "%s: out of memory", u->path.p);
  if (!status) status = us_fd_read(fd, u->path.p, &u->bytes, &u->err);
  close(fd);
  return status;
}

static bool is_binary(us_slice bytes) {
  static const char *const marks[] = {"\xFF\xFE", "\xFE\xFF"}; /* UTF-16 and UTF-32 hold NUL bytes by right */
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (bytes.n >= 2 && memcmp(bytes.p, marks[i], 2) == 0) return false;
  if (unspin_packing_found(bytes.p, bytes.n)) return false;
  return memchr(bytes.p, 0, bytes.n < LOOK_FOR_NUL ? bytes.n : LOOK_FOR_NUL) != NULL;
}

unspin_status us_job_refuse_same(const us_job *job, us_unit *u) {
  struct stat in, out;
  if (job->plan->target != US_TARGET_TREE || strcmp(u->path.p, "-") == 0) return UNSPIN_OK;
  if (stat(u->target.p, &out) != 0 || stat(u->path.p, &in) != 0) return UNSPIN_OK;
  if (in.st_dev != out.st_dev || in.st_ino != out.st_ino) return UNSPIN_OK;
  return us_fail(&u->err, UNSPIN_ERR_INVALID, "%s: would be its own output (use -i)", u->path.p);
}

static unspin_status write_output(us_job *job, us_unit *u) {
  us_target target = job->plan->target;
  if (target == US_TARGET_NONE || (target == US_TARGET_IN_PLACE && !u->doc.changed)) return UNSPIN_OK;
  us_slice text = u->doc.made ? us_buf_slice(&u->doc.output) : u->doc.bytes;
  u->record.written = true;
  unspin_status status = us_place_write(u->target.p, &job->style, text, &u->place, &u->err);
  u->record.out_size = u->place.size;
  u->record.out_mtime = u->place.mtime;
  u->record.out_hash = u->place.hash;
  return status;
}

static unspin_status work_on_file(us_job *job, unsigned worker, us_unit *u) {
  const us_job_plan *plan = job->plan;
  unspin_status status = u->taken ? us_stream_rest(u->taken, &u->bytes, &u->err) : read_file(u);
  if (status) return status;
  u->doc.bytes = us_buf_slice(&u->bytes);
  if (u->doc.again) return plan->work(plan->cookie, worker, &u->doc, &u->err);
  uint64_t hash = plan->journal ? us_hash(u->doc.bytes) : 0;
  us_job_compare(job, u, hash);
  u->doc.again = u->current && us_job_wants_rejects(job, &u->record);
  if (u->doc.again) return plan->work(plan->cookie, worker, &u->doc, &u->err);
  if (u->current) return UNSPIN_OK; /* only its time is new */
  u->doc.binary = !u->doc.named && is_binary(u->doc.bytes);
  if (u->doc.binary) return UNSPIN_OK;
  US_TRY(us_job_refuse_same(job, u));
  US_TRY(plan->work(plan->cookie, worker, &u->doc, &u->err));
  return write_output(job, u);
}

void us_job_work(void *cookie, unsigned worker, void *unit) {
  us_job *job = cookie;
  us_unit *u = unit;
  if (u->end || u->omitted || u->status || (u->current && !u->doc.again)) return;
  double began = us_job_now();
  if (u->course) u->status = job->plan->work(job->plan->cookie, worker, &u->doc, &u->err);
  else u->status = work_on_file(job, worker, u);
  u->doc.tally.seconds = us_job_now() - began;
  u->doc.tally.bytes_in = u->doc.bytes.n;
  u->doc.tally.bytes_out = u->doc.made ? u->doc.output.n : u->doc.bytes.n;
}
