/* engine.h - the engine's settings, read from engine.tsv: gate, agreement pairs, articles. Data, not code. */
#ifndef US_RESTORE_ENGINE_H
#define US_RESTORE_ENGINE_H

#include "base/buf.h"
#include "base/error.h"
#include "restore/detect_settings.h"
#include "restore/feature.h"

enum { US_AGREEMENT_MAX = 32, US_DOUBLED_MAX = 32, US_INFINITIVE_MAX = 96 };

/* When a document counts as spun, and how sure an edit must be. */
typedef struct us_gate_settings {
  double open_at;                  /* share of telling words (see pass.c) from which a document counts as spun */
  double ajar_at, ajar_confidence; /* share from which it may be: edits of at least this confidence are made */
  double smoothing;                /* clean words assumed beside those that were seen */
  double telling; /* natural-log odds, all candidates of a word together, from which the word is telling */
  double bias;    /* added to every candidate's odds */
  /* what a change to a fixed expression needs to be made where the document counts as clean (sure.c): log10 gain in the
   * language model, and confidence */
  double sure_gain, sure_confidence;
  /* quotations of a spun document count as spun, too, from this share of telling words on; so many words of theirs,
   * with so large a share, are assumed beside those that were seen (quoted.c) */
  double quoted_share, quoted_words, quoted_assumed;
  double compound; /* added to the odds of candidates that make a known compound of an unknown one */
  double agreement,
      agreement_most;     /* what a sure place of the document says for each other one; up to so many (agree.c) */
  double taught, vouched; /* added to the odds of rows that say outright what stands there: the user's, ours (sure.c) */
  /* what the survey (pass.c) finds in clean text, which it starts from and which SURVEY_SMOOTHING places of the
   * document outweigh, and in spun text, which is assumed at least where a text is said to be spun */
  double clean_gain, clean_rows, clean_model, spun_gain, spun_rows, spun_model, survey_smoothing;
  /* The first look (glance.c): a word is suspicious from glance_word on; a document is let pass with fewer suspicious
   * words, by a sum over them, or fewer spun ones where these stand, than these shares; shorter ones than glance_least
   * bytes are gone over in full. */
  double glance_word, glance_words, glance_places, glance_least;
  /* Going fast: the same as glance_word; what is taken for granted of every candidate instead of asking the model. */
  double fast_word, fast_model, fast_model_right, fast_model_kept;
} us_gate_settings;

/* What other spins of the article are worth, in natural-log odds; 0 unless given. */
typedef struct us_sibling_settings {
  double same, has, common, other; /* by what stands there in each (us_sibling_stand) */
  double agree; /* for each beyond the first that has the candidate's words, where none has the document's */
  double offer, offer_model; /* of words that only a sibling offers: to begin with, and for a log10 of model gain */
} us_sibling_settings;

/* What an alternative of leftover spintax is judged by, in log10 units beside the language model's (spintax.c): for
 * each word; for each natural-log odds that the tables give it against another alternative, OFFER added to these first.
 */
typedef struct us_spintax_settings {
  double word, table, offer;
} us_spintax_settings;

/* Natural-log odds of putting a small word right (mend.c), each to begin with, and for a log10 of model gain. */
typedef struct us_mend_settings {
  double doubled, infinitive, article, model;
} us_mend_settings;

/* How suspicious a candidate is by itself: a weighted sum of features that ask for no context. */
typedef struct us_glance_weight {
  us_feature feature;
  double weight;
} us_glance_weight;
enum { US_GLANCE_MAX = 40 };

/* A map from the engine's confidence to how often it is right: straight lines between points, from 0 to 0 and from the
 * last to 1. No points: as it is. */
enum { US_CALIBRATION_MAX = 32 };
typedef struct us_calibration {
  double raw[US_CALIBRATION_MAX], right[US_CALIBRATION_MAX];
  size_t count;
} us_calibration;
double us_calibrated(const us_calibration *calibration, double raw);

typedef struct us_agreement {
  us_slice singular, plural;
} us_agreement;

typedef struct us_engine {
  us_buf text; /* what the slices point into */
  us_gate_settings gate;
  us_sibling_settings sibling;
  us_spintax_settings spintax;
  us_mend_settings mend;
  double suggest_from; /* confidence from which what was not changed is suggested; 0: nothing is */
  us_calibration calibration;
  us_glance_weight glance[US_GLANCE_MAX]; /* none: every document is gone over in full */
  size_t glance_count;
  double glance_bias;
  us_agreement agreement[US_AGREEMENT_MAX];
  size_t agreement_count;
  us_slice doubled[US_DOUBLED_MAX]; /* what hardly an author writes twice in a row */
  size_t doubled_count;
  us_slice infinitive_marker, infinitive[US_INFINITIVE_MAX]; /* "to", and lemmas of the verbs that ask for it */
  size_t infinitive_count;
  us_detect_settings detect;
  us_slice agent;      /* "by"; empty unless given */
  us_slice article[2]; /* before a consonant's sound, before a vowel's: a, an */
} us_engine;

/* Reads PATH: lines of "gate NAME VALUE", "glance FEATURE WEIGHT" (or "glance bias WEIGHT"), "agree SINGULAR PLURAL",
 * "article A AN", "agent word BY", "doubled word WORD", "infinitive TO VERB", and the calibration of unspin_detect
 * (detect_settings.h), tab-separated; '#' comments. The first line is "unspin-engine 2". Every gate setting must be
 * given once. Errors: IO, FORMAT (file and line), VERSION.
 */
unspin_status us_engine_read(const char *path, us_engine *out, unspin_error *err);
void us_engine_free(us_engine *engine);

#endif
