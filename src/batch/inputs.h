/* inputs.h - the files of a job one after another: those that were named, those of a list, and those below folders. */
#ifndef US_BATCH_INPUTS_H
#define US_BATCH_INPUTS_H

#include "batch/walk.h"

typedef struct us_inputs us_inputs;

typedef struct us_inputs_plan {
  const char *const *operands; /* files, folders, or "-"; borrowed as long as the inputs are open */
  size_t operand_count;
  const char *list; /* more of them, one a line, of which "-" is standard input; NULL: none */
  bool zero;        /* the list's names end in NUL, not in line ends */
  us_walk_rules rules;
  bool force_exclude; /* RULES hold for named files too */
  us_walk_omit omit;  /* the folder that the results go to */
  us_walk_watch watch;
} us_inputs_plan;

/* One file. Strings are borrowed until the next call. */
typedef struct us_input {
  const char *path;  /* to open; "-" for standard input */
  const char *below; /* what the job calls it and where a mirrored tree has it: the path below the folder that was
                        walked; of a file that was named the path itself, or its name alone where that leads upwards */
  bool named;        /* not found on a walk */
} us_input;

/* PLAN is copied, what it points to borrowed. Errors: IO (the list), NOMEM. */
unspin_status us_inputs_open(const us_inputs_plan *plan, us_inputs **out, unspin_error *err);
/* *MORE is false at the end. Errors: IO (the list), NOMEM. */
unspin_status us_inputs_next(us_inputs *inputs, us_input *input, bool *more, unspin_error *err);
void us_inputs_close(us_inputs *inputs);

#endif
