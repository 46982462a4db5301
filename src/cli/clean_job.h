/* clean_job.h - what the parts of `unspin clean` and `unspin batch` share. */
#ifndef US_CLI_CLEAN_JOB_H
#define US_CLI_CLEAN_JOB_H

#include <pthread.h>

#include "batch/job.h"
#include "cli/clean_html.h"
#include "cli/clean_options.h"
#include "cli/clean_tell.h"
#include "report/undo.h"

/* What restores: lives as long as the run, shared by all threads. */
typedef struct clean_engine {
  const clean_options *options;
  us_style style;
  const clean_html *html;
  us_undo *undo;  /* of --undo */
  bool show_text; /* the restored file goes to standard output */
  bool by_name;   /* -o names the one file that comes out: its suffix says how it is packed */
  pthread_mutex_t lock;
  unspin_knowledge *knowledge; /* opened when the first document needs it: empty files need none */
  unspin_session **sessions;   /* one a thread, or NULL */
  unsigned session_count;
  bool broken; /* no other document will fare better */
} clean_engine;

/* Errors: NOMEM; those of reading --undo's file. Free it also after an error. */
unspin_status clean_engine_init(clean_engine *engine, const clean_options *options, unsigned threads, us_style style,
                                unspin_error *err);
void clean_engine_free(clean_engine *engine);
/* Opens the data, if it is not open yet. */
unspin_status clean_engine_open(clean_engine *engine, unspin_error *err);
/* Whether no other document will fare better: the data cannot be opened. */
bool clean_engine_broken(clean_engine *engine);
/* Whether there are phrase tables beside the shipped one. */
bool clean_engine_has_tables(const clean_engine *engine);
/* us_job_plan.work; may be called by several threads, each with its own WORKER. */
unspin_status clean_engine_work(clean_engine *engine, unsigned worker, us_doc *doc, unspin_error *err);

/* Everything of a run. */
typedef struct clean_run {
  const clean_options *options;
  clean_engine engine;
  clean_tell tell;
  clean_html html;
  us_journal *journal;
  unsigned threads;
  us_target target;
  bool found; /* --sarif has had a piece */
} clean_run;

/* clean_batch.c: the journal before, stats and markers after. False with a message. */
bool clean_batch_begin(clean_run *run);
bool clean_batch_end(clean_run *run);
/* Writes what goes beside a job's outputs. INSIDE: the folder that it must lie in, links followed; NULL: anywhere. False
 * with a message. */
bool clean_job_write(const char *path, const char *inside, us_slice text);
/* --merge. Returns an exit status. */
int clean_batch_merge(const clean_options *options);
/* The counts as JSON, to PATH; SHARD's stamp with them. False with a message. */
bool clean_stats_write(const clean_run *run, const char *path);

#endif
