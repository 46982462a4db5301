/* compose.c - fixed expressions: which the text has as it stands, which a candidate would complete, and which could be
 * composed of what the words beside each other may have been ("counterfeit consciousness": artificial intelligence).
 *
 * Each token offers what stands there and what its candidates would put there; walks through the trie of expressions
 * follow whatever it knows. Only words that stand in some expression are offered at all, so that most walks end at
 * their first step; how long one may go on is bounded. */
#include <math.h>
#include <stdlib.h>

#include "restore/page.h"

/* What is offered at one token; steps of all walks from one token; compositions kept from there. */
enum { MOST_OPTIONS = 40, MOST_STEPS = 1200, MOST_COMPOSED = 6 };
/* Where an option comes from, if not from the arc of that number. */
#define KEPT UINT32_MAX
#define OF_ROWS (UINT32_MAX - 1)

typedef struct option {
  uint32_t word, from;
  float support; /* log10 of how likely the word was there */
} option;

/* Reused from page to page. */
struct us_composer {
  US_VEC(option) options;
  US_VEC(uint32_t) first; /* option of each token, and one past the last */
  US_VEC(uint64_t) mask;  /* us_expression_bit of all options of each token */
  US_VEC(uint8_t) intact; /* each token: stands in an expression */
  US_VEC(us_arc) more;
  us_buf text;
  size_t from; /* in MORE: of the current start */
  uint32_t start, steps;
  const option *path[US_EXPRESSION_WORDS];
};

void us_composer_free(unspin_session *s) {
  struct us_composer *c = s->composer;
  if (!c) return;
  us_vec_free(&c->options);
  us_vec_free(&c->first);
  us_vec_free(&c->mask);
  us_vec_free(&c->intact);
  us_vec_free(&c->more);
  us_buf_free(&c->text);
  free(c);
}

/* ---- what each token offers ---- */

/* How likely a candidate is by what proposes it, before the text is asked; log10. */
static float support_of(const us_arc *a) {
  static const struct {
    uint8_t relation;
    float support;
  } thesauri[] = {{US_REL_SYNONYM, -1},
                  {US_REL_LISTED, -1.2f},
                  {US_REL_REVERSE, -1.2f},
                  {US_REL_NEAR, -1.6f},
                  {US_REL_NARROW, -1.6f}};
  float best = US_SUPPORT_LEAST;
  if (us_row_is_written(a->row)) best = log10f(us_strength_share(a->row->strength));
  if (a->learned) best = fmaxf(best, us_channel_log10(a->learned->observed));
  if (!a->pair) return best;
  if (a->pair->simulated != US_CHANNEL_NO_P) best = fmaxf(best, us_channel_log10(a->pair->simulated));
  if (a->pair->observed != US_CHANNEL_NO_P) best = fmaxf(best, us_channel_log10(a->pair->observed));
  for (size_t i = 0; i < sizeof thesauri / sizeof *thesauri; i++)
    if (a->pair->relations & thesauri[i].relation) best = fmaxf(best, thesauri[i].support);
  return best;
}

/* What a row of several words says of one of them counts for more, the more plain phrases have it. */
static float support_of_rows(uint32_t rows) { return rows >= 4 ? -0.15f : rows == 1 ? -0.8f : -0.4f; }

static bool offer(struct us_composer *c, uint32_t word, uint32_t from, float support) {
  if (word == US_NO_EXPRESSION_WORD) return true;
  size_t first = c->first.p[c->first.n - 1];
  for (size_t i = first; i < c->options.n; i++) {
    option *o = &c->options.p[i];
    if (o->word != word) continue;
    if (o->from != KEPT && support > o->support) o->support = support;
    return true;
  }
  if (c->options.n - first >= MOST_OPTIONS) return true;
  c->mask.p[c->mask.n - 1] |= us_expression_bit(word);
  return us_vec_push(&c->options, (option){word, from, support});
}

static bool may_change(const unspin_session *s, uint32_t i) {
  const us_page *p = &s->page;
  us_token t = p->tokens.p[i];
  return t.kind == US_TOK_WORD && !(t.flags & (US_TF_LOCKED | US_TF_NAME)) && !(p->lexemes[i].flags & US_WF_FUNCTION) &&
         us_stands_free(p, i, i + 1);
}

/* Token I; its candidates begin at arc A. */
static bool offer_token(unspin_session *s, struct us_composer *c, uint32_t i, size_t a) {
  const us_expressions *e = &s->knowledge->expressions;
  const us_page *p = &s->page;
  if (!us_vec_push(&c->first, (uint32_t)c->options.n) || !us_vec_push(&c->mask, 0) || !us_vec_push(&c->intact, 0))
    return false;
  uint32_t own = p->lexemes[i].expression;
  if (!offer(c, own, KEPT, 0)) return false;
  if (!may_change(s, i)) return true;
  for (uint32_t k = 0; own != US_NO_EXPRESSION_WORD && k < e->words[own].parts; k++) {
    us_expression_part part = e->parts[e->words[own].part + k];
    if (!offer(c, part.plain, OF_ROWS, support_of_rows(part.rows))) return false;
  }
  for (; a < p->arcs.n && p->arcs.p[a].first == i; a++) {
    const us_arc *arc = &p->arcs.p[a];
    if (arc->last != i + 1 || arc->word_count != 1 || arc->words[0].flags & US_WF_FUNCTION) continue;
    if (!offer(c, arc->words[0].expression, (uint32_t)a, support_of(arc))) return false;
  }
  return true;
}

/* ---- compositions ---- */

static us_slice put_word(unspin_session *s, struct us_composer *c, uint32_t token, const option *o) {
  const us_page *p = &s->page;
  if (o->from == KEPT) return us_page_token(p, token);
  if (o->from != OF_ROWS) return p->arcs.p[o->from].after;
  us_buf_clear(&c->text);
  us_apply_shape(&c->text, us_expression_text(&s->knowledge->expressions, o->word), (us_shape)p->tokens.p[token].shape);
  return us_buf_slice(&c->text);
}

static bool write(unspin_session *s, struct us_composer *c, us_arc *arc) {
  us_buf_clear(&s->text);
  for (uint32_t i = arc->first; i < arc->last; i++) {
    if (i > arc->first && s->page.tokens.p[i].flags & US_TF_SPACE) us_buf_putc(&s->text, ' ');
    us_buf_append(&s->text, put_word(s, c, i, c->path[i - c->start]));
  }
  char *copy = s->text.failed || c->text.failed ? NULL : us_arena_copy(&s->arena, us_buf_slice(&s->text));
  arc->after = (us_slice){copy, s->text.n};
  if (!copy || !us_words_keep(s, arc->after, &s->arena, &arc->words, &arc->word_count)) return false;
  arc->key = us_words_key(arc->words, arc->word_count);
  return true;
}

/* The same change, proposed before; NULL if there is none. */
static us_arc *known(us_page *p, const us_arc *arc) {
  size_t low = 0, high = p->arcs.n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (p->arcs.p[mid].first < arc->first) low = mid + 1;
    else high = mid;
  }
  for (; low < p->arcs.n && p->arcs.p[low].first == arc->first; low++)
    if (p->arcs.p[low].last == arc->last && us_slice_eq(p->arcs.p[low].after, arc->after)) return &p->arcs.p[low];
  return NULL;
}

static void compose_again(us_arc *old, const us_arc *arc) {
  if (old->expression & US_ARC_COMPOSED && old->weakest >= arc->weakest) return;
  old->expression |= arc->expression;
  old->weakest = arc->weakest;
  old->mean = arc->mean;
}

/* Keeps ARC, or what is better supported of what was composed from the same token. */
static bool keep(unspin_session *s, struct us_composer *c, us_arc *arc) {
  us_arc *worst = NULL;
  if (c->more.n - c->from >= MOST_COMPOSED) {
    worst = &c->more.p[c->from];
    for (size_t i = c->from; i < c->more.n; i++)
      if (c->more.p[i].mean < worst->mean) worst = &c->more.p[i];
    if (arc->mean <= worst->mean) return true;
  }
  if (!write(s, c, arc)) return false;
  us_arc *old = known(&s->page, arc);
  for (size_t i = c->from; !old && i < c->more.n; i++)
    if (c->more.p[i].first == arc->first && c->more.p[i].last == arc->last && c->more.p[i].key == arc->key)
      old = &c->more.p[i];
  if (old) compose_again(old, arc);
  else if (worst) *worst = *arc;
  else return us_vec_push(&c->more, *arc);
  return true;
}

/* The options on the path to NODE make an expression of N words. */
static bool found(unspin_session *s, struct us_composer *c, const us_expression_node *node, uint32_t n) {
  us_page *p = &s->page;
  uint32_t changed = 0, first = 0, last = 0;
  float weakest = 0, sum = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (c->path[i]->from == KEPT) continue;
    if (!changed++) first = i;
    last = i;
    weakest = fminf(weakest, c->path[i]->support);
    sum += c->path[i]->support;
  }
  if (!changed) {
    memset(c->intact.p + c->start, 1, n);
    return true;
  }
  for (uint32_t i = 0; i < n; i++)
    if (c->path[i]->from < OF_ROWS)
      p->arcs.p[c->path[i]->from].expression |= changed == 1 ? US_ARC_COMPLETES : US_ARC_MATCHES;
  if (changed == 1 && c->path[first]->from != OF_ROWS) return true;
  uint32_t head = c->start + node->head;
  bool inside = head >= c->start + first && head <= c->start + last;
  us_tag tag = inside ? (us_tag)p->tagged[head].tag : US_TAG_NONE;
  us_arc arc = {.first = c->start + first,
                .last = c->start + last + 1,
                .head = inside ? head : UINT32_MAX,
                .tag = (uint8_t)tag,
                .plain_tag = (uint8_t)tag,
                .expression = (uint8_t)(US_ARC_COMPOSED | US_ARC_COMPLETES),
                .changed = (uint8_t)changed,
                .weakest = weakest,
                .mean = sum / (float)changed};
  return keep(s, c, &arc);
}

static bool joins(const us_page *p, uint32_t i) {
  if (i >= p->tokens.n) return false;
  us_token t = p->tokens.p[i];
  return !(t.flags & (US_TF_LINE | US_TF_SENTENCE)) && (t.flags & US_TF_SPACE || t.kind == US_TOK_CLITIC);
}

/* From NODE, behind N words; the next token is I. NODE 0: at the beginning. */
static bool walk(unspin_session *s, struct us_composer *c, uint32_t node, uint32_t n, uint32_t i) {
  const us_expressions *e = &s->knowledge->expressions;
  if (n && !(e->nodes[node].mask & c->mask.p[i])) return true;
  for (size_t k = c->first.p[i]; k < c->first.p[i + 1]; k++) {
    const option *o = &c->options.p[k];
    uint32_t next = n ? us_expressions_step(e, node, o->word) : e->words[o->word].node;
    if (!next || c->steps++ >= MOST_STEPS) continue;
    c->path[n] = o;
    if (e->nodes[next].ends && !found(s, c, &e->nodes[next], n + 1)) return false;
    if (n + 1 < US_EXPRESSION_WORDS && joins(&s->page, i + 1) && !walk(s, c, next, n + 1, i + 1)) return false;
  }
  return true;
}

/* ---- all together ---- */

static int by_first(const void *a, const void *b) {
  const us_arc *x = a, *y = b;
  if (x->first != y->first) return x->first < y->first ? -1 : 1;
  if (x->last != y->last) return x->last < y->last ? -1 : 1;
  return us_slice_cmp(x->after, y->after);
}

/* What was composed goes behind the other candidates that begin at the same token. */
static bool merge(us_page *p, us_arc *more, size_t n) {
  if (!n) return true;
  qsort(more, n, sizeof *more, by_first);
  if (!us_vec_reserve(&p->arcs, p->arcs.n + n)) return false;
  size_t to = p->arcs.n + n, from = p->arcs.n;
  p->arcs.n = to;
  while (n) {
    if (from && p->arcs.p[from - 1].first > more[n - 1].first) p->arcs.p[--to] = p->arcs.p[--from];
    else p->arcs.p[--to] = more[--n];
  }
  return true;
}

/* Content words of the text that ARC does not leave there. */
static uint8_t words_changed(const unspin_session *s, const us_arc *arc) {
  unsigned n = 0;
  for (uint32_t i = arc->first; i < arc->last; i++) {
    const us_lexeme *x = &s->page.lexemes[i];
    bool stays = x->flags & US_WF_FUNCTION;
    for (uint8_t k = 0; k < arc->word_count; k++) stays |= arc->words[k].key == x->key;
    n += !stays;
  }
  return (uint8_t)(n < UINT8_MAX ? n : UINT8_MAX);
}

/* Plain phrases that are expressions by themselves, and changes to what is one as it stands. */
static void mark(const unspin_session *s, const struct us_composer *c, us_arc *arc) {
  const us_expressions *e = &s->knowledge->expressions;
  for (uint32_t i = arc->first; i < arc->last; i++)
    if (c->intact.p[i]) arc->expression |= US_ARC_BREAKS;
  if (arc->word_count < 2 || arc->word_count > US_EXPRESSION_WORDS) return;
  uint32_t word = arc->words[0].expression;
  uint32_t node = word == US_NO_EXPRESSION_WORD ? 0 : e->words[word].node;
  for (uint8_t i = 1; node && i < arc->word_count; i++) {
    word = arc->words[i].expression;
    node = word == US_NO_EXPRESSION_WORD ? 0 : us_expressions_step(e, node, word);
  }
  if (!node || !e->nodes[node].ends) return;
  arc->expression |= US_ARC_COMPLETES;
  if (!arc->changed) arc->changed = words_changed(s, arc);
}

static bool compose(unspin_session *s, struct us_composer *c) {
  us_page *p = &s->page;
  uint32_t n = (uint32_t)p->tokens.n;
  c->options.n = c->first.n = c->mask.n = c->intact.n = c->more.n = 0;
  size_t a = 0;
  for (uint32_t i = 0; i < n; i++) {
    while (a < p->arcs.n && p->arcs.p[a].first < i) a++;
    if (!offer_token(s, c, i, a)) return false;
  }
  if (!us_vec_push(&c->first, (uint32_t)c->options.n)) return false;
  for (c->start = 0; c->start < n; c->start++) {
    c->from = c->more.n;
    c->steps = 0;
    if (!walk(s, c, 0, 0, c->start)) return false;
  }
  if (!merge(p, c->more.p, c->more.n)) return false;
  for (size_t i = 0; i < p->arcs.n; i++) mark(s, c, &p->arcs.p[i]);
  return true;
}

bool us_compose(unspin_session *s) {
  if (!s->knowledge->expressions.words || !s->page.tokens.n) return true;
  if (!s->composer) s->composer = calloc(1, sizeof *s->composer);
  if (!s->composer || (!s->page.has_context && !us_context_fill(s))) return false;
  return compose(s, s->composer);
}

void us_compose_features(const us_arc *arc, float f[US_FEATURE_COUNT]) {
  f[US_F_expression] = (arc->expression & US_ARC_COMPLETES) != 0;
  f[US_F_expression_near] = (arc->expression & US_ARC_MATCHES) != 0;
  f[US_F_expression_broken] = (arc->expression & US_ARC_BREAKS) != 0;
  if (!(arc->expression & US_ARC_COMPOSED)) return;
  f[US_F_composed] = 1;
  f[US_F_composed_words] = (float)arc->changed - 1;
  f[US_F_composed_weakest] = arc->weakest - US_SUPPORT_LEAST;
  f[US_F_composed_mean] = arc->mean - US_SUPPORT_LEAST;
}
