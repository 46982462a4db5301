/* What the journal knows of a file: does it have to be done at all? */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#include "batch/job_impl.h"

/* Whether the output that the record speaks of is there. */
static bool output_stands(const us_job *job, const us_unit *u) {
  struct stat st;
  if (!u->record.written) return job->plan->target == US_TARGET_IN_PLACE || job->plan->target == US_TARGET_NONE;
  return stat(u->target.p, &st) == 0 && (uint64_t)st.st_size == u->record.out_size &&
         us_place_mtime(&st) == u->record.out_mtime;
}

/* What is written in place takes the place of what was read. */
static bool is_replaced(const us_job *job, const us_record *record) {
  return job->plan->target == US_TARGET_IN_PLACE && record->written;
}

/* What was restored in place is not restored again, whatever it was made with. Where only the time is new the content
 * may still be the same. */
unspin_status us_job_ask(us_job *job, us_unit *u, unspin_error *err) {
  const us_record *r = &u->record, *now = &u->seen;
  bool found = false;
  if (job->plan->resume) US_TRY(us_journal_find(job->plan->journal, us_buf_slice(&u->key), &u->record, &found, err));
  if (found && is_replaced(job, r)) {
    u->current = now->size == r->out_size && now->mtime == r->out_mtime;
    u->known = !u->current && now->size == r->out_size;
  } else if (found && r->alike && now->size == r->size && output_stands(job, u)) {
    u->current = now->mtime == r->mtime && !r->racy;
    u->known = !u->current;
  }
  if (!u->current && !u->known) u->record = u->seen; /* nothing of it holds */
  if (job->plan->resume && !u->current && u->target.n) us_place_sweep(u->target.p);
  return UNSPIN_OK;
}

void us_job_compare(const us_job *job, us_unit *u, uint64_t hash) {
  us_record *r = &u->record;
  bool replaced = u->known && is_replaced(job, r);
  u->current = u->known && hash == (replaced ? r->out_hash : r->hash);
  if (!u->current) *r = u->seen;
  if (replaced && u->current) r->out_mtime = u->seen.mtime;
  else r->mtime = u->seen.mtime;
  r->racy = u->seen.racy;
  if (!u->current) r->hash = hash;
}

unspin_status us_job_hash(const char *path, uint64_t *hash, unspin_error *err) {
  enum { ROOM = 1 << 16 };
  XXH3_state_t *state = XXH3_createState();
  char *bytes = malloc(ROOM);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  unspin_status status = state && bytes && XXH3_64bits_reset(state) == XXH_OK ? UNSPIN_OK : us_nomem(err);
  ssize_t n = fd < 0 ? -1 : 1;
  while (!status && n > 0) {
    do n = read(fd, bytes, ROOM);
    while (n < 0 && errno == EINTR);
    if (n > 0) XXH3_64bits_update(state, bytes, (size_t)n);
  }
  if (!status && n < 0) status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", path, strerror(errno));
  if (!status) *hash = XXH3_64bits_digest(state);
  if (fd >= 0) close(fd);
  XXH3_freeState(state);
  free(bytes);
  return status;
}
