/* candidates.c - every replacement that the engine weighs, for those who want to look at it working. */
#include "restore/pass.h"

/* What no feature accounts for (the scorer's thresholds, --cautious), so that the reasons add up to the score. */
static void add_rest(unspin_candidate *c, unspin_reason *reasons) {
  double rest = c->score;
  for (size_t i = 0; i < c->reason_count; i++) rest -= reasons[i].value;
  reasons[c->reason_count++] = (unspin_reason){"bias", rest};
}

static bool visit_page(unspin_session *s, unspin_candidate_visit *visit, void *cookie) {
  const us_page *p = &s->page;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    unspin_reason reasons[US_FEATURE_COUNT + 1];
    unspin_candidate c = {.begin = p->offset + p->tokens.p[a->first].begin,
                          .end = p->offset + p->tokens.p[a->last - 1].end,
                          .after = {a->after.p, a->after.n},
                          .row = us_arc_row(a),
                          .source = us_arc_source(s, a),
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
  bool ok = us_guard_set_protected(s, options) && us_look(s, document) && us_each_page(s, document, weigh_page, &w);
  s->options = NULL;
  s->fold.failed = s->text.failed = false;
  return ok ? UNSPIN_OK : us_nomem(err);
}
