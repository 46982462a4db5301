#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>

#define FIRST_BLOCK 16384u
#define LARGEST_BLOCK 1048576u
#define ALIGN (_Alignof(max_align_t))

struct us_arena_block {
  us_arena_block *next;
  size_t used, size;
  max_align_t data[];
};

void *us_arena_alloc(us_arena *arena, size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  size = (size + ALIGN - 1) / ALIGN * ALIGN;
  us_arena_block *b = arena->current;
  if (!b || b->size - b->used < size) {
    size_t want = !b ? FIRST_BLOCK : b->size < LARGEST_BLOCK ? b->size * 2 : LARGEST_BLOCK;
    if (want < size) want = size;
    us_arena_block *fresh = malloc(sizeof *fresh + want);
    if (!fresh) return NULL;
    *fresh = (us_arena_block){.size = want};
    arena->total += want;
    if (b) b->next = fresh;
    else arena->first = fresh;
    arena->current = b = fresh;
  }
  void *p = (char *)b->data + b->used;
  b->used += size;
  return p;
}

void *us_arena_zalloc(us_arena *arena, size_t count, size_t size) {
  if (size && count > SIZE_MAX / 2 / size) return NULL;
  void *p = us_arena_alloc(arena, count * size);
  if (p) memset(p, 0, count * size);
  return p;
}

char *us_arena_copy(us_arena *arena, us_slice s) {
  char *p = us_arena_alloc(arena, s.n + 1);
  if (!p) return NULL;
  if (s.n) memcpy(p, s.p, s.n);
  p[s.n] = 0;
  return p;
}

static void free_blocks(us_arena_block *b) {
  while (b) {
    us_arena_block *next = b->next;
    free(b);
    b = next;
  }
}

void us_arena_reset(us_arena *arena) {
  us_arena_block *keep = arena->first;
  if (!keep) return;
  free_blocks(keep->next);
  keep->next = NULL;
  keep->used = 0;
  arena->current = keep;
  arena->total = keep->size;
}

void us_arena_free(us_arena *arena) {
  free_blocks(arena->first);
  *arena = (us_arena){0};
}
