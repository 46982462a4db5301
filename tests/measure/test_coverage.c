/* What is left of a spinner's damage once the best of the offers are taken, and how it is counted. */
#include <check.h>
#include <string.h>

#include "measure/coverage.h"

static const char SPUN[] = "The govt gave the fairway gentle to a large plan quickly.";
static const char PLAIN[] = "The government gave the green light to a big plan.";

static us_coverage *coverage;
static us_offer_vec offers;

/* An offer for the first BEFORE in SPUN. */
static void offer(const char *before, const char *after, unsigned sources) {
  size_t begin = (size_t)(strstr(SPUN, before) - SPUN);
  us_offer o = {.begin = begin, .end = begin + strlen(before), .after = us_slice_of(after), .sources = sources};
  ck_assert(us_vec_push(&offers, o));
}

static us_gaps left(unsigned sources, us_buf *best) {
  unspin_error err;
  us_gaps gaps;
  ck_assert_int_eq(us_coverage_left(coverage, sources, &gaps, best, &err), UNSPIN_OK);
  return gaps;
}

static void begin(void) {
  unspin_error err;
  coverage = us_coverage_new();
  ck_assert_ptr_nonnull(coverage);
  ck_assert_int_eq(us_coverage_begin(coverage, us_slice_of(SPUN), us_slice_of(PLAIN), &offers, &err), UNSPIN_OK);
}

static void end(void) {
  us_coverage_free(coverage);
  us_vec_free(&offers);
}

START_TEST(no_offers_leave_all_the_damage) {
  begin();
  us_gaps all = left(~0u, NULL);
  /* govt, fairway, gentle, large; quickly was put in */
  ck_assert_uint_eq(all.substitutions, 5);
  ck_assert_uint_eq(all.words, 5);
  end();
}
END_TEST

START_TEST(a_phrase_or_its_words_side_by_side) {
  offer("fairway gentle", "green light", 1);
  offer("fairway", "green", 2);
  offer("gentle", "light", 2);
  offer("gentle", "mild", 1);
  begin();
  ck_assert_uint_eq(left(1, NULL).substitutions, 3);
  ck_assert_uint_eq(left(2, NULL).substitutions, 3);
  ck_assert_uint_eq(left(4, NULL).substitutions, 5);
  end();
}
END_TEST

START_TEST(only_the_very_form_counts) {
  offer("govt", "governments", 1);
  offer("large", "BIG", 1);
  begin();
  us_buf best = {0};
  ck_assert_uint_eq(left(1, &best).words, 4);
  ck_assert_str_eq(best.p, "The govt gave the fairway gentle to a BIG plan quickly.");
  us_buf_free(&best);
  end();
}
END_TEST

START_TEST(an_offer_may_span_what_stayed) {
  offer("plan quickly", "plan", 1);
  begin();
  ck_assert_uint_eq(left(1, NULL).words, 4);
  end();
}
END_TEST

START_TEST(offers_that_do_harm_are_not_taken) {
  offer("The", "A", 1);
  offer("plan", "scheme", 1);
  begin();
  us_buf best = {0};
  ck_assert_uint_eq(left(1, &best).words, 5);
  ck_assert_str_eq(best.p, SPUN);
  us_buf_free(&best);
  end();
}
END_TEST

int main(void) {
  Suite *suite = suite_create("coverage");
  TCase *tests = tcase_create("coverage");
  tcase_add_test(tests, no_offers_leave_all_the_damage);
  tcase_add_test(tests, a_phrase_or_its_words_side_by_side);
  tcase_add_test(tests, only_the_very_form_counts);
  tcase_add_test(tests, an_offer_may_span_what_stayed);
  tcase_add_test(tests, offers_that_do_harm_are_not_taken);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
