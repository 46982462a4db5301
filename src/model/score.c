#include <math.h>

#include "model/lookup.h"

/* One query under way. */
typedef struct walk {
  const unspin_model_state *in;
  unspin_model_state *out;
  uint32_t word;
  unsigned length;  /* of the longest n-gram found so far */
  unsigned extends; /* of the longest one that something extends to the right */
  float prob;
  uint64_t index; /* of the n-gram found, in layer length - 1 */
  us_range range; /* its children */
} walk;

static inline void start(const unspin_model *m, walk *w) {
  const us_packed_layer *l = &m->layer[0];
  uint64_t bit = w->word * (uint64_t)l->width;
  w->index = w->word;
  w->length = 1;
  w->extends = 0;
  w->prob = us_prob_at(l, bit);
  if (m->meta.order < 2) return;
  bool right;
  w->out->words[0] = w->word;
  w->out->backoff[0] = us_bow_at(l, bit, &right);
  w->extends = right;
}

/* Whether there is a longer n-gram to look for. */
static inline bool goes_on(const unspin_model *m, const walk *w) {
  return w->length < m->meta.order && w->length <= w->in->length;
}

static inline void find_range(const unspin_model *m, walk *w) {
  us_model_children(m, w->length - 1, w->index, &w->range.lo, &w->range.hi);
  w->range.low_word = 0;
  w->range.high_word = m->meta.words;
}

/* Asks memory for the place where the next word to the left probably stands, and for what will tell its children. */
US_PREFETCHES void ask_for_entries(const unspin_model *m, const walk *w) {
  uint64_t guess = us_range_guess(&w->range, w->in->words[w->length - 1]);
  const us_packed_layer *l = &m->layer[w->length];
  us_prefetch_entries(l, &w->range, guess);
  if (w->length + 1 < m->meta.order) __builtin_prefetch(l->first.sample + guess / US_ELIAS_STEP);
}

/* One word further to the left; false if that n-gram is not there. */
static inline bool step(const unspin_model *m, walk *w) {
  unsigned k = w->length;
  const us_packed_layer *l = &m->layer[k];
  int64_t found = us_find_child(l, w->range, w->in->words[k - 1]);
  if (found < 0) return false;
  uint64_t bit = (uint64_t)found * l->width;
  w->index = (uint64_t)found;
  w->prob = us_prob_at(l, bit);
  w->length = k + 1;
  if (w->length < m->meta.order) {
    bool right;
    w->out->words[k] = w->in->words[k - 1];
    w->out->backoff[k] = us_bow_at(l, bit, &right);
    if (right) w->extends = w->length;
  }
  return true;
}

static inline float finish(const unspin_model *m, walk *w) {
  float prob = w->prob;
  for (unsigned j = w->length - 1; j < w->in->length; j++) prob += w->in->backoff[j];
  for (unsigned j = w->extends; j < UNSPIN_MODEL_CONTEXT; j++) { /* so that equal states are equal bytes */
    w->out->words[j] = 0;
    w->out->backoff[j] = 0;
  }
  w->out->length = (uint8_t)w->extends;
  memset(w->out->reserved, 0, sizeof w->out->reserved);
  return w->word == US_WORD_UNKNOWN ? prob + m->unknown_share : prob;
}

float unspin_model_score(const unspin_model *model, const unspin_model_state *in, uint32_t word,
                         unspin_model_state *out, unsigned *matched) {
  walk w = {.in = in, .out = out, .word = word < model->meta.words ? word : US_WORD_UNKNOWN};
  start(model, &w);
  while (goes_on(model, &w)) {
    find_range(model, &w);
    if (w.range.lo >= w.range.hi) break;
    ask_for_entries(model, &w);
    if (!step(model, &w)) break;
  }
  if (matched) *matched = w.length;
  return finish(model, &w);
}

/* ---- many at once ----
 *
 * A query is a chain of look-ups in a file larger than the caches: almost all of its time is waiting for memory. A team
 * of queries does each step together: first all ask for their memory, then all look at it. */

enum { TEAM = 16 };

/* Asks for what tells where the children of W's n-gram are. */
US_PREFETCHES void ask_for_children(const unspin_model *m, const walk *w) {
  const us_packed_layer *l = &m->layer[w->length - 1];
  if (w->length == 1) __builtin_prefetch(m->word_first + (w->index * m->word_first_bits >> 3));
  else __builtin_prefetch(l->first.high + (l->first.sample[w->index / US_ELIAS_STEP] >> 6));
}

static void score_team(const unspin_model *m, unspin_model_query *query, size_t n) {
  walk team[TEAM], *active[TEAM];
  size_t going = 0;
  for (size_t i = 0; i < n; i++) {
    team[i] = (walk){.in = query[i].in,
                     .out = query[i].out,
                     .word = query[i].word < m->meta.words ? query[i].word : US_WORD_UNKNOWN};
    __builtin_prefetch(m->layer[0].entries + ((uint64_t)team[i].word * m->layer[0].width >> 3));
    __builtin_prefetch(m->word_first + ((uint64_t)team[i].word * m->word_first_bits >> 3));
  }
  for (size_t i = 0; i < n; i++) {
    start(m, &team[i]);
    if (goes_on(m, &team[i])) active[going++] = &team[i];
  }
  while (going) {
    size_t next = 0;
    for (size_t i = 0; i < going; i++) {
      walk *w = active[i];
      find_range(m, w);
      if (w->range.lo >= w->range.hi) continue;
      ask_for_entries(m, w);
      active[next++] = w;
    }
    going = next;
    next = 0;
    for (size_t i = 0; i < going; i++) {
      walk *w = active[i];
      if (!step(m, w) || !goes_on(m, w)) continue;
      ask_for_children(m, w);
      active[next++] = w;
    }
    going = next;
  }
  for (size_t i = 0; i < n; i++) {
    query[i].matched = team[i].length;
    query[i].log10 = finish(m, &team[i]);
  }
}

void unspin_model_score_many(const unspin_model *model, unspin_model_query *queries, size_t n) {
  for (size_t i = 0; i < n; i += TEAM) score_team(model, queries + i, n - i < TEAM ? n - i : TEAM);
}
