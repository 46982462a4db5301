#include "measure/ngrams.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { FIRST_SLOTS = 1024 };

static us_ngram *find(const us_ngrams *g, const uint32_t word[US_NGRAMS_ORDER]) {
  size_t mask = g->slot_count - 1;
  size_t at = us_hash((us_slice){(const char *)word, US_NGRAMS_ORDER * sizeof *word}) & mask;
  while (g->slots[at].count && memcmp(g->slots[at].word, word, sizeof g->slots[at].word) != 0) at = (at + 1) & mask;
  return &g->slots[at];
}

static bool grow(us_ngrams *g) {
  us_ngrams bigger = {.slot_count = g->slot_count ? g->slot_count * 2 : FIRST_SLOTS, .used = g->used};
  bigger.slots = calloc(bigger.slot_count, sizeof *bigger.slots);
  if (!bigger.slots) return false;
  for (size_t i = 0; i < g->slot_count; i++)
    if (g->slots[i].count) *find(&bigger, g->slots[i].word) = g->slots[i];
  free(g->slots);
  *g = bigger;
  return true;
}

static void key_of(const uint32_t *last, size_t n, uint32_t key[US_NGRAMS_ORDER]) {
  for (size_t i = 0; i < US_NGRAMS_ORDER; i++) key[i] = i < n ? *(last - i) : 0;
}

bool us_ngrams_add(us_ngrams *g, const uint32_t *last, size_t n) {
  if (g->used * 2 >= g->slot_count && !grow(g)) return false;
  us_ngram fresh = {.count = 1};
  key_of(last, n, fresh.word);
  us_ngram *slot = find(g, fresh.word);
  if (slot->count) {
    slot->count += slot->count < UINT32_MAX;
  } else {
    *slot = fresh;
    g->used++;
  }
  return true;
}

uint32_t us_ngrams_count(const us_ngrams *g, const uint32_t *last, size_t n) {
  if (!g->slot_count) return 0;
  uint32_t key[US_NGRAMS_ORDER];
  key_of(last, n, key);
  return find(g, key)->count;
}

void us_ngrams_free(us_ngrams *g) {
  free(g->slots);
  *g = (us_ngrams){0};
}
