/* lower.h - lower case as TER's published implementation makes it (Python's str.lower). */
#ifndef US_MEASURE_LOWER_H
#define US_MEASURE_LOWER_H

#include "text/utf8.h"

/* Appends TEXT in lower case; bytes that are no UTF-8 stay. Check out->failed. */
void us_lower(us_buf *out, us_slice text);

#endif
