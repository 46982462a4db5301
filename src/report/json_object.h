/* json_object.h - a JSON object out of a list of members. */
#ifndef US_REPORT_JSON_OBJECT_H
#define US_REPORT_JSON_OBJECT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/slice.h"

/* One member of an object. */
typedef struct us_json_member {
  const char *key;
  json_t *value; /* NULL where it could not be made: the object cannot be made either then */
} us_json_member;

/* Takes over the values. NULL when out of memory. */
json_t *us_json_object_of(const us_json_member *members, size_t n);
#define US_JSON_OBJECT(...)                                \
  us_json_object_of((const us_json_member[]){__VA_ARGS__}, \
                    sizeof((const us_json_member[]){__VA_ARGS__}) / sizeof(us_json_member))

/* TEXT as people may look at it: what is not UTF-8, or could harm a terminal, is shown as \xHH. NULL when out of
 * memory. */
json_t *us_json_shown(us_slice text);

/* TEXT as it is; where it is not UTF-8, which JSON cannot hold, as us_json_shown has it. NULL when out of memory. */
json_t *us_json_text(us_slice text);

/* Writes VALUE, without white space, and frees it. False where it is NULL, or when out of memory, which jansson may
 * still be while it writes: what stands in OUT is cut short then. Write errors show in ferror(OUT). */
bool us_json_write(FILE *out, json_t *value, size_t flags);

#endif
