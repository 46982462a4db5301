/* What was judged by hand: lines into the channel and out of it again, and what is wrong with a line. */
#include <math.h>
#include <unistd.h>

#include "phrases/channel_build.h"
#include "support.h"

static const us_syntax SYNTAX = {0};
static us_forms *forms;

static void open_forms(void) {
  unspin_error err;
  ck_assert_msg(us_forms_open(BUILD_DATA "/forms.bin", &forms, &err) == UNSPIN_OK, "%s", err.message);
}
static void close_forms(void) { us_forms_close(forms); }

static us_buf temporary(const char *what) {
  us_buf path = {0};
  const char *folder = getenv("TMPDIR");
  us_buf_printf(&path, "%s/unspin-judged-%d.%s", folder ? folder : "/tmp", (int)getpid(), what);
  return path;
}

static unspin_status add(us_channel_builder *b, const char *lines, unspin_error *err) {
  us_buf path = temporary("txt");
  ck_assert_int_eq(us_file_write_atomic(path.p, us_slice_of(lines), err), UNSPIN_OK);
  unspin_status status = us_channel_add_judged(b, path.p, err);
  remove(path.p);
  us_buf_free(&path);
  return status;
}

static us_channel channel_of(const char *lines) {
  unspin_error err;
  us_channel channel;
  us_buf image = {0}, path = temporary("bin");
  us_channel_builder *b = us_channel_builder_new(forms, &SYNTAX);
  ck_assert_msg(add(b, lines, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(us_channel_builder_finish(b, &image, &err), UNSPIN_OK);
  ck_assert_int_eq(us_file_write_atomic(path.p, us_buf_slice(&image), &err), UNSPIN_OK);
  ck_assert_msg(us_channel_open(path.p, forms, &channel, &err) == UNSPIN_OK, "%s", err.message);
  remove(path.p);
  us_buf_free(&path);
  us_buf_free(&image);
  us_channel_builder_free(b);
  return channel;
}

static const us_channel_group *group_of(const us_channel *c, us_pos pos, const char *word) {
  us_word id = us_forms_word(forms, us_slice_of(word));
  ck_assert_uint_ne(id, 0);
  return us_channel_find(c, us_channel_key(pos, &id, 1));
}

START_TEST(test_shares) {
  us_channel c = channel_of("# a comment\ngathering n : keep 20, group 50, political party 25\n");
  const us_channel_group *g = group_of(&c, US_POS_NOUN, "gathering");
  ck_assert_ptr_nonnull(g);
  ck_assert_uint_eq(g->count, 2);
  const us_channel_pair *p = c.pairs + g->first;
  ck_assert_uint_eq(p[0].plain, us_forms_word(forms, US_LIT("group"))); /* the likelier one comes first */
  ck_assert_double_eq_tol((double)us_channel_log10(p[0].judged), log10(.5), .02);
  ck_assert_uint_ne(p[1].plain & US_CHANNEL_PHRASE, 0);
  ck_assert_double_eq_tol((double)us_channel_log10(p[1].judged), log10(.25), .02);
  ck_assert(!us_channel_repeats_rows(&p[0]));
  us_channel_close(&c);
}
END_TEST

START_TEST(test_keep_alone) {
  us_channel c = channel_of("gathering n : keep 100\nutilize v : keep 8, use 80\n");
  ck_assert_ptr_null(group_of(&c, US_POS_NOUN, "gathering")); /* nothing to propose */
  ck_assert_ptr_nonnull(group_of(&c, US_POS_VERB, "utilize"));
  us_channel_close(&c);
}
END_TEST

START_TEST(test_unjudged) {
  unspin_error err;
  us_channel_builder *b = us_channel_builder_new(forms, &SYNTAX);
  us_channel_claim claim = {
      .spun = US_LIT("soil"), .plain = US_LIT("earth"), .pos = US_POS_NOUN, .relation = US_REL_SYNONYM};
  ck_assert_int_eq(us_channel_builder_add(b, &claim, &err), UNSPIN_OK);
  us_buf image = {0}, path = temporary("bin");
  us_channel c;
  ck_assert_int_eq(us_channel_builder_finish(b, &image, &err), UNSPIN_OK);
  ck_assert_int_eq(us_file_write_atomic(path.p, us_buf_slice(&image), &err), UNSPIN_OK);
  ck_assert_int_eq(us_channel_open(path.p, forms, &c, &err), UNSPIN_OK);
  const us_channel_group *g = group_of(&c, US_POS_NOUN, "soil");
  ck_assert_uint_eq(c.pairs[g->first].judged, US_CHANNEL_NO_P);
  us_channel_close(&c);
  remove(path.p);
  us_buf_free(&path);
  us_buf_free(&image);
  us_channel_builder_free(b);
}
END_TEST

static const char *const bad[] = {
    "gathering : keep 20, group 50\n",
    "gathering n keep 20\n",
    "gathering n : group 50\n",
    "gathering n : keep 20, group\n",
    "gathering n : keep 60, group 50\n",
    "gathering n : keep 20, group 1000\n",
    "gathering q : keep 20, group 50\n",
    "gathering n : keep -1, group 50\n",
    "gathering n : keep 20, group 50, 7\n",
};

START_TEST(test_bad_lines) {
  unspin_error err;
  us_buf text = {0};
  us_channel_builder *b = us_channel_builder_new(forms, &SYNTAX);
  us_buf_puts(&text, "utilize v : keep 8, use 80\n");
  us_buf_puts(&text, bad[_i]);
  ck_assert_int_eq(add(b, text.p, &err), UNSPIN_ERR_FORMAT);
  ck_assert_ptr_nonnull(strstr(err.message, ".txt:2: "));
  us_buf_free(&text);
  us_channel_builder_free(b);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("judged");
  TCase *c = tcase_create("lines");
  tcase_add_unchecked_fixture(c, open_forms, close_forms);
  tcase_add_test(c, test_shares);
  tcase_add_test(c, test_keep_alone);
  tcase_add_test(c, test_unjudged);
  tcase_add_loop_test(c, test_bad_lines, 0, sizeof bad / sizeof *bad);
  suite_add_tcase(suite, c);
  return test_run(suite);
}
