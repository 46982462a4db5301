/* lexicon.h - numbers for words, so that n-grams and edit distances compare numbers. Ids run from 1 in the order of
 * first meeting; 0 is no word. */
#ifndef US_MEASURE_LEXICON_H
#define US_MEASURE_LEXICON_H

#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"

typedef US_VEC(uint32_t) us_ids;

/* Zero-initialised is empty and valid. Owns copies of the words. */
typedef struct us_lexicon {
  us_buf text;
  struct {
    size_t *p; /* where word id ends in text; p[0] is 0 */
    size_t n, cap;
  } ends;
  uint32_t *slots; /* ids by hash, 0 free */
  size_t slot_count;
} us_lexicon;

/* The id of WORD, which is added if it is new; 0 when out of memory. */
uint32_t us_lexicon_id(us_lexicon *lexicon, us_slice word);
/* How many words there are: the highest id. */
static inline size_t us_lexicon_count(const us_lexicon *lexicon) { return lexicon->ends.n ? lexicon->ends.n - 1 : 0; }
/* Forgets the words, keeps the memory. */
void us_lexicon_clear(us_lexicon *lexicon);
void us_lexicon_free(us_lexicon *lexicon);

/* Appends the ids of the words in TEXT, which are what stands between blanks (blank.h). False when out of memory. */
bool us_lexicon_words(us_lexicon *lexicon, us_slice text, us_ids *out);

#endif
