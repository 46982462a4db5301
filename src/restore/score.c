/* score.c - a candidate's features and their weighted sum. */
#include <math.h>

#include "restore/page.h"

/* How likely a word that the lexicon lacks is a name where it opens a sentence. */
#define UNKNOWN_RISK 0.4f
enum { MOST_WORDS = 4, MOST_CONDITIONS = 3, MOST_REPEATED = 3 };

/* How often the words of elements [first, first + count) are the author's own elsewhere: the rarest word decides. */
static float own_count(const unspin_session *s, uint32_t first, uint8_t count) {
  const us_matcher *m = &s->knowledge->matcher;
  uint32_t least = UINT32_MAX;
  for (uint8_t k = 0; k < count; k++) {
    us_element_record e = m->elements[first + k];
    us_slice word = us_matcher_string(m, e.text, e.len);
    if (us_forms_flags(s->knowledge->forms, us_forms_word(s->knowledge->forms, word)) & US_WF_FUNCTION) continue;
    uint32_t own = us_evidence_of(&s->evidence, word).own;
    if (own < least) least = own;
  }
  return least == UINT32_MAX ? 0 : logf(1 + (float)least);
}

/* The same for the words of the spun phrase, as they stand: "Secretary of State" says nothing about "stated". */
static float own_spun_count(unspin_session *s, const us_arc *arc) {
  uint32_t least = UINT32_MAX;
  for (uint32_t i = arc->first; i < arc->last; i++) {
    if (us_forms_flags(s->knowledge->forms, s->page.tagged[i].word) & US_WF_FUNCTION) continue;
    uint32_t own = us_evidence_of(&s->evidence, us_page_folded(s, i)).own;
    if (own < least) least = own;
  }
  return least == UINT32_MAX ? 0 : logf(1 + (float)least);
}

static void condition_features(const unspin_session *s, const us_row_record *r, us_arc *arc) {
  const us_matcher *m = &s->knowledge->matcher;
  int hard = 0;
  for (uint8_t k = 0; k < r->condition_count; k++) {
    const us_condition_record *c = &m->conditions[r->condition + k];
    if (c->kind != US_WHEN_NEAR) {
      hard += !c->negated;
      continue;
    }
    bool hit = false;
    for (uint16_t i = 0; i < c->count && !hit; i++) {
      uint32_t symbol = m->items[c->first + i];
      hit = symbol < m->symbol_count && us_evidence_saw_symbol(&s->evidence, symbol);
    }
    arc->feature[hit ? US_F_near_hit : US_F_near_miss] = 1;
  }
  arc->feature[US_F_conditions] = (float)(hard > MOST_CONDITIONS ? MOST_CONDITIONS : hard);
}

/* A word that stands there more often than in anybody's English is what a spinner always puts for some other word. */
static float repeated(const unspin_session *s, const us_row_record *r, uint32_t row) {
  float per_million = isnan(r->rate_spun) ? 1 : expf(r->rate_spun),
        expected = per_million * (float)s->evidence.words / 1e6f;
  float v = logf((float)(s->row_count[row] ? s->row_count[row] : 1) / (1 + expected));
  return v < 0 ? 0 : v > MOST_REPEATED ? MOST_REPEATED : v;
}

void us_score(unspin_session *s, us_arc *arc) {
  const us_row_record *r = &s->knowledge->matcher.rows[arc->row];
  float *f = arc->feature;
  f[US_F_bias] = 1;
  f[US_F_strength1 + r->strength - 1] = 1;
  uint32_t words = arc->last - arc->first - 1;
  f[US_F_words] = (float)(words > MOST_WORDS ? MOST_WORDS : words);
  if (isnan(r->rate_spun)) f[US_F_uncounted] = 1;
  else f[US_F_innocent] = log1pf(expf(r->rate_spun));
  if (!isnan(r->rate_plain)) f[US_F_plain] = log1pf(expf(r->rate_plain));
  condition_features(s, r, arc);
  f[US_F_repeated] = repeated(s, r, arc->row);
  f[US_F_own_plain] = own_count(s, r->plain, r->plain_count);
  f[US_F_own_spun] = own_spun_count(s, arc);
  us_token first = s->page.tokens.p[arc->first];
  if (first.shape == US_SHAPE_TITLE && !(r->flags & US_ROW_CASED)) {
    us_word word = s->page.tagged[arc->first].word;
    f[US_F_name_risk] = word ? (float)us_forms_capital_share(s->knowledge->forms, word) / 255 : UNKNOWN_RISK;
  }
  f[US_F_share] = (float)s->share_feature;
  arc->score = 0;
  for (int i = 0; i < US_FEATURE_COUNT; i++) arc->score += s->knowledge->engine.weight[i] * (double)f[i];
}
