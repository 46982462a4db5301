/* numbering.h - numbers for things that are named by 64-bit hashes: 0, 1, 2, ... in the order in which they first come.
 */
#ifndef US_BASE_NUMBERING_H
#define US_BASE_NUMBERING_H

#include <stddef.h>
#include <stdint.h>

/* Zero-initialised is empty and valid. */
typedef struct us_numbering {
  uint64_t *keys;
  uint32_t *numbers; /* one above the number; 0: empty slot */
  size_t slots;
  uint32_t n;
} us_numbering;

/* The number of KEY, a new one if it has none yet; UINT32_MAX when out of memory. */
uint32_t us_number_of(us_numbering *numbering, uint64_t key);
void us_numbering_free(us_numbering *numbering);

#endif
