/* chrf.h - chrF2 and chrF++ as sacreBLEU 2.6.0 gives them: six orders of characters without blanks, for chrF++ two
 * orders of words more, mixed case, recall weighing twice as much as precision, orders that have no n-grams left out.
 */
#ifndef US_MEASURE_CHRF_H
#define US_MEASURE_CHRF_H

#include "measure/grams.h"
#include "measure/lexicon.h"

enum { US_CHRF_CHARS = 6, US_CHRF_WORDS = 2, US_CHRF_ORDERS = US_CHRF_CHARS + US_CHRF_WORDS };

/* n-grams of the text, of the reference, and in both: characters of orders 1 to 6, then words of orders 1 and 2.
 * Counts of segments may be added up. */
typedef struct us_chrf_counts {
  uint64_t text[US_CHRF_ORDERS], reference[US_CHRF_ORDERS], matches[US_CHRF_ORDERS];
} us_chrf_counts;

/* Scratch; zero-initialised is empty and valid. */
typedef struct us_chrf {
  us_lexicon lexicon;
  us_grams chars, words;
  us_ids text_chars, text_words, chars_now, words_now;
} us_chrf;

/* Adds one segment with COUNT references (at least one) to CHRF2 and PLUS, of which each takes the reference that is
 * best for it. A byte that is no UTF-8 counts as a character of its own. False when out of memory. */
bool us_chrf_add(us_chrf *chrf, us_slice text, const us_slice *references, size_t count, us_chrf_counts *chrf2,
                 us_chrf_counts *plus);
/* 0 to 100. */
double us_chrf2_score(const us_chrf_counts *counts);
double us_chrf_plus_score(const us_chrf_counts *counts);
void us_chrf_free(us_chrf *chrf);

#endif
