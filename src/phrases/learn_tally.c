#include "phrases/learn_tally.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1 << 12 };

static size_t find(const uint64_t *keys, size_t slots, uint64_t key) {
  size_t at = (key * 0x9E3779B97F4A7C15ull >> 20) & (slots - 1);
  while (keys[at] && keys[at] != key) at = (at + 1) & (slots - 1);
  return at;
}

/* Moves everything above FLOOR into a table of SLOTS slots. */
static bool rebuild(us_learn_tally *t, size_t slots, uint32_t floor) {
  uint64_t *keys = calloc(slots, sizeof *keys);
  uint32_t *counts = calloc(slots, sizeof *counts);
  if (!keys || !counts) {
    free(keys);
    free(counts);
    return false;
  }
  t->n = 0;
  for (size_t i = 0; i < t->slots; i++) {
    if (!t->keys[i] || t->counts[i] <= floor) continue;
    size_t at = find(keys, slots, t->keys[i]);
    keys[at] = t->keys[i];
    counts[at] = t->counts[i];
    t->n++;
  }
  free(t->keys);
  free(t->counts);
  t->keys = keys;
  t->counts = counts;
  t->slots = slots;
  return true;
}

static bool make_room(us_learn_tally *t) {
  if (t->n >= t->limit)
    while (t->n >= t->limit - t->limit / 4)
      if (!rebuild(t, t->slots, ++t->floor)) return false;
  if (t->n * 3 < t->slots * 2) return true;
  return rebuild(t, t->slots ? t->slots * 2 : FIRST_SLOTS, 0);
}

bool us_learn_tally_add(us_learn_tally *t, uint64_t key) {
  if (!key) key = 1;
  if ((t->n * 3 >= t->slots * 2 || t->n >= t->limit) && !make_room(t)) return false;
  size_t at = find(t->keys, t->slots, key);
  if (!t->keys[at]) t->n++;
  t->keys[at] = key;
  if (t->counts[at] < UINT32_MAX) t->counts[at]++;
  return true;
}

uint32_t us_learn_tally_get(const us_learn_tally *t, uint64_t key) {
  return t->slots ? t->counts[find(t->keys, t->slots, key ? key : 1)] : 0;
}

void us_learn_tally_clear(us_learn_tally *t) {
  if (t->slots) {
    memset(t->keys, 0, t->slots * sizeof *t->keys);
    memset(t->counts, 0, t->slots * sizeof *t->counts);
  }
  t->n = 0;
  t->floor = 0;
}

void us_learn_tally_free(us_learn_tally *t) {
  free(t->keys);
  free(t->counts);
}
