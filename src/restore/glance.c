/* glance.c - a first look at a document, at a small part of the price: may it be spun at all?
 *
 * How suspicious a word is, is found out once from what its candidates are by themselves (engine.tsv weighs that), and
 * remembered. A document of words that are above suspicion is let pass at once. Otherwise candidates are made and
 * judged where a suspicious word stands, as if the rest were clean; if these places tell too little, the document is
 * let pass as well. All others are gone over from the beginning, in full. */
#include <math.h>
#include <stdlib.h>

#include "restore/pass.h"

/* Candidates of one reading that are looked at. */
enum { MOST_PAIRS = 24 };

typedef struct glance {
  unspin_totals *totals;
  uint32_t gb_votes, us_votes;
  double words, places; /* expected number of spun words: by the words alone; by what is found where they stand */
  bool telling;
} glance;

/* ---- a word by itself ---- */

static double weigh(const unspin_session *s, const float feature[US_FEATURE_COUNT]) {
  const us_engine *e = &s->knowledge->engine;
  double sum = e->glance_bias;
  for (size_t i = 0; i < e->glance_count; i++) sum += e->glance[i].weight * (double)feature[e->glance[i].feature];
  return sum;
}

/* The most suspicious candidate of one reading. */
static double worst_pair(unspin_session *s, us_pos pos, us_word word, float common) {
  const us_channel *c = &s->knowledge->channel;
  const us_channel_group *g = us_channel_find(c, us_channel_key(pos, &word, 1));
  double worst = -HUGE_VAL;
  for (uint8_t i = 0; g && i < g->count && i < MOST_PAIRS; i++) {
    us_arc arc = {.group = g, .pair = &c->pairs[g->first + i], .rank = i};
    float feature[US_FEATURE_COUNT] = {0};
    us_source_features(&arc, feature);
    feature[US_F_common_spun] = common;
    feature[US_F_common_plain] = us_channel_common(s, arc.pair->plain);
    feature[US_F_output] = g->output - common;
    worst = fmax(worst, weigh(s, feature));
  }
  return worst;
}

/* The most suspicious row for token I alone. */
static double worst_row(unspin_session *s, size_t i, float common) {
  const us_matcher *m = &s->knowledge->tables[0].matcher;
  double worst = -HUGE_VAL;
  us_token_key key;
  us_page_make_key(s, 0, i, &key);
  s->matches.n = 0;
  if (!us_matcher_find(m, &key, 1, 0, &s->matches)) return HUGE_VAL;
  for (size_t k = 0; k < s->matches.n; k++) {
    const us_row_record *row = &m->rows[s->matches.p[k].row];
    us_arc arc = {.row = row, .learned = us_row_is_learned(row) ? row : NULL};
    float feature[US_FEATURE_COUNT] = {0};
    us_source_features(&arc, feature);
    if (!arc.learned) feature[US_F_strength1 + row->strength - 1] = 1;
    feature[US_F_common_spun] = feature[US_F_common_plain] = common;
    worst = fmax(worst, weigh(s, feature));
  }
  return worst;
}

static double suspicion_of(unspin_session *s, size_t i) {
  us_word word = s->page.tagged[i].word;
  us_readings r = us_forms_readings(s->knowledge->forms, word);
  float common = us_word_common(s, word);
  double worst = fmax(worst_row(s, i, common), worst_pair(s, US_POS_FUNCTION, word, common));
  for (size_t j = 0; j < r.n; j++) {
    us_pos pos = us_tag_pos((us_tag)r.p[j].tag);
    bool repeated = pos == US_POS_NONE || pos == US_POS_FUNCTION;
    for (size_t k = 0; k < j; k++) repeated |= r.p[k].lemma == r.p[j].lemma && us_tag_pos((us_tag)r.p[k].tag) == pos;
    if (!repeated) worst = fmax(worst, worst_pair(s, pos, r.p[j].lemma, common));
  }
  return worst;
}

/* Suspicion is remembered in sixteenths from LEAST on, 0: not yet. */
#define LEAST (-10.0)
enum { STEPS = 16, MOST_STEPS = 255 };

static uint8_t steps_of(double suspicion) {
  double steps = (suspicion - LEAST) * STEPS;
  return steps >= MOST_STEPS ? MOST_STEPS : steps > 1 ? (uint8_t)steps : 1;
}

/* How suspicious token I is, natural-log odds; LEAST where nothing may be changed. What the lexicon lacks may be
 * anything. */
static double suspicion_at(unspin_session *s, size_t i) {
  us_token t = s->page.tokens.p[i];
  if (t.kind != US_TOK_WORD || t.flags & (US_TF_LOCKED | US_TF_NAME)) return LEAST;
  us_word word = s->page.tagged[i].word;
  if (!word) return s->knowledge->engine.gate.glance_word;
  uint8_t *known = &s->suspicion[word];
  if (!*known) *known = steps_of(suspicion_of(s, i));
  return LEAST + (double)*known / STEPS;
}

/* ---- a page ---- */

static double smoothed(const unspin_session *s, const glance *g) {
  return (double)g->totals->words + s->knowledge->engine.gate.smoothing;
}

static void count(unspin_session *s, glance *g) {
  const us_page *p = &s->page;
  for (size_t i = 0; i < p->tokens.n; i++) {
    us_token t = p->tokens.p[i];
    g->totals->sentences += (t.flags & US_TF_SENTENCE) != 0;
    g->totals->words += t.kind == US_TOK_WORD || t.kind == US_TOK_ABBREV || t.kind == US_TOK_NUMBER;
    if (t.kind != US_TOK_WORD && t.kind != US_TOK_ABBREV) continue;
    unspin_dialect d = us_dialect_of(s->knowledge->forms, p->tagged[i].word);
    g->gb_votes += d == UNSPIN_DIALECT_GB;
    g->us_votes += d == UNSPIN_DIALECT_US;
  }
}

bool us_is_suspicious(unspin_session *s, size_t i) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  return suspicion_at(s, i) >= (s->options->fast ? g->fast_word : g->glance_word);
}

static bool look_at_words(unspin_session *s, void *context) {
  glance *g = context;
  count(s, g);
  for (size_t i = 0; i < s->page.tokens.n; i++) {
    double suspicion = suspicion_at(s, i);
    if (suspicion > LEAST) g->words += s->odds_share[steps_of(suspicion)];
  }
  return !s->fold.failed && !s->text.failed;
}

/* Adds up the share of all that could have stood in each place against what does. */
static void weigh_places(const unspin_session *s, glance *g) {
  const us_page *p = &s->page;
  const us_gate_settings *gate = &s->knowledge->engine.gate;
  for (size_t i = 0, end; i < p->arcs.n; i = end) {
    double sum = 0;
    for (end = i; end < p->arcs.n && p->arcs.p[end].first == p->arcs.p[i].first; end++)
      sum += exp(p->arcs.p[end].score - gate->bias - s->options->lean);
    g->places += sum / (1 + sum);
    if (log(sum) > gate->telling) g->telling = true;
  }
  if (g->places >= gate->glance_places * smoothed(s, g)) g->telling = true;
}

/* Judges the candidates that were gathered, and drops them. */
static bool judge(unspin_session *s, glance *g) {
  us_page *p = &s->page;
  p->has_gains = false;
  if (!us_score_page(s)) return false;
  weigh_places(s, g);
  p->arcs.n = 0;
  return true;
}

/* Candidates that are judged together: enough to be judged fast, few enough that a spun text soon tells. */
enum { TOGETHER = 96 };

static bool look_at_places(unspin_session *s, void *context) {
  glance *g = context;
  us_page *p = &s->page;
  if (g->telling) return true;
  p->has_arcs = true;
  for (uint32_t i = 0; i < p->tokens.n && !g->telling; i++) {
    if (us_is_suspicious(s, i) && !us_suggest_at(s, i)) return false;
    if (p->arcs.n >= TOGETHER && !judge(s, g)) return false;
  }
  return p->arcs.n == 0 || g->telling || judge(s, g);
}

/* ---- the document ---- */

/* What else is known of the document is what clean text shows. False when out of memory. */
static bool expect_clean(unspin_session *s) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  memset(s->survey, 0, sizeof s->survey);
  s->survey[0] = (float)g->clean_gain;
  s->survey[1] = (float)g->clean_rows;
  s->survey[2] = (float)g->clean_model;
  s->dialect = s->options->dialect ? s->options->dialect : UNSPIN_DIALECT_GB;
  return us_votes_reset(s);
}

/* exp(x) / (1 + exp(x)) for every step of suspicion. */
bool us_suspicion_begin(unspin_session *s) {
  if (s->suspicion) return true;
  s->odds_share = malloc((MOST_STEPS + 1) * sizeof *s->odds_share);
  s->suspicion = calloc((size_t)us_forms_word_count(s->knowledge->forms) + 1, 1);
  for (int i = 0; s->odds_share && i <= MOST_STEPS; i++) s->odds_share[i] = 1 / (1 + exp(-LEAST - (double)i / STEPS));
  return s->odds_share && s->suspicion;
}

static bool can_glance(const unspin_session *s, us_slice document) {
  const unspin_knowledge *k = s->knowledge;
  return !s->options->assume_spun && !s->options->like_len && !s->options->sibling_count && k->table_count == 1 &&
         k->engine.glance_count && (double)document.n >= k->engine.gate.glance_least;
}

static unspin_dialect dialect_of(const unspin_session *s, const glance *g) {
  if (s->options->dialect) return s->options->dialect;
  return g->us_votes > g->gb_votes ? UNSPIN_DIALECT_US : UNSPIN_DIALECT_GB;
}

static bool look(unspin_session *s, us_slice document, unspin_totals *totals, bool *clean) {
  if (!us_suspicion_begin(s) || !us_begin_document(s)) return false;
  *totals = (unspin_totals){.bytes = document.n, .gated = true};
  glance g = {.totals = totals};
  if (!expect_clean(s) || !us_sweep(s, document, look_at_words, &g)) return false;
  totals->dialect = dialect_of(s, &g);
  *clean = g.words < s->knowledge->engine.gate.glance_words * smoothed(s, &g);
  if (*clean || s->options->fast) return true;
  if (!us_sweep(s, document, look_at_places, &g)) return false;
  *clean = !g.telling;
  return true;
}

bool us_glance(unspin_session *s, us_slice document, unspin_totals *totals, bool *clean) {
  *clean = false;
  if (!can_glance(s, document)) return true;
  us_quotations before = s->quotations;
  s->quotations = US_QUOTATIONS_SHUT; /* they alone do not make a document spun */
  bool ok = look(s, document, totals, clean);
  s->quotations = before;
  return ok;
}
