#define _GNU_SOURCE /* realpath */
/* Which input has which output: two must not have one, and none is restored twice. */
#include <stdlib.h>

#include "batch/job_impl.h"

/* Appends PATH with links followed as far as it is there; the rest without empty names and names that are ".". */
static void resolve(const char *path, us_buf *out) {
  char *copy = strdup(path);
  if (!copy) out->failed = true;
  for (size_t n = copy ? strlen(copy) : 0; copy; n--) {
    if (n && copy[n] && copy[n] != '/') continue;
    char kept = copy[n];
    copy[n] = 0;
    char *real = realpath(n ? copy : path[0] == '/' ? "/" : ".", NULL);
    copy[n] = kept;
    if (!real && n) continue;
    us_buf_puts(out, real ? real : "");
    free(real);
    us_slice rest = us_slice_of(copy + n), name;
    while (us_slice_cut(&rest, '/', &name)) {
      if (!name.n || us_slice_eq(name, US_LIT("."))) continue;
      us_buf_putc(out, '/');
      us_buf_append(out, name);
    }
    break;
  }
  free(copy);
}

unspin_status us_job_claim(us_job *job, const char *target, bool *before, unspin_error *err) {
  us_buf real = {0};
  *before = false;
  resolve(target, &real);
  unspin_status status = real.failed ? us_nomem(err) : us_seen_add(&job->outputs, us_buf_slice(&real), before, err);
  us_buf_free(&real);
  return status;
}

/* An input of a walk that an earlier run kept as a backup. */
static bool is_backup(const us_job_plan *plan, const us_input *input) {
  size_t n = strlen(input->path), tail = plan->suffix ? strlen(plan->suffix) : 0;
  if (!tail || input->named || n <= tail || strcmp(input->path + n - tail, plan->suffix) != 0) return false;
  char *restored = strndup(input->path, n - tail);
  struct stat st;
  bool is = restored && stat(restored, &st) == 0 && S_ISREG(st.st_mode);
  free(restored);
  return is;
}

unspin_status us_job_leaves_out(us_job *job, const us_input *input, bool *out, us_skip *why, unspin_error *err) {
  *out = false;
  if (job->plan->target != US_TARGET_IN_PLACE || strcmp(input->path, "-") == 0) return UNSPIN_OK;
  *out = is_backup(job->plan, input);
  *why = US_SKIP_BACKUP;
  if (*out || !job->collisions) return UNSPIN_OK;
  *why = US_SKIP_TWICE;
  return us_job_claim(job, input->path, out, err);
}
