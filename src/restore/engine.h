/* engine.h - the engine's numbers, read from engine.tsv: weights, gate, agreement pairs. Data, not code. */
#ifndef US_RESTORE_ENGINE_H
#define US_RESTORE_ENGINE_H

#include "base/buf.h"
#include "base/error.h"
#include "restore/feature.h"

enum { US_AGREEMENT_MAX = 32 };

/* Settings of the gate; see gate.h. */
typedef struct us_gate_settings {
  double usual_share; /* share of spun words in a typically spun text */
  double open_at;     /* smoothed share from which a document counts as spun */
  double smoothing;   /* clean words assumed beside those that were seen */
  double common_rate; /* ln of the occurrences per million clean words from which a phrase tells nothing */
} us_gate_settings;

typedef struct us_agreement {
  us_slice singular, plural;
} us_agreement;

typedef struct us_engine {
  us_buf text; /* what the slices point into */
  double weight[US_FEATURE_COUNT];
  us_gate_settings gate;
  us_agreement agreement[US_AGREEMENT_MAX];
  size_t agreement_count;
  us_slice article[2]; /* before a consonant's sound, before a vowel's: a, an */
} us_engine;

/* Reads PATH: lines of "weight NAME VALUE", "gate NAME VALUE", "agree SINGULAR PLURAL", "article A AN", tab-separated;
 * '#' comments. The first line is "unspin-engine 1". Every weight and gate setting must be given once. Errors: IO,
 * FORMAT (file and line), VERSION. */
unspin_status us_engine_read(const char *path, us_engine *out, unspin_error *err);
void us_engine_free(us_engine *engine);

#endif
