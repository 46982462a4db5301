#include "restore/engine.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/file.h"

#define FIRST_LINE "unspin-engine 2"

static const struct {
  const char *name;
  size_t at;
} gate_settings[] = {
#define SETTING(name) \
  { #name, offsetof(us_gate_settings, name) }
    SETTING(open_at),        SETTING(ajar_at),          SETTING(ajar_confidence),
    SETTING(smoothing),      SETTING(telling),          SETTING(bias),
    SETTING(sure_gain),      SETTING(sure_confidence),  SETTING(taught),
    SETTING(vouched),        SETTING(quoted_share),     SETTING(quoted_words),
    SETTING(quoted_assumed), SETTING(compound),         SETTING(agreement),
    SETTING(agreement_most), SETTING(clean_gain),       SETTING(clean_rows),
    SETTING(clean_model),    SETTING(spun_gain),        SETTING(spun_rows),
    SETTING(spun_model),     SETTING(survey_smoothing), SETTING(glance_word),
    SETTING(glance_words),   SETTING(glance_places),    SETTING(glance_least),
    SETTING(fast_word),      SETTING(fast_model),       SETTING(fast_model_right),
    SETTING(fast_model_kept)
#undef SETTING
};
#define GATE_SETTINGS (sizeof gate_settings / sizeof *gate_settings)

/* Settings that may be left out, and are then 0. */
static const struct {
  const char *kind, *name;
  size_t at;
} optional_settings[] = {
#define SIBLING(name) \
  { "sibling", #name, offsetof(us_engine, sibling.name) }
    SIBLING(same),
    SIBLING(has),
    SIBLING(common),
    SIBLING(agree),
    SIBLING(other),
    SIBLING(offer),
    SIBLING(offer_model),
#undef SIBLING
    {"spintax", "word", offsetof(us_engine, spintax.word)},
    {"spintax", "table", offsetof(us_engine, spintax.table)},
    {"spintax", "offer", offsetof(us_engine, spintax.offer)},
    {"mend", "doubled", offsetof(us_engine, mend.doubled)},
    {"mend", "infinitive", offsetof(us_engine, mend.infinitive)},
    {"mend", "article", offsetof(us_engine, mend.article)},
    {"mend", "model", offsetof(us_engine, mend.model)},
    {"suggest", "from", offsetof(us_engine, suggest_from)}};
#define OPTIONAL_SETTINGS (sizeof optional_settings / sizeof *optional_settings)

static double *optional_setting(us_engine *e, size_t i) {
  return (double *)(void *)((char *)e + optional_settings[i].at);
}

typedef struct line {
  const char *path;
  int number;
  us_slice field[3];
  int n;
} line;

static unspin_status bad(const line *l, const char *what, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: %s", l->path, l->number, what);
}

static unspin_status parse_number(const line *l, double *value, unspin_error *err) {
  char text[40], *end;
  if (l->n != 3 || l->field[2].n == 0 || l->field[2].n >= sizeof text)
    return bad(l, "expected a name and a number", err);
  memcpy(text, l->field[2].p, l->field[2].n);
  text[l->field[2].n] = 0;
  if (!isnan(*value)) return bad(l, "given twice", err);
  *value = strtod(text, &end);
  return *end || !isfinite(*value) ? bad(l, "not a number", err) : UNSPIN_OK;
}

/* Points of the map from what the engine makes of a candidate to how often such are right. */
static unspin_status parse_calibration(us_engine *e, const line *l, unspin_error *err) {
  double raw = (double)NAN, right = (double)NAN;
  line first = *l;
  first.field[2] = l->field[1];
  US_TRY(parse_number(&first, &raw, err));
  US_TRY(parse_number(l, &right, err));
  us_calibration *c = &e->calibration;
  if (c->count == US_CALIBRATION_MAX) return bad(l, "too many points", err);
  bool ascends = c->count == 0 || (raw > c->raw[c->count - 1] && right >= c->right[c->count - 1]);
  if (!ascends || raw < 0 || raw > 1 || right < 0 || right > 1) return bad(l, "points must ascend from 0 to 1", err);
  c->raw[c->count] = raw;
  c->right[c->count++] = right;
  return UNSPIN_OK;
}

/* FOUND: the line is of such a kind. */
static unspin_status parse_optional(us_engine *e, const line *l, bool *found, unspin_error *err) {
  *found = false;
  for (size_t i = 0; i < OPTIONAL_SETTINGS; i++) {
    if (!us_slice_eq(l->field[0], us_slice_of(optional_settings[i].kind))) continue;
    *found = true;
    if (us_slice_eq(l->field[1], us_slice_of(optional_settings[i].name)))
      return parse_number(l, optional_setting(e, i), err);
  }
  return *found ? bad(l, "no setting of that name", err) : UNSPIN_OK;
}

static unspin_status parse_glance(us_engine *e, const line *l, unspin_error *err) {
  double weight = (double)NAN;
  US_TRY(parse_number(l, &weight, err));
  if (us_slice_eq(l->field[1], US_LIT("bias"))) {
    e->glance_bias = weight;
    return UNSPIN_OK;
  }
  if (e->glance_count == US_GLANCE_MAX) return bad(l, "too many glance weights", err);
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++) {
    if (!us_slice_eq(l->field[1], us_slice_of(us_feature_name(f)))) continue;
    e->glance[e->glance_count++] = (us_glance_weight){f, weight};
    return UNSPIN_OK;
  }
  return bad(l, "no feature of that name", err);
}

static unspin_status add_word(const line *l, us_slice *words, size_t *count, size_t most, unspin_error *err) {
  if (*count == most) return bad(l, "too many words", err);
  words[(*count)++] = l->field[2];
  return UNSPIN_OK;
}

static unspin_status parse_line(us_engine *e, const line *l, unspin_error *err) {
  us_slice kind = l->field[0], name = l->field[1];
  if (us_slice_eq(kind, US_LIT("gate"))) {
    for (size_t i = 0; i < GATE_SETTINGS; i++)
      if (us_slice_eq(name, us_slice_of(gate_settings[i].name)))
        return parse_number(l, (double *)(void *)((char *)&e->gate + gate_settings[i].at), err);
    return bad(l, "no gate setting of that name", err);
  }
  if (us_slice_eq(kind, US_LIT("glance"))) return parse_glance(e, l, err);
  if (us_slice_eq(kind, US_LIT("calibrate"))) return parse_calibration(e, l, err);
  bool found;
  US_TRY(parse_optional(e, l, &found, err));
  if (found) return UNSPIN_OK;
  if (us_is_detect_setting(kind)) {
    const char *wrong = us_detect_setting(&e->detect, kind, name, l->field[2]);
    return wrong ? bad(l, wrong, err) : UNSPIN_OK;
  }
  if (us_slice_eq(kind, US_LIT("article"))) {
    e->article[0] = name;
    e->article[1] = l->field[2];
    return UNSPIN_OK;
  }
  if (us_slice_eq(kind, US_LIT("agent"))) {
    e->agent = l->field[2];
    return UNSPIN_OK;
  }
  if (us_slice_eq(kind, US_LIT("doubled")) && l->n == 3)
    return add_word(l, e->doubled, &e->doubled_count, US_DOUBLED_MAX, err);
  if (us_slice_eq(kind, US_LIT("infinitive")) && l->n == 3) {
    e->infinitive_marker = name;
    return add_word(l, e->infinitive, &e->infinitive_count, US_INFINITIVE_MAX, err);
  }
  if (!us_slice_eq(kind, US_LIT("agree")) || l->n != 3)
    return bad(l,
               "expected gate, glance, sibling, suggest, calibrate, mend, document, sentence, family, agree, agent, "
               "article, doubled or infinitive and two fields",
               err);
  if (e->agreement_count == US_AGREEMENT_MAX) return bad(l, "too many agreement pairs", err);
  e->agreement[e->agreement_count++] = (us_agreement){name, l->field[2]};
  return UNSPIN_OK;
}

static unspin_status check_complete(us_engine *e, const char *path, unspin_error *err) {
  for (size_t i = 0; i < OPTIONAL_SETTINGS; i++)
    if (isnan(*optional_setting(e, i))) *optional_setting(e, i) = 0;
  for (size_t i = 0; i < GATE_SETTINGS; i++)
    if (isnan(*(const double *)(const void *)((const char *)&e->gate + gate_settings[i].at)))
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: the gate setting '%s' is missing", path, gate_settings[i].name);
  if (e->suggest_from < 0 || e->suggest_from > 1)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: 'suggest from' is not between 0 and 1", path);
  if (e->gate.open_at < 0 || e->gate.smoothing < 0 || e->gate.survey_smoothing < 0)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: a gate setting is impossible", path);
  const char *missing = us_detect_settings_missing(&e->detect);
  if (missing) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: %s", path, missing);
  if (!e->article[0].n) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: the line 'article' is missing", path);
  return UNSPIN_OK;
}

static unspin_status parse(us_engine *e, const char *path, unspin_error *err) {
  us_slice rest = us_buf_slice(&e->text);
  line l = {.path = path};
  us_slice text;
  for (l.number = 1; us_slice_cut(&rest, '\n', &text); l.number++) {
    if (l.number == 1) {
      if (us_slice_eq(text, US_LIT(FIRST_LINE))) continue;
      bool ours = text.n > 13 && memcmp(text.p, FIRST_LINE, 13) == 0;
      return us_fail(err, ours ? UNSPIN_ERR_VERSION : UNSPIN_ERR_FORMAT, "%s: the first line is not '" FIRST_LINE "'",
                     path);
    }
    if (!text.n || text.p[0] == '#') continue;
    for (l.n = 0; l.n < 3 && us_slice_cut(&text, '\t', &l.field[l.n]); l.n++) {
    }
    if (l.n < 3 || text.p) return bad(&l, "expected three fields", err);
    US_TRY(parse_line(e, &l, err));
  }
  return check_complete(e, path, err);
}

unspin_status us_engine_read(const char *path, us_engine *e, unspin_error *err) {
  *e = (us_engine){0};
  for (size_t i = 0; i < GATE_SETTINGS; i++) *(double *)(void *)((char *)&e->gate + gate_settings[i].at) = (double)NAN;
  for (size_t i = 0; i < OPTIONAL_SETTINGS; i++) *optional_setting(e, i) = (double)NAN;
  unspin_status status = us_file_read(path, &e->text, err);
  if (!status) status = parse(e, path, err);
  if (status) us_engine_free(e);
  return status;
}

void us_engine_free(us_engine *engine) {
  us_buf_free(&engine->text);
  *engine = (us_engine){0};
}

double us_calibrated(const us_calibration *c, double raw) {
  double x = 0, y = 0;
  if (!c->count) return raw;
  for (size_t i = 0; i <= c->count; i++) {
    double next_x = i < c->count ? c->raw[i] : 1, next_y = i < c->count ? c->right[i] : 1;
    if (raw <= next_x) return next_x > x ? y + (next_y - y) * (raw - x) / (next_x - x) : next_y;
    x = next_x;
    y = next_y;
  }
  return y;
}
