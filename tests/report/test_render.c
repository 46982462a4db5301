/* Runs cases.txt: every block of every case is one comparison. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "document.h"

static const char *cases_path;

/* Cuts the line off REST, line end included. */
static bool next_line(us_slice *rest, us_slice *line) {
  if (!rest->n) return false;
  const char *end = memchr(rest->p, '\n', rest->n);
  size_t n = end ? (size_t)(end - rest->p) + 1 : rest->n;
  *line = us_slice_sub(*rest, 0, n);
  *rest = us_slice_sub(*rest, n, rest->n);
  return true;
}

static bool begins(us_slice s, const char *with) { return s.n >= strlen(with) && memcmp(s.p, with, strlen(with)) == 0; }

static us_renderer *renderer_of(us_slice name) {
  if (us_slice_eq(name, US_LIT("plain"))) return us_render_plain;
  if (us_slice_eq(name, US_LIT("diff"))) return us_render_diff;
  if (us_slice_eq(name, US_LIT("word-diff"))) return us_render_word_diff;
  if (us_slice_eq(name, US_LIT("explain"))) return us_render_explain;
  ck_abort_msg("no renderer: %.*s", (int)name.n, name.p);
  return NULL;
}

static us_style style_of(us_slice words) {
  us_style style = {0};
  us_slice word;
  while (us_slice_cut(&words, ' ', &word)) {
    if (us_slice_eq(word, US_LIT("color"))) style.color = true;
    else if (us_slice_eq(word, US_LIT("terminal"))) style.terminal = true;
    else if (us_slice_eq(word, US_LIT("heading"))) style.heading = true;
    else style.width = strtoul(word.p, NULL, 10);
    ck_assert_msg(style.color || style.terminal || style.heading || style.width, "no style: %.*s", (int)word.n, word.p);
  }
  return style;
}

static int compared;

static void compare(us_slice title, us_slice block, const us_report *report, us_slice expected) {
  us_slice words = us_slice_trim(block), name;
  us_slice_cut(&words, ' ', &name);
  us_style style = words.p ? style_of(words) : (us_style){0};
  us_buf got = render_to_buf(renderer_of(name), report, &style, NULL, NULL);
  us_buf want = {0};
  unescape(&want, expected);
  ck_assert_msg(us_slice_eq(us_buf_slice(&got), us_buf_slice(&want)), "%.*s, %.*s\n--- expected\n%.*s--- got\n%.*s",
                (int)title.n, title.p, (int)block.n, block.p, (int)want.n, us_buf_slice(&want).p, (int)got.n,
                us_buf_slice(&got).p);
  us_buf_free(&got);
  us_buf_free(&want);
  compared++;
}

/* The lines of the block up to the next mark. A blank line before a mark only parts cases. */
static us_slice block_body(us_slice *rest) {
  const char *begin = rest->p;
  us_slice line, next = *rest;
  size_t n = 0;
  while (next_line(&next, &line) && !begins(line, "## ") && !begins(line, "### ")) {
    n += line.n;
    *rest = next;
  }
  us_slice body = {begin, n};
  bool before_case = !rest->n || begins(*rest, "### ");
  if (before_case && rest->n && n && body.p[n - 1] == '\n' && (n == 1 || body.p[n - 2] == '\n')) body.n--;
  return body;
}

START_TEST(test_cases) {
  us_buf file = {0};
  unspin_error err;
  ck_assert_msg(us_file_read(cases_path, &file, &err) == UNSPIN_OK, "%s", err.message);
  us_slice rest = us_buf_slice(&file), line, title = {0};
  us_buf name = {0}, text = {0};
  document doc = {0};
  while (next_line(&rest, &line)) {
    if (begins(line, "### ") && !begins(line, "### TITLE")) {
      title = us_slice_trim(us_slice_sub(line, 4, line.n));
      us_buf_clear(&name);
      us_buf_puts(&name, "doc.txt");
      document_free(&doc);
      doc = (document){0};
    } else if (begins(line, "## ") && title.n) {
      us_slice block = us_slice_trim(us_slice_sub(line, 3, line.n));
      us_slice body = block_body(&rest);
      if (us_slice_eq(block, US_LIT("name"))) {
        us_buf_clear(&name);
        unescape(&name, body);
      } else if (us_slice_eq(block, US_LIT("text"))) {
        us_buf_clear(&text);
        unescape(&text, body);
        document_make(&doc, us_buf_slice(&name), us_buf_slice(&text));
      } else compare(title, block, &doc.report, body);
    }
  }
  ck_assert_int_gt(compared, 50);
  document_free(&doc);
  us_buf_free(&name);
  us_buf_free(&text);
  us_buf_free(&file);
}
END_TEST

/* A list that breaks the rules of edits is refused by all that walk along it. */
START_TEST(test_bad_lists) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT("one {a|b} two {c|d}\n"));
  us_renderer *const renderers[] = {us_render_diff, us_render_word_diff, us_render_explain, us_render_json};
  for (int fault = 0; fault < 3; fault++) {
    unspin_edit kept = doc.edits.p[1];
    if (fault == 0) doc.edits.p[1].begin = 2, doc.edits.p[1].end = 5, doc.edits.p[1].before = (unspin_text){"e a", 3};
    if (fault == 1) doc.edits.p[1].end = 1000;
    if (fault == 2) doc.edits.p[1].before = (unspin_text){"x", 1};
    for (size_t i = 0; i < sizeof renderers / sizeof *renderers; i++) {
      unspin_error err = {0};
      unspin_status status;
      us_buf got = render_to_buf(renderers[i], &doc.report, &(us_style){0}, &status, &err);
      ck_assert_int_eq(status, UNSPIN_ERR_INVALID);
      ck_assert_msg(strstr(err.message, "edit 2"), "%s", err.message);
      us_buf_free(&got);
    }
    doc.edits.p[1] = kept;
  }
  document_free(&doc);
}
END_TEST

/* Only --explain says that the gate let a text pass. */
START_TEST(test_gated) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT("plain\n"));
  doc.totals.gated = true;
  us_buf got = render_to_buf(us_render_explain, &doc.report, &(us_style){0}, NULL, NULL);
  ck_assert_str_eq(us_buf_slice(&got).p, "doc.txt: nothing changed: the text does not look spun\n");
  us_buf_free(&got);
  document_free(&doc);
}
END_TEST

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  cases_path = argv[1];
  Suite *suite = suite_create("render");
  TCase *tcase = tcase_create("render");
  tcase_add_test(tcase, test_cases);
  tcase_add_test(tcase, test_bad_lists);
  tcase_add_test(tcase, test_gated);
  suite_add_tcase(suite, tcase);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
