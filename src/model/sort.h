/* sort.h - 128-bit keys in ascending order. */
#ifndef US_MODEL_SORT_H
#define US_MODEL_SORT_H

#include "model/run.h"

/* Never slower than n log n, no memory. */
void us_sort_keys(us_u128 *keys, size_t n);

#endif
