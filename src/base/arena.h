/* arena.h - memory that is dropped whole: one arena a document, cleared and not freed between documents. */
#ifndef US_BASE_ARENA_H
#define US_BASE_ARENA_H

#include "base/slice.h"

typedef struct us_arena_block us_arena_block;

/* Zero-initialised is empty and valid. */
typedef struct us_arena {
  us_arena_block *first, *current;
  size_t total; /* bytes held in blocks */
} us_arena;

/* SIZE bytes aligned for any type, not cleared; NULL when out of memory. */
void *us_arena_alloc(us_arena *arena, size_t size);
/* COUNT cleared elements of SIZE bytes each; NULL when out of memory or on overflow. */
void *us_arena_zalloc(us_arena *arena, size_t count, size_t size);
/* A NUL-terminated copy. */
char *us_arena_copy(us_arena *arena, us_slice s);
/* Forgets everything, keeps the first block for reuse. */
void us_arena_reset(us_arena *arena);
void us_arena_free(us_arena *arena);

#endif
