/* shard.h - one of several parts of a job, for as many machines, and what it leaves behind when it is done. */
#ifndef US_BATCH_SHARD_H
#define US_BATCH_SHARD_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* Part INDEX, from 1, of COUNT. COUNT 0: the whole. */
typedef struct us_shard {
  uint32_t index, count;
} us_shard;

enum { US_SHARDS_MAX = 99999 /* names have five digits */ };

/* "I/N", or "slurm": SLURM_ARRAY_TASK_ID and the numbers of its array in the environment. Errors: INVALID. */
unspin_status us_shard_read(const char *text, us_shard *out, unspin_error *err);

/* Whether the file PATH, as the job calls it, belongs to it: by XXH3 of the path, so that it stays so when files come
 * and go. True for the whole. */
bool us_shard_has_path(us_shard shard, const char *path);
/* Whether line LINE, from 1, belongs to it: in turn. */
bool us_shard_has_line(us_shard shard, uint64_t line);

/* Appends "FOLDER/KIND-00003-of-00007SUFFIX", or "FOLDER/KINDSUFFIX" for the whole. */
void us_shard_name(us_shard shard, const char *folder, const char *kind, const char *suffix, us_buf *out);

/* Joins the lines that the COUNT parts of one file took in turn, NAMES[i] being part i + 1, into PATH, which appears
 * when it is whole. *LINES gets their number. Errors: IO; FORMAT: a part is too short or too long; NOMEM. */
unspin_status us_shard_join(const char *const *names, uint32_t count, const char *path, uint64_t *lines,
                            unspin_error *err);

#endif
