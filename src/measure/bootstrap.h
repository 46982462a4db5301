/* bootstrap.h - how far a figure could be off by chance: the articles or lines it came from are drawn again, with
 * replacement, many times. The same seed gives the same interval on every machine. */
#ifndef US_MEASURE_BOOTSTRAP_H
#define US_MEASURE_BOOTSTRAP_H

#include <stdint.h>

#include "base/error.h"

/* A small, fast generator of our own (xoshiro256**, seeded through splitmix64): no library's choice changes a figure.
 */
typedef struct us_random {
  uint64_t state[4];
} us_random;

void us_random_seed(us_random *random, uint64_t seed);
uint64_t us_random_next(us_random *random);
/* Evenly from 0 to N - 1; N must be above 0. */
uint64_t us_random_below(us_random *random, uint64_t n);

#define US_BOOTSTRAP_SEED 12345u
#define US_BOOTSTRAP_ROUNDS 1000u

typedef struct us_interval {
  double low, high; /* the middle 95 % of the rounds */
  double mean;      /* of the rounds */
} us_interval;

/* The figure for one drawing: PICKS are COUNT indices below COUNT, repeats allowed. May be NAN where the drawing allows
 * no figure: such rounds are left out. */
typedef double us_bootstrap_figure(void *data, const uint32_t *picks, size_t count);

/* Draws COUNT units ROUNDS times and fills INTERVAL. A figure that is a difference (after less before over the same
 * picks) gives the paired interval. With fewer than two units, or no round that gives a figure, all of INTERVAL is NAN.
 * Errors: NOMEM, LIMIT (4 Gi units). */
unspin_status us_bootstrap(uint64_t seed, size_t rounds, size_t count, us_bootstrap_figure *figure, void *data,
                           us_interval *interval, unspin_error *err);

/* The same for several figures at once: FIGURES writes WIDTH values for one drawing, INTERVALS gets WIDTH results. */
typedef void us_bootstrap_figures(void *data, const uint32_t *picks, size_t count, double *values);
unspin_status us_bootstrap_many(uint64_t seed, size_t rounds, size_t count, size_t width, us_bootstrap_figures *figures,
                                void *data, us_interval *intervals, unspin_error *err);

#endif
