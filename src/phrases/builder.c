#include "phrases/builder.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "phrases/channel_byte.h"
#include "text/utf8.h"

typedef US_VEC(uint32_t) u32_vec;

/* Ways to write the phrase. VARIANTS_OF_ROW: more than what one's and seven optional words make; VARIANTS_OF_ALL: what
 * all rows may have together; beyond it, MEAN_VARIANTS a row. */
enum { VARIANTS_OF_ROW = 1024, VARIANTS_OF_ALL = 1 << 20, MEAN_VARIANTS = 16 };

typedef struct builder {
  us_buf strings, scratch;
  US_VEC(us_symbol_record) symbols;
  u32_vec slots, items;
  US_VEC(us_edge) edges; /* open addressing, size a power of two */
  size_t edge_used;
  uint32_t node_count;
  US_VEC(us_variant) variants;
  u32_vec variant_node;
  US_VEC(us_row_record) rows;
  US_VEC(us_element_record) elements;
  US_VEC(us_condition_record) conditions;
  const us_syntax *syntax;
  size_t variants_before; /* the row at hand */
  bool failed;            /* out of memory */
} builder;

/* Remembers it, and gives back what callers take for "nothing". */
static uint32_t out_of_memory(builder *b) {
  b->failed = true;
  return 0;
}

static uint32_t add_string(builder *b, us_slice s) {
  uint32_t at = (uint32_t)b->strings.n;
  us_buf_append(&b->strings, s);
  return at;
}

/* ---- symbols ---- */

static bool slots_rehash(builder *b, size_t size) {
  uint32_t *p = calloc(size, sizeof *p);
  if (!p) return false;
  for (uint32_t i = 1; i < b->symbols.n; i++) {
    us_slice text = {b->strings.p + b->symbols.p[i].text, b->symbols.p[i].len};
    size_t at = us_hash(text) & (size - 1);
    while (p[at]) at = (at + 1) & (size - 1);
    p[at] = i;
  }
  free(b->slots.p);
  b->slots.p = p;
  b->slots.n = b->slots.cap = size;
  return true;
}

static uint32_t intern(builder *b, us_slice key) {
  if ((b->symbols.n + 1) * 2 > b->slots.n && !slots_rehash(b, b->slots.n * 2)) return out_of_memory(b);
  size_t at = us_hash(key) & (b->slots.n - 1);
  for (; b->slots.p[at]; at = (at + 1) & (b->slots.n - 1)) {
    us_symbol_record r = b->symbols.p[b->slots.p[at]];
    if (us_slice_eq((us_slice){b->strings.p + r.text, r.len}, key)) return b->slots.p[at];
  }
  us_symbol_record r = {add_string(b, key), (uint32_t)key.n};
  if (!us_vec_push(&b->symbols, r)) return out_of_memory(b);
  return b->slots.p[at] = (uint32_t)b->symbols.n - 1;
}

static uint32_t intern_folded(builder *b, us_slice word, const char *suffix) {
  us_buf_clear(&b->scratch);
  us_fold(&b->scratch, word);
  us_buf_puts(&b->scratch, suffix);
  if (b->scratch.failed) return out_of_memory(b);
  return intern(b, us_buf_slice(&b->scratch));
}

/* ---- trie ---- */

static size_t edge_slot(const us_edge *p, size_t size, uint32_t node, uint32_t symbol) {
  size_t at = us_edge_hash(node, symbol) & (size - 1);
  while (p[at].symbol && (p[at].node != node || p[at].symbol != symbol)) at = (at + 1) & (size - 1);
  return at;
}

static bool edges_rehash(builder *b, size_t size) {
  us_edge *p = calloc(size, sizeof *p);
  if (!p) return false;
  for (size_t i = 0; i < b->edges.n; i++)
    if (b->edges.p[i].symbol) p[edge_slot(p, size, b->edges.p[i].node, b->edges.p[i].symbol)] = b->edges.p[i];
  free(b->edges.p);
  b->edges.p = p;
  b->edges.n = b->edges.cap = size;
  return true;
}

static uint32_t child(builder *b, uint32_t node, uint32_t symbol) {
  if ((b->edge_used + 1) * 2 > b->edges.n && !edges_rehash(b, b->edges.n * 2)) return out_of_memory(b);
  us_edge *e = &b->edges.p[edge_slot(b->edges.p, b->edges.n, node, symbol)];
  if (!e->symbol) {
    *e = (us_edge){node, symbol, b->node_count++};
    b->edge_used++;
  }
  return e->to;
}

/* Adds the rest of PATTERN from element I on, in every variant: with and without each optional word, and for one's with
 * each possessive. */
static void add_variants(builder *b, const us_pattern *p, char pos, size_t i, uint32_t node, us_variant v) {
  if (b->failed || b->variants.n - b->variants_before > VARIANTS_OF_ROW) return;
  if (i == p->n) {
    if (v.words && !(us_vec_push(&b->variants, v) && us_vec_push(&b->variant_node, node))) b->failed = true;
    return;
  }
  const us_element *e = &p->el[i];
  if (e->optional) add_variants(b, p, pos, i + 1, node, v);
  us_variant next = v;
  next.words++;
  if (e->kind == US_EL_OWNER) {
    next.slot = v.words;
    for (size_t k = 0; k < b->syntax->owner_count; k++)
      add_variants(b, p, pos, i + 1, child(b, node, intern_folded(b, b->syntax->owners[k], "")), next);
    return;
  }
  char suffix[3] = {0};
  if (e->kind == US_EL_HEAD) {
    suffix[0] = '/';
    suffix[1] = pos;
    next.head = v.words;
  }
  if (e->kind == US_EL_NUMBER) next.slot = v.words;
  add_variants(b, p, pos, i + 1, child(b, node, intern_folded(b, e->text, suffix)), next);
}

/* ---- rows ---- */

static void add_elements(builder *b, const us_pattern *p, uint32_t *first, uint8_t *count) {
  *first = (uint32_t)b->elements.n;
  *count = (uint8_t)p->n;
  for (size_t i = 0; i < p->n; i++) {
    us_element_record r = {.text = add_string(b, p->el[i].text),
                           .len = (uint16_t)p->el[i].text.n,
                           .kind = p->el[i].kind,
                           .glued = p->el[i].glued};
    if (!us_vec_push(&b->elements, r)) b->failed = true;
  }
}

static unspin_status add_conditions(builder *b, us_slice when, const char *where, us_row_record *r, unspin_error *err) {
  us_condition c;
  bool more;
  r->condition = (uint32_t)b->conditions.n;
  for (;;) {
    US_TRY(us_when_next(&when, where, &c, &more, err));
    if (!more) return UNSPIN_OK;
    us_condition_record out = {.first = (uint32_t)b->items.n, .kind = (uint8_t)c.kind, .negated = c.negated};
    us_slice rest = c.items, item;
    while (c.items.n && us_slice_cut(&rest, ',', &item)) {
      uint32_t value = item.p[0] == '@' ? (uint32_t)us_class_named(item) | US_CLASS_ITEM : intern_folded(b, item, "");
      if (!us_vec_push(&b->items, value)) return us_nomem(err);
    }
    out.count = (uint16_t)(b->items.n - out.first);
    if (!us_vec_push(&b->conditions, out)) return us_nomem(err);
    r->condition_count++;
  }
}

static bool has_capital(const us_pattern *p) {
  for (size_t i = 0; i < p->n; i++) {
    us_shape shape = us_shape_of(p->el[i].text);
    if (shape != US_SHAPE_LOWER && shape != US_SHAPE_NONE) return true;
  }
  return false;
}

static bool has_slot(const us_pattern *p, us_element_kind kind) {
  for (size_t i = 0; i < p->n; i++)
    if (p->el[i].kind == kind) return true;
  return false;
}

uint8_t us_family_of(const us_syntax *syntax, const char *source) {
  for (size_t i = 0; i < syntax->family_count && i < US_FAMILIES; i++)
    if (strncmp(source, syntax->families[i].p, syntax->families[i].n) == 0) return (uint8_t)(1u << i);
  return 0;
}

static void note_counts(const us_row *row, us_row_record *out) {
  if (!row->count || row->p_plain <= 0) return;
  out->observed = us_channel_quantise(row->p_plain);
  out->emitted = us_channel_quantise(row->p_spun);
  out->observed_count = us_channel_pack_count((double)row->count);
}

/* A few bytes of notation can stand for any number of phrases. */
static unspin_status check_variants(const builder *b, const char *where, unspin_error *err) {
  if (b->variants.n - b->variants_before > VARIANTS_OF_ROW)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: a phrase that can be written in more than %d ways", where,
                   VARIANTS_OF_ROW);
  if (b->variants.n > VARIANTS_OF_ALL && b->variants.n / MEAN_VARIANTS > b->rows.n)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s: so far %zu rows can be written in %zu ways: too many", where, b->rows.n,
                   b->variants.n);
  return UNSPIN_OK;
}

static unspin_status add_row(builder *b, const us_row *row, us_row_rate rate, unspin_error *err) {
  char where[300];
  snprintf(where, sizeof where, "%s:%d", row->source, row->line);
  us_pattern spun, plain;
  US_TRY(
      us_pattern_parse(row->spun, row->pos, b->syntax->prepositions, b->syntax->preposition_count, where, &spun, err));
  US_TRY(us_pattern_parse(row->plain, row->pos, b->syntax->prepositions, b->syntax->preposition_count, where, &plain,
                          err));
  for (us_element_kind k = US_EL_OWNER; k <= US_EL_NUMBER; k++)
    if (has_slot(&plain, k) && !has_slot(&spun, k))
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: the plain side copies a slot that the spun side does not have",
                     where);
  us_row_record r = {
      .pos = row->pos,
      .strength = (uint8_t)row->strength,
      .source = add_string(b, (us_slice){where, strlen(where) + 1}), /* with its NUL: handed out as it is */
      .source_len = (uint32_t)strlen(where),
      .rate_spun = rate.spun < 0 ? NAN : logf(rate.spun + 0.005f),
      .rate_plain = rate.plain < 0 ? NAN : logf(rate.plain + 0.005f)};
  memcpy(r.id, row->id, sizeof r.id);
  note_counts(row, &r);
  r.families = row->families | us_family_of(b->syntax, row->source);
  if (has_capital(&spun)) r.flags |= US_ROW_CASED;
  add_elements(b, &spun, &r.spun, &r.spun_count);
  add_elements(b, &plain, &r.plain, &r.plain_count);
  US_TRY(add_conditions(b, row->when, where, &r, err));
  us_variant v = {.row = (uint32_t)b->rows.n, .head = US_NO_TOKEN, .slot = US_NO_TOKEN};
  if (!us_vec_push(&b->rows, r)) return us_nomem(err);
  b->variants_before = b->variants.n;
  add_variants(b, &spun, row->pos, 0, 0, v);
  return b->failed ? us_nomem(err) : check_variants(b, where, err);
}

/* Variants grouped by node, in row order within each: counting sort. */
static unspin_status finish(builder *b, us_buf *out, unspin_error *err) {
  us_node *nodes = calloc(b->node_count, sizeof *nodes);
  us_variant *sorted = calloc(b->variants.n + 1, sizeof *sorted);
  unspin_status status = nodes && sorted ? UNSPIN_OK : us_nomem(err);
  if (!status) {
    for (size_t i = 0; i < b->variants.n; i++) nodes[b->variant_node.p[i]].count++;
    uint32_t at = 0;
    for (uint32_t i = 0; i < b->node_count; i++) {
      nodes[i].first = at;
      at += nodes[i].count;
      nodes[i].count = 0;
    }
    for (size_t i = 0; i < b->variants.n; i++) {
      us_node *n = &nodes[b->variant_node.p[i]];
      sorted[n->first + n->count++] = b->variants.p[i];
    }
#define SECTION(ptr, count) ((us_slice){(const char *)(ptr), (count) * sizeof *(ptr)})
    us_buf_putc(&b->strings, 0); /* ends whatever is the last: see us_matcher_open */
    us_slice sections[] = {us_buf_slice(&b->strings),
                           SECTION(b->slots.p, b->slots.n),
                           SECTION(b->symbols.p, b->symbols.n),
                           SECTION(b->edges.p, b->edges.n),
                           SECTION(nodes, b->node_count),
                           SECTION(sorted, b->variants.n),
                           SECTION(b->rows.p, b->rows.n),
                           SECTION(b->elements.p, b->elements.n),
                           SECTION(b->conditions.p, b->conditions.n),
                           SECTION(b->items.p, b->items.n)};
#undef SECTION
    us_image_write(out, US_MATCHER_KIND, US_MATCHER_VERSION, sections, sizeof sections / sizeof *sections);
    if (out->failed || b->strings.failed) status = us_nomem(err);
  }
  free(nodes);
  free(sorted);
  return status;
}

unspin_status us_matcher_build(const us_row *rows, const us_row_rate *rates, size_t n, const us_syntax *syntax,
                               us_buf *out, unspin_error *err) {
  builder b = {.node_count = 1, .syntax = syntax};
  unspin_status status =
      us_vec_push(&b.symbols, (us_symbol_record){0}) && slots_rehash(&b, 1024) && edges_rehash(&b, 1024)
          ? UNSPIN_OK
          : us_nomem(err);
  for (size_t i = 0; !status && i < n; i++)
    status = add_row(&b, &rows[i], rates ? rates[i] : (us_row_rate){-1, -1}, err);
  if (!status) status = finish(&b, out, err);
  us_buf_free(&b.strings);
  us_buf_free(&b.scratch);
  us_vec_free(&b.symbols);
  us_vec_free(&b.slots);
  us_vec_free(&b.items);
  us_vec_free(&b.edges);
  us_vec_free(&b.variants);
  us_vec_free(&b.variant_node);
  us_vec_free(&b.rows);
  us_vec_free(&b.elements);
  us_vec_free(&b.conditions);
  return status;
}
