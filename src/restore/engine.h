/* engine.h - the engine's settings, read from engine.tsv: gate, agreement pairs, articles. Data, not code. */
#ifndef US_RESTORE_ENGINE_H
#define US_RESTORE_ENGINE_H

#include "base/buf.h"
#include "base/error.h"

enum { US_AGREEMENT_MAX = 32 };

/* When a document counts as spun, and how sure an edit must be. */
typedef struct us_gate_settings {
  double open_at;   /* share of telling words (see pass.c) from which a document counts as spun */
  double smoothing; /* clean words assumed beside those that were seen */
  double telling;   /* natural-log odds, all candidates of a word together, from which the word is telling */
  double bias;      /* added to every candidate's odds */
  /* what the survey (pass.c) finds in clean text, which it starts from and which SURVEY_SMOOTHING places of the document
   * outweigh, and in spun text, which is assumed at least where a text is said to be spun */
  double clean_gain, clean_rows, clean_model, spun_gain, spun_rows, spun_model, survey_smoothing;
} us_gate_settings;

typedef struct us_agreement {
  us_slice singular, plural;
} us_agreement;

typedef struct us_engine {
  us_buf text; /* what the slices point into */
  us_gate_settings gate;
  us_agreement agreement[US_AGREEMENT_MAX];
  size_t agreement_count;
  us_slice article[2]; /* before a consonant's sound, before a vowel's: a, an */
} us_engine;

/* Reads PATH: lines of "gate NAME VALUE", "agree SINGULAR PLURAL", "article A AN", tab-separated; '#' comments. The
 * first line is "unspin-engine 2". Every gate setting must be given once. Errors: IO, FORMAT (file and line), VERSION.
 */
unspin_status us_engine_read(const char *path, us_engine *out, unspin_error *err);
void us_engine_free(us_engine *engine);

#endif
