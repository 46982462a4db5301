/* job_impl.h - what the files of a job share. */
#ifndef US_BATCH_JOB_IMPL_H
#define US_BATCH_JOB_IMPL_H

#include <sys/stat.h>

#include "base/vec.h"
#include "batch/job.h"
#include "batch/place.h"
#include "batch/seen.h"
#include "batch/stream.h"
#include "format/pack.h"

/* Something to tell before the document at hand: messages come in the order of the walk. */
typedef struct us_note {
  bool skip;
  us_skip why;
  us_buf path;
  unspin_error err;
} us_note;
typedef US_VEC(us_note) us_notes;

/* A file of records on its way: shared by its blocks, which are delivered one after another. */
typedef struct us_course {
  us_stream *stream;
  us_buf path, below, target;
  bool named;
  us_place place;
  us_packer *packer;          /* into PLACE */
  bool begun, changed, again; /* AGAIN: as in us_doc */
  us_doc_tally tally;
  us_record record;
  unspin_status status; /* once it has failed, its other blocks are dropped */
  unspin_error err;
} us_course;

/* One document under way. */
typedef struct us_unit {
  us_doc doc;
  us_buf path, below, target; /* TARGET: where the output goes, if it has a name */
  us_buf key;                 /* what the journal calls it */
  us_buf bytes;
  unspin_options options; /* of a block: those of its stream change when the header of its table is read */
  us_notes notes;
  us_course *course; /* NULL: a whole file */
  us_stream *taken;  /* opened to look at, to be read whole */
  bool last;         /* of its course */
  bool end;          /* no document: only notes */
  bool known;        /* the journal has RECORD, but only the content can say whether it is current */
  bool current;      /* it is: nothing is to be done, but for doc.again */
  bool omitted;      /* it is the file to avoid, met on a walk: not a word */
  us_record record;
  us_record seen; /* size, time and racy of the file as it is now */
  us_place place;
  unspin_status status;
  unspin_error err;
} us_unit;

/* What is finished but for its name. */
typedef struct us_pending {
  us_buf path, below, name, key;
  us_place place;
  us_record record;
  us_doc_tally tally;
  us_outcome outcome;
  bool current, recorded; /* RECORDED: the record is for the journal */
  unspin_error err;
} us_pending;

typedef struct us_job {
  const us_job_plan *plan;
  us_inputs *inputs;
  us_course *course; /* being read */
  us_notes notes;    /* told since the last unit */
  bool inputs_ended;
  bool collisions; /* outputs of different inputs might have the same name */
  us_seen outputs; /* their names, links followed */
  us_place_style style;
  US_VEC(us_pending) group; /* finished since the journal was written to last */
  double group_since;       /* seconds */
  bool journal_broken;
  unspin_status status; /* that ends the job */
  unspin_error err;
} us_job;

double us_job_now(void); /* seconds of a clock that never jumps */

/* job_claim.c */
/* *BEFORE: TARGET is the output of an earlier input, perhaps by another name. Errors: NOMEM. */
unspin_status us_job_claim(us_job *job, const char *target, bool *before, unspin_error *err);
/* In place: whether the input is a backup, or was there before. Errors: NOMEM. */
unspin_status us_job_leaves_out(us_job *job, const us_input *input, bool *out, us_skip *why, unspin_error *err);

/* job_known.c */
/* Fills in U's record, current and known from the journal and U's state as it was seen. Errors: IO. */
unspin_status us_job_ask(us_job *job, us_unit *u, unspin_error *err);
/* The input's bytes have this hash: if it is known by it, it is current but for its time. */
void us_job_compare(const us_job *job, us_unit *u, uint64_t hash);
/* Errors: IO, NOMEM. */
unspin_status us_job_hash(const char *path, uint64_t *hash, unspin_error *err);

/* For the next unit. */
void us_job_note_skip(void *cookie, us_skip why, const char *path);

/* pool's callbacks */
bool us_job_fetch(void *cookie, void *unit);                 /* job_fetch.c */
void us_job_work(void *cookie, unsigned worker, void *unit); /* job_work.c */
bool us_job_finish(void *cookie, void *unit);                /* job_deliver.c */
/* Whether the file of RECORD, which is current, is to be read again for its rejects. */
static inline bool us_job_wants_rejects(const us_job *job, const us_record *record) {
  return job->plan->rejects && record->rejects > 0;
}
/* An output that is its own input would be read again by the next run. Errors: INVALID. */
unspin_status us_job_refuse_same(const us_job *job, us_unit *unit);
void us_unit_clear(us_unit *unit);

/* Tells and forgets. */
void us_notes_tell(us_job *job, us_notes *notes);
/* Hands the group over to the journal, then to the file system. False ends the job. */
bool us_job_flush(us_job *job);
void us_course_free(us_course *course);

#endif
