#include "base/vec.h"

#include <stdint.h>
#include <stdlib.h>

bool us_vec_grow(void **p, size_t n, size_t *cap, size_t size) {
  if (n > SIZE_MAX / 4 / size) return false;
  size_t want = *cap ? *cap * 2 : 16;
  void *q = realloc(*p, want * size);
  if (!q) return false;
  *p = q;
  *cap = want;
  return true;
}

bool us_vec_room(void **p, size_t n, size_t *cap, size_t size) {
  while (*cap < n)
    if (!us_vec_grow(p, *cap, cap, size)) return false;
  return true;
}
