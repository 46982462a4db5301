#include "restore/scorer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/wide.h"

#define FIRST_LINE "unspin-weights 1"

const char *us_feature_name(us_feature feature) {
  static const char *const names[] = {
#define X(name, meaning) #name,
      US_FEATURES(X)
#undef X
  };
  return feature < US_FEATURE_COUNT ? names[feature] : "unknown";
}

/* ---- scoring ---- */

static void standardise(const us_scorer *s, const float *feature, float *x) {
  for (int i = 0; i < US_FEATURE_COUNT; i++) {
    float v = (feature[i] - s->mean[i]) * s->scale[i];
    x[i] = v < -US_FEATURE_CLIP ? -US_FEATURE_CLIP : v > US_FEATURE_CLIP ? US_FEATURE_CLIP : v;
  }
}

/* Units are computed a few vectors at a time, which stay in registers over all features: each unit still sums its
 * features in their order, so that the odds are the same on every machine. Units beyond the last have no weights. */
typedef float lanes __attribute__((vector_size(32), aligned(4), may_alias));
enum { LANES = 8, TOGETHER = 4 };
_Static_assert(US_HIDDEN_MAX % (LANES * TOGETHER) == 0, "whole blocks of units");

US_WIDE static void run_hidden(const us_scorer *s, const float *x, float *h) {
  for (size_t from = 0; from < (size_t)s->hidden; from += LANES * TOGETHER) {
    lanes sum[TOGETHER];
    for (size_t k = 0; k < TOGETHER; k++) sum[k] = *(const lanes *)(s->hidden_bias + from + k * LANES);
    for (int i = 0; i < US_FEATURE_COUNT; i++)
      for (size_t k = 0; k < TOGETHER; k++) sum[k] += *(const lanes *)(s->in[i] + from + k * LANES) * x[i];
    for (size_t k = 0; k < TOGETHER; k++) *(lanes *)(h + from + k * LANES) = sum[k];
  }
}

double us_scorer_odds(const us_scorer *s, const float feature[US_FEATURE_COUNT]) {
  float x[US_FEATURE_COUNT], h[US_HIDDEN_MAX];
  standardise(s, feature, x);
  run_hidden(s, x, h);
  float sum = s->bias;
  for (int i = 0; i < US_FEATURE_COUNT; i++) sum += s->skip[i] * x[i];
  for (int k = 0; k < s->hidden; k++) sum += h[k] > 0 ? s->out[k] * h[k] : 0;
  return (double)sum;
}

/* Eight candidates side by side, one in each lane: every sum is made in the same order as for one alone. */
enum { SIDE_BY_SIDE = US_SCORER_TEAM, UNITS = 8 };
typedef float team_row[SIDE_BY_SIDE];

static inline void standardise_team(const us_scorer *s, float (*feature)[US_FEATURE_COUNT], team_row *x) {
  for (int i = 0; i < US_FEATURE_COUNT; i++)
    for (int k = 0; k < SIDE_BY_SIDE; k++) {
      float v = (feature[k][i] - s->mean[i]) * s->scale[i];
      x[i][k] = v < -US_FEATURE_CLIP ? -US_FEATURE_CLIP : v > US_FEATURE_CLIP ? US_FEATURE_CLIP : v;
    }
}

static inline void run_units(const us_scorer *s, team_row *x, int from, lanes *h) {
  for (int u = 0; u < UNITS; u++) h[u] = (lanes){0} + s->hidden_bias[from + u];
  for (int i = 0; i < US_FEATURE_COUNT; i++) {
    lanes v = *(const lanes *)x[i];
    const float *in = s->in[i] + from;
    for (int u = 0; u < UNITS; u++) h[u] += v * in[u];
  }
}

US_WIDE static void run_team(const us_scorer *s, float (*feature)[US_FEATURE_COUNT], float *out) {
  team_row x[US_FEATURE_COUNT];
  standardise_team(s, feature, x);
  lanes sum = (lanes){0} + s->bias;
  for (int i = 0; i < US_FEATURE_COUNT; i++) sum += *(const lanes *)x[i] * s->skip[i];
  for (int from = 0; from < s->hidden; from += UNITS) {
    lanes h[UNITS];
    run_units(s, x, from, h);
    for (int u = 0; u < UNITS && from + u < s->hidden; u++) {
      lanes part = h[u] * s->out[from + u];
      for (int k = 0; k < SIDE_BY_SIDE; k++) part[k] = h[u][k] > 0 ? part[k] : 0;
      sum += part;
    }
  }
  *(lanes *)out = sum;
}

void us_scorer_odds_team(const us_scorer *s, float (*feature)[US_FEATURE_COUNT], size_t n, double *odds) {
  float out[SIDE_BY_SIDE];
  run_team(s, feature, out);
  for (size_t k = 0; k < n; k++) odds[k] = (double)out[k];
}

void us_scorer_explain(const us_scorer *s, const float feature[US_FEATURE_COUNT], float out[US_FEATURE_COUNT]) {
  float x[US_FEATURE_COUNT], h[US_HIDDEN_MAX];
  standardise(s, feature, x);
  run_hidden(s, x, h);
  for (int i = 0; i < US_FEATURE_COUNT; i++) {
    float slope = s->skip[i];
    for (int k = 0; k < s->hidden; k++)
      if (h[k] > 0) slope += s->out[k] * s->in[i][k];
    out[i] = slope * x[i];
  }
}

/* ---- reading ---- */

typedef struct reader {
  us_scorer *scorer;
  const char *path;
  size_t line;
  bool seen[US_FEATURE_COUNT], bias, hidden, out;
} reader;

static unspin_status bad(const reader *r, const char *what, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: %s", r->path, r->line, what);
}

static bool next_number(us_slice *rest, float *out) {
  us_slice field;
  char text[40], *end;
  if (!us_slice_cut(rest, '\t', &field) || !field.n || field.n >= sizeof text) return false;
  memcpy(text, field.p, field.n);
  text[field.n] = 0;
  *out = strtof(text, &end);
  return *end == 0 && isfinite(*out);
}

/* Numbers to the end of the line, one for each hidden unit. */
static unspin_status read_units(reader *r, us_slice rest, float *out, unspin_error *err) {
  int n = 0;
  while (rest.p && n < US_HIDDEN_MAX && next_number(&rest, &out[n])) n++;
  if (rest.p) return bad(r, "too many hidden units, or not a number", err);
  if (r->scorer->hidden && n != r->scorer->hidden) return bad(r, "another number of hidden units than before", err);
  r->scorer->hidden = n;
  return UNSPIN_OK;
}

static unspin_status read_feature(reader *r, us_slice rest, unspin_error *err) {
  us_slice name;
  us_scorer *s = r->scorer;
  if (!us_slice_cut(&rest, '\t', &name)) return bad(r, "expected the name of a feature", err);
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++) {
    if (!us_slice_eq(name, us_slice_of(us_feature_name(f)))) continue;
    float deviation;
    if (r->seen[f]) return bad(r, "given twice", err);
    r->seen[f] = true;
    if (!next_number(&rest, &s->mean[f]) || !next_number(&rest, &deviation) || !(deviation > 0) ||
        !next_number(&rest, &s->skip[f]))
      return bad(r, "expected mean, deviation and weight", err);
    s->scale[f] = 1 / deviation;
    return read_units(r, rest, s->in[f], err);
  }
  return bad(r, "no feature of that name", err);
}

static unspin_status read_line(reader *r, us_slice line, unspin_error *err) {
  us_slice kind;
  us_slice_cut(&line, '\t', &kind);
  if (us_slice_eq(kind, US_LIT("feature"))) return read_feature(r, line, err);
  bool *seen = us_slice_eq(kind, US_LIT("bias"))     ? &r->bias
               : us_slice_eq(kind, US_LIT("hidden")) ? &r->hidden
               : us_slice_eq(kind, US_LIT("out"))    ? &r->out
                                                     : NULL;
  if (!seen) return bad(r, "expected bias, hidden, out or feature", err);
  if (*seen) return bad(r, "given twice", err);
  *seen = true;
  if (seen == &r->bias) return next_number(&line, &r->scorer->bias) ? UNSPIN_OK : bad(r, "not a number", err);
  return read_units(r, line, seen == &r->out ? r->scorer->out : r->scorer->hidden_bias, err);
}

static unspin_status parse(reader *r, us_slice text, unspin_error *err) {
  us_slice line;
  bool first = true;
  for (r->line = 1; us_slice_cut(&text, '\n', &line); r->line++) {
    if (!line.n || line.p[0] == '#') continue;
    if (first && !us_slice_eq(line, US_LIT(FIRST_LINE))) {
      bool ours = line.n > 14 && memcmp(line.p, FIRST_LINE, 14) == 0;
      return us_fail(err, ours ? UNSPIN_ERR_VERSION : UNSPIN_ERR_FORMAT, "%s:%zu: expected '" FIRST_LINE "'", r->path,
                     r->line);
    }
    if (!first) US_TRY(read_line(r, line, err));
    first = false;
  }
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++)
    if (!r->seen[f]) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: no weights for %s", r->path, us_feature_name(f));
  if (!r->bias || !r->hidden || !r->out)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: bias, hidden or out is missing", r->path);
  return UNSPIN_OK;
}

unspin_status us_scorer_read(const char *path, us_buf *text, us_scorer *out, unspin_error *err) {
  *out = (us_scorer){0};
  reader r = {.scorer = out, .path = path};
  US_TRY(us_file_read(path, text, err));
  return parse(&r, us_buf_slice(text), err);
}

static void write_units(const us_scorer *s, const float *v, us_buf *out) {
  for (int k = 0; k < s->hidden; k++) us_buf_printf(out, "\t%.5g", (double)v[k]);
  us_buf_putc(out, '\n');
}

void us_scorer_write(const us_scorer *s, us_buf *out) {
  us_buf_printf(out, FIRST_LINE "\nbias\t%.6g\nhidden", (double)s->bias);
  write_units(s, s->hidden_bias, out);
  us_buf_puts(out, "out");
  write_units(s, s->out, out);
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++) {
    us_buf_printf(out, "feature\t%s\t%.6g\t%.6g\t%.5g", us_feature_name(f), (double)s->mean[f],
                  (double)(1 / s->scale[f]), (double)s->skip[f]);
    write_units(s, s->in[f], out);
  }
}
