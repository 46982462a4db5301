#include "measure/grams.h"

#include <stdlib.h>
#include <string.h>

struct us_gram {
  uint32_t prefix; /* slot of the n-gram without its last symbol, counted from 1; 0: there is none */
  uint32_t symbol;
  uint32_t count;     /* in the text under test; 0: the slot is free */
  uint32_t matched;   /* of those, in some reference */
  uint32_t met;       /* in the reference below */
  uint32_t reference; /* which it was met in last */
};

static size_t slot_of(const us_grams *g, uint32_t prefix, uint32_t symbol) {
  uint64_t h = ((uint64_t)prefix << 32 | symbol) * 0x9E3779B97F4A7C15u;
  size_t mask = g->slot_count - 1, at = (h ^ h >> 32) & mask;
  while (g->slots[at].count && (g->slots[at].prefix != prefix || g->slots[at].symbol != symbol)) at = (at + 1) & mask;
  return at;
}

static bool make_room(us_grams *g, size_t n, unsigned orders) {
  if (n >= UINT32_MAX / 4 / orders) return false;
  size_t need = 256;
  while (need < n * orders * 2) need *= 2;
  if (need > g->slot_count) {
    free(g->slots);
    g->slot_count = 0;
    g->slots = malloc(need * sizeof *g->slots);
    if (!g->slots) return false;
    g->slot_count = need;
  }
  memset(g->slots, 0, g->slot_count * sizeof *g->slots);
  return true;
}

bool us_grams_text(us_grams *g, const uint32_t *symbols, size_t n, unsigned orders) {
  g->reference = 0;
  if (!make_room(g, n, orders)) return false;
  for (size_t i = 0; i < n; i++) {
    uint32_t prefix = 0;
    for (size_t k = i; k < n && k < i + orders; k++) {
      size_t at = slot_of(g, prefix, symbols[k]);
      g->slots[at].prefix = prefix;
      g->slots[at].symbol = symbols[k];
      g->slots[at].count++;
      prefix = (uint32_t)at + 1;
    }
  }
  return true;
}

void us_grams_compare(us_grams *g, const uint32_t *symbols, size_t n, unsigned orders, uint64_t *matches) {
  g->reference++;
  for (size_t i = 0; i < n; i++) {
    uint32_t prefix = 0;
    for (size_t k = i; k < n && k < i + orders; k++) {
      size_t at = slot_of(g, prefix, symbols[k]);
      us_gram *gram = &g->slots[at];
      if (!gram->count) break; /* and so the text has no longer one that begins like this */
      if (gram->reference != g->reference) gram->met = 0;
      gram->reference = g->reference;
      gram->met++;
      if (gram->met > gram->matched && gram->matched < gram->count) {
        gram->matched++;
        matches[k - i]++;
      }
      prefix = (uint32_t)at + 1;
    }
  }
}

void us_grams_forget(us_grams *g) {
  for (size_t i = 0; i < g->slot_count; i++) g->slots[i].matched = 0;
}

void us_grams_free(us_grams *g) {
  free(g->slots);
  *g = (us_grams){0};
}
