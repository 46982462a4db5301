/* The generator against its published values, and intervals whose right answer is known. */
#include <inttypes.h>
#include <math.h>

#include "measure/bootstrap.h"
#include "support.h"

START_TEST(generator_is_the_published_one) {
  /* xoshiro256** from the state 1, 2, 3, 4, as its authors' code gives it */
  static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240};
  us_random random = {.state = {1, 2, 3, 4}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
    ck_assert_uint_eq(us_random_next(&random), expected[i]);
  us_random_seed(&random, 0); /* splitmix64 from 0 */
  ck_assert_uint_eq(random.state[0], UINT64_C(0xE220A8397B1DCDAF));
  ck_assert_uint_eq(random.state[1], UINT64_C(0x6E789E6AA1B965F4));
}
END_TEST

START_TEST(drawing_is_even) {
  enum { SIDES = 6, THROWS = 60000 };
  size_t met[SIDES] = {0};
  us_random random;
  us_random_seed(&random, 7);
  for (int i = 0; i < THROWS; i++) met[us_random_below(&random, SIDES)]++;
  for (int i = 0; i < SIDES; i++) ck_assert_msg(met[i] > 9600 && met[i] < 10400, "side %d: %zu times", i, met[i]);
  for (int i = 0; i < 100; i++) ck_assert_uint_eq(us_random_below(&random, 1), 0);
}
END_TEST

static double mean(void *data, const uint32_t *picks, size_t count) {
  const double *values = data;
  double sum = 0;
  bool inside = true; /* asserting each pick would take all the time */
  for (size_t i = 0; i < count; i++) {
    inside &= picks[i] < count;
    sum += inside ? values[picks[i]] : 0;
  }
  ck_assert(inside);
  return sum / (double)count;
}

START_TEST(interval_of_a_mean) {
  /* 400 values, half 0 and half 1: the mean is 0.5 with a standard error of 0.025, so 95 % lie within 0.049 of it */
  double values[400];
  for (int i = 0; i < 400; i++) values[i] = i % 2;
  us_interval found, again, other;
  ck_assert_int_eq(us_bootstrap(1, 4000, 400, mean, values, &found, NULL), UNSPIN_OK);
  ck_assert_double_eq_tol(found.low, 0.451, 0.006);
  ck_assert_double_eq_tol(found.high, 0.549, 0.006);
  ck_assert_double_eq_tol(found.mean, 0.5, 0.002);
  ck_assert_int_eq(us_bootstrap(1, 4000, 400, mean, values, &again, NULL), UNSPIN_OK);
  ck_assert_int_eq(us_bootstrap(2, 4000, 400, mean, values, &other, NULL), UNSPIN_OK);
  ck_assert(found.low == again.low && found.high == again.high && found.mean == again.mean);
  ck_assert(found.mean != other.mean);
}
END_TEST

START_TEST(same_values_leave_no_doubt) {
  double values[5] = {3, 3, 3, 3, 3};
  us_interval found;
  ck_assert_int_eq(us_bootstrap(1, 50, 5, mean, values, &found, NULL), UNSPIN_OK);
  ck_assert(found.low == 3 && found.high == 3 && found.mean == 3);
}
END_TEST

static double only_with_the_first(void *data, const uint32_t *picks, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (picks[i] == 0) return 1;
  ++*(size_t *)data;
  return (double)NAN;
}

START_TEST(rounds_without_a_figure_are_left_out) {
  size_t left_out = 0;
  us_interval found;
  ck_assert_int_eq(us_bootstrap(1, 100, 3, only_with_the_first, &left_out, &found, NULL), UNSPIN_OK);
  ck_assert_uint_gt(left_out, 0);
  ck_assert(found.low == 1 && found.high == 1 && found.mean == 1);
}
END_TEST

START_TEST(too_little_gives_no_interval) {
  double values[1] = {3};
  us_interval found;
  ck_assert_int_eq(us_bootstrap(1, 50, 1, mean, values, &found, NULL), UNSPIN_OK);
  ck_assert(isnan(found.low) && isnan(found.high) && isnan(found.mean));
  ck_assert_int_eq(us_bootstrap(1, 0, 5, mean, values, &found, NULL), UNSPIN_OK);
  ck_assert(isnan(found.low));
}
END_TEST

static void sum_and_spread(void *data, const uint32_t *picks, size_t count, double *values) {
  (void)data;
  uint32_t least = UINT32_MAX, most = 0;
  values[0] = 0;
  for (size_t i = 0; i < count; i++) {
    values[0] += picks[i];
    if (picks[i] < least) least = picks[i];
    if (picks[i] > most) most = picks[i];
  }
  values[1] = most - least;
}

START_TEST(several_figures_keep_apart) {
  us_interval found[2];
  ck_assert_int_eq(us_bootstrap_many(1, 200, 10, 2, sum_and_spread, NULL, found, NULL), UNSPIN_OK);
  ck_assert_double_eq_tol(found[0].mean, 45, 3);
  ck_assert(found[1].low >= 0 && found[1].high <= 9 && found[1].mean > 6);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("bootstrap");
  TCase *tests = tcase_create("all");
  tcase_add_test(tests, generator_is_the_published_one);
  tcase_add_test(tests, drawing_is_even);
  tcase_add_test(tests, interval_of_a_mean);
  tcase_add_test(tests, same_values_leave_no_doubt);
  tcase_add_test(tests, rounds_without_a_figure_are_left_out);
  tcase_add_test(tests, too_little_gives_no_interval);
  tcase_add_test(tests, several_figures_keep_apart);
  suite_add_tcase(suite, tests);
  return test_run(suite);
}
