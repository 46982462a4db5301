#include "phrases/compare.h"
#include "phrases/learn_derive.h"

#include <math.h>
#include <stdlib.h>

/* Words of clean English that count as already seen, so that few occurrences prove little. */
static const double PRIOR_WORDS = 2000;
/* How many standard errors too often, how often at least, and how many such phrases of either side are looked at. */
static const double SPUN_TOO_OFTEN = 1.0, PLAIN_TOO_OFTEN = 0.5;
enum { AT_LEAST = 2, MOST_CANDIDATES = 800, PLACES = 12 };
/* A pair must have this cosine, or be known, to be looked at closely. */
static const double ALIKE = 0.2;

bool us_compare_init(us_compare *c, const us_forms *forms) {
  *c = (us_compare){0};
  return us_learn_words_init(&c->words, forms, NULL);
}

void us_compare_free(us_compare *c) {
  us_learn_words_free(&c->words);
  us_vec_free(&c->spun);
  us_vec_free(&c->clean);
}

bool us_compare_add(us_compare *c, bool spun, us_slice text) {
  return us_learn_words_read(&c->words, text, spun ? &c->spun : &c->clean);
}

/* ---- counting ---- */

/* A phrase that one side has too often. */
typedef struct unit {
  uint32_t node;
  double z; /* above 0: too often in the spun text */
  us_role role;
  uint32_t words;
  uint32_t head;          /* string: the lemma of its last word */
  uint32_t first;         /* string: of the word before it, if there are two */
  uint32_t place[PLACES]; /* where it stands in the spun stream */
  uint32_t places;
} unit;

typedef US_VEC(unit) unit_vec;

typedef struct run {
  us_compare *c;
  us_trie trie;
  unit_vec spun, plain;
  uint32_t *unit_of; /* by node: index in SPUN + 1 */
  const us_compare_kin *kin;
} run;

static us_role content_role(const us_learn_words *w, uint32_t token) {
  const us_learn_type *t = us_learn_type_of(w, token);
  if (t->flags & (US_LT_HARD | US_LT_CLITIC | US_LT_NAME) || us_forms_flags(w->forms, t->word) & US_WF_FUNCTION)
    return US_ROLE_FIXED;
  return us_role_of(us_tag_pos((us_tag)t->tag));
}

static uint32_t head_symbol(const us_learn_type *t, us_role role) {
  return us_symbol_of(role == US_ROLE_ADV ? t->text : t->lemma, role);
}

/* The node of the phrase of N words that starts at AT, made if MAKE; US_NO_NODE if no such phrase is looked at. */
static uint32_t node_at(run *r, const us_stream *s, uint32_t at, uint32_t n, bool make, bool *failed) {
  const us_learn_words *w = &r->c->words;
  if (at + n > s->n) return US_NO_NODE;
  us_role role = content_role(w, s->p[at]);
  const us_learn_type *t = us_learn_type_of(w, s->p[at]);
  uint32_t node = US_ROOT, symbol = head_symbol(t, role);
  if (n == 2) { /* compounds: a noun with the noun or adjective before it */
    if ((role != US_ROLE_NOUN && role != US_ROLE_ADJ) || s->p[at + 1] & US_LEARN_BREAK ||
        content_role(w, s->p[at + 1]) != US_ROLE_NOUN)
      return US_NO_NODE;
    symbol = us_symbol_of(t->text, US_ROLE_FIXED);
    node = make ? us_trie_enter(&r->trie, node, symbol) : us_trie_step(&r->trie, node, symbol);
    if (node != US_NO_NODE) symbol = head_symbol(us_learn_type_of(w, s->p[at + 1]), US_ROLE_NOUN);
  } else if (role == US_ROLE_FIXED) {
    return US_NO_NODE;
  }
  if (node != US_NO_NODE) node = make ? us_trie_enter(&r->trie, node, symbol) : us_trie_step(&r->trie, node, symbol);
  if (make && node == US_NO_NODE) *failed = true;
  return node;
}

static bool count_side(run *r, const us_stream *s, bool spun) {
  bool failed = false;
  for (uint32_t at = 0; at < s->n; at++)
    for (uint32_t n = 1; n <= US_COMPARE_WORDS; n++) {
      uint32_t node = node_at(r, s, at, n, true, &failed);
      if (failed) return false;
      if (node == US_NO_NODE) continue;
      if (spun) r->trie.nodes.p[node].spun++;
      else r->trie.nodes.p[node].plain++;
    }
  return true;
}

/* ---- too often ---- */

static double background(const us_learn_words *w, const unit *u) {
  double total = (double)us_forms_total(w->forms) + 1;
  us_word word = us_forms_word(w->forms, us_strings_get(&w->strings, u->head));
  double share = ((double)us_forms_count(w->forms, word) + 1) / total;
  return u->words == 1 ? share : share * 0.02;
}

/* Log-odds of standing in the spun text against the clean one, in standard errors; usual English is the prior. */
static double too_often(const run *r, const unit *u) {
  const us_trie_node *node = &r->trie.nodes.p[u->node];
  double prior = PRIOR_WORDS * background(&r->c->words, u) + 0.01;
  double a = node->spun + prior, b = node->plain + prior;
  double all_a = (double)r->c->spun.n + PRIOR_WORDS, all_b = (double)r->c->clean.n + PRIOR_WORDS;
  double odds = log(a / (all_a - a)) - log(b / (all_b - b));
  return odds / sqrt(1 / a + 1 / b);
}

static bool add_unit(run *r, uint32_t node) {
  const us_trie_node *t = &r->trie.nodes.p[node];
  unit u = {.node = node, .words = 1, .role = us_symbol_role(t->symbol), .head = us_symbol_string(t->symbol)};
  if (!u.role || t->spun + t->plain < AT_LEAST) return true;
  if (t->parent != US_ROOT) {
    u.words = 2;
    u.first = us_symbol_string(r->trie.nodes.p[t->parent].symbol);
  }
  u.z = too_often(r, &u);
  if (u.z > SPUN_TOO_OFTEN && t->spun >= AT_LEAST) return us_vec_push(&r->spun, u);
  if (u.z < -PLAIN_TOO_OFTEN && t->plain >= AT_LEAST) return us_vec_push(&r->plain, u);
  return true;
}

static int by_z(const void *x, const void *y) {
  const unit *a = x, *b = y;
  double za = fabs(a->z), zb = fabs(b->z);
  if (za != zb) return za > zb ? -1 : 1;
  return (a->node > b->node) - (a->node < b->node);
}

static void keep_first(unit_vec *v) {
  if (v->n) qsort(v->p, v->n, sizeof *v->p, by_z);
  if (v->n > MOST_CANDIDATES) v->n = MOST_CANDIDATES;
}

static bool find_units(run *r) {
  for (uint32_t node = 1; node < r->trie.nodes.n; node++)
    if (!add_unit(r, node)) return false;
  keep_first(&r->spun);
  keep_first(&r->plain);
  r->unit_of = calloc(r->trie.nodes.n, sizeof *r->unit_of);
  if (!r->unit_of) return false;
  for (size_t i = 0; i < r->spun.n; i++) r->unit_of[r->spun.p[i].node] = (uint32_t)i + 1;
  bool failed = false;
  for (uint32_t at = 0; at < r->c->spun.n; at++)
    for (uint32_t n = 1; n <= US_COMPARE_WORDS; n++) {
      uint32_t node = node_at(r, &r->c->spun, at, n, false, &failed);
      unit *u = node == US_NO_NODE || !r->unit_of[node] ? NULL : &r->spun.p[r->unit_of[node] - 1];
      if (u && u->places < PLACES) u->place[u->places++] = at;
    }
  return true;
}

/* ---- pairs ---- */

typedef struct guess {
  const unit *spun, *plain;
  us_compare_reasons why;
  double score;
} guess;

typedef US_VEC(guess) guess_vec;

static us_slice string(const run *r, uint32_t id) { return us_strings_get(&r->c->words.strings, id); }

static bool write_unit(const run *r, const unit *u, us_buf *out) {
  us_buf_clear(out);
  if (u->words == 2) {
    us_buf_append(out, string(r, u->first));
    us_buf_putc(out, ' ');
  }
  us_buf_append(out, string(r, u->head));
  return !out->failed;
}

static double similarity(const run *r, const unit *a, const unit *b) {
  const us_compare_kin *k = r->kin;
  double heads = k->similar(k->cookie, string(r, a->head), string(r, b->head));
  if (a->words == 1 && b->words == 1) return heads;
  if (a->words != b->words) return heads * 0.7; /* half of a compound says little */
  return (heads + k->similar(k->cookie, string(r, a->first), string(r, b->first))) / 2;
}

static void look_around(const run *r, uint32_t at, uint32_t n, us_compare_place *out) {
  const us_stream *s = &r->c->spun;
  *out = (us_compare_place){0};
  for (uint32_t i = at; i > 0 && out->before_n < US_COMPARE_CONTEXT && !(s->p[i] & US_LEARN_BREAK); i--)
    out->before[out->before_n++] = string(r, us_learn_type_of(&r->c->words, s->p[i - 1])->fold);
  for (uint32_t i = at + n; i < s->n && out->after_n < US_COMPARE_CONTEXT && !(s->p[i] & US_LEARN_BREAK); i++)
    out->after[out->after_n++] = string(r, us_learn_type_of(&r->c->words, s->p[i])->fold);
}

/* PLAIN in the form of the word that stands at AT. */
static bool form_of(const run *r, const unit *plain, us_tag tag, us_buf *out) {
  us_buf_clear(out);
  if (plain->words == 2) {
    us_buf_append(out, string(r, plain->first));
    us_buf_putc(out, ' ');
  }
  size_t begin = out->n;
  if (plain->role != US_ROLE_ADV &&
      us_inflect(r->c->words.forms, string(r, plain->head), tag, UNSPIN_DIALECT_AUTO, out))
    return !out->failed;
  out->n = begin;
  us_buf_append(out, string(r, plain->head));
  return !out->failed;
}

static bool weigh_places(const run *r, guess *g, us_buf *spun, us_buf *plain) {
  const us_learn_words *w = &r->c->words;
  for (uint32_t i = 0; i < g->spun->places; i++) {
    us_compare_place around;
    uint32_t at = g->spun->place[i], n = g->spun->words;
    const us_learn_type *last = us_learn_type_of(w, r->c->spun.p[at + n - 1]);
    look_around(r, at, n, &around);
    us_buf_clear(spun);
    if (n == 2) us_buf_append(spun, string(r, us_learn_type_of(w, r->c->spun.p[at])->fold));
    if (n == 2) us_buf_putc(spun, ' ');
    us_buf_append(spun, string(r, last->fold));
    if (spun->failed || !form_of(r, g->plain, (us_tag)last->tag, plain)) return false;
    double model = 0, fit = 0;
    r->kin->gain(r->kin->cookie, &around, us_buf_slice(spun), us_buf_slice(plain), &model, &fit);
    g->why.model += model / g->spun->places;
    g->why.fit += fit / g->spun->places;
  }
  return true;
}

/* Log-odds, fitted to four spinners' work on articles whose originals are known, and compared with other articles. */
static double score_of(const us_compare_reasons *w) {
  double x = -6.8 + 2.9 * (w->known == 2) + 3.1 * (w->known == 1) + 4.2 * w->similar +
             0.66 * fmax(-5, fmin(w->model, 5)) + 0.09 * fmax(-4, fmin(w->fit, 4)) + 0.38 * fmin(w->spun_z, 6) +
             0.13 * fmin(-w->plain_z, 6);
  return 1 / (1 + exp(-x));
}

static bool consider(const run *r, const unit *a, const unit *b, us_buf *spun, us_buf *plain, guess_vec *out) {
  if (a->role != b->role || a->head == b->head) return true;
  guess g = {.spun = a, .plain = b};
  if (!write_unit(r, a, spun) || !write_unit(r, b, plain)) return false;
  g.why.known = r->kin->known(r->kin->cookie, us_buf_slice(spun), us_buf_slice(plain));
  g.why.similar = similarity(r, a, b);
  if (!g.why.known && g.why.similar < ALIKE) return true;
  if (!weigh_places(r, &g, spun, plain)) return false;
  const us_trie_node *x = &r->trie.nodes.p[a->node], *y = &r->trie.nodes.p[b->node];
  g.why.spun_z = a->z;
  g.why.plain_z = b->z;
  g.why.spun_in_spun = x->spun;
  g.why.spun_in_clean = x->plain;
  g.why.plain_in_spun = y->spun;
  g.why.plain_in_clean = y->plain;
  g.score = score_of(&g.why);
  return us_vec_push(out, g);
}

static int by_score(const void *x, const void *y) {
  const guess *a = x, *b = y;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  if (a->spun->node != b->spun->node) return a->spun->node < b->spun->node ? -1 : 1;
  return (a->plain->node > b->plain->node) - (a->plain->node < b->plain->node);
}

static const char LETTER[] = {
    [US_ROLE_FIXED] = 'x', [US_ROLE_NOUN] = 'n', [US_ROLE_VERB] = 'v', [US_ROLE_ADJ] = 'a', [US_ROLE_ADV] = 'r'};

static unspin_status hand_out(run *r, guess_vec *all, const us_compare_options *o, us_proposal_sink *sink, void *cookie,
                              unspin_error *err) {
  us_buf spun = {0}, plain = {0};
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < r->spun.n; i++) r->unit_of[r->spun.p[i].node] = 0; /* now: how many were handed out */
  for (size_t i = 0; i < all->n && !status; i++) {
    const guess *g = &all->p[i];
    if (g->score < o->least) break;
    if (r->unit_of[g->spun->node]++ >= o->most) continue;
    if (!write_unit(r, g->spun, &spun) || !write_unit(r, g->plain, &plain)) {
      status = us_nomem(err);
      break;
    }
    us_proposal p = {.spun = us_buf_slice(&spun), .plain = us_buf_slice(&plain), .pos = LETTER[g->spun->role]};
    p.score = g->score;
    p.why = g->why;
    status = sink(cookie, &p, err);
  }
  us_buf_free(&spun);
  us_buf_free(&plain);
  return status;
}

static bool find_guesses(run *r, guess_vec *out) {
  us_buf spun = {0}, plain = {0};
  bool ok = true;
  for (size_t i = 0; ok && i < r->spun.n; i++)
    for (size_t j = 0; ok && j < r->plain.n; j++) ok = consider(r, &r->spun.p[i], &r->plain.p[j], &spun, &plain, out);
  us_buf_free(&spun);
  us_buf_free(&plain);
  if (ok && out->n) qsort(out->p, out->n, sizeof *out->p, by_score);
  return ok;
}

unspin_status us_compare_run(us_compare *c, const us_compare_options *options, const us_compare_kin *kin,
                             us_proposal_sink *sink, void *cookie, unspin_error *err) {
  run r = {.c = c, .kin = kin};
  guess_vec all = {0};
  bool ok = us_trie_init(&r.trie) && count_side(&r, &c->spun, true) && count_side(&r, &c->clean, false) &&
            find_units(&r) && find_guesses(&r, &all);
  unspin_status status = ok ? hand_out(&r, &all, options, sink, cookie, err) : us_nomem(err);
  us_trie_free(&r.trie);
  us_vec_free(&r.spun);
  us_vec_free(&r.plain);
  us_vec_free(&all);
  free(r.unit_of);
  return status;
}
