/* agree.c - one spinner, one document: a word that surely stands for another in some places of it ("connection" for
 * "attachment" in "connection hypothesis") probably does in the others. Places that are sure teach those that are not.
 *
 * What a place teaches of a pair of words is max(0, 2 p - 1), p the probability of all candidates there together that
 * put the one in place of the other; what it learns is the sum over the other places. Pairs are of forms: by lemma,
 * "states" would speak for "stated", which is another word more often than not. */
#include <math.h>
#include <stdlib.h>

#include "restore/page.h"

enum { SLOTS = 1 << 12, PROBES = 16, MOST_PAIRS = 8 };

typedef struct lesson {
  uint64_t key; /* counts only if YEAR is the table's */
  uint64_t year;
  double sum;
} lesson;

struct us_lessons {
  uint64_t year;
  size_t count;
  lesson slot[SLOTS];
};

void us_lessons_reset(unspin_session *s) {
  if (!s->lessons) s->lessons = calloc(1, sizeof *s->lessons);
  if (!s->lessons) return;
  s->lessons->year++;
  s->lessons->count = 0;
}

void us_lessons_free(unspin_session *s) { free(s->lessons); }

static lesson *find(struct us_lessons *l, uint64_t key, bool add) {
  for (uint32_t i = 0; i < PROBES; i++) {
    lesson *at = &l->slot[(key + i) & (SLOTS - 1)];
    bool taken = at->year == l->year;
    if (taken && at->key == key) return at;
    if (taken) continue;
    if (!add) return NULL;
    *at = (lesson){.key = key, .year = l->year};
    l->count++;
    return at;
  }
  return NULL;
}

static uint64_t pair_key(uint64_t spun, uint64_t plain) {
  uint64_t key = (spun ^ (plain << 17 | plain >> 47)) * 0x9E3779B97F4A7C15u;
  return key ^ key >> 29;
}

/* Word K of ARC as a pair; 0 where it stays, and for small words, which say too little of one another. */
static uint64_t pair_of(const us_page *p, const us_arc *a, uint32_t k) {
  const us_lexeme *spun = &p->lexemes[a->first + k], *plain = &a->words[k];
  return spun->key == plain->key || (spun->flags | plain->flags) & US_WF_FUNCTION ? 0 : pair_key(spun->key, plain->key);
}
static bool is_word_by_word(const us_arc *a) { return a->word_count && a->last - a->first == a->word_count; }

/* exp(score) of all candidates that overlap tokens [first, last), those that begin before FIRST aside. */
typedef struct weights {
  double *begun;   /* by token: of candidates that begin there */
  double *running; /* by token: of those that began before it and cover it */
} weights;

static bool weigh(unspin_session *s, weights *w) {
  const us_page *p = &s->page;
  w->begun = us_arena_zalloc(&s->arena, p->tokens.n + 1, sizeof *w->begun);
  w->running = us_arena_zalloc(&s->arena, p->tokens.n + 1, sizeof *w->running);
  if (!w->begun || !w->running) return false;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    double e = exp(a->score);
    w->begun[a->first] += e;
    for (uint32_t t = a->first + 1; t < a->last; t++) w->running[t] += e;
  }
  return true;
}

static double probability(const weights *w, const us_arc *a) {
  double total = 1 + w->running[a->first];
  for (uint32_t t = a->first; t < a->last; t++) total += w->begun[t];
  return exp(a->score) / total;
}

/* What the place of token T teaches. */
typedef struct taught {
  uint64_t key;
  double p;
} taught;
typedef struct place {
  taught pair[MOST_PAIRS];
  int n;
} place;

static void add_to_place(place *at, uint64_t key, double p) {
  int i = 0;
  while (i < at->n && at->pair[i].key != key) i++;
  if (i == MOST_PAIRS) { /* the likeliest stay */
    i = 0;
    for (int k = 1; k < MOST_PAIRS; k++)
      if (at->pair[k].p < at->pair[i].p) i = k;
    if (at->pair[i].p >= p) return;
    at->pair[i] = (taught){key, 0};
  }
  if (i == at->n) at->pair[at->n++] = (taught){key, 0};
  at->pair[i].p += p;
}

/* Fewer are never sure together with what else they overlap. */
#define LEAST_SHARE 0.02
/* What rounding may leave of a sum. */
#define LEAST_SUM 1e-6

static place *places_of(unspin_session *s) {
  const us_page *p = &s->page;
  weights w;
  place *places = us_arena_zalloc(&s->arena, p->tokens.n + 1, sizeof *places);
  if (!places || !weigh(s, &w)) return NULL;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    if (!is_word_by_word(a)) continue;
    double share = probability(&w, a);
    if (share < LEAST_SHARE) continue;
    for (uint32_t k = 0; k < a->word_count; k++) {
      uint64_t key = pair_of(p, a, k);
      if (key) add_to_place(&places[a->first + k], key, share);
    }
  }
  return places;
}

static double lesson_of(double p) { return p > .5 ? 2 * p - 1 : 0; }

bool us_lessons_add(unspin_session *s) {
  const us_page *p = &s->page;
  if (!s->lessons || !p->arcs.n) return s->lessons != NULL;
  const place *places = places_of(s);
  if (!places) return false;
  for (size_t t = 0; t < p->tokens.n; t++)
    for (int i = 0; i < places[t].n; i++) {
      double sum = lesson_of(places[t].pair[i].p);
      lesson *l = sum > 0 ? find(s->lessons, places[t].pair[i].key, true) : NULL;
      if (l) l->sum += sum;
    }
  return true;
}

/* What the other places teach of word K of ARC. */
static double learned(const unspin_session *s, const place *places, const us_arc *a, uint32_t k) {
  uint64_t key = pair_of(&s->page, a, k);
  const lesson *l = key ? find(s->lessons, key, false) : NULL;
  if (!l) return 0;
  const place *at = &places[a->first + k];
  double own = 0; /* pages behind the document's beginning have taught nothing */
  for (int i = 0; s->page.has_scores && i < at->n; i++)
    if (at->pair[i].key == key) own = lesson_of(at->pair[i].p);
  return l->sum - own > LEAST_SUM ? l->sum - own : 0;
}

bool us_lessons_heed(unspin_session *s) {
  us_page *p = &s->page;
  double weight = s->knowledge->engine.gate.agreement, most = s->knowledge->engine.gate.agreement_most;
  if (weight == 0 || !s->lessons || !s->lessons->count || !p->arcs.n) return true;
  const place *places = places_of(s);
  if (!places) return false;
  for (size_t i = 0; i < p->arcs.n; i++) {
    us_arc *a = &p->arcs.p[i];
    if (!is_word_by_word(a)) continue;
    double sum = 0;
    for (uint32_t k = 0; k < a->word_count; k++) sum += fmin(learned(s, places, a, k), most);
    a->agreement = (float)(weight * sum);
    a->score += (double)a->agreement;
  }
  return true;
}
