#define _GNU_SOURCE /* realpath */
/* The first step of a document: which one is next, and does it have to be done at all? */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "batch/confine.h"
#include "batch/job_impl.h"

/* Files of records below this size are read whole, by the thread that works on them. */
#define STREAM_FROM (1 << 20)
/* ...packed by about so much. */
#define PACKED 8
/* Ticks of file times on common systems are up to 10 ms; a file that was changed less than that before it was read may
 * change again without a new time. */
#define RACY_NS 20000000u

static bool name_record(us_job *job, us_unit *u) {
  char *real = job->plan->by_place ? realpath(u->path.p, NULL) : NULL;
  us_buf_puts(&u->key, real ? real : job->plan->by_place ? u->path.p : us_buf_slice(&u->below).p);
  free(real);
  return !u->key.failed;
}

static unspin_status set_target(us_job *job, us_unit *u, unspin_error *err) {
  const us_job_plan *plan = job->plan;
  us_buf *t = &u->target;
  switch (plan->target) {
    case US_TARGET_NONE: break;
    case US_TARGET_FILE: us_buf_puts(t, plan->output); break;
    case US_TARGET_TREE: us_buf_printf(t, "%s/%s", plan->output, us_buf_slice(&u->below).p); break;
    case US_TARGET_IN_PLACE: us_buf_puts(t, u->path.p); break;
    case US_TARGET_PARTS: us_job_part(plan->output, u->below.p, plan->shard, t); break;
  }
  if (t->failed || !name_record(job, u)) return us_nomem(err);
  return job->style.inside ? us_confine(job->style.inside, t->p, err) : UNSPIN_OK;
}

static unspin_status name_unit(us_job *job, us_unit *u, const us_input *input, unspin_error *err) {
  u->doc.path = u->doc.below = u->doc.name = ""; /* where there is no memory for names, it is told of all the same */
  us_buf_puts(&u->path, input->path);
  us_buf_puts(&u->below, input->below);
  if (u->path.failed || u->below.failed) return us_nomem(err);
  bool standard = strcmp(input->path, "-") == 0;
  u->doc.path = u->path.p;
  u->doc.below = u->below.p;
  u->doc.name = standard ? job->plan->stdin_name : u->path.p;
  u->doc.named = input->named;
  u->doc.first_line = u->doc.line_step = 1;
  return set_target(job, u, err);
}

/* Two inputs must not have one output: which of them it held would depend on the hour. */
static unspin_status claim_output(us_job *job, const us_unit *u, unspin_error *err) {
  bool before = false;
  if (job->collisions && job->plan->target == US_TARGET_TREE) US_TRY(us_job_claim(job, u->target.p, &before, err));
  if (!before) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: its output would be that of an earlier input, %s", u->path.p,
                 u->target.p);
}

static unspin_status refuse_special(const us_job *job, const us_unit *u, const struct stat *st, unspin_error *err) {
  us_target target = job->plan->target;
  if (S_ISREG(st->st_mode) || target == US_TARGET_NONE || target == US_TARGET_FILE) return UNSPIN_OK;
  if (target == US_TARGET_IN_PLACE)
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file, so -i cannot replace it", u->path.p);
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file", u->path.p);
}

/* The run would read what it writes. */
static unspin_status avoid(const us_job *job, us_unit *u, const struct stat *st, unspin_error *err) {
  us_walk_omit file = job->plan->avoid;
  if (!file.inode || st->st_ino != file.inode || st->st_dev != file.device) return UNSPIN_OK;
  u->omitted = !u->doc.named;
  if (u->omitted) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: rejects are written there, so it cannot be read", u->path.p);
}

static bool may_have_records(const us_job_plan *plan, const char *path) {
  unspin_text_format f = plan->guess_format ? unspin_text_format_guess(path, "", 0) : plan->engine->text_format;
  return f == UNSPIN_TEXT_JSONL || f == UNSPIN_TEXT_CSV || f == UNSPIN_TEXT_TSV;
}

/* The blocks that follow have units of their own. */
static bool begin_course(us_unit *u) {
  us_course *c = u->course;
  c->place = (us_place){.fd = -1};
  c->named = u->doc.named;
  c->again = u->doc.again;
  c->record = u->record;
  us_buf_append(&c->path, us_buf_slice(&u->path));
  us_buf_append(&c->below, us_buf_slice(&u->below));
  us_buf_append(&c->target, us_buf_slice(&u->target));
  return !c->path.failed && !c->below.failed && !c->target.failed;
}

/* Opens what is large and might go through in blocks. */
static unspin_status open_stream(us_job *job, us_unit *u, const struct stat *st, unspin_error *err) {
  const us_job_plan *plan = job->plan;
  bool parts = plan->target == US_TARGET_PARTS, regular = st && S_ISREG(st->st_mode);
  off_t from = unspin_packing_named(u->path.p) ? STREAM_FROM / PACKED : STREAM_FROM;
  bool large = !regular || (st->st_size >= from && may_have_records(plan, u->path.p));
  bool standard = strcmp(u->path.p, "-") == 0;
  if (!parts && !standard && (plan->whole || !large)) return UNSPIN_OK;
  us_stream *stream;
  us_stream_options options = {.engine = plan->engine,
                               .guess_format = plan->guess_format,
                               .whole = plan->whole,
                               .encoding = plan->encoding,
                               .lines = parts ? plan->shard : (us_shard){0}};
  US_TRY(us_stream_open(u->path.p, u->doc.name, &options, &stream, err));
  if (!us_stream_in_blocks(stream)) {
    u->taken = stream;
    if (!parts) return UNSPIN_OK;
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not JSON Lines in UTF-8: its lines cannot be shared out",
                   u->doc.name);
  }
  if (u->known) { /* blocks are not compared */
    uint64_t hash = 0;
    unspin_status status = us_job_hash(u->path.p, &hash, err);
    if (!status) us_job_compare(job, u, hash);
    u->doc.again = !status && u->current && us_job_wants_rejects(job, &u->record);
    bool done = status || (u->current && !u->doc.again);
    if (done) us_stream_close(stream);
    if (done) return status;
  }
  u->course = job->course = calloc(1, sizeof *u->course);
  if (u->course) u->course->stream = stream;
  else us_stream_close(stream);
  return u->course && begin_course(u) ? UNSPIN_OK : us_nomem(err);
}

static unspin_status look_at(us_job *job, us_unit *u, unspin_error *err) {
  struct stat st;
  if (strcmp(u->path.p, "-") == 0) return open_stream(job, u, NULL, err);
  if (stat(u->path.p, &st) != 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", u->path.p, strerror(errno));
  US_TRY(refuse_special(job, u, &st, err));
  US_TRY(avoid(job, u, &st, err));
  if (u->omitted) return UNSPIN_OK;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  u->seen.size = (uint64_t)st.st_size;
  u->seen.mtime = us_place_mtime(&st);
  u->seen.racy = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec < u->seen.mtime + RACY_NS;
  US_TRY(us_job_ask(job, u, err));
  u->doc.again = u->current && us_job_wants_rejects(job, &u->record);
  if (u->current && !u->doc.again) return UNSPIN_OK;
  return open_stream(job, u, &st, err);
}

/* The next block of the file that is being read. */
static void fetch_block(us_job *job, us_unit *u) {
  us_block block = {.last = true};
  u->status = us_stream_next(job->course->stream, &u->bytes, &block, &u->err);
  u->doc.bytes = us_buf_slice(&u->bytes);
  u->doc.header = block.header;
  u->doc.first_line = block.first_line;
  u->doc.line_step = block.line_step;
  u->last = block.last || u->status;
  if (!u->status) {
    u->options = *us_stream_engine(job->course->stream);
    u->doc.records = &u->options;
  }
  if (u->last) job->course = NULL;
}

static void go_on(us_job *job, us_unit *u) {
  us_course *c = u->course = job->course;
  us_input same = {.path = us_buf_slice(&c->path).p, .below = us_buf_slice(&c->below).p, .named = c->named};
  u->status = name_unit(job, u, &same, &u->err);
  u->doc.again = c->again;
  if (!u->status) fetch_block(job, u);
  else job->course = NULL;
  u->last |= u->status != UNSPIN_OK;
}

static void begin(us_job *job, us_unit *u, const us_input *input) {
  u->status = name_unit(job, u, input, &u->err);
  if (!u->status) u->status = claim_output(job, u, &u->err);
  if (!u->status) u->status = look_at(job, u, &u->err);
  if (!u->status && u->course) u->status = us_job_refuse_same(job, u);
  if (!u->status && u->course) fetch_block(job, u);
  u->last = u->course && (u->last || u->status);
  if (u->last) job->course = NULL;
}

/* The next input that is this shard's. */
static bool next_input(us_job *job, us_input *input) {
  bool more = true, by_lines = job->plan->target == US_TARGET_PARTS;
  while (more && !job->inputs_ended) {
    unspin_error err;
    unspin_status status = us_inputs_next(job->inputs, input, &more, &err);
    if (status) job->err = err;
    if (status) job->status = status; /* which the walk's messages may have set, too */
    bool left_out = false;
    us_skip why;
    if (!job->status && more) job->status = us_job_leaves_out(job, input, &left_out, &why, &job->err);
    if (left_out) us_job_note_skip(job, why, input->path);
    job->inputs_ended = job->status || !more;
    if (job->inputs_ended || left_out) continue;
    if (by_lines || us_shard_has_path(job->plan->shard, input->below)) return true;
  }
  return false;
}

bool us_job_fetch(void *cookie, void *unit) {
  us_job *job = cookie;
  us_unit *u = unit;
  us_input input;
  us_unit_clear(u);
  if (job->course) {
    go_on(job, u);
    return true;
  }
  if (job->inputs_ended) return false;
  bool got = next_input(job, &input);
  u->notes = job->notes; /* told on the way there */
  job->notes = (us_notes){0};
  u->end = !got;
  if (got) begin(job, u, &input);
  return got || u->notes.n;
}
