/* hash.h - XXH3 from libxxhash: fast, stable across machines; for integrity and tables, not for secrets. */
#ifndef US_BASE_HASH_H
#define US_BASE_HASH_H

#include <stdint.h>

#include "base/slice.h"

uint64_t us_hash(us_slice bytes);
uint64_t us_hash_seed(us_slice bytes, uint64_t seed);
/* Writes 16 hexadecimal digits and a NUL. */
void us_hash_hex(uint64_t hash, char out[17]);

#endif
