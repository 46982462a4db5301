#include "phrases/learn_trie.h"

enum { FIRST_SLOTS = 1 << 10 };

static inline size_t slot_of(uint32_t a, uint32_t b, size_t slots) {
  uint64_t h = ((uint64_t)a << 32 | b) * 0x9E3779B97F4A7C15ull;
  return (h ^ h >> 32) & (slots - 1);
}

bool us_trie_init(us_trie *t) {
  *t = (us_trie){0};
  return us_vec_push(&t->nodes, (us_trie_node){.parent = US_NO_NODE});
}

void us_trie_free(us_trie *t) {
  us_vec_free(&t->nodes);
  us_vec_free(&t->pairs);
  free(t->edges);
  free(t->pair_index);
}

static size_t find_edge(const us_trie *t, uint32_t node, uint32_t symbol) {
  size_t at = slot_of(node, symbol, t->edge_slots);
  for (; t->edges[at]; at = (at + 1) & (t->edge_slots - 1)) {
    const us_trie_node *child = &t->nodes.p[t->edges[at]];
    if (child->parent == node && child->symbol == symbol) break;
  }
  return at;
}

static bool grow_edges(us_trie *t) {
  size_t slots = t->edge_slots ? t->edge_slots * 2 : FIRST_SLOTS;
  uint32_t *edges = calloc(slots, sizeof *edges);
  if (!edges) return false;
  free(t->edges);
  t->edges = edges;
  t->edge_slots = slots;
  for (uint32_t i = 1; i < t->nodes.n; i++) edges[find_edge(t, t->nodes.p[i].parent, t->nodes.p[i].symbol)] = i;
  return true;
}

uint32_t us_trie_step(const us_trie *t, uint32_t node, uint32_t symbol) {
  if (!t->edge_slots) return US_NO_NODE;
  uint32_t child = t->edges[find_edge(t, node, symbol)];
  return child ? child : US_NO_NODE;
}

uint32_t us_trie_enter(us_trie *t, uint32_t node, uint32_t symbol) {
  if (t->nodes.n * 2 >= t->edge_slots && !grow_edges(t)) return US_NO_NODE;
  size_t at = find_edge(t, node, symbol);
  if (t->edges[at]) return t->edges[at];
  if (t->nodes.n >= US_NO_NODE || !us_vec_push(&t->nodes, (us_trie_node){.parent = node, .symbol = symbol}))
    return US_NO_NODE;
  t->edges[at] = (uint32_t)t->nodes.n - 1;
  return t->edges[at];
}

static size_t find_pair(const us_trie *t, uint32_t spun, uint32_t plain) {
  size_t at = slot_of(spun, plain, t->pair_slots);
  for (; t->pair_index[at]; at = (at + 1) & (t->pair_slots - 1)) {
    const us_learn_pair *p = &t->pairs.p[t->pair_index[at] - 1];
    if (p->spun == spun && p->plain == plain) break;
  }
  return at;
}

static bool grow_pairs(us_trie *t) {
  size_t slots = t->pair_slots ? t->pair_slots * 2 : FIRST_SLOTS;
  uint32_t *index = calloc(slots, sizeof *index);
  if (!index) return false;
  free(t->pair_index);
  t->pair_index = index;
  t->pair_slots = slots;
  for (uint32_t i = 0; i < t->pairs.n; i++) index[find_pair(t, t->pairs.p[i].spun, t->pairs.p[i].plain)] = i + 1;
  return true;
}

uint32_t us_trie_pair(us_trie *t, uint32_t spun, uint32_t plain, uint64_t example) {
  if (t->pairs.n * 2 >= t->pair_slots && !grow_pairs(t)) return US_NO_PAIR;
  size_t at = find_pair(t, spun, plain);
  if (!t->pair_index[at]) {
    us_learn_pair new = {.spun = spun, .plain = plain, .part = {US_NO_PAIR, US_NO_PAIR, US_NO_PAIR}, .first = example};
    if (t->pairs.n >= US_NO_PAIR - 1 || !us_vec_push(&t->pairs, new)) return US_NO_PAIR;
    t->pair_index[at] = (uint32_t)t->pairs.n;
    t->nodes.p[spun].is_spun = true;
    t->nodes.p[plain].is_plain = true;
  }
  us_learn_pair *p = &t->pairs.p[t->pair_index[at] - 1];
  if (p->count < UINT32_MAX) p->count++;
  return t->pair_index[at] - 1;
}
