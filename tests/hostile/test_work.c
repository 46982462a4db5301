/* The cost of a token has a ceiling: a text of twice the length asks at most for twice the work, whatever it is made of.
 * Work is counted, not timed: questions to the language model, candidates that the weights judge, replacements that are
 * cut into words (--wrap puts the counters in between), and what is allocated for the result. */
#include <stdio.h>

#include "restore/page.h"
#include "support_engine.h"

static uint64_t queries, judged, written;

void __real_unspin_model_score_many(const unspin_model *model, unspin_model_query *q, size_t n);
void __wrap_unspin_model_score_many(const unspin_model *model, unspin_model_query *q, size_t n);
void __wrap_unspin_model_score_many(const unspin_model *model, unspin_model_query *q, size_t n) {
  queries += n;
  __real_unspin_model_score_many(model, q, n);
}

void __real_us_scorer_odds_team(const us_scorer *scorer, float (*feature)[US_FEATURE_COUNT], size_t n, double *odds);
void __wrap_us_scorer_odds_team(const us_scorer *scorer, float (*feature)[US_FEATURE_COUNT], size_t n, double *odds);
void __wrap_us_scorer_odds_team(const us_scorer *scorer, float (*feature)[US_FEATURE_COUNT], size_t n, double *odds) {
  judged += n;
  __real_us_scorer_odds_team(scorer, feature, n, odds);
}

bool __real_us_words_keep(unspin_session *s, us_slice text, us_arena *arena, const us_lexeme **words, uint8_t *count);
bool __wrap_us_words_keep(unspin_session *s, us_slice text, us_arena *arena, const us_lexeme **words, uint8_t *count);
bool __wrap_us_words_keep(unspin_session *s, us_slice text, us_arena *arena, const us_lexeme **words, uint8_t *count) {
  written++;
  return __real_us_words_keep(s, text, arena, words, count);
}

static uint64_t filled, composed;

bool __real_us_context_fill(unspin_session *s);
bool __wrap_us_context_fill(unspin_session *s);
bool __wrap_us_context_fill(unspin_session *s) {
  filled++;
  return __real_us_context_fill(s);
}

bool __real_us_compose(unspin_session *s);
bool __wrap_us_compose(unspin_session *s);
bool __wrap_us_compose(unspin_session *s) {
  composed++;
  return __real_us_compose(s);
}

/* What could make a lattice grow: phrases that begin everywhere, words with many readings and many candidates, marks
 * that open and never close. */
static const struct {
  const char *name, *piece;
  unspin_text_format format;
} shapes[] = {
    {"rows", "lend a hand to the govt at all times, in spite of mavens. ", UNSPIN_TEXT_PLAIN},
    {"one sentence", "lend a hand to the govt at all times in spite of mavens and ", UNSPIN_TEXT_PLAIN},
    {"prefixes", "lend lend a lend a lend a hand lend a hand to lend ", UNSPIN_TEXT_PLAIN},
    {"one word", "set ", UNSPIN_TEXT_PLAIN},
    {"many readings", "run set light stand turn back well round like ", UNSPIN_TEXT_PLAIN},
    {"expressions", "artificial intelligence machine learning interest rate at least green light ", UNSPIN_TEXT_PLAIN},
    {"nonsense", "xq zzv qwrt pfff ", UNSPIN_TEXT_PLAIN},
    {"quotes", "\"lend a hand ", UNSPIN_TEXT_PLAIN},
    {"curly quotes", "\xE2\x80\x9Clend a hand ", UNSPIN_TEXT_PLAIN},
    {"spintax", "{lend a hand|help|{aid|assist}} the govt. ", UNSPIN_TEXT_PLAIN},
    {"open braces", "{lend a hand|", UNSPIN_TEXT_PLAIN},
    {"lines", "The govt lends a hand.\n", UNSPIN_TEXT_PLAIN},
    {"paragraphs", "The govt lends a hand.\n\n", UNSPIN_TEXT_PLAIN},
    {"capitals", "LEND A HAND TO THE GOVT ", UNSPIN_TEXT_PLAIN},
    {"numbers", "12 mins 3.5 bucks 1,000 mins ", UNSPIN_TEXT_PLAIN},
    {"names", "Minister Govt Hand Plan Light ", UNSPIN_TEXT_PLAIN},
    {"html", "<p>The <b>govt</b> lends a hand.", UNSPIN_TEXT_HTML},
    {"html nested", "<div>The govt lends a hand.", UNSPIN_TEXT_HTML},
    {"html unclosed", "<b><i>lend a hand <a>", UNSPIN_TEXT_HTML},
    {"markdown", "* The *govt* lends a **hand**.\n\n", UNSPIN_TEXT_MARKDOWN},
    {"json", "{\"text\":\"The govt lends a hand.\"}\n", UNSPIN_TEXT_JSONL},
};
/* All sizes below US_KEPT_BYTES: what is longer is looked at anew, once, in each pass. */
enum { SHAPES = sizeof shapes / sizeof *shapes, SMALL = 3000 };

typedef struct work {
  uint64_t queries, judged, written, candidates;
} work;

/* Of as many whole pieces of SHAPE as make BYTES. */
static work work_of(int shape, size_t bytes) {
  us_buf text = {0};
  unspin_options o;
  unspin_result *result = NULL;
  while (text.n < bytes) us_buf_puts(&text, shapes[shape].piece);
  ck_assert(!text.failed);
  unspin_options_init(&o);
  o.assume_spun = true; /* no gate spares the work */
  o.text_format = shapes[shape].format;
  queries = judged = written = 0;
  ck_assert_int_eq(unspin_restore(session, text.p, text.n, &o, &result, NULL), UNSPIN_OK);
  work w = {queries, judged, written, unspin_result_totals(result)->candidates};
  unspin_result_free(result);
  us_buf_free(&text);
  return w;
}

static void check(const char *what, const char *shape, uint64_t small, uint64_t large) {
  if (getenv("UNSPIN_SHOW"))
    printf("%-14s %-12s %10llu %10llu %6.2f\n", shape, what, (unsigned long long)small, (unsigned long long)large,
           small ? (double)large / (double)small : 0.0);
  /* twice the text, and a little more for what begins only once and what is kept only up to a size */
  ck_assert_msg((double)large <= 2.3 * (double)small + 2000, "%s: %s grow from %llu to %llu when the text doubles", shape,
                what, (unsigned long long)small, (unsigned long long)large);
}

START_TEST(work_grows_with_the_text) {
  const char *name = shapes[_i].name;
  (void)work_of(_i, SMALL); /* what is remembered from here on is remembered in both */
  work small = work_of(_i, SMALL), large = work_of(_i, 2 * SMALL), larger = work_of(_i, 4 * SMALL);
  check("queries", name, small.queries, large.queries);
  check("judged", name, small.judged, large.judged);
  check("written", name, small.written, large.written);
  check("candidates", name, small.candidates, large.candidates);
  check("queries", name, large.queries, larger.queries);
  check("judged", name, large.judged, larger.judged);
  check("written", name, large.written, larger.written);
  check("candidates", name, large.candidates, larger.candidates);
  /* one token has a ceiling too: four passes over it, at most so many candidates each */
  ck_assert_uint_le(larger.candidates, (uint64_t)SMALL * 4 * 40);
}
END_TEST

/* A page's context is filled when expressions are looked for in it, and then kept. */
START_TEST(text_is_scored_once) {
  filled = composed = 0;
  (void)work_of(_i, SMALL);
  ck_assert_uint_gt(composed, 0);
  ck_assert_uint_le(filled, composed);
}
END_TEST

START_TEST(something_is_counted) {
  work w = work_of(0, SMALL);
  ck_assert_uint_gt(w.queries, 1000);
  ck_assert_uint_gt(w.judged, 1000);
  ck_assert_uint_gt(w.candidates, 1000);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("hostile work");
  TCase *all = tcase_create("work");
  tcase_set_timeout(all, 600);
  tcase_add_unchecked_fixture(all, engine_open, engine_close);
  tcase_add_test(all, something_is_counted);
  tcase_add_loop_test(all, text_is_scored_once, 0, SHAPES);
  tcase_add_loop_test(all, work_grows_with_the_text, 0, SHAPES);
  suite_add_tcase(suite, all);
  return test_run(suite);
}
