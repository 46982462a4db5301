/* cmd_model_tune.h - what the parts of `unspin model tune` share. */
#ifndef US_CLI_CMD_MODEL_TUNE_H
#define US_CLI_CMD_MODEL_TUNE_H

#include "base/vec.h"
#include "cli/cli.h"

/* What an input holds. */
typedef enum tune_kind {
  TUNE_PAIRS,     /* documents with their originals */
  TUNE_CLEAN,     /* texts that no spinner touched */
  TUNE_SENTENCES, /* pairs that stand alone and are taken as spun */
  TUNE_ROWS       /* the phrase table's own sentences */
} tune_kind;

typedef struct tune_input {
  tune_kind kind;
  const char *path; /* NULL for rows */
  const char *data; /* --data in force; NULL: as always */
  const char *group;
  double weight;
  bool fast;
} tune_input;
typedef US_VEC(tune_input) tune_inputs;

/* What came of one input. */
typedef struct tune_count {
  size_t texts;   /* documents, or sentences */
  size_t skipped; /* sentences that mark no place */
} tune_count;

/* Adds what INPUT holds to TUNER. DIR is its folder of compiled data, SESSION of the same. Errors: IO, INVALID, FORMAT
 * (with file and line), LIMIT, NOMEM. */
unspin_status tune_read(const tune_input *input, const char *dir, unspin_tuner *tuner, unspin_session *session,
                        tune_count *count, unspin_error *err);

#endif
