/* candidates.c - every replacement that the engine weighs, for those who want to look at it working. */
#include <math.h>
#include <stdlib.h>

#include "restore/pass.h"
#include "text/window.h"

static int by_weight(const void *a, const void *b) {
  double x = fabs(((const unspin_reason *)a)->value), y = fabs(((const unspin_reason *)b)->value);
  if (x != y) return x < y ? 1 : -1;
  return strcmp(((const unspin_reason *)a)->feature, ((const unspin_reason *)b)->feature);
}

static size_t reasons_of(const unspin_session *s, const us_arc *arc, unspin_reason *out) {
  size_t n = 0;
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++) {
    double value = s->knowledge->engine.weight[f] * (double)arc->feature[f];
    if (value != 0) out[n++] = (unspin_reason){us_feature_name(f), value};
  }
  qsort(out, n, sizeof *out, by_weight);
  return n;
}

static bool visit_page(const unspin_session *s, unspin_candidate_visit *visit, void *cookie) {
  const us_page *p = &s->page;
  for (size_t i = 0; i < p->arcs.n; i++) {
    const us_arc *a = &p->arcs.p[i];
    const us_row_record *row = &s->knowledge->matcher.rows[a->row];
    unspin_reason reasons[US_FEATURE_COUNT];
    unspin_candidate c = {.begin = p->offset + p->tokens.p[a->first].begin,
                          .end = p->offset + p->tokens.p[a->last - 1].end,
                          .after = {a->after.p, a->after.n},
                          .row = row->id,
                          .source = s->knowledge->matcher.strings + row->source,
                          .score = a->score,
                          .confidence = us_confidence(p, a),
                          .reasons = reasons};
    c.reason_count = reasons_of(s, a, reasons);
    if (!visit(cookie, &c)) return false;
  }
  return true;
}

/* One pass sets what the scores depend on; the pages are then gone through again. */
static bool weigh(unspin_session *s, us_slice text, unspin_candidate_visit *visit, void *cookie) {
  us_arena arena = {0};
  us_edit_vec edits = {0};
  unspin_totals totals;
  us_slice window;
  bool ok = us_pass(s, text, &arena, &edits, &totals);
  s->off = false;
  s->headline = true;
  for (size_t at = 0; ok && us_window_next(text, &at, &window);) {
    ok = us_page_load(s, window, (size_t)(window.p - text.p)) && us_suggest(s);
    if (ok && !visit_page(s, visit, cookie)) break;
  }
  us_vec_free(&edits);
  us_arena_free(&arena);
  return ok;
}

unspin_status unspin_candidates(unspin_session *s, const char *text, size_t len, const unspin_options *options,
                                unspin_candidate_visit *visit, void *cookie, unspin_error *err) {
  unspin_options defaults;
  unspin_options_init(&defaults);
  if (!options) options = &defaults;
  if (options->size != sizeof *options)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_options_init");
  if (len >= UINT32_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "a document of %zu bytes: 4 GiB is the limit", len);
  s->options = options;
  bool ok = us_guard_set_protected(s, options) && weigh(s, (us_slice){len ? text : "", len}, visit, cookie);
  s->options = NULL;
  s->fold.failed = s->text.failed = false;
  return ok ? UNSPIN_OK : us_nomem(err);
}
