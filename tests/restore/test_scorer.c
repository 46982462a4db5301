/* The weights file: read back as written, and every kind of damage refused with its line. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "restore/scorer.h"
#include "support.h"

static char path[64];
static us_buf good;

static void set_up(void) {
  snprintf(path, sizeof path, "/tmp/unspin-weights-%ld.tsv", (long)getpid());
  us_scorer s = {.hidden = 2, .bias = 0.5f, .hidden_bias = {0.25f, -1}, .out = {1, 2}};
  for (us_feature f = 0; f < US_FEATURE_COUNT; f++) {
    s.mean[f] = (float)f;
    s.scale[f] = 0.5f;
    s.skip[f] = 1;
    s.in[f][0] = 0.125f;
    s.in[f][1] = -2;
  }
  us_scorer_write(&s, &good);
}

static void tear_down(void) {
  us_buf_free(&good);
  unlink(path);
}

static unspin_status read_it(const char *text, us_scorer *out, unspin_error *err) {
  us_buf bytes = {0};
  ck_assert_int_eq(us_file_write_atomic(path, us_slice_of(text), err), UNSPIN_OK);
  unspin_status status = us_scorer_read(path, &bytes, out, err);
  us_buf_free(&bytes);
  return status;
}

/* The good text with the first OLD replaced by NEW. */
static us_buf changed(const char *old, const char *new) {
  us_buf out = {0};
  const char *at = strstr(good.p, old);
  ck_assert_ptr_nonnull(at);
  us_buf_append(&out, (us_slice){good.p, (size_t)(at - good.p)});
  us_buf_puts(&out, new);
  us_buf_puts(&out, at + strlen(old));
  return out;
}

START_TEST(comes_back_as_written) {
  us_scorer s;
  unspin_error err;
  us_buf text = changed("unspin-weights 1\n", "# a comment\n\nunspin-weights 1\n# another\n\n"), again = {0};
  ck_assert_msg(read_it(text.p, &s, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(s.hidden, 2);
  us_scorer_write(&s, &again);
  ck_assert_str_eq(again.p, good.p);
  us_buf_free(&again);
  us_buf_free(&text);
}
END_TEST

static const struct {
  const char *old, *new, *message;
  unspin_status status;
} faults[] = {
    {"unspin-weights 1", "unspin-weights 2", ":1: expected 'unspin-weights 1'", UNSPIN_ERR_VERSION},
    {"unspin-weights 1", "weights", ":1: expected 'unspin-weights 1'", UNSPIN_ERR_FORMAT},
    {"unspin-weights 1", "unspin-weight", ":1: expected 'unspin-weights 1'", UNSPIN_ERR_FORMAT},
    {"bias\t0.5\n", "bias\tx\n", ":2: not a number", UNSPIN_ERR_FORMAT},
    {"bias\t0.5\n", "bias\tinf\n", ":2: not a number", UNSPIN_ERR_FORMAT},
    {"bias\t0.5\n", "bias\t\n", ":2: not a number", UNSPIN_ERR_FORMAT},
    {"bias\t0.5\n", "bias\t0.5\nbias\t0.5\n", ":3: given twice", UNSPIN_ERR_FORMAT},
    {"bias\t0.5\n", "bais\t0.5\n", ":2: expected bias, hidden, out or feature", UNSPIN_ERR_FORMAT},
    {"bias\t0.5\n", "", ": bias, hidden or out is missing", UNSPIN_ERR_FORMAT},
    {"out\t1\t2\n", "", ": bias, hidden or out is missing", UNSPIN_ERR_FORMAT},
    {"out\t1\t2\n", "out\t1\n", ":4: another number of hidden units", UNSPIN_ERR_FORMAT},
    {"out\t1\t2\n", "out\ttwo\t2\n", ":4: too many hidden units, or not a number", UNSPIN_ERR_FORMAT},
    {"feature\t", "feature\n#", ":5: expected the name of a feature", UNSPIN_ERR_FORMAT},
    {"feature\t", "feature\tun", ":5: no feature of that name", UNSPIN_ERR_FORMAT},
    {"\t0\t2\t1\t0.125\t-2\n", "\t0\t0\t1\t0.125\t-2\n", ":5: expected mean, deviation and weight", UNSPIN_ERR_FORMAT},
    {"\t0\t2\t1\t0.125\t-2\n", "\t0\t-2\t1\t0.125\t-2\n", ":5: expected mean, deviation and weight", UNSPIN_ERR_FORMAT},
    {"\t0\t2\t1\t0.125\t-2\n", "\t0\t2\n", ":5: expected mean, deviation and weight", UNSPIN_ERR_FORMAT},
    {"\t0\t2\t1\t0.125\t-2\n", "\t0\t2\t1\t0.125\n", ":5: another number of hidden units", UNSPIN_ERR_FORMAT},
};

START_TEST(damage_is_refused_with_its_line) {
  us_scorer s;
  unspin_error err;
  us_buf text = changed(faults[_i].old, faults[_i].new);
  ck_assert_msg(read_it(text.p, &s, &err) == faults[_i].status, "%d: %s", _i, err.message);
  ck_assert_msg(strstr(err.message, faults[_i].message) != NULL, "%d: %s", _i, err.message);
  ck_assert_msg(strstr(err.message, path) != NULL, "%s", err.message);
  us_buf_free(&text);
}
END_TEST

START_TEST(a_feature_given_twice_or_not_at_all) {
  us_scorer s;
  unspin_error err;
  us_buf twice = {0}, without = {0};
  char *line = strstr(good.p, "feature\t"), *next = strchr(line, '\n') + 1;
  us_buf_append(&twice, us_buf_slice(&good));
  us_buf_append(&twice, (us_slice){line, (size_t)(next - line)});
  ck_assert_int_eq(read_it(twice.p, &s, &err), UNSPIN_ERR_FORMAT);
  ck_assert_ptr_nonnull(strstr(err.message, ": given twice"));
  us_buf_append(&without, (us_slice){good.p, (size_t)(line - good.p)});
  us_buf_puts(&without, next);
  ck_assert_int_eq(read_it(without.p, &s, &err), UNSPIN_ERR_FORMAT);
  ck_assert_ptr_nonnull(strstr(err.message, ": no weights for "));
  us_buf_free(&twice);
  us_buf_free(&without);
}
END_TEST

START_TEST(more_units_than_there_is_room_for) {
  us_scorer s;
  unspin_error err;
  us_buf hidden = {0};
  us_buf_puts(&hidden, "hidden");
  for (int i = 0; i <= US_HIDDEN_MAX; i++) us_buf_puts(&hidden, "\t1");
  us_buf_putc(&hidden, '\n');
  us_buf text = changed("hidden\t0.25\t-1\n", hidden.p);
  ck_assert_int_eq(read_it(text.p, &s, &err), UNSPIN_ERR_FORMAT);
  ck_assert_ptr_nonnull(strstr(err.message, ":3: too many hidden units"));
  us_buf_free(&text);
  us_buf_free(&hidden);
}
END_TEST

/* As many units as there is room for: the sum, unit by unit and in the order of the features, is what the units side by
 * side come to. */
START_TEST(a_wide_network_is_summed_unit_by_unit) {
  static us_scorer s;
  s = (us_scorer){.hidden = US_HIDDEN_MAX, .bias = 0.5f};
  float features[US_FEATURE_COUNT], want = s.bias;
  for (int f = 0; f < US_FEATURE_COUNT; f++) {
    features[f] = (float)(f % 7) / 4 - 0.5f;
    s.scale[f] = 1;
    s.skip[f] = (float)(f % 3);
    for (int k = 0; k < s.hidden; k++) s.in[f][k] = (float)((f * 31 + k * 17) % 13 - 6) / 16;
    want += s.skip[f] * features[f];
  }
  for (int k = 0; k < s.hidden; k++) {
    s.hidden_bias[k] = (float)(k % 5) / 4;
    s.out[k] = (float)(k + 1) / 64;
    float h = s.hidden_bias[k];
    for (int f = 0; f < US_FEATURE_COUNT; f++) h += s.in[f][k] * features[f];
    want += h > 0 ? s.out[k] * h : 0;
  }
  ck_assert_double_eq_tol(us_scorer_odds(&s, features), (double)want, 1e-3);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("scorer");
  TCase *c = tcase_create("weights");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, comes_back_as_written);
  tcase_add_loop_test(c, damage_is_refused_with_its_line, 0, sizeof faults / sizeof *faults);
  tcase_add_test(c, a_feature_given_twice_or_not_at_all);
  tcase_add_test(c, more_units_than_there_is_room_for);
  tcase_add_test(c, a_wide_network_is_summed_unit_by_unit);
  suite_add_tcase(suite, c);
  return test_run(suite);
}
