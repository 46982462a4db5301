/* aligned.h - an article before and after a change against its exact original, line by line: every figure that needs
 * no more than these three texts. */
#ifndef US_MEASURE_ALIGNED_H
#define US_MEASURE_ALIGNED_H

#include "measure/bootstrap.h"
#include "measure/surface.h"
#include "measure/undone.h"

/* What one line gave, or several together. */
typedef struct us_aligned {
  us_surface_counts surface_before, surface_after;
  us_tally tally_before, tally_after;
} us_aligned;

typedef US_VEC(us_aligned) us_aligned_vec;

void us_aligned_sum(us_aligned *into, const us_aligned *more);

typedef struct us_aligned_texts {
  us_slice original, before, after;
  const char *original_name, *before_name, *after_name; /* for messages */
} us_aligned_texts;

/* Keeps its memory from one article to the next; serves one thread. */
typedef struct us_aligned_scorer {
  us_surface surface;
  us_scorer *undone;
} us_aligned_scorer;

/* Appends what each line of TEXTS gave to LINES; lines that are blank in all three texts give nothing, blank lines at
 * the end are no lines. Errors: INVALID (not the same number of lines: names the files), LIMIT (lines too long to
 * align), NOMEM. */
unspin_status us_aligned_score(us_aligned_scorer *scorer, const us_aligned_texts *texts, us_aligned_vec *lines,
                               unspin_error *err);
void us_aligned_scorer_free(us_aligned_scorer *scorer);

/* The figures that are made of those sums. */
enum {
  US_FIGURE_UNDONE,
  US_FIGURE_ERR,
  US_FIGURE_PRECISION,
  US_FIGURE_RECALL,
  US_FIGURE_F05,
  US_FIGURE_EXACT,
  US_FIGURE_FALSE, /* words changed that the spinner never touched, per 1,000 */
  US_FIGURE_BLEU,
  US_FIGURE_CHRF2,
  US_FIGURE_CHRF_PLUS,
  US_FIGURE_TER,
  US_FIGURES
};

typedef struct us_figure_kind {
  const char *key, *label;
  const char *signature; /* NULL where nobody else has one */
  int decimals;          /* for tables */
  bool less_is_better;
} us_figure_kind;
extern const us_figure_kind us_figure_kinds[US_FIGURES];

/* NAN where there is no such figure: what tells of edits has none before, and none where there is nothing to undo. */
typedef struct us_figures {
  double before[US_FIGURES], after[US_FIGURES];
} us_figures;
us_figures us_aligned_figures(const us_aligned *sums);
/* AFTER less BEFORE, or AFTER alone where there is no before. */
double us_figures_change(const us_figures *figures, int figure);

typedef struct us_aligned_average {
  us_figures figures;
  us_interval change[US_FIGURES];
} us_aligned_average;

/* The figures of all UNITS (lines or articles) as one text, and how far the changes could be off. */
unspin_status us_aligned_micro(const us_aligned *units, size_t count, uint64_t seed, size_t rounds,
                               us_aligned_average *average, unspin_error *err);
/* The mean of the units' own figures; units without a figure are left out of its mean. */
unspin_status us_aligned_macro(const us_aligned *units, size_t count, uint64_t seed, size_t rounds,
                               us_aligned_average *average, unspin_error *err);

#endif
