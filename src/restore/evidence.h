/* evidence.h - what the document itself says, gathered before anything is decided.
 *
 * Spinners spare quotes and names, so the words there are the author's own: "Communist Party" in a quote speaks for
 * `party` over `celebration` everywhere else. */
#ifndef US_RESTORE_EVIDENCE_H
#define US_RESTORE_EVIDENCE_H

#include <stdint.h>

#include "base/slice.h"
#include "unspin.h"

/* How often a folded word stands where. */
typedef struct us_word_evidence {
  uint64_t key;     /* hash of the word; 0 marks a free slot */
  uint32_t own;     /* in quotes, names and the headline, as written or as a form of it */
  uint32_t capital; /* with a capital inside a sentence */
  uint32_t lower;   /* without one */
} us_word_evidence;

typedef struct us_evidence {
  us_word_evidence *slots; /* open addressing; grows up to a fixed size, later words are then not counted */
  size_t used, size;
  uint8_t *near_seen; /* one bit a matcher symbol: the word stands in the document */
  size_t near_bytes;
  uint32_t gb_votes, us_votes;
  size_t words, sentences;
} us_evidence;

/* Empties it for a new document; SYMBOLS is the matcher's symbol count. False when out of memory. */
bool us_evidence_reset(us_evidence *e, size_t symbols);
void us_evidence_free(us_evidence *e);
/* The entry of a folded word, made if it is new; NULL when full or out of memory. */
us_word_evidence *us_evidence_touch(us_evidence *e, us_slice folded);
/* A zero entry for words that were never seen. */
us_word_evidence us_evidence_of(const us_evidence *e, us_slice folded);
/* The same by the word's key. */
us_word_evidence us_evidence_at(const us_evidence *e, uint64_t key);
/* The key of a folded word; never 0. */
uint64_t us_evidence_key(us_slice folded);

static inline void us_evidence_see_symbol(us_evidence *e, uint32_t symbol) {
  e->near_seen[symbol / 8] |= (uint8_t)(1u << symbol % 8);
}
static inline bool us_evidence_saw_symbol(const us_evidence *e, uint32_t symbol) {
  return e->near_seen[symbol / 8] >> symbol % 8 & 1;
}

/* The dialect that most words with two spellings follow; British where they are even. */
unspin_dialect us_evidence_dialect(const us_evidence *e);

#endif
