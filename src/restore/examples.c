/* examples.c - candidates of a document with a known original, each with what it would gain. */
#include <stdlib.h>

#include "base/hash.h"
#include "restore/pass.h"
#include "restore/tune.h"

enum { MOST_TOKENS = 12000, MOST_REGION = 48, MOST_AFTER = 16 };
/* What a stretch counts for that a spinner changed but no candidate mends. */
#define HOPELESS 0.2f
#define NOWHERE UINT32_MAX

/* A text as hashes of its folded tokens. */
typedef struct side {
  us_token_vec tokens;
  uint64_t *hash;
} side;

typedef struct alignment {
  side spun, plain;
  uint32_t *match; /* of each spun token: the plain token that it is, or NOWHERE */
} alignment;

static void side_free(side *s) {
  us_vec_free(&s->tokens);
  free(s->hash);
}

static bool side_make(us_slice text, us_buf *fold, side *out) {
  if (!us_tokenize(text, NULL, &out->tokens)) return false;
  out->hash = malloc((out->tokens.n + 1) * sizeof *out->hash);
  if (!out->hash) return false;
  for (size_t i = 0; i < out->tokens.n; i++) {
    us_buf_clear(fold);
    us_fold(fold, us_token_text(text, out->tokens.p[i]));
    out->hash[i] = us_hash(us_buf_slice(fold));
  }
  return !fold->failed;
}

/* Least edits between the two; a match is preferred to the left. */
static bool align(alignment *a, uint64_t *damage) {
  size_t n = a->spun.tokens.n, m = a->plain.tokens.n;
  uint16_t *row = malloc((m + 1) * sizeof *row);
  uint8_t *step = malloc((n + 1) * (m + 1)); /* 0 both, 1 spun only, 2 plain only */
  a->match = malloc((n + 1) * sizeof *a->match);
  bool ok = row && step && a->match;
  if (ok) {
    for (size_t j = 0; j <= m; j++) {
      row[j] = (uint16_t)j;
      step[j] = 2;
    }
    for (size_t i = 1; i <= n; i++) {
      uint16_t corner = row[0];
      row[0] = (uint16_t)i;
      step[i * (m + 1)] = 1;
      for (size_t j = 1; j <= m; j++) {
        uint16_t both = (uint16_t)(corner + (a->spun.hash[i - 1] != a->plain.hash[j - 1]));
        uint16_t up = (uint16_t)(row[j] + 1), left = (uint16_t)(row[j - 1] + 1);
        corner = row[j];
        row[j] = both <= up && both <= left ? both : up <= left ? up : left;
        step[i * (m + 1) + j] = row[j] == both ? 0 : row[j] == up ? 1 : 2;
      }
    }
    *damage = row[m];
    for (size_t i = n, j = m; i || j;) {
      uint8_t s = step[i * (m + 1) + j];
      if (s == 2) {
        j--;
        continue;
      }
      i--;
      if (s == 0) j--;
      a->match[i] = s == 0 && a->spun.hash[i] == a->plain.hash[j] ? (uint32_t)j : NOWHERE;
    }
  }
  free(row);
  free(step);
  return ok;
}

static int distance(const uint64_t *a, size_t n, const uint64_t *b, size_t m) {
  int row[(size_t)2 * MOST_REGION + 1];
  for (size_t j = 0; j <= m; j++) row[j] = (int)j;
  for (size_t i = 1; i <= n; i++) {
    int corner = row[0];
    row[0] = (int)i;
    for (size_t j = 1; j <= m; j++) {
      int both = corner + (a[i - 1] != b[j - 1]), other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
      corner = row[j];
      row[j] = both < other ? both : other;
    }
  }
  return row[m];
}

/* The changed stretch that spun tokens [first, last) lie in, on both sides. */
typedef struct region {
  size_t from, to, plain_from, plain_to;
} region;

static bool region_of(const alignment *a, size_t first, size_t last, region *r) {
  r->from = first;
  r->to = last;
  while (r->from > 0 && a->match[r->from - 1] == NOWHERE) r->from--;
  while (r->to < a->spun.tokens.n && a->match[r->to] == NOWHERE) r->to++;
  r->plain_from = r->from > 0 ? a->match[r->from - 1] + 1 : 0;
  r->plain_to = r->to < a->spun.tokens.n ? a->match[r->to] : a->plain.tokens.n;
  return r->to - r->from <= MOST_REGION && r->plain_to - r->plain_from <= (size_t)2 * MOST_REGION;
}

/* Words that putting AFTER for spun tokens [first, last) brings the text nearer. */
static int gain_of(const alignment *a, const region *r, size_t first, size_t last, const uint64_t *after, size_t n) {
  uint64_t changed[MOST_REGION + MOST_AFTER];
  size_t at = 0;
  for (size_t i = r->from; i < first; i++) changed[at++] = a->spun.hash[i];
  for (size_t i = 0; i < n; i++) changed[at++] = after[i];
  for (size_t i = last; i < r->to; i++) changed[at++] = a->spun.hash[i];
  const uint64_t *plain = a->plain.hash + r->plain_from;
  size_t m = r->plain_to - r->plain_from;
  return distance(a->spun.hash + r->from, r->to - r->from, plain, m) - distance(changed, at, plain, m);
}

typedef struct context {
  us_examples *examples;
  alignment a;
  uint64_t damage;
  float weight;
} context;

static bool add_candidate(unspin_session *s, us_examples *e, const us_arc *arc, int gain) {
  if (e->count == e->room) {
    size_t room = e->room ? e->room * 2 : 1024;
    float *f = realloc(e->features, room * US_FEATURE_COUNT * sizeof *f);
    if (f) e->features = f;
    int8_t *g = realloc(e->gain, room * sizeof *g);
    if (g) e->gain = g;
    if (!f || !g) return false;
    e->room = room;
  }
  us_features(s, arc, e->features + e->count * US_FEATURE_COUNT);
  e->gain[e->count++] = (int8_t)(gain > 100 ? 100 : gain < -100 ? -100 : gain);
  return true;
}

static size_t hash_after(unspin_session *s, us_slice after, uint64_t *out) {
  s->after_tokens.n = 0;
  if (!us_tokenize(after, NULL, &s->after_tokens)) return 0;
  size_t n = s->after_tokens.n < MOST_AFTER ? s->after_tokens.n : MOST_AFTER;
  for (size_t i = 0; i < n; i++) {
    us_buf_clear(&s->fold);
    us_fold(&s->fold, us_token_text(after, s->after_tokens.p[i]));
    out[i] = us_hash(us_buf_slice(&s->fold));
  }
  return n;
}

/* The aligned token that begins at BYTE of the document; NOWHERE if none does. */
static size_t aligned(context *c, size_t byte) {
  const us_token_vec *t = &c->a.spun.tokens;
  size_t low = 0, high = t->n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (t->p[mid].begin < byte) low = mid + 1;
    else high = mid;
  }
  return low < t->n && t->p[low].begin == byte ? low : NOWHERE;
}

/* All candidates for the same words, which begin at arc I and may lie among those for longer or shorter ones. */
static bool add_example(unspin_session *s, context *c, size_t i) {
  const us_page *p = &s->page;
  us_examples *e = c->examples;
  const us_arc *one = &p->arcs.p[i];
  size_t first = aligned(c, p->offset + p->tokens.p[one->first].begin), last = first + (one->last - one->first);
  region r;
  if (first == NOWHERE || last > c->a.spun.tokens.n || !region_of(&c->a, first, last, &r)) return true;
  bool spun = false, helps = false;
  for (size_t k = first; k < last; k++) spun |= c->a.match[k] == NOWHERE;
  us_example x = {.first = (uint32_t)e->count,
                  .document = e->documents,
                  .text = e->texts,
                  .from = (uint32_t)first,
                  .to = (uint32_t)last,
                  .weight = c->weight};
  for (size_t k = i; k < p->arcs.n && p->arcs.p[k].first == one->first; k++) {
    /* what puts small words right has odds of its own */
    if (p->arcs.p[k].last != one->last || us_arc_only_mends(&p->arcs.p[k])) continue;
    uint64_t after[MOST_AFTER];
    size_t n = hash_after(s, p->arcs.p[k].after, after);
    int gain = gain_of(&c->a, &r, first, last, after, n);
    helps |= gain > 0;
    if (!add_candidate(s, e, &p->arcs.p[k], gain)) return false;
    x.count++;
  }
  if (spun && !helps) x.weight *= HOPELESS;
  return x.count == 0 || us_vec_push(&e->list, x);
}

static bool add_page(unspin_session *s, void *cookie) {
  context *c = cookie;
  us_page *p = &s->page;
  if (!us_suggest(s) || !us_score_page(s)) return false;
  for (size_t i = 0; i < p->arcs.n; i++) {
    bool seen = false;
    for (size_t k = i; k-- > 0 && p->arcs.p[k].first == p->arcs.p[i].first;)
      seen |= p->arcs.p[k].last == p->arcs.p[i].last;
    if (!seen && !add_example(s, c, i)) return false;
  }
  return true;
}

void us_examples_free(us_examples *e) {
  us_vec_free(&e->list);
  free(e->features);
  free(e->gain);
  *e = (us_examples){0};
}

unspin_status us_examples_add(us_examples *e, unspin_session *s, us_slice spun, us_slice plain, float weight,
                              us_example_kind kind, unspin_error *err) {
  context c = {.examples = e, .weight = weight};
  unspin_options options;
  unspin_options_init(&options);
  options.assume_spun = kind.assume_spun;
  options.fast = kind.fast;
  bool ok = side_make(spun, &s->fold, &c.a.spun) && side_make(plain, &s->fold, &c.a.plain);
  bool fits = c.a.spun.tokens.n <= MOST_TOKENS && c.a.plain.tokens.n <= MOST_TOKENS;
  if (ok && fits) {
    s->options = &options;
    ok = us_guard_set_protected(s, &options) && align(&c.a, &c.damage) && us_look(s, spun) &&
         us_each_page(s, spun, add_page, &c);
    s->options = NULL;
    e->damage += c.damage;
    e->documents++;
    e->texts++;
  }
  side_free(&c.a.spun);
  side_free(&c.a.plain);
  free(c.a.match);
  if (!ok) return us_nomem(err);
  return fits ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_LIMIT, "a text of more than %d words", MOST_TOKENS);
}
