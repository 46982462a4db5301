/* channel_rows.c - pairs from our own rows: as they say, turned round, and what is akin by two of them, as "soil" and
 * "earth" are if both stand for "ground" somewhere. */
#include <stdlib.h>

#include "base/hash.h"
#include "base/numbering.h"
#include "phrases/channel_build.h"
#include "phrases/row.h"

/* So many kin of a phrase are kept, the nearest. */
enum { MOST_KIN = 10 };
/* What a row is worth the other way round. */
#define TURNED 0.5f

typedef struct node {
  us_slice text; /* in the arena */
  us_pos pos;
  uint32_t first, count; /* edges from here, once they are sorted */
  float weight;          /* of all of them */
} node;

typedef struct edge {
  uint32_t from, to;
  float weight;
} edge;

typedef struct graph {
  us_channel_builder *builder;
  us_numbering numbers;
  US_VEC(node) nodes;
  US_VEC(edge) edges;
  us_arena arena;
  us_buf spun, plain;
  float *near; /* of the phrase that is looked at, by node; 0 but for those in KIN */
  US_VEC(uint32_t) kin;
} graph;

static float strength_share(int strength) {
  static const float share[] = {0, .05f, .15f, .4f, .7f, .95f};
  return share[strength];
}

/* The phrase without what is optional; false if it leaves words open ("one's", "#") or names its head. */
static bool fixed_phrase(us_slice phrase, us_buf *out) {
  us_slice word;
  us_buf_clear(out);
  while (us_slice_cut(&phrase, ' ', &word)) {
    if (!word.n || word.p[0] == '(') continue;
    if (us_slice_eq(word, US_LIT("one's")) || word.p[word.n - 1] == '*' || memchr(word.p, '#', word.n)) return false;
    if (out->n) us_buf_putc(out, ' ');
    us_buf_append(out, word);
  }
  return out->n > 0;
}

/* The number of a phrase; UINT32_MAX when out of memory. */
static uint32_t node_of(graph *g, us_slice text, us_pos pos) {
  uint32_t number = us_number_of(&g->numbers, us_hash_seed(text, (uint64_t)pos));
  if (number < g->nodes.n || number == UINT32_MAX) return number;
  const char *copy = us_arena_copy(&g->arena, text);
  return copy && us_vec_push(&g->nodes, (node){.text = {copy, text.n}, .pos = pos}) ? number : UINT32_MAX;
}

static unspin_status claim(graph *g, const node *spun, const node *plain, uint8_t relation, unspin_error *err) {
  us_channel_claim c = {.spun = spun->text, .plain = plain->text, .pos = spun->pos, .relation = relation};
  return us_channel_builder_add(g->builder, &c, err);
}

static unspin_status add_row(graph *g, const us_row *row, unspin_error *err) {
  if (!fixed_phrase(row->spun, &g->spun) || !fixed_phrase(row->plain, &g->plain)) return UNSPIN_OK;
  if (g->spun.failed || g->plain.failed) return us_nomem(err);
  us_pos pos = us_channel_pos((us_slice){&row->pos, 1});
  uint32_t spun = node_of(g, us_buf_slice(&g->spun), pos), plain = node_of(g, us_buf_slice(&g->plain), pos);
  float share = strength_share(row->strength);
  if (spun == UINT32_MAX || plain == UINT32_MAX || !us_vec_push(&g->edges, (edge){spun, plain, share}) ||
      !us_vec_push(&g->edges, (edge){plain, spun, share * TURNED}))
    return us_nomem(err);
  US_TRY(claim(g, &g->nodes.p[spun], &g->nodes.p[plain], US_REL_ROW, err));
  return claim(g, &g->nodes.p[plain], &g->nodes.p[spun], US_REL_TURNED, err);
}

static unspin_status read_rows(graph *g, const char *path, unspin_error *err) {
  us_buf text = {0};
  us_row_vec rows = {0};
  unspin_status status = us_file_read(path, &text, err);
  if (!status) status = us_rows_parse(us_buf_slice(&text), path, &rows, err);
  for (size_t i = 0; !status && i < rows.n; i++) status = add_row(g, &rows.p[i], err);
  us_vec_free(&rows);
  us_buf_free(&text);
  return status;
}

static int by_ends(const void *a, const void *b) {
  const edge *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  return x->weight > y->weight ? -1 : x->weight < y->weight;
}

/* Sorts the edges, keeps the heaviest of several between two phrases, and tells the phrases which are theirs. */
static void sort_edges(graph *g) {
  size_t n = 0;
  if (g->edges.n) qsort(g->edges.p, g->edges.n, sizeof *g->edges.p, by_ends);
  for (size_t i = 0; i < g->edges.n; i++) {
    edge e = g->edges.p[i];
    if (n && g->edges.p[n - 1].from == e.from && g->edges.p[n - 1].to == e.to) continue;
    node *from = &g->nodes.p[e.from];
    if (!from->count) from->first = (uint32_t)n;
    from->count++;
    from->weight += e.weight;
    g->edges.p[n++] = e;
  }
  g->edges.n = n;
}

/* How near by two steps: a random walk from START, which a phrase with many neighbours leads astray. */
static bool walk(graph *g, uint32_t start) {
  const node *from = &g->nodes.p[start];
  for (uint32_t i = 0; i < from->count; i++) {
    edge out = g->edges.p[from->first + i];
    const node *middle = &g->nodes.p[out.to];
    for (uint32_t k = 0; k < middle->count; k++) {
      edge on = g->edges.p[middle->first + k];
      if (on.to == start) continue;
      if (g->near[on.to] <= 0 && !us_vec_push(&g->kin, on.to)) return false;
      g->near[on.to] += out.weight * on.weight / middle->weight;
    }
  }
  for (uint32_t i = 0; i < from->count; i++) g->near[g->edges.p[from->first + i].to] = 0; /* no kin, but known */
  return true;
}

static unspin_status claim_kin(graph *g, uint32_t start, unspin_error *err) {
  g->kin.n = 0;
  if (!walk(g, start)) return us_nomem(err);
  unspin_status status = UNSPIN_OK;
  for (int taken = 0; !status && taken < MOST_KIN; taken++) {
    uint32_t best = start;
    for (size_t i = 0; i < g->kin.n; i++)
      if (g->near[g->kin.p[i]] > g->near[best]) best = g->kin.p[i];
    if (best == start) break;
    g->near[best] = 0;
    status = claim(g, &g->nodes.p[start], &g->nodes.p[best], US_REL_KIN, err);
  }
  for (size_t i = 0; i < g->kin.n; i++) g->near[g->kin.p[i]] = 0;
  return status;
}

unspin_status us_channel_add_rows(us_channel_builder *b, const char *const *paths, size_t count, unspin_error *err) {
  graph g = {.builder = b};
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; !status && i < count; i++) status = read_rows(&g, paths[i], err);
  if (!status) {
    sort_edges(&g);
    g.near = calloc(g.nodes.n + 1, sizeof *g.near);
    if (!g.near) status = us_nomem(err);
  }
  for (uint32_t i = 0; !status && i < g.nodes.n; i++) status = claim_kin(&g, i, err);
  us_numbering_free(&g.numbers);
  us_vec_free(&g.nodes);
  us_vec_free(&g.edges);
  us_vec_free(&g.kin);
  us_arena_free(&g.arena);
  us_buf_free(&g.spun);
  us_buf_free(&g.plain);
  free(g.near);
  return status;
}
