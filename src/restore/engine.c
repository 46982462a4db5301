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
#define SETTING(name) {#name, offsetof(us_gate_settings, name)}
    SETTING(open_at),    SETTING(smoothing),   SETTING(telling),   SETTING(bias),
    SETTING(clean_gain), SETTING(clean_rows),  SETTING(clean_model), SETTING(spun_gain),
    SETTING(spun_rows),  SETTING(spun_model),  SETTING(survey_smoothing)
#undef SETTING
};
#define GATE_SETTINGS (sizeof gate_settings / sizeof *gate_settings)

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

static unspin_status parse_line(us_engine *e, const line *l, unspin_error *err) {
  us_slice kind = l->field[0], name = l->field[1];
  if (us_slice_eq(kind, US_LIT("gate"))) {
    for (size_t i = 0; i < GATE_SETTINGS; i++)
      if (us_slice_eq(name, us_slice_of(gate_settings[i].name)))
        return parse_number(l, (double *)((char *)&e->gate + gate_settings[i].at), err);
    return bad(l, "no gate setting of that name", err);
  }
  if (us_slice_eq(kind, US_LIT("article"))) {
    e->article[0] = name;
    e->article[1] = l->field[2];
    return UNSPIN_OK;
  }
  if (!us_slice_eq(kind, US_LIT("agree")) || l->n != 3)
    return bad(l, "expected gate, agree or article and two fields", err);
  if (e->agreement_count == US_AGREEMENT_MAX) return bad(l, "too many agreement pairs", err);
  e->agreement[e->agreement_count++] = (us_agreement){name, l->field[2]};
  return UNSPIN_OK;
}

static unspin_status check_complete(const us_engine *e, const char *path, unspin_error *err) {
  for (size_t i = 0; i < GATE_SETTINGS; i++)
    if (isnan(*(const double *)((const char *)&e->gate + gate_settings[i].at)))
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: the gate setting '%s' is missing", path, gate_settings[i].name);
  if (e->gate.open_at < 0 || e->gate.smoothing < 0 || e->gate.survey_smoothing < 0)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: a gate setting is impossible", path);
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
  for (size_t i = 0; i < GATE_SETTINGS; i++) *(double *)((char *)&e->gate + gate_settings[i].at) = NAN;
  unspin_status status = us_file_read(path, &e->text, err);
  if (!status) status = parse(e, path, err);
  if (status) us_engine_free(e);
  return status;
}

void us_engine_free(us_engine *engine) {
  us_buf_free(&engine->text);
  *engine = (us_engine){0};
}
