/* words.h - the words that undone.h compares: case-folded, quotation marks made straight, possessive 's cut off. */
#ifndef US_MEASURE_WORDS_H
#define US_MEASURE_WORDS_H

#include "measure/lexicon.h"

typedef struct us_word {
  uint32_t id;       /* equal words have equal ids */
  bool alnum;        /* begins with a letter or digit, so that it counts as a word */
  bool sentence;     /* first of a sentence; set by who knows */
  size_t begin, end; /* bytes in the text */
} us_word;

typedef US_VEC(us_word) us_word_vec;

/* Reads words into OUT, which it does not empty. */
typedef struct us_word_reader {
  us_lexicon *lexicon;
  us_buf folded; /* scratch; free it at the end */
} us_word_reader;

/* Appends the words of TEXT; BASE is added to their offsets. False when out of memory. */
bool us_words_read(us_word_reader *reader, us_slice text, size_t base, us_word_vec *out);

/* Whether a word ends where BEFORE and AFTER meet, when they stand side by side. SCRATCH is written over; check failed. */
bool us_words_part(us_buf *scratch, us_slice before, us_slice after);

#endif
