/* journal.h - what a batch job has finished, in SQLite: who is killed can go on where he was.
 *
 * Records are written before their outputs get their names. A record holds the size and time that its output has then,
 * so a record whose output is not there yet (or not there any more, or changed) is seen for what it is. */
#ifndef US_BATCH_JOURNAL_H
#define US_BATCH_JOURNAL_H

#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

typedef struct us_journal us_journal;

/* How a document came out. The numbers stand in journals. */
typedef enum us_outcome {
  US_OUTCOME_UNCHANGED = 0,
  US_OUTCOME_CHANGED = 1,
  US_OUTCOME_REJECTS = 2, /* done, but lines of it were passed through as they were */
  US_OUTCOME_FAILED = 3   /* never in a journal: failures are tried again */
} us_outcome;

/* One finished input. */
typedef struct us_record {
  us_slice path;              /* as the job names it (us_job_plan.by_place) */
  uint64_t size, mtime, hash; /* of the input: bytes, nanoseconds, XXH3 of the bytes */
  /* It was changed so shortly before it was read that a later change might have the same time: only the hash tells. */
  bool racy;
  bool written; /* it has an output; false: in place, nothing changed */
  uint64_t out_size, out_mtime, out_hash;
  us_outcome outcome;
  uint64_t documents, words, edits, rejects;
  double spin, seconds;
  bool alike; /* of one that was found: it was made with the journal's stamp */
  uint64_t found; /* fields that some record has, as in unspin_record_totals; UINT64_MAX: it has no records */
} us_record;

/* With what it was made: records of another version, other data or other options are not alike. Strings are borrowed
 * for the call. */
typedef struct us_journal_stamp {
  const char *unspin, *data; /* version; knowledge hash */
  uint64_t options;          /* hash of all options that bear on outputs */
} us_journal_stamp;

/* Opens or makes the journal at PATH, which from then on no other process can open. *COUNT gets how many records it
 * holds. Errors: IO (also: another process has it open), FORMAT, VERSION, NOMEM. */
unspin_status us_journal_open(const char *path, const us_journal_stamp *stamp, us_journal **out, uint64_t *count,
                              unspin_error *err);
void us_journal_close(us_journal *journal);
unspin_status us_journal_empty(us_journal *journal, unspin_error *err);

/* The record of PATH, whatever it was made with; *FOUND is false if there is none. May be called while another thread
 * is in us_journal_add. Errors: IO. RECORD->path is PATH. */
unspin_status us_journal_find(us_journal *journal, us_slice path, us_record *record, bool *found, unspin_error *err);
/* All N records or none, on disk when it returns. Errors: IO. */
unspin_status us_journal_add(us_journal *journal, const us_record *records, size_t n, unspin_error *err);

#endif
