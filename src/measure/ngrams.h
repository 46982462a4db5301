/* ngrams.h - how often n-grams of up to three words occur. Words are ids from 1 up; 0 stands for no word. */
#ifndef US_MEASURE_NGRAMS_H
#define US_MEASURE_NGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { US_NGRAMS_ORDER = 3 };

typedef struct us_ngram {
  uint32_t word[US_NGRAMS_ORDER]; /* the last word first, so that what an n-gram extends is its beginning; 0 beyond */
  uint32_t count;                 /* 0: the slot is free */
} us_ngram;

/* Zero-initialised is empty and valid. */
typedef struct us_ngrams {
  us_ngram *slots;
  size_t slot_count, used;
} us_ngrams;

/* Counts the n-gram of N words (1 to 3) that ends with *LAST; false when out of memory. */
bool us_ngrams_add(us_ngrams *ngrams, const uint32_t *last, size_t n);
/* How often it was counted. */
uint32_t us_ngrams_count(const us_ngrams *ngrams, const uint32_t *last, size_t n);
void us_ngrams_free(us_ngrams *ngrams);

#endif
