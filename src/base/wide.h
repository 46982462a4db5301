/* wide.h - loops over many numbers, compiled for wider registers too where the loader can choose between the two. The
 * arithmetic is the same to the last bit: no wide version multiplies and adds in one rounding. */
#ifndef US_BASE_WIDE_H
#define US_BASE_WIDE_H

#include <stddef.h> /* defines __GLIBC__ where there is one */
#include <stdlib.h>

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define US_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define US_WIDE
#endif

#endif
