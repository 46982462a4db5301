/* Any bytes as the engine's settings or its weights: what is taken is whole, and is used. */
#include <math.h>

#include "fuzz/fuzz.h"
#include "restore/engine.h"
#include "restore/scorer.h"

static void check_engine(const char *path) {
  us_engine engine;
  if (us_engine_read(path, &engine, NULL)) return;
  for (double raw = 0; raw <= 1; raw += 0.125) {
    double right = us_calibrated(&engine.calibration, raw);
    FUZZ_CHECK(right >= 0 && right <= 1);
  }
  us_engine_free(&engine);
}

static void check_weights(const char *path) {
  us_buf text = {0};
  us_scorer *scorer = calloc(1, sizeof *scorer);
  float feature[US_FEATURE_COUNT], part[US_FEATURE_COUNT];
  FUZZ_CHECK(scorer);
  if (us_scorer_read(path, &text, scorer, NULL) == UNSPIN_OK) {
    for (int i = 0; i < US_FEATURE_COUNT; i++) feature[i] = (float)i - 20;
    FUZZ_CHECK(!isnan(us_scorer_odds(scorer, feature)));
    us_scorer_explain(scorer, feature, part);
  }
  us_buf_free(&text);
  free(scorer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 1 << 18) return 0;
  const char *path = fuzz_file(".tsv", data, size);
  check_engine(path);
  check_weights(path);
  return 0;
}
