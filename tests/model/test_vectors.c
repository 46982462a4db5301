/* Word vectors: words of one company come out alike, the same bytes every time, damage is noticed. */
#include "model/vectors.h"
#include "model_test.h"

/* Two kinds of sentences that share no word but the small ones. */
static void write_two_worlds(const char *path) {
  static const char *const sea[] = {"ship", "sail", "harbour", "anchor", "captain", "wave", "mast", "crew"};
  static const char *const farm[] = {"cow", "barn", "tractor", "wheat", "field", "farmer", "fence", "hay"};
  us_buf text = {0};
  uint64_t seed = 3;
  for (int i = 0; i < 40000; i++) {
    const char *const *world = (i / 1000) & 1 ? sea : farm; /* long stretches: windows go over what is not left out */
    for (int k = 0; k < 6; k++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      us_buf_printf(&text, "%s ", world[(seed >> 40) % 8]);
    }
    us_buf_puts(&text, "the .\n");
  }
  write_file(path, us_buf_slice(&text));
  us_buf_free(&text);
}

static void train_vectors(const char *text, const char *path) {
  unspin_vectors_options o;
  unspin_vectors_options_init(&o);
  o.dimensions = 32;
  o.epochs = 10; /* of so few words most occurrences are left out */
  o.tokenized = true;
  unspin_model_source source = {text, 1};
  unspin_error err = {0};
  ck_assert_msg(unspin_vectors_train(&o, &source, 1, path, &err) == UNSPIN_OK, "%s", err.message);
}

static uint32_t id(const unspin_vectors *v, const char *word) {
  uint32_t n = unspin_vectors_word(v, word, strlen(word));
  ck_assert_msg(n >= 3, "%s", word);
  return n;
}

START_TEST(words_of_one_world_are_alike) {
  write_two_worlds(in_dir("t.txt"));
  train_vectors(in_dir("t.txt"), in_dir("a.vec"));
  unspin_vectors *v;
  unspin_error err = {0};
  ck_assert_msg(unspin_vectors_open(in_dir("a.vec"), &v, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_uint_eq(unspin_vectors_dimensions(v), 32);
  ck_assert_uint_eq(unspin_vectors_word_count(v), 3 + 18);
  ck_assert_uint_eq(unspin_vectors_word(v, "zebra", 5), 0);
  ck_assert_uint_eq(unspin_vectors_word(v, "<s>", 3), 0);
  float same = unspin_vectors_similarity(v, id(v, "ship"), id(v, "anchor"));
  float other = unspin_vectors_similarity(v, id(v, "ship"), id(v, "tractor"));
  ck_assert_msg(same > other + 0.3f, "%f %f", (double)same, (double)other);
  float mean[32] = {0};
  unspin_vectors_add(v, id(v, "sail"), 0.5f, mean);
  unspin_vectors_add(v, id(v, "captain"), 0.5f, mean);
  unspin_vectors_add(v, 0, 100, mean);
  ck_assert(unspin_vectors_fit(v, mean, id(v, "wave")) > unspin_vectors_fit(v, mean, id(v, "wheat")) + 1);
  ck_assert(unspin_vectors_cosine(v, mean, id(v, "wave")) > unspin_vectors_cosine(v, mean, id(v, "wheat")));
  char text[20];
  ck_assert_uint_eq(unspin_vectors_text(v, id(v, "hay"), text, sizeof text), 3);
  ck_assert_str_eq(text, "hay");
  unspin_vectors_close(v);
}
END_TEST

START_TEST(the_same_bytes_again) {
  write_two_worlds(in_dir("t.txt"));
  train_vectors(in_dir("t.txt"), in_dir("a.vec"));
  train_vectors(in_dir("t.txt"), in_dir("b.vec"));
  us_buf a = read_path(in_dir("a.vec")), b = read_path(in_dir("b.vec"));
  ck_assert(us_slice_eq(us_buf_slice(&a), us_buf_slice(&b)));
  us_buf_free(&a);
  us_buf_free(&b);
}
END_TEST

START_TEST(damage_is_noticed) {
  train_vectors(MODEL_DIR "test.txt", in_dir("a.vec"));
  us_buf file = read_path(in_dir("a.vec"));
  for (size_t n = 0; n < file.n; n += n < 300 ? 1 : 37) {
    unspin_vectors v = {0};
    char *exact = malloc(n + 1);
    memcpy(exact, file.p, n);
    ck_assert_int_eq(us_vectors_attach(&v, (us_slice){exact, n}, "bytes", NULL), UNSPIN_ERR_FORMAT);
    free(exact);
  }
  us_buf_free(&file);
}
END_TEST

int main(void) {
  Suite *s = suite_create("model-vectors");
  TCase *c = tcase_create("vectors");
  tcase_set_timeout(c, 120);
  tcase_add_checked_fixture(c, make_dir, remove_dir);
  tcase_add_test(c, words_of_one_world_are_alike);
  tcase_add_test(c, the_same_bytes_again);
  tcase_add_test(c, damage_is_noticed);
  suite_add_tcase(s, c);
  return test_run(s);
}
