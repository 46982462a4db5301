/* pairs_json.h - one line of a .jsonl file of pairs. */
#ifndef US_MEASURE_PAIRS_JSON_H
#define US_MEASURE_PAIRS_JSON_H

#include <jansson.h>

#include "base/vec.h"
#include "measure/pairs.h"

typedef US_VEC(us_slice) us_slices;

/* Reads LINE into PAIR's id and doc (left alone if there is none), spun and expect, and into PLAIN, which is emptied
 * first. They point into *OBJECT, which the caller frees with json_decref. Errors: FORMAT with PATH and NUMBER, NOMEM.
 */
unspin_status us_pairs_json_read(us_slice line, const char *path, size_t number, json_t **object, us_pair *pair,
                                 us_slices *plain, unspin_error *err);

#endif
