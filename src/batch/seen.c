#include "batch/seen.h"

#include <stdlib.h>
#include <time.h>

#include "base/hash.h"

/* Where HASH is or would be; one slot in two is empty. */
static size_t find(const uint64_t *slots, size_t cap, uint64_t hash) {
  size_t at = hash & (cap - 1);
  while (slots[at] && slots[at] != hash) at = (at + 1) & (cap - 1);
  return at;
}

static bool grow(us_seen *seen) {
  enum { LEAST = 1024 };
  size_t cap = seen->cap ? seen->cap * 2 : LEAST;
  uint64_t *slots = calloc(cap, sizeof *slots);
  if (!slots) return false;
  for (size_t i = 0; i < seen->cap; i++)
    if (seen->slots[i]) slots[find(slots, cap, seen->slots[i])] = seen->slots[i];
  if (!seen->cap) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    seen->seed = (uint64_t)(uintptr_t)slots ^ ((uint64_t)now.tv_nsec << 32) ^ (uint64_t)now.tv_sec;
  }
  free(seen->slots);
  seen->slots = slots;
  seen->cap = cap;
  return true;
}

unspin_status us_seen_add(us_seen *seen, us_slice what, bool *before, unspin_error *err) {
  if (seen->count * 2 >= seen->cap && !grow(seen)) return us_nomem(err);
  uint64_t hash = us_hash_seed(what, seen->seed) | 1; /* 0 is an empty slot */
  size_t at = find(seen->slots, seen->cap, hash);
  *before = seen->slots[at] != 0;
  if (*before) return UNSPIN_OK;
  seen->slots[at] = hash;
  seen->count++;
  return UNSPIN_OK;
}

void us_seen_free(us_seen *seen) {
  free(seen->slots);
  *seen = (us_seen){0};
}
