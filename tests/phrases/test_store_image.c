/* Where a table's image stands: a large compiled one behind SQLite's pages, mapped; a changed table's one among its
 * rows. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "phrases/matcher.h"
#include "phrases/store.h"
#include "phrases/store_image.h"
#include "support.h"

static char path[64];
static unspin_error err;

static void set_up(void) {
  snprintf(path, sizeof path, "/tmp/unspin-image-%ld.db", (long)getpid());
  unlink(path);
}
static void tear_down(void) { unlink(path); }

/* A table of N rows at PATH; its image. */
static us_buf write_table(int n) {
  us_syntax syntax = {0};
  us_buf tsv = {0}, image = {0};
  us_row_vec rows = {0};
  for (int i = 0; i < n; i++) us_buf_printf(&tsv, "spun word%d\tplain%d\tx\t3\n", i, i);
  ck_assert_msg(us_rows_parse(us_buf_slice(&tsv), "t.tsv", &rows, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(us_matcher_build(rows.p, NULL, rows.n, &syntax, &image, &err), UNSPIN_OK);
  ck_assert_msg(us_store_write(path, rows.p, NULL, rows.n, us_buf_slice(&image), &err) == UNSPIN_OK, "%s", err.message);
  us_vec_free(&rows);
  us_buf_free(&tsv);
  return image;
}

static unspin_status map(us_store_image *image) {
  us_row_id_vec off = {0};
  unspin_status status = us_store_map(path, image, &off, &err);
  us_vec_free(&off);
  return status;
}

START_TEST(large_ones_are_mapped_and_small_ones_copied) {
  for (int large = 0; large < 2; large++) {
    us_buf want = write_table(large ? 2000 : 20), copy = {0};
    us_store_image got;
    ck_assert_msg(map(&got) == UNSPIN_OK, "%s", err.message);
    ck_assert_int_eq(got.map.p != NULL, large);
    ck_assert(us_slice_eq(got.bytes, us_buf_slice(&want)));
    us_store_image_free(&got);
    ck_assert_int_eq(us_store_read_image(path, &copy, &err), UNSPIN_OK);
    ck_assert(us_slice_eq(us_buf_slice(&copy), us_buf_slice(&want)));
    us_buf_free(&copy);
    us_buf_free(&want);
  }
}
END_TEST

/* A caller without standard input gets descriptor 0 for its files: as good as any other. */
START_TEST(the_first_descriptor_will_do) {
  us_buf image = write_table(2000), file = {0};
  ck_assert_int_eq(us_file_write_atomic(path, us_slice_of("page"), &err), UNSPIN_OK);
  int kept = dup(STDIN_FILENO);
  close(STDIN_FILENO);
  unspin_status status = us_store_image_append(path, us_buf_slice(&image), path, &err);
  if (kept >= 0) dup2(kept, STDIN_FILENO);
  if (kept > STDIN_FILENO) close(kept);
  ck_assert_msg(status == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(us_file_read(path, &file, &err), UNSPIN_OK);
  ck_assert_uint_gt(file.n, image.n);
  us_buf_free(&file);
  us_buf_free(&image);
}
END_TEST

START_TEST(sqlite_takes_the_file_as_whole) {
  us_buf image = write_table(2000);
  sqlite3 *db;
  sqlite3_stmt *q;
  ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  ck_assert_int_eq(
      sqlite3_prepare_v2(db, "SELECT integrity_check, (SELECT count(*) FROM row) FROM pragma_integrity_check", -1, &q,
                         NULL),
      SQLITE_OK);
  ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
  ck_assert_str_eq((const char *)sqlite3_column_text(q, 0), "ok");
  ck_assert_int_eq(sqlite3_column_int(q, 1), 2000);
  sqlite3_finalize(q);
  sqlite3_close(db);
  us_buf_free(&image);
}
END_TEST

/* FILE in place of the table: nothing of it may be taken for the image. */
static void refuse(us_slice file) {
  us_store_image got;
  us_matcher m;
  ck_assert_int_eq(us_file_write_atomic(path, file, &err), UNSPIN_OK);
  unspin_status status = map(&got);
  if (!status) status = us_matcher_open(got.bytes, path, &m, &err);
  ck_assert_int_ne(status, UNSPIN_OK);
  ck_assert_ptr_nonnull(strstr(err.message, path));
  us_store_image_free(&got);
}

START_TEST(damaged_ones_are_refused) {
  us_buf image = write_table(2000), file = {0};
  ck_assert_int_eq(us_file_read(path, &file, &err), UNSPIN_OK);
  size_t begin = file.n - image.n;
  for (size_t at = begin; at < file.n; at += 9973) {
    file.p[at] ^= 1;
    refuse(us_buf_slice(&file));
    file.p[at] ^= 1;
  }
  us_slice whole = us_buf_slice(&file);
  refuse(us_slice_sub(whole, 0, begin));
  refuse(us_slice_sub(whole, 0, begin + 8));
  refuse(us_slice_sub(whole, 0, whole.n - 4096));
  us_buf_putc(&file, 'x');
  refuse(us_buf_slice(&file));
  us_buf_free(&file);
  us_buf_free(&image);
}
END_TEST

/* A change, even one that leaves the rows as they are, writes over what stands behind: the image moves among the rows.
 */
START_TEST(a_change_takes_the_image_along) {
  us_buf before = write_table(2000);
  us_matcher m;
  unspin_table *t = NULL;
  ck_assert_msg(unspin_table_open(path, UNSPIN_TABLE_WRITE, BUILD_DATA, &t, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(unspin_table_begin(t, &err), UNSPIN_OK);
  ck_assert_int_eq(unspin_table_set_source(t, "t.tsv", "CC0", NULL, &err), UNSPIN_OK);
  ck_assert_msg(unspin_table_commit(t, &err) == UNSPIN_OK, "%s", err.message);
  unspin_table_close(t);
  us_store_image got;
  ck_assert_msg(map(&got) == UNSPIN_OK, "%s", err.message);
  ck_assert_ptr_null(got.map.p);
  ck_assert_int_eq(us_matcher_open(got.bytes, path, &m, &err), UNSPIN_OK);
  ck_assert_uint_eq(m.row_count, 2000);
  us_store_image_free(&got);
  us_buf_free(&before);
}
END_TEST

/* Whether another process could take the bytes that SQLite's readers lock for itself. */
static bool others_may_write(void) {
  pid_t child = fork();
  if (child == 0) {
    struct flock readers = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0x40000002, .l_len = 510};
    int fd = open(path, O_RDWR | O_CLOEXEC);
    _exit(fd >= 0 && fcntl(fd, F_GETLK, &readers) == 0 && readers.l_type == F_UNLCK);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  return WEXITSTATUS(status) != 0;
}

/* A process has one lock on a file, which the first close of any descriptor takes away. */
START_TEST(reading_leaves_the_locks_of_others_alone) {
  us_buf want = write_table(2000), copy = {0};
  us_row_id_vec off = {0};
  sqlite3 *db;
  ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  ck_assert_int_eq(sqlite3_exec(db, "BEGIN; SELECT * FROM source", NULL, NULL, NULL), SQLITE_OK);
  ck_assert(!others_may_write());
  ck_assert_int_eq(us_store_read(path, &copy, &off, &err), UNSPIN_OK);
  ck_assert(us_slice_eq(us_buf_slice(&copy), us_buf_slice(&want)));
  ck_assert(!others_may_write());
  sqlite3_close(db);
  ck_assert(others_may_write());
  us_vec_free(&off);
  us_buf_free(&copy);
  us_buf_free(&want);
}
END_TEST

int main(void) {
  Suite *s = suite_create("store_image");
  TCase *c = tcase_create("store_image");
  tcase_add_checked_fixture(c, set_up, tear_down);
  tcase_set_timeout(c, 60);
  tcase_add_test(c, large_ones_are_mapped_and_small_ones_copied);
  tcase_add_test(c, the_first_descriptor_will_do);
  tcase_add_test(c, sqlite_takes_the_file_as_whole);
  tcase_add_test(c, damaged_ones_are_refused);
  tcase_add_test(c, a_change_takes_the_image_along);
  tcase_add_test(c, reading_leaves_the_locks_of_others_alone);
  suite_add_tcase(s, c);
  return test_run(s);
}
