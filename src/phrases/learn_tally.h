/* learn_tally.h - how often each of very many things was met, named by 64-bit hashes, in bounded memory. */
#ifndef US_PHRASES_LEARN_TALLY_H
#define US_PHRASES_LEARN_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised, with LIMIT set, is empty. */
typedef struct us_learn_tally {
  uint64_t *keys; /* 0: empty slot */
  uint32_t *counts;
  size_t slots, n;
  size_t limit;   /* most keys to hold; past it the rarest are dropped, and rarer ones again each time */
  uint32_t floor; /* what was met so often may have been dropped */
} us_learn_tally;

/* False when out of memory. */
bool us_learn_tally_add(us_learn_tally *tally, uint64_t key);
uint32_t us_learn_tally_get(const us_learn_tally *tally, uint64_t key);
/* Forgets everything but the memory and the limit. */
void us_learn_tally_clear(us_learn_tally *tally);
void us_learn_tally_free(us_learn_tally *tally);

#endif
