/* What is counted of a document's words, when there are more of them than the table takes. */
#include <stdio.h>

#include "restore/evidence.h"
#include "support.h"

enum { MORE = 1 << 20 }; /* different words than it has room for */

static us_slice nth(char *to, int i) { return (us_slice){to, (size_t)sprintf(to, "w%d", i)}; }

START_TEST(a_full_table_counts_the_words_it_has) {
  us_evidence e = {0};
  char word[16];
  ck_assert(us_evidence_reset(&e, 1));
  int first_lost = -1;
  for (int i = 0; i < MORE; i++) {
    us_word_evidence *w = us_evidence_touch(&e, nth(word, i));
    if (w) w->lower++;
    else if (first_lost < 0) first_lost = i;
  }
  ck_assert_int_gt(first_lost, 1000);
  for (int i = 0; i < first_lost; i += 997) {
    us_word_evidence *w = us_evidence_touch(&e, nth(word, i));
    ck_assert_msg(w != NULL, "%s is known, and no longer counted", word);
    w->lower++;
    ck_assert_uint_eq(us_evidence_of(&e, nth(word, i)).lower, 2);
  }
  ck_assert_ptr_null(us_evidence_touch(&e, nth(word, first_lost)));
  us_evidence_free(&e);
}
END_TEST

START_TEST(words_are_counted_once_made) {
  us_evidence e = {0};
  ck_assert(us_evidence_reset(&e, 1));
  for (int k = 0; k < 3; k++) us_evidence_touch(&e, US_LIT("word"))->own++;
  ck_assert_uint_eq(e.used, 1);
  ck_assert_uint_eq(us_evidence_of(&e, US_LIT("word")).own, 3);
  ck_assert_uint_eq(us_evidence_of(&e, US_LIT("other")).own, 0);
  us_evidence_free(&e);
}
END_TEST

int main(void) {
  Suite *s = suite_create("evidence");
  TCase *c = tcase_create("evidence");
  tcase_set_timeout(c, 60);
  tcase_add_test(c, a_full_table_counts_the_words_it_has);
  tcase_add_test(c, words_are_counted_once_made);
  suite_add_tcase(s, c);
  return test_run(s);
}
