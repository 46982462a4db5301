#define _GNU_SOURCE /* memmem */
/* Learning from pairs: the comparison, the counters, the cut into blocks, the rows, the figures. */
#include <math.h>
#include <unistd.h>

#include "phrases/learn.h"
#include "phrases/learn_rate.h"
#include "phrases/learn_tally.h"
#include "support.h"

/* ---- the comparison ---- */

static uint64_t random_next(uint64_t *state) {
  *state = *state * 6364136223846793005ull + 1442695040888963407ull;
  return *state >> 33;
}

static size_t longest_common(const uint32_t *a, size_t n, const uint32_t *b, size_t m) {
  size_t *row = calloc(m + 1, sizeof *row);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0, corner = 0; j < m; j++) {
      size_t above = row[j + 1];
      row[j + 1] = a[i] == b[j] ? corner + 1 : row[j] > above ? row[j] : above;
      corner = above;
    }
  size_t all = row[m];
  free(row);
  return all;
}

/* Every operation says the truth, and together they cover both texts. Returns how many words are kept. */
static size_t check_ops(const us_diff *d, const uint32_t *a, size_t n, const uint32_t *b, size_t m) {
  size_t i = 0, j = 0, kept = 0;
  for (size_t k = 0; k < d->ops.n; k++) {
    const us_diff_op *op = &d->ops.p[k];
    for (uint32_t x = 0; x < op->equal; x++, i++, j++) ck_assert(i < n && j < m && a[i] == b[j]);
    kept += op->equal;
    i += op->a;
    j += op->b;
  }
  ck_assert_uint_eq(i, n);
  ck_assert_uint_eq(j, m);
  return kept;
}

START_TEST(edits_are_fewest) {
  us_diff d = {0};
  uint64_t seed = 7;
  for (int round = 0; round < 3000; round++) {
    uint32_t a[60], b[60];
    size_t n = random_next(&seed) % 60, m = random_next(&seed) % 60, letters = 1 + random_next(&seed) % 12;
    for (size_t i = 0; i < n; i++) a[i] = (uint32_t)(random_next(&seed) % letters);
    for (size_t i = 0; i < m; i++)
      b[i] = i < n && random_next(&seed) % 3 ? a[i] : (uint32_t)(random_next(&seed) % letters);
    ck_assert(us_diff_run(&d, a, n, b, m));
    ck_assert_uint_eq(check_ops(&d, a, n, b, m), longest_common(a, n, b, m));
  }
  us_diff_free(&d);
}
END_TEST

START_TEST(nothing_against_nothing_is_no_edit) {
  us_diff d = {0};
  uint32_t a[1] = {7};
  ck_assert(us_diff_run(&d, a, 0, a, 0));
  ck_assert_uint_eq(d.ops.n, 0);
  ck_assert(us_diff_run(&d, a, 1, a, 0));
  ck_assert_uint_eq(check_ops(&d, a, 1, a, 0), 0);
  us_diff_free(&d);
}
END_TEST

START_TEST(long_and_strange_texts_are_aligned_in_time) {
  enum { N = 60000 };
  us_diff d = {0};
  uint32_t *a = malloc(N * sizeof *a), *b = malloc(N * sizeof *b);
  uint64_t seed = 3;
  for (size_t i = 0; i < N; i++) {
    a[i] = (uint32_t)(random_next(&seed) % 5000);
    b[i] = random_next(&seed) % 2 ? a[i] : (uint32_t)(random_next(&seed) % 5000);
  }
  ck_assert(us_diff_run(&d, a, N, b, N));
  ck_assert_uint_ge(check_ops(&d, a, N, b, N), N / 2 - 1000); /* about half was kept */
  for (size_t i = 0; i < N; i++) b[i] = 5000 + a[i];
  ck_assert(us_diff_run(&d, a, N, b, N));
  ck_assert_uint_eq(check_ops(&d, a, N, b, N), 0);
  free(a);
  free(b);
  us_diff_free(&d);
}
END_TEST

/* ---- the counters ---- */

START_TEST(counters_count) {
  us_learn_tally t = {.limit = 100000};
  for (uint64_t key = 0; key < 5000; key++)
    for (uint64_t i = 0; i <= key % 7; i++) ck_assert(us_learn_tally_add(&t, key * 0x9E3779B97F4A7C15ull));
  for (uint64_t key = 1; key < 5000; key++)
    ck_assert_uint_eq(us_learn_tally_get(&t, key * 0x9E3779B97F4A7C15ull), key % 7 + 1);
  ck_assert_uint_eq(us_learn_tally_get(&t, 12345), 0);
  us_learn_tally_clear(&t);
  ck_assert_uint_eq(us_learn_tally_get(&t, 0x9E3779B97F4A7C15ull), 0);
  us_learn_tally_free(&t);
}
END_TEST

START_TEST(counters_drop_the_rare_and_keep_the_frequent) {
  us_learn_tally t = {.limit = 4096};
  uint64_t seed = 11;
  for (uint64_t i = 0; i < 200000; i++) {
    ck_assert(us_learn_tally_add(&t, 1000000 + i));                  /* each once */
    ck_assert(us_learn_tally_add(&t, 1 + random_next(&seed) % 100)); /* each two thousand times */
    ck_assert_uint_le(t.n, 4097);
  }
  ck_assert_uint_lt(t.slots, 1 << 14);
  for (uint64_t key = 1; key <= 100; key++) ck_assert_uint_gt(us_learn_tally_get(&t, key), 1500);
  us_learn_tally_free(&t);
}
END_TEST

/* ---- figures ---- */

START_TEST(significance_is_the_log_likelihood_ratio) {
  /* Dunning's statistic for the tables (both, one, other, all), worked out from its definition elsewhere */
  ck_assert_double_eq_tol(us_log_likelihood(10, 20, 30, 1000), 46.4966, 1e-3);
  ck_assert_double_eq_tol(us_log_likelihood(1, 1, 1, 1000), 15.8145, 1e-3);
  ck_assert_double_eq_tol(us_log_likelihood(5, 100, 50, 1000), 0, 1e-9);
  ck_assert_double_lt(us_log_likelihood(1, 100, 50, 1000), 0);
  ck_assert_double_eq_tol(us_log_likelihood(1, 6, 6, 10), -5.8221, 1e-3); /* as among 12: fewer cannot be */
}
END_TEST

/* ---- rows ---- */

typedef struct found {
  us_buf text; /* "spun | plain | pos | count" lines */
  size_t rows;
} found;

static unspin_status note_row(void *cookie, const us_learned *r, unspin_error *err) {
  found *f = cookie;
  (void)err;
  ck_assert_uint_ge(r->spun_count, r->count);
  ck_assert_uint_ge(r->plain_count, r->count);
  ck_assert(r->p_plain > 0 && r->p_plain < 1 && r->p_spun > 0 && r->p_spun < 1);
  ck_assert(r->strength >= 1 && r->strength <= 5);
  us_buf_printf(&f->text, "%.*s | %.*s | %c | %u\n", (int)r->spun.n, r->spun.p, (int)r->plain.n, r->plain.p, r->pos,
                r->count);
  f->rows++;
  return UNSPIN_OK;
}

static us_forms *forms;
static us_slice prepositions[] = {{"of", 2}, {"in", 2}, {"for", 3}, {"with", 4}}, owners[] = {{"my", 2}};
static us_syntax syntax = {.prepositions = prepositions, .preposition_count = 4, .owners = owners, .owner_count = 1};

static us_learn_options learn_options(void) {
  us_learn_options o;
  us_learn_options_init(&o);
  o.syntax = &syntax;
  o.article[0] = US_LIT("a");
  o.article[1] = US_LIT("an");
  o.min_significance = 2;
  return o;
}

static us_learner *start(const us_learn_options *o) {
  unspin_error err;
  us_learner *l;
  ck_assert_msg(us_learner_new(forms, o, &l, &err) == UNSPIN_OK, "%s", err.message);
  return l;
}

static void add_times(us_learner *l, int times, us_slice spun, us_slice plain) {
  unspin_error err;
  for (int i = 0; i < times; i++) ck_assert_int_eq(us_learner_add(l, spun, plain, &err), UNSPIN_OK);
}

static void finish(us_learner *l, found *f) {
  unspin_error err;
  us_buf_clear(&f->text);
  us_buf_append(&f->text, US_LIT("\n"));
  f->rows = 0;
  ck_assert_msg(us_learner_finish(l, note_row, f, &err) == UNSPIN_OK, "%s", err.message);
  us_learner_free(l);
}

/* Whether a row stands there; WANT is "spun | plain | pos[ | count]". */
static bool has_row(const found *f, us_slice want) {
  us_buf b = {0};
  us_buf_putc(&b, '\n');
  if (want.n > 4 && us_slice_eq(us_slice_sub(want, want.n - 4, want.n), US_LIT(" | *"))) want.n--;
  us_buf_append(&b, want);
  size_t bars = 0;
  for (size_t i = 0; i < want.n; i++) bars += want.p[i] == '|';
  if (bars == 3) us_buf_putc(&b, '\n');
  bool there = strstr(f->text.p, b.p);
  us_buf_free(&b);
  return there;
}

static void add_pair(us_learner *l, us_slice line) {
  int times = 1;
  if (line.n > 4 && line.p[0] >= '0' && line.p[0] <= '9' && strstr(line.p, " * ") &&
      strstr(line.p, " * ") < line.p + 4) {
    times = atoi(line.p);
    const char *star = strstr(line.p, " * ");
    line = us_slice_sub(line, (size_t)(star - line.p) + 3, line.n);
  }
  const char *arrow = memmem(line.p, line.n, " => ", 4);
  ck_assert_msg(arrow, "no pair: %.*s", (int)line.n, line.p);
  size_t at = (size_t)(arrow - line.p);
  add_times(l, times, us_slice_sub(line, 0, at), us_slice_sub(line, at + 4, line.n));
}

START_TEST(cases) {
  us_buf all = test_read("phrases/learn.txt");
  us_slice rest = us_buf_slice(&all), line, title = {0};
  us_learn_options o = learn_options();
  us_learner *l = NULL;
  found f = {0};
  int checked = 0;
  while (us_slice_cut(&rest, '\n', &line)) {
    if (!line.n || line.p[0] == '#') continue;
    us_slice what = line.n > 2 ? us_slice_sub(line, 2, line.n) : line;
    if (line.p[0] == '=') {
      if (l) us_learner_free(l);
      title = what;
      l = start(&o);
    } else if (line.p[0] == '+' || line.p[0] == '-') {
      if (l) finish(l, &f);
      l = NULL;
      bool wanted = line.p[0] == '+';
      ck_assert_msg(has_row(&f, what) == wanted, "%.*s: %s: %.*s; rows:%s", (int)title.n, title.p,
                    wanted ? "not learned" : "learned", (int)what.n, what.p, f.text.p);
      checked++;
    } else {
      ck_assert_ptr_nonnull(l);
      add_pair(l, line);
    }
  }
  ck_assert_int_ge(checked, 40);
  us_buf_free(&f.text);
  us_buf_free(&all);
}
END_TEST

START_TEST(heads_that_stand_elsewhere_have_a_star) {
  us_learn_options o = learn_options();
  us_learner *l = start(&o);
  add_times(l, 3, US_LIT("The loss beneath expectations grew."), US_LIT("The shortfall grew."));
  found f = {0};
  finish(l, &f);
  ck_assert_msg(strstr(f.text.p, "loss* beneath expectations | shortfall | n"), "%s", f.text.p);
  us_buf_free(&f.text);
}
END_TEST

static void some_pairs(us_learner *l) {
  static const char *const spun[] = {"the nation", "a gathering", "this vehicle", "some currency", "the physician"};
  static const char *const plain[] = {"the country", "a party", "this car", "some money", "the doctor"};
  us_buf a = {0}, b = {0};
  uint64_t seed = 5;
  for (int i = 0; i < 400; i++) {
    size_t k = random_next(&seed) % 5, other = random_next(&seed) % 5;
    us_buf_clear(&a);
    us_buf_clear(&b);
    us_buf_printf(&a, "On day %d they spoke of %s and %s.", i, spun[k],
                  random_next(&seed) % 2 ? spun[other] : plain[other]);
    us_buf_printf(&b, "On day %d they spoke of %s and %s.", i, plain[k], plain[other]);
    add_times(l, 1, us_buf_slice(&a), us_buf_slice(&b));
  }
  us_buf_free(&a);
  us_buf_free(&b);
}

START_TEST(the_same_pairs_give_the_same_rows) {
  us_learn_options o = learn_options();
  found f = {0}, g = {0};
  us_learner *l = start(&o);
  some_pairs(l);
  finish(l, &f);
  l = start(&o);
  some_pairs(l);
  finish(l, &g);
  ck_assert_uint_ge(f.rows, 5);
  ck_assert_str_eq(f.text.p, g.text.p);
  us_buf_free(&f.text);
  us_buf_free(&g.text);
}
END_TEST

static unspin_status check_figures(void *cookie, const us_learned *r, unspin_error *err) {
  (void)err;
  if (!us_slice_eq(r->spun, US_LIT("nation"))) return UNSPIN_OK;
  ++*(int *)cookie;
  ck_assert_uint_eq(r->count, 8);
  ck_assert_uint_eq(r->spun_count, 10); /* twice it was kept */
  ck_assert_uint_eq(r->plain_count, 9); /* once it was kept */
  ck_assert_double_eq_tol(r->p_plain, 7.6 / 10.3, 1e-6);
  ck_assert_double_eq_tol(r->p_spun, 7.6 / 9.3, 1e-6);
  ck_assert_int_eq(r->strength, 4);
  ck_assert_uint_eq(r->first, unspin_hash("Every nation sleeps.", 20));
  return UNSPIN_OK;
}

START_TEST(kept_phrases_count_too) {
  us_learn_options o = learn_options();
  us_learner *l = start(&o);
  unspin_error err;
  int rows = 0;
  add_times(l, 1, US_LIT("Every nation sleeps."), US_LIT("Every country sleeps."));
  add_times(l, 7, US_LIT("That nation wakes."), US_LIT("That country wakes."));
  add_times(l, 2, US_LIT("One nation remains."), US_LIT("One nation remains."));
  add_times(l, 1, US_LIT("One country remains."), US_LIT("One country remains."));
  ck_assert_int_eq(us_learner_finish(l, check_figures, &rows, &err), UNSPIN_OK);
  ck_assert_int_eq(rows, 1);
  ck_assert_uint_eq(us_learner_totals(l)->pairs, 11);
  ck_assert_uint_eq(us_learner_totals(l)->observations, 8);
  us_learner_free(l);
}
END_TEST

START_TEST(rare_rows_can_be_left_out) {
  us_learn_options o = learn_options();
  o.min_count = 3;
  us_learner *l = start(&o);
  add_times(l, 3, US_LIT("The nation sleeps."), US_LIT("The country sleeps."));
  add_times(l, 2, US_LIT("The physician sleeps."), US_LIT("The doctor sleeps."));
  found f = {0};
  finish(l, &f);
  ck_assert(has_row(&f, US_LIT("nation | country | n | 3")));
  ck_assert(!has_row(&f, US_LIT("physician | doctor | n")));
  us_buf_free(&f.text);
}
END_TEST

static bool stop_late(void *cookie, const char *stage, double share, uint64_t pairs) {
  (void)share;
  (void)pairs;
  ++*(int *)cookie;
  return strcmp(stage, "extracting") != 0;
}

START_TEST(it_can_be_stopped) {
  us_learn_options o = learn_options();
  int calls = 0;
  o.watch = stop_late;
  o.cookie = &calls;
  us_learner *l = start(&o);
  some_pairs(l);
  found f = {0};
  unspin_error err;
  ck_assert_int_eq(us_learner_finish(l, note_row, &f, &err), UNSPIN_ERR_INVALID);
  ck_assert_str_eq(err.message, "cancelled");
  ck_assert_int_ge(calls, 4);
  ck_assert_uint_eq(f.rows, 0);
  us_learner_free(l);
}
END_TEST

START_TEST(bad_surroundings_are_errors) {
  us_learn_options o = learn_options();
  unspin_error err;
  us_learner *l;
  o.scratch_dir = "/no/such/folder";
  ck_assert_int_eq(us_learner_new(forms, &o, &l, &err), UNSPIN_ERR_IO);
  ck_assert_ptr_null(l);
  ck_assert_ptr_nonnull(strstr(err.message, "/no/such/folder"));
}
END_TEST

START_TEST(strange_texts_do_no_harm) {
  us_learn_options o = learn_options();
  us_learner *l = start(&o);
  us_buf many = {0}, other = {0};
  for (int i = 0; i < 500; i++) {
    us_buf_puts(&many, "word ");
    us_buf_puts(&other, "thing ");
  }
  add_times(l, 1, US_LIT(""), US_LIT("Something."));
  add_times(l, 1, US_LIT("Something."), US_LIT(""));
  add_times(l, 1, us_buf_slice(&many), us_buf_slice(&other)); /* too long to be cut */
  add_times(l, 1, US_LIT("One word more."), us_buf_slice(&other));
  ck_assert_uint_eq(us_learner_totals(l)->skipped_runs, 2);
  add_times(l, 2, US_LIT("\xff\xfe bad \0 bytes"), US_LIT("\xff\xfe poor \0 bytes"));
  found f = {0};
  finish(l, &f);
  ck_assert(!strstr(f.text.p, "thing"));
  us_buf_free(&f.text);
  us_buf_free(&many);
  us_buf_free(&other);
}
END_TEST

int main(void) {
  unspin_error err;
  if (us_forms_open(BUILD_DATA "/forms.bin", &forms, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return 1;
  }
  Suite *suite = suite_create("learn");
  TCase *t = tcase_create("learn");
  tcase_set_timeout(t, 120);
  tcase_add_test(t, edits_are_fewest);
  tcase_add_test(t, nothing_against_nothing_is_no_edit);
  tcase_add_test(t, long_and_strange_texts_are_aligned_in_time);
  tcase_add_test(t, counters_count);
  tcase_add_test(t, counters_drop_the_rare_and_keep_the_frequent);
  tcase_add_test(t, significance_is_the_log_likelihood_ratio);
  tcase_add_test(t, cases);
  tcase_add_test(t, heads_that_stand_elsewhere_have_a_star);
  tcase_add_test(t, the_same_pairs_give_the_same_rows);
  tcase_add_test(t, kept_phrases_count_too);
  tcase_add_test(t, rare_rows_can_be_left_out);
  tcase_add_test(t, it_can_be_stopped);
  tcase_add_test(t, bad_surroundings_are_errors);
  tcase_add_test(t, strange_texts_do_no_harm);
  suite_add_tcase(suite, t);
  int failed = test_run(suite);
  us_forms_close(forms);
  return failed;
}
