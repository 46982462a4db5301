/* figure.h - numbers that may not be there. */
#ifndef US_MEASURE_FIGURE_H
#define US_MEASURE_FIGURE_H

#include <math.h>

/* What a figure is where there is nothing to count. As a double: the C library's is a float, and clang says so. */
#define US_NAN ((double)NAN)

#endif
