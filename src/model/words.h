/* words.h - the packed vocabulary: words in byte order in groups with shared beginnings written once, and a hash table
 * of ids over it. A word's id is its place in the order, so nothing but the words themselves is stored twice. */
#ifndef US_MODEL_WORDS_H
#define US_MODEL_WORDS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

#define US_WORDS_GROUP 16u

/* Views into the three sections of a file; nothing is owned. */
typedef struct us_words {
  uint32_t n;
  const uint32_t *group; /* (n + 15) / 16 offsets into text */
  us_slice text;
  const unsigned char *slots; /* slot_count ids of id_bits; 0 is free */
  uint64_t slot_count;
  unsigned id_bits;
} us_words;

/* Slots for N words: a third more than words. */
static inline uint64_t us_words_slot_count(uint32_t n) { return (uint64_t)n + n / 3 + 8; }

/* The id of WORD, 0 (unknown) if it is not there. Safe on a damaged file. */
uint32_t us_words_find(const us_words *words, us_slice word);
/* Appends word ID; appends nothing if the file is damaged there. */
void us_words_get(const us_words *words, uint32_t id, us_buf *out);

/* The three sections from N words in byte order (the first three reserved ones, in any order). SLOTS is sized by
 * us_bits_bytes(us_words_slot_count(n), us_bits_width(n)). Check the buffers' failed flags. */
void us_words_pack(const us_slice *word, uint32_t n, us_buf *groups, us_buf *text, us_buf *slots);

#endif
