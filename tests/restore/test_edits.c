/* Which candidates are chosen, and applying and joining edit lists, against random ones. */
#include <math.h>

#include "restore/edits.h"
#include "restore/pass.h"
#include "support.h"

static unsigned state = 7;
static unsigned rnd(unsigned n) {
  state = state * 1103515245u + 12345u;
  return (state >> 16) % n;
}

static unspin_text random_text(us_arena *arena, unsigned longest) {
  size_t n = rnd(longest + 1);
  char *p = us_arena_alloc(arena, n + 1);
  for (size_t i = 0; i < n; i++) p[i] = "xyz \n"[rnd(5)];
  return (unspin_text){p, n};
}

/* Random edits on a text of N bytes, in order, apart by at least one byte. */
static us_edit_vec random_edits(size_t n, us_arena *arena) {
  us_edit_vec edits = {0};
  for (size_t at = rnd(4); at < n; at += 1 + rnd(6)) {
    size_t end = at + rnd(4);
    if (end > n) end = n;
    unspin_edit e = {.begin = at,
                     .end = end,
                     .after = random_text(arena, 4),
                     .confidence = rnd(100) / 100.0,
                     .row = "row",
                     .source = "s"};
    if (e.begin == e.end && !e.after.len) continue;
    ck_assert(us_vec_push(&edits, e));
    at = end;
  }
  return edits;
}

START_TEST(joined_edits_lead_to_the_same_text) {
  us_arena arena = {0};
  for (int round = 0; round < 20000; round++) {
    char bytes[40];
    size_t n = rnd(sizeof bytes);
    for (size_t i = 0; i < n; i++) bytes[i] = "abc \n"[rnd(5)];
    us_slice x = {bytes, n};
    us_edit_vec first = random_edits(n, &arena), joined = {0};
    us_buf y = {0}, z = {0}, got = {0};
    us_edits_apply(x, &first, &y);
    us_edit_vec then = random_edits(y.n, &arena);
    us_edits_apply(us_buf_slice(&y), &then, &z);
    ck_assert(us_edits_compose(&first, us_buf_slice(&y), &then, &arena, &joined));
    for (size_t i = 0; i < joined.n; i++) {
      ck_assert_uint_le(joined.p[i].begin, joined.p[i].end);
      ck_assert_uint_le(joined.p[i].end, n);
      if (i) ck_assert_uint_ge(joined.p[i].begin, joined.p[i - 1].end);
    }
    us_edits_apply(x, &joined, &got);
    ck_assert_msg(us_slice_eq(us_buf_slice(&got), us_buf_slice(&z)), "round %d: want %s, got %s", round,
                  us_buf_slice(&z).p, us_buf_slice(&got).p);
    us_edits_finish(x, &joined);
    us_buf_clear(&got);
    us_edits_apply(x, &joined, &got);
    ck_assert(us_slice_eq(us_buf_slice(&got), us_buf_slice(&z)));
    us_vec_free(&first);
    us_vec_free(&then);
    us_vec_free(&joined);
    us_buf_free(&y);
    us_buf_free(&z);
    us_buf_free(&got);
    us_arena_reset(&arena);
  }
  us_arena_free(&arena);
}
END_TEST

/* The first pass writes one edit, the second two into it. */
START_TEST(a_joined_edit_is_as_sure_as_its_least_sure_part) {
  us_arena arena = {0};
  us_edit_vec first = {0}, then = {0}, joined = {0};
  unspin_edit whole = {.begin = 0, .end = 3, .after = {"d e f", 5}, .confidence = .9, .row = "a", .source = "s"};
  unspin_edit left = {.begin = 0, .end = 1, .after = {"g", 1}, .confidence = .8, .row = "b", .source = "t"};
  unspin_edit right = {.begin = 4, .end = 5, .after = {"h", 1}, .confidence = .3, .row = "c", .source = "u"};
  whole.model_gain = 1, left.model_gain = 2, right.model_gain = 4;
  ck_assert(us_vec_push(&first, whole) && us_vec_push(&then, left) && us_vec_push(&then, right));
  ck_assert(us_edits_compose(&first, US_LIT("d e f"), &then, &arena, &joined));
  ck_assert_uint_eq(joined.n, 1);
  ck_assert_str_eq(joined.p[0].after.text, "g e h");
  ck_assert_double_eq_tol(joined.p[0].confidence, .3, 1e-12);
  ck_assert_double_eq_tol(joined.p[0].model_gain, 7, 1e-12);
  ck_assert_str_eq(joined.p[0].row, "a+b+c");
  ck_assert_str_eq(joined.p[0].source, "s");
  us_vec_free(&first);
  us_vec_free(&then);
  us_vec_free(&joined);
  us_arena_free(&arena);
}
END_TEST

START_TEST(positions_count_lines_and_code_points) {
  us_slice text = US_LIT("\xc3\xa9t\xc3\xa9\n\xff b\n");
  us_edit_vec edits = {0};
  ck_assert(us_vec_push(&edits, (unspin_edit){.begin = 8, .end = 9, .after = {"c", 1}}));
  us_edits_finish(text, &edits);
  ck_assert_uint_eq(edits.p[0].begin_cp, 6);
  ck_assert_uint_eq(edits.p[0].end_cp, 7);
  ck_assert_uint_eq(edits.p[0].line, 2);
  ck_assert_uint_eq(edits.p[0].column, 3);
  us_vec_free(&edits);
}
END_TEST

START_TEST(edits_that_change_nothing_go) {
  us_slice text = US_LIT("a b c");
  us_edit_vec edits = {0};
  ck_assert(us_vec_push(&edits, (unspin_edit){.begin = 0, .end = 1, .after = {"a", 1}}));
  ck_assert(us_vec_push(&edits, (unspin_edit){.begin = 2, .end = 3, .after = {"d", 1}}));
  us_edits_finish(text, &edits);
  ck_assert_uint_eq(edits.n, 1);
  ck_assert_uint_eq(edits.p[0].begin, 2);
  us_vec_free(&edits);
}
END_TEST

/* ---- what a clean document gives up all the same ---- */

static const struct {
  uint8_t sureness[4]; /* of each edit */
  size_t kept;
} sure_cases[] = {
    {{US_SURE, US_NOT_SURE, US_NOT_SURE, US_NOT_SURE}, 1},
    {{US_SURE_TOGETHER, US_NOT_SURE, US_NOT_SURE, US_NOT_SURE}, 0},
    {{US_SURE_TOGETHER, US_SURE_TOGETHER, US_NOT_SURE, US_NOT_SURE}, 2},
    /* a repair is no witness, and goes with its change */
    {{US_SURE_TOGETHER | US_SURE_REPAIR, US_SURE_TOGETHER, US_NOT_SURE, US_NOT_SURE}, 0},
    {{US_SURE_TOGETHER | US_SURE_REPAIR, US_SURE_TOGETHER, US_SURE_TOGETHER, US_NOT_SURE}, 3},
    {{US_SURE | US_SURE_REPAIR, US_SURE, US_NOT_SURE, US_NOT_SURE}, 2},
};

START_TEST(two_half_sure_changes_make_a_sure_one) {
  us_edit_vec edits = {0};
  for (size_t i = 0; i < 4; i++) ck_assert(us_vec_push(&edits, (unspin_edit){.begin = i, .end = i + 1}));
  us_keep_sure(&edits, sure_cases[_i].sureness);
  ck_assert_uint_eq(edits.n, sure_cases[_i].kept);
  us_vec_free(&edits);
}
END_TEST

/* ---- choosing ---- */

enum { TOKENS = 7, MOST_ARCS = 12 };

typedef struct choice {
  us_page page; /* nothing but a number of tokens and the candidates */
  us_arc arcs[MOST_ARCS];
  uint32_t chosen[MOST_ARCS];
} choice;

static void add_arc(choice *c, uint32_t first, uint32_t last, double score) {
  c->page.tokens.n = TOKENS;
  c->arcs[c->page.arcs.n++] = (us_arc){.first = first, .last = last, .score = score};
}

static int choose(choice *c, double floor) {
  us_arena arena = {0};
  c->page.arcs.p = c->arcs;
  int n = us_decode(&c->page, &arena, floor, c->chosen);
  us_arena_free(&arena);
  return n;
}

/* Two words that may change each by itself (candidates 0 and 2), or together (1). */
static choice halves_and_whole(double half, double whole) {
  choice c = {0};
  add_arc(&c, 2, 3, half);
  add_arc(&c, 2, 4, whole);
  add_arc(&c, 3, 4, half);
  return c;
}

START_TEST(the_likelier_whole_wins_over_its_halves) {
  choice c = halves_and_whole(1.0, 1.7); /* less than the two together, but each of them is less likely */
  ck_assert_int_eq(choose(&c, 0), 1);
  ck_assert_uint_eq(c.chosen[0], 1);
}
END_TEST

START_TEST(likely_halves_win_over_a_whole_that_is_not) {
  choice c = halves_and_whole(3.0, 3.2);
  ck_assert_int_eq(choose(&c, 0), 2);
  ck_assert_uint_eq(c.chosen[0], 0);
  ck_assert_uint_eq(c.chosen[1], 2);
}
END_TEST

START_TEST(what_scores_no_more_than_the_floor_is_left) {
  choice c = {0};
  add_arc(&c, 0, 1, 0.5);
  add_arc(&c, 3, 4, 0.75);
  add_arc(&c, 5, 6, -2);
  ck_assert_int_eq(choose(&c, 0.5), 1);
  ck_assert_uint_eq(c.chosen[0], 1);
  ck_assert_int_eq(choose(&c, 0), 2);
  ck_assert_int_eq(choose(&c, 0.75), 0);
}
END_TEST

START_TEST(of_equals_the_shorter_or_first_is_chosen) {
  choice c = {0};
  add_arc(&c, 0, 2, 1);
  add_arc(&c, 0, 1, 1);
  add_arc(&c, 4, 5, 2);
  add_arc(&c, 4, 5, 2);
  ck_assert_int_eq(choose(&c, 0), 2);
  ck_assert_uint_eq(c.chosen[0], 1);
  ck_assert_uint_eq(c.chosen[1], 2);
  choice none = {.page = {.tokens = {.n = TOKENS}}};
  ck_assert_int_eq(choose(&none, 0), 0);
}
END_TEST

/* The worth of the arcs in the bits of SET; -1 if two of them overlap or one scores too little. */
static double worth_of(const choice *c, unsigned set) {
  double sum = 0;
  uint32_t taken = 0;
  for (size_t i = 0; i < c->page.arcs.n; i++) {
    if (!(set >> i & 1)) continue;
    const us_arc *a = &c->arcs[i];
    uint32_t words = (1u << a->last) - (1u << a->first);
    if (taken & words || a->score <= 0) return -1;
    taken |= words;
    sum += a->score * sqrt(us_confidence(&c->page, a));
  }
  return sum;
}

START_TEST(no_other_choice_is_worth_more) {
  for (int round = 0; round < 300; round++) {
    choice c = {0};
    for (uint32_t first = 0; first < TOKENS; first++)
      for (unsigned more = rnd(3); more > 0 && c.page.arcs.n < MOST_ARCS; more--)
        add_arc(&c, first, first + 1 + rnd(TOKENS - first < 3 ? TOKENS - first : 3), (double)rnd(500) / 100 - 1);
    c.page.tokens.n = TOKENS;
    unsigned set = 0;
    int n = choose(&c, 0);
    for (int i = 0; i < n; i++) {
      set |= 1u << c.chosen[i];
      if (i) ck_assert_uint_ge(c.arcs[c.chosen[i]].first, c.arcs[c.chosen[i - 1]].last);
    }
    double worth = worth_of(&c, set);
    ck_assert_double_ge(worth, 0);
    for (unsigned other = 0; other < 1u << c.page.arcs.n; other++)
      ck_assert_msg(worth_of(&c, other) <= worth + 1e-9, "round %d: %x is worth more than %x", round, other, set);
  }
}
END_TEST

int main(void) {
  Suite *s = suite_create("edits");
  TCase *c = tcase_create("edits");
  tcase_set_timeout(c, 120);
  tcase_add_test(c, joined_edits_lead_to_the_same_text);
  tcase_add_test(c, a_joined_edit_is_as_sure_as_its_least_sure_part);
  tcase_add_test(c, positions_count_lines_and_code_points);
  tcase_add_test(c, edits_that_change_nothing_go);
  tcase_add_loop_test(c, two_half_sure_changes_make_a_sure_one, 0, sizeof sure_cases / sizeof *sure_cases);
  suite_add_tcase(s, c);
  c = tcase_create("choosing");
  tcase_add_test(c, the_likelier_whole_wins_over_its_halves);
  tcase_add_test(c, likely_halves_win_over_a_whole_that_is_not);
  tcase_add_test(c, what_scores_no_more_than_the_floor_is_left);
  tcase_add_test(c, of_equals_the_shorter_or_first_is_chosen);
  tcase_add_test(c, no_other_choice_is_worth_more);
  suite_add_tcase(s, c);
  return test_run(s);
}
