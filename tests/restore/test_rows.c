/* Every row's own sentences: what it must change, and what it must leave alone. The text is taken as spun.
 *
 * "Must change" asks that the row is a candidate with the right words; where the row says that it is usually right
 * (strength 4 and 5) the place must come back changed. "Must not change" asks that the row makes no edit. */
#define _GNU_SOURCE
#include <sqlite3.h>

#include "restore/page.h"
#include "support.h"
#include "text/window.h"

/* A lone sentence is all the evidence here, and the scorer weighs every row against it: one in so many may be judged
 * otherwise than its author did. */
enum { MOST_FAILED = 25 };

static unspin_knowledge *knowledge;
static unspin_session *session;

typedef struct example {
  us_slice row, sentence;
  bool change;
  int strength;
  us_slice spun_phrase;
} example;

/* Spun text, and where its slot [begin, end) lies, and what has to stand there. */
typedef struct marked {
  us_buf spun;
  size_t begin, end;
  us_slice plain;
} marked;

static bool split(us_slice sentence, marked *m) {
  us_buf_clear(&m->spun);
  const char *open = memchr(sentence.p, '{', sentence.n),
             *bar = open ? memchr(open, '|', (size_t)(sentence.p + sentence.n - open)) : NULL;
  const char *close = bar ? memchr(bar, '}', (size_t)(sentence.p + sentence.n - bar)) : NULL;
  if (!close) return false;
  us_buf_append(&m->spun, (us_slice){sentence.p, (size_t)(open - sentence.p)});
  m->begin = m->spun.n;
  us_buf_append(&m->spun, (us_slice){open + 1, (size_t)(bar - open - 1)});
  m->end = m->spun.n;
  m->plain = (us_slice){bar + 1, (size_t)(close - bar - 1)};
  us_buf_append(&m->spun, (us_slice){close + 1, (size_t)(sentence.p + sentence.n - close - 1)});
  return true;
}

/* Whether the plain words are a candidate at the slot, by this row or by its twin with other conditions. */
static bool proposed(const marked *m, us_slice row, const unspin_options *options, us_buf *instead) {
  us_slice text = us_buf_slice(&m->spun), window;
  bool found = false;
  session->options = options;
  session->dialect = UNSPIN_DIALECT_GB;
  ck_assert(us_evidence_reset(&session->evidence, knowledge->symbol_count));
  us_buf_clear(instead);
  for (size_t at = 0; us_window_next(text, &at, &window);) {
    size_t offset = (size_t)(window.p - text.p);
    ck_assert(us_page_load(session, window, offset) && us_suggest(session));
    const us_page *p = &session->page;
    for (size_t i = 0; i < p->arcs.n; i++) {
      const us_arc *a = &p->arcs.p[i];
      if (offset + p->tokens.p[a->first].begin != m->begin) continue;
      if (offset + p->tokens.p[a->last - 1].end == m->end && us_slice_eq(a->after, m->plain)) found = true;
      if (!a->row || !us_slice_eq(us_slice_of(a->row->id), row)) continue;
      us_buf_clear(instead);
      us_buf_append(instead, a->after);
    }
  }
  session->options = NULL;
  return found;
}

/* Whether the slot comes back changed. With which words is for the whole engine to say: another row may read better
 * here. */
static bool changed(const marked *m, const unspin_options *options, us_buf *instead) {
  unspin_result *r;
  ck_assert_int_eq(unspin_restore(session, m->spun.p, m->spun.n, options, &r, NULL), UNSPIN_OK);
  bool any = false;
  for (size_t i = 0; i < unspin_result_edit_count(r); i++) {
    const unspin_edit *e = unspin_result_edit(r, i);
    any |= e->begin < m->end && e->end > m->begin;
  }
  us_buf_clear(instead);
  us_buf_append(instead, (us_slice){unspin_result_text(r).text, unspin_result_text(r).len});
  unspin_result_free(r);
  return any;
}

static bool edited_by(us_slice sentence, us_slice row, const unspin_options *options) {
  unspin_result *r;
  ck_assert_int_eq(unspin_restore(session, sentence.p, sentence.n, options, &r, NULL), UNSPIN_OK);
  bool by = false;
  for (size_t i = 0; i < unspin_result_edit_count(r); i++) by |= strstr(unspin_result_edit(r, i)->row, row.p) != NULL;
  unspin_result_free(r);
  return by;
}

static us_slice column(sqlite3_stmt *q, int i) {
  const unsigned char *p = sqlite3_column_text(q, i);
  return (us_slice){(const char *)p, (size_t)sqlite3_column_bytes(q, i)};
}

START_TEST(rows_pass_their_own_tests) {
  unspin_error err = {0};
  ck_assert_msg(unspin_knowledge_open(BUILD_DATA, &knowledge, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(unspin_session_new(knowledge, &session, &err) == UNSPIN_OK, "%s", err.message);
  sqlite3 *db;
  sqlite3_stmt *q;
  ck_assert_int_eq(sqlite3_open_v2(BUILD_DATA "/phrases.db", &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
  const char *sql =
      "SELECT row.id, kind, sentence, strength, spun || ' -> ' || plain, source.name || ':' || line FROM example"
      " JOIN row ON row.id=example.row JOIN source ON source.id=row.source ORDER BY source.name, line";
  ck_assert_int_eq(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
  unspin_options options;
  unspin_options_init(&options);
  options.assume_spun = true;
  options.quotes = UNSPIN_QUOTES_ALWAYS;
  marked m = {0};
  us_buf instead = {0};
  static const char never[] = "is not proposed";
  int failed = 0, checked = 0, unproposed = 0;
  while (sqlite3_step(q) == SQLITE_ROW) {
    us_slice row = column(q, 0), sentence = column(q, 2);
    bool change = sqlite3_column_text(q, 1)[0] == 'c';
    const char *wrong = NULL;
    if (change && !split(sentence, &m)) wrong = "has no {spun|plain}";
    else if (change && !proposed(&m, row, &options, &instead)) wrong = never;
    else if (change && sqlite3_column_int(q, 3) >= 4 && !changed(&m, &options, &instead)) wrong = "is not changed";
    else if (!change && edited_by(sentence, row, &options)) wrong = "must be left alone";
    checked++;
    if (!wrong) continue;
    failed++;
    unproposed += wrong == never;
    printf("%s\t%s\t%s\t%.*s\t(%.*s)\n", column(q, 5).p, column(q, 4).p, wrong, (int)sentence.n, sentence.p,
           (int)instead.n, us_buf_slice(&instead).p);
    us_buf_clear(&instead);
  }
  printf("%d sentences of rows, %d failed, of which %d are never proposed\n", checked, failed, unproposed);
  fflush(stdout);
  sqlite3_finalize(q);
  sqlite3_close(db);
  us_buf_free(&m.spun);
  us_buf_free(&instead);
  unspin_session_free(session);
  unspin_knowledge_close(knowledge);
  ck_assert_int_ge(checked, 500);
  ck_assert_int_eq(unproposed, 0);
  ck_assert_int_le(failed * MOST_FAILED, checked);
}
END_TEST

/* A plain side with a word that no dictionary has would put nonsense into people's articles. Names and words with a
 * capital, digits, abbreviations and the slots are beyond the dictionaries. */
START_TEST(plain_sides_are_english) {
  unspin_error err = {0};
  ck_assert_msg(unspin_knowledge_open(BUILD_DATA, &knowledge, &err) == UNSPIN_OK, "%s", err.message);
  const us_matcher *m = &knowledge->tables[0].matcher;
  us_buf folded = {0}, allowed = test_read("restore/plain-words.txt");
  int unknown = 0;
  for (uint32_t i = 0; i < m->row_count; i++) {
    const us_row_record *r = &m->rows[i];
    for (uint8_t k = 0; k < r->plain_count; k++) {
      us_element_record e = m->elements[r->plain + k];
      us_slice word = us_matcher_string(m, e.text, e.len);
      if ((e.kind != US_EL_WORD && e.kind != US_EL_HEAD) || us_shape_of(word) != US_SHAPE_LOWER) continue;
      us_buf_clear(&folded);
      us_buf_putc(&folded, '\n');
      us_fold(&folded, word);
      us_slice plain = us_slice_sub(us_buf_slice(&folded), 1, folded.n);
      if (us_forms_word(knowledge->forms, plain) || memchr(word.p, '.', word.n)) continue;
      /* hyphenated words are judged part by part */
      bool all = memchr(plain.p, '-', plain.n) != NULL;
      us_slice rest = plain, part;
      while (all && us_slice_cut(&rest, '-', &part)) all = us_forms_word(knowledge->forms, part) != 0;
      us_buf_putc(&folded, '\n');
      if (all || memmem(allowed.p, allowed.n, folded.p, folded.n)) continue;
      printf("%.*s: the plain side's '%.*s' is in no dictionary\n", (int)r->source_len, m->strings + r->source,
             (int)word.n, word.p);
      unknown++;
    }
  }
  fflush(stdout);
  us_buf_free(&folded);
  us_buf_free(&allowed);
  unspin_knowledge_close(knowledge);
  ck_assert_int_eq(unknown, 0);
}
END_TEST

/* A row whose plain side cannot take the form of its spun side would never fire there. */
START_TEST(heads_inflect) {
  static const struct {
    char pos;
    us_tag tags[4];
  } forms[] = {{'v', {US_TAG_VERB_S, US_TAG_VERB_PAST, US_TAG_VERB_PART, US_TAG_VERB_ING}}, {'n', {US_TAG_NOUN_PL}}};
  unspin_error err = {0};
  ck_assert_msg(unspin_knowledge_open(BUILD_DATA, &knowledge, &err) == UNSPIN_OK, "%s", err.message);
  const us_matcher *m = &knowledge->tables[0].matcher;
  us_buf out = {0};
  int failed = 0;
  for (uint32_t i = 0; i < m->row_count; i++) {
    const us_row_record *r = &m->rows[i];
    for (uint8_t k = 0; k < r->plain_count; k++) {
      us_element_record e = m->elements[r->plain + k];
      if (e.kind != US_EL_HEAD) continue;
      us_slice lemma = us_matcher_string(m, e.text, e.len);
      us_buf_clear(&out);
      for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (int t = 0; t < 4 && forms[f].pos == r->pos && forms[f].tags[t]; t++)
          if (!us_inflect(knowledge->forms, lemma, forms[f].tags[t], UNSPIN_DIALECT_GB, &out)) {
            printf("%.*s: '%.*s' has no %s\n", (int)r->source_len, m->strings + r->source, (int)lemma.n, lemma.p,
                   us_tag_name(forms[f].tags[t]));
            failed++;
            break;
          }
    }
  }
  fflush(stdout);
  us_buf_free(&out);
  unspin_knowledge_close(knowledge);
  ck_assert_int_eq(failed, 0);
}
END_TEST

int main(void) {
  Suite *s = suite_create("rows");
  TCase *c = tcase_create("rows");
  tcase_set_timeout(c, 600);
  tcase_add_test(c, rows_pass_their_own_tests);
  tcase_add_test(c, plain_sides_are_english);
  tcase_add_test(c, heads_inflect);
  suite_add_tcase(s, c);
  return test_run(s);
}
