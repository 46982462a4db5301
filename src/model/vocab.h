/* vocab.h - the growing vocabulary of a training run: words to numbers in order of arrival, with counts. */
#ifndef US_MODEL_VOCAB_H
#define US_MODEL_VOCAB_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* Zero-initialised is empty. */
typedef struct us_vocab {
  us_buf text;     /* all words, each ended by NUL */
  uint64_t *begin; /* of word i in text */
  uint64_t *count; /* occurrences */
  uint32_t n, cap;
  uint64_t *slots; /* high 32 bits: hash; low 32 bits: word + 1, 0 if free */
  uint32_t slot_count;
} us_vocab;

#define US_VOCAB_MAX ((1u << 25) - 16)

/* The number of WORD, new or known, and one more occurrence. Errors: NOMEM, LIMIT (over 33 million words). */
unspin_status us_vocab_add(us_vocab *vocab, us_slice word, uint32_t *number, unspin_error *err);
/* The number of WORD; false if it is not there. */
bool us_vocab_find(const us_vocab *vocab, us_slice word, uint32_t *number);
us_slice us_vocab_word(const us_vocab *vocab, uint32_t number);
void us_vocab_free(us_vocab *vocab);

/* Final word ids of a model: the reserved three, then the kept words in byte order. */
typedef struct us_word_list {
  us_slice *word; /* n of them, borrowed from the vocabulary; the first three are <unk>, <s>, </s> */
  uint32_t n;
  uint32_t *id_of;  /* by vocabulary number; dropped words are US_WORD_UNKNOWN */
  uint64_t dropped; /* how many words became unknown */
} us_word_list;

/* Keeps words seen at least MIN_COUNT times, of these the KEEP most frequent (0: all; ties by byte order). The words
 * "<unk>", "<s>" and "</s>" of the text become unknown ones. Errors: NOMEM. */
unspin_status us_word_list_make(const us_vocab *vocab, uint64_t min_count, uint32_t keep, us_word_list *out,
                                unspin_error *err);
void us_word_list_free(us_word_list *list);

#endif
