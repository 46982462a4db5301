#include <math.h>
#include <stdlib.h>

#include "measure/aligned.h"

const us_figure_kind us_figure_kinds[US_FIGURES] = {
    [US_FIGURE_UNDONE] = {.key = "undone", .label = "undone", .decimals = 3},
    [US_FIGURE_ERR] = {.key = "err", .label = "ERR", .decimals = 3},
    [US_FIGURE_PRECISION] = {.key = "precision", .label = "precision", .decimals = 3},
    [US_FIGURE_RECALL] = {.key = "recall", .label = "recall", .decimals = 3},
    [US_FIGURE_F05] = {.key = "f05", .label = "F0.5", .decimals = 3},
    [US_FIGURE_EXACT] = {.key = "exact", .label = "exact sentences", .decimals = 3},
    [US_FIGURE_FALSE] = {.key = "false_per_1000", .label = "false/1k words", .decimals = 2, .less_is_better = true},
    [US_FIGURE_BLEU] = {.key = "bleu", .label = "BLEU", .signature = US_BLEU_SIGNATURE, .decimals = 2},
    [US_FIGURE_CHRF2] = {.key = "chrf2", .label = "chrF2", .signature = US_CHRF2_SIGNATURE, .decimals = 2},
    [US_FIGURE_CHRF_PLUS] = {.key = "chrf2++", .label = "chrF2++", .signature = US_CHRF_PLUS_SIGNATURE, .decimals = 2},
    [US_FIGURE_TER] = {
        .key = "ter", .label = "TER", .signature = US_TER_SIGNATURE, .decimals = 2, .less_is_better = true}};

static void put_surface(double *figures, const us_surface_counts *counts) {
  us_surface_scores scores = us_surface_score(counts);
  figures[US_FIGURE_BLEU] = scores.bleu;
  figures[US_FIGURE_CHRF2] = scores.chrf2;
  figures[US_FIGURE_CHRF_PLUS] = scores.chrf_plus;
  figures[US_FIGURE_TER] = scores.ter;
}

us_figures us_aligned_figures(const us_aligned *sums) {
  us_figures f;
  const us_tally *t = &sums->tally_after;
  for (int i = 0; i < US_FIGURES; i++) f.before[i] = (double)NAN;
  f.before[US_FIGURE_EXACT] = us_tally_exact(&sums->tally_before);
  f.after[US_FIGURE_UNDONE] = us_tally_undone(t);
  f.after[US_FIGURE_ERR] = us_tally_err(t);
  f.after[US_FIGURE_PRECISION] = us_tally_precision(t);
  f.after[US_FIGURE_RECALL] = us_tally_recall(t);
  f.after[US_FIGURE_F05] = us_tally_f05(t);
  f.after[US_FIGURE_EXACT] = us_tally_exact(t);
  f.after[US_FIGURE_FALSE] = us_tally_false_per_1000(t);
  put_surface(f.before, &sums->surface_before);
  put_surface(f.after, &sums->surface_after);
  return f;
}

double us_figures_change(const us_figures *f, int figure) {
  return isnan(f->before[figure]) ? f->after[figure] : f->after[figure] - f->before[figure];
}

static void micro_round(void *data, const uint32_t *picks, size_t count, double *values) {
  const us_aligned *units = data;
  us_aligned sums = {0};
  for (size_t i = 0; i < count; i++) us_aligned_sum(&sums, &units[picks[i]]);
  us_figures f = us_aligned_figures(&sums);
  for (int i = 0; i < US_FIGURES; i++) values[i] = us_figures_change(&f, i);
}

unspin_status us_aligned_micro(const us_aligned *units, size_t count, uint64_t seed, size_t rounds,
                               us_aligned_average *average, unspin_error *err) {
  us_aligned sums = {0};
  for (size_t i = 0; i < count; i++) us_aligned_sum(&sums, &units[i]);
  average->figures = us_aligned_figures(&sums);
  return us_bootstrap_many(seed, rounds, count, US_FIGURES, micro_round, (void *)(uintptr_t)units, average->change,
                           err);
}

/* The mean of the units that have the figure; over PICKS, or over all COUNT of them where that is NULL. */
static us_figures mean_of(const us_figures *units, const uint32_t *picks, size_t count) {
  us_figures sums = {0};
  size_t have_before[US_FIGURES] = {0}, have_after[US_FIGURES] = {0};
  for (size_t k = 0; k < count; k++) {
    const us_figures *f = &units[picks ? picks[k] : k];
    for (int i = 0; i < US_FIGURES; i++) {
      if (!isnan(f->before[i])) sums.before[i] += f->before[i];
      if (!isnan(f->after[i])) sums.after[i] += f->after[i];
      have_before[i] += isnan(f->before[i]) ? 0 : 1;
      have_after[i] += isnan(f->after[i]) ? 0 : 1;
    }
  }
  for (int i = 0; i < US_FIGURES; i++) {
    sums.before[i] = have_before[i] ? sums.before[i] / (double)have_before[i] : (double)NAN;
    sums.after[i] = have_after[i] ? sums.after[i] / (double)have_after[i] : (double)NAN;
  }
  return sums;
}

static void macro_round(void *data, const uint32_t *picks, size_t count, double *values) {
  us_figures means = mean_of(data, picks, count);
  for (int i = 0; i < US_FIGURES; i++) values[i] = us_figures_change(&means, i);
}

unspin_status us_aligned_macro(const us_aligned *units, size_t count, uint64_t seed, size_t rounds,
                               us_aligned_average *average, unspin_error *err) {
  us_figures *figures = malloc((count + 1) * sizeof *figures);
  if (!figures) return us_nomem(err);
  for (size_t i = 0; i < count; i++) figures[i] = us_aligned_figures(&units[i]);
  average->figures = mean_of(figures, NULL, count);
  unspin_status status = us_bootstrap_many(seed, rounds, count, US_FIGURES, macro_round, figures, average->change, err);
  free(figures);
  return status;
}
