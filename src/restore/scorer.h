/* scorer.h - features into odds: a small network with one hidden layer beside a linear path, read from weights.tsv.
 *
 *   x_i = clip((f_i - mean_i) / deviation_i, -5, 5)
 *   odds = bias + sum_i skip_i x_i + sum_h out_h max(0, hidden_h + sum_i w_ih x_i)        natural log, against keeping
 *
 * Candidates for the same words compete with each other and with keeping the text (whose odds are 0) in a softmax. */
#ifndef US_RESTORE_SCORER_H
#define US_RESTORE_SCORER_H

#include "base/buf.h"
#include "base/error.h"
#include "restore/feature.h"

enum { US_HIDDEN_MAX = 64 };
#define US_FEATURE_CLIP 5.0f

typedef struct us_scorer {
  int hidden;
  float bias, mean[US_FEATURE_COUNT], scale[US_FEATURE_COUNT]; /* scale: 1 over the deviation */
  float skip[US_FEATURE_COUNT], in[US_FEATURE_COUNT][US_HIDDEN_MAX], hidden_bias[US_HIDDEN_MAX], out[US_HIDDEN_MAX];
} us_scorer;

/* Reads PATH: '#' comments; "unspin-weights 1" first; "bias VALUE", "hidden" and "out" with a number for each hidden
 * unit, and for each feature "feature NAME MEAN DEVIATION SKIP" and a number for each hidden unit; TAB-separated. The
 * file's bytes go to TEXT, for the knowledge's hash. Errors: IO, FORMAT (file and line), VERSION. */
unspin_status us_scorer_read(const char *path, us_buf *text, us_scorer *out, unspin_error *err);
/* Appends the file that us_scorer_read reads, without its first comments. */
void us_scorer_write(const us_scorer *scorer, us_buf *out);

/* Natural-log odds against keeping. */
double us_scorer_odds(const us_scorer *scorer, const float feature[US_FEATURE_COUNT]);
/* The same to the last bit for N candidates, US_SCORER_TEAM at most; FEATURE has room for so many, filled with finite numbers. */
enum { US_SCORER_TEAM = 8 };
void us_scorer_odds_team(const us_scorer *scorer, float (*feature)[US_FEATURE_COUNT], size_t n, double *odds);
/* What each feature adds to the odds, the network taken as it is linear around these values. */
void us_scorer_explain(const us_scorer *scorer, const float feature[US_FEATURE_COUNT], float out[US_FEATURE_COUNT]);

#endif
