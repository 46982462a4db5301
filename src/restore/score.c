/* score.c - a candidate's features, and its odds. */
#include <math.h>

#include "restore/page.h"

/* How likely a word that the lexicon lacks is a name where it opens a sentence. */
#define UNKNOWN_RISK 0.4f
/* log10 per million that a phrase loses with every word: few phrases are as common as their rarest word. */
#define PHRASE_LOSS 1.5f
#define NOT_IN_CHANNEL 4.0f /* ln rank */
enum { MOST_WORDS = 4, MOST_CONDITIONS = 3, MOST_REPEATED = 3, MOST_LEXEMES = 16, PREFIX = 4 };

float us_strength_share(int strength) {
  static const float share[] = {0, .05f, .15f, .4f, .7f, .95f};
  return share[strength];
}

/* What the document says of some words: the rarest content word decides. */
typedef struct presence {
  float own, seen, count;
} presence;

static presence presence_of(const unspin_session *s, const us_lexeme *words, size_t n) {
  uint32_t own = UINT32_MAX, seen = UINT32_MAX;
  for (size_t i = 0; i < n; i++) {
    if (us_forms_flags(s->knowledge->forms, words[i].form) & US_WF_FUNCTION) continue;
    us_word_evidence e = us_evidence_at(&s->evidence, words[i].key);
    if (e.own < own) own = e.own;
    if (e.lower + e.capital < seen) seen = e.lower + e.capital;
  }
  if (own == UINT32_MAX) return (presence){0};
  return (presence){logf(1 + (float)own), logf(1 + (float)seen), (float)seen};
}

static float commonness(const us_lexeme *words, size_t n) {
  float least = 6;
  for (size_t i = 0; i < n; i++)
    if (words[i].common < least) least = words[i].common;
  return least - PHRASE_LOSS * (float)(n - 1);
}

static void condition_features(const unspin_session *s, us_arc *arc) {
  const us_table *t = &s->knowledge->tables[arc->table];
  const us_matcher *m = &t->matcher;
  int hard = 0;
  for (uint8_t k = 0; k < arc->row->condition_count; k++) {
    const us_condition_record *c = &m->conditions[arc->row->condition + k];
    if (c->kind != US_WHEN_NEAR) {
      hard += !c->negated;
      continue;
    }
    bool hit = false;
    for (uint16_t i = 0; i < c->count && !hit; i++) {
      uint32_t symbol = m->items[c->first + i];
      hit = symbol < m->symbol_count && us_evidence_saw_symbol(&s->evidence, t->symbol_base + symbol);
    }
    arc->feature[hit ? US_F_near_hit : US_F_near_miss] = 1;
  }
  arc->feature[US_F_conditions] = (float)(hard > MOST_CONDITIONS ? MOST_CONDITIONS : hard);
}

static void row_features(const unspin_session *s, us_arc *arc, float row_total) {
  float *f = arc->feature;
  const us_row_record *r = arc->row;
  f[US_F_row] = 1;
  f[US_F_strength1 + r->strength - 1] = 1;
  f[US_F_row_share] = us_strength_share(r->strength) / row_total;
  if (isnan(r->rate_spun)) f[US_F_uncounted] = 1;
  else f[US_F_innocent] = log1pf(expf(r->rate_spun));
  condition_features(s, arc);
  for (int i = 0; i < US_FAMILIES; i++) f[US_F_of_news + i] = arc->families >> i & 1;
}

/* LOG10 of a probability on a scale from LEAST up. */
static float above(uint8_t q, float least) {
  if (q == US_CHANNEL_NO_P) return 0;
  float v = us_channel_log10(q) + least;
  return v > 0 ? v : 0;
}

static void pair_features(us_arc *arc) {
  float *f = arc->feature;
  f[US_F_rank] = NOT_IN_CHANNEL;
  const us_channel_pair *p = arc->pair;
  if (!p) return;
  f[US_F_rank] = logf(1 + (float)arc->rank);
  f[US_F_synonym] = (p->relations & US_REL_SYNONYM) != 0;
  f[US_F_near] = (p->relations & US_REL_NEAR) != 0;
  f[US_F_narrow] = (p->relations & US_REL_NARROW) != 0;
  f[US_F_listed] = (p->relations & US_REL_LISTED) != 0;
  f[US_F_reverse] = (p->relations & US_REL_REVERSE) != 0;
  if (p->ranks & 15) f[US_F_sense_plain] = 1 / (float)(p->ranks & 15);
  if (p->ranks >> 4) f[US_F_sense_spun] = 1 / (float)(p->ranks >> 4);
  f[US_F_makers] = (float)p->makers / 4;
  f[US_F_simulated] = above(p->simulated, 4);
  f[US_F_emitted] = above(p->emitted, 4);
  f[US_F_observed] = above(p->observed, 3);
  f[US_F_observed_count] = (float)p->observed_count / 8;
}

static void shape_features(const unspin_session *s, us_arc *arc, const us_lexeme *words, int n) {
  const us_page *p = &s->page;
  float *f = arc->feature;
  uint32_t begin = p->tokens.p[arc->first].begin, end = p->tokens.p[arc->last - 1].end,
           spun_words = arc->last - arc->first;
  uint32_t more = spun_words - 1;
  f[US_F_words] = (float)(more > MOST_WORDS ? MOST_WORDS : more);
  f[US_F_words_more] = (float)n - (float)spun_words;
  f[US_F_letters] = ((float)arc->after.n - (float)(end - begin)) / 5;
  f[US_F_length] = (float)(end - begin) / 10;
  if (end - begin >= PREFIX && arc->after.n >= PREFIX) {
    bool same = true;
    for (int i = 0; i < PREFIX; i++) same &= (arc->after.p[i] | 32) == (p->text.p[begin + (uint32_t)i] | 32);
    f[US_F_prefix] = same;
  }
  f[US_F_function] = n > 0 && us_forms_flags(s->knowledge->forms, words[0].form) & US_WF_FUNCTION;
  f[US_F_form] = arc->tag != arc->plain_tag;
  us_pos pos = us_tag_pos((us_tag)arc->tag);
  f[US_F_verb] = pos == US_POS_VERB;
  f[US_F_noun] = pos == US_POS_NOUN;
}

static void document_features(const unspin_session *s, us_arc *arc, const us_lexeme *words, int n) {
  const us_page *p = &s->page;
  float *f = arc->feature;
  const us_lexeme *spun_words = p->lexemes + arc->first;
  size_t spun_count = arc->last - arc->first;
  presence plain = presence_of(s, words, (size_t)n), spun = presence_of(s, spun_words, spun_count);
  f[US_F_own_plain] = plain.own;
  f[US_F_own_spun] = spun.own;
  f[US_F_seen_plain] = plain.seen;
  float c = commonness(words, (size_t)n), k = commonness(spun_words, spun_count);
  f[US_F_common] = c - k;
  f[US_F_common_plain] = c;
  f[US_F_common_spun] = k;
  if (arc->group) f[US_F_output] = arc->group->output - k;
  float expected = powf(10, k) * (float)s->evidence.words / 1e6f,
        v = logf((spun.count > 1 ? spun.count : 1) / (1 + expected));
  f[US_F_repeated] = v < 0 ? 0 : v > MOST_REPEATED ? MOST_REPEATED : v;
  us_token first = p->tokens.p[arc->first];
  if (first.shape == US_SHAPE_TITLE && !(arc->row && arc->row->flags & US_ROW_CASED)) {
    us_word word = p->tagged[arc->first].word;
    f[US_F_name_risk] = word ? (float)us_forms_capital_share(s->knowledge->forms, word) / 255 : UNKNOWN_RISK;
  }
}

/* One key for the words that ARC would replace. */
static uint64_t spun_key(const unspin_session *s, const us_arc *arc) {
  uint64_t key = 0;
  for (uint32_t i = arc->first; i < arc->last; i++) key = key * 31 + s->page.lexemes[i].key;
  return key;
}

bool us_score(unspin_session *s, us_arc *arc, uint32_t others, float row_total) {
  us_lexeme words[MOST_LEXEMES];
  int n = us_lexemes_of(s, arc->after, words, MOST_LEXEMES);
  if (n < 0) return false;
  if (n == 0) { /* nothing but blanks: no candidate */
    arc->score = -100;
    return true;
  }
  if (arc->row) row_features(s, arc, row_total);
  pair_features(arc);
  arc->feature[US_F_choices] = logf(1 + (float)others);
  shape_features(s, arc, words, n);
  document_features(s, arc, words, n);
  if (s->knowledge->model) us_context_features(s, arc, words, n);
  us_company_features(s, arc, words, n);
  memcpy(&arc->feature[US_F_page_gain], s->survey, sizeof s->survey);
  uint64_t key = words[0].key;
  for (int i = 1; i < n; i++) key = key * 31 + words[i].key;
  arc->key = key;
  arc->feature[US_F_votes] = us_votes_of(s, key, spun_key(s, arc));
  arc->score = us_scorer_odds(&s->knowledge->scorer, arc->feature) + s->knowledge->engine.gate.bias + s->options->lean;
  return true;
}

/* Candidates of one place compete: each is told how many there are and what their rows are worth together. */
bool us_score_page(unspin_session *s) {
  us_page *p = &s->page;
  if (p->arcs.n && !p->has_context && !us_context_fill(s)) return false;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    uint32_t others = 0;
    float rows = 0;
    size_t from = i, to = i;
    while (from > 0 && p->arcs.p[from - 1].first == a->first) from--;
    while (to < p->arcs.n && p->arcs.p[to].first == a->first) to++;
    for (size_t k = from; k < to; k++) {
      if (p->arcs.p[k].last != a->last) continue;
      others += k != i;
      if (p->arcs.p[k].row) rows += us_strength_share(p->arcs.p[k].row->strength);
    }
    if (!us_score(s, &p->arcs.p[i], others, rows)) return false;
  }
  return !s->text.failed && !s->fold.failed;
}
