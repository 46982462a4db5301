/* Comparisons against a clean text on the topic, with the shipped background model and texts of our own. */
#include <math.h>

#include "measure/comparable.h"
#include "support.h"

#define DATA(name) BUILD_DATA "/" name

static unspin_model *model;
static us_buf functions, clean, spun, plain;
static const us_comparable_options usual = {.seed = 12345, .rounds = 300};

static void set_up(void) {
  unspin_error err;
  ck_assert_msg(unspin_model_open(DATA("plain.lm"), &model, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(us_file_read(DATA("function-words.tsv"), &functions, &err) == UNSPIN_OK, "%s", err.message);
  clean = test_read("measure/topic/railway.txt");
  spun = test_read("samples/sample.spun.txt");
  plain = test_read("samples/sample.plain.txt");
}

static void tear_down(void) {
  unspin_model_close(model);
  us_buf_free(&functions);
  us_buf_free(&clean);
  us_buf_free(&spun);
  us_buf_free(&plain);
}

static unspin_status open(us_slice text, bool both, bool force, us_reference **out, unspin_error *err) {
  us_reference_options options = {
      .model = model, .function_words = us_buf_slice(&functions), .name = "ref", .both = both, .force = force};
  return us_reference_open(text, &options, out, err);
}

static us_reference *railway(bool both) {
  us_reference *r;
  unspin_error err;
  ck_assert_msg(open(us_buf_slice(&clean), both, false, &r, &err) == UNSPIN_OK, "%s", err.message);
  return r;
}

static us_comparable compare(us_reference *r, us_slice before, us_slice after) {
  us_comparable c;
  unspin_error err;
  ck_assert_msg(us_comparable_score(r, before, after, &usual, &c, &err) == UNSPIN_OK, "%s", err.message);
  return c;
}

static double sum_of_gains(const us_comparable *c) {
  double sum = 0;
  for (size_t i = 0; i < c->edit_count; i++) sum += c->edits[i].gain;
  return sum;
}

START_TEST(test_the_original_is_nearer) {
  for (int both = 0; both < 2; both++) {
    us_reference *r = railway(both);
    us_comparable c = compare(r, us_buf_slice(&spun), us_buf_slice(&plain));
    const us_shift *nearer_by_less[] = {&c.difference, &c.divergence, &c.chi_square};
    for (size_t i = 0; i < 3; i++)
      ck_assert_msg(nearer_by_less[i]->interval.high < 0, "%d, figure %zu: up to %f", both, i,
                    nearer_by_less[i]->interval.high);
    ck_assert_double_gt(c.attestation.interval.low, 0);
    ck_assert_double_lt(c.difference.after, 0); /* it is on the topic */
    ck_assert_double_eq_tol(c.difference.before + c.difference.change, c.difference.after, 1e-12);
    us_comparable_free(&c);
    us_reference_close(r);
  }
}
END_TEST

START_TEST(test_another_topic_is_not) {
  us_buf before = test_read("samples/football.spun.txt"), after = test_read("samples/football.plain.txt");
  us_reference *r = railway(true);
  us_comparable on = compare(r, us_buf_slice(&spun), us_buf_slice(&plain));
  us_comparable off = compare(r, us_buf_slice(&before), us_buf_slice(&after));
  ck_assert_double_gt(off.difference.interval.high, 0);
  ck_assert_double_lt(on.difference.change, 3 * off.difference.change);
  ck_assert_double_lt(on.difference.before, off.difference.before);
  us_comparable_free(&on);
  us_comparable_free(&off);
  us_buf_free(&before);
  us_buf_free(&after);
  us_reference_close(r);
}
END_TEST

START_TEST(test_gains_sum_to_the_change) {
  us_reference *r = railway(false);
  us_comparable there = compare(r, us_buf_slice(&spun), us_buf_slice(&plain));
  us_comparable back = compare(r, us_buf_slice(&plain), us_buf_slice(&spun));
  ck_assert_uint_gt(there.edit_count, 20);
  ck_assert_double_eq_tol(sum_of_gains(&there), there.difference.change * (double)there.tokens, 1e-9);
  ck_assert_double_eq_tol(sum_of_gains(&back), back.difference.change * (double)back.tokens, 1e-9);
  ck_assert_double_eq_tol(sum_of_gains(&there), -sum_of_gains(&back), 1e-9);
  us_comparable_free(&there);
  us_comparable_free(&back);
  us_reference_close(r);
}
END_TEST

START_TEST(test_edits_name_their_places) {
  const char *before = "The govt will assist.\n\nIt is once late, she stated.\n";
  const char *after = "The government will help.\n\nIt is late, she said.\n";
  static const char *const wants[][2] = {{"govt", "government"}, {"assist", "help"}, {"once", ""}, {"stated", "said"}};
  static const size_t lines[] = {1, 1, 3, 3};
  us_reference *r = railway(false);
  us_comparable c = compare(r, us_slice_of(before), us_slice_of(after));
  ck_assert_uint_eq(c.edit_count, 4);
  for (size_t i = 0; i < 4; i++) {
    const us_comparable_edit *e = &c.edits[i];
    us_slice was = us_slice_sub(us_slice_of(before), e->before_begin, e->before_end);
    us_slice is = us_slice_sub(us_slice_of(after), e->after_begin, e->after_end);
    ck_assert_msg(us_slice_eq(was, us_slice_of(wants[i][0])) && us_slice_eq(is, us_slice_of(wants[i][1])),
                  "%.*s -> %.*s", (int)was.n, was.p, (int)is.n, is.p);
    ck_assert_uint_eq(e->line, lines[i]);
  }
  /* words and pairs and triples of words that touch "govt"; "the govt" begins the sentence */
  ck_assert_uint_eq(c.edits[0].removed, 1 + 2 + 2);
  ck_assert_uint_eq(c.edits[0].made, 1 + 2 + 2);
  /* "assist" has what the first edit has not; the full stop is no word */
  ck_assert_uint_eq(c.edits[1].removed, 1 + 1 + 0);
  /* taken out: the pair and triple across the gap are made by it */
  ck_assert_uint_eq(c.edits[2].removed, 1 + 2 + 2);
  ck_assert_uint_eq(c.edits[2].made, 0 + 1 + 1);
  ck_assert_uint_ge(c.edits[3].made_held, 1); /* "said" */
  ck_assert_uint_eq(c.edits[3].removed_held, 0);
  us_comparable_free(&c);
  us_reference_close(r);
}
END_TEST

START_TEST(test_no_change_no_figure_moves) {
  us_reference *r = railway(true);
  us_comparable c = compare(r, us_buf_slice(&spun), us_buf_slice(&spun));
  ck_assert_uint_eq(c.edit_count, 0);
  const us_shift *still[] = {&c.difference, &c.divergence, &c.chi_square};
  for (size_t i = 0; i < 3; i++) {
    ck_assert(still[i]->change == 0.0);
    ck_assert(still[i]->interval.low == 0.0 && still[i]->interval.high == 0.0);
  }
  ck_assert(isnan(c.attestation.before) && isnan(c.attestation.change) && isnan(c.attestation.interval.low));
  us_comparable_free(&c);
  us_reference_close(r);
}
END_TEST

START_TEST(test_the_same_seed_the_same_interval) {
  us_reference *r = railway(false), *again = railway(false);
  us_comparable a = compare(r, us_buf_slice(&spun), us_buf_slice(&plain)), b;
  us_comparable c = compare(again, us_buf_slice(&spun), us_buf_slice(&plain));
  us_comparable_options other = {.seed = 7, .rounds = 300};
  unspin_error err;
  ck_assert(us_comparable_score(r, us_buf_slice(&spun), us_buf_slice(&plain), &other, &b, &err) == UNSPIN_OK);
  ck_assert(memcmp(&a.difference, &c.difference, sizeof a.difference) == 0);
  ck_assert(memcmp(&a.chi_square, &c.chi_square, sizeof a.chi_square) == 0);
  ck_assert(a.difference.change == b.difference.change);
  ck_assert(a.difference.interval.low != b.difference.interval.low);
  us_comparable_free(&a);
  us_comparable_free(&b);
  us_comparable_free(&c);
  us_reference_close(r);
  us_reference_close(again);
}
END_TEST

/* The first half may have been used to restore: what stands there alone must be no evidence. */
START_TEST(test_only_the_second_half_judges) {
  us_buf text = {0};
  for (int i = 0; i < 8; i++)
    us_buf_puts(&text, i % 2 ? "The council met in the town and talked of trains again, he said.\n\n"
                             : "The parliament gathered in the capital and spoke of ships again, she wrote.\n\n");
  us_slice before = US_LIT("They talked. They gathered."), after = US_LIT("They spoke. They met.");
  us_reference *r, *both;
  unspin_error err;
  ck_assert(open(us_buf_slice(&text), false, false, &r, &err) == UNSPIN_OK);
  ck_assert(open(us_buf_slice(&text), true, false, &both, &err) == UNSPIN_OK);
  us_comparable second = compare(r, before, after), all = compare(both, before, after);
  ck_assert_uint_eq(second.edit_count, 2);
  ck_assert_uint_eq(second.edits[0].made_held, 0); /* "spoke": first half only */
  ck_assert_uint_eq(second.edits[1].made_held, 1); /* "met" */
  ck_assert_uint_eq(all.edits[0].made_held, 1);
  ck_assert_double_gt(second.edits[0].gain, 0);
  ck_assert_double_lt(second.edits[1].gain, 0);
  ck_assert(us_reference_about(r)->weight[0] == 0.0 && us_reference_about(both)->weight[0] > 0);
  us_comparable_free(&second);
  us_comparable_free(&all);
  us_reference_close(r);
  us_reference_close(both);
  us_buf_free(&text);
}
END_TEST

START_TEST(test_shared_sentences_are_seen) {
  us_reference *r = railway(true);
  us_comparable c = compare(r, us_buf_slice(&spun), us_buf_slice(&clean));
  ck_assert_uint_ge(c.shared_sentences, 15);
  us_comparable_free(&c);
  c = compare(r, us_buf_slice(&spun), us_buf_slice(&plain));
  ck_assert_uint_eq(c.shared_sentences, 0);
  us_comparable_free(&c);
  us_reference_close(r);
}
END_TEST

/* Sentences that fall together, fall out or come in must neither break the bookkeeping nor lose a token. */
START_TEST(test_other_sentences) {
  static const char *const texts[] = {"One. Two. Three four five. Six.", "One two three. Four five six.",
                                      "Nothing of that", "Three four five.",
                                      "Zero. One. Two. Three four five. Six. Seven."};
  enum { TEXTS = sizeof texts / sizeof *texts };
  us_reference *r = railway(true);
  for (size_t i = 0; i < TEXTS; i++) {
    for (size_t j = 0; j < TEXTS; j++) {
      us_comparable c = compare(r, us_slice_of(texts[i]), us_slice_of(texts[j]));
      ck_assert_double_eq_tol(sum_of_gains(&c), c.difference.change * (double)c.tokens, 1e-9);
      for (size_t e = 0; e < c.edit_count; e++) {
        ck_assert_uint_le(c.edits[e].before_begin, c.edits[e].before_end);
        ck_assert_uint_le(c.edits[e].before_end, strlen(texts[i]));
        ck_assert_uint_le(c.edits[e].after_end, strlen(texts[j]));
      }
      us_comparable_free(&c);
    }
  }
  us_reference_close(r);
}
END_TEST

static void refuses(const char *text, bool force, const char *because) {
  us_reference *r;
  unspin_error err = {0};
  ck_assert_int_eq(open(us_slice_of(text), true, force, &r, &err), UNSPIN_ERR_INVALID);
  ck_assert_ptr_null(r);
  ck_assert_msg(strstr(err.message, because) && strncmp(err.message, "ref: ", 5) == 0, "%s", err.message);
}

START_TEST(test_poor_references) {
  refuses("", false, "no words");
  refuses(" ... \n", true, "no words");
  refuses("The bus is late. The train is not.", false, "8 words");
  refuses("The bus is late", true, "one sentence");
  us_reference *r;
  unspin_error err;
  ck_assert(open(us_slice_of("The bus is late. The train is not."), true, true, &r, &err) == UNSPIN_OK);
  us_comparable c = compare(r, us_slice_of("a train"), us_slice_of("a bus"));
  ck_assert(isnan(c.difference.interval.low)); /* one sentence cannot be drawn from */
  us_comparable_free(&c);
  ck_assert_int_eq(us_comparable_score(r, us_slice_of("..."), us_slice_of("bus"), &usual, &c, &err),
                   UNSPIN_ERR_INVALID);
  us_comparable_free(&c);
  ck_assert_int_eq(us_comparable_score(r, us_slice_of("bus"), us_slice_of(""), &usual, &c, &err), UNSPIN_ERR_INVALID);
  us_comparable_free(&c);
  us_reference_close(r);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("comparable");
  TCase *tests = tcase_create("comparable");
  tcase_set_timeout(tests, 120);
  tcase_add_unchecked_fixture(tests, set_up, tear_down);
  tcase_add_test(tests, test_the_original_is_nearer);
  tcase_add_test(tests, test_another_topic_is_not);
  tcase_add_test(tests, test_gains_sum_to_the_change);
  tcase_add_test(tests, test_edits_name_their_places);
  tcase_add_test(tests, test_no_change_no_figure_moves);
  tcase_add_test(tests, test_the_same_seed_the_same_interval);
  tcase_add_test(tests, test_only_the_second_half_judges);
  tcase_add_test(tests, test_shared_sentences_are_seen);
  tcase_add_test(tests, test_other_sentences);
  tcase_add_test(tests, test_poor_references);
  suite_add_tcase(suite, tests);
  return test_run(suite);
}
