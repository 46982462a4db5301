/* job.h - many documents through one transformation: read, worked on by all cores, delivered in order.
 *
 * Knows nothing of what is done to a document: that is the plan's WORK. What it answers for is that every output is
 * whole or not there, that one bad file does not keep the others from being done, and that nothing depends on the
 * number of threads. */
#ifndef US_BATCH_JOB_H
#define US_BATCH_JOB_H

#include "batch/inputs.h"
#include "batch/journal.h"
#include "batch/shard.h"

/* Counts of one file, or of many. */
typedef struct us_doc_tally {
  uint64_t bytes_in, bytes_out;
  unspin_record_totals records;
  uint64_t words, edits, rejects;
  double spun_words;    /* estimated number of words that a spinner put in */
  double seconds;       /* of work, of all threads together */
  uint64_t reject_line; /* of the first reject, from 1; 0: none */
  char reject_why[80];
} us_doc_tally;
void us_doc_tally_add(us_doc_tally *sum, const us_doc_tally *part);

/* One file, or one block of a file of records. */
typedef struct us_doc {
  const char *path, *below;       /* as in us_input */
  const char *name;               /* for messages: the path, or what standard input is called */
  bool named;                     /* not found on a walk */
  us_slice bytes;                 /* as they are in the file */
  const unspin_options *records;  /* it is a block of records to be restored with these; NULL: a whole file */
  bool header;                    /* the block is the header of a table: no prose */
  bool again;                     /* the journal had it: of WORK's results only the rejects are taken */
  uint64_t first_line, line_step; /* of a block's lines in the file */
  /* From here on WORK fills in. Buffers come empty. */
  us_buf output; /* the file that comes out, if MADE; otherwise it is BYTES */
  bool made;
  bool changed;       /* there are edits */
  us_buf shown;       /* for standard output */
  us_buf rejects;     /* for the file of rejects */
  us_doc_tally tally; /* but bytes and seconds */
  bool binary;        /* is left out: the file came from a walk and is no text */
} us_doc;

typedef enum us_target {
  US_TARGET_NONE,     /* nothing, or only what is shown */
  US_TARGET_FILE,     /* one file, or a device */
  US_TARGET_TREE,     /* a folder that mirrors the inputs */
  US_TARGET_IN_PLACE, /* the input's own place, if something changed */
  US_TARGET_PARTS     /* lines of this shard, below a folder, to be joined with the other shards' */
} us_target;

/* One finished file. Borrowed for the call. */
typedef struct us_finished {
  const char *path, *below, *name;
  us_outcome outcome;
  bool current; /* the journal had it: nothing was done */
  const us_doc_tally *tally;
  const unspin_error *err; /* why it failed */
} us_finished;

/* Callbacks but WORK are called one at a time, in the order of the inputs. */
typedef struct us_job_plan {
  us_inputs_plan inputs; /* but watch and omit */
  us_target target;
  const char *output; /* FILE: its path; TREE, PARTS: the folder's */
  const char *suffix; /* IN_PLACE: of the backup; NULL: none */
  unsigned threads;   /* 0: one for each processor */
  us_shard shard;
  us_journal *journal;          /* NULL: none */
  bool resume;                  /* skip what the journal has and is current */
  bool by_place;                /* the journal calls files by their real paths, not as below the folders walked */
  bool rejects;                 /* but for its rejects, which a run that was not killed would have told */
  us_walk_omit avoid;           /* a file that the run itself writes to: is no input. 0, 0: none */
  const unspin_options *engine; /* format and fields of streams */
  bool guess_format;
  const char *encoding; /* of streams: only UTF-8 is cut into blocks; NULL: found out */
  bool whole;           /* never cut files of records into blocks: reports need them whole */
  const char *stdin_name;
  void *cookie;
  /* In several threads at once, WORKER below THREADS. An error ends this document only. */
  unspin_status (*work)(void *cookie, unsigned worker, us_doc *doc, unspin_error *err);
  /* What WORK put into doc->shown and doc->rejects, before the output gets its name. False ends the job. */
  bool (*deliver)(void *cookie, const us_doc *doc);
  /* False ends the job. */
  bool (*finished)(void *cookie, const us_finished *finished);
  void (*skipped)(void *cookie, us_skip why, const char *path);
  void (*failed)(void *cookie, const unspin_error *err); /* of something that is no document: a folder, the journal */
} us_job_plan;

/* Errors: NOMEM; IO: the list of files. All else is told by the callbacks. */
unspin_status us_job_run(const us_job_plan *plan, unspin_error *err);

/* Appends the path of the folder below OUTPUT where a job keeps its journal, markers and parts. */
void us_job_folder(const char *output, us_buf *out);
/* Appends the path of what the shard keeps of a file whose lines it shares with others. */
void us_job_part(const char *output, const char *below, us_shard shard, us_buf *out);

#endif
