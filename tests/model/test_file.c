/* Files: damage is one clear error and never a crash; ARPA goes in and comes out. */
#include "base/hash.h"
#include "model/arpa.h"
#include "model/model.h"
#include "model_test.h"

/* A tiny model's bytes. */
static us_buf tiny_model(unsigned order, unsigned bits) {
  write_file(in_dir("tiny.txt"), US_LIT("a b c d\na b d\nb c a\nd d a b\nc\n"));
  unspin_model_options o = exact_options(order);
  o.bits = bits;
  train(&o, in_dir("tiny.txt"), in_dir("tiny.lm"));
  return read_path(in_dir("tiny.lm"));
}

/* Opens BYTES from a block of exactly that size, so that the sanitizer sees any step outside, and uses all of it. */
static unspin_status use_bytes(us_slice bytes, unspin_error *err) {
  char *exact = malloc(bytes.n ? bytes.n : 1);
  memcpy(exact, bytes.p, bytes.n);
  unspin_model m = {0};
  unspin_status status = us_model_attach(&m, (us_slice){exact, bytes.n}, "bytes", err);
  if (!status) {
    (void)unspin_model_verify(&m, NULL);
    unspin_model_state s[2];
    unspin_model_state_begin(&m, &s[0]);
    for (uint32_t i = 0; i < 60; i++) unspin_model_score(&m, &s[i & 1], i * 7 % 8, &s[~i & 1], NULL);
    us_buf word = {0};
    for (uint32_t i = 0; i < 12; i++) us_words_get(&m.words, i, &word);
    us_words_find(&m.words, US_LIT("a"));
    us_words_find(&m.words, US_LIT("absent"));
    us_buf_free(&word);
  }
  free(exact);
  return status;
}

START_TEST(every_truncation_is_noticed) {
  us_buf file = tiny_model(3, 8);
  unspin_error err = {0};
  ck_assert_int_eq(use_bytes(us_buf_slice(&file), &err), UNSPIN_OK);
  for (size_t n = 0; n < file.n; n++) {
    err.message[0] = 0;
    ck_assert_int_eq(use_bytes((us_slice){file.p, n}, &err), UNSPIN_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "bytes: "));
  }
  us_buf_free(&file);
}
END_TEST

START_TEST(every_flipped_bit_is_noticed) {
  us_buf file = tiny_model(3, 4);
  unspin_error err = {0};
  for (size_t bit = 0; bit < file.n * 8; bit++) {
    file.p[bit / 8] = (char)(file.p[bit / 8] ^ 1 << bit % 8);
    unspin_status status = use_bytes(us_buf_slice(&file), &err);
    ck_assert_msg(status == UNSPIN_ERR_FORMAT || status == UNSPIN_ERR_VERSION, "bit %zu", bit);
    file.p[bit / 8] = (char)(file.p[bit / 8] ^ 1 << bit % 8);
  }
  us_buf_free(&file);
}
END_TEST

/* Somebody may make the checksum fit: then only bounds stand between the file and a crash. */
START_TEST(flipped_bits_with_a_good_checksum_do_no_harm) {
  for (unsigned bits = 4; bits <= 32; bits += 28) {
    us_buf file = tiny_model(4, bits);
    for (size_t bit = 32 * 8; bit < file.n * 8; bit++) {
      file.p[bit / 8] = (char)(file.p[bit / 8] ^ 1 << bit % 8);
      uint64_t hash = us_hash((us_slice){file.p + 32, file.n - 32});
      memcpy(file.p + 24, &hash, 8);
      (void)use_bytes(us_buf_slice(&file), NULL);
      file.p[bit / 8] = (char)(file.p[bit / 8] ^ 1 << bit % 8);
    }
    us_buf_free(&file);
  }
}
END_TEST

START_TEST(other_files_are_told_apart) {
  us_buf file = tiny_model(2, 8);
  unspin_model *m;
  unspin_error err;
  file.p[12]++; /* the version */
  write_file(in_dir("a.lm"), us_buf_slice(&file));
  ck_assert_int_eq(unspin_model_open(in_dir("a.lm"), &m, &err), UNSPIN_ERR_VERSION);
  ck_assert_ptr_null(m);
  ck_assert_int_eq(unspin_model_open(in_dir("absent.lm"), &m, &err), UNSPIN_ERR_IO);
  ck_assert_int_eq(unspin_model_open(MODEL_DIR "train.txt", &m, &err), UNSPIN_ERR_FORMAT);
  ck_assert_int_ne(unspin_model_open(test_dir, &m, &err), UNSPIN_OK);
  us_buf_free(&file);
}
END_TEST

/* ---- ARPA ---- */

static us_buf export(const char *model) {
  unspin_model *m = open_model(model);
  unspin_error err = {0};
  ck_assert_msg(unspin_model_to_arpa(m, in_dir("out.arpa"), &err) == UNSPIN_OK, "%s", err.message);
  unspin_model_close(m);
  return read_path(in_dir("out.arpa"));
}

START_TEST(arpa_round_trip) {
  us_buf test = test_read("model/test.txt");
  for (unsigned order = 1; order <= 6; order++) {
    unspin_model_options o = exact_options(order);
    if (order == 4) o.threshold = 1e-4;
    if (order == 5) o.min_count = 3;
    train(&o, MODEL_DIR "train.txt", in_dir("a.lm"));
    us_buf first = export(in_dir("a.lm"));
    unspin_error err = {0};
    ck_assert_msg(unspin_model_from_arpa(in_dir("out.arpa"), in_dir("b.lm"), 32, &err) == UNSPIN_OK, "%s", err.message);
    us_buf second = export(in_dir("b.lm"));
    ck_assert_msg(us_slice_eq(us_buf_slice(&first), us_buf_slice(&second)), "order %u", order);
    unspin_model *a = open_model(in_dir("a.lm")), *b = open_model(in_dir("b.lm"));
    measure x = measure_text(a, us_buf_slice(&test)), y = measure_text(b, us_buf_slice(&test));
    ck_assert_double_eq_tol(x.all, y.all, 1e-3);
    unspin_model_close(a);
    unspin_model_close(b);
    us_buf_free(&first);
    us_buf_free(&second);
  }
  us_buf_free(&test);
}
END_TEST

static const char small_arpa[] =
    "a comment first\n\\data\\\nngram 1=5\nngram 2=3\nngram 3=1\n\n"
    "\\1-grams:\n-1.5\t<UNK>\n-99\t<s>\t-0.5\n-0.7\t</s>\n-0.6\tcat\t-0.25\n-0.5\tdog\t-0.125\n\n"
    "\\2-grams:\n-0.3\t<s> cat\t-0.0625\n-0.2\tcat </s>\n-0.9\tdog dog\t0\n\n"
    "\\3-grams:\n-0.1\t<s> cat dog\n\n\\end\\\n";

/* "cat dog" is missing and is put in: cat's back-off weight and dog's probability. */
START_TEST(arpa_by_hand) {
  write_file(in_dir("s.arpa"), US_LIT(small_arpa));
  unspin_error err = {0};
  ck_assert_msg(unspin_model_from_arpa(in_dir("s.arpa"), in_dir("s.lm"), 32, &err) == UNSPIN_OK, "%s", err.message);
  unspin_model *m = open_model(in_dir("s.lm"));
  unspin_model_info info;
  unspin_model_describe(m, &info);
  ck_assert_uint_eq(info.ngrams[1], 4);
  uint32_t cat = unspin_model_word(m, "cat", 3), dog = unspin_model_word(m, "dog", 3);
  unspin_model_state s, t, u;
  unsigned matched;
  unspin_model_state_begin(m, &s);
  ck_assert_double_eq_tol((double)unspin_model_score(m, &s, cat, &t, &matched), -0.3, 1e-6);
  ck_assert_uint_eq(matched, 2);
  ck_assert_double_eq_tol((double)unspin_model_score(m, &t, dog, &u, &matched), -0.1, 1e-6);
  ck_assert_uint_eq(matched, 3);
  ck_assert_double_eq_tol((double)unspin_model_score(m, &u, cat, &t, &matched), -0.125 - 0.6, 1e-6);
  ck_assert_uint_eq(matched, 1);
  ck_assert_double_eq_tol((double)unspin_model_score(m, &t, dog, &u, &matched), -0.25 - 0.5, 1e-6);
  ck_assert_double_eq_tol((double)unspin_model_score(m, &u, 0, &t, &matched), -0.125 - 1.5, 1e-6);
  unspin_model_close(m);
}
END_TEST

START_TEST(bad_arpa_files_are_refused_with_their_line) {
  static const struct {
    const char *from, *to, *message;
  } bad[] = {{"ngram 1=5", "ngram 1=6", "as many"},
             {"ngram 2=3", "ngram 3=3", "follow"},
             {"-0.6\tcat", "0.6\tcat", "log prob"},
             {"-0.6\tcat", "x\tcat", "log prob"},
             {"-0.6\tcat", "nan\tcat", "log prob"},
             {"cat </s>", "cow </s>", "1-grams"},
             {"-0.5\tdog", "-0.5\tcat", "twice"},
             {"\\2-grams:", "\\4-grams:", "section"},
             {"\\end\\", "\\3-grams:", "end"},
             {"-0.1\t<s> cat dog", "-0.1\t<s> cat dog\t-1", "highest"},
             {"dog dog\t0", "dog dog dog", "not a back-off"},
             {"-0.1\t<s> cat dog", "-0.1\tdog <s> cat", "context"},
             {"-0.9\tdog dog", "-0.9\tcat </s>", "twice"},
             {"\\end\\", "", "too soon"},
             {"ngram 3=1", "ngram 3=9999999999999999999999", "count"}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    const char *at = strstr(small_arpa, bad[i].from);
    ck_assert_ptr_nonnull(at);
    us_buf text = {0};
    us_buf_append(&text, (us_slice){small_arpa, (size_t)(at - small_arpa)});
    us_buf_puts(&text, bad[i].to);
    us_buf_puts(&text, at + strlen(bad[i].from));
    write_file(in_dir("bad.arpa"), us_buf_slice(&text));
    us_buf_free(&text);
    unspin_error err = {0};
    ck_assert_int_eq(unspin_model_from_arpa(in_dir("bad.arpa"), in_dir("bad.lm"), 8, &err), UNSPIN_ERR_FORMAT);
    ck_assert_ptr_nonnull(strstr(err.message, "bad.arpa:"));
    ck_assert_msg(strstr(err.message, bad[i].message), "%s: %s", bad[i].to, err.message);
  }
  ck_assert_uint_eq(count_files(), 1);
}
END_TEST

START_TEST(arpa_truncations_do_no_harm) {
  for (size_t n = 0; n + 7 < sizeof small_arpa; n++) {
    us_arpa arpa;
    unspin_error err;
    char *exact = malloc(n + 1);
    memcpy(exact, small_arpa, n);
    ck_assert_int_eq(us_arpa_parse_bytes((us_slice){exact, n}, "bytes", &arpa, &err), UNSPIN_ERR_FORMAT);
    us_arpa_free(&arpa);
    free(exact);
  }
}
END_TEST

START_TEST(compressed_arpa) {
  us_buf command = {0};
  write_file(in_dir("s.arpa"), US_LIT(small_arpa));
  us_buf_printf(&command, "gzip -kf %s", in_dir("s.arpa"));
  if (system(command.p) != 0) {
    fprintf(stderr, "skipped: compressed ARPA: no gzip\n");
  } else {
    unspin_error err = {0};
    ck_assert_msg(unspin_model_from_arpa(in_dir("s.arpa.gz"), in_dir("z.lm"), 32, &err) == UNSPIN_OK, "%s",
                  err.message);
    unspin_model_close(open_model(in_dir("z.lm")));
    us_buf whole = read_path(in_dir("s.arpa.gz")); /* cut off in the middle */
    write_file(in_dir("cut.arpa.gz"), (us_slice){whole.p, whole.n / 2});
    ck_assert_int_eq(unspin_model_from_arpa(in_dir("cut.arpa.gz"), in_dir("y.lm"), 32, &err), UNSPIN_ERR_FORMAT);
    us_buf_free(&whole);
  }
  us_buf_free(&command);
}
END_TEST

int main(void) {
  Suite *s = suite_create("model-file");
  TCase *c = tcase_create("file");
  tcase_set_timeout(c, 120);
  tcase_add_checked_fixture(c, make_dir, remove_dir);
  tcase_add_test(c, every_truncation_is_noticed);
  tcase_add_test(c, every_flipped_bit_is_noticed);
  tcase_add_test(c, flipped_bits_with_a_good_checksum_do_no_harm);
  tcase_add_test(c, other_files_are_told_apart);
  tcase_add_test(c, arpa_round_trip);
  tcase_add_test(c, arpa_by_hand);
  tcase_add_test(c, bad_arpa_files_are_refused_with_their_line);
  tcase_add_test(c, arpa_truncations_do_no_harm);
  tcase_add_test(c, compressed_arpa);
  suite_add_tcase(s, c);
  return test_run(s);
}
