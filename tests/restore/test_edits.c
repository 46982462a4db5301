/* Applying and joining edit lists, against random edits. */
#include "restore/edits.h"
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

int main(void) {
  Suite *s = suite_create("edits");
  TCase *c = tcase_create("edits");
  tcase_set_timeout(c, 120);
  tcase_add_test(c, joined_edits_lead_to_the_same_text);
  tcase_add_test(c, positions_count_lines_and_code_points);
  tcase_add_test(c, edits_that_change_nothing_go);
  suite_add_tcase(s, c);
  return test_run(s);
}
