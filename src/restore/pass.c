#include "restore/pass.h"

#include <math.h>
#include <stdlib.h>

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

typedef bool (*page_work)(unspin_session *s, void *context);

/* Loads every page of DOCUMENT and does WORK on it. */
static bool each_page(unspin_session *s, us_slice document, page_work work, void *context) {
  s->off = false;
  s->headline = true;
  us_slice window;
  for (size_t at = 0; us_window_next(document, &at, &window);)
    if (!us_page_load(s, window, (size_t)(window.p - document.p)) || !work(s, context)) return false;
  return true;
}

/* ---- first look ---- */

static bool gather_page(unspin_session *s, void *context) {
  (void)context;
  return us_gather(s);
}

/* ---- how spun is it? ---- */

typedef struct estimate {
  double spun; /* expected number of words that a spinner put in */
  size_t candidates;
  uint32_t *row_count;
} estimate;

/* How much a candidate tells about the document, 0 to 1: a phrase that clean text is full of tells nothing, however
 * likely it is that a spinner wrote it. */
static double telling(const unspin_session *s, const us_arc *a) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  float rate = s->knowledge->matcher.rows[a->row].rate_spun;
  double t = isnan(rate) ? 0.5 : 1 - (double)rate / g->common_rate;
  return t < 0 ? 0 : t > 1 ? 1 : t;
}

static bool estimate_page(unspin_session *s, void *context) {
  estimate *e = context;
  us_page *p = &s->page;
  if (!us_suggest(s)) return false;
  uint32_t *chosen = us_arena_alloc(&s->arena, (p->arcs.n + 1) * sizeof *chosen);
  int n = chosen ? us_decode(p, &s->arena, 0, chosen) : -1;
  for (int i = 0; i < n; i++) e->spun += us_confidence(p, &p->arcs.p[chosen[i]]) * telling(s, &p->arcs.p[chosen[i]]);
  for (size_t i = 0; i < p->arcs.n; i++) e->row_count[p->arcs.p[i].row]++;
  e->candidates += p->arcs.n;
  return n >= 0;
}

/* ---- choosing ---- */

typedef struct output {
  us_arena *arena;
  us_edit_vec *edits;
  us_change_vec changes;
  size_t dropped;
} output;

static int by_weight(const void *a, const void *b) {
  double x = fabs(((const unspin_reason *)a)->value), y = fabs(((const unspin_reason *)b)->value);
  if (x != y) return x < y ? 1 : -1;
  return strcmp(((const unspin_reason *)a)->feature, ((const unspin_reason *)b)->feature);
}

static bool add_reasons(const unspin_session *s, const us_arc *arc, us_arena *arena, unspin_edit *e) {
  size_t n = 0, most = s->options->max_reasons < MOST_REASONS ? s->options->max_reasons : MOST_REASONS;
  if (most == 0) return true;
  unspin_reason all[US_FEATURE_COUNT];
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++) {
    double value = s->knowledge->engine.weight[f] * (double)arc->feature[f];
    if (value != 0) all[n++] = (unspin_reason){us_feature_name(f), value};
  }
  qsort(all, n, sizeof *all, by_weight);
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
    list[i] = (unspin_alternative){.row = s->knowledge->matcher.rows[best[i]->row].id, .score = best[i]->score};
    if (!copy_text(arena, best[i]->after, &list[i].after)) return false;
  }
  e->alternatives = list;
  e->alternative_count = n;
  return true;
}

static bool add_edit(unspin_session *s, const us_change *c, output *out) {
  const us_page *p = &s->page;
  const us_arc *arc = &p->arcs.p[c->cause];
  const us_row_record *row = &s->knowledge->matcher.rows[arc->row];
  unspin_edit e = {.begin = p->offset + p->tokens.p[c->first].begin,
                   .end = p->offset + p->tokens.p[c->last - 1].end,
                   .confidence = us_confidence(p, arc),
                   .model_gain = (double)arc->feature[US_F_model],
                   .row = c->arc == US_REPAIR ? "repair" : row->id};
  if (!copy_text(out->arena, c->after, &e.after)) return false;
  e.source = s->knowledge->matcher.strings + row->source; /* ends in NUL; see us_matcher_open */
  if (c->arc != US_REPAIR && (!add_reasons(s, arc, out->arena, &e) || !add_alternatives(s, arc, out->arena, &e)))
    return false;
  return us_vec_push(out->edits, e);
}

/* A repair stands and falls with the change that asked for it. */
static bool is_kept(const us_change_vec *changes, size_t i, const bool *keeps) {
  if (changes->p[i].arc != US_REPAIR) return keeps[i];
  for (size_t k = i > 0 ? i - 1 : 0; k < changes->n && k <= i + 1; k++)
    if (changes->p[k].arc == changes->p[i].cause) return keeps[i] && keeps[k];
  return false;
}

static bool choose_page(unspin_session *s, void *context) {
  output *out = context;
  us_page *p = &s->page;
  if (!us_suggest(s)) return false;
  if (p->arcs.n == 0) return true;
  uint32_t *chosen = us_arena_alloc(&s->arena, (p->arcs.n + 1) * sizeof *chosen);
  int n = chosen ? us_decode(p, &s->arena, 0, chosen) : -1;
  if (n < 0) return false;
  int kept = 0;
  for (int i = 0; i < n; i++)
    if (us_confidence(p, &p->arcs.p[chosen[i]]) >= s->options->min_confidence) chosen[kept++] = chosen[i];
  out->changes.n = 0;
  if (!us_repair(s, chosen, kept, &out->changes)) return false;
  bool *keeps = us_arena_zalloc(&s->arena, out->changes.n + 1, sizeof *keeps);
  if (!keeps) return false;
  for (size_t i = 0; i < out->changes.n; i++)
    if (!us_keeps_meaning(s, &out->changes.p[i], &keeps[i])) return false;
  for (size_t i = 0; i < out->changes.n; i++) {
    if (!is_kept(&out->changes, i, keeps)) {
      if (out->changes.p[i].arc != US_REPAIR) out->dropped++;
      continue;
    }
    if (!add_edit(s, &out->changes.p[i], out)) return false;
  }
  return true;
}

/* How far the share may push the odds, in natural log. */
#define SHARE_LOW (-2.5)
#define SHARE_HIGH 1.0

bool us_pass(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *edits, unspin_totals *totals) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  if (!us_evidence_reset(&s->evidence, s->knowledge->matcher.symbol_count)) return false;
  s->dialect = UNSPIN_DIALECT_AUTO;
  s->share_feature = 0;
  if (!each_page(s, document, gather_page, NULL)) return false;
  s->dialect = s->options->dialect ? s->options->dialect : us_evidence_dialect(&s->evidence);
  /* counted beside, not into, what the scores read: while the estimate runs every row counts as firing once, on every
   * page alike */
  uint32_t *counted = us_arena_zalloc(arena, s->knowledge->matcher.row_count + 1, sizeof *counted);
  if (!counted) return false;
  memset(s->row_count, 0, (s->knowledge->matcher.row_count + 1) * sizeof *s->row_count);
  estimate e = {.row_count = counted};
  if (!each_page(s, document, estimate_page, &e)) return false;
  memcpy(s->row_count, counted, (s->knowledge->matcher.row_count + 1) * sizeof *counted);
  double share = e.spun / ((double)s->evidence.words + g->smoothing + 1e-9);
  *totals = (unspin_totals){.bytes = document.n,
                            .words = s->evidence.words,
                            .sentences = s->evidence.sentences,
                            .candidates = e.candidates,
                            .spin_share = share,
                            .dialect = s->dialect};
  if (s->options->assume_spun) {
    if (share < g->usual_share) share = g->usual_share;
  } else if (share < g->open_at) {
    totals->gated = e.candidates > 0;
    return true;
  }
  double lean = log((share + 1e-9) / g->usual_share);
  s->share_feature = lean < SHARE_LOW ? SHARE_LOW : lean > SHARE_HIGH ? SHARE_HIGH : lean;
  output out = {.arena = arena, .edits = edits};
  bool ok = each_page(s, document, choose_page, &out);
  us_vec_free(&out.changes);
  totals->dropped = out.dropped;
  return ok;
}
