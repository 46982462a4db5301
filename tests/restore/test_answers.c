/* What the language model answered before is what it would answer again. */
#include "restore/answers.h"
#include "support.h"

static uint32_t next_random(uint32_t *seed) { return *seed = *seed * 1664525u + 1013904223u; }

/* Long walks over few words, so that questions come again and meet others in their places. */
START_TEST(answers_are_the_models_own) {
  unspin_error err;
  unspin_model *model;
  us_answers *answers = us_answers_new();
  ck_assert_ptr_nonnull(answers);
  ck_assert_msg(unspin_model_open(TESTS_DIR "/model/seeds/tiny3.lm", &model, &err) == UNSPIN_OK, "%s", err.message);
  uint32_t seed = 1, words = unspin_model_word_count(model), again = 0;
  unspin_model_state state, want, got;
  unspin_model_state_begin(model, &state);
  for (int i = 0; i < 200000; i++) {
    uint32_t word = (next_random(&seed) >> 8) % words;
    again += us_answer_is(us_answers_place(answers, &state, word), &state, word);
    float right = unspin_model_score(model, &state, word, &want, NULL);
    float answer = us_answers_ask(answers, model, &state, word, &got);
    ck_assert(memcmp(&right, &answer, sizeof right) == 0);
    ck_assert(memcmp(&want, &got, sizeof want) == 0);
    if (i % 31 == 0) unspin_model_state_begin(model, &state);
    else state = got;
  }
  ck_assert_uint_gt(again, 1000);
  unspin_model_close(model);
  us_answers_free(answers);
}
END_TEST

int main(void) {
  Suite *s = suite_create("answers");
  TCase *c = tcase_create("answers");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, answers_are_the_models_own);
  suite_add_tcase(s, c);
  return test_run(s);
}
