/* Buffers, slices, the arena, files and the checked image container. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/image.h"
#include "base/json_read.h"
#include "base/numbering.h"
#include "support.h"

START_TEST(slices_are_cut) {
  us_slice rest = US_LIT("a,,b"), part;
  const char *want[] = {"a", "", "b"};
  for (int i = 0; i < 3; i++) {
    ck_assert(us_slice_cut(&rest, ',', &part));
    ck_assert(us_slice_eq(part, us_slice_of(want[i])));
  }
  ck_assert(!us_slice_cut(&rest, ',', &part));
  ck_assert(us_slice_cmp(US_LIT("ab"), US_LIT("abc")) < 0);
  ck_assert(us_slice_cmp(US_LIT("b"), US_LIT("abc")) > 0);
}
END_TEST

START_TEST(buffers_grow) {
  us_buf buf = {0};
  for (int i = 0; i < 10000; i++) us_buf_printf(&buf, "%d,", i);
  ck_assert(!buf.failed);
  ck_assert_uint_eq(buf.n, 48890);
  ck_assert_str_eq(buf.p + buf.n - 5, "9999,");
  ck_assert(!us_buf_reserve(&buf, SIZE_MAX - 10));
  ck_assert(buf.failed);
  us_buf_free(&buf);
}
END_TEST

START_TEST(arena_keeps_and_forgets) {
  us_arena arena = {0};
  char *kept[200];
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 200; i++) {
      kept[i] = us_arena_alloc(&arena, (size_t)i * 37 + 1);
      memset(kept[i], i, (size_t)i * 37 + 1);
      ck_assert_uint_eq((uintptr_t)kept[i] % _Alignof(max_align_t), 0);
    }
    for (int i = 0; i < 200; i++) ck_assert_int_eq((unsigned char)kept[i][i * 37], i);
    us_arena_reset(&arena);
    ck_assert_uint_le(arena.total, 16384);
  }
  ck_assert_ptr_null(us_arena_zalloc(&arena, SIZE_MAX / 4, 16));
  us_arena_free(&arena);
}
END_TEST

static char folder[] = "/tmp/unspin-test-XXXXXX";

static void path_of(const char *name, char out[128]) { snprintf(out, 128, "%s/%s", folder, name); }

START_TEST(files_are_replaced_whole) {
  char path[128], link_path[128];
  us_buf got = {0};
  unspin_error err = {0};
  path_of("a", path);
  path_of("link", link_path);
  ck_assert_int_eq(us_file_write_atomic(path, US_LIT("one"), &err), UNSPIN_OK);
  ck_assert_int_eq(chmod(path, 0640), 0);
  ck_assert_int_eq(symlink("a", link_path), 0);
  ck_assert_int_eq(us_file_write_atomic(link_path, US_LIT("two"), &err), UNSPIN_OK);
  struct stat st;
  ck_assert_int_eq(lstat(link_path, &st), 0);
  ck_assert_msg(S_ISLNK(st.st_mode), "the link was replaced by a file");
  ck_assert_int_eq(stat(path, &st), 0);
  ck_assert_int_eq(st.st_mode & 07777, 0640);
  ck_assert_int_eq(us_file_read(path, &got, &err), UNSPIN_OK);
  ck_assert(us_slice_eq(us_buf_slice(&got), US_LIT("two")));
  us_buf_free(&got);
  unlink(link_path);
  unlink(path);
  ck_assert_msg(rmdir(folder) == 0 && mkdir(folder, 0700) == 0, "a temporary file was left behind");
}
END_TEST

START_TEST(file_errors_name_the_path) {
  us_buf got = {0};
  us_map map;
  unspin_error err = {0};
  ck_assert_int_eq(us_file_read("/nonexistent/x", &got, &err), UNSPIN_ERR_IO);
  ck_assert_str_eq(err.message, "/nonexistent/x: cannot open: No such file or directory");
  ck_assert_int_eq(us_file_read(folder, &got, &err), UNSPIN_ERR_INVALID);
  ck_assert_ptr_nonnull(strstr(err.message, "is a directory"));
  ck_assert_int_eq(us_map_open(folder, &map, &err), UNSPIN_ERR_INVALID);
  ck_assert_int_eq(us_file_write_atomic("/nonexistent/x", US_LIT("a"), &err), UNSPIN_ERR_IO);
  ck_assert_ptr_nonnull(strstr(err.message, "/nonexistent/x"));
  us_buf_free(&got);
}
END_TEST

START_TEST(numbers_go_by_first_appearance) {
  us_numbering t = {0};
  for (uint64_t i = 0; i < 5000; i++) ck_assert_uint_eq(us_number_of(&t, i << 32 | (i % 3)), i);
  for (uint64_t i = 5000; i-- > 0;) ck_assert_uint_eq(us_number_of(&t, i << 32 | (i % 3)), i);
  ck_assert_uint_eq(t.n, 5000);
  us_numbering_free(&t);
  ck_assert_uint_eq(us_number_of(&t, 7), 0);
  us_numbering_free(&t);
}
END_TEST

enum { KIND = US_IMAGE_KIND('T', 'E', 'S', 'T') };

static us_buf sample_image(void) {
  us_buf out = {0};
  us_slice sections[] = {US_LIT("first"), US_LIT(""), US_LIT("the third section")};
  us_image_write(&out, KIND, 3, sections, 3);
  ck_assert(!out.failed);
  return out;
}

START_TEST(images_come_back) {
  us_buf out = sample_image();
  us_image image;
  ck_assert_int_eq(us_image_read(us_buf_slice(&out), "x", KIND, 3, &image, NULL), UNSPIN_OK);
  ck_assert_uint_eq(image.count, 3);
  ck_assert(us_slice_eq(image.section[2], US_LIT("the third section")));
  ck_assert_uint_eq(image.section[1].n, 0);
  us_buf_free(&out);
}
END_TEST

START_TEST(damaged_images_are_refused) {
  us_buf out = sample_image();
  us_image image;
  unspin_error err = {0};
  ck_assert_int_eq(us_image_read(us_buf_slice(&out), "x", KIND, 4, &image, &err), UNSPIN_ERR_VERSION);
  ck_assert_str_eq(err.message, "x: format version 3, but this program reads version 4");
  ck_assert_int_eq(us_image_read(us_buf_slice(&out), "x", US_IMAGE_KIND('A', 'B', 'C', 'D'), 3, &image, &err),
                   UNSPIN_ERR_FORMAT);
  for (size_t n = 0; n < out.n; n++)
    ck_assert_int_eq(us_image_read((us_slice){out.p, n}, "x", KIND, 3, &image, &err), UNSPIN_ERR_FORMAT);
  for (size_t i = 0; i < out.n; i++) {
    out.p[i] ^= 0x10;
    ck_assert_int_ne(us_image_read(us_buf_slice(&out), "x", KIND, 3, &image, &err), UNSPIN_OK);
    out.p[i] ^= 0x10;
  }
  us_buf_free(&out);
}
END_TEST

/* malloc fails once, or from then on, when UNTIL has been counted down. The linker puts these in its place. */
static int until;
static bool and_on, fell;
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_malloc(size_t n) {
  if (until > 0 && --until == 0) {
    until = and_on;
    fell = true;
    return NULL;
  }
  return __real_malloc(n);
}

START_TEST(json_is_whole_or_not_there) {
  const us_slice text = US_LIT(
      "{\"one\\u00e9\": \"\\ud83d\\ude00 \\\"quoted\\\" \\\\ \\n a text that is longer than the first buffer \", "
      "\"\xc3\xa9\": "
      "[\"\xe2\x82\xac \\u20AC\\u0041\", {\"empty\": \"\", \"number\": 1.5}, null, true]}");
  json_error_t wrong;
  json_t *whole = us_json_load(text, 0, &wrong);
  ck_assert_msg(whole != NULL, "%s", wrong.text);
  ck_assert_uint_eq(json_string_length(json_object_get(whole, "one\xc3\xa9")), 62);
  us_json_guard();
  int fits = 0;
  for (int on = 0; on < 2; on++)
    for (int n = 1; n < 100; n++) {
      and_on = on;
      fell = false;
      until = n;
      json_t *value = us_json_load(text, 0, &wrong);
      until = 0;
      ck_assert(fell ? !value && !wrong.text[0] : json_equal(value, whole));
      fits += !fell;
      json_decref(value);
    }
  ck_assert_int_gt(fits, 0);
  json_decref(whole);
  ck_assert(!us_json_load(US_LIT("{\"a\": 1, \"a\": 2}"), 0, &wrong));
  ck_assert(wrong.text[0]);
  ck_assert(!us_json_load((us_slice){0}, 0, &wrong));
  ck_assert(wrong.text[0]);
}
END_TEST

int main(void) {
  if (!mkdtemp(folder)) return EXIT_FAILURE;
  Suite *s = suite_create("base");
  TCase *c = tcase_create("base");
  tcase_add_test(c, slices_are_cut);
  tcase_add_test(c, buffers_grow);
  tcase_add_test(c, arena_keeps_and_forgets);
  tcase_add_test(c, files_are_replaced_whole);
  tcase_add_test(c, file_errors_name_the_path);
  tcase_add_test(c, numbers_go_by_first_appearance);
  tcase_add_test(c, images_come_back);
  tcase_add_test(c, damaged_images_are_refused);
  tcase_add_test(c, json_is_whole_or_not_there);
  suite_add_tcase(s, c);
  int status = test_run(s);
  rmdir(folder);
  return status;
}
