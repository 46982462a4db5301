/* learn_words.h - running text as numbers: every different word, in every reading that the tagger gave it, has one.
 *
 * A stream is what is kept of a text: one uint32_t a token, the number of its type, with US_LEARN_BREAK where a new
 * sentence or line begins, which no phrase goes across.
 */
#ifndef US_PHRASES_LEARN_WORDS_H
#define US_PHRASES_LEARN_WORDS_H

#include "forms/tagger.h"

#define US_LEARN_BREAK 0x80000000u

enum {
  US_LT_HARD = 1,     /* marks, long numbers, addresses: never part of a phrase */
  US_LT_CLITIC = 2,   /* 's: written without a blank before it */
  US_LT_INFLECTS = 4, /* the lemma in the tag's form is this very word, so that a row with the lemma gives it back */
  US_LT_NAME = 8      /* its text keeps its capitals */
};

typedef struct us_learn_type {
  uint32_t fold;   /* string: folded; what texts are compared by. Both articles have that of "a" */
  uint32_t text;   /* string: as a row would write it */
  uint32_t lemma;  /* string: of the tagger's reading; that of FOLD when unknown */
  uint32_t prefix; /* the first four bytes of the folded word; 0 if it is shorter */
  us_word word;    /* 0: not in the lexicon */
  uint8_t tag;     /* us_tag */
  uint8_t flags;
} us_learn_type;

/* Interned strings: ids count up from 0 in the order of their coming. Zero-initialised is empty. */
typedef struct us_strings {
  us_buf pool;
  US_VEC(uint32_t) ends; /* where each ends in the pool */
  uint32_t *slots;       /* id + 1, 0 empty */
  size_t slot_count;     /* a power of 2 */
} us_strings;

#define US_NO_STRING UINT32_MAX

/* The id of S, new or old; US_NO_STRING when out of memory or past 2^29 strings or 4 GiB of them. */
uint32_t us_strings_add(us_strings *s, us_slice text);
/* Borrowed until the next us_strings_add. */
us_slice us_strings_get(const us_strings *strings, uint32_t id);
void us_strings_free(us_strings *strings);

typedef US_VEC(uint32_t) us_stream;

typedef struct us_learn_words {
  const us_forms *forms;
  us_slice article[2]; /* "a" and "an": which of them stands there says nothing. Empty: not known */
  us_strings strings;
  US_VEC(us_learn_type) types;
  uint32_t *slots; /* type + 1, 0 empty */
  size_t slot_count;
  us_tag_scratch *scratch;
  us_token_vec tokens;
  US_VEC(us_tagged) tagged;
  us_buf folded, inflected;
} us_learn_words;

/* FORMS and ARTICLE (two slices, or NULL) must outlive WORDS. False when out of memory; us_learn_words_free in any
 * case.
 */
bool us_learn_words_init(us_learn_words *words, const us_forms *forms, const us_slice *article);
void us_learn_words_free(us_learn_words *words);

/* Appends TEXT, cut into tokens and tagged, to OUT. False when out of memory or of numbers. */
bool us_learn_words_read(us_learn_words *words, us_slice text, us_stream *out);

static inline const us_learn_type *us_learn_type_of(const us_learn_words *words, uint32_t token) {
  return &words->types.p[token & ~US_LEARN_BREAK];
}

#endif
