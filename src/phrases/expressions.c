#include "phrases/expressions.h"

#include "base/image.h"

enum { SECTIONS = 6 };

static bool words_hold(const us_expressions *e) {
  for (uint32_t i = 0; i < e->word_count; i++) {
    const us_expression_word *w = &e->words[i];
    if (w->text > e->text_size || w->len > e->text_size - w->text || w->node >= e->node_count ||
        w->part > e->part_count || w->parts > e->part_count - w->part)
      return false;
  }
  for (uint32_t i = 0; i < e->part_count; i++)
    if (e->parts[i].plain >= e->word_count) return false;
  bool empty = false;
  uint32_t run = 0;
  for (uint32_t i = 0; i <= e->mask; i++) {
    empty |= e->slots[i] == 0;
    run = e->slots[i] ? run + 1 : 0;
    if (e->slots[i] > e->word_count || run > US_PROBE_MOST) return false;
  }
  return empty;
}

/* Offsets in the image are followed without further checks, so each is checked once here. Edges lead to later nodes
 * only, so that every walk ends. */
static bool nodes_hold(const us_expressions *e) {
  for (uint32_t i = 0; i < e->node_count; i++) {
    const us_expression_node *n = &e->nodes[i];
    if (n->first > e->edge_count || n->count > e->edge_count - n->first || n->head >= US_EXPRESSION_WORDS) return false;
    for (uint32_t k = n->first; k < n->first + n->count; k++)
      if (e->edges[k].word >= e->word_count || e->edges[k].node <= i || e->edges[k].node >= e->node_count) return false;
  }
  return e->node_count > 0;
}

static unspin_status attach(us_expressions *e, const char *path, unspin_error *err) {
  us_image image;
  US_TRY(us_image_read((us_slice){(const char *)e->map.p, e->map.n}, path, US_EXPRESSIONS_KIND, US_EXPRESSIONS_VERSION,
                       &image, err));
  if (image.count != SECTIONS) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: wrong number of sections", path);
  const us_slice *s = image.section;
  size_t slots = s[1].n / sizeof(uint32_t);
  e->text = s[0].p;
  e->text_size = (uint32_t)s[0].n;
  e->slots = (const void *)s[1].p;
  e->words = (const void *)s[2].p;
  e->nodes = (const void *)s[3].p;
  e->edges = (const void *)s[4].p;
  e->parts = (const void *)s[5].p;
  e->mask = (uint32_t)slots - 1;
  e->word_count = (uint32_t)(s[2].n / sizeof *e->words);
  e->node_count = (uint32_t)(s[3].n / sizeof *e->nodes);
  e->edge_count = (uint32_t)(s[4].n / sizeof *e->edges);
  e->part_count = (uint32_t)(s[5].n / sizeof *e->parts);
  e->hash = image.hash;
  if (!slots || slots & (slots - 1) || slots > UINT32_MAX || !words_hold(e) || !nodes_hold(e))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: its tables do not hold together", path);
  return UNSPIN_OK;
}

unspin_status us_expressions_open(const char *path, us_expressions *out, unspin_error *err) {
  *out = (us_expressions){0};
  US_TRY(us_map_open(path, &out->map, err));
  unspin_status status = attach(out, path, err);
  if (status) us_expressions_close(out);
  return status;
}

void us_expressions_close(us_expressions *e) {
  us_map_close(&e->map);
  *e = (us_expressions){0};
}

uint32_t us_expressions_word(const us_expressions *e, uint64_t key) {
  for (uint32_t i = (uint32_t)key & e->mask; e->slots[i]; i = (i + 1) & e->mask)
    if (e->words[e->slots[i] - 1].key == key) return e->slots[i] - 1;
  return US_NO_EXPRESSION_WORD;
}

uint32_t us_expressions_step(const us_expressions *e, uint32_t node, uint32_t word) {
  const us_expression_node *n = &e->nodes[node];
  if (!(n->mask & us_expression_bit(word))) return 0;
  const us_expression_edge *edge = e->edges + n->first;
  uint32_t low = 0, high = n->count;
  while (low < high) {
    uint32_t mid = (low + high) / 2;
    if (edge[mid].word < word) low = mid + 1;
    else high = mid;
  }
  return low < n->count && edge[low].word == word ? edge[low].node : 0;
}
