#define _GNU_SOURCE /* memmem, mkdtemp */
/* The cut of a reference into halves, the alignment-free figures, and the topic model. */
#include <math.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "measure/divergence.h"
#include "measure/halves.h"
#include "measure/topic.h"
#include "support.h"

/* ---- halves ---- */

static us_halves split(const char *text) {
  us_halves h;
  ck_assert(us_halves_split(us_slice_of(text), &h));
  return h;
}

static void wants(const us_halves *h, int half, const char *text) {
  us_slice got = us_buf_slice(&h->half[half]);
  ck_assert_msg(us_slice_eq(got, us_slice_of(text)), "half %d is\n%.*s", half, (int)got.n, got.p);
}

START_TEST(test_paragraphs_go_to_the_shorter_half) {
  us_halves h = split("One two three.\n\nFour.\n\nFive.\n\nSix.\n\nSeven.\n\nEight.\n\nNine.\n\nTen eleven.\n");
  ck_assert(!h.sentences);
  wants(&h, 0, "One two three.\n\nSeven.\n\nNine.\n\n");
  wants(&h, 1, "Four.\n\nFive.\n\nSix.\n\nEight.\n\nTen eleven.\n\n");
  ck_assert_uint_eq(h.words[0], 5);
  ck_assert_uint_eq(h.words[1], 6);
  ck_assert_uint_eq(h.units, 8);
  us_halves_free(&h);
}
END_TEST

START_TEST(test_few_paragraphs_are_cut_by_sentences) {
  us_halves h = split("The bus is late. The train is not. \"Why?\" he asked.\n\nNobody knows.");
  ck_assert(h.sentences);
  wants(&h, 0, "The bus is late.\n\n\"Why?\" he asked.\n\n");
  wants(&h, 1, "The train is not.\n\nNobody knows.\n\n");
  us_halves_free(&h);
}
END_TEST

/* A repeated paragraph would tell the judge what the decoder was told. */
START_TEST(test_repeats_stay_in_one_half) {
  us_halves h = split("Read more here.\n\nA b c.\n\nD e f.\n\nREAD more  here.\n\nG.\n\nH.\n\nI.\n\nJ.\n");
  for (const char *p = us_buf_slice(&h.half[1]).p; *p; p++) ck_assert_msg(strncasecmp(p, "read more", 9) != 0, "%s", p);
  us_slice first = us_buf_slice(&h.half[0]);
  ck_assert(memmem(first.p, first.n, "READ more  here.", 16) != NULL);
  us_halves_free(&h);
}
END_TEST

START_TEST(test_no_words_no_halves) {
  us_halves h = split(" \n\n...\n\n--\n");
  ck_assert_uint_eq(h.words[0] + h.words[1], 0);
  ck_assert_uint_eq(h.units, 0);
  us_halves_free(&h);
}
END_TEST

/* ---- divergences ---- */

START_TEST(test_jensen_shannon) {
  const uint32_t even[] = {1, 1}, one[] = {4, 0}, other[] = {0, 2};
  ck_assert_double_eq_tol(us_jensen_shannon(even, 2, even, 2, 2), 0, 1e-12);
  ck_assert_double_eq_tol(us_jensen_shannon(one, 4, other, 2, 2), 1, 1e-12);
  /* by hand: M is (3/4, 1/4) */
  double hand = (0.5 * log2(0.5 / 0.75) + 0.5 * log2(0.5 / 0.25) + log2(1 / 0.75)) / 2;
  ck_assert_double_eq_tol(us_jensen_shannon(even, 2, one, 4, 2), hand, 1e-12);
  /* words that are not in the tables are shared by nobody: half of each text here */
  ck_assert_double_eq_tol(us_jensen_shannon(even, 4, even, 4, 2), 0.5, 1e-12);
  ck_assert(isnan(us_jensen_shannon(even, 0, one, 4, 2)));
}
END_TEST

START_TEST(test_chi_square) {
  const uint32_t a[] = {10, 20, 0}, b[] = {20, 10, 0}, twice[] = {20, 40, 0};
  ck_assert_double_eq_tol(us_chi_square(a, 30, b, 30, 3), 4 * 25 / 15.0, 1e-9); /* one degree of freedom */
  ck_assert_double_eq_tol(us_chi_square(a, 30, twice, 60, 3), 0, 1e-12);
  ck_assert(isnan(us_chi_square(a + 2, 30, b + 2, 30, 1)));
}
END_TEST

/* ---- the topic model ---- */

static unspin_model *model;
static char folder[] = "/tmp/unspin-test-XXXXXX", model_text[64], model_file[64];

/* A small model with words that it left out: the vocabulary is closed, so that everything must sum to one. */
static void make_model(void) {
  const char *text =
      "The bus is late. The bus is slow. The train is fast.\n\nThe town wants a train. The town has a bus.\n\n"
      "A slow bus is late. A fast train is early. She said the train is fast.\n\n"
      "He said the town wants the bus. Nobody said why. Everybody knows where.\n";
  unspin_error err;
  ck_assert(mkdtemp(folder) != NULL);
  snprintf(model_text, sizeof model_text, "%s/text", folder);
  snprintf(model_file, sizeof model_file, "%s/model", folder);
  ck_assert_msg(us_file_write_atomic(model_text, us_slice_of(text), &err) == UNSPIN_OK, "%s", err.message);
  unspin_model_options options;
  unspin_model_options_init(&options);
  options.order = 3;
  options.bits = 32;
  options.min_count = 2;
  options.memory = 64 << 20;
  unspin_model_source source = {model_text, 1};
  ck_assert_msg(unspin_model_train(&options, &source, 1, model_file, NULL, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(unspin_model_open(model_file, &model, &err) == UNSPIN_OK, "%s", err.message);
}

static void drop_model(void) {
  unspin_model_close(model);
  remove(model_text);
  remove(model_file);
  rmdir(folder);
}

static us_stream stream_of(const char *text, us_lexicon *lexicon) {
  us_stream s;
  unspin_error err;
  ck_assert_msg(us_stream_read(model, us_slice_of(text), "test", lexicon, &s, &err) == UNSPIN_OK, "%s", err.message);
  return s;
}

START_TEST(test_stream_knows_its_places) {
  us_lexicon lexicon = {0};
  const char *text =
      "  The TRAIN costs \xC2\xA3"
      "35. Why?\n\nMr. Xyzzy said so.";
  const char *const words[] = {"The", "TRAIN", "costs", "\xC2\xA3", "35",    ".",    "",   "Why", "?",
                               "",    "Mr",    ".",     "",         "Xyzzy", "said", "so", ".",   ""};
  us_stream s = stream_of(text, &lexicon);
  size_t at = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i].sentence_end && *words[at]) continue; /* whether "Mr." ends one is the model's business */
    if (!s.p[i].sentence_end && !*words[at]) at++;
    us_slice got = us_slice_sub(us_slice_of(text), s.p[i].begin, s.p[i].end);
    ck_assert_msg(us_slice_eq(got, us_slice_of(words[at])), "%zu: %.*s, not %s", i, (int)got.n, got.p, words[at]);
    ck_assert(s.p[i].chance > 0 && s.p[i].chance <= 1);
    at++;
  }
  ck_assert_uint_eq(s.words, 9);
  us_stream_free(&s);
  us_lexicon_free(&lexicon);
}
END_TEST

/* All that the model knows, and then words that it does not know: those of the topic text, and one for all others. */
static const char *const vocabulary[] = {"the", "bus",  "is", "late", "slow",  "train", "fast", "town", "wants",
                                         "a",   "said", ".",  "</s>", "xyzzy", "why",   "?",    ",",    "other"};
enum { WORDS = sizeof vocabulary / sizeof *vocabulary, KNOWN = 13 };

/* What the topic model gives to the last token of S, which has STATE before it, as each word in turn; added up. */
static double mass_after(us_topic *topic, us_lexicon *lexicon, us_stream *s, const unspin_model_state *state) {
  unspin_model_info info;
  unspin_model_describe(model, &info);
  double sum = 0, ratios[16];
  us_stream_token *t = &s->p[s->n - 1];
  ck_assert(s->n <= 16);
  for (size_t i = 0; i < WORDS; i++) {
    const char *word = vocabulary[i];
    unspin_model_state after;
    t->id = i + 1 == KNOWN ? 2 : unspin_model_word(model, word, strlen(word));
    t->word = us_lexicon_id(lexicon, us_slice_of(word));
    t->chance = pow(10, (double)unspin_model_score(model, state, t->id, &after, NULL));
    ck_assert_msg((i < KNOWN) == (t->id != 0), "%s", word);
    ck_assert(us_topic_ratios(topic, s, ratios));
    double others = i + 1 < WORDS ? 1 : (double)(info.unknown_types - (WORDS - 1 - KNOWN));
    sum += ratios[s->n - 1] * t->chance * others;
  }
  return sum;
}

/* The vocabulary is closed: whatever came before, everything that may come has one to share. */
START_TEST(test_topic_sums_to_one) {
  us_lexicon lexicon = {0};
  us_topic *topic;
  unspin_error err;
  ck_assert_uint_eq(unspin_model_word_count(model), KNOWN + 2);
  us_stream text = stream_of("The xyzzy train is fast. The xyzzy said why, why?", &lexicon);
  ck_assert(us_topic_new(model, &text, &topic, &err) == UNSPIN_OK);
  static const char *const history[] = {"the", "the xyzzy", "train is", "a", "xyzzy said", "late", "why"};
  for (size_t i = 0; i < sizeof history / sizeof *history; i++) {
    us_stream s = stream_of(history[i], &lexicon);
    us_stream_token *end = &s.p[s.n - 1]; /* becomes the word that is asked for */
    end->sentence_end = false;
    double mass = mass_after(topic, &lexicon, &s, &end->state);
    ck_assert_msg(fabs(mass - 1) < 1e-5, "%s: %.9f", history[i], mass);
    us_stream_free(&s);
  }
  us_topic_free(topic);
  us_stream_free(&text);
  us_lexicon_free(&lexicon);
}
END_TEST

START_TEST(test_topic_prefers_its_words) {
  us_lexicon lexicon = {0};
  us_topic *topic;
  unspin_error err;
  us_stream text = stream_of("The train is fast. The train is early. The train is here.", &lexicon);
  us_stream near = stream_of("A train.", &lexicon), far = stream_of("A bus.", &lexicon);
  double a[8], b[8];
  ck_assert(us_topic_new(model, &text, &topic, &err) == UNSPIN_OK);
  ck_assert(us_topic_ratios(topic, &near, a) && us_topic_ratios(topic, &far, b));
  ck_assert_msg(a[1] > 1.2 && b[1] < 0.8, "train %.3f, bus %.3f", a[1], b[1]);
  const uint32_t pair[] = {text.p[0].word, text.p[1].word}, no_pair[] = {near.p[0].word, near.p[1].word};
  ck_assert(us_topic_holds(topic, &pair[1], 2));
  ck_assert(!us_topic_holds(topic, &no_pair[1], 2));
  ck_assert(us_topic_holds(topic, &no_pair[1], 1));
  us_topic_free(topic);
  us_stream_free(&text);
  us_stream_free(&near);
  us_stream_free(&far);
  us_lexicon_free(&lexicon);
}
END_TEST

START_TEST(test_weight_follows_the_evidence) {
  const double good[] = {4, 5, 3}, bad[] = {0.1, 0.2, 0.3}, mixed[] = {4, 0.25};
  ck_assert_double_gt(us_topic_weight(good, 3), 0.98);
  ck_assert_double_lt(us_topic_weight(bad, 3), 0.02);
  /* sum of log(1 + w (r - 1)) is highest at w = 0.5 here, by hand */
  ck_assert_double_eq_tol(us_topic_weight(mixed, 2), 0.5, 1e-3);
  ck_assert_double_eq_tol(us_topic_weight(NULL, 0), 0.5, 1e-12);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("halves");
  TCase *cut = tcase_create("cut");
  tcase_add_test(cut, test_paragraphs_go_to_the_shorter_half);
  tcase_add_test(cut, test_few_paragraphs_are_cut_by_sentences);
  tcase_add_test(cut, test_repeats_stay_in_one_half);
  tcase_add_test(cut, test_no_words_no_halves);
  tcase_add_test(cut, test_jensen_shannon);
  tcase_add_test(cut, test_chi_square);
  suite_add_tcase(suite, cut);
  TCase *topic = tcase_create("topic");
  tcase_add_unchecked_fixture(topic, make_model, drop_model);
  tcase_add_test(topic, test_stream_knows_its_places);
  tcase_add_test(topic, test_topic_sums_to_one);
  tcase_add_test(topic, test_topic_prefers_its_words);
  tcase_add_test(topic, test_weight_follows_the_evidence);
  suite_add_tcase(suite, topic);
  return test_run(suite);
}
