#include "restore/detect_settings.h"

#include <math.h>
#include <stdlib.h>

static const char *const document_names[] = {
#define X(name, meaning) #name,
    US_DOCUMENT_MEASURES(X)
#undef X
};
static const char *const sentence_names[] = {
#define X(name, meaning) #name,
    US_SENTENCE_MEASURES(X)
#undef X
};

static bool read_number(us_slice text, double *out) {
  char copy[40], *end;
  if (!text.n || text.n >= sizeof copy) return false;
  memcpy(copy, text.p, text.n);
  copy[text.n] = 0;
  *out = strtod(copy, &end);
  return !*end && isfinite(*out);
}

static const char *take_weight(const char *const *names, unsigned count, us_slice name, us_slice value, double *weights,
                               unsigned *given) {
  for (unsigned i = 0; i < count; i++) {
    if (!us_slice_eq(name, us_slice_of(names[i]))) continue;
    if (*given >> i & 1) return "given twice";
    *given |= 1u << i;
    return read_number(value, &weights[i]) ? NULL : "not a number";
  }
  return "no measure of that name";
}

static bool is_share(double x) { return x > 0 && x < 1; }

static const char *take_family(us_detect_settings *s, us_slice name, us_slice value) {
  us_slice elsewhere, own;
  if (s->families == US_FAMILIES) return "too many families";
  us_family *f = &s->family[s->families++];
  f->name = name;
  bool two = us_slice_cut(&value, ' ', &elsewhere) && us_slice_cut(&value, ' ', &own);
  if (!two || value.p || !read_number(elsewhere, &f->elsewhere) || !read_number(own, &f->own) ||
      !is_share(f->elsewhere) || !is_share(f->own))
    return "expected two shares between 0 and 1";
  return NULL;
}

const char *us_detect_setting(us_detect_settings *s, us_slice kind, us_slice name, us_slice value) {
  if (us_slice_eq(kind, US_LIT("family"))) return take_family(s, name, value);
  if (us_slice_eq(kind, US_LIT("document")))
    return take_weight(document_names, US_DOCUMENT_MEASURE_COUNT, name, value, s->document, &s->documents);
  return take_weight(sentence_names, US_SENTENCE_MEASURE_COUNT, name, value, s->sentence, &s->sentences);
}

const char *us_detect_settings_missing(const us_detect_settings *s) {
  bool none = !s->documents && !s->sentences && !s->families;
  if (none) return NULL;
  if (s->documents != (1u << US_DOCUMENT_MEASURE_COUNT) - 1) return "a line 'document' is missing";
  if (s->sentences != (1u << US_SENTENCE_MEASURE_COUNT) - 1) return "a line 'sentence' is missing";
  return s->families == US_FAMILIES ? NULL : "a line 'family' is missing";
}
