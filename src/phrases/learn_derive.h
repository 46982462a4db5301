/* learn_derive.h - from the words of a block to the two sides of a row, and back to the notation of rows. */
#ifndef US_PHRASES_LEARN_DERIVE_H
#define US_PHRASES_LEARN_DERIVE_H

#include "phrases/builder.h"
#include "phrases/learn_align.h"
#include "phrases/learn_trie.h"

typedef struct us_learn_phrase {
  uint32_t symbol[US_LEARN_WORDS];
  size_t n;
} us_learn_phrase;

/* The row that SPUN (N words) and PLAIN (M) speak for: with a head where both sides have one in the same form, else
 * fixed. False if no row can be made of them. */
bool us_learn_derive(us_learn_words *words, const uint32_t *spun, size_t n, const uint32_t *plain, size_t m,
                     us_learn_phrase *spun_out, us_learn_phrase *plain_out);

/* Appends the phrase of NODE as a row writes it, and says by its head what POS letter the row has (x: no head). A head
 * that is not where SYNTAX would look for it gets a star; without SYNTAX, every head but that of a single word or the
 * first of a verb phrase. Check out->failed. */
char us_learn_write(const us_learn_words *words, const us_trie *trie, uint32_t node, const us_syntax *syntax,
                    us_buf *out);

/* The role of a head with part of speech POS; FIXED for function words. */
us_role us_role_of(us_pos pos);

#endif
