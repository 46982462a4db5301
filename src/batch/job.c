#define _GNU_SOURCE
#include "batch/job.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "batch/job_impl.h"
#include "batch/pool.h"

enum { KEEP = 1 << 20, UNITS_A_THREAD = 8 };

void us_doc_tally_add(us_doc_tally *sum, const us_doc_tally *part) {
  sum->bytes_in += part->bytes_in;
  sum->bytes_out += part->bytes_out;
  sum->records.records += part->records.records;
  sum->records.documents += part->records.documents;
  sum->records.changed += part->records.changed;
  sum->records.found |= part->records.found;
  sum->words += part->words;
  sum->edits += part->edits;
  sum->rejects += part->rejects;
  sum->spun_words += part->spun_words;
  sum->seconds += part->seconds;
  if (sum->reject_line || !part->reject_line) return;
  sum->reject_line = part->reject_line;
  memcpy(sum->reject_why, part->reject_why, sizeof sum->reject_why);
}

void us_job_folder(const char *output, us_buf *out) { us_buf_printf(out, "%s/" US_JOB_FOLDER, output); }

void us_job_part(const char *output, const char *below, us_shard shard, us_buf *out) {
  us_buf folder = {0};
  us_job_folder(output, &folder);
  us_buf_puts(&folder, "/parts");
  us_shard_name(shard, us_buf_slice(&folder).p, strcmp(below, "-") == 0 ? "stdin.jsonl" : below, "", out);
  out->failed |= folder.failed;
  us_buf_free(&folder);
}

/* Memory that one large document took is given back. */
static void empty(us_buf *buf) {
  us_buf_clear(buf);
  if (buf->cap > KEEP || buf->failed) us_buf_free(buf);
}

void us_course_free(us_course *course) {
  if (!course) return;
  us_packer_free(course->packer);
  us_place_drop(&course->place);
  us_stream_close(course->stream);
  us_buf_free(&course->path);
  us_buf_free(&course->below);
  us_buf_free(&course->target);
  free(course);
}

void us_unit_clear(us_unit *u) {
  us_place_drop(&u->place);
  us_stream_close(u->taken);
  us_buf *const bufs[] = {&u->path,  &u->below,      &u->target,    &u->key,
                          &u->bytes, &u->doc.output, &u->doc.shown, &u->doc.rejects};
  for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++) empty(bufs[i]);
  *u = (us_unit){.path = u->path,
                 .below = u->below,
                 .target = u->target,
                 .key = u->key,
                 .bytes = u->bytes,
                 .place = {.fd = -1},
                 .doc = {.output = u->doc.output, .shown = u->doc.shown, .rejects = u->doc.rejects}};
}

static void release(void *cookie, void *unit) {
  (void)cookie;
  us_unit *u = unit;
  /* of a job that was ended: the block that is last frees its course, and the one being read has none that is */
  if (u->course && u->last) us_course_free(u->course);
  for (size_t i = 0; i < u->notes.n; i++) us_buf_free(&u->notes.p[i].path);
  us_vec_free(&u->notes);
  us_unit_clear(u);
  us_buf *const bufs[] = {&u->path,  &u->below,      &u->target,    &u->key,
                          &u->bytes, &u->doc.output, &u->doc.shown, &u->doc.rejects};
  for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++) us_buf_free(bufs[i]);
}

void us_job_note_skip(void *cookie, us_skip why, const char *path) {
  us_job *job = cookie;
  us_note note = {.skip = true, .why = why};
  us_buf_puts(&note.path, path);
  if (note.path.failed || !us_vec_push(&job->notes, note)) us_buf_free(&note.path); /* only a message is lost */
}

static void note_failure(void *cookie, const unspin_error *err) {
  us_job *job = cookie;
  us_note note = {.err = *err};
  if (!us_vec_push(&job->notes, note)) job->status = us_nomem(&job->err);
}

/* Before the walk begins: a folder that is made while it goes on could be walked into. */
static unspin_status make_output(const us_job_plan *plan, us_walk_omit *omit, unspin_error *err) {
  if (plan->target != US_TARGET_TREE) return UNSPIN_OK;
  us_buf inside = {0};
  us_buf_printf(&inside, "%s/", plan->output);
  unspin_status status = inside.failed ? us_nomem(err) : us_place_make_folders(inside.p, err);
  us_buf_free(&inside);
  struct stat st;
  if (status) return status;
  if (stat(plan->output, &st) != 0 || !S_ISDIR(st.st_mode))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a folder", plan->output);
  *omit = (us_walk_omit){st.st_dev, st.st_ino};
  return UNSPIN_OK;
}

static unspin_status open_inputs(us_job *job, unspin_error *err) {
  us_inputs_plan in = job->plan->inputs;
  in.watch = (us_walk_watch){.cookie = job, .skipped = us_job_note_skip, .failed = note_failure};
  US_TRY(make_output(job->plan, &in.omit, err));
  job->collisions = in.operand_count > 1 || in.list || in.rules.follow;
  return us_inputs_open(&in, &job->inputs, err);
}

unspin_status us_job_run(const us_job_plan *plan, unspin_error *err) {
  us_job job = {.plan = plan};
  mode_t mask = umask(0);
  umask(mask);
  bool folders = plan->target == US_TARGET_TREE || plan->target == US_TARGET_PARTS;
  job.style = (us_place_style){.mask = mask,
                               .folders = folders,
                               .steady = plan->journal != NULL,
                               .devices = plan->target == US_TARGET_FILE,
                               .inside = folders ? plan->output : NULL};
  US_TRY(open_inputs(&job, err));
  unsigned threads = plan->threads ? plan->threads : us_pool_processors();
  us_pool_plan pool = {.threads = threads,
                       .window = (size_t)threads * UNITS_A_THREAD,
                       .unit_size = sizeof(us_unit),
                       .cookie = &job,
                       .next = us_job_fetch,
                       .work = us_job_work,
                       .finish = us_job_finish,
                       .release = release};
  unspin_status status = us_pool_run(&pool, err);
  us_job_flush(&job);
  us_notes_tell(&job, &job.notes);
  us_course_free(job.course);
  us_inputs_close(job.inputs);
  us_seen_free(&job.outputs);
  us_vec_free(&job.group);
  if (!status && job.status) {
    if (err) *err = job.err;
    status = job.status;
  }
  return status;
}
