/* Rows, patterns, conditions, the matcher image and the SQLite table. */
#include <sqlite3.h>
#include <unistd.h>

#include "phrases/store.h"
#include "support.h"

static us_syntax test_syntax(void) {
  static const us_slice prepositions[] = {{"of", 2}, {"in", 2}}, owners[] = {{"my", 2}, {"his", 3}};
  return (us_syntax){.prepositions = prepositions, .preposition_count = 2, .owners = owners, .owner_count = 2};
}

static unspin_status build(const char *tsv, us_row_vec *rows, us_buf *image, unspin_error *err) {
  us_syntax syntax = test_syntax();
  US_TRY(us_rows_parse(us_slice_of(tsv), "t.tsv", rows, err));
  return us_matcher_build(rows->p, NULL, rows->n, &syntax, image, err);
}

START_TEST(bad_rows_are_refused) {
  us_buf all = test_read("phrases/bad-rows.tsv"), row = {0};
  us_slice rest = us_buf_slice(&all), line, want, cell;
  int checked = 0;
  while (us_slice_cut(&rest, '\n', &line)) {
    if (!line.n || line.p[0] == '#') continue;
    us_slice_cut(&line, '|', &want);
    line.n--; /* the last bar */
    us_buf_clear(&row);
    for (bool first = true; us_slice_cut(&line, '|', &cell); first = false) {
      if (!first) us_buf_putc(&row, '\t');
      us_buf_append(&row, cell);
    }
    us_row_vec rows = {0};
    us_buf image = {0};
    unspin_error err = {0};
    ck_assert_msg(build(row.p, &rows, &image, &err) == UNSPIN_ERR_FORMAT, "accepted: %s", row.p);
    char *message = strndup(want.p, want.n);
    ck_assert_msg(strstr(err.message, message) && strstr(err.message, "t.tsv:1"), "'%s' does not say '%s' and t.tsv:1",
                  err.message, message);
    free(message);
    us_vec_free(&rows);
    us_buf_free(&image);
    checked++;
  }
  ck_assert_int_ge(checked, 15);
  us_buf_free(&all);
  us_buf_free(&row);
}
END_TEST

/* A sentence whose words are their own literals, with one head reading where a word is given as "form=lemma/v". */
static size_t keys_of(const us_matcher *m, const char *words, us_token_key *keys) {
  us_slice rest = us_slice_of(words), word, form;
  size_t n = 0;
  while (us_slice_cut(&rest, ' ', &word)) {
    us_token_key *k = &keys[n++];
    *k = (us_token_key){.open = true, .joins = true};
    us_slice reading = word;
    us_slice_cut(&reading, '=', &form);
    k->literal = us_matcher_symbol(m, form);
    if (form.p[0] >= '0' && form.p[0] <= '9') k->number = us_matcher_symbol(m, US_LIT("#"));
    uint32_t symbol = reading.p ? us_matcher_symbol(m, reading) : 0;
    if (symbol) k->reading[k->readings++] = (us_reading_key){symbol, 1u << 5};
  }
  return n;
}

static void expect(const us_matcher *m, const char *words, uint32_t start, const char *want) {
  us_token_key keys[16];
  us_match_vec found = {0};
  us_buf got = {0};
  size_t n = keys_of(m, words, keys);
  ck_assert(us_matcher_find(m, keys, (uint32_t)n, start, &found));
  for (size_t i = 0; i < found.n; i++)
    us_buf_printf(&got, "%s%u:%u-%u h%d s%d", i ? ", " : "", found.p[i].row, found.p[i].first, found.p[i].last,
                  (int)found.p[i].head, (int)found.p[i].slot);
  ck_assert_msg(us_slice_eq(us_buf_slice(&got), us_slice_of(want)), "%s: want %s, got %.*s", words, want, (int)got.n,
                us_buf_slice(&got).p);
  us_vec_free(&found);
  us_buf_free(&got);
}

START_TEST(matcher_finds_rows) {
  us_row_vec rows = {0};
  us_buf image = {0};
  us_matcher m;
  unspin_error err = {0};
  const char *tsv =
      "lend a hand (to)\thelp\tv\t4\nloss of life\tdeath\tn\t4\nin one's view\tto one's mind\tx\t3\n# bucks\t# "
      "dollars\tx\t2\nlend\tgive\tv\t1\n";
  ck_assert_msg(build(tsv, &rows, &image, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(us_matcher_open(us_buf_slice(&image), "t", &m, &err) == UNSPIN_OK, "%s", err.message);
  expect(&m, "he lent=lend/v a hand to us", 1, "4:1-2 h1 s-1, 0:1-4 h1 s-1, 0:1-5 h1 s-1");
  expect(&m, "he lent=lend/v a hand us", 1, "4:1-2 h1 s-1, 0:1-4 h1 s-1");
  expect(&m, "losses=loss/n of life", 0, "1:0-3 h0 s-1");
  expect(&m, "loss of lives=life/n", 0, "");
  expect(&m, "in his view", 0, "2:0-3 h-1 s1");
  expect(&m, "in her view", 0, "");
  expect(&m, "35 bucks", 0, "3:0-2 h-1 s0");
  expect(&m, "few bucks", 0, "");
  us_vec_free(&rows);
  us_buf_free(&image);
}
END_TEST

START_TEST(ids_depend_on_the_row_alone) {
  char a[US_ROW_ID_LEN + 1], b[US_ROW_ID_LEN + 1];
  us_row_make_id(US_LIT("lend a hand"), US_LIT("help"), 'v', (us_slice){0}, a);
  us_row_make_id(US_LIT("lend a hand"), US_LIT("help"), 'v', (us_slice){0}, b);
  ck_assert_str_eq(a, b);
  us_row_make_id(US_LIT("lend a hand"), US_LIT("help"), 'n', (us_slice){0}, b);
  ck_assert_str_ne(a, b);
  us_row_make_id(US_LIT("lend a hand"), US_LIT("help"), 'v', US_LIT("next:the"), b);
  ck_assert_str_ne(a, b);
  us_row_make_id(US_LIT("lend a han"), US_LIT("dhelp"), 'v', (us_slice){0}, b);
  ck_assert_str_ne(a, b);
}
END_TEST

static char path[] = "/tmp/unspin-phrases-XXXXXX";

static void write_sample(void) {
  us_row_vec rows = {0};
  us_buf image = {0};
  unspin_error err = {0};
  const char *tsv =
      "lend a hand\thelp\tv\t4\tnext:@noun\ta note\tThey {lent a hand|helped}. || Do {lend a hand|help}.\tLend a "
      "hand\n";
  ck_assert_int_eq(build(tsv, &rows, &image, &err), UNSPIN_OK);
  us_row_rate rate = {0.5f, 120};
  ck_assert_msg(us_store_write(path, rows.p, &rate, rows.n, us_buf_slice(&image), &err) == UNSPIN_OK, "%s",
                err.message);
  us_vec_free(&rows);
  us_buf_free(&image);
}

START_TEST(tables_are_the_same_bytes_each_time) {
  us_buf first = {0}, second = {0};
  unspin_error err;
  write_sample();
  ck_assert_int_eq(us_file_read(path, &first, &err), UNSPIN_OK);
  write_sample();
  ck_assert_int_eq(us_file_read(path, &second, &err), UNSPIN_OK);
  ck_assert(us_slice_eq(us_buf_slice(&first), us_buf_slice(&second)));
  us_buf_free(&first);
  us_buf_free(&second);
}
END_TEST

START_TEST(tables_can_be_queried) {
  sqlite3 *db;
  sqlite3_stmt *q;
  write_sample();
  ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_prepare_v2(db,
                                      "SELECT row.plain, count(*), rate_spun FROM row JOIN example ON "
                                      "example.row=row.id WHERE spun='lend a hand' AND kind='change'",
                                      -1, &q, NULL),
                   SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
  ck_assert_str_eq((const char *)sqlite3_column_text(q, 0), "help");
  ck_assert_int_eq(sqlite3_column_int(q, 1), 2);
  ck_assert_double_eq_tol(sqlite3_column_double(q, 2), 0.5, 1e-9);
  sqlite3_finalize(q);
  sqlite3_close(db);
}
END_TEST

/* Every cut and many single changed bytes give an error or, where the byte does not matter, the very same image. */
START_TEST(damaged_tables_are_refused) {
  us_buf whole = {0}, good = {0};
  unspin_error err = {0};
  write_sample();
  ck_assert_int_eq(us_file_read(path, &whole, &err), UNSPIN_OK);
  ck_assert_int_eq(us_store_read_image(path, &good, &err), UNSPIN_OK);
  int refused = 0;
  for (size_t i = 0; i < whole.n; i += 61) {
    bool cut = i % 2;
    if (!cut) whole.p[i] ^= 0x41;
    ck_assert_int_eq(us_file_write_atomic(path, (us_slice){whole.p, cut ? i : whole.n}, &err), UNSPIN_OK);
    if (!cut) whole.p[i] ^= 0x41;
    us_buf got = {0};
    us_matcher m;
    unspin_status status = us_store_read_image(path, &got, &err);
    if (!status) status = us_matcher_open(us_buf_slice(&got), path, &m, &err);
    if (status) ck_assert_msg(strstr(err.message, path) != NULL, "'%s' does not name the file", err.message), refused++;
    else ck_assert(us_slice_eq(us_buf_slice(&got), us_buf_slice(&good)));
    us_buf_free(&got);
  }
  ck_assert_int_gt(refused, 50);
  us_buf_free(&whole);
  us_buf_free(&good);
}
END_TEST

START_TEST(newer_tables_are_refused) {
  sqlite3 *db;
  us_buf got = {0};
  unspin_error err = {0};
  write_sample();
  ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
  ck_assert_int_eq(us_store_read_image(path, &got, &err), UNSPIN_ERR_VERSION);
  ck_assert_ptr_nonnull(strstr(err.message, "version 99"));
  us_buf_free(&got);
}
END_TEST

int main(void) {
  int fd = mkstemp(path);
  if (fd < 0) return EXIT_FAILURE;
  close(fd);
  Suite *s = suite_create("phrases");
  TCase *c = tcase_create("phrases");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, bad_rows_are_refused);
  tcase_add_test(c, matcher_finds_rows);
  tcase_add_test(c, ids_depend_on_the_row_alone);
  tcase_add_test(c, tables_are_the_same_bytes_each_time);
  tcase_add_test(c, tables_can_be_queried);
  tcase_add_test(c, damaged_tables_are_refused);
  tcase_add_test(c, newer_tables_are_refused);
  suite_add_tcase(s, c);
  int status = test_run(s);
  unlink(path);
  return status;
}
