/* Queries, states, and the parts of the packed format. */
#include "base/hash.h"
#include "base/image.h"
#include "model/bits.h"
#include "model/elias.h"
#include "model/lookup.h"
#include "model/quant.h"
#include "model/sort.h"
#include "model/words.h"
#include "model_test.h"

static uint64_t seed = 1;
static uint32_t random_number(void) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(seed >> 33);
}

START_TEST(bits_of_every_width) {
  for (unsigned width = 1; width <= 57; width++) {
    uint64_t n = 200, mask = (1ull << width) - 1;
    uint64_t values[200];
    unsigned char *p = calloc(1, us_bits_bytes(n, width));
    for (uint64_t i = 0; i < n; i++) {
      values[i] = ((uint64_t)random_number() << 31 ^ random_number()) & mask;
      us_bits_put(p, i * width, values[i]);
    }
    for (uint64_t i = 0; i < n; i++) ck_assert_uint_eq(us_bits_get(p, i * width, width), values[i]);
    free(p);
  }
}
END_TEST

START_TEST(elias_fano_gives_every_pair_back) {
  for (int kind = 0; kind < 5; kind++) {
    uint32_t n = 3000, *values = malloc(n * sizeof *values), at = 0;
    for (uint32_t i = 0; i < n; i++) {
      values[i] = at;
      uint32_t r = random_number() % 1000;
      at += kind == 0   ? 0
            : kind == 1 ? 1
            : kind == 2 ? r
            : kind == 3 ? (r == 0 ? 100000 : 0)
                        : (i % 97 == 0 ? 5000 : r % 2);
    }
    us_elias e = {.n = n, .max = at, .high_words = us_elias_high_words(n, at), .low_bits = us_elias_low_bits(n, at)};
    unsigned char *low = calloc(1, us_elias_low_bytes(n, at));
    uint64_t *high = calloc(e.high_words, 8);
    uint32_t *sample = calloc(us_elias_samples(n), 4);
    us_elias_build(values, n, at, low, high, sample);
    e.low = low;
    e.high = high;
    e.sample = sample;
    for (uint32_t i = 0; i + 1 < n; i++) {
      uint64_t a, b;
      us_elias_pair(&e, i, &a, &b);
      ck_assert_uint_eq(a, values[i]);
      ck_assert_uint_eq(b, values[i + 1]);
    }
    free(values);
    free(low);
    free(high);
    free(sample);
  }
}
END_TEST

static int by_key(const void *a, const void *b) {
  us_u128 x = *(const us_u128 *)a, y = *(const us_u128 *)b;
  return (x > y) - (x < y);
}

START_TEST(sorting) {
  for (int kind = 0; kind < 6; kind++)
    for (size_t n = 0; n < 5000; n = n * 3 + 1) {
      us_u128 *a = malloc((n + 1) * sizeof *a), *b = malloc((n + 1) * sizeof *b);
      for (size_t i = 0; i < n; i++) {
        us_u128 r = (us_u128)random_number() << 70 | random_number();
        a[i] = b[i] = kind == 0   ? r
                      : kind == 1 ? r % 3
                      : kind == 2 ? i
                      : kind == 3 ? n - i
                      : kind == 4 ? 7
                                  : (i * (n - i)) % 11;
      }
      us_sort_keys(a, n);
      qsort(b, n, sizeof *b, by_key);
      ck_assert(n == 0 || memcmp(a, b, n * sizeof *a) == 0);
      free(a);
      free(b);
    }
}
END_TEST

START_TEST(codebooks_are_close_and_rise) {
  us_histogram h;
  unspin_error err;
  ck_assert_int_eq(us_histogram_init(&h, -8, 0, &err), UNSPIN_OK);
  float value[4000];
  for (int i = 0; i < 4000; i++) {
    double r = random_number() % 100000 / 100000.0;
    value[i] = (float)(-8 * r * r * r);
    us_histogram_add(&h, value[i], 1);
  }
  float codes[256];
  us_codebook_fit(&h, codes, 256);
  double square = 0;
  for (int i = 1; i < 256; i++) ck_assert(codes[i] >= codes[i - 1]);
  for (int i = 0; i < 4000; i++) {
    uint32_t c = us_codebook_find(codes, 256, value[i]);
    for (int d = 0; d < 256; d++) ck_assert(fabsf(codes[c] - value[i]) <= fabsf(codes[d] - value[i]));
    square += (double)(codes[c] - value[i]) * (double)(codes[c] - value[i]);
  }
  ck_assert_double_lt(sqrt(square / 4000), 0.015);
  us_histogram_free(&h);
}
END_TEST

START_TEST(words_are_found_and_given_back) {
  enum { N = 1000 };
  static char text[N][40];
  us_slice word[N] = {{"<unk>", 5}, {"<s>", 3}, {"</s>", 4}};
  for (unsigned i = 3; i < N; i++) {
    snprintf(text[i], sizeof text[i], "%s%04u%s", i % 3 ? "pre" : "prefix-longer-", i, i % 5 ? "" : "\xc3\xa9");
    word[i] = us_slice_of(text[i]);
  }
  for (unsigned i = 4; i < N; i++)
    for (unsigned j = i; j > 3 && us_slice_cmp(word[j - 1], word[j]) > 0; j--) {
      us_slice t = word[j];
      word[j] = word[j - 1];
      word[j - 1] = t;
    }
  us_buf groups = {0}, packed = {0}, slots = {0};
  us_words_pack(word, N, &groups, &packed, &slots);
  us_words w = {.n = N,
                .group = (const uint32_t *)(const void *)groups.p,
                .text = us_buf_slice(&packed),
                .slots = (const unsigned char *)slots.p,
                .slot_count = us_words_slot_count(N),
                .id_bits = us_bits_width(N)};
  for (uint32_t i = 0; i < N; i++) {
    us_buf out = {0};
    us_words_get(&w, i, &out);
    ck_assert(us_slice_eq(us_buf_slice(&out), word[i]));
    us_buf_free(&out);
    ck_assert_uint_eq(us_words_find(&w, word[i]), i);
  }
  ck_assert_uint_eq(us_words_find(&w, US_LIT("pre")), 0);
  ck_assert_uint_eq(us_words_find(&w, US_LIT("")), 0);
  ck_assert_uint_eq(us_words_find(&w, US_LIT("zebra")), 0);
  us_buf_free(&groups);
  us_buf_free(&packed);
  us_buf_free(&slots);
}
END_TEST

/* In a table that was made to be slow a word may lie where no table of ours would have it: it is not looked for there.
 */
START_TEST(crowded_words_are_given_up) {
  enum { N = 20000, FILLER = 3, WANTED = 4 };
  static char text[N][8];
  static us_slice word[N] = {{"<unk>", 5}, {"<s>", 3}, {"</s>", 4}};
  for (unsigned i = 3; i < N; i++) {
    snprintf(text[i], sizeof text[i], "w%05u", i);
    word[i] = us_slice_of(text[i]);
  }
  us_buf groups = {0}, packed = {0}, slots = {0};
  us_words_pack(word, N, &groups, &packed, &slots);
  us_words w = {.n = N,
                .group = (const uint32_t *)(const void *)groups.p,
                .text = us_buf_slice(&packed),
                .slots = (const unsigned char *)slots.p,
                .slot_count = us_words_slot_count(N),
                .id_bits = us_bits_width(N)};
  uint64_t begin = ((us_hash(word[WANTED]) >> 32) * w.slot_count) >> 32;
  for (int beyond = 0; beyond < 2; beyond++) {
    uint64_t at = (begin + US_PROBE_MOST - 1 + (uint64_t)beyond) % w.slot_count;
    memset(slots.p, 0, slots.n);
    for (uint64_t i = 0; i < w.slot_count; i++)
      us_bits_put((unsigned char *)slots.p, i * w.id_bits, i == at ? WANTED : FILLER);
    ck_assert_uint_eq(us_words_find(&w, word[WANTED]), beyond ? 0 : WANTED);
  }
  us_buf_free(&groups);
  us_buf_free(&packed);
  us_buf_free(&slots);
}
END_TEST

/* Ids that lie close together but for the last: each guess by proportion comes one entry nearer. */
START_TEST(badly_guessed_words_are_found) {
  enum { N = 1 << 19, FIRST = 3, LAST = (1 << 26) - 2, BITS = 26 };
  unsigned char *entries = calloc(1, us_bits_bytes(N, BITS));
  ck_assert_ptr_nonnull(entries);
  for (uint32_t i = 0; i < N; i++) us_bits_put(entries, (uint64_t)i * BITS, i + 1 < N ? FIRST + 2 * i : LAST);
  us_packed_layer l = {.entries = entries, .n = N, .width = BITS, .word_bits = BITS};
  us_range all = {.hi = N, .high_word = LAST + 1};
  for (uint32_t i = 0; i + 1 < N; i++) {
    ck_assert_int_eq(us_find_child(&l, all, FIRST + 2 * i), i);
    ck_assert_int_eq(us_find_child(&l, all, FIRST + 2 * i + 1), -1);
  }
  ck_assert_int_eq(us_find_child(&l, all, LAST), N - 1);
  free(entries);
}
END_TEST

/* Equal states must score equally for ever: states that were cut short against the full history's words. */
START_TEST(a_state_is_all_that_matters) {
  unspin_model_options o = exact_options(5);
  o.threshold = 1e-4;
  train(&o, MODEL_DIR "train.txt", in_dir("a.lm"));
  unspin_model *m = open_model(in_dir("a.lm"));
  uint32_t words = unspin_model_word_count(m);
  enum { N = 3000 };
  static unspin_model_state states[N];
  unsigned equal = 0, shorter = 0;
  for (int i = 0; i < N; i++) {
    unspin_model_state s[2];
    unspin_model_state_begin(m, &s[0]);
    for (unsigned k = 0, n = 1 + random_number() % 8; k <= n; k++) {
      unspin_model_score(m, &s[k & 1], 2 + random_number() % (words - 2), &s[~k & 1], NULL);
      states[i] = s[~k & 1];
    }
    shorter += states[i].length < 4;
    for (int j = 0; j < i && j < 200; j++) {
      bool same = unspin_model_state_equal(&states[i], &states[j]);
      ck_assert_int_eq(same, memcmp(&states[i], &states[j], sizeof states[i]) == 0);
      if (!same) continue;
      equal++;
      ck_assert_uint_eq(unspin_model_state_hash(&states[i]), unspin_model_state_hash(&states[j]));
    }
  }
  ck_assert_uint_gt(equal, 0);
  ck_assert_uint_gt(shorter, 0);
  unspin_model_close(m);
}
END_TEST

/* The state after a long history gives the same scores as the last four words alone. */
START_TEST(history_beyond_the_order_is_forgotten) {
  unspin_model_options o = exact_options(3);
  train(&o, MODEL_DIR "train.txt", in_dir("a.lm"));
  unspin_model *m = open_model(in_dir("a.lm"));
  uint32_t words = unspin_model_word_count(m);
  for (int i = 0; i < 2000; i++) {
    uint32_t w[6];
    unspin_model_state a[2], b[2];
    unspin_model_state_begin(m, &a[0]);
    unspin_model_state_empty(&b[0]);
    unsigned x = 0, y = 0;
    for (int k = 0; k < 6; k++) {
      w[k] = random_number() % words;
      if (w[k] == 1) w[k] = 2;
      float p = unspin_model_score(m, &a[x], w[k], &a[x ^ 1], NULL), q;
      x ^= 1;
      if (k < 3) continue;
      q = unspin_model_score(m, &b[y], w[k], &b[y ^ 1], NULL);
      y ^= 1;
      if (k == 5) ck_assert_double_eq_tol((double)p, (double)q, 1e-6);
    }
    ck_assert(unspin_model_state_equal(&a[x], &b[y]));
  }
  unspin_model_close(m);
}
END_TEST

START_TEST(many_at_once_are_the_same) {
  unspin_model_options o = exact_options(5);
  train(&o, MODEL_DIR "train.txt", in_dir("a.lm"));
  unspin_model *m = open_model(in_dir("a.lm"));
  uint32_t words = unspin_model_word_count(m);
  enum { N = 1000 };
  static unspin_model_state in[N + 1], out[N], alone;
  static unspin_model_query queries[N];
  unspin_model_state_begin(m, &in[0]);
  for (int i = 0; i < N; i++) {
    uint32_t word = random_number() % (words + 2);
    queries[i] = (unspin_model_query){.in = &in[i], .out = &out[i], .word = word};
    unspin_model_score(m, &in[i], word == 1 ? 2 : word, &in[i + 1], NULL);
    if (random_number() % 5 == 0) unspin_model_state_begin(m, &in[i + 1]);
  }
  for (size_t n = 0; n < N; n = n * 2 + 1) {
    unspin_model_score_many(m, queries, n);
    for (size_t i = 0; i < n; i++) {
      unsigned matched;
      float p = unspin_model_score(m, &in[i], queries[i].word, &alone, &matched);
      ck_assert(memcmp(&p, &queries[i].log10, sizeof p) == 0);
      ck_assert_uint_eq(matched, queries[i].matched);
      ck_assert(memcmp(&alone, &out[i], sizeof alone) == 0);
    }
  }
  unspin_model_close(m);
}
END_TEST

START_TEST(unknown_words_share_what_they_have) {
  unspin_model_options o = exact_options(2);
  o.min_count = 12;
  train(&o, MODEL_DIR "train.txt", in_dir("a.lm"));
  unspin_model *m = open_model(in_dir("a.lm"));
  unspin_model_info info;
  unspin_model_describe(m, &info);
  ck_assert_uint_gt(info.unknown_types, 1);
  unspin_model_state s, t;
  unspin_model_state_empty(&s);
  float unknown = unspin_model_score(m, &s, 0, &t, NULL);
  ck_assert(unknown >= unspin_model_score(m, &s, UINT32_MAX, &t, NULL));
  ck_assert(unknown < unspin_model_score(m, &s, unspin_model_word(m, "the", 3), &t, NULL));
  double sum = pow(10, (double)unknown) * (double)info.unknown_types;
  for (uint32_t id = 2; id < unspin_model_word_count(m); id++)
    sum += pow(10, (double)unspin_model_score(m, &s, id, &t, NULL));
  ck_assert_double_eq_tol(sum, 1, 1e-4);
  unspin_model_close(m);
}
END_TEST

/* The text reader: what becomes a word, and what is left out. */
START_TEST(texts_are_cleaned) {
  write_file(
      in_dir("t.txt"),
      US_LIT("The Bank's profit rose 12% to \xc2\xa3"
             "3.5bn, \xe2\x80\x9cwe\xe2\x80\x99re glad\xe2\x80\x9d \xe2\x80\x93 see www.example.org.\n\n"
             "One\nTwo\nThree\nFour things\nFive\n\n"
             "A headline about a bank\nThe story follows at once.\n\n"
             "1 2 3 4 5 6 7 | 8\n\n"
             "This notice is printed below every page of ours.\n\nThis notice is printed below every page of ours.\n"));
  unspin_model_options o = exact_options(2);
  o.tokenized = false;
  unspin_model_report r = train(&o, in_dir("t.txt"), in_dir("a.lm"));
  ck_assert_uint_eq(r.list_words, 6);
  ck_assert_uint_gt(r.table_words, 7);
  ck_assert_uint_eq(r.repeated_words, 10);
  unspin_model *m = open_model(in_dir("a.lm"));
  static const char *const known[] = {"the", "bank", "'s",       "<num>%", "<verbatim>", "we're",
                                      "\"",  "-",    "headline", "notice", ".",          ","};
  static const char *const unknown[] = {"The", "One", "five", "12%", "8", "\xe2\x80\x9c", "bank's", "www.example.org",
                                        "|"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    ck_assert_msg(unspin_model_word(m, known[i], strlen(known[i])), "%s", known[i]);
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
    ck_assert_msg(!unspin_model_word(m, unknown[i], strlen(unknown[i])), "%s", unknown[i]);
  unspin_model_close(m);
}
END_TEST

int main(void) {
  Suite *s = suite_create("model-query");
  TCase *c = tcase_create("query");
  tcase_set_timeout(c, 120);
  tcase_add_checked_fixture(c, make_dir, remove_dir);
  tcase_add_test(c, bits_of_every_width);
  tcase_add_test(c, elias_fano_gives_every_pair_back);
  tcase_add_test(c, sorting);
  tcase_add_test(c, codebooks_are_close_and_rise);
  tcase_add_test(c, words_are_found_and_given_back);
  tcase_add_test(c, crowded_words_are_given_up);
  tcase_add_test(c, badly_guessed_words_are_found);
  tcase_add_test(c, a_state_is_all_that_matters);
  tcase_add_test(c, history_beyond_the_order_is_forgotten);
  tcase_add_test(c, many_at_once_are_the_same);
  tcase_add_test(c, unknown_words_share_what_they_have);
  tcase_add_test(c, texts_are_cleaned);
  suite_add_tcase(s, c);
  return test_run(s);
}
