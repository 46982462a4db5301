/* explain.c - a change as an edit: how sure it is, why it is made, and what else could stand there. */
#include <math.h>
#include <stdlib.h>

#include "restore/pass.h"
#include "restore/siblings.h"

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
  if (arc->expression & US_ARC_COMPOUND) out[n++] = (unspin_reason){"compound", s->knowledge->engine.gate.compound};
  if (arc->agreement != 0) out[n++] = (unspin_reason){"agreement", (double)arc->agreement};
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
  size_t from = (size_t)(arc - p->arcs.p);
  while (from > 0 && p->arcs.p[from - 1].first == arc->first) from--;
  for (size_t i = from; most && i < p->arcs.n && p->arcs.p[i].first == arc->first; i++) {
    const us_arc *a = &p->arcs.p[i];
    if (a == arc || a->last != arc->last || us_slice_eq(a->after, arc->after)) continue;
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
double us_told_confidence(const unspin_session *s, const us_arc *arc) {
  return us_calibrated(&s->knowledge->engine.calibration, us_confidence(&s->page, arc));
}

bool us_edit_make(unspin_session *s, const us_change *c, us_arena *arena, unspin_edit *out) {
  const us_page *p = &s->page;
  const us_arc *arc = &p->arcs.p[c->cause];
  unspin_edit e = {.begin = p->offset + p->tokens.p[c->first].begin,
                   .end = p->offset + p->tokens.p[c->last - 1].end,
                   .confidence = us_told_confidence(s, arc),
                   .model_gain = (double)arc->model,
                   .row = c->arc == US_REPAIR ? "repair" : us_arc_row(arc),
                   .source = us_arc_source(s, arc)};
  *out = e;
  if (!copy_text(arena, c->after, &out->after)) return false;
  return c->arc == US_REPAIR || (add_reasons(s, arc, arena, out) && add_alternatives(s, arc, arena, out));
}
