/* Training: the right figures, within memory, the same from run to run, and nothing left behind. */
#include "model_test.h"

/* ---- figures ---- */

START_TEST(reference_figures) {
  us_buf table = test_read("model/reference.tsv"), test = test_read("model/test.txt");
  us_slice rest = us_buf_slice(&table), line;
  unsigned orders = 0;
  while (us_slice_cut(&rest, '\n', &line)) {
    if (!line.n || line.p[0] == '#') continue;
    double want[8] = {0};
    us_slice field;
    for (int i = 0; i < 8 && us_slice_cut(&line, '\t', &field); i++) want[i] = strtod(field.p, NULL);
    unspin_model_options o = exact_options((unsigned)want[0]);
    train(&o, MODEL_DIR "train.txt", in_dir("a.lm"));
    unspin_model *m = open_model(in_dir("a.lm"));
    measure got = measure_text(m, us_buf_slice(&test));
    ck_assert_double_eq_tol(perplexity(&got), want[1], want[1] * 1e-5);
    ck_assert_uint_gt(got.unknown, 0);
    ck_assert_double_eq_tol(pow(10, -got.known / (got.words - got.unknown)), want[2], want[2] * 1e-5);
    for (int i = 0; i < 5; i++) ck_assert_double_eq_tol(got.line[i], want[3 + i], 1e-4);
    unspin_model_close(m);
    orders++;
  }
  ck_assert_uint_eq(orders, 6);
  us_buf_free(&table);
  us_buf_free(&test);
}
END_TEST

/* Figures of another implementation on a larger text, which lies in the developers' shared folder. */
START_TEST(shared_figures) {
  static const struct {
    unsigned order;
    double perplexity;
    uint64_t ngrams;
  } want[] = {{3, 191.02490893, 674691}, {4, 185.47222505, 799466}, {5, 184.87149449, 808938}};
  const char *dir = TESTS_DIR "/../../shared/lmref/";
  char path[500];
  snprintf(path, sizeof path, "%strain.txt", dir);
  if (access(path, R_OK) != 0) {
    fprintf(stderr, "skipped: shared figures: no %s\n", path);
    return;
  }
  char name[520], line[400];
  snprintf(name, sizeof name, "%stest.txt", dir);
  us_buf test = read_path(name);
  snprintf(name, sizeof name, "%stest20.txt", dir);
  us_buf twenty = read_path(name);
  for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
    unspin_model_options o = exact_options(want[i].order);
    unspin_model_report r = train(&o, path, in_dir("a.lm"));
    ck_assert_uint_eq(r.ngrams[want[i].order - 1], want[i].ngrams);
    unspin_model *m = open_model(in_dir("a.lm"));
    measure got = measure_text(m, us_buf_slice(&test));
    ck_assert_double_eq_tol(perplexity(&got), want[i].perplexity, want[i].perplexity * 1e-4);
    got = measure_text(m, us_buf_slice(&twenty));
    snprintf(name, sizeof name, "%ssentence_scores.tsv", dir);
    FILE *scores = fopen(name, "r");
    ck_assert_ptr_nonnull(scores);
    for (int s = 0; s < 20 && want[i].order != 4; s++) {
      double three, five;
      ck_assert_ptr_nonnull(fgets(line, sizeof line, scores));
      ck_assert_int_eq(sscanf(line, "%lf %lf", &three, &five), 2);
      ck_assert_double_eq_tol(got.line[s], want[i].order == 3 ? three : five, 0.001);
    }
    fclose(scores);
    unspin_model_close(m);
  }
  us_buf_free(&test);
  us_buf_free(&twenty);
}
END_TEST

/* ---- the same bytes ---- */

static void assert_same_file(const char *a, const char *b) {
  us_buf x = read_path(a), y = read_path(b);
  ck_assert(us_slice_eq(us_buf_slice(&x), us_buf_slice(&y)));
  us_buf_free(&x);
  us_buf_free(&y);
}

/* A text of a few hundred thousand words, so that little memory means many sorted pieces. */
static void write_long_text(const char *path) {
  us_buf text = {0};
  uint64_t seed = 7;
  for (int i = 0; i < 300000; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    uint64_t r = seed >> 33;
    us_buf_printf(&text, "w%u%c", (unsigned)(r % 977 * (r / 977 % 7) / 3), r % 11 == 0 ? '\n' : ' ');
  }
  write_file(path, us_buf_slice(&text));
  us_buf_free(&text);
}

START_TEST(same_bytes_whatever_the_threads_and_the_memory) {
  write_long_text(in_dir("long.txt"));
  unspin_model_options o = exact_options(5);
  o.bits = 8;
  o.max_size = 900000;
  o.threads = 1;
  train(&o, in_dir("long.txt"), in_dir("one.lm"));
  o.threads = 7;
  train(&o, in_dir("long.txt"), in_dir("seven.lm"));
  assert_same_file(in_dir("one.lm"), in_dir("seven.lm"));
  o.memory = 1; /* as little as it can: sorted pieces and scratch on disk */
  train(&o, in_dir("long.txt"), in_dir("small.lm"));
  assert_same_file(in_dir("one.lm"), in_dir("small.lm"));
  ck_assert_uint_eq(count_files(), 4);
}
END_TEST

/* ---- nothing left behind ---- */

static bool stop_at(void *cookie, const unspin_model_progress *p) {
  const char *stage = cookie;
  return strcmp(p->stage, stage) != 0;
}

START_TEST(stopped_training_leaves_nothing) {
  static const char *const stages[] = {"reading",    "sorting words", "counting", "linking",
                                       "estimating", "pruning",       "writing"};
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
    unspin_model_options o = exact_options(3);
    o.watch = stop_at;
    o.cookie = (void *)(uintptr_t)stages[i];
    o.threshold = 1e-6;
    o.memory = 1;
    unspin_model_source source = {MODEL_DIR "train.txt", 1};
    unspin_error err = {0};
    ck_assert_int_eq(unspin_model_train(&o, &source, 1, in_dir("a.lm"), NULL, &err), UNSPIN_ERR_INVALID);
    ck_assert_str_eq(err.message, "cancelled");
    ck_assert_uint_eq(count_files(), 0);
  }
}
END_TEST

START_TEST(failed_training_keeps_the_old_model) {
  write_file(in_dir("a.lm"), US_LIT("old"));
  unspin_model_options o = exact_options(3);
  unspin_error err = {0};
  unspin_model_source sources[] = {{MODEL_DIR "train.txt", 1}, {in_dir("absent.txt"), 1}};
  ck_assert_int_eq(unspin_model_train(&o, sources, 2, in_dir("a.lm"), NULL, &err), UNSPIN_ERR_IO);
  ck_assert_ptr_nonnull(strstr(err.message, "absent.txt"));
  us_buf kept = read_path(in_dir("a.lm"));
  ck_assert(us_slice_eq(us_buf_slice(&kept), US_LIT("old")));
  us_buf_free(&kept);
  ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(impossible_options_are_refused) {
  unspin_model_source source = {MODEL_DIR "train.txt", 1};
  unspin_error err;
  for (int i = 0; i < 7; i++) {
    unspin_model_options o = exact_options(3);
    source.weight = 1;
    switch (i) {
      case 0: o.order = 0; break;
      case 1: o.order = 7; break;
      case 2: o.bits = 17; break;
      case 3: o.threshold = -1; break;
      case 4: source.weight = 0.01; break;
      case 5:
        o.drop_below[1] = 3;
        o.drop_below[2] = 2;
        break;
      default: o.size = 1; break;
    }
    ck_assert_int_eq(unspin_model_train(&o, &source, 1, in_dir("a.lm"), NULL, &err), UNSPIN_ERR_INVALID);
    ck_assert_uint_gt(strlen(err.message), 10);
  }
  unspin_model_options o = exact_options(3);
  o.max_size = 300;
  source.weight = 1;
  ck_assert_int_eq(unspin_model_train(&o, &source, 1, in_dir("a.lm"), NULL, &err), UNSPIN_ERR_LIMIT);
  ck_assert_uint_eq(count_files(), 0);
}
END_TEST

/* ---- pruning and weights ---- */

/* The sum of all words' probabilities after the words of CONTEXT. */
static double total_probability(const unspin_model *m, const char *context) {
  unspin_model_state state[2];
  unsigned now = 0;
  unspin_model_state_begin(m, &state[0]);
  us_slice rest = us_slice_of(context), word;
  while (us_slice_cut(&rest, ' ', &word)) {
    if (word.n) unspin_model_score(m, &state[now], unspin_model_word(m, word.p, word.n), &state[now ^ 1], NULL);
    now ^= word.n > 0;
  }
  double sum = 0;
  for (uint32_t id = 0; id < unspin_model_word_count(m); id++)
    if (id != 1) sum += pow(10, (double)unspin_model_score(m, &state[now], id, &state[now ^ 1], NULL));
  return sum;
}

static void assert_adds_up(const unspin_model *m) {
  static const char *const contexts[] = {"",
                                         "the",
                                         "a farmer",
                                         "the mayor opened",
                                         "two clerks sold the",
                                         "nobody painted the bridge and",
                                         "wizard",
                                         "a young nurse lost an empty",
                                         "the baker the baker"};
  for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++)
    ck_assert_double_eq_tol(total_probability(m, contexts[i]), 1, 1e-4);
}

START_TEST(probabilities_add_up_to_one) {
  for (int i = 0; i < 5; i++) {
    unspin_model_options o = exact_options(4);
    unspin_model_source sources[] = {{MODEL_DIR "train.txt", 1}, {MODEL_DIR "test.txt", i == 4 ? 2.5 : 1}};
    if (i == 1)
      for (int k = 1; k < 4; k++) o.drop_below[k] = (uint32_t)k + 1;
    if (i == 2) o.threshold = 1e-4;
    if (i == 3) o.max_size = 14000;
    unspin_error err = {0};
    unspin_model_report r;
    ck_assert_msg(unspin_model_train(&o, sources, 2, in_dir("a.lm"), &r, &err) == UNSPIN_OK, "%s", err.message);
    if (i >= 1 && i <= 3) ck_assert_uint_lt(r.kept[3], r.ngrams[3]);
    unspin_model *m = open_model(in_dir("a.lm"));
    assert_adds_up(m);
    unspin_model_close(m);
  }
}
END_TEST

START_TEST(max_size_is_kept_and_used) {
  write_long_text(in_dir("long.txt"));
  unspin_model_options o = exact_options(5);
  o.bits = 8;
  unspin_model_report r = train(&o, in_dir("long.txt"), in_dir("a.lm"));
  for (uint64_t size = 400000; size <= 1600000; size *= 2) {
    o.max_size = size;
    r = train(&o, in_dir("long.txt"), in_dir("a.lm"));
    us_buf file = read_path(in_dir("a.lm"));
    ck_assert_uint_le(file.n, size);
    ck_assert_uint_ge(file.n, size * 97 / 100);
    us_buf_free(&file);
  }
  ck_assert_uint_lt(r.kept[4], r.ngrams[4]);
}
END_TEST

/* A pruned model must keep what matters: far fewer n-grams, hardly worse on what it was trained on. */
START_TEST(pruning_keeps_what_matters) {
  us_buf test = test_read("model/test.txt");
  unspin_model_options o = exact_options(4);
  train(&o, MODEL_DIR "train.txt", in_dir("full.lm"));
  o.threshold = 2e-4;
  unspin_model_report r = train(&o, MODEL_DIR "train.txt", in_dir("pruned.lm"));
  ck_assert_uint_lt(r.kept[1] + r.kept[2] + r.kept[3], (r.ngrams[1] + r.ngrams[2] + r.ngrams[3]) / 3);
  unspin_model *full = open_model(in_dir("full.lm")), *pruned = open_model(in_dir("pruned.lm"));
  measure a = measure_text(full, us_buf_slice(&test)), b = measure_text(pruned, us_buf_slice(&test));
  ck_assert_double_lt(perplexity(&b), perplexity(&a) * 1.1);
  unspin_model_close(full);
  unspin_model_close(pruned);
  us_buf_free(&test);
}
END_TEST

START_TEST(a_heavier_text_counts_for_more) {
  us_buf test = test_read("model/test.txt");
  double before = 0;
  write_long_text(in_dir("long.txt"));
  for (int i = 0; i < 2; i++) {
    unspin_model_options o = exact_options(3);
    unspin_model_source sources[] = {{in_dir("long.txt"), 1}, {MODEL_DIR "train.txt", i ? 16 : 1}};
    unspin_error err = {0};
    ck_assert_msg(unspin_model_train(&o, sources, 2, in_dir("a.lm"), NULL, &err) == UNSPIN_OK, "%s", err.message);
    unspin_model *m = open_model(in_dir("a.lm"));
    measure got = measure_text(m, us_buf_slice(&test));
    if (i) ck_assert_double_lt(perplexity(&got), before * 0.95);
    before = perplexity(&got);
    unspin_model_close(m);
  }
  us_buf_free(&test);
}
END_TEST

/* The same weight for everything is the same as none. */
START_TEST(equal_weights_change_nothing) {
  us_buf test = test_read("model/test.txt");
  double figure[2];
  for (int i = 0; i < 2; i++) {
    unspin_model_options o = exact_options(4);
    unspin_model_source source = {MODEL_DIR "train.txt", i ? 4 : 1};
    unspin_error err = {0};
    ck_assert_msg(unspin_model_train(&o, &source, 1, in_dir("a.lm"), NULL, &err) == UNSPIN_OK, "%s", err.message);
    unspin_model *m = open_model(in_dir("a.lm"));
    measure got = measure_text(m, us_buf_slice(&test));
    figure[i] = perplexity(&got);
    unspin_model_close(m);
  }
  ck_assert_double_eq_tol(figure[0], figure[1], figure[0] * 1e-5);
  us_buf_free(&test);
}
END_TEST

int main(void) {
  Suite *s = suite_create("model-train");
  TCase *c = tcase_create("train");
  tcase_set_timeout(c, 300);
  tcase_add_checked_fixture(c, make_dir, remove_dir);
  tcase_add_test(c, reference_figures);
  tcase_add_test(c, shared_figures);
  tcase_add_test(c, same_bytes_whatever_the_threads_and_the_memory);
  tcase_add_test(c, stopped_training_leaves_nothing);
  tcase_add_test(c, failed_training_keeps_the_old_model);
  tcase_add_test(c, impossible_options_are_refused);
  tcase_add_test(c, probabilities_add_up_to_one);
  tcase_add_test(c, max_size_is_kept_and_used);
  tcase_add_test(c, pruning_keeps_what_matters);
  tcase_add_test(c, a_heavier_text_counts_for_more);
  tcase_add_test(c, equal_weights_change_nothing);
  suite_add_tcase(s, c);
  return test_run(s);
}
