/* score.c - a candidate's features, and its odds. */
#include <math.h>

#include "restore/siblings.h"

/* How likely a word that the lexicon lacks is a name where it opens a sentence. */
#define UNKNOWN_RISK 0.4f
#define NOT_IN_CHANNEL 4.0f /* ln rank */
enum { MOST_WORDS = 4, MOST_CONDITIONS = 3, MOST_REPEATED = 3, PREFIX = 4 };

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
    if (words[i].flags & US_WF_FUNCTION) continue;
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
  return least - US_PHRASE_LOSS * (float)(n - 1);
}

static void condition_features(const unspin_session *s, const us_arc *arc, float *f) {
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
    f[hit ? US_F_near_hit : US_F_near_miss] = 1;
  }
  f[US_F_conditions] = (float)(hard > MOST_CONDITIONS ? MOST_CONDITIONS : hard);
}

static void row_features(const unspin_session *s, const us_arc *arc, float *f) {
  const us_row_record *r = arc->row;
  if (us_row_is_learned(r)) return; /* it says what learned_features counts */
  f[US_F_row] = 1;
  f[US_F_strength1 + r->strength - 1] = 1;
  f[US_F_row_share] = us_strength_share(r->strength) / arc->rows;
  if (isnan(r->rate_spun)) f[US_F_uncounted] = 1;
  else f[US_F_innocent] = log1pf(expf(r->rate_spun));
  condition_features(s, arc, f);
  for (int i = 0; i < US_FAMILIES; i++) f[US_F_of_news + i] = arc->families >> i & 1;
}

/* LOG10 of a probability on a scale from LEAST up. */
static float above(uint8_t q, float least) {
  if (q == US_CHANNEL_NO_P) return 0;
  float v = us_channel_log10(q) + least;
  return v > 0 ? v : 0;
}

static void pair_features(const us_arc *arc, float *f) {
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
  f[US_F_observed_count] = us_channel_ln_count(p->observed_count);
  f[US_F_judged] = above(p->judged, 2.5f);
}

/* Rows that were learned speak like the learned pairs of the channel, not like rows that somebody vouches for. */
static void learned_features(const us_arc *arc, float *f) {
  const us_row_record *r = arc->learned;
  if (!r) return;
  f[US_F_emitted] = fmaxf(f[US_F_emitted], above(r->emitted, 4));
  f[US_F_observed] = fmaxf(f[US_F_observed], above(r->observed, 3));
  f[US_F_observed_count] = fmaxf(f[US_F_observed_count], us_channel_ln_count(r->observed_count));
}

static void shape_features(const unspin_session *s, const us_arc *arc, float *f) {
  const us_page *p = &s->page;
  uint32_t begin = p->tokens.p[arc->first].begin, end = p->tokens.p[arc->last - 1].end,
           spun_words = arc->last - arc->first;
  uint32_t more = spun_words - 1;
  f[US_F_words] = (float)(more > MOST_WORDS ? MOST_WORDS : more);
  f[US_F_words_more] = (float)arc->word_count - (float)spun_words;
  f[US_F_letters] = ((float)arc->after.n - (float)(end - begin)) / 5;
  f[US_F_length] = (float)(end - begin) / 10;
  if (end - begin >= PREFIX && arc->after.n >= PREFIX) {
    bool same = true;
    for (int i = 0; i < PREFIX; i++) same &= (arc->after.p[i] | 32) == (p->text.p[begin + (uint32_t)i] | 32);
    f[US_F_prefix] = same;
  }
  f[US_F_function] = arc->words[0].flags & US_WF_FUNCTION ? 1.0f : 0.0f;
  f[US_F_form] = arc->tag != arc->plain_tag;
  us_pos pos = us_tag_pos((us_tag)arc->tag);
  f[US_F_verb] = pos == US_POS_VERB;
  f[US_F_noun] = pos == US_POS_NOUN;
}

static void document_features(const unspin_session *s, const us_arc *arc, float *f) {
  const us_place *place = &s->place;
  presence plain = presence_of(s, arc->words, arc->word_count);
  f[US_F_own_plain] = plain.own;
  f[US_F_own_spun] = place->own;
  f[US_F_seen_plain] = plain.seen;
  float c = commonness(arc->words, arc->word_count), k = place->common;
  f[US_F_common] = c - k;
  f[US_F_common_plain] = c;
  f[US_F_common_spun] = k;
  if (arc->group) f[US_F_output] = arc->group->output - k;
  f[US_F_repeated] = place->repeated;
  if (!(arc->row && arc->row->flags & US_ROW_CASED)) f[US_F_name_risk] = place->name_risk;
}

void us_source_features(const us_arc *arc, float f[US_FEATURE_COUNT]) {
  pair_features(arc, f);
  learned_features(arc, f);
  if (!us_row_is_written(arc->row)) return;
  if (isnan(arc->row->rate_spun)) f[US_F_uncounted] = 1;
  else f[US_F_innocent] = log1pf(expf(arc->row->rate_spun));
}

/* ---- places ---- */

static void look_at_place(unspin_session *s, uint32_t first, uint32_t last) {
  const us_page *p = &s->page;
  us_place *place = &s->place;
  if (place->first == first && place->last == last) return;
  const us_lexeme *words = p->lexemes + first;
  size_t n = last - first;
  presence spun = presence_of(s, words, n);
  float common = commonness(words, n), expected = powf(10, common) * (float)s->evidence.words / 1e6f,
        repeated = logf((spun.count > 1 ? spun.count : 1) / (1 + expected));
  *place = (us_place){.first = first, .last = last, .own = spun.own, .common = common};
  place->repeated = repeated < 0 ? 0 : repeated > MOST_REPEATED ? MOST_REPEATED : repeated;
  if (p->tokens.p[first].shape == US_SHAPE_TITLE) {
    us_word word = p->tagged[first].word;
    place->name_risk = word ? (float)us_forms_capital_share(s->knowledge->forms, word) / 255 : UNKNOWN_RISK;
  }
  place->key = us_words_key(words, n);
  us_company_place(s, place);
}

/* ---- all together ---- */

void us_features(unspin_session *s, const us_arc *arc, float f[US_FEATURE_COUNT]) {
  memset(f, 0, US_FEATURE_COUNT * sizeof *f);
  f[US_F_tag_other] = arc->tag_other;
  f[US_F_tag_guessed] = arc->tag_guessed;
  if (!arc->word_count) return;
  look_at_place(s, arc->first, arc->last);
  if (arc->row) row_features(s, arc, f);
  pair_features(arc, f);
  learned_features(arc, f);
  f[US_F_choices] = logf(1 + (float)arc->others);
  f[US_F_model] = arc->model;
  f[US_F_model_right] = arc->model_right;
  f[US_F_model_kept] = arc->model_kept;
  shape_features(s, arc, f);
  document_features(s, arc, f);
  us_company_features(s, arc, f);
  us_compose_features(arc, f);
  memcpy(&f[US_F_page_gain], s->survey, sizeof s->survey);
  f[US_F_votes] = us_votes_of(s, arc->key, s->place.key);
}

/* Candidates that wait to be scored together. */
typedef struct team {
  float feature[US_SCORER_TEAM][US_FEATURE_COUNT];
  us_arc *arc[US_SCORER_TEAM];
  size_t n;
} team;

static void score_team(const unspin_session *s, team *t) {
  double odds[US_SCORER_TEAM];
  if (t->n == 0) return;
  us_scorer_odds_team(us_scorer_of(s), t->feature, t->n, odds);
  for (size_t k = 0; k < t->n; k++) /* what only siblings offer the scorer has never seen */
    if (us_arc_only_siblings(t->arc[k])) odds[k] = us_siblings_own_odds(s, t->arc[k]);
    else if (us_arc_only_mends(t->arc[k])) odds[k] = us_mend_odds(s, t->arc[k]);
    else if (t->arc[k]->expression & US_ARC_MEND) odds[k] = fmax(odds[k], us_mend_odds(s, t->arc[k]));
  for (size_t k = 0; k < t->n; k++)
    if (t->arc[k]->expression & US_ARC_COMPOUND) odds[k] += s->knowledge->engine.gate.compound;
  for (size_t k = 0; k < t->n; k++)
    t->arc[k]->score = odds[k] + s->knowledge->engine.gate.bias + s->options->lean + us_taught_odds(s, t->arc[k]) +
                       us_siblings_odds(s, t->arc[k]);
  t->n = 0;
}

static void score(unspin_session *s, us_arc *arc, team *t) {
  if (!arc->word_count) { /* nothing but blanks: no candidate */
    arc->score = -100;
    return;
  }
  us_features(s, arc, t->feature[t->n]);
  t->arc[t->n++] = arc;
  if (t->n == US_SCORER_TEAM) score_team(s, t);
}

/* Candidates of one place compete: each is told how many there are and what their rows are worth together. */
static void count_others(us_arc *arcs, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t others = 0;
    float rows = 0;
    for (size_t k = 0; k < n; k++) {
      if (arcs[k].last != arcs[i].last) continue;
      others += k != i;
      if (us_row_is_written(arcs[k].row)) rows += us_strength_share(arcs[k].row->strength);
    }
    arcs[i].others = others;
    arcs[i].rows = rows;
  }
}

bool us_score_page(unspin_session *s) {
  us_page *p = &s->page;
  if (p->has_scores) return true;
  if (p->arcs.n && !p->has_context && !us_context_fill(s)) return false;
  us_context_gains(s);
  team t = {0};
  for (size_t i = 0, end; i < p->arcs.n; i = end) {
    for (end = i + 1; end < p->arcs.n && p->arcs.p[end].first == p->arcs.p[i].first;) end++;
    for (size_t k = i; k < end; k++) { /* all wait for memory together */
      us_votes_prefetch(s, p->arcs.p[k].key);
      us_company_prefetch(s, &p->arcs.p[k]);
    }
    count_others(p->arcs.p + i, end - i);
    for (size_t k = i; k < end; k++) score(s, &p->arcs.p[k], &t);
  }
  score_team(s, &t);
  return !s->text.failed && !s->fold.failed;
}
