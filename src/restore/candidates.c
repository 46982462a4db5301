/* candidates.c - every replacement that the engine weighs, for those who want to look at it working. */
#include "restore/pass.h"
#include "restore/siblings.h"

/* What no feature accounts for (the scorer's thresholds, --cautious), so that the reasons add up to the score. */
static void add_rest(unspin_candidate *c, unspin_reason *reasons) {
  double rest = c->score;
  for (size_t i = 0; i < c->reason_count; i++) rest -= reasons[i].value;
  reasons[c->reason_count++] = (unspin_reason){"bias", rest};
}

/* All who offer ARC. */
static unsigned origins(const us_arc *a) {
  unsigned from = us_row_is_written(a->row) ? UNSPIN_FROM_ROWS : 0;
  if (a->learned) from |= UNSPIN_FROM_OBSERVED;
  if (a->expression & US_ARC_SIBLING) from |= UNSPIN_FROM_SIBLINGS;
  if (a->expression & US_ARC_COMPOSED) from |= UNSPIN_FROM_EXPRESSIONS;
  if (!a->pair) return from;
  if (a->pair->relations & (US_REL_ROW | US_REL_TURNED | US_REL_KIN) || a->pair->judged != US_CHANNEL_NO_P)
    from |= UNSPIN_FROM_ROWS;
  if (a->pair->relations & (US_REL_SYNONYM | US_REL_NEAR | US_REL_NARROW)) from |= UNSPIN_FROM_WORDNET;
  if (a->pair->relations & (US_REL_LISTED | US_REL_REVERSE)) from |= UNSPIN_FROM_THESAURUS;
  if (a->pair->makers) from |= UNSPIN_FROM_SIMULATED;
  if (a->pair->observed_count) from |= UNSPIN_FROM_OBSERVED;
  return from;
}

static bool visit_page(unspin_session *s, unspin_candidate_visit *visit, void *cookie) {
  const us_page *p = &s->page;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    unspin_reason reasons[US_REASONS_MOST + 1];
    unspin_candidate c = {.begin = p->offset + p->tokens.p[a->first].begin,
                          .end = p->offset + p->tokens.p[a->last - 1].end,
                          .after = {a->after.p, a->after.n},
                          .row = us_arc_row(a),
                          .source = us_arc_source(s, a),
                          .from = origins(a),
                          .score = a->score,
                          .confidence = us_confidence(p, a),
                          .reasons = reasons};
    c.reason_count = us_reasons(s, a, reasons);
    add_rest(&c, reasons);
    if (!visit(cookie, &c)) return false;
  }
  return true;
}

typedef struct weighing {
  unspin_candidate_visit *visit;
  void *cookie;
  bool stopped;
} weighing;

static bool weigh_page(unspin_session *s, void *context) {
  weighing *w = context;
  if (w->stopped) return true;
  if (!us_suggest(s) || !us_score_page(s)) return false;
  w->stopped = !visit_page(s, w->visit, w->cookie);
  return true;
}

unspin_status unspin_candidates(unspin_session *s, const char *text, size_t len, const unspin_options *options,
                                unspin_candidate_visit *visit, void *cookie, unspin_error *err) {
  unspin_options defaults;
  unspin_options_init(&defaults);
  if (!options) options = &defaults;
  if (options->size != sizeof *options)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_options_init");
  if (len >= UINT32_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "a document of %zu bytes: 4 GiB is the limit", len);
  us_slice document = {len ? text : "", len};
  weighing w = {visit, cookie, false};
  s->options = options;
  bool ok = us_guard_set_protected(s, options) && us_siblings_begin(s) && us_look(s, document) &&
            us_each_page(s, document, weigh_page, &w);
  us_siblings_free(s);
  s->options = NULL;
  s->fold.failed = s->text.failed = false;
  return ok ? UNSPIN_OK : us_nomem(err);
}
