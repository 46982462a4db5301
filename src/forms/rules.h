/* rules.h - the spelling rules of English inflection, without any list of words. */
#ifndef US_FORMS_RULES_H
#define US_FORMS_RULES_H

#include "forms/forms.h"

/* Longest word that is inflected, in bytes. */
#define US_RULE_WORD_MAX 80u

typedef struct us_rule_word {
  char p[US_RULE_WORD_MAX + 8];
  size_t n; /* 0: no such form */
} us_rule_word;

/* LEMMA (folded) in TAG's form; DOUBLE_LAST doubles the last consonant before -ed, -ing, -er, -est (stop, stopped). */
us_rule_word us_rule_form(us_slice lemma, us_tag tag, bool double_last);

/* True if LEMMA ends in one vowel letter and one consonant that can double: stop, refer, travel, visit; not keep, fix,
 * show. */
bool us_rule_can_double(us_slice lemma);
/* True if it has one group of vowels: stop, plan; a "u" after "q" is none. */
bool us_rule_one_syllable(us_slice lemma);

#endif
