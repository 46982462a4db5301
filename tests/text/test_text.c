/* Tokens, sentences, quotes and windows. Cases stand in tokens.tsv and quotes.tsv. */
#include "support.h"
#include "text/quote.h"
#include "text/switch.h"
#include "text/token.h"
#include "text/window.h"

/* \n in a case file becomes a line end. */
static us_slice unescape(us_slice s, us_buf *buf) {
  us_buf_clear(buf);
  for (size_t i = 0; i < s.n; i++) {
    if (i + 1 < s.n && s.p[i] == '\\' && s.p[i + 1] == 'n') us_buf_putc(buf, '\n'), i++;
    else us_buf_putc(buf, s.p[i]);
  }
  return us_buf_slice(buf);
}

static us_abbreviations abbreviations(void) {
  static const us_slice list[] = {{"dr", 2}, {"mr", 2}, {"no", 2}, {"st", 2}};
  return (us_abbreviations){list, sizeof list / sizeof *list};
}

typedef void (*show)(us_slice text, const us_token *t, us_buf *out);

static void show_sentence(us_slice text, const us_token *t, us_buf *out) {
  if (t->flags & US_TF_SENTENCE) us_buf_putc(out, '^');
  us_buf_append(out, us_token_text(text, *t));
}
static void show_quote(us_slice text, const us_token *t, us_buf *out) {
  if (t->flags & US_TF_QUOTED) us_buf_putc(out, '[');
  us_buf_append(out, us_token_text(text, *t));
  if (t->flags & US_TF_QUOTED) us_buf_putc(out, ']');
}

static void run_cases(const char *file, show shower) {
  us_buf all = test_read(file), text = {0}, got = {0};
  us_slice rest = us_buf_slice(&all), line, input;
  us_abbreviations list = abbreviations();
  for (int number = 1; us_slice_cut(&rest, '\n', &line); number++) {
    if (!line.n || line.p[0] == '#') continue;
    us_slice_cut(&line, '\t', &input);
    us_slice window = unescape(input, &text);
    us_token_vec tokens = {0};
    ck_assert(us_tokenize(window, &list, &tokens));
    us_quotes_mark(window, tokens.p, tokens.n);
    us_buf_clear(&got);
    for (size_t i = 0; i < tokens.n; i++) {
      if (i) us_buf_putc(&got, ' ');
      shower(window, &tokens.p[i], &got);
    }
    ck_assert_msg(us_slice_eq(us_buf_slice(&got), line), "%s:%d:\n want %.*s\n got  %s", file, number, (int)line.n,
                  line.p, got.p);
    us_vec_free(&tokens);
  }
  us_buf_free(&all);
  us_buf_free(&text);
  us_buf_free(&got);
}

START_TEST(tokens_and_sentences) { run_cases("text/tokens.tsv", show_sentence); }
END_TEST
START_TEST(quotes) { run_cases("text/quotes.tsv", show_quote); }
END_TEST

START_TEST(invalid_bytes_become_tokens_of_their_own) {
  us_token_vec tokens = {0};
  us_slice text = US_LIT("ab \xff\xfe cd \xc3");
  ck_assert(us_tokenize(text, NULL, &tokens));
  ck_assert_uint_eq(tokens.n, 5);
  ck_assert_int_eq(tokens.p[1].kind, US_TOK_OTHER);
  ck_assert_uint_eq(tokens.p[4].end, text.n);
  us_vec_free(&tokens);
}
END_TEST

/* Tokens never overlap, and what lies between them is white space, whatever the bytes. */
START_TEST(tokens_cover_all_but_white_space) {
  unsigned state = 12345;
  for (int round = 0; round < 3000; round++) {
    char bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++) {
      state = state * 1103515245u + 12345u;
      static const char alphabet[] = "ab.'- \"\n\xe2\x80\x99\x9c\x9d@#1,/:\xff:%_A";
      bytes[i] = alphabet[(state >> 16) % (sizeof alphabet - 1)];
    }
    us_slice text = {bytes, sizeof bytes};
    us_token_vec tokens = {0};
    ck_assert(us_tokenize(text, NULL, &tokens));
    us_quotes_mark(text, tokens.p, tokens.n);
    size_t at = 0;
    for (size_t i = 0; i < tokens.n; i++) {
      ck_assert_uint_ge(tokens.p[i].begin, at);
      ck_assert_uint_gt(tokens.p[i].end, tokens.p[i].begin);
      for (int32_t cp; at < tokens.p[i].begin;) {
        at += us_utf8_next(text, at, &cp);
        ck_assert(us_is_space(cp));
      }
      at = tokens.p[i].end;
    }
    us_vec_free(&tokens);
  }
}
END_TEST

/* Each token may ask for what lies far ahead: of 2 MiB that are one such run the square would take hours. */
START_TEST(long_runs_are_looked_through_once) {
  static const struct {
    const char *begin, *piece, *end;
  } runs[] = {{"", "_", ""},          {"", "a+", ""},   {"", "1+", ""},    {"", "1_%", "@-"},
              {"", "E3%81%82", "@a"}, {"", "A.", "AB"}, {"www.x", ")", ""}};
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
    us_buf text = {0};
    us_token_vec tokens = {0};
    us_buf_puts(&text, runs[i].begin);
    while (text.n < 1 << 21) us_buf_puts(&text, runs[i].piece);
    us_buf_puts(&text, runs[i].end);
    ck_assert(us_tokenize(us_buf_slice(&text), NULL, &tokens));
    ck_assert_uint_gt(tokens.n, text.n / 16);
    us_vec_free(&tokens);
    us_buf_free(&text);
  }
}
END_TEST

START_TEST(windows_join_up) {
  us_buf text = {0};
  for (int i = 0; i < 40000; i++) us_buf_puts(&text, i % 9 ? "word " : i % 27 ? "line\n" : "end\n\n");
  for (int i = 0; i < 200000; i++) us_buf_puts(&text, "\xc3\xa9");
  us_slice window, all = us_buf_slice(&text);
  size_t joined = 0, count = 0;
  for (size_t at = 0; us_window_next(all, &at, &window); count++) {
    ck_assert_ptr_eq(window.p, all.p + joined);
    ck_assert_uint_le(window.n, US_WINDOW_MAX);
    ck_assert(us_utf8_valid(window));
    joined += window.n;
  }
  ck_assert_uint_eq(joined, all.n);
  ck_assert_uint_gt(count, 1000);
  us_buf_free(&text);
}
END_TEST

/* Bytes that are no text have no place between code points to be cut at. */
START_TEST(windows_of_broken_bytes_are_full) {
  us_buf text = {0};
  for (unsigned i = 0; i < 4 * US_WINDOW_MAX; i++) us_buf_putc(&text, '\x80');
  us_slice window, all = us_buf_slice(&text);
  size_t count = 0;
  for (size_t at = 0; us_window_next(all, &at, &window); count++) ck_assert_uint_eq(window.n, US_WINDOW_MAX);
  ck_assert_uint_eq(count, 4);
  us_buf_free(&text);
}
END_TEST

START_TEST(shapes) {
  static const struct {
    const char *word;
    us_shape shape;
    const char *lower_in_shape;
  } cases[] = {{"help", US_SHAPE_LOWER, "word"},         {"Help", US_SHAPE_TITLE, "Word"},
               {"HELP", US_SHAPE_UPPER, "WORD"},         {"A", US_SHAPE_TITLE, "Word"},
               {"iPhone", US_SHAPE_MIXED, "word"},       {"35", US_SHAPE_NONE, "word"},
               {"\u00c9t\u00e9", US_SHAPE_TITLE, "Word"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    us_buf out = {0};
    ck_assert_int_eq(us_shape_of(us_slice_of(cases[i].word)), cases[i].shape);
    us_apply_shape(&out, US_LIT("word"), cases[i].shape);
    ck_assert_str_eq(out.p, cases[i].lower_in_shape);
    us_buf_free(&out);
  }
}
END_TEST

START_TEST(folding) {
  us_buf out = {0};
  us_fold(&out, US_LIT("DON\u2019T \u00c9t\u00c9 \xff"));
  ck_assert_str_eq(out.p, "don't \u00e9t\u00e9 \xff");
  us_buf_free(&out);
}
END_TEST

START_TEST(switches_stand_alone) {
  static const struct {
    const char *text;
    size_t at, length;
    bool off;
  } cases[] = {{"unspin:off", 0, 10, true},        {"unspin:on", 0, 9, false},        {"x unspin:off.", 2, 10, true},
               {"<!--unspin:off-->", 4, 10, true}, {"<!--unspin:on-->", 4, 9, false}, {"unspin:on\u2014", 0, 9, false},
               {"unspin:off-", 0, 10, true},       {"unspin:offline", 0, 0, false},   {"unspin:only", 0, 0, false},
               {"unspin:off-line", 0, 0, false},   {"unspin:on_1", 0, 0, false},      {"unspin:off2", 0, 0, false},
               {"nunspin:off", 1, 0, false},       {"unspin:of", 0, 0, false},        {"x", 1, 0, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int before = 0; before < 2; before++) {
      bool off = before;
      ck_assert_msg(us_switch_at(us_slice_of(cases[i].text), cases[i].at, &off) == cases[i].length, "%s",
                    cases[i].text);
      ck_assert_msg(off == (cases[i].length ? cases[i].off : (bool)before), "%s", cases[i].text);
    }
  }
}
END_TEST

int main(void) {
  Suite *s = suite_create("text");
  TCase *c = tcase_create("text");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, tokens_and_sentences);
  tcase_add_test(c, quotes);
  tcase_add_test(c, invalid_bytes_become_tokens_of_their_own);
  tcase_add_test(c, tokens_cover_all_but_white_space);
  tcase_add_test(c, long_runs_are_looked_through_once);
  tcase_add_test(c, windows_join_up);
  tcase_add_test(c, windows_of_broken_bytes_are_full);
  tcase_add_test(c, shapes);
  tcase_add_test(c, folding);
  tcase_add_test(c, switches_stand_alone);
  suite_add_tcase(s, c);
  return test_run(s);
}
