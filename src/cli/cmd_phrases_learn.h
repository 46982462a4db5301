/* cmd_phrases_learn.h - what the parts of `unspin phrases learn` share. */
#ifndef US_CLI_CMD_PHRASES_LEARN_H
#define US_CLI_CMD_PHRASES_LEARN_H

#include "base/arena.h"
#include "cli/cmd_phrases.h"

/* A row that a reviewer turned down again and again. */
typedef struct learn_verdict {
  const char *row; /* id */
  uint32_t accepted, rejected;
} learn_verdict;

typedef struct learn_verdicts {
  US_VEC(learn_verdict) rows;
  us_arena arena;
} learn_verdicts;

/* Each adds texts to LEARNER. Errors are those of the reader and of unspin_learner_add. */

/* Every pair in PATHS, all kinds of files that `unspin check` reads; "-": JSON Lines from standard input. */
unspin_status learn_pairs(unspin_learner *learner, const char *const *paths, size_t n, unspin_error *err);

/* Every file below SPUN (a folder, or a file) with the file of the same name below PLAIN. *LEFT_OUT counts the files
 * without one, and those that are no text. */
unspin_status learn_versions(unspin_learner *learner, const char *spun, const char *plain, size_t *left_out,
                             unspin_error *err);

/* The decisions of a reviewer, JSON Lines; see the help. OUT gets what was said about each row that is named. */
unspin_status learn_review(unspin_learner *learner, const char *path, learn_verdicts *out, unspin_error *err);
void learn_verdicts_free(learn_verdicts *verdicts);

/* Words that a spun text has too often against words that a clean one has too often: `learn --comparable`. ARGS: the
 * two paths. Writes proposals to OUTPUT (NULL: standard output). Returns an exit status. */
int learn_comparable(const phrases_options *o, const char *spun, const char *clean, const char *output, size_t most,
                     double least, bool quiet);

#endif
