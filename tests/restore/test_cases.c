/* Sentences of tests/cases: must-change, must-not-change, known-failing. Adding one needs no C; see
 * tests/cases/README.md. */
#include "support_engine.h"

/* One case: options that stand before it, then its text. */
typedef struct context {
  unspin_options options;
  const char *protect[4];
  char protected_word[64];
} context;

static void read_option(context *c, us_slice line, const char *file, int number) {
  us_slice name;
  us_slice_cut(&line, ' ', &name);
  if (us_slice_eq(name, US_LIT("@defaults"))) {
    unspin_options_init(&c->options);
    c->options.assume_spun = true;
  } else if (us_slice_eq(name, US_LIT("@gate"))) c->options.assume_spun = false;
  else if (us_slice_eq(name, US_LIT("@quotes"))) c->options.quotes = UNSPIN_QUOTES_ALWAYS;
  else if (us_slice_eq(name, US_LIT("@spare-quotes"))) c->options.quotes = UNSPIN_QUOTES_NEVER;
  else if (us_slice_eq(name, US_LIT("@us"))) c->options.dialect = UNSPIN_DIALECT_US;
  else if (us_slice_eq(name, US_LIT("@gb"))) c->options.dialect = UNSPIN_DIALECT_GB;
  else if (us_slice_eq(name, US_LIT("@protect"))) {
    snprintf(c->protected_word, sizeof c->protected_word, "%.*s", (int)line.n, line.p);
    c->protect[0] = c->protected_word;
    c->options.protect = c->protect;
    c->options.protect_count = 1;
  } else ck_abort_msg("%s:%d: unknown option %.*s", file, number, (int)name.n, name.p);
}

/* Splits slot markup: {spun|plain|other} into the spun text and the accepted ones (first alternative only in PLAIN). \n
 * is a line end. */
static void split_markup(us_slice line, us_buf *spun, us_buf *plain) {
  us_buf_clear(spun);
  us_buf_clear(plain);
  int side = 0; /* 0 outside, 1 spun, 2 plain */
  for (size_t i = 0; i < line.n; i++) {
    char c = line.p[i];
    if (c == '{') side = 1;
    else if (c == '}') side = 0;
    else if (c == '|' && side == 1) side = 2;
    else {
      if (c == '\\' && i + 1 < line.n && line.p[i + 1] == 'n') c = '\n', i++;
      if (side != 2) us_buf_putc(spun, c);
      if (side != 1) us_buf_putc(plain, c);
    }
  }
}

typedef void (*judge)(const char *file, int number, us_slice spun, us_slice plain, us_slice got, int *unexpected);

static void must_match(const char *file, int number, us_slice spun, us_slice plain, us_slice got, int *wrong) {
  if (us_slice_eq(plain, got)) return;
  printf("%s:%d:\n  text %.*s\n  want %.*s\n  got  %.*s\n", file, number, (int)spun.n, spun.p, (int)plain.n, plain.p,
         (int)got.n, got.p);
  ++*wrong;
}
static void must_fail(const char *file, int number, us_slice spun, us_slice plain, us_slice got, int *wrong) {
  (void)spun;
  if (!us_slice_eq(plain, got)) return;
  printf("%s:%d: passes now: move it to must-change.txt or must-not-change.txt\n", file, number);
  ++*wrong;
}

static void run_file(const char *file, judge judge_one, int least) {
  us_buf all = test_read(file), spun = {0}, plain = {0};
  us_slice rest = us_buf_slice(&all), line;
  context c = {0};
  int wrong = 0, cases = 0;
  read_option(&c, US_LIT("@defaults"), file, 0);
  for (int number = 1; us_slice_cut(&rest, '\n', &line); number++) {
    if (!line.n || line.p[0] == '#') continue;
    if (line.p[0] == '@') {
      read_option(&c, line, file, number);
      continue;
    }
    split_markup(line, &spun, &plain);
    unspin_result *r;
    unspin_error err = {0};
    ck_assert_msg(unspin_restore(session, spun.p, spun.n, &c.options, &r, &err) == UNSPIN_OK, "%s", err.message);
    unspin_text got = unspin_result_text(r);
    judge_one(file, number, us_buf_slice(&spun), us_buf_slice(&plain), (us_slice){got.text, got.len}, &wrong);
    unspin_result_free(r);
    cases++;
  }
  fflush(stdout);
  ck_assert_int_eq(wrong, 0);
  ck_assert_int_ge(cases, least);
  us_buf_free(&all);
  us_buf_free(&spun);
  us_buf_free(&plain);
}

START_TEST(must_change) { run_file("cases/must-change.txt", must_match, 40); }
END_TEST
START_TEST(must_not_change) { run_file("cases/must-not-change.txt", must_match, 40); }
END_TEST
START_TEST(known_failing) { run_file("cases/known-failing.txt", must_fail, 0); }
END_TEST

START_TEST(options_are_checked) {
  unspin_options bad;
  unspin_result *r;
  unspin_error err = {0};
  unspin_options_init(&bad);
  bad.min_confidence = 2;
  ck_assert_int_eq(unspin_restore(session, "a", 1, &bad, &r, &err), UNSPIN_ERR_INVALID);
  ck_assert_ptr_null(r);
  bad = (unspin_options){0};
  ck_assert_int_eq(unspin_restore(session, "a", 1, &bad, &r, &err), UNSPIN_ERR_INVALID);
}
END_TEST

START_TEST(edits_rebuild_the_text) {
  const char *spun =
      "The govt stated that it will lend a hand the UK scale back dangers at all times, in spite of force.";
  unspin_options o;
  unspin_options_init(&o);
  o.assume_spun = true;
  unspin_result *r;
  ck_assert_int_eq(unspin_restore(session, spun, strlen(spun), &o, &r, NULL), UNSPIN_OK);
  us_buf built = {0};
  size_t at = 0, n = unspin_result_edit_count(r);
  ck_assert_uint_ge(n, 4);
  for (size_t i = 0; i < n; i++) {
    const unspin_edit *e = unspin_result_edit(r, i);
    ck_assert_uint_ge(e->begin, at);
    ck_assert(e->before.len == e->end - e->begin && memcmp(e->before.text, spun + e->begin, e->before.len) == 0);
    ck_assert(e->confidence > 0 && e->confidence <= 1);
    ck_assert_uint_gt(strlen(e->row), 0);
    us_buf_append(&built, (us_slice){spun + at, e->begin - at});
    us_buf_append(&built, (us_slice){e->after.text, e->after.len});
    at = e->end;
  }
  us_buf_puts(&built, spun + at);
  unspin_text got = unspin_result_text(r);
  ck_assert(us_slice_eq(us_buf_slice(&built), (us_slice){got.text, got.len}));
  ck_assert_ptr_null(unspin_result_edit(r, n));
  us_buf_free(&built);
  unspin_result_free(r);
}
END_TEST

int main(void) {
  Suite *s = suite_create("restore");
  TCase *c = tcase_create("cases");
  tcase_set_timeout(c, 300);
  tcase_add_unchecked_fixture(c, engine_open, engine_close);
  tcase_add_test(c, must_change);
  tcase_add_test(c, must_not_change);
  tcase_add_test(c, known_failing);
  tcase_add_test(c, options_are_checked);
  tcase_add_test(c, edits_rebuild_the_text);
  suite_add_tcase(s, c);
  return test_run(s);
}
