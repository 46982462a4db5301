/* The last step of a document, in the order of the inputs: what it shows, then the journal, then its output's name. */
#include <stdlib.h>

#include "batch/job_impl.h"

/* So many documents, or seconds, may be redone after a crash; each group costs the journal one sync. */
enum { GROUP = 64 };
#define GROUP_SECONDS 0.5

void us_notes_tell(us_job *job, us_notes *notes) {
  for (size_t i = 0; i < notes->n; i++) {
    us_note *note = &notes->p[i];
    if (note->skip) job->plan->skipped(job->plan->cookie, note->why, us_buf_slice(&note->path).p);
    else job->plan->failed(job->plan->cookie, &note->err);
    us_buf_free(&note->path);
  }
  us_vec_free(notes);
}

static void free_pending(us_pending *p) {
  us_place_drop(&p->place);
  us_buf_free(&p->path);
  us_buf_free(&p->below);
  us_buf_free(&p->name);
  us_buf_free(&p->key);
}

/* What it takes to write NAME's record. */
static us_record record_of(const us_pending *p) {
  us_record r = p->record;
  r.path = us_buf_slice(&p->key);
  r.outcome = p->outcome;
  r.documents = p->tally.records.documents;
  r.words = p->tally.words;
  r.edits = p->tally.edits;
  r.rejects = p->tally.rejects;
  r.spin = p->tally.spun_words;
  r.seconds = p->tally.seconds;
  r.found = p->tally.records.records ? p->tally.records.found : UINT64_MAX;
  return r;
}

/* In place, what the journal does not know would be restored a second time: it stays as it is. */
static void keep_from_harm(us_job *job) {
  for (size_t i = 0; i < job->group.n && job->plan->target == US_TARGET_IN_PLACE; i++) {
    us_pending *p = &job->group.p[i];
    if (!p->place.temporary) continue;
    p->outcome = US_OUTCOME_FAILED;
    us_fail(&p->err, UNSPIN_ERR_IO, "%s: left as it is, because the journal cannot be written",
            us_buf_slice(&p->name).p);
    us_place_drop(&p->place);
  }
}

static void write_journal(us_job *job) {
  US_VEC(us_record) records = {0};
  unspin_error err;
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < job->group.n && !status; i++)
    if (job->group.p[i].recorded && !us_vec_push(&records, record_of(&job->group.p[i]))) status = us_nomem(&err);
  if (!status && records.n && !job->journal_broken)
    status = us_journal_add(job->plan->journal, records.p, records.n, &err);
  if (status && !job->journal_broken) job->plan->failed(job->plan->cookie, &err);
  job->journal_broken |= status != UNSPIN_OK;
  if (job->journal_broken) keep_from_harm(job);
  us_vec_free(&records);
}

static bool tell_finished(us_job *job, us_pending *p) {
  if (p->outcome != US_OUTCOME_FAILED && us_place_commit(&p->place, job->plan->suffix, &p->err))
    p->outcome = US_OUTCOME_FAILED;
  us_finished f = {.path = us_buf_slice(&p->path).p,
                   .below = us_buf_slice(&p->below).p,
                   .name = us_buf_slice(&p->name).p,
                   .outcome = p->outcome,
                   .current = p->current,
                   .tally = &p->tally,
                   .err = &p->err};
  return job->plan->finished(job->plan->cookie, &f);
}

bool us_job_flush(us_job *job) {
  if (job->plan->journal) write_journal(job);
  bool more = true;
  for (size_t i = 0; i < job->group.n; i++) {
    if (more) more = tell_finished(job, &job->group.p[i]);
    free_pending(&job->group.p[i]);
  }
  job->group.n = 0;
  return more;
}

static us_outcome outcome_of(bool failed, bool changed, const us_doc_tally *tally) {
  if (failed) return US_OUTCOME_FAILED;
  if (tally->rejects) return US_OUTCOME_REJECTS;
  return changed ? US_OUTCOME_CHANGED : US_OUTCOME_UNCHANGED;
}

static bool add_pending(us_job *job, us_unit *u, us_pending *p) {
  us_buf_puts(&p->path, u->doc.path);
  us_buf_puts(&p->below, u->doc.below);
  us_buf_puts(&p->name, u->doc.name);
  us_buf_append(&p->key, us_buf_slice(&u->key));
  if (p->path.failed || p->below.failed || p->name.failed || p->key.failed || !us_vec_push(&job->group, *p)) {
    job->status = us_nomem(&job->err);
    free_pending(p);
    return false;
  }
  double now = us_job_now();
  if (job->group.n == 1) job->group_since = now;
  bool due = !job->plan->journal || job->group.n >= GROUP || now - job->group_since >= GROUP_SECONDS;
  return !due || us_job_flush(job);
}

/* What the journal knows, as if it had been done now. That there are records is all that it knows of their number. */
static us_doc_tally tally_of(const us_record *r) {
  return (us_doc_tally){.bytes_in = r->size,
                        .bytes_out = r->written ? r->out_size : r->size,
                        .records = {.records = r->found != UINT64_MAX, .documents = r->documents, .found = r->found},
                        .words = r->words,
                        .edits = r->edits,
                        .rejects = r->rejects,
                        .spun_words = r->spin,
                        .seconds = r->seconds};
}

static bool finish_file(us_job *job, us_unit *u) {
  us_pending p = {.place = u->place, .record = u->record, .current = u->current, .err = u->err};
  u->place = (us_place){.fd = -1};
  p.tally = u->current ? tally_of(&u->record) : u->doc.tally;
  p.outcome = outcome_of(u->status != UNSPIN_OK, u->doc.changed, &p.tally);
  if (u->current && !u->status) p.outcome = u->record.outcome;
  if (u->status) us_place_drop(&p.place);
  /* standard input has no size and time to be known by; a current file may have a new time (its content was compared)
   */
  bool news = !u->current || u->known;
  p.recorded = job->plan->journal && !u->status && news && strcmp(u->doc.path, "-") != 0;
  return add_pending(job, u, &p);
}

static unspin_status append_packed(void *cookie, const char *bytes, size_t n, unspin_error *err) {
  return us_place_append(&((us_course *)cookie)->place, (us_slice){bytes, n}, err);
}

/* A file of its own name is packed as that says, others as their input was. */
static unspin_packing packing_of(const us_job *job, const us_course *c) {
  bool named = job->plan->target == US_TARGET_FILE;
  return named ? unspin_packing_named(job->plan->output) : us_stream_packing(c->stream);
}

static unspin_status append_block(us_job *job, us_unit *u) {
  us_course *c = u->course;
  if (job->plan->target == US_TARGET_NONE || c->again) return UNSPIN_OK;
  if (!c->begun) US_TRY(us_place_begin(us_buf_slice(&c->target).p, &job->style, &c->place, &u->err));
  c->begun = true;
  if (!c->packer) US_TRY(us_packer_new(packing_of(job, c), append_packed, c, &c->packer, &u->err));
  us_slice text = u->doc.made ? us_buf_slice(&u->doc.output) : u->doc.bytes;
  return us_packer_write(c->packer, text.p, text.n, &u->err);
}

/* Packed again, the same text may have other bytes: where nothing changed, the input's are taken. */
static unspin_status seal_course(us_job *job, us_course *c) {
  unspin_packing packing = us_stream_packing(c->stream);
  struct stat st;
  bool same = packing && packing == packing_of(job, c) && !c->changed && job->plan->target != US_TARGET_PARTS &&
              c->place.temporary && strcmp(us_buf_slice(&c->path).p, "-") != 0 &&
              stat(us_buf_slice(&c->path).p, &st) == 0 && S_ISREG(st.st_mode); /* a pipe cannot be read twice */
  if (!same) {
    US_TRY(us_packer_finish(c->packer, &c->err));
    return us_place_seal(&c->place, &c->err);
  }
  us_place_drop(&c->place);
  US_TRY(us_place_begin(us_buf_slice(&c->target).p, &job->style, &c->place, &c->err));
  US_TRY(us_stream_again(c->stream, append_packed, c, &c->err));
  return us_place_seal(&c->place, &c->err);
}

static bool finish_course(us_job *job, us_unit *u) {
  us_course *c = u->course;
  bool wanted = c->begun && !(job->plan->target == US_TARGET_IN_PLACE && !c->changed);
  if (!c->status && wanted) c->status = seal_course(job, c);
  if (c->status || !wanted) us_place_drop(&c->place);
  us_pending p = {.place = c->place, .record = c->record, .tally = c->tally, .current = c->again, .err = c->err};
  c->place = (us_place){.fd = -1};
  p.outcome = outcome_of(c->status != UNSPIN_OK, c->changed, &c->tally);
  if (c->again) {
    p.tally = tally_of(&c->record);
    if (!c->status) p.outcome = c->record.outcome;
  } else {
    p.record.hash = us_stream_hash(c->stream);
    p.record.written = p.place.temporary != NULL;
    p.record.out_size = p.place.size;
    p.record.out_mtime = p.place.mtime;
    p.record.out_hash = p.place.hash;
    p.recorded = job->plan->journal && !c->status && strcmp(u->doc.path, "-") != 0;
  }
  us_course_free(c);
  u->course = NULL;
  return add_pending(job, u, &p);
}

static bool finish_block(us_job *job, us_unit *u) {
  us_course *c = u->course;
  if (!c->status && !u->status) u->status = append_block(job, u);
  if (!c->status && u->status) {
    c->status = u->status;
    c->err = u->err;
  }
  us_doc_tally_add(&c->tally, &u->doc.tally);
  c->changed |= u->doc.changed;
  return !u->last || finish_course(job, u);
}

bool us_job_finish(void *cookie, void *unit) {
  us_job *job = cookie;
  us_unit *u = unit;
  us_notes_tell(job, &u->notes);
  if (u->end || u->omitted) return true;
  if (u->doc.binary) {
    job->plan->skipped(job->plan->cookie, US_SKIP_BINARY, u->path.p);
    return true;
  }
  bool block_lost = u->course && u->course->status; /* nothing follows what is missing */
  bool done = !u->current || u->doc.again;
  if (!u->status && done && !block_lost && !job->plan->deliver(job->plan->cookie, &u->doc)) {
    if (u->last) us_course_free(u->course);
    if (u->last) u->course = NULL;
    return false;
  }
  return u->course ? finish_block(job, u) : finish_file(job, u);
}
