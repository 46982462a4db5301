/* Words, readings, inflection, spelling, sounds, the tagger and the speller, over the case files of this folder. */
#include <unistd.h>

#include "forms/forms.h"
#include "forms/speller.h"
#include "forms/tagger.h"
#include "support.h"

static us_forms *forms;

static void open_forms(void) {
  unspin_error err = {0};
  ck_assert_msg(us_forms_open(BUILD_DATA "/forms.bin", &forms, &err) == UNSPIN_OK, "%s", err.message);
}
static void close_forms(void) { us_forms_close(forms); }

typedef struct cases {
  us_buf text;
  us_slice rest, line, field[4];
  size_t fields, done;
} cases;

static bool next_case(cases *c) {
  while (us_slice_cut(&c->rest, '\n', &c->line)) {
    if (!c->line.n || c->line.p[0] == '#') continue;
    us_slice rest = c->line;
    memset(c->field, 0, sizeof c->field);
    for (c->fields = 0; c->fields < 4 && us_slice_cut(&rest, '\t', &c->field[c->fields]); c->fields++) continue;
    c->done++;
    return true;
  }
  return false;
}

static cases open_cases(const char *name) {
  cases c = {.text = test_read(name)};
  c.rest = us_buf_slice(&c.text);
  return c;
}

static void close_cases(cases *c, size_t at_least) {
  us_buf_free(&c->text);
  ck_assert_msg(c->done >= at_least, "only %zu cases", c->done);
}

#define SHOW(s) (int)(s).n, (s).p

START_TEST(inflections) {
  cases c = open_cases("forms/inflections.tsv");
  us_buf out = {0};
  size_t wrong = 0;
  while (next_case(&c)) {
    unspin_dialect dialect = us_slice_eq(c.field[3], US_LIT("GB")) ? UNSPIN_DIALECT_GB : UNSPIN_DIALECT_US;
    us_tag tag = us_tag_parse(c.field[1]);
    ck_assert_msg(tag != US_TAG_COUNT, "no such tag: %.*s", SHOW(c.line));
    us_buf_clear(&out);
    bool any = us_inflect(forms, c.field[0], tag, dialect, &out);
    us_slice got = any ? us_buf_slice(&out) : US_LIT("-");
    if (!us_slice_eq(got, c.field[2])) {
      printf("%.*s: got %.*s\n", SHOW(c.line), SHOW(got));
      wrong++;
    }
  }
  us_buf_free(&out);
  close_cases(&c, 5000);
  ck_assert_uint_eq(wrong, 0);
}
END_TEST

/* What inflect gives, analyse takes apart again. */
START_TEST(round_trip) {
  cases c = open_cases("forms/inflections.tsv");
  size_t wrong = 0;
  while (next_case(&c)) {
    us_word lemma = us_forms_word(forms, c.field[0]), form = us_forms_word(forms, c.field[2]);
    if (!form || !lemma || (us_forms_flags(forms, form) & US_WF_FUNCTION) ||
        (us_forms_flags(forms, lemma) & US_WF_UNCOUNTABLE))
      continue;
    us_tag tag = us_tag_parse(c.field[1]);
    bool found = us_forms_is(forms, form, lemma, tag);
    for (unspin_dialect d = UNSPIN_DIALECT_GB; d <= UNSPIN_DIALECT_US; d++)
      found = found || us_forms_is(forms, form, us_dialect_spelling(forms, lemma, d), tag);
    if (!found && lemma != form) {
      printf("%.*s: the form does not lead back\n", SHOW(c.line));
      wrong++;
    }
  }
  close_cases(&c, 5000);
  ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(readings) {
  cases c = open_cases("forms/readings.tsv");
  size_t wrong = 0;
  while (next_case(&c)) {
    us_slice lemma = c.field[1];
    bool wanted = lemma.p[0] != '!';
    if (!wanted) lemma = us_slice_sub(lemma, 1, lemma.n);
    us_readings all = us_forms_analyse(forms, c.field[0]);
    bool found =
        us_forms_is(forms, us_forms_word(forms, c.field[0]), us_forms_word(forms, lemma), us_tag_parse(c.field[2]));
    for (size_t i = 1; i < all.n; i++) ck_assert_int_ge(all.p[i - 1].weight, all.p[i].weight);
    if (found != wanted) {
      printf("%.*s: %s\n", SHOW(c.line), found ? "is there" : "is missing");
      wrong++;
    }
  }
  close_cases(&c, 40);
  ck_assert_uint_eq(wrong, 0);
  ck_assert_uint_eq(us_forms_analyse(forms, US_LIT("xqzzt")).n, 0);
  ck_assert_uint_eq(us_forms_analyse(forms, US_LIT("")).n, 0);
}
END_TEST

START_TEST(sounds) {
  cases c = open_cases("forms/sounds.tsv");
  size_t wrong = 0;
  while (next_case(&c)) {
    bool an = us_starts_with_vowel_sound(forms, c.field[0]);
    if (an != us_slice_eq(c.field[1], US_LIT("an"))) {
      printf("%.*s: got %s\n", SHOW(c.line), an ? "an" : "a");
      wrong++;
    }
  }
  close_cases(&c, 70);
  ck_assert_uint_eq(wrong, 0);
  ck_assert(!us_starts_with_vowel_sound(forms, US_LIT("")));
}
END_TEST

START_TEST(spellings) {
  cases c = open_cases("forms/spellings.tsv");
  size_t wrong = 0, pairs = 0;
  while (next_case(&c)) {
    us_word gb = us_forms_word(forms, c.field[0]), us = us_forms_word(forms, c.field[1]);
    char direction = c.field[2].p[0];
    bool to_us = us && us_dialect_spelling(forms, gb, UNSPIN_DIALECT_US) == us;
    bool to_gb = us && us_dialect_spelling(forms, us, UNSPIN_DIALECT_GB) == gb;
    ck_assert_msg(us_dialect_spelling(forms, gb, UNSPIN_DIALECT_AUTO) == gb, "AUTO changes nothing");
    if (to_us != (direction != '!') || to_gb != (direction == '=')) {
      printf("%.*s: %d %d\n", SHOW(c.line), to_us, to_gb);
      wrong++;
    }
  }
  close_cases(&c, 40);
  ck_assert_uint_eq(wrong, 0);
  for (us_word w = 1; w <= us_forms_word_count(forms); w++)
    pairs +=
        us_dialect_spelling(forms, w, UNSPIN_DIALECT_US) != w && us_dialect_spelling(forms, w, UNSPIN_DIALECT_GB) == w;
  ck_assert_uint_ge(pairs, 1500);
  ck_assert_int_eq(us_dialect_of(forms, us_forms_word(forms, US_LIT("colour"))), UNSPIN_DIALECT_GB);
  ck_assert_int_eq(us_dialect_of(forms, us_forms_word(forms, US_LIT("color"))), UNSPIN_DIALECT_US);
  ck_assert_int_eq(us_dialect_of(forms, us_forms_word(forms, US_LIT("table"))), UNSPIN_DIALECT_AUTO);
}
END_TEST

START_TEST(flags) {
  static const struct {
    const char *name;
    unsigned bit;
  } BITS[] = {{"function", US_WF_FUNCTION},
              {"be", US_WF_BE},
              {"have", US_WF_HAVE},
              {"do", US_WF_DO},
              {"modal", US_WF_MODAL},
              {"negation", US_WF_NEGATION},
              {"abbreviation", US_WF_ABBREVIATION},
              {"uncountable", US_WF_UNCOUNTABLE},
              {"plural_only", US_WF_PLURAL_ONLY},
              {"name", US_WF_NAME},
              {"lower", US_WF_LOWER},
              {"gb", US_WF_GB},
              {"us", US_WF_US}};
  cases c = open_cases("forms/words.tsv");
  while (next_case(&c)) {
    unsigned flags_of = us_forms_flags(forms, us_forms_word(forms, c.field[0]));
    us_slice rest = c.field[1], item;
    while (us_slice_cut(&rest, ' ', &item)) {
      bool wanted = item.p[0] != '!';
      if (!wanted) item = us_slice_sub(item, 1, item.n);
      size_t k = 0;
      while (k < sizeof BITS / sizeof *BITS && !us_slice_eq(item, us_slice_of(BITS[k].name))) k++;
      ck_assert_msg(k < sizeof BITS / sizeof *BITS, "no such flag: %.*s", SHOW(c.line));
      ck_assert_msg(((flags_of & BITS[k].bit) != 0) == wanted, "%.*s", SHOW(c.line));
    }
  }
  close_cases(&c, 20);
}
END_TEST

START_TEST(ids_and_counts) {
  us_word n = us_forms_word_count(forms);
  ck_assert_uint_gt(n, 100000);
  for (us_word w = 1; w <= n; w++) {
    ck_assert_uint_eq(us_forms_word(forms, us_forms_text(forms, w)), w);
    if (w > 1) ck_assert_uint_ge(us_forms_count(forms, w - 1), us_forms_count(forms, w));
  }
  ck_assert_uint_eq(us_forms_text(forms, n + 1).n, 0);
  ck_assert_uint_eq(us_forms_flags(forms, n + 1) + us_forms_count(forms, UINT32_MAX), 0);
  ck_assert_uint_gt(us_forms_count(forms, us_forms_word(forms, US_LIT("the"))),
                    us_forms_count(forms, us_forms_word(forms, US_LIT("cat"))));
  ck_assert_uint_gt(us_forms_total(forms), 1000000);
  const us_abbreviations *a = us_forms_abbreviations(forms);
  ck_assert_uint_ge(a->n, 100);
  for (size_t i = 1; i < a->n; i++) ck_assert_int_lt(us_slice_cmp(a->p[i - 1], a->p[i]), 0);
}
END_TEST

typedef struct mark {
  size_t at;
  us_slice tag;
} mark;

/* Takes the marks out of "{word|tag}"; returns how many there were. */
static size_t unmark(us_slice line, us_buf *text, mark *marks, size_t room) {
  size_t n = 0;
  for (size_t i = 0; i < line.n; i++) {
    if (line.p[i] == '{') marks[n].at = text->n;
    else if (line.p[i] == '|') {
      size_t begin = i + 1;
      while (i < line.n && line.p[i] != '}') i++;
      marks[n].tag = us_slice_sub(line, begin, i);
      ck_assert_uint_lt(++n, room);
    } else us_buf_putc(text, line.p[i]);
  }
  return n;
}

static size_t tag_cases(const char *file, bool right, size_t at_least) {
  cases c = open_cases(file);
  us_buf text = {0};
  us_token_vec tokens = {0};
  us_tag_scratch *scratch = us_tag_scratch_new();
  us_tagged tagged[200];
  size_t odd = 0;
  while (next_case(&c)) {
    mark marks[8];
    us_buf_clear(&text);
    size_t n = unmark(c.line, &text, marks, 8);
    tokens.n = 0;
    ck_assert(us_tokenize(us_buf_slice(&text), us_forms_abbreviations(forms), &tokens));
    ck_assert_uint_le(tokens.n, 200);
    ck_assert(us_tag_window(forms, us_buf_slice(&text), tokens.p, tokens.n, scratch, tagged));
    for (size_t m = 0; m < n; m++) {
      size_t i = 0;
      while (i < tokens.n && tokens.p[i].begin != marks[m].at) i++;
      ck_assert_msg(i < tokens.n, "no token at the mark: %.*s", SHOW(c.line));
      ck_assert_msg(us_tag_parse(marks[m].tag) != US_TAG_COUNT, "no such tag: %.*s", SHOW(c.line));
      if (us_slice_eq(marks[m].tag, us_slice_of(us_tag_name((us_tag)tagged[i].tag))) == right) continue;
      printf("%.*s: got %s\n", SHOW(c.line), us_tag_name((us_tag)tagged[i].tag));
      odd++;
    }
  }
  us_tag_scratch_free(scratch);
  us_vec_free(&tokens);
  us_buf_free(&text);
  close_cases(&c, at_least);
  return odd;
}

START_TEST(tagging) { ck_assert_uint_eq(tag_cases("forms/tagging.txt", true, 150), 0); }
END_TEST
START_TEST(tagging_known_failing) {
  ck_assert_msg(tag_cases("forms/tagging-failing.txt", false, 1) == 0, "move it to tagging.txt");
}
END_TEST

/* Any bytes at all, one token and none: no crash, a tag for each. */
START_TEST(tagging_odd_input) {
  static const char *const TEXTS[] = {
      "", "\"", "''''", "\xff\xfe", "...", "a", "ZZZ ZZZ ZZZ ZZZ ZZZ", "xx-yy-", "\u00c9tat \u2019s", "- - -"};
  us_tag_scratch *scratch = us_tag_scratch_new();
  us_tagged tagged[64];
  for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
    us_token_vec tokens = {0};
    us_slice text = us_slice_of(TEXTS[i]);
    ck_assert(us_tokenize(text, us_forms_abbreviations(forms), &tokens));
    ck_assert_uint_le(tokens.n, 64);
    ck_assert(us_tag_sentence(forms, text, tokens.p, tokens.n, scratch, tagged));
    for (size_t k = 0; k < tokens.n; k++) ck_assert(tagged[k].tag != US_TAG_NONE && tagged[k].tag < US_TAG_COUNT);
    us_vec_free(&tokens);
  }
  us_tag_scratch_free(scratch);
}
END_TEST

START_TEST(damaged_file) {
  us_buf bytes = {0};
  unspin_error err = {0};
  us_forms *none = NULL;
  char path[] = BUILD_DATA "/damaged-XXXXXX";
  int fd = mkstemp(path);
  ck_assert_int_ge(fd, 0);
  close(fd);
  ck_assert(us_file_read(BUILD_DATA "/forms.bin", &bytes, &err) == UNSPIN_OK);
  bytes.p[bytes.n / 2] ^= 1;
  ck_assert(us_file_write_atomic(path, us_buf_slice(&bytes), &err) == UNSPIN_OK);
  ck_assert_int_eq(us_forms_open(path, &none, &err), UNSPIN_ERR_FORMAT);
  ck_assert_ptr_null(none);
  ck_assert_ptr_nonnull(strstr(err.message, path));
  ck_assert(us_file_write_atomic(path, (us_slice){bytes.p, 100}, &err) == UNSPIN_OK);
  ck_assert_int_eq(us_forms_open(path, &none, &err), UNSPIN_ERR_FORMAT);
  unlink(path);
  ck_assert_int_eq(us_forms_open(path, &none, &err), UNSPIN_ERR_IO);
  us_buf_free(&bytes);
}
END_TEST

START_TEST(speller_works) {
  us_speller *s = us_speller_new(HUNSPELL_DIR);
  unspin_error err = {0};
  unsigned accepted = 9;
  static const struct {
    const char *word;
    unsigned accepted;
  } WORDS[] = {{"colour", US_SPELL_GB},
               {"color", US_SPELL_US},
               {"countries", US_SPELL_GB | US_SPELL_US},
               {"xqzzt", 0},
               {"london", 0},
               {"London", US_SPELL_GB | US_SPELL_US},
               {"", 0},
               {"\xff\xfe", 0}};
  for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
    ck_assert_msg(us_speller_check(s, us_slice_of(WORDS[i].word), &accepted, &err) == UNSPIN_OK, "%s", err.message);
    ck_assert_msg(accepted == WORDS[i].accepted, "%s: %u", WORDS[i].word, accepted);
  }
  char longest[700];
  memset(longest, 'a', sizeof longest);
  ck_assert(us_speller_check(s, (us_slice){longest, sizeof longest}, &accepted, &err) == UNSPIN_OK);
  ck_assert_uint_eq(accepted, 0);
  us_speller_free(s);
}
END_TEST

START_TEST(speller_without_dictionary) {
  us_speller *s = us_speller_new("/nowhere/at/all");
  unspin_error err = {0};
  unsigned accepted = 9;
  for (int twice = 0; twice < 2; twice++) {
    ck_assert_int_eq(us_speller_check(s, US_LIT("word"), &accepted, &err), UNSPIN_ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "/nowhere/at/all/en_GB.aff"));
    ck_assert_uint_eq(accepted, 0);
  }
  us_speller_free(s);
  us_speller_free(NULL);
}
END_TEST

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0); /* each test is a process of its own that may end early */
  Suite *suite = suite_create("forms");
  TCase *lexicon = tcase_create("lexicon"), *speller = tcase_create("speller");
  tcase_add_checked_fixture(lexicon, open_forms, close_forms);
  tcase_set_timeout(lexicon, 60);
  tcase_add_test(lexicon, inflections);
  tcase_add_test(lexicon, round_trip);
  tcase_add_test(lexicon, readings);
  tcase_add_test(lexicon, sounds);
  tcase_add_test(lexicon, spellings);
  tcase_add_test(lexicon, flags);
  tcase_add_test(lexicon, ids_and_counts);
  tcase_add_test(lexicon, tagging);
  tcase_add_test(lexicon, tagging_known_failing);
  tcase_add_test(lexicon, tagging_odd_input);
  tcase_add_test(speller, damaged_file);
  tcase_add_test(speller, speller_works);
  tcase_add_test(speller, speller_without_dictionary);
  suite_add_tcase(suite, lexicon);
  suite_add_tcase(suite, speller);
  return test_run(suite);
}
