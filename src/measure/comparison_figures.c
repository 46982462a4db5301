#include <math.h>
#include <stdlib.h>

#include "measure/comparison.h"
#include "measure/divergence.h"

#define NOTHING UINT32_MAX

enum { FIGURES = 4 };

/* What one sentence of the text before, and what became of it, adds to the sums. */
typedef struct sentence {
  double gain;
  size_t tokens;
  uint32_t removed, removed_held, made, made_held;
} sentence;

/* Content words and common words, numbered from 0, and how often the halves hold them. */
typedef struct tables {
  const us_comparison *x;
  uint32_t *content_of, *common_of; /* by lexicon id; NOTHING */
  size_t words;                     /* of the lexicon, and one more */
  size_t content_count, common_count;
  uint32_t *ref_content[2], *ref_common[2], *content, *common; /* the last two are scratch */
  sentence *sentences;
  uint32_t *everything; /* all sentences, once each */
} tables;

typedef struct word_figures {
  double divergence, chi_square;
} word_figures;

/* ---- numbering ---- */

static void number_content(tables *t, const us_stream *s) {
  for (size_t i = 0; i < s->n; i++) {
    const us_stream_token *token = &s->p[i];
    if (us_reference_is_content(t->x->reference, token) && t->content_of[token->word] == NOTHING)
      t->content_of[token->word] = (uint32_t)t->content_count++;
  }
}

/* The commonest words of all texts together, so that before and after are asked about the same words. */
static bool number_common(tables *t) {
  const us_reference *r = t->x->reference;
  us_word_count *list = calloc(t->words, sizeof *list);
  if (!list) return false;
  for (uint32_t w = 0; w < t->words; w++) {
    list[w].word = w;
    for (int k = 0; k < 2; k++) list[w].count += us_judge_count(&r->judge[k], r->judge[k].words, w);
  }
  const us_stream *side[2] = {&t->x->before.stream, &t->x->after.stream};
  for (int k = 0; k < 2; k++)
    for (size_t i = 0; i < side[k]->n; i++) list[side[k]->p[i].word].count += side[k]->p[i].is_word;
  qsort(list, t->words, sizeof *list, us_by_word_count);
  while (t->common_count < t->words && t->common_count < US_CHI_WORDS && list[t->common_count].count) {
    t->common_of[list[t->common_count].word] = (uint32_t)t->common_count;
    t->common_count++;
  }
  free(list);
  return true;
}

static bool count_reference(tables *t, int k) {
  const us_judge *j = &t->x->reference->judge[k];
  t->ref_content[k] = calloc(t->content_count + 1, sizeof(uint32_t));
  t->ref_common[k] = calloc(t->common_count + 1, sizeof(uint32_t));
  if (!t->ref_content[k] || !t->ref_common[k]) return false;
  for (uint32_t w = 0; w < t->words; w++) {
    if (t->content_of[w] != NOTHING) t->ref_content[k][t->content_of[w]] = us_judge_count(j, j->content, w);
    if (t->common_of[w] != NOTHING) t->ref_common[k][t->common_of[w]] = us_judge_count(j, j->words, w);
  }
  return true;
}

static bool make_sentences(tables *t, const us_comparable *c) {
  const us_comparison *x = t->x;
  t->sentences = calloc(x->sentences + 1, sizeof *t->sentences);
  t->everything = calloc(x->sentences + 1, sizeof *t->everything);
  if (!t->sentences || !t->everything) return false;
  for (size_t i = 0; i < x->sentences; i++) {
    t->everything[i] = (uint32_t)i;
    t->sentences[i].tokens = x->before.first[i + 1] - x->before.first[i];
  }
  for (size_t h = 0; h < x->hunks.n; h++) {
    sentence *s = &t->sentences[us_comparison_sentence(x, &x->hunks.p[h])];
    s->gain += c->edits[h].gain;
    s->removed += c->edits[h].removed;
    s->removed_held += c->edits[h].removed_held;
    s->made += c->edits[h].made;
    s->made_held += c->edits[h].made_held;
  }
  return true;
}

static bool tables_make(tables *t, const us_comparison *x, const us_comparable *c) {
  *t = (tables){.x = x, .words = x->reference->lexicon.ends.n};
  t->content_of = malloc(t->words * sizeof *t->content_of);
  t->common_of = malloc(t->words * sizeof *t->common_of);
  if (!t->content_of || !t->common_of) return false;
  for (size_t w = 0; w < t->words; w++) t->content_of[w] = t->common_of[w] = NOTHING;
  number_content(t, &x->before.stream);
  number_content(t, &x->after.stream);
  if (!number_common(t) || !count_reference(t, 0) || !count_reference(t, 1)) return false;
  t->content = calloc(t->content_count + 1, sizeof *t->content);
  t->common = calloc(t->common_count + 1, sizeof *t->common);
  return t->content && t->common && make_sentences(t, c);
}

static void tables_free(tables *t) {
  free(t->content_of);
  free(t->common_of);
  for (int k = 0; k < 2; k++) {
    free(t->ref_content[k]);
    free(t->ref_common[k]);
  }
  free(t->content);
  free(t->common);
  free(t->sentences);
  free(t->everything);
}

/* ---- figures ---- */

/* Those of one side, for the sentences in PICKS. */
static word_figures words_of(tables *t, const us_side *side, const uint32_t *picks, size_t count) {
  const us_reference *r = t->x->reference;
  uint64_t words = 0, content = 0;
  memset(t->content, 0, t->content_count * sizeof *t->content);
  memset(t->common, 0, t->common_count * sizeof *t->common);
  for (size_t p = 0; p < count; p++) {
    for (size_t i = side->first[picks[p]]; i < side->first[picks[p] + 1]; i++) {
      const us_stream_token *token = &side->stream.p[i];
      if (!token->is_word) continue;
      words++;
      if (t->common_of[token->word] != NOTHING) t->common[t->common_of[token->word]]++;
      if (!us_reference_is_content(r, token)) continue;
      content++;
      t->content[t->content_of[token->word]]++;
    }
  }
  word_figures sum = {0};
  int judges = 0;
  for (int k = 0; k < 2; k++) {
    const us_judge *j = &r->judge[k];
    if (!j->topic) continue;
    judges++;
    sum.divergence += us_jensen_shannon(t->content, content, t->ref_content[k], j->content_total, t->content_count);
    sum.chi_square += us_chi_square(t->common, words, t->ref_common[k], j->word_total, t->common_count);
  }
  return (word_figures){sum.divergence / judges, sum.chi_square / judges};
}

static double share(uint64_t part, uint64_t whole) { return whole ? (double)part / (double)whole : US_NAN; }

static us_shift attestation_of(const tables *t, const uint32_t *picks, size_t count) {
  uint64_t removed = 0, removed_held = 0, made = 0, made_held = 0;
  for (size_t p = 0; p < count; p++) {
    const sentence *s = &t->sentences[picks[p]];
    removed += s->removed;
    removed_held += s->removed_held;
    made += s->made;
    made_held += s->made_held;
  }
  return us_shift_of(share(removed_held, removed), share(made_held, made));
}

static double difference_of(const tables *t, const uint32_t *picks, size_t count) {
  double gain = 0;
  size_t tokens = 0;
  for (size_t p = 0; p < count; p++) {
    gain += t->sentences[picks[p]].gain;
    tokens += t->sentences[picks[p]].tokens;
  }
  return tokens ? gain / (double)tokens : US_NAN;
}

static void draw(void *data, const uint32_t *picks, size_t count, double *values) {
  tables *t = data;
  word_figures before = words_of(t, &t->x->before, picks, count), after = words_of(t, &t->x->after, picks, count);
  values[0] = difference_of(t, picks, count);
  values[1] = attestation_of(t, picks, count).change;
  values[2] = after.divergence - before.divergence;
  values[3] = after.chi_square - before.chi_square;
}

static double total_cost(const us_side *side) {
  double total = 0;
  for (size_t i = 0; i < side->stream.n; i++) total += side->cost[i];
  return total;
}

static void set_figures(tables *t, us_comparable *c) {
  const us_comparison *x = t->x;
  double tokens = (double)x->before.stream.n;
  word_figures before = words_of(t, &x->before, t->everything, x->sentences);
  word_figures after = words_of(t, &x->after, t->everything, x->sentences);
  c->difference = us_shift_of(total_cost(&x->before) / tokens, total_cost(&x->after) / tokens);
  c->attestation = attestation_of(t, t->everything, x->sentences);
  c->divergence = us_shift_of(before.divergence, after.divergence);
  c->chi_square = us_shift_of(before.chi_square, after.chi_square);
}

unspin_status us_comparison_figures(const us_comparison *x, const us_comparable_options *options, us_comparable *c,
                                    unspin_error *err) {
  tables t;
  unspin_status status = tables_make(&t, x, c) ? UNSPIN_OK : us_nomem(err);
  if (!status) {
    us_interval interval[FIGURES];
    set_figures(&t, c);
    status = us_bootstrap_many(options->seed, options->rounds, x->sentences, FIGURES, draw, &t, interval, err);
    c->difference.interval = interval[0];
    c->attestation.interval = interval[1];
    c->divergence.interval = interval[2];
    c->chi_square.interval = interval[3];
  }
  tables_free(&t);
  return status;
}
