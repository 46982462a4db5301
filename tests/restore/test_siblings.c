/* Aligning two spins of an article, and the map of confidences. */
#include <stdlib.h>

#include "restore/engine.h"
#include "restore/siblings.h"
#include "support.h"

/* One letter a word. */
static void words_of(const char *text, uint64_t *out) {
  for (size_t i = 0; text[i]; i++) out[i] = (unsigned char)text[i];
}

static const struct {
  const char *a, *b;
  int match[8]; /* of each word of A; -1: none */
} cases[] = {
    {"abc", "abc", {0, 1, 2}},
    {"abc", "axc", {0, -1, 2}},
    {"abc", "ac", {0, -1, 1}},
    {"ac", "abc", {0, 2}},
    {"abcd", "xyz", {-1, -1, -1, -1}},
    {"ab", "", {-1, -1}},
    {"", "ab", {0}},
    {"abcde", "axyde", {0, -1, -1, 3, 4}},
    {"abab", "ab", {-1, -1, 0, 1}},
};

START_TEST(equal_words_are_matched) {
  uint64_t a[8], b[8];
  uint32_t match[8];
  words_of(cases[_i].a, a);
  words_of(cases[_i].b, b);
  ck_assert(us_sibling_align(a, strlen(cases[_i].a), b, strlen(cases[_i].b), match));
  size_t found = 0, wanted = 0;
  for (size_t i = 0; cases[_i].a[i]; i++) {
    found += match[i] != US_NO_MATCH;
    wanted += cases[_i].match[i] >= 0;
    if (match[i] != US_NO_MATCH) ck_assert_uint_eq(a[i], b[match[i]]);
  }
  ck_assert_uint_eq(found, wanted);
  if (_i == 8) return; /* which of two equally good ways is not promised */
  for (size_t i = 0; cases[_i].a[i]; i++)
    ck_assert_int_eq(match[i] == US_NO_MATCH ? -1 : (int)match[i], cases[_i].match[i]);
}
END_TEST

/* Each tenth word swapped, in different places: far more cells than one table has. */
START_TEST(long_texts_are_cut_at_anchors) {
  enum { N = 20000 };
  uint64_t *a = malloc(N * sizeof *a), *b = malloc(N * sizeof *b);
  uint32_t *match = malloc(N * sizeof *match);
  uint32_t state = 1;
  for (size_t i = 0; i < N; i++) {
    state = state * 1664525u + 1013904223u;
    a[i] = b[i] = state >> 20;
  }
  for (size_t i = 0; i < N; i += 10) a[i] = 1000000 + i;
  for (size_t i = 5; i < N; i += 10) b[i] = 2000000 + i;
  ck_assert(us_sibling_align(a, N, b, N, match));
  size_t right = 0;
  uint32_t last = 0;
  for (size_t i = 0; i < N; i++) {
    if (match[i] == US_NO_MATCH) continue;
    ck_assert_uint_eq(a[i], b[match[i]]);
    ck_assert(match[i] >= last);
    last = match[i];
    right += match[i] == i;
  }
  ck_assert_uint_eq(right, N - N / 5);
  free(a);
  free(b);
  free(match);
}
END_TEST

/* Nothing in common, and too long: unmatched, without a table of all cells. */
START_TEST(long_strangers_stay_apart) {
  enum { N = 5000 };
  uint64_t *a = malloc(N * sizeof *a), *b = malloc(N * sizeof *b);
  uint32_t *match = malloc(N * sizeof *match);
  for (size_t i = 0; i < N; i++) {
    a[i] = i;
    b[i] = N + i;
  }
  ck_assert(us_sibling_align(a, N, b, N, match));
  for (size_t i = 0; i < N; i++) ck_assert_uint_eq(match[i], US_NO_MATCH);
  free(a);
  free(b);
  free(match);
}
END_TEST

START_TEST(confidence_follows_the_points) {
  us_calibration none = {0}, c = {.raw = {.2, .6}, .right = {.4, .8}, .count = 2};
  static const double wanted[][2] = {{0, 0}, {.1, .2}, {.2, .4}, {.4, .6}, {.6, .8}, {.8, .9}, {1, 1}};
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    ck_assert_double_eq_tol(us_calibrated(&c, wanted[i][0]), wanted[i][1], 1e-12);
  ck_assert_double_eq_tol(us_calibrated(&none, .37), .37, 1e-12);
}
END_TEST

/* Lines that are no part of the settings file as it is, and what is said of them. */
static const struct {
  const char *line, *message;
} bad_lines[] = {
    {"calibrate\t.5\t.4\ncalibrate\t.4\t.5\n", "ascend"},
    {"calibrate\t.9995\t1.5\n", "ascend"},
    {"calibrate\tx\t.5\n", "not a number"},
    {"sibling\tcousin\t1\n", "no setting of that name"},
    {"sibling\thas\t1\n", "given twice"},
    {"suggest\tfrom\tx\n", "given twice"},
};

START_TEST(bad_settings_are_named) {
  char path[] = "/tmp/unspin-engine-XXXXXX";
  int fd = mkstemp(path);
  FILE *out = fdopen(fd, "w"), *in = fopen(BUILD_DATA "/engine.tsv", "r");
  ck_assert(out && in);
  char line[4096];
  while (fgets(line, sizeof line, in))
    if (strncmp(line, "calibrate", 9) != 0) fputs(line, out);
  fputs(bad_lines[_i].line, out);
  fclose(in);
  fclose(out);
  us_engine engine;
  unspin_error err;
  ck_assert_int_eq(us_engine_read(path, &engine, &err), UNSPIN_ERR_FORMAT);
  ck_assert_msg(strstr(err.message, bad_lines[_i].message) != NULL, "%s", err.message);
  remove(path);
}
END_TEST

int main(void) {
  Suite *s = suite_create("siblings");
  TCase *c = tcase_create("siblings");
  tcase_set_timeout(c, 120);
  tcase_add_loop_test(c, equal_words_are_matched, 0, sizeof cases / sizeof *cases);
  tcase_add_test(c, long_texts_are_cut_at_anchors);
  tcase_add_test(c, long_strangers_stay_apart);
  tcase_add_test(c, confidence_follows_the_points);
  tcase_add_loop_test(c, bad_settings_are_named, 0, sizeof bad_lines / sizeof *bad_lines);
  suite_add_tcase(s, c);
  return test_run(s);
}
