#include "restore/pass.h"

#include <math.h>
#include <stdlib.h>

#include "restore/siblings.h"
#include "text/window.h"

/* What a sweep over a document does with the pages at its beginning. */
typedef enum sweep {
  SWEEP_PLAIN,  /* nothing: it is another document */
  SWEEP_KEEP,   /* keeps them */
  SWEEP_SURVEY, /* goes over these only, and keeps what comes out */
  SWEEP_SCORE,  /* the same with their scores */
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
    if ((how == SWEEP_SURVEY || how == SWEEP_SCORE) && i == s->kept.n) break;
    if (!do_page(s, document, window, i, how) || !work(s, context)) return false;
    bool begins = (size_t)(window.p - document.p) <= US_KEPT_BYTES;
    if (how == SWEEP_KEEP && begins && !us_page_keep(s)) return false;
    if (how == SWEEP_SURVEY && !us_page_keep_arcs(s, i)) return false;
    if (how == SWEEP_SCORE) us_page_keep_scores(s, i);
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
  double spun;      /* expected number of words that a spinner put in */
  size_t telling;   /* words that hardly an author wrote */
  us_quoted quoted; /* the same in quotations, if these are to be judged */
} output;

static bool add_edit(unspin_session *s, const us_change *c, output *out) {
  unspin_edit e;
  unsigned sureness = us_sureness_of(s, &s->page.arcs.p[c->cause]);
  if (sureness && c->arc == US_REPAIR) sureness |= US_SURE_REPAIR;
  return us_edit_make(s, c, out->arena, &e) && us_vec_push(&out->sureness, (uint8_t)sureness) &&
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
    if (!a->word_count || a->first < behind || us_told_confidence(s, a) < least) continue;
    if (!us_keeps_meaning(s, &c, &keeps)) return false;
    if (!keeps) continue;
    size_t begin = p->offset + p->tokens.p[a->first].begin, stop = p->offset + p->tokens.p[a->last - 1].end;
    while (first < out->edits->n && out->edits->p[first].end <= begin) first++;
    if (first < out->edits->n && out->edits->p[first].begin < stop) continue;
    if (!us_edit_make(s, &c, out->arena, &e) || !us_vec_push(out->suggestions, e)) return false;
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

/* Whether the quotations are still to be judged. */
static bool are_judged(const unspin_session *s) {
  return s->options->quotes == UNSPIN_QUOTES_AUTO && s->quotations == US_QUOTATIONS_ASK;
}

static void estimate(const unspin_session *s, const uint32_t *chosen, int n, output *out) {
  const us_page *p = &s->page;
  out->candidates += p->arcs.n;
  for (int i = 0; i < n; i++) {
    const us_arc *arc = &p->arcs.p[chosen[i]];
    bool quoted = are_judged(s) && p->tokens.p[arc->first].flags & US_TF_QUOTED;
    *(quoted ? &out->quoted.spun : &out->spun) += us_confidence(p, arc);
    *(quoted ? &out->quoted.telling : &out->telling) += is_telling(s, chosen[i]);
  }
}

/* A document's beginning: what its sure places say of the others. */
static bool learn_page(unspin_session *s, void *context) {
  (void)context;
  return !s->page.has_arcs || (us_score_page(s) && us_lessons_add(s));
}

static bool choose_page(unspin_session *s, void *context) {
  output *out = context;
  us_page *p = &s->page;
  if (are_judged(s) && !us_quoted_add_page(&out->quoted, p)) return false;
  if (!us_suggest(s) || !us_score_page(s) || !us_lessons_heed(s)) return false;
  if (p->arcs.n == 0) return true;
  uint32_t *chosen = us_arena_alloc(&s->arena, (p->arcs.n + 1) * sizeof *chosen);
  int n = chosen ? us_decode(p, &s->arena, 0, chosen) : -1;
  if (n < 0) return false;
  estimate(s, chosen, n, out);
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (us_told_confidence(s, &p->arcs.p[chosen[i]]) >= s->options->min_confidence) chosen[kept++] = chosen[i];
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
  if (!ok || (!p->has_context && !us_context_fill(s))) return false;
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
      int strength = us_row_is_written(a->row) ? a->row->strength : 0;
      row |= strength >= 4;
      if (strength >= 3) families |= a->families;
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
  if (!us_votes_reset(s)) return false;
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

static double share_of(const unspin_session *s, const output *out) {
  return (double)out->telling / ((double)s->evidence.words + s->knowledge->engine.gate.smoothing + 1e-9);
}

/* What stays of EDITS where the document may be spun, or not: the surer ones. */
static void keep_surer(us_edit_vec *edits, uint8_t *sureness, double least) {
  size_t kept = 0;
  for (size_t i = 0; i < edits->n; i++) {
    if (!sureness[i] && edits->p[i].confidence < least) continue;
    sureness[kept] = sureness[i];
    edits->p[kept++] = edits->p[i];
  }
  edits->n = kept;
}

/* Lets through what the gate does. */
static void pass_gate(unspin_session *s, output *out, unspin_totals *totals) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  double share = share_of(s, out);
  bool open = s->options->assume_spun || share >= g->open_at;
  if (are_judged(s)) {
    bool spun = open && us_quoted_is_spun(&out->quoted, g);
    s->quotations = spun ? US_QUOTATIONS_SPUN : US_QUOTATIONS_SHUT; /* for later passes, too */
    if (spun) out->spun += out->quoted.spun;
    else {
      us_quoted_take_back(&out->quoted, out->edits, out->sureness.p);
      if (out->suggestions) us_quoted_take_back(&out->quoted, out->suggestions, NULL);
    }
  }
  *totals = (unspin_totals){.words = s->evidence.words,
                            .sentences = s->evidence.sentences,
                            .candidates = out->candidates,
                            .dropped = out->dropped,
                            .spin_share = s->evidence.words ? out->spun / (double)s->evidence.words : 0,
                            .dialect = s->dialect};
  if (open) return;
  if (share >= g->ajar_at && !s->options->fast) keep_surer(out->edits, out->sureness.p, g->ajar_confidence);
  else us_keep_sure(out->edits, out->sureness.p);
  if (out->suggestions) out->suggestions->n = 0;
  totals->gated = out->candidates > 0 && out->edits->n == 0;
  totals->dropped = 0;
}

/* *AGAIN: what stands in quotations was evidence of spinning, and is none; without it the rest may look different. */
static bool go_over(unspin_session *s, us_slice document, output out, unspin_totals *totals, bool *again) {
  bool ok = us_look(s, document), judged = are_judged(s);
  us_lessons_reset(s);
  ok = ok && each_page(s, document, SWEEP_SCORE, learn_page, NULL) && us_each_page(s, document, choose_page, &out);
  if (ok) pass_gate(s, &out, totals);
  totals->bytes = document.n;
  *again = judged && s->quotations == US_QUOTATIONS_SHUT && out.edits->n && out.quoted.words;
  us_vec_free(&out.changes);
  us_vec_free(&out.sureness);
  us_quoted_free(&out.quoted);
  return ok;
}

bool us_pass(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *edits, us_edit_vec *suggestions,
             unspin_totals *totals) {
  bool clean, again;
  if (!us_glance(s, document, totals, &clean)) return false;
  if (clean) return true;
  output none = {.arena = arena, .edits = edits, .suggestions = suggestions};
  if (!go_over(s, document, none, totals, &again)) return false;
  if (!again) return true;
  edits->n = 0;
  if (suggestions) suggestions->n = 0;
  return go_over(s, document, none, totals, &again);
}
