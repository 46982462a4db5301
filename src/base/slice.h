/* slice.h - borrowed text: a pointer and a length. The owner is somebody else. */
#ifndef US_BASE_SLICE_H
#define US_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct us_slice {
  const char *p;
  size_t n;
} us_slice;

/* A string literal as a slice. */
#define US_LIT(s) ((us_slice){(s), sizeof(s) - 1})

static inline us_slice us_slice_of(const char *s) { return (us_slice){s, strlen(s)}; }
static inline us_slice us_slice_sub(us_slice s, size_t begin, size_t end) {
  return (us_slice){begin ? s.p + begin : s.p, end - begin}; /* p of an empty slice may be NULL */
}
static inline bool us_slice_eq(us_slice a, us_slice b) {
  return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Byte order, shorter first where one is the beginning of the other. */
static inline int us_slice_cmp(us_slice a, us_slice b) {
  size_t n = a.n < b.n ? a.n : b.n;
  int c = n ? memcmp(a.p, b.p, n) : 0;
  return c ? c : (a.n > b.n) - (a.n < b.n);
}

/* Cuts the part before the first SEP off REST and moves REST past it; false once REST is used up.
 * Start with rest->p non-NULL; an empty last field is returned too. */
bool us_slice_cut(us_slice *rest, char sep, us_slice *part);
us_slice us_slice_trim(us_slice s);

#endif
