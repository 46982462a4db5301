#include "phrases/matcher.h"

#include "base/hash.h"

enum { SECTIONS = 10 };

static bool power_of_two(size_t n) { return n && (n & (n - 1)) == 0 && n <= UINT32_MAX; }

/* Every offset in the image is followed without further checks, so each is checked once here: a checksum proves that
 * the file is as it was written, not that an honest program wrote it. */
static bool contents_hold(const us_matcher *m, size_t string_bytes) {
  bool empty_edge = false, empty_symbol = false;
  for (uint32_t i = 0; i <= m->symbol_mask; i++) {
    if (m->symbol_slots[i] >= m->symbol_count) return false;
    empty_symbol |= m->symbol_slots[i] == 0;
  }
  for (uint32_t i = 0; i < m->symbol_count; i++)
    if (m->symbols[i].text > string_bytes || m->symbols[i].len > string_bytes - m->symbols[i].text) return false;
  for (uint32_t i = 0; i <= m->edge_mask; i++) {
    if (m->edges[i].symbol >= m->symbol_count || m->edges[i].to >= m->node_count) return false;
    empty_edge |= m->edges[i].symbol == 0;
  }
  for (uint32_t i = 0; i < m->node_count; i++)
    if (m->nodes[i].first > m->variant_count || m->nodes[i].count > m->variant_count - m->nodes[i].first) return false;
  for (uint32_t i = 0; i < m->variant_count; i++)
    if (m->variants[i].row >= m->row_count) return false;
  for (uint32_t i = 0; i < m->element_count; i++)
    if (m->elements[i].text > string_bytes || m->elements[i].len > string_bytes - m->elements[i].text) return false;
  for (uint32_t i = 0; i < m->condition_count; i++)
    if (m->conditions[i].first > m->item_count || m->conditions[i].count > m->item_count - m->conditions[i].first)
      return false;
  for (uint32_t i = 0; i < m->row_count; i++) {
    const us_row_record *r = &m->rows[i];
    if (r->id[8] != 0 || r->families >> US_FAMILIES || r->source > string_bytes || r->source_len >= string_bytes - r->source ||
        m->strings[r->source + r->source_len] != 0 || r->spun > m->element_count ||
        r->spun_count > m->element_count - r->spun || r->plain > m->element_count ||
        r->plain_count > m->element_count - r->plain || r->condition > m->condition_count ||
        r->condition_count > m->condition_count - r->condition)
      return false;
  }
  return empty_edge && empty_symbol && m->node_count > 0;
}

unspin_status us_matcher_open(us_slice bytes, const char *name, us_matcher *m, unspin_error *err) {
  us_image image;
  *m = (us_matcher){0};
  US_TRY(us_image_read(bytes, name, US_MATCHER_KIND, US_MATCHER_VERSION, &image, err));
  if (image.count != SECTIONS) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: wrong number of sections", name);
  const us_slice *s = image.section;
#define TABLE(i, field, type) (m->field = (const void *)s[i].p, s[i].n / sizeof(type))
  m->strings = s[0].p;
  size_t slots = TABLE(1, symbol_slots, uint32_t), edges = TABLE(3, edges, us_edge);
  m->symbol_count = (uint32_t)TABLE(2, symbols, us_symbol_record);
  m->node_count = (uint32_t)TABLE(4, nodes, us_node);
  m->variant_count = (uint32_t)TABLE(5, variants, us_variant);
  m->row_count = (uint32_t)TABLE(6, rows, us_row_record);
  m->element_count = (uint32_t)TABLE(7, elements, us_element_record);
  m->condition_count = (uint32_t)TABLE(8, conditions, us_condition_record);
  m->item_count = (uint32_t)TABLE(9, items, uint32_t);
#undef TABLE
  bool sane = power_of_two(slots) && power_of_two(edges);
  m->symbol_mask = (uint32_t)slots - 1;
  m->edge_mask = (uint32_t)edges - 1;
  m->hash = image.hash;
  if (!sane || !contents_hold(m, s[0].n)) {
    *m = (us_matcher){0};
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: a table points outside itself", name);
  }
  return UNSPIN_OK;
}

uint32_t us_matcher_symbol(const us_matcher *m, us_slice key) {
  for (uint32_t i = (uint32_t)us_hash(key) & m->symbol_mask;; i = (i + 1) & m->symbol_mask) {
    uint32_t symbol = m->symbol_slots[i];
    if (symbol == 0) return 0;
    us_symbol_record r = m->symbols[symbol];
    if (us_slice_eq(us_matcher_string(m, r.text, r.len), key)) return symbol;
  }
}

/* The node behind SYMBOL, 0 (the root, which nothing leads to) if there is none. */
static uint32_t follow(const us_matcher *m, uint32_t node, uint32_t symbol) {
  for (uint32_t i = us_edge_hash(node, symbol) & m->edge_mask;; i = (i + 1) & m->edge_mask) {
    us_edge e = m->edges[i];
    if (e.symbol == 0) return 0;
    if (e.node == node && e.symbol == symbol) return e.to;
  }
}

typedef struct walk {
  const us_matcher *m;
  const us_token_key *keys;
  uint32_t n, start;
  uint32_t tags[US_PATTERN_MAX + 1]; /* of the reading taken at each word */
  us_match_vec *out;
} walk;

static bool emit(walk *w, uint32_t node, uint32_t depth) {
  us_node end = w->m->nodes[node];
  for (uint32_t i = 0; i < end.count; i++) {
    us_variant v = w->m->variants[end.first + i];
    us_match match = {
        .row = v.row, .first = w->start, .last = w->start + depth, .head = UINT32_MAX, .slot = UINT32_MAX};
    if (v.words != depth) continue;
    if (v.head < depth) {
      match.head = w->start + v.head;
      match.tags = w->tags[v.head];
    }
    if (v.slot < depth) match.slot = w->start + v.slot;
    if (!us_vec_push(w->out, match)) return false;
  }
  return true;
}

static bool descend(walk *w, uint32_t node, uint32_t depth);

static bool take(walk *w, uint32_t node, uint32_t depth, uint32_t symbol, uint32_t tags) {
  uint32_t to = symbol ? follow(w->m, node, symbol) : 0;
  if (!to) return true;
  w->tags[depth] = tags;
  return emit(w, to, depth + 1) && descend(w, to, depth + 1);
}

static bool descend(walk *w, uint32_t node, uint32_t depth) {
  uint32_t at = w->start + depth;
  if (depth == US_PATTERN_MAX || at >= w->n || !w->keys[at].open || (depth && !w->keys[at].joins)) return true;
  const us_token_key *k = &w->keys[at];
  if (!take(w, node, depth, k->literal, 0) || !take(w, node, depth, k->number, 0)) return false;
  for (uint8_t i = 0; i < k->readings; i++)
    if (!take(w, node, depth, k->reading[i].symbol, k->reading[i].tags)) return false;
  return true;
}

bool us_matcher_find(const us_matcher *m, const us_token_key *keys, uint32_t n, uint32_t start, us_match_vec *out) {
  walk w = {.m = m, .keys = keys, .n = n, .start = start, .out = out};
  return descend(&w, 0, 0);
}
