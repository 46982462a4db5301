/* vec.h - growing arrays of plain structs: struct { T *p; size_t n, cap; }, zero-initialised is empty. */
#ifndef US_BASE_VEC_H
#define US_BASE_VEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

/* Makes room for one more element in the array at *P with N elements of SIZE bytes; false when out of memory. */
bool us_vec_grow(void **p, size_t n, size_t *cap, size_t size);

/* The same for N elements altogether. */
bool us_vec_room(void **p, size_t n, size_t *cap, size_t size);

#define US_VEC(T)  \
  struct {         \
    T *p;          \
    size_t n, cap; \
  }
/* True, and the element appended; false when out of memory. */
#define us_vec_push(v, ...)                                                              \
  ((v)->n < (v)->cap || us_vec_grow((void **)&(v)->p, (v)->n, &(v)->cap, sizeof *(v)->p) \
       ? ((v)->p[(v)->n++] = (__VA_ARGS__), true)                                        \
       : false)
/* True once there is room for COUNT elements; false when out of memory. */
#define us_vec_reserve(v, count) us_vec_room((void **)&(v)->p, (count), &(v)->cap, sizeof *(v)->p)
#define us_vec_free(v) (free((v)->p), (v)->p = NULL, (v)->n = (v)->cap = 0)

#endif
