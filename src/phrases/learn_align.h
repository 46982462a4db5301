/* learn_align.h - cuts a run of changed words into blocks: which of the spun words stand for which of the plain ones.
 *
 * The best path over blocks of up to six words a side: few and small blocks, of even length, alike in part of speech
 * or spelling, and found often elsewhere.
 */
#ifndef US_PHRASES_LEARN_ALIGN_H
#define US_PHRASES_LEARN_ALIGN_H

#include "phrases/learn_tally.h"
#include "phrases/learn_words.h"

enum { US_LEARN_WORDS = 6, US_LEARN_RUN = 64 };

/* Words [spun, spun + spun_n) of the run stand for words [plain, plain + plain_n). One of the sides may be empty. */
typedef struct us_block {
  uint8_t spun, spun_n, plain, plain_n;
} us_block;

/* What a cell of the search keeps. */
typedef struct us_align_cell {
  float score;
  uint8_t spun_n, plain_n;
} us_align_cell;

typedef struct us_aligner {
  const us_learn_words *words;
  const us_learn_tally *seen; /* blocks counted by their key; may be empty */
  us_align_cell cells[(US_LEARN_RUN + 1) * (US_LEARN_RUN + 1)];
  us_block blocks[2 * US_LEARN_RUN];
} us_aligner;

/* Cuts SPUN (N words) and PLAIN (M) into al->blocks and returns their number; 0 if a side is longer than US_LEARN_RUN
 * or empty. */
size_t us_align_run(us_aligner *al, const uint32_t *spun, size_t n, const uint32_t *plain, size_t m);

/* What a block is counted under: the lemmas of its words. */
uint64_t us_block_key(const us_learn_words *words, const uint32_t *spun, size_t n, const uint32_t *plain, size_t m);

#endif
