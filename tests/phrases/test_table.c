/* Tables through the public interface: changes, what they refuse, and what the engine reads of them. */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>

#include "phrases/matcher.h"
#include "phrases/store.h"
#include "support.h"

static char path[64];
static unspin_error err;

static void set_up(void) {
  snprintf(path, sizeof path, "/tmp/unspin-table-%ld.db", (long)getpid());
  unlink(path);
}
static void tear_down(void) { unlink(path); }

static unspin_table *open_to(unspin_table_mode mode) {
  unspin_table *t = NULL;
  ck_assert_msg(unspin_table_open(path, mode, mode ? BUILD_DATA : NULL, &t, &err) == UNSPIN_OK, "%s", err.message);
  return t;
}

static void add(unspin_table *t, const char *spun, const char *plain, char id[9]) {
  unspin_row row;
  unspin_row_init(&row);
  row.spun = spun;
  row.plain = plain;
  row.source = "test";
  ck_assert_msg(unspin_table_add(t, &row, false, NULL, id, &err) == UNSPIN_OK, "%s", err.message);
}

static bool count(void *cookie, const unspin_row *row) {
  (void)row;
  ++*(size_t *)cookie;
  return true;
}

static size_t rows_of(unspin_table *t) {
  size_t n = 0;
  ck_assert_int_eq(unspin_table_rows(t, NULL, count, &n, &err), UNSPIN_OK);
  return n;
}

START_TEST(changes_need_a_beginning) {
  unspin_table *t = open_to(UNSPIN_TABLE_WRITE);
  unspin_row row;
  unspin_row_init(&row);
  row.spun = "a b";
  row.plain = "c";
  row.source = "test";
  ck_assert_int_eq(unspin_table_add(t, &row, false, NULL, NULL, &err), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(unspin_table_commit(t, &err), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_ERR_INVALID);
  row.size = 1;
  ck_assert_int_eq(unspin_table_add(t, &row, false, NULL, NULL, &err), UNSPIN_ERR_INVALID);
  unspin_table_close(t);
  t = open_to(UNSPIN_TABLE_READ);
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_ERR_INVALID);
  ck_assert_uint_eq(rows_of(t), 0);
  unspin_table_close(t);
  ck_assert_int_eq(unspin_table_open("/nowhere/x.db", UNSPIN_TABLE_WRITE, BUILD_DATA, &t, &err), UNSPIN_ERR_IO);
  ck_assert_ptr_null(t);
  ck_assert_int_eq(unspin_table_open(path, UNSPIN_TABLE_WRITE, NULL, &t, &err), UNSPIN_ERR_INVALID);
  unspin_table_close(NULL);
}
END_TEST

START_TEST(what_is_rolled_back_is_gone) {
  unspin_table *t = open_to(UNSPIN_TABLE_WRITE);
  char id[9];
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
  add(t, "a b", "c", id);
  ck_assert_uint_eq(rows_of(t), 1);
  unspin_table_rollback(t);
  ck_assert_uint_eq(rows_of(t), 0);
  /* the source that the first change made is gone too, and made again */
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
  add(t, "a b", "c", id);
  ck_assert_int_eq(unspin_table_commit(t, &err), UNSPIN_OK);
  ck_assert_uint_eq(rows_of(t), 1);
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
  add(t, "d e", "f", id);
  unspin_table_close(t); /* without a commit */
  t = open_to(UNSPIN_TABLE_READ);
  ck_assert_uint_eq(rows_of(t), 1);
  unspin_table_close(t);
}
END_TEST

/* The image holds what the table does not switch off; the list of what it does comes sorted. */
START_TEST(the_engine_reads_what_was_committed) {
  unspin_table *t = open_to(UNSPIN_TABLE_WRITE);
  char first[9], second[9];
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
  add(t, "a b", "c", first);
  add(t, "d e", "f", second);
  ck_assert_int_eq(unspin_table_disable(t, second, "why not", &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_disable(t, "00000000", "of another table", &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_disable(t, "00000000", "", &err), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(unspin_table_disable(t, "no id", "x", &err), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(unspin_table_commit(t, &err), UNSPIN_OK);
  for (int round = 0; round < 2; round++) {
    us_buf bytes = {0};
    us_row_id_vec off = {0};
    us_matcher m;
    ck_assert_int_eq(us_store_read(path, &bytes, &off, &err), UNSPIN_OK);
    ck_assert_int_eq(us_matcher_open(us_buf_slice(&bytes), path, &m, &err), UNSPIN_OK);
    ck_assert_uint_eq(m.row_count, round ? 2 : 1);
    if (!round) ck_assert_str_eq(m.rows[0].id, first);
    ck_assert_uint_eq(off.n, round ? 1 : 2);
    ck_assert_str_eq(off.p[0].id, "00000000");
    us_vec_free(&off);
    us_buf_free(&bytes);
    if (round) break;
    size_t n;
    ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
    ck_assert_int_eq(unspin_table_enable(t, second, &n, &err), UNSPIN_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(unspin_table_commit(t, &err), UNSPIN_OK);
  }
  unspin_table_close(t);
}
END_TEST

/* Two programs at one table: the second takes a source away that the first has just written to. */
START_TEST(a_source_that_another_program_forgot_is_made_again) {
  char id[9];
  unspin_table *a = open_to(UNSPIN_TABLE_WRITE), *b = open_to(UNSPIN_TABLE_WRITE);
  ck_assert_int_eq(unspin_table_begin(a, &err), UNSPIN_OK);
  add(a, "a b", "c", id);
  ck_assert_int_eq(unspin_table_commit(a, &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_begin(b, &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_forget(b, "test", NULL, &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_commit(b, &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_begin(a, &err), UNSPIN_OK);
  add(a, "d e", "f", id);
  ck_assert_int_eq(unspin_table_commit(a, &err), UNSPIN_OK);
  ck_assert_uint_eq(rows_of(a), 1);
  unspin_table_close(a);
  unspin_table_close(b);
}
END_TEST

#define TEN "0123456789"
#define LONG TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

START_TEST(a_filter_looks_for_plain_text) {
  unspin_table *t = open_to(UNSPIN_TABLE_WRITE);
  char id[9];
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
  add(t, "100% sure", "certain", id);
  add(t, "a_b", "c", id);
  add(t, "axb", "c", id);
  add(t, LONG, "c", id);
  static const struct {
    unspin_row_filter filter;
    size_t rows;
  } cases[] = {{{.contains = "%"}, 1},  {{.contains = "_"}, 1},     {{.contains = "CERT"}, 1},
               {{.contains = ""}, 4},   {{.spun = "axb"}, 1},       {{.spun = "AXB"}, 0},
               {{.source = "test"}, 4}, {{.source = "'; --"}, 0},   {{.contains = "' OR 1"}, 0},
               {{.contains = LONG}, 1}, {{.contains = LONG "x"}, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t n = 0;
    ck_assert_int_eq(unspin_table_rows(t, &cases[i].filter, count, &n, &err), UNSPIN_OK);
    ck_assert_msg(n == cases[i].rows, "case %zu: %zu rows", i, n);
  }
  unspin_table_close(t);
}
END_TEST

int main(void) {
  Suite *s = suite_create("table");
  TCase *c = tcase_create("table");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_add_test(c, changes_need_a_beginning);
  tcase_add_test(c, what_is_rolled_back_is_gone);
  tcase_add_test(c, the_engine_reads_what_was_committed);
  tcase_add_test(c, a_source_that_another_program_forgot_is_made_again);
  tcase_add_test(c, a_filter_looks_for_plain_text);
  suite_add_tcase(s, c);
  return test_run(s);
}
