#include "base/numbering.h"

#include <stdbool.h>
#include <stdlib.h>

enum { FIRST_SLOTS = 64 }; /* a power of two, as all sizes are */

/* The slot that holds KEY, or the empty one where it belongs. */
static size_t find(const us_numbering *t, uint64_t key) {
  size_t at = (size_t)key & (t->slots - 1);
  while (t->numbers[at] && t->keys[at] != key) at = (at + 1) & (t->slots - 1);
  return at;
}

static bool grow(us_numbering *t) {
  us_numbering next = {.slots = t->slots ? t->slots * 2 : FIRST_SLOTS, .n = t->n};
  next.keys = calloc(next.slots, sizeof *next.keys);
  next.numbers = calloc(next.slots, sizeof *next.numbers);
  if (!next.keys || !next.numbers) {
    us_numbering_free(&next);
    return false;
  }
  for (size_t i = 0; i < t->slots; i++) {
    if (!t->numbers[i]) continue;
    size_t at = find(&next, t->keys[i]);
    next.keys[at] = t->keys[i];
    next.numbers[at] = t->numbers[i];
  }
  us_numbering_free(t);
  *t = next;
  return true;
}

uint32_t us_number_of(us_numbering *t, uint64_t key) {
  if (((size_t)t->n + 1) * 4 > t->slots * 3 && !grow(t)) return UINT32_MAX;
  size_t at = find(t, key);
  if (!t->numbers[at]) {
    t->keys[at] = key;
    t->numbers[at] = ++t->n;
  }
  return t->numbers[at] - 1;
}

void us_numbering_free(us_numbering *t) {
  free(t->keys);
  free(t->numbers);
  *t = (us_numbering){0};
}
