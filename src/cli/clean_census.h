/* clean_census.h - how much there is to do, counted beside the work: without it nobody knows how much time is left. */
#ifndef US_CLI_CLEAN_CENSUS_H
#define US_CLI_CLEAN_CENSUS_H

#include "batch/inputs.h"
#include "batch/shard.h"

typedef struct clean_census clean_census;

/* Begins to walk through the same inputs in a thread of its own. PLAN is copied, what it points to borrowed. NULL where
 * that cannot be: only the time left stays unknown. */
clean_census *clean_census_begin(const us_inputs_plan *plan, us_shard shard);
/* True once all is counted. */
bool clean_census_known(const clean_census *census, uint64_t *files, uint64_t *bytes);
/* Stops and frees. */
void clean_census_end(clean_census *census);

#endif
