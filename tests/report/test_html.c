/* The parts of a page: what becomes of text, where edits and lines stand. test_html.py reads whole pages. */
#include <check.h>
#include <stdlib.h>

#include "document.h"
#include "report/html.h"

static us_buf written(bool (*part)(FILE *, const void *), const void *cookie) {
  char *bytes = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&bytes, &n);
  ck_assert_ptr_nonnull(out);
  ck_assert(part(out, cookie));
  fclose(out);
  us_buf buf = {0};
  us_buf_append(&buf, (us_slice){bytes, n});
  free(bytes);
  return buf;
}

static bool text_part(FILE *out, const void *cookie) {
  us_web_text(out, us_slice_of(cookie));
  return true;
}
static bool bytes_part(FILE *out, const void *cookie) {
  us_web_bytes(out, us_slice_of(cookie), '\n');
  return true;
}
static bool path_part(FILE *out, const void *cookie) {
  us_web_path(out, us_slice_of(cookie));
  return true;
}
static bool json_part(FILE *out, const void *cookie) { return us_web_json(out, json_string(cookie)); }
static bool fill_part(FILE *out, const void *cookie) {
  static const us_web_part parts[] = {{"a", text_part}};
  return us_web_fill(out, us_slice_of("<{{a}}|{{a}}{ }>"), parts, 1, cookie);
}

static const struct {
  bool (*part)(FILE *, const void *);
  const char *given, *wanted;
} escapes[] = {
    {text_part, "a<b>&\"c' \xC3\xA9", "a&lt;b&gt;&amp;&quot;c&#39; \xC3\xA9"},
    {text_part, "\x1B\t\xFF\xE2\x80\xAE", "\\x1B\\x09\\xFF\\u202E"},
    {bytes_part, "a<\tb", "a&lt;\tb"},
    {bytes_part, "\x07z\xFF", "<b class=\"x\" data-x=\"07\">\\x07</b>z<b class=\"x\" data-x=\"FF\">\\xFF</b>"},
    {bytes_part, "a\rb\r", "a<b class=\"x\" data-x=\"0D\">\\x0D</b>b<b class=\"x\" data-x=\"0D\"></b>"},
    {path_part, "a b/%\"<\xC3\xA9.html", "a%20b/%25%22%3C%C3%A9.html"},
    {json_part, "</script><!--&\xE2\x80\xA8", "\"\\u003C/script\\u003E\\u003C!--\\u0026\\u2028\""},
    /* what is put in is not looked at again */
    {fill_part, "{{a}}", "<{{a}}|{{a}}{ }>"},
};

START_TEST(test_escapes) {
  us_buf got = written(escapes[_i].part, escapes[_i].given);
  ck_assert_str_eq(got.p, escapes[_i].wanted);
  us_buf_free(&got);
}
END_TEST

#define LINE(n, open, text) "<div class=\"l\" id=\"L" n "\"" open "><p>" text "</p></div>"
#define EDIT(n, old, new) "<span class=\"e u\" data-e=\"" n "\"><del>" old "</del><ins>" new "</ins></span>"

static const struct {
  const char *marked, *wanted;
} articles[] = {
    {"", ""},
    {"a\n\nb", LINE("1", "", "a") LINE("2", "", "") LINE("3", " data-open", "b")},
    {"{a|b} c{d|}\n{|e}\n",
     LINE("1", "", EDIT("0", "a", "b") " c" EDIT("1", "d", "")) LINE("2", "", EDIT("2", "", "e"))},
    {"x{|<i>}\ny", LINE("1", "", "x" EDIT("0", "", "&lt;i&gt;")) LINE("2", " data-open", "y")},
    /* unspin makes no such edits; a list from elsewhere may hold them */
    {"p{q\nr|s}t\nu",
     LINE("1", "", "p" EDIT("0", "q<b class=\"x\" data-x=\"0A\">\\x0A</b>r", "s") "t") LINE("2", " data-open", "u")},
};

START_TEST(test_articles) {
  document doc;
  document_make(&doc, US_LIT("d"), us_slice_of(articles[_i].marked));
  us_buf got = written(us_web_article, &doc.report), wanted = {0};
  us_buf_printf(&wanted, "<section>%s</section>", articles[_i].wanted);
  ck_assert_str_eq(got.p, wanted.p);
  us_buf_free(&got);
  us_buf_free(&wanted);
  document_free(&doc);
}
END_TEST

static size_t count(const us_buf *text, const char *what) {
  size_t n = 0;
  for (const char *at = text->p; at && (at = strstr(at, what)); at++) n++;
  return n;
}

START_TEST(test_strip) {
  us_buf text = {0};
  for (int i = 0; i < 300; i++) us_buf_puts(&text, i < 150 ? "plain words\n" : "{spun words|x}\n");
  document doc;
  document_make(&doc, US_LIT("d"), us_buf_slice(&text));
  us_buf strip = written(us_web_strip, &doc.report);
  ck_assert_uint_eq(count(&strip, "<a href"), 100);
  size_t empty = count(&strip, "height:0%"), full = count(&strip, "height:100%");
  ck_assert_msg(empty >= 45 && full >= 45, "%zu empty, %zu full", empty, full);
  ck_assert_ptr_nonnull(strstr(strip.p, "href=\"#L297\""));
  us_buf_free(&strip);
  us_buf_free(&text);
  document_free(&doc);
}
END_TEST

START_TEST(test_refused) {
  document doc;
  unspin_status status;
  unspin_error err;
  document_make(&doc, US_LIT("d"), US_LIT("{a|b}"));
  doc.report.totals = NULL;
  us_buf got = render_to_buf(us_render_html, &doc.report, &(us_style){0}, &status, &err);
  ck_assert_int_eq(status, UNSPIN_ERR_INVALID);
  us_buf_free(&got);
  doc.report.totals = &doc.totals;
  doc.edits.p[0].end = 5;
  got = render_to_buf(us_render_html, &doc.report, &(us_style){0}, &status, &err);
  ck_assert_int_eq(status, UNSPIN_ERR_INVALID);
  ck_assert_uint_eq(got.n, 0);
  us_buf_free(&got);
  document_free(&doc);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("html");
  TCase *tests = tcase_create("html");
  tcase_add_loop_test(tests, test_escapes, 0, sizeof escapes / sizeof *escapes);
  tcase_add_loop_test(tests, test_articles, 0, sizeof articles / sizeof *articles);
  tcase_add_test(tests, test_strip);
  tcase_add_test(tests, test_refused);
  suite_add_tcase(suite, tests);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
