/* The reader of pair files: every form, and what it says of files that are not as they should be. */
#define _GNU_SOURCE /* mkdtemp */
#include <sys/stat.h>
#include <unistd.h>

#include "measure/markup.h"
#include "measure/pairs.h"
#include "support.h"

static char dir[] = "/tmp/unspin-pairs-XXXXXX";
static us_buf command;

static void set_up(void) {
  strcpy(dir + sizeof dir - 7, "XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_tree(void) {
  us_buf_clear(&command);
  us_buf_printf(&command, "rm -rf '%s'", dir);
  ck_assert_int_eq(system(command.p), 0);
  us_buf_free(&command);
}

static const char *path_of(const char *name) {
  static char path[300];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  return path;
}

static void put_bytes(const char *name, const char *bytes, size_t n) {
  unspin_error err = {0};
  ck_assert_msg(us_file_write_atomic(path_of(name), (us_slice){bytes, n}, &err) == UNSPIN_OK, "%s", err.message);
}
static void put(const char *name, const char *text) { put_bytes(name, text, strlen(text)); }

static us_pairs *open(const char *name) {
  const char *path = path_of(name);
  us_pairs *pairs;
  unspin_error err = {0};
  ck_assert_msg(us_pairs_open(&path, 1, &pairs, &err) == UNSPIN_OK, "%s", err.message);
  return pairs;
}

static const us_pair *next(us_pairs *pairs) {
  const us_pair *pair;
  unspin_error err = {0};
  ck_assert_msg(us_pairs_next(pairs, &pair, &err) == UNSPIN_OK, "%s", err.message);
  return pair;
}

#define ck_assert_slice(s, text) \
  ck_assert_msg(us_slice_eq(s, US_LIT(text)), "'%.*s', want '%s'", (int)(s).n, (s).p, text)

START_TEST(jsonl) {
  put("a.jsonl",
      "\xEF\xBB\xBF{\"id\":\"one\",\"spun\":\"a\\nb\",\"plain\":[\"c\",\"d\"],\"expect\":\"known-failing\"}\n"
      "\n{\"spun\":\"x\",\"original\":\"y\",\"more\":1}\r\n");
  us_pairs *pairs = open("a.jsonl");
  const us_pair *p = next(pairs);
  ck_assert_slice(p->id, "one");
  ck_assert_slice(p->spun, "a\nb");
  ck_assert_uint_eq(p->plain_count, 2);
  ck_assert_slice(p->plain[1], "d");
  ck_assert_int_eq(p->expect, US_EXPECT_KNOWN_FAIL);
  ck_assert(!p->by_line && !p->gold.p);
  ck_assert_str_eq(p->suite, path_of("a.jsonl"));
  p = next(pairs);
  ck_assert_slice(p->id, "line 3");
  ck_assert_uint_eq(p->line, 3);
  ck_assert_slice(p->plain[0], "y");
  ck_assert_int_eq(p->expect, US_EXPECT_NONE);
  ck_assert_ptr_null(next(pairs));
  ck_assert_ptr_null(next(pairs));
  us_pairs_close(pairs);
}
END_TEST

START_TEST(tsv) {
  put("a.tsv", "spun\tplain\nutilise\tuse\tapply\nat all times\talways");
  us_pairs *pairs = open("a.tsv");
  const us_pair *p = next(pairs);
  ck_assert_slice(p->spun, "utilise");
  ck_assert_uint_eq(p->plain_count, 2);
  ck_assert_slice(p->plain[1], "apply");
  ck_assert_uint_eq(p->line, 2);
  p = next(pairs);
  ck_assert_slice(p->plain[0], "always");
  ck_assert_ptr_null(next(pairs));
  us_pairs_close(pairs);
}
END_TEST

START_TEST(markup) {
  put("news.txt", "# id: the news\n# expect: must-change\n# topic: any\n\nThey {lend a hand|help|aid}.\n\nEnd.\n");
  us_pairs *pairs = open("news.txt");
  const us_pair *p = next(pairs);
  ck_assert_slice(p->id, "the news");
  ck_assert_slice(p->spun, "They lend a hand.\n\nEnd.\n");
  ck_assert_slice(p->plain[0], "They help.\n\nEnd.\n");
  ck_assert_slice(p->gold, "They {lend a hand|help|aid}.\n\nEnd.\n");
  ck_assert_uint_eq(p->line, 5);
  ck_assert_int_eq(p->expect, US_EXPECT_CHANGE);
  ck_assert(p->by_line);
  ck_assert_str_eq(p->suite, dir);
  ck_assert_ptr_null(next(pairs));
  us_pairs_close(pairs);
}
END_TEST

START_TEST(marks_beside_slots) {
  put("a.txt",
      "He{, however,|} said - \"{aye|yes}\" to a 20-{twelvemonth|year} {5|6}G and {a|an} "
      "\xE2\x80\x98{egg|nut}\xE2\x80\x99.");
  us_pairs *pairs = open("a.txt");
  ck_assert_slice(next(pairs)->spun,
                  "He, however, said - \"aye\" to a 20-twelvemonth 5G and a \xE2\x80\x98"
                  "egg\xE2\x80\x99.");
  us_pairs_close(pairs);
}
END_TEST

START_TEST(directory) {
  ck_assert_int_eq(mkdir(path_of("sub"), 0700), 0);
  put("b.spun.txt", "one\ntwo\n");
  put("b.plain.txt", "eins\nzwei");
  put("sub/c.tsv", "x\ty\n");
  put("README.md", "no pairs");
  put(".hidden.txt", "{");
  put("a.txt", "clean");
  const char *paths[] = {dir, dir};
  us_pairs *pairs;
  unspin_error err = {0};
  ck_assert_int_eq(us_pairs_open(paths, 2, &pairs, &err), UNSPIN_OK);
  const us_pair *p = next(pairs);
  ck_assert_slice(p->id, "a");
  p = next(pairs);
  ck_assert_slice(p->id, "b");
  ck_assert_slice(p->plain[0], "eins\nzwei");
  ck_assert(p->by_line);
  p = next(pairs);
  ck_assert_slice(p->spun, "x");
  ck_assert_ptr_null(next(pairs));
  us_pairs_close(pairs);
}
END_TEST

START_TEST(both_halves_named) {
  put("b.spun.txt", "one");
  put("b.plain.txt", "two");
  char spun[300], plain[300];
  strcpy(spun, path_of("b.spun.txt"));
  strcpy(plain, path_of("b.plain.txt"));
  const char *paths[] = {plain, spun};
  us_pairs *pairs;
  ck_assert_int_eq(us_pairs_open(paths, 2, &pairs, NULL), UNSPIN_OK);
  ck_assert_slice(next(pairs)->spun, "one");
  ck_assert_ptr_null(next(pairs));
  us_pairs_close(pairs);
}
END_TEST

/* ---- faults ---- */

/* What opening NAME, or its first pair, complains of; behind the folder's name. */
static void complains(const char *name, unspin_status status, const char *message) {
  const char *path = path_of(name);
  char copy[300];
  strcpy(copy, path);
  path = copy;
  us_pairs *pairs;
  const us_pair *pair;
  unspin_error err = {0};
  unspin_status got = us_pairs_open(&path, 1, &pairs, &err);
  if (!got) got = us_pairs_next(pairs, &pair, &err);
  us_pairs_close(pairs);
  const char *said = strncmp(err.message, dir, strlen(dir)) == 0 ? err.message + strlen(dir) + 1 : err.message;
  ck_assert_msg(got == status && strstr(said, message) == said, "%s: status %d, '%s'; want '%s'", name, got, said,
                message);
}

typedef struct fault {
  const char *name, *text, *message;
} fault;

static const fault faults[] = {
    {"a.jsonl", "{\"spun\":\"a\"}", "a.jsonl:1: no \"plain\" text"},
    {"a.jsonl", "{\"plain\":\"a\"}", "a.jsonl:1: no \"spun\" text"},
    {"a.jsonl", "{\"spun\":1,\"plain\":\"a\"}", "a.jsonl:1: \"spun\" must be a text"},
    {"a.jsonl", "{\"spun\":\"a\",\"plain\":[]}", "a.jsonl:1: \"plain\" must be a text or a list of texts"},
    {"a.jsonl", "{\"spun\":\"a\",\"plain\":[1]}", "a.jsonl:1: \"plain\" must be a text or a list of texts"},
    {"a.jsonl", "{\"spun\":\"a\",\"plain\":\"b\",\"original\":\"b\"}", "a.jsonl:1: both \"plain\" and \"original\""},
    {"a.jsonl", "{\"spun\":\"a\",\"plain\":\"b\",\"expect\":\"luck\"}", "a.jsonl:1: \"expect\" must be"},
    {"a.jsonl", "\n{\"spun\":\"a\",", "a.jsonl:2:12: no JSON: "},
    {"a.jsonl", "[]", "a.jsonl:1: expected an object"},
    {"a.jsonl", "\xFF", "a.jsonl:1: not UTF-8: byte 0xFF"},
    {"a.tsv", "a\tb\nonly one", NULL},
    {"a.tsv", "only one", "a.tsv:1: no tab"},
    {"a.txt", "one\ntwo {a|b\n", "a.txt:2:5: '{' without a '}' in the same line"},
    {"a.txt", "# id: x\n\n{a|b} c}", "a.txt:3:8: '}' without a '{' before it"},
    {"a.txt", "{a|{b|c}}", "a.txt:1:4: a slot '{' inside another one"},
    {"a.txt", "\xC3\xA9 {a}", "a.txt:1:3: a slot without '|'"},
    {"a.txt", "The {milk|dairy}\xE2\x80\x99s end", "a.txt:1:5: a slot over a part of a word"},
    {"a.txt", "re{do|make}", "a.txt:1:3: a slot over a part of a word"},
    {"a.txt", "co-{a|b}", "a.txt:1:4: a slot over a part of a word"},
    {"a.txt", "", "a.txt:1: no text"},
    {"a.txt", "# id: x\n\n \n", "a.txt:3: no text"},
    {"a.txt", "# no key\n\ntext", "a.txt:1: expected '# key: value'"},
    {"a.txt", "# id: x\n# expect: maybe\n\ntext", "a.txt:2: expect: not must-change"},
};

START_TEST(fault_is_named) {
  const fault *f = &faults[_i];
  put(f->name, f->text);
  if (f->message) {
    complains(f->name, UNSPIN_ERR_FORMAT, f->message);
    return;
  }
  us_pairs *pairs = open(f->name); /* the second pair is the faulty one, and the end comes after it */
  unspin_error err = {0};
  const us_pair *pair = next(pairs);
  ck_assert_slice(pair->spun, "a");
  ck_assert_int_eq(us_pairs_next(pairs, &pair, &err), UNSPIN_ERR_FORMAT);
  ck_assert_ptr_nonnull(strstr(err.message, "a.tsv:2: no tab"));
  ck_assert_ptr_null(next(pairs));
  us_pairs_close(pairs);
}
END_TEST

START_TEST(files_that_are_no_pairs) {
  put("x.spun.txt", "a\nb\nc");
  complains("x.spun.txt", UNSPIN_ERR_INVALID, "x.spun.txt: has no partner: ");
  put("x.plain.txt", "a\nb");
  complains("x.spun.txt", UNSPIN_ERR_FORMAT, "x.spun.txt:3: the pair does not agree line by line");
  put("y.plain.txt", "a\nb");
  complains("y.plain.txt", UNSPIN_ERR_INVALID, "y.plain.txt: has no partner: ");
  put("z.doc", "a");
  complains("z.doc", UNSPIN_ERR_INVALID, "z.doc: no file of pairs");
  complains("missing.txt", UNSPIN_ERR_IO, "missing.txt: cannot open: ");
  ck_assert_int_eq(mkdir(path_of("empty"), 0700), 0);
  complains("empty", UNSPIN_ERR_INVALID, "empty: holds no pairs");
  put_bytes("nul.txt", "a\n\0b", 4);
  complains("nul.txt", UNSPIN_ERR_FORMAT, "nul.txt:2: a NUL byte");
}
END_TEST

int main(void) {
  TCase *tcase = tcase_create("pairs");
  tcase_add_checked_fixture(tcase, set_up, remove_tree);
  tcase_add_test(tcase, jsonl);
  tcase_add_test(tcase, tsv);
  tcase_add_test(tcase, markup);
  tcase_add_test(tcase, marks_beside_slots);
  tcase_add_test(tcase, directory);
  tcase_add_test(tcase, both_halves_named);
  tcase_add_loop_test(tcase, fault_is_named, 0, (int)(sizeof faults / sizeof *faults));
  tcase_add_test(tcase, files_that_are_no_pairs);
  Suite *suite = suite_create("pairs");
  suite_add_tcase(suite, tcase);
  return test_run(suite);
}
