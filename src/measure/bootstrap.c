#include "measure/bootstrap.h"

#include <math.h>
#include <stdlib.h>

#define NO_INTERVAL ((us_interval){(double)NAN, (double)NAN, (double)NAN})

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

void us_random_seed(us_random *random, uint64_t seed) {
  for (int i = 0; i < 4; i++) { /* splitmix64 */
    uint64_t z = seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    random->state[i] = z ^ z >> 31;
  }
}

uint64_t us_random_next(us_random *random) { /* xoshiro256** */
  uint64_t *s = random->state, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

uint64_t us_random_below(us_random *random, uint64_t n) {
  uint64_t uneven = -n % n, drawn; /* 2^64 modulo n: so many of the lowest values are drawn again */
  do drawn = us_random_next(random);
  while (drawn < uneven);
  return drawn % n;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The K finite ones of VALUES, in order; as sacreBLEU does, a fortieth is cut off at each end. */
static us_interval interval_of(double *values, size_t rounds) {
  size_t k = 0;
  double sum = 0;
  for (size_t i = 0; i < rounds; i++) {
    if (!isfinite(values[i])) continue;
    sum += values[i];
    values[k++] = values[i];
  }
  if (!k) return NO_INTERVAL;
  qsort(values, k, sizeof *values, ascending);
  size_t cut = k / 40;
  return (us_interval){.low = values[cut], .high = values[k - 1 - cut], .mean = sum / (double)k};
}

static void draw_rounds(uint64_t seed, size_t rounds, size_t count, size_t width, us_bootstrap_figures *figures,
                        void *data, uint32_t *picks, double *values, double *drawn) {
  us_random random;
  us_random_seed(&random, seed);
  for (size_t round = 0; round < rounds; round++) {
    for (size_t i = 0; i < count; i++) picks[i] = (uint32_t)us_random_below(&random, count);
    figures(data, picks, count, drawn);
    for (size_t f = 0; f < width; f++) values[f * rounds + round] = drawn[f];
  }
}

unspin_status us_bootstrap_many(uint64_t seed, size_t rounds, size_t count, size_t width, us_bootstrap_figures *figures,
                                void *data, us_interval *intervals, unspin_error *err) {
  for (size_t f = 0; f < width; f++) intervals[f] = NO_INTERVAL;
  if (count < 2 || !rounds || !width) return UNSPIN_OK;
  if (count > UINT32_MAX || rounds > SIZE_MAX / sizeof(double) / (width + 1))
    return us_fail(err, UNSPIN_ERR_LIMIT, "too many units or rounds for a bootstrap");
  uint32_t *picks = malloc(count * sizeof *picks);
  double *values = malloc((width * rounds + width) * sizeof *values);
  unspin_status status = picks && values ? UNSPIN_OK : us_nomem(err);
  if (!status) {
    draw_rounds(seed, rounds, count, width, figures, data, picks, values, values + width * rounds);
    for (size_t f = 0; f < width; f++) intervals[f] = interval_of(values + f * rounds, rounds);
  }
  free(picks);
  free(values);
  return status;
}

typedef struct single {
  us_bootstrap_figure *figure;
  void *data;
} single;

static void figure_of(void *data, const uint32_t *picks, size_t count, double *values) {
  single *s = data;
  values[0] = s->figure(s->data, picks, count);
}

unspin_status us_bootstrap(uint64_t seed, size_t rounds, size_t count, us_bootstrap_figure *figure, void *data,
                           us_interval *interval, unspin_error *err) {
  single s = {figure, data};
  return us_bootstrap_many(seed, rounds, count, 1, figure_of, &s, interval, err);
}
