#include "restore/pass.h"

#include <math.h>
#include <stdlib.h>

#include "restore/siblings.h"
#include "text/window.h"

/* Kept for an edit, whatever the options ask for. */
enum { MOST_REASONS = 16, MOST_ALTERNATIVES = 16 };

double us_confidence(const us_page *p, const us_arc *arc) {
  double total = 1;
  size_t at = (size_t)(arc - p->arcs.p);
  for (size_t i = at; i-- > 0 && p->arcs.p[i].first + US_PATTERN_MAX > arc->first;)
    if (p->arcs.p[i].last > arc->first) total += exp(p->arcs.p[i].score);
  for (size_t i = at; i < p->arcs.n && p->arcs.p[i].first < arc->last; i++) total += exp(p->arcs.p[i].score);
  return exp(arc->score) / total;
}

/* What a sweep over a document does with the pages at its beginning. */
typedef enum sweep {
  SWEEP_PLAIN,  /* nothing: it is another document */
  SWEEP_KEEP,   /* keeps them */
  SWEEP_SURVEY, /* goes over these only, and keeps what comes out */
  SWEEP_AGAIN   /* takes what was kept */
} sweep;

static bool do_page(unspin_session *s, us_slice document, us_slice window, size_t i, sweep how) {
  size_t offset = (size_t)(window.p - document.p);
  bool kept = how >= SWEEP_SURVEY && i < s->kept.n;
  return kept ? us_page_enter(s, i, window, offset) : us_page_load(s, window, offset);
}

static bool each_page(unspin_session *s, us_slice document, sweep how, us_page_work *work, void *context) {
  s->off = false;
  s->headline = true;
  us_slice window;
  size_t at = 0;
  for (size_t i = 0; us_window_next(document, &at, &window); i++) {
    if (how == SWEEP_SURVEY && i == s->kept.n) break;
    if (!do_page(s, document, window, i, how) || !work(s, context)) return false;
    bool begins = (size_t)(window.p - document.p) <= US_KEPT_BYTES;
    if (how == SWEEP_KEEP && begins && !us_page_keep(s)) return false;
    if (how == SWEEP_SURVEY && !us_page_keep_arcs(s, i)) return false;
  }
  return true;
}

bool us_each_page(unspin_session *s, us_slice document, us_page_work *work, void *context) {
  return each_page(s, document, SWEEP_AGAIN, work, context);
}

/* ---- first look ---- */

static bool gather_page(unspin_session *s, void *context) {
  (void)context;
  return us_gather(s);
}

/* ---- choosing ---- */

typedef struct output {
  us_arena *arena;
  us_edit_vec *edits, *suggestions; /* the latter may be NULL */
  us_change_vec changes;
  US_VEC(uint8_t) sureness; /* us_sureness of each edit */
  size_t dropped, candidates;
  double spun;    /* expected number of words that a spinner put in */
  size_t telling; /* words that hardly an author wrote */
} output;

static int by_weight(const void *a, const void *b) {
  double x = fabs(((const unspin_reason *)a)->value), y = fabs(((const unspin_reason *)b)->value);
  if (x != y) return x < y ? 1 : -1;
  return strcmp(((const unspin_reason *)a)->feature, ((const unspin_reason *)b)->feature);
}

size_t us_reasons(unspin_session *s, const us_arc *arc, unspin_reason *out) {
  size_t n = 0;
  float feature[US_FEATURE_COUNT], part[US_FEATURE_COUNT];
  us_features(s, arc, feature);
  us_scorer_explain(us_scorer_of(s), feature, part);
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++)
    if (part[f] != 0) out[n++] = (unspin_reason){us_feature_name(f), (double)part[f]};
  double siblings = us_siblings_odds(s, arc);
  if (siblings != 0) out[n++] = (unspin_reason){"siblings", siblings};
  qsort(out, n, sizeof *out, by_weight);
  return n;
}

static bool add_reasons(unspin_session *s, const us_arc *arc, us_arena *arena, unspin_edit *e) {
  size_t most = s->options->max_reasons < MOST_REASONS ? s->options->max_reasons : MOST_REASONS;
  if (most == 0) return true;
  unspin_reason all[US_REASONS_MOST];
  size_t n = us_reasons(s, arc, all);
  if (n > most) n = most;
  if (n == 0) return true;
  unspin_reason *copy = us_arena_alloc(arena, n * sizeof *copy);
  if (!copy) return false;
  memcpy(copy, all, n * sizeof *all);
  e->reasons = copy;
  e->reason_count = n;
  return true;
}

static bool copy_text(us_arena *arena, us_slice text, unspin_text *out) {
  char *p = us_arena_copy(arena, text);
  *out = (unspin_text){p, text.n};
  return p != NULL;
}

const char *us_arc_row(const us_arc *arc) {
  if (arc->row) return arc->row->id;
  if (us_arc_only_mends(arc)) return "mend";
  return arc->pair ? "channel" : us_arc_only_siblings(arc) ? "sibling" : "composed";
}

const char *us_arc_source(const unspin_session *s, const us_arc *arc) {
  /* ends in NUL; see us_matcher_open */
  if (arc->row) return s->knowledge->tables[arc->table].matcher.strings + arc->row->source;
  if (us_arc_only_mends(arc)) return "engine.tsv";
  return arc->pair ? "channel.bin" : us_arc_only_siblings(arc) ? "siblings" : "expressions.bin";
}

/* The best other candidates for the same tokens. */
static bool add_alternatives(const unspin_session *s, const us_arc *arc, us_arena *arena, unspin_edit *e) {
  const us_page *p = &s->page;
  const us_arc *best[MOST_ALTERNATIVES];
  size_t n = 0,
         most = s->options->max_alternatives < MOST_ALTERNATIVES ? s->options->max_alternatives : MOST_ALTERNATIVES;
  for (size_t i = 0; most && i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    if (a->first > arc->first) break;
    if (a == arc || a->first != arc->first || a->last != arc->last || us_slice_eq(a->after, arc->after)) continue;
    size_t at = n < most ? n++ : most;
    while (at > 0 && best[at - 1]->score < a->score) {
      if (at < most) best[at] = best[at - 1];
      at--;
    }
    if (at < most) best[at] = a;
  }
  if (n == 0) return true;
  unspin_alternative *list = us_arena_alloc(arena, n * sizeof *list);
  if (!list) return false;
  for (size_t i = 0; i < n; i++) {
    list[i] = (unspin_alternative){.row = us_arc_row(best[i]), .score = best[i]->score};
    if (!copy_text(arena, best[i]->after, &list[i].after)) return false;
  }
  e->alternatives = list;
  e->alternative_count = n;
  return true;
}

/* What people are told: how often such candidates are right. */
static double told_confidence(const unspin_session *s, const us_arc *arc) {
  return us_calibrated(&s->knowledge->engine.calibration, us_confidence(&s->page, arc));
}

static bool make_edit(unspin_session *s, const us_change *c, us_arena *arena, unspin_edit *out) {
  const us_page *p = &s->page;
  const us_arc *arc = &p->arcs.p[c->cause];
  unspin_edit e = {.begin = p->offset + p->tokens.p[c->first].begin,
                   .end = p->offset + p->tokens.p[c->last - 1].end,
                   .confidence = told_confidence(s, arc),
                   .model_gain = (double)arc->model,
                   .row = c->arc == US_REPAIR ? "repair" : us_arc_row(arc),
                   .source = us_arc_source(s, arc)};
  *out = e;
  if (!copy_text(arena, c->after, &out->after)) return false;
  return c->arc == US_REPAIR || (add_reasons(s, arc, arena, out) && add_alternatives(s, arc, arena, out));
}

static bool add_edit(unspin_session *s, const us_change *c, output *out) {
  unspin_edit e;
  return make_edit(s, c, out->arena, &e) &&
         us_vec_push(&out->sureness, (uint8_t)us_sureness_of(s, &s->page.arcs.p[c->cause])) &&
         us_vec_push(out->edits, e);
}

/* ---- suggesting ---- */

/* The likeliest of the candidates [from, to). */
static uint32_t likeliest(const us_page *p, size_t from, size_t to) {
  size_t best = from;
  for (size_t i = from; i < to; i++)
    if (p->arcs.p[i].score > p->arcs.p[best].score) best = i;
  return (uint32_t)best;
}

/* What no edit of the page, those from index FIRST on, has touched, and nearly would have. */
static bool suggest_page(unspin_session *s, size_t first, output *out) {
  const us_page *p = &s->page;
  const unspin_options *o = s->options;
  double least = o->suggest_from > 0 ? o->suggest_from : s->knowledge->engine.suggest_from;
  size_t behind = 0;
  for (size_t i = 0, end; least > 0 && i < p->arcs.n; i = end) {
    for (end = i + 1; end < p->arcs.n && p->arcs.p[end].first == p->arcs.p[i].first;) end++;
    uint32_t at = likeliest(p, i, end);
    const us_arc *a = &p->arcs.p[at];
    us_change c = {a->first, a->last, at, at, a->after};
    unspin_edit e;
    bool keeps = false;
    if (!a->word_count || a->first < behind || told_confidence(s, a) < least) continue;
    if (!us_keeps_meaning(s, &c, &keeps)) return false;
    if (!keeps) continue;
    size_t begin = p->offset + p->tokens.p[a->first].begin, stop = p->offset + p->tokens.p[a->last - 1].end;
    while (first < out->edits->n && out->edits->p[first].end <= begin) first++;
    if (first < out->edits->n && out->edits->p[first].begin < stop) continue;
    if (!make_edit(s, &c, out->arena, &e) || !us_vec_push(out->suggestions, e)) return false;
    behind = a->last;
  }
  return true;
}

/* A repair stands and falls with the change that asked for it. */
static bool is_kept(const us_change_vec *changes, size_t i, const bool *keeps) {
  if (changes->p[i].arc != US_REPAIR) return keeps[i];
  for (size_t k = i > 0 ? i - 1 : 0; k < changes->n && k <= i + 1; k++)
    if (changes->p[k].arc == changes->p[i].cause) return keeps[i] && keeps[k];
  return false;
}

/* Whether all that could have stood where ARC is, together, leave little doubt that this was not the author's. */
static bool is_telling(const unspin_session *s, size_t arc) {
  const us_page *p = &s->page;
  const us_arc *a = &p->arcs.p[arc];
  double sum = 0;
  size_t from = arc;
  while (from > 0 && p->arcs.p[from - 1].first == a->first) from--;
  for (size_t i = from; i < p->arcs.n && p->arcs.p[i].first == a->first; i++)
    if (p->arcs.p[i].last == a->last)
      sum += exp(p->arcs.p[i].score - s->knowledge->engine.gate.bias - s->options->lean);
  return log(sum) > s->knowledge->engine.gate.telling;
}

static void estimate(const unspin_session *s, const uint32_t *chosen, int n, output *out) {
  const us_page *p = &s->page;
  out->candidates += p->arcs.n;
  for (int i = 0; i < n; i++) {
    out->spun += us_confidence(p, &p->arcs.p[chosen[i]]);
    out->telling += is_telling(s, chosen[i]);
  }
}

static bool choose_page(unspin_session *s, void *context) {
  output *out = context;
  us_page *p = &s->page;
  if (!us_suggest(s) || !us_score_page(s)) return false;
  if (p->arcs.n == 0) return true;
  uint32_t *chosen = us_arena_alloc(&s->arena, (p->arcs.n + 1) * sizeof *chosen);
  int n = chosen ? us_decode(p, &s->arena, 0, chosen) : -1;
  if (n < 0) return false;
  estimate(s, chosen, n, out);
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (told_confidence(s, &p->arcs.p[chosen[i]]) >= s->options->min_confidence) chosen[kept++] = chosen[i];
  out->changes.n = 0;
  if (!us_repair(s, chosen, kept, &out->changes)) return false;
  bool *keeps = us_arena_zalloc(&s->arena, out->changes.n + 1, sizeof *keeps);
  if (!keeps) return false;
  size_t first = out->edits->n;
  for (size_t i = 0; i < out->changes.n; i++)
    if (!us_keeps_meaning(s, &out->changes.p[i], &keeps[i])) return false;
  for (size_t i = 0; i < out->changes.n; i++) {
    if (!is_kept(&out->changes, i, keeps)) {
      if (out->changes.p[i].arc != US_REPAIR) out->dropped++;
      continue;
    }
    if (!add_edit(s, &out->changes.p[i], out)) return false;
  }
  return !out->suggestions || suggest_page(s, first, out);
}

bool us_begin_document(unspin_session *s) {
  const unspin_knowledge *k = s->knowledge;
  if (!us_evidence_reset(&s->evidence, k->symbol_count)) return false;
  s->dialect = UNSPIN_DIALECT_AUTO;
  s->kept.n = 0;
  us_arena_reset(&s->kept_arena);
  return us_company_begin(s);
}

/* ---- how spun does it look? A long document's beginning tells enough: the pages that are kept. ---- */

typedef struct survey {
  double gain, rows, model, family[US_FAMILIES];
  size_t spans, tokens;
} survey;

#define MOST_GAIN_COUNTED 3.0f

static bool survey_page(unspin_session *s, void *context) {
  survey *v = context;
  us_page *p = &s->page;
  us_arena scratch = s->arena;
  bool keeps = us_page_may_keep(s); /* the candidates' texts with them */
  if (keeps) s->arena = s->kept_arena;
  bool ok = us_suggest(s);
  if (keeps) {
    s->kept_arena = s->arena;
    s->arena = scratch;
  }
  if (!ok || !us_context_fill(s)) return false;
  us_context_gains(s);
  if (!s->options->fast) us_votes_add(s);
  for (size_t i = 0; i < p->tokens.n; i++) v->model += (double)p->context[i].log10;
  v->tokens += p->tokens.n;
  for (size_t i = 0; i < p->arcs.n;) {
    float gain = 0;
    bool row = false;
    unsigned families = 0;
    uint32_t first = p->arcs.p[i].first;
    for (; i < p->arcs.n && p->arcs.p[i].first == first; i++) {
      const us_arc *a = &p->arcs.p[i];
      if (a->model > gain) gain = a->model;
      row |= a->row && a->row->strength >= 4;
      if (a->row && a->row->strength >= 3) families |= a->families;
    }
    v->gain += (double)(gain > MOST_GAIN_COUNTED ? MOST_GAIN_COUNTED : gain);
    v->rows += row;
    for (int k = 0; k < US_FAMILIES; k++) v->family[k] += families >> k & 1;
    v->spans++;
  }
  return true;
}

static bool take_survey(unspin_session *s, us_slice document) {
  survey v = {0};
  memset(s->survey, 0, sizeof s->survey);
  us_votes_reset(s);
  if (!each_page(s, document, SWEEP_SURVEY, survey_page, &v)) return false;
  const us_gate_settings *g = &s->knowledge->engine.gate;
  double spans = (double)v.spans + g->survey_smoothing, tokens = (double)v.tokens + g->survey_smoothing;
  double gain = (v.gain + g->survey_smoothing * g->clean_gain) / spans,
         rows = (v.rows + g->survey_smoothing * g->clean_rows) / spans,
         model = (v.model + g->survey_smoothing * g->clean_model) / tokens;
  if (s->options->fast) { /* nothing is known of these: as in text of which half is spun */
    gain = (g->clean_gain + g->spun_gain) / 2;
    model = (g->clean_model + g->spun_model) / 2;
  }
  if (s->options->assume_spun) {
    gain = fmax(gain, g->spun_gain);
    rows = fmax(rows, g->spun_rows);
    model = fmin(model, g->spun_model);
  }
  s->survey[0] = (float)gain;
  s->survey[1] = (float)rows;
  s->survey[2] = (float)model;
  for (int k = 0; k < US_FAMILIES; k++) s->survey[3 + k] = (float)(v.family[k] / spans);
  return true;
}

static bool like_page(unspin_session *s, void *context) {
  (void)context;
  return us_gather_like(s);
}

bool us_look(unspin_session *s, us_slice document) {
  us_slice like = {s->options->like, s->options->like_len};
  if (s->options->fast && !us_suspicion_begin(s)) return false;
  if (!us_siblings_align(s, document)) return false;
  if (!us_begin_document(s) || (like.n && !each_page(s, like, SWEEP_PLAIN, like_page, NULL)) ||
      !each_page(s, document, SWEEP_KEEP, gather_page, NULL))
    return false;
  s->dialect = s->options->dialect ? s->options->dialect : us_evidence_dialect(&s->evidence);
  us_remembered_begin(s);
  us_company_set_topic(s);
  return take_survey(s, document);
}

bool us_sweep(unspin_session *s, us_slice document, us_page_work *work, void *context) {
  return each_page(s, document, SWEEP_PLAIN, work, context);
}

bool us_pass(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *edits, us_edit_vec *suggestions,
             unspin_totals *totals) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  bool clean;
  if (!us_glance(s, document, totals, &clean)) return false;
  if (clean) return true;
  if (!us_look(s, document)) return false;
  output out = {.arena = arena, .edits = edits, .suggestions = suggestions};
  bool ok = us_each_page(s, document, choose_page, &out);
  us_vec_free(&out.changes);
  double words = (double)s->evidence.words, share = (double)out.telling / (words + g->smoothing + 1e-9);
  *totals = (unspin_totals){.bytes = document.n,
                            .words = s->evidence.words,
                            .sentences = s->evidence.sentences,
                            .candidates = out.candidates,
                            .dropped = out.dropped,
                            .spin_share = words > 0 ? out.spun / words : 0,
                            .dialect = s->dialect};
  if (!s->options->assume_spun && share < g->open_at) {
    us_keep_sure(edits, out.sureness.p);
    if (suggestions) suggestions->n = 0;
    totals->gated = out.candidates > 0 && edits->n == 0;
    totals->dropped = 0;
  }
  us_vec_free(&out.sureness);
  return ok;
}
