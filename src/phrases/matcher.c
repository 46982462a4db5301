#include "phrases/matcher.h"

#include "base/hash.h"
#include "base/wide.h"
#include "phrases/row.h"

enum { SECTIONS = 10 };

static bool power_of_two(size_t n) { return n && (n & (n - 1)) == 0 && n <= UINT32_MAX; }

/* Every offset in the image is followed without further checks, so each is checked once here: a checksum proves that
 * the file is as it was written, not that an honest program wrote it. Millions of them: loops without branches, which
 * run in wide registers. Sums are of 64 bits, so that none wraps round. */
US_WIDE static bool symbols_hold(const us_matcher *m, uint64_t string_bytes) {
  uint32_t wrong = 0;
  size_t slots = (size_t)m->symbol_mask + 1, block = slots < US_PROBE_BLOCK ? slots : US_PROBE_BLOCK;
  for (size_t from = 0; from < slots; from += block) {
    uint32_t empty = 0;
    for (size_t i = from; i < from + block; i++) {
      wrong |= m->symbol_slots[i] >= m->symbol_count;
      empty |= m->symbol_slots[i] == 0;
    }
    wrong |= !empty;
  }
  for (uint32_t i = 0; i < m->symbol_count; i++)
    wrong |= (uint64_t)m->symbols[i].text + m->symbols[i].len > string_bytes;
  return !wrong;
}

US_WIDE static bool edges_hold(const us_matcher *m) {
  uint32_t wrong = 0;
  const uint32_t *word = (const uint32_t *)m->edges; /* three an edge */
  size_t slots = (size_t)m->edge_mask + 1, block = slots < US_PROBE_BLOCK ? slots : US_PROBE_BLOCK;
  for (size_t from = 0; from < slots; from += block) {
    uint32_t empty = 0;
    for (size_t i = from; i < from + block; i++) {
      wrong |= (uint32_t)(word[3 * i + 1] >= m->symbol_count) | (uint32_t)(word[3 * i + 2] >= m->node_count);
      empty |= word[3 * i + 1] == 0;
    }
    wrong |= !empty;
  }
  return !wrong;
}

US_WIDE static bool trie_holds(const us_matcher *m) {
  uint32_t wrong = 0;
  for (uint32_t i = 0; i < m->node_count; i++)
    wrong |= (uint64_t)m->nodes[i].first + m->nodes[i].count > m->variant_count;
  for (uint32_t i = 0; i < m->variant_count; i++) wrong |= m->variants[i].row >= m->row_count;
  return !wrong && m->node_count > 0;
}

/* The first byte of an element is looked at even where it is empty: NULs end all strings. */
US_WIDE static bool parts_hold(const us_matcher *m, uint64_t string_bytes) {
  uint32_t wrong = 0;
  for (uint32_t i = 0; i < m->element_count; i++)
    wrong |= (uint64_t)m->elements[i].text + m->elements[i].len >= string_bytes;
  for (uint32_t i = 0; i < m->condition_count; i++)
    wrong |= (uint64_t)m->conditions[i].first + m->conditions[i].count > m->item_count;
  return !wrong;
}

/* Sources are read as C strings: a NUL at the end of all strings bounds every one of them. Strengths choose among
 * features, and the first word of the spun side is always looked at. */
static bool rows_hold(const us_matcher *m, uint64_t string_bytes) {
  uint32_t wrong = 0;
  for (uint32_t i = 0; i < m->row_count; i++) {
    const us_row_record *r = &m->rows[i];
    wrong |= (uint32_t)(r->id[8] != 0) | (uint32_t)(r->families >> US_FAMILIES != 0) |
             (uint32_t)(r->strength < 1 || r->strength > US_STRENGTH_MAX) | (uint32_t)(r->spun_count == 0) |
             (uint32_t)((uint64_t)r->source + r->source_len >= string_bytes) |
             (uint32_t)((uint64_t)r->spun + r->spun_count > m->element_count) |
             (uint32_t)((uint64_t)r->plain + r->plain_count > m->element_count) |
             (uint32_t)((uint64_t)r->condition + r->condition_count > m->condition_count);
  }
  if (wrong || !m->row_count || m->strings[string_bytes - 1] == 0) return !wrong;
  for (uint32_t i = 0; !wrong && i < m->row_count; i++)
    wrong |= (uint32_t)(m->strings[m->rows[i].source + m->rows[i].source_len] != 0);
  return !wrong;
}

static bool contents_hold(const us_matcher *m, size_t string_bytes) {
  return symbols_hold(m, string_bytes) && edges_hold(m) && trie_holds(m) && parts_hold(m, string_bytes) &&
         rows_hold(m, string_bytes);
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
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: its tables do not hold together", name);
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

/* What a walk from one token may cost. Tables of ours need a tenth of it; one that was made to branch without end would
 * need eight to the power of eight. */
enum { MOST_STEPS = 4096, MOST_FOUND = 1024 };

typedef struct walk {
  const us_matcher *m;
  const us_token_key *keys;
  uint32_t n, start;
  uint32_t steps, found;
  uint32_t tags[US_PATTERN_MAX + 1]; /* of the reading taken at each word */
  us_match_vec *out;
} walk;

static bool emit(walk *w, uint32_t node, uint32_t depth) {
  us_node end = w->m->nodes[node];
  if (!end.count) return true;
  bool room = w->out->n + end.count <= w->out->cap;
  if (!room && !us_vec_reserve(w->out, w->out->n + end.count)) return false;
  us_match *to = w->out->p + w->out->n;
  for (uint32_t i = 0; i < end.count && w->found < MOST_FOUND; i++) {
    us_variant v = w->m->variants[end.first + i];
    if (v.words != depth) { /* no table of ours has such */
      if (w->steps == MOST_STEPS) break;
      w->steps++;
      continue;
    }
    w->found++;
    bool headed = v.head < depth, slotted = v.slot < depth;
    *to++ = (us_match){.row = v.row,
                       .first = w->start,
                       .last = w->start + depth,
                       .head = headed ? w->start + v.head : UINT32_MAX,
                       .slot = slotted ? w->start + v.slot : UINT32_MAX,
                       .tags = headed ? w->tags[v.head] : 0};
  }
  w->out->n = (size_t)(to - w->out->p);
  return true;
}

static bool descend(walk *w, uint32_t node, uint32_t depth);

static bool arrive(walk *w, uint32_t to, uint32_t depth, uint32_t tags) {
  if (w->steps == MOST_STEPS) return true;
  w->steps++;
  w->tags[depth] = tags;
  return emit(w, to, depth + 1) && descend(w, to, depth + 1);
}

static bool take(walk *w, uint32_t node, uint32_t depth, uint32_t symbol, uint32_t tags) {
  uint32_t to = symbol ? follow(w->m, node, symbol) : 0;
  return !to || arrive(w, to, depth, tags);
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

void us_matcher_root(const us_matcher *m, us_token_key *k) {
  k->root[0] = k->literal ? follow(m, 0, k->literal) : 0;
  k->root[1] = k->number ? follow(m, 0, k->number) : 0;
  for (uint8_t i = 0; i < k->readings; i++) k->root[2 + i] = follow(m, 0, k->reading[i].symbol);
  k->rooted = true;
}

/* descend from the root, where K leads to places that are known. */
static bool set_out(walk *w, const us_token_key *k) {
  if (k->root[0] && !arrive(w, k->root[0], 0, 0)) return false;
  if (k->root[1] && !arrive(w, k->root[1], 0, 0)) return false;
  for (uint8_t i = 0; i < k->readings; i++)
    if (k->root[2 + i] && !arrive(w, k->root[2 + i], 0, k->reading[i].tags)) return false;
  return true;
}

bool us_matcher_find(const us_matcher *m, const us_token_key *keys, uint32_t n, uint32_t start, us_match_vec *out) {
  if (start >= n || !keys[start].open) return true;
  walk w;
  w.m = m;
  w.keys = keys;
  w.n = n;
  w.start = start;
  w.out = out;
  w.steps = 0;
  w.found = 0;
  return keys[start].rooted ? set_out(&w, &keys[start]) : descend(&w, 0, 0);
}
