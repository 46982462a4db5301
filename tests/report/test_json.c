/* The JSON that we promise, and the way back from it. */
#include <check.h>
#include <jansson.h>
#include <math.h>

#include "base/hash.h"
#include "document.h"
#include "report/sarif.h"
#include "report/undo.h"

#define TEXT "The {govt|government} will {lend a hand|help} caf\xC3\xA9s.\nIt was{ once|} late\xFF.\n"

static us_buf json_of(const document *doc) {
  return render_to_buf(us_render_json, &doc->report, &(us_style){0}, NULL, NULL);
}

static json_t *parse(const us_buf *buf) {
  json_error_t problem;
  json_t *object = json_loadb(buf->p, buf->n, 0, &problem);
  ck_assert_msg(object != NULL, "%s", problem.text);
  return object;
}

START_TEST(test_members) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT(TEXT));
  us_buf buf = json_of(&doc);
  ck_assert_msg(memchr(buf.p, '\n', buf.n) == buf.p + buf.n - 1, "one line");
  json_t *object = parse(&buf);
  const char *format, *unspin, *knowledge, *name, *in_hash, *out_hash, *dialect;
  int version, in_bytes, out_bytes, bytes, words, sentences, candidates, edits, dropped, gated;
  double share;
  json_t *list, *suggested;
  ck_assert_int_eq(
      json_unpack(
          object, "{s:s,s:i,s:s,s:s,s:{s:s,s:i,s:s !},s:{s:i,s:s !},s:{s:i,s:i,s:i,s:i,s:i,s:i,s:f,s:b,s:s !},s:o,s:o !}",
          "format", &format, "version", &version, "unspin", &unspin, "knowledge", &knowledge, "input", "name", &name,
          "bytes", &in_bytes, "hash", &in_hash, "output", "bytes", &out_bytes, "hash", &out_hash, "totals", "bytes",
          &bytes, "words", &words, "sentences", &sentences, "candidates", &candidates, "edits", &edits, "dropped",
          &dropped, "spin_share", &share, "gated", &gated, "dialect", &dialect, "edits", &list,
          "suggestions", &suggested),
      0);
  ck_assert_uint_eq(json_array_size(suggested), 0);
  ck_assert_str_eq(format, "unspin-edits");
  ck_assert_int_eq(version, 1);
  ck_assert_str_eq(unspin, UNSPIN_VERSION);
  ck_assert_str_eq(knowledge, "00112233445566ff");
  ck_assert_str_eq(name, "doc.txt");
  ck_assert_uint_eq((size_t)in_bytes, doc.input.n);
  ck_assert_uint_eq((size_t)out_bytes, doc.output.n);
  char hex[17];
  us_hash_hex(us_hash(us_buf_slice(&doc.input)), hex);
  ck_assert_str_eq(in_hash, hex);
  us_hash_hex(us_hash(us_buf_slice(&doc.output)), hex);
  ck_assert_str_eq(out_hash, hex);
  ck_assert_str_eq(dialect, "gb");
  ck_assert_int_eq(words, 7);
  ck_assert_int_eq(sentences, 2);
  ck_assert_int_eq(candidates, 9);
  ck_assert_int_eq(edits, 3);
  ck_assert_int_eq(dropped, 1);
  ck_assert_int_eq(gated, 0);
  ck_assert_double_eq(share, 0.125);
  ck_assert_uint_eq(json_array_size(list), 3);
  json_decref(object);
  us_buf_free(&buf);
  document_free(&doc);
}
END_TEST

START_TEST(test_edit_members) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT(TEXT));
  us_buf buf = json_of(&doc);
  json_t *object = parse(&buf);
  int begin, end, begin_cp, end_cp, line, column;
  const char *before, *after, *row, *source, *feature, *other, *other_row;
  double confidence, gain, value, score;
  json_t *third = json_array_get(json_object_get(object, "edits"), 2), *reasons, *alternatives;
  ck_assert_int_eq(json_unpack(third, "{s:i,s:i,s:i,s:i,s:i,s:i,s:s,s:s,s:f,s:s,s:s,s:f,s:o,s:o !}", "begin", &begin,
                               "end", &end, "begin_cp", &begin_cp, "end_cp", &end_cp, "line", &line, "column", &column,
                               "before", &before, "after", &after, "confidence", &confidence, "row", &row, "source",
                               &source, "model_gain", &gain, "reasons", &reasons, "alternatives", &alternatives),
                   0);
  ck_assert_int_eq(begin, 40);
  ck_assert_int_eq(end, 45);
  ck_assert_int_eq(begin_cp, 39);
  ck_assert_int_eq(end_cp, 44);
  ck_assert_int_eq(line, 2);
  ck_assert_int_eq(column, 7);
  ck_assert_str_eq(before, " once");
  ck_assert_str_eq(after, "");
  ck_assert_double_eq(confidence, 0.5);
  ck_assert_double_eq(gain, 0.5);
  ck_assert_str_eq(row, "row3");
  ck_assert_str_eq(source, "cases:3");
  ck_assert_uint_eq(json_array_size(reasons), 4);
  ck_assert_int_eq(json_unpack(json_array_get(reasons, 1), "{s:s,s:f !}", "feature", &feature, "value", &value), 0);
  ck_assert_str_eq(feature, "second");
  ck_assert_double_eq(value, -1.0);
  ck_assert_uint_eq(json_array_size(alternatives), 2);
  ck_assert_int_eq(json_unpack(json_array_get(alternatives, 0), "{s:s,s:s,s:f !}", "after", &other, "row", &other_row,
                               "score", &score),
                   0);
  ck_assert_str_eq(other, "other");
  ck_assert_str_eq(other_row, "row9");
  ck_assert_double_eq(score, 1.5);
  json_decref(object);
  us_buf_free(&buf);
  document_free(&doc);
}
END_TEST

START_TEST(test_odd_values) {
  document doc;
  document_make(&doc, US_LIT("na\xFFme\x1b.txt"), US_LIT("{a|b}"));
  doc.edits.p[0].confidence = NAN;
  doc.edits.p[0].row = NULL;
  us_buf buf = json_of(&doc);
  json_t *object = parse(&buf);
  ck_assert_str_eq(json_string_value(json_object_get(json_object_get(object, "input"), "name")), "na\\xFFme\\x1B.txt");
  json_t *edit = json_array_get(json_object_get(object, "edits"), 0);
  ck_assert(json_is_null(json_object_get(edit, "confidence")));
  ck_assert(json_is_null(json_object_get(edit, "row")));
  json_decref(object);
  us_buf_free(&buf);
  document_free(&doc);
}
END_TEST

/* The engine promises that edits are text. If it breaks that, we must not write what nobody can read. */
START_TEST(test_not_text) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT("{\xFF|b}"));
  unspin_status status;
  unspin_error err = {0};
  us_buf buf = render_to_buf(us_render_json, &doc.report, &(us_style){0}, &status, &err);
  ck_assert_int_ne(status, UNSPIN_OK);
  ck_assert_msg(strstr(err.message, "UTF-8"), "%s", err.message);
  us_buf_free(&buf);
  document_free(&doc);
}
END_TEST

/* ---- memory that jansson asks for ---- */

static size_t asked, failing;

static void *fail_nth(size_t size) { return ++asked == failing ? NULL : malloc(size); }

/* Any one allocation fails: what is told of as written is whole. */
static void fail_each(us_renderer *renderer) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT("The {govt|government} will {lend a hand|help} today."));
  us_buf whole = render_to_buf(renderer, &doc.report, &(us_style){0}, NULL, NULL);
  unspin_status status = UNSPIN_ERR_NOMEM;
  json_set_alloc_funcs(fail_nth, free);
  for (failing = 1; failing < 10000; failing++) {
    unspin_error err = {0};
    asked = 0;
    us_buf buf = render_to_buf(renderer, &doc.report, &(us_style){0}, &status, &err);
    if (status) ck_assert_msg(strstr(err.message, "out of memory"), "%s", err.message);
    else ck_assert_msg(us_slice_eq(us_buf_slice(&buf), us_buf_slice(&whole)), "%zu: %.*s", failing, (int)buf.n, buf.p);
    us_buf_free(&buf);
    if (asked < failing) break;
  }
  json_set_alloc_funcs(malloc, free);
  ck_assert_int_eq(status, UNSPIN_OK);
  ck_assert_uint_gt(failing, 100);
  us_buf_free(&whole);
  document_free(&doc);
}

START_TEST(test_out_of_memory) {
  fail_each(us_render_json);
  fail_each(us_render_sarif);
}
END_TEST

static void check_undo(us_slice marked) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), marked);
  us_buf buf = json_of(&doc);
  us_undo *undo;
  unspin_error err = {0};
  ck_assert_msg(us_undo_read(us_buf_slice(&buf), "edits.json", &undo, &err) == UNSPIN_OK, "%s", err.message);
  us_undone undone;
  ck_assert_msg(us_undo_apply(undo, us_buf_slice(&doc.output), US_LIT("out.txt"), &undone, &err) == UNSPIN_OK, "%s",
                err.message);
  ck_assert(us_slice_eq(undone.report.output, us_buf_slice(&doc.input)));
  ck_assert_uint_eq(undone.report.edit_count, doc.edits.n);
  ck_assert_msg(us_report_valid(&undone.report, &err), "%s", err.message);
  us_undone_free(&undone);
  us_undo_free(undo);
  us_buf_free(&buf);
  document_free(&doc);
}

START_TEST(test_undo) {
  check_undo(US_LIT(TEXT));
  check_undo(US_LIT(""));
  check_undo(US_LIT("no edit\r\n"));
  check_undo(US_LIT("{a|}{b|c}{d|} {|e}"));
  check_undo((us_slice){"nul\0 {a\0b|c\0d}", 15});
  check_undo(US_LIT("\xFF\xFE{old|new}\xC3"));
}
END_TEST

/* Lists of several documents in one file; each text finds its own, whatever it is called now. */
START_TEST(test_undo_several) {
  const char *texts[] = {"{a|b} one", "{c|d} two\n", "{e|f} three"};
  document docs[3];
  us_buf all = {0};
  for (size_t i = 0; i < 3; i++) {
    document_make(&docs[i], US_LIT("doc.txt"), us_slice_of(texts[i]));
    us_buf one = json_of(&docs[i]);
    us_buf_append(&all, us_buf_slice(&one));
    us_buf_puts(&all, i ? "\n\n" : ""); /* blank lines do no harm */
    us_buf_free(&one);
  }
  us_undo *undo;
  unspin_error err = {0};
  ck_assert_msg(us_undo_read(us_buf_slice(&all), "edits.json", &undo, &err) == UNSPIN_OK, "%s", err.message);
  for (size_t i = 3; i-- > 0;) {
    us_undone undone;
    ck_assert_int_eq(us_undo_apply(undo, us_buf_slice(&docs[i].output), US_LIT("x"), &undone, &err), UNSPIN_OK);
    ck_assert(us_slice_eq(undone.report.output, us_buf_slice(&docs[i].input)));
    us_undone_free(&undone);
    document_free(&docs[i]);
  }
  us_undone undone;
  ck_assert_int_eq(us_undo_apply(undo, US_LIT("stranger"), US_LIT("x"), &undone, &err), UNSPIN_ERR_INVALID);
  ck_assert_msg(strstr(err.message, "none of the 3"), "%s", err.message);
  us_undone_free(&undone);
  us_undo_free(undo);
  us_buf_free(&all);
}
END_TEST

/* Two spins of one article come back to the same text: the name decides, or nobody does. */
START_TEST(test_undo_twins) {
  const char *texts[] = {"The {a|x} end", "The {b|x} end", "The {b|x} end"}, *names[] = {"one", "two\x1b", "three"};
  us_buf all = {0};
  us_slice restored = US_LIT("The x end");
  for (size_t i = 0; i < 3; i++) {
    document doc;
    document_make(&doc, us_slice_of(names[i]), us_slice_of(texts[i]));
    us_buf one = json_of(&doc);
    us_buf_append(&all, us_buf_slice(&one));
    us_buf_free(&one);
    document_free(&doc);
  }
  us_undo *undo;
  us_undone undone;
  unspin_error err = {0};
  ck_assert_msg(us_undo_read(us_buf_slice(&all), "edits.json", &undo, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(us_undo_apply(undo, restored, US_LIT("one"), &undone, &err), UNSPIN_OK);
  ck_assert(us_slice_eq(undone.report.output, US_LIT("The a end")));
  us_undone_free(&undone);
  ck_assert_int_eq(us_undo_apply(undo, restored, US_LIT("two\x1b"), &undone, &err), UNSPIN_OK);
  ck_assert(us_slice_eq(undone.report.output, US_LIT("The b end")));
  us_undone_free(&undone);
  ck_assert_int_eq(us_undo_apply(undo, restored, US_LIT("moved"), &undone, &err), UNSPIN_ERR_INVALID);
  ck_assert_msg(strstr(err.message, "moved: edit lists in edits.json lead here from different texts"), "%s",
                err.message);
  us_undone_free(&undone);
  us_undo_free(undo);
  us_buf_free(&all);
}
END_TEST

/* As many files as lists: were each looked for among all, it would take half an hour. */
START_TEST(test_undo_many) {
  enum { LISTS = 200000 };
  us_buf all = {0};
  char text[24], hash[17];
  for (size_t i = 0; i < LISTS; i++) {
    size_t n = (size_t)snprintf(text, sizeof text, "text %06zu", i);
    us_hash_hex(us_hash((us_slice){text, n}), hash);
    us_buf_printf(&all,
                  "{\"format\":\"unspin-edits\",\"version\":1,\"input\":{\"name\":\"x\",\"bytes\":%zu,\"hash\":\"%s\"},"
                  "\"output\":{\"bytes\":%zu,\"hash\":\"%s\"},\"edits\":[]}\n",
                  n, hash, n, hash);
  }
  us_undo *undo;
  us_undone undone;
  unspin_error err = {0};
  ck_assert_msg(us_undo_read(us_buf_slice(&all), "edits.json", &undo, &err) == UNSPIN_OK, "%s", err.message);
  for (size_t i = 0; i < 2 * LISTS; i++) {
    snprintf(text, sizeof text, "text %06zu", i);
    unspin_status status = us_undo_apply(undo, us_slice_of(text), US_LIT("y"), &undone, &err);
    ck_assert_int_eq(status, i < LISTS ? UNSPIN_OK : UNSPIN_ERR_INVALID);
    us_undone_free(&undone);
  }
  us_undo_free(undo);
  us_buf_free(&all);
}
END_TEST

/* FROM becomes TO in the edit list; then it must be refused for the reason WHY. */
static const struct damage {
  const char *from, *to, *why;
} damages[] = {
    {"\"format\":\"unspin-edits\"", "\"format\":\"other\"", "not what unspin clean --json writes"},
    {"\"version\":1", "\"version\":2", "version 2: this program reads version 1"},
    {"\"version\":1", "\"version\":\"x\"", "\"version\" is not a count"},
    {"\"begin\":4", "\"begin\":-4", "\"begin\" is not a count"},
    {"\"begin\":4,", "", "\"begin\" is not a count"},
    {"\"end\":45", "\"end\":4500", "edit 3 (bytes 40 to 4500) lies outside"},
    {"\"begin\":14,\"end\":25", "\"begin\":5,\"end\":16", "edit 2 (bytes 5 to 16) overlaps"},
    {"\"begin\":14,\"end\":25", "\"begin\":14,\"end\":24",
     "edit 2 (bytes 14 to 24) has a \"before\" of another length"},
    {"\"begin\":14,\"end\":25", "\"begin\":13,\"end\":24", "edit 2 does not stand in the text that it made"},
    {"\"before\":\"govt\"", "\"before\":\"gout\"", "the text that it leads back to is not the one"},
    {"\"after\":\"help\"", "\"after\":\"hell\"", "edit 2 does not stand"},
    {"\"after\":\"help\"", "\"after\":7", "\"after\" is not a text"},
    {"\"hash\":\"", "\"hash\":\"Z", "16 hexadecimal digits"},
    {"\"edits\":[", "\"edits\":{\"x\":[", "damaged edit list"},
    {"\"edits\":[", "\"edit\":[", "\"edits\" is not a list"},
    {"]}\n", "]\n", "damaged edit list: it ends in the middle"},
    {"}]},{", "}]}{", "a comma is missing"},
    {"}]},{", "}]},,{", "a value is missing"},
    {"}]},{", "}]},]{", "damaged edit list"},
    {"\"edits\":[", "\"edits\"[", "a colon is missing"},
    {"\"edits\":[", "edits:[", "the name of a member is missing"},
    {"\"edits\":[", "\"edits:[", "damaged edit list"},
    {"\"edits\":[", "\"edits\":[7,", "\"begin\" is not a count"},
    {"\"gated\":false", "\"gated\":fals", "invalid token"},
    {"\"feature\":\"third\"", "\"feature\":third", "invalid token"},
};

START_TEST(test_damage) {
  const struct damage *d = &damages[_i];
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT(TEXT));
  us_buf buf = json_of(&doc), bad = {0};
  const char *at = strstr(buf.p, d->from);
  ck_assert_msg(at != NULL, "not there: %s in %s", d->from, buf.p);
  us_buf_append(&bad, us_slice_sub(us_buf_slice(&buf), 0, (size_t)(at - buf.p)));
  us_buf_puts(&bad, d->to);
  us_buf_puts(&bad, at + strlen(d->from));
  us_undo *undo;
  us_undone undone = {0};
  unspin_error err = {0};
  unspin_status status = us_undo_read(us_buf_slice(&bad), "edits.json", &undo, &err);
  if (!status) status = us_undo_apply(undo, us_buf_slice(&doc.output), US_LIT("out.txt"), &undone, &err);
  ck_assert_int_ne(status, UNSPIN_OK);
  ck_assert_msg(strstr(err.message, d->why), "%s", err.message);
  ck_assert_msg(strstr(err.message, "edits.json:"), "%s", err.message);
  us_undone_free(&undone);
  us_undo_free(undo);
  us_buf_free(&buf);
  us_buf_free(&bad);
  document_free(&doc);
}
END_TEST

/* As somebody else might write it: other white space, another order, members that we do not know. */
START_TEST(test_other_writers) {
  us_slice json = US_LIT(
      "\r\n{ \"edits\" : [ \n{\"x\":[{},\"]}\\\"\"], \"after\":\"b\" ,\"before\" : "
      "\"\\u0061\",\"end\":3,\"begin\":2}\n ],\n"
      "\"output\":{\"bytes\":4,\"hash\":\"HASH\"}, "
      "\"new\":[{\"edits\":[1]}],\n\"version\":1,\"format\":\"unspin-edits\",\n"
      "\"input\":{\"name\":\"n\",\"bytes\":4,\"hash\":\"hash\"}}\n ");
  us_buf buf = {0};
  char out_hex[17], in_hex[17];
  us_hash_hex(us_hash(US_LIT("x b\n")), out_hex);
  us_hash_hex(us_hash(US_LIT("x a\n")), in_hex);
  const char *upper = strstr(json.p, "HASH"), *lower = strstr(json.p, "hash\"}}");
  us_buf_append(&buf, us_slice_sub(json, 0, (size_t)(upper - json.p)));
  us_buf_puts(&buf, out_hex);
  us_buf_append(&buf, us_slice_sub(json, (size_t)(upper - json.p) + 4, (size_t)(lower - json.p)));
  us_buf_puts(&buf, in_hex);
  us_buf_puts(&buf, lower + 4);
  us_undo *undo;
  us_undone undone;
  unspin_error err = {0};
  ck_assert_msg(us_undo_read(us_buf_slice(&buf), "edits.json", &undo, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(us_undo_apply(undo, US_LIT("x b\n"), US_LIT("x"), &undone, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert(us_slice_eq(undone.report.output, US_LIT("x a\n")));
  us_undone_free(&undone);
  us_undo_free(undo);
  us_buf_free(&buf);
}
END_TEST

/* Every beginning of a list is damaged, and says so without falling over. */
START_TEST(test_cut_short) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT(TEXT));
  us_buf buf = json_of(&doc);
  for (size_t n = 0; n + 1 < buf.n; n++) {
    us_undo *undo;
    unspin_error err = {0};
    ck_assert_int_eq(us_undo_read(us_slice_sub(us_buf_slice(&buf), 0, n), "edits.json", &undo, &err),
                     UNSPIN_ERR_FORMAT);
    ck_assert_ptr_null(undo);
    ck_assert(err.message[0]);
  }
  us_buf_free(&buf);
  document_free(&doc);
}
END_TEST

START_TEST(test_wrong_text) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT(TEXT));
  us_buf buf = json_of(&doc);
  us_undo *undo;
  us_undone undone;
  unspin_error err = {0};
  ck_assert_int_eq(us_undo_read(us_buf_slice(&buf), "edits.json", &undo, &err), UNSPIN_OK);
  ck_assert_int_eq(us_undo_apply(undo, US_LIT("stranger"), US_LIT("x.txt"), &undone, &err), UNSPIN_ERR_INVALID);
  ck_assert_msg(strstr(err.message, "x.txt: is not the text that edits.json was written for: 8 bytes"), "%s",
                err.message);
  us_undone_free(&undone);
  ck_assert_int_eq(us_undo_apply(undo, us_buf_slice(&doc.input), US_LIT("x.txt"), &undone, &err), UNSPIN_ERR_INVALID);
  ck_assert_msg(strstr(err.message, "already as it was before the edits of edits.json:1"), "%s", err.message);
  us_undone_free(&undone);
  us_undo_free(undo);
  us_buf_free(&buf);
  document_free(&doc);
}
END_TEST

START_TEST(test_line_of_fault) {
  document doc;
  document_make(&doc, US_LIT("doc.txt"), US_LIT(TEXT));
  us_buf buf = json_of(&doc);
  us_buf_puts(&buf, "\n\n{\"format\": 1,\n \"x\": tru}\n");
  us_undo *undo;
  unspin_error err = {0};
  ck_assert_int_eq(us_undo_read(us_buf_slice(&buf), "edits.json", &undo, &err), UNSPIN_ERR_FORMAT);
  ck_assert_msg(strstr(err.message, "edits.json:5: "), "%s", err.message);
  us_buf_free(&buf);
  document_free(&doc);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("json");
  TCase *tcase = tcase_create("json");
  tcase_set_timeout(tcase, 60);
  tcase_add_test(tcase, test_members);
  tcase_add_test(tcase, test_edit_members);
  tcase_add_test(tcase, test_odd_values);
  tcase_add_test(tcase, test_not_text);
  tcase_add_test(tcase, test_out_of_memory);
  tcase_add_test(tcase, test_undo);
  tcase_add_test(tcase, test_undo_several);
  tcase_add_test(tcase, test_undo_twins);
  tcase_add_test(tcase, test_undo_many);
  tcase_add_loop_test(tcase, test_damage, 0, sizeof damages / sizeof *damages);
  tcase_add_test(tcase, test_other_writers);
  tcase_add_test(tcase, test_cut_short);
  tcase_add_test(tcase, test_wrong_text);
  tcase_add_test(tcase, test_line_of_fault);
  suite_add_tcase(suite, tcase);
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed != 0;
}
