/* The scorer: cases whose figures are known, and random texts against the plainest way to work the distances out. */
#include "measure/markup.h"
#include "measure/undone.h"
#include "support.h"

static us_scorer *scorer;

static void set_up(void) {
  scorer = us_scorer_new();
  ck_assert_ptr_nonnull(scorer);
}
static void tear_down(void) { us_scorer_free(scorer); }

/* ---- cases from a file ---- */

static us_slice field(us_slice *rest) {
  us_slice f = US_LIT("");
  ck_assert_msg(us_slice_cut(rest, '\t', &f), "too few fields");
  return f;
}

static void run_case(us_slice line, size_t number) {
  us_slice rest = line, kind = field(&rest), first = field(&rest), plain = US_LIT("");
  bool markup = us_slice_eq(kind, US_LIT("markup"));
  us_buf spun = {0};
  us_pair pair = {.path = "undone.tsv", .line = number, .spun = first, .plain = &plain, .plain_count = 1};
  if (markup) {
    us_markup_spun(&spun, first);
    pair.spun = us_buf_slice(&spun);
    pair.gold = first;
    pair.by_line = true;
  } else {
    plain = field(&rest);
  }
  us_slice restored = field(&rest), want = field(&rest);
  us_tally t;
  us_slot_vec slots = {0};
  unspin_error err = {0};
  ck_assert_msg(us_scorer_score(scorer, &pair, restored, &t, &slots, &err) == UNSPIN_OK, "%zu: %s", number,
                err.message);
  char have[200];
  snprintf(have, sizeof have, "%zu %zu %zu %zu %zu %zu %zu %zu %zu %zu", t.slots, t.free, t.right, t.kept, t.wrong,
           t.false_words, t.before, t.after, t.words, t.whole);
  ck_assert_msg(us_slice_eq(us_slice_of(have), want), "undone.tsv:%zu: '%s', want '%.*s'", number, have, (int)want.n,
                want.p);
  ck_assert_uint_eq(slots.n, t.slots);
  us_vec_free(&slots);
  us_buf_free(&spun);
}

START_TEST(cases) {
  us_buf text = test_read("measure/undone.tsv");
  us_slice rest = us_buf_slice(&text), line;
  size_t run = 0;
  for (size_t number = 1; us_slice_cut(&rest, '\n', &line); number++) {
    if (!line.n || line.p[0] == '#') continue;
    run_case(line, number);
    run++;
  }
  ck_assert_uint_gt(run, 20);
  us_buf_free(&text);
}
END_TEST

/* ---- where things stand ---- */

START_TEST(slots_know_their_places) {
  us_slice gold = US_LIT("First line.\nThey \xE2\x80\x9C{lend a hand|help|aid}\xE2\x80\x9D all {|the} {time|while}.\n");
  us_buf spun = {0};
  us_markup_spun(&spun, gold);
  us_slice restored = US_LIT("First line.\nThey \xE2\x80\x9Chelp\xE2\x80\x9D all day.\n");
  us_pair pair = {.path = "x", .line = 1, .spun = us_buf_slice(&spun), .gold = gold, .by_line = true};
  us_tally t;
  us_slot_vec slots = {0};
  unspin_error err = {0};
  ck_assert_int_eq(us_scorer_score(scorer, &pair, restored, &t, &slots, &err), UNSPIN_OK);
  ck_assert_uint_eq(slots.n, 3);
  const us_slot *s = slots.p;
  ck_assert(us_slice_eq(us_slice_sub(pair.spun, s[0].begin, s[0].end), US_LIT("lend a hand")));
  ck_assert(us_slice_eq(us_slice_sub(restored, s[0].out_begin, s[0].out_end), US_LIT("help")));
  ck_assert(us_slice_eq(s[0].want, US_LIT("help|aid")));
  ck_assert_int_eq(s[0].state, US_SLOT_RIGHT);
  ck_assert_int_eq(s[1].state, US_SLOT_KEPT);
  ck_assert_uint_eq(s[1].begin, s[1].end);
  ck_assert_int_eq(s[2].state, US_SLOT_WRONG);
  ck_assert(us_slice_eq(us_slice_sub(restored, s[2].out_begin, s[2].out_end), US_LIT("day")));
  ck_assert_uint_eq(t.texts, 2);
  ck_assert_uint_eq(t.sentences, 2);
  ck_assert_uint_eq(t.exact, 1);
  us_vec_free(&slots);
  us_buf_free(&spun);
}
END_TEST

START_TEST(sentences_count_by_themselves) {
  us_slice spun = US_LIT("He goes. She stays at home. They wait in the rain. Nobody came.");
  us_slice plain = US_LIT("He leaves. She stays at home. They queue in the rain. Nobody came.");
  us_pair pair = {.path = "x", .line = 1, .spun = spun, .plain = &plain, .plain_count = 1};
  us_tally t;
  ck_assert_int_eq(us_scorer_score(scorer, &pair, spun, &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.sentences, 4);
  ck_assert_uint_eq(t.exact, 2);
  us_slice half = US_LIT("He leaves. She stays at home. They wait in the rain. Anybody came.");
  ck_assert_int_eq(us_scorer_score(scorer, &pair, half, &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.exact, 2);
  ck_assert_int_eq(us_scorer_score(scorer, &pair, plain, &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.exact, 4);
  ck_assert_uint_eq(t.whole, 1);
}
END_TEST

START_TEST(the_nearest_plain_text_counts) {
  us_slice plain[] = {US_LIT("They help farms."), US_LIT("We aid the poor farms.")};
  us_pair pair = {.path = "x", .line = 1, .spun = US_LIT("They assist farms."), .plain = plain, .plain_count = 2};
  us_tally t;
  ck_assert_int_eq(us_scorer_score(scorer, &pair, US_LIT("we aid the poor farms."), &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.whole, 1);
  ck_assert_uint_eq(t.after, 0);
  ck_assert_int_eq(us_scorer_score(scorer, &pair, US_LIT("They help farms."), &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.whole, 1);
  ck_assert_uint_eq(t.before, 1);
}
END_TEST

START_TEST(a_line_may_be_all_slot) {
  us_pair pair = {.path = "x", .line = 1, .spun = US_LIT("a\n\n"), .gold = US_LIT("a\n{|b}\n"), .by_line = true};
  us_tally t;
  ck_assert_int_eq(us_scorer_score(scorer, &pair, pair.spun, &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.kept, 1);
  ck_assert_int_eq(us_scorer_score(scorer, &pair, US_LIT("a\nb"), &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.right, 1);
}
END_TEST

START_TEST(lines_must_agree) {
  us_slice plain = US_LIT("a\nb\n");
  us_pair pair = {.path = "p.spun.txt", .line = 3, .spun = US_LIT("a\nc\n"), .plain = &plain, .plain_count = 1};
  pair.by_line = true;
  us_tally t;
  unspin_error err = {0};
  ck_assert_int_eq(us_scorer_score(scorer, &pair, US_LIT("a"), &t, NULL, &err), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(us_scorer_score(scorer, &pair, US_LIT("a\n"), &t, NULL, &err), UNSPIN_OK); /* an empty line */
  ck_assert_uint_eq(t.texts, 2);
  ck_assert_int_eq(us_scorer_score(scorer, &pair, US_LIT("a\nb\nc"), &t, NULL, NULL), UNSPIN_ERR_INVALID);
  ck_assert_str_eq(err.message, "p.spun.txt:3: the restored text has 1 line and the pair 2");
}
END_TEST

/* Every pair of ours can be passed: its plain side, as the restored text, is all right; as spun it is not. */
START_TEST(our_pairs_can_be_passed) {
  const char *path = TESTS_DIR "/pairs";
  us_pairs *pairs;
  const us_pair *pair;
  unspin_error err = {0};
  ck_assert_msg(us_pairs_open(&path, 1, &pairs, &err) == UNSPIN_OK, "%s", err.message);
  size_t spun = 0, clean = 0;
  for (;;) {
    us_tally plain, left;
    ck_assert_msg(us_pairs_next(pairs, &pair, &err) == UNSPIN_OK, "%s", err.message);
    if (!pair) break;
    ck_assert_msg(us_scorer_score(scorer, pair, pair->plain[0], &plain, NULL, &err) == UNSPIN_OK, "%s", err.message);
    ck_assert_msg(plain.whole == plain.texts, "%s: its own plain text is %zu words apart", pair->path, plain.after);
    ck_assert_int_eq(us_scorer_score(scorer, pair, pair->spun, &left, NULL, &err), UNSPIN_OK);
    ck_assert_uint_eq(left.after, left.before);
    bool must_change = pair->expect == US_EXPECT_CHANGE;
    ck_assert_msg((left.before > 0) == must_change, "%s: expects %s", pair->path, us_expect_name(pair->expect));
    spun += must_change;
    clean += !must_change;
  }
  ck_assert_uint_ge(spun, 60);
  ck_assert_uint_ge(clean, 40);
  us_pairs_close(pairs);
}
END_TEST

/* ---- random texts ---- */

static uint32_t draw(uint32_t *state, uint32_t below) {
  *state = *state * 1664525u + 1013904223u;
  return (*state >> 16) % below;
}

enum { WORDS_MAX = 64 };

/* One letter a word. */
static size_t distance(const char *a, const char *b) {
  size_t n = strlen(a), m = strlen(b), row[WORDS_MAX + 1];
  for (size_t j = 0; j <= m; j++) row[j] = j;
  for (size_t i = 0; i < n; i++) {
    size_t corner = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < m; j++) {
      size_t best = corner + (a[i] != b[j]);
      corner = row[j + 1];
      if (row[j + 1] + 1 < best) best = row[j + 1] + 1;
      if (row[j] + 1 < best) best = row[j] + 1;
      row[j + 1] = best;
    }
  }
  return row[m];
}

static void put_words(us_buf *out, const char *letters) {
  for (; *letters; letters++) {
    us_buf_putc(out, *letters);
    us_buf_putc(out, ' ');
  }
}

static void draw_letters(uint32_t *state, char *out, uint32_t most) {
  uint32_t n = draw(state, most + 1);
  for (uint32_t i = 0; i < n; i++) out[i] = (char)('a' + draw(state, 5));
  out[n] = 0;
}

enum { SLOTS = 4, OPTIONS = 3 };

/* All accepted texts are written out and compared one by one. */
static size_t nearest(char options[SLOTS][OPTIONS][8], char between[SLOTS + 1][8], const char *text) {
  size_t best = SIZE_MAX, all = 1;
  for (int i = 0; i < SLOTS; i++) all *= OPTIONS;
  for (size_t pick = 0; pick < all; pick++) {
    char accepted[WORDS_MAX + 1] = "";
    size_t rest = pick;
    strcat(accepted, between[0]);
    for (int i = 0; i < SLOTS; i++, rest /= OPTIONS) {
      strcat(accepted, options[i][rest % OPTIONS]);
      strcat(accepted, between[i + 1]);
    }
    size_t d = distance(accepted, text);
    if (d < best) best = d;
  }
  return best;
}

START_TEST(distances_are_the_least) {
  uint32_t state = (uint32_t)_i;
  for (int round = 0; round < 40; round++) {
    char spun[SLOTS][8], options[SLOTS][OPTIONS][8], between[SLOTS + 1][8], text[WORDS_MAX + 1], before[WORDS_MAX + 1];
    us_buf gold = {0}, restored = {0}, left = {0};
    draw_letters(&state, between[0], 5);
    put_words(&gold, between[0]);
    strcpy(before, between[0]);
    for (int i = 0; i < SLOTS; i++) {
      draw_letters(&state, spun[i], 3);
      us_buf_putc(&gold, '{');
      put_words(&gold, spun[i]);
      for (int o = 0; o < OPTIONS; o++) {
        draw_letters(&state, options[i][o], 3);
        us_buf_putc(&gold, '|');
        put_words(&gold, options[i][o]);
      }
      us_buf_puts(&gold, "} ");
      draw_letters(&state, between[i + 1], 5);
      put_words(&gold, between[i + 1]);
      strcat(before, spun[i]);
      strcat(before, between[i + 1]);
    }
    draw_letters(&state, text, 30);
    put_words(&restored, text);
    us_markup_spun(&left, us_buf_slice(&gold));
    us_pair pair = {.path = "x", .line = 1, .spun = us_buf_slice(&left), .gold = us_buf_slice(&gold), .by_line = true};
    us_tally t;
    ck_assert_int_eq(us_scorer_score(scorer, &pair, us_buf_slice(&restored), &t, NULL, NULL), UNSPIN_OK);
    /* a slot left as spun is 1/100 cheaper, which rounds away unless there are a hundred */
    ck_assert_uint_eq(t.after, nearest(options, between, text));
    ck_assert_uint_eq(t.before, nearest(options, between, before));
    ck_assert_uint_eq(t.slots, t.free + t.right + t.kept + t.wrong);
    us_buf_free(&gold);
    us_buf_free(&restored);
    us_buf_free(&left);
  }
}
END_TEST

START_TEST(long_texts) {
  us_buf spun = {0}, plain_text = {0};
  for (int i = 0; i < 6000; i++) {
    us_buf_printf(&spun, "w%d ", i % 7 ? i : -1);
    us_buf_printf(&plain_text, "w%d ", i);
  }
  us_slice plain = us_buf_slice(&plain_text);
  us_pair pair = {.path = "x", .line = 1, .spun = us_buf_slice(&spun), .plain = &plain, .plain_count = 1};
  us_tally t;
  ck_assert_int_eq(us_scorer_score(scorer, &pair, plain, &t, NULL, NULL), UNSPIN_OK);
  ck_assert_uint_eq(t.after, 0);
  ck_assert_uint_eq(t.right, t.slots);
  ck_assert_uint_gt(t.slots, 800);
  us_buf_free(&spun);
  us_buf_free(&plain_text);
}
END_TEST

int main(void) {
  TCase *tcase = tcase_create("undone");
  tcase_add_checked_fixture(tcase, set_up, tear_down);
  tcase_set_timeout(tcase, 100);
  tcase_add_test(tcase, cases);
  tcase_add_test(tcase, slots_know_their_places);
  tcase_add_test(tcase, sentences_count_by_themselves);
  tcase_add_test(tcase, the_nearest_plain_text_counts);
  tcase_add_test(tcase, a_line_may_be_all_slot);
  tcase_add_test(tcase, lines_must_agree);
  tcase_add_test(tcase, our_pairs_can_be_passed);
  tcase_add_loop_test(tcase, distances_are_the_least, 1, 21);
  tcase_add_test(tcase, long_texts);
  Suite *suite = suite_create("undone");
  suite_add_tcase(suite, tcase);
  return test_run(suite);
}
