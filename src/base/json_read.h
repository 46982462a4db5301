/* json_read.h - reading JSON with jansson where memory may be short. */
#ifndef US_BASE_JSON_READ_H
#define US_BASE_JSON_READ_H

#include <jansson.h>

#include "base/slice.h"

/* For a program to call once, before its threads: jansson allocates through functions of ours from then on. Without,
 * us_json_load is json_loadb. */
void us_json_guard(void);

/* json_loadb of TEXT with FLAGS and JSON_REJECT_DUPLICATES. NULL with words in WRONG->text: no JSON; NULL without: out
 * of memory. The caller gives the value back with json_decref. */
json_t *us_json_load(us_slice text, size_t flags, json_error_t *wrong);

#endif
