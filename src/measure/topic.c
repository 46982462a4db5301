#include "measure/topic.h"

#include <math.h>
#include <stdlib.h>

#include "base/vec.h"

/* Of 3, 10 and 40 the one that foretold the other half of 40 plain news articles best; none of them is in any test. */
static const double PRIOR = 40;
/* Only so many words, the most frequent ones, have a factor of their own: each costs a query for every history. */
enum { MOST_TYPES = 1000, BLOCK = 128 };

typedef struct type {
  uint32_t word, id, count;
  double factor;
} type;

/* One history's sum over the vocabulary. */
typedef struct norm {
  unspin_model_state state;
  double value; /* 0: free */
} norm;

struct us_topic {
  const unspin_model *model;
  us_ngrams ngrams;
  struct {
    type *p;
    size_t n, cap;
  } types;
  double rest;    /* the factor of all other words */
  double *factor; /* by word, of factor_count */
  size_t factor_count;
  norm *norms;
  size_t norm_slots, norm_count;
};

/* ---- histories ---- */

/* A token and up to two words before it in its sentence. */
typedef struct window {
  uint32_t word[US_NGRAMS_ORDER]; /* the token itself last */
  size_t n;                       /* how many of them there are */
} window;

static void window_begin(window *w) { *w = (window){0}; }

static const uint32_t *window_push(window *w, uint32_t word) {
  w->word[0] = w->word[1];
  w->word[1] = w->word[2];
  w->word[2] = word;
  if (w->n < US_NGRAMS_ORDER) w->n++;
  return &w->word[2];
}

static bool count_ngrams(us_topic *t, const us_stream *text) {
  window w;
  window_begin(&w);
  for (size_t i = 0; i < text->n; i++) {
    const uint32_t *last = window_push(&w, text->p[i].word);
    for (size_t n = 1; n <= w.n; n++)
      if (!us_ngrams_add(&t->ngrams, last, n)) return false;
    if (text->p[i].sentence_end) window_begin(&w);
  }
  return true;
}

/* ---- factors ---- */

static bool collect_types(us_topic *t, const us_stream *text) {
  for (size_t i = 0; i < text->n; i++)
    if (text->p[i].word >= t->factor_count) t->factor_count = text->p[i].word + 1;
  t->factor = calloc(t->factor_count + 1, sizeof *t->factor);
  if (!t->factor) return false;
  for (size_t i = 0; i < text->n; i++) {
    const us_stream_token *token = &text->p[i];
    if (t->factor[token->word] > 0) continue;
    t->factor[token->word] = 1;
    type fresh = {token->word, token->id, us_ngrams_count(&t->ngrams, &token->word, 1), 0};
    if (!us_vec_push(&t->types, fresh)) return false;
  }
  return true;
}

static int by_count(const void *a, const void *b) {
  const type *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return (x->word > y->word) - (x->word < y->word);
}

static void set_factors(us_topic *t, size_t tokens) {
  double types = (double)t->types.n, mass = (double)tokens + types;
  unspin_model_state empty, after;
  unspin_model_state_empty(&empty);
  t->rest = sqrt(types / mass);
  for (size_t i = 0; i < t->factor_count; i++) t->factor[i] = t->rest;
  if (t->types.n) qsort(t->types.p, t->types.n, sizeof *t->types.p, by_count);
  if (t->types.n > MOST_TYPES) t->types.n = MOST_TYPES;
  for (size_t i = 0; i < t->types.n; i++) {
    type *y = &t->types.p[i];
    double background = pow(10, (double)unspin_model_score(t->model, &empty, y->id, &after, NULL));
    y->factor = sqrt(((double)y->count / background + types) / mass);
    t->factor[y->word] = y->factor;
  }
}

static double factor_of(const us_topic *t, uint32_t word) { return word < t->factor_count ? t->factor[word] : t->rest; }

/* ---- what the bent probabilities of a history sum up to ---- */

static double sum_over_types(const us_topic *t, const unspin_model_state *state) {
  unspin_model_query query[BLOCK];
  unspin_model_state after[BLOCK];
  double sum = t->rest;
  for (size_t from = 0; from < t->types.n; from += BLOCK) {
    size_t n = t->types.n - from < BLOCK ? t->types.n - from : BLOCK;
    for (size_t i = 0; i < n; i++)
      query[i] = (unspin_model_query){.in = state, .out = &after[i], .word = t->types.p[from + i].id};
    unspin_model_score_many(t->model, query, n);
    for (size_t i = 0; i < n; i++) sum += (t->types.p[from + i].factor - t->rest) * pow(10, (double)query[i].log10);
  }
  return sum;
}

static norm *find_norm(const us_topic *t, const unspin_model_state *state) {
  size_t mask = t->norm_slots - 1, at = unspin_model_state_hash(state) & mask;
  while (t->norms[at].value > 0 && !unspin_model_state_equal(&t->norms[at].state, state)) at = (at + 1) & mask;
  return &t->norms[at];
}

static bool grow_norms(us_topic *t) {
  size_t old_slots = t->norm_slots;
  norm *old = t->norms, *fresh = calloc(old_slots ? old_slots * 2 : 1024, sizeof *fresh);
  if (!fresh) return false;
  t->norms = fresh;
  t->norm_slots = old_slots ? old_slots * 2 : 1024;
  for (size_t i = 0; i < old_slots; i++)
    if (old[i].value > 0) *find_norm(t, &old[i].state) = old[i];
  free(old);
  return true;
}

/* 0 when out of memory. */
static double norm_of(us_topic *t, const unspin_model_state *state) {
  if (t->norm_count * 2 >= t->norm_slots && !grow_norms(t)) return 0;
  norm *slot = find_norm(t, state);
  if (slot->value > 0) return slot->value;
  *slot = (norm){*state, sum_over_types(t, state)};
  t->norm_count++;
  return slot->value;
}

/* ---- the model ---- */

/* Each longer n-gram counts against PRIOR guesses of the shorter one. A word after which nothing was seen (it never
 * stands before another) has no say. */
static double bend_by_ngrams(const us_topic *t, const window *w, double guess) {
  const uint32_t *last = &w->word[2];
  for (size_t n = 2; n <= w->n; n++) {
    uint32_t history = us_ngrams_count(&t->ngrams, last - 1, n - 1);
    if (!history) break;
    guess = ((double)us_ngrams_count(&t->ngrams, last, n) + PRIOR * guess) / ((double)history + PRIOR);
  }
  return guess;
}

bool us_topic_ratios(us_topic *t, const us_stream *text, double *ratios) {
  window w;
  window_begin(&w);
  for (size_t i = 0; i < text->n; i++) {
    const us_stream_token *token = &text->p[i];
    double sum = norm_of(t, &token->state);
    if (!(sum > 0)) return false;
    window_push(&w, token->word);
    double guess = factor_of(t, token->word) * token->chance / sum;
    ratios[i] = bend_by_ngrams(t, &w, guess) / token->chance;
    if (token->sentence_end) window_begin(&w);
  }
  return true;
}

double us_topic_weight(const double *ratios, size_t count) {
  double weight = 0.5;
  for (int round = 0; round < 100 && count; round++) {
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += weight * ratios[i] / (weight * ratios[i] + 1 - weight);
    weight = sum / (double)count;
  }
  return fmin(fmax(weight, 0.01), 0.99);
}

bool us_topic_holds(const us_topic *t, const uint32_t *last, size_t n) {
  return us_ngrams_count(&t->ngrams, last, n) > 0;
}

unspin_status us_topic_new(const unspin_model *model, const us_stream *text, us_topic **out, unspin_error *err) {
  *out = NULL;
  us_topic *t = calloc(1, sizeof *t);
  if (!t) return us_nomem(err);
  t->model = model;
  if (!count_ngrams(t, text) || !collect_types(t, text)) {
    us_topic_free(t);
    return us_nomem(err);
  }
  set_factors(t, text->n);
  *out = t;
  return UNSPIN_OK;
}

void us_topic_free(us_topic *t) {
  if (!t) return;
  us_ngrams_free(&t->ngrams);
  us_vec_free(&t->types);
  free(t->factor);
  free(t->norms);
  free(t);
}
