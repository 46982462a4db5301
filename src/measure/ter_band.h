/* ter_band.h - the edit distance that TER is made of: words of a text (rows) against words of a reference (columns),
 * worked out only near the diagonal, as sacreBLEU does. Rows are 0 to N, columns 0 to M. */
#ifndef US_MEASURE_TER_BAND_H
#define US_MEASURE_TER_BAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one step of the cheapest rewriting does. */
typedef enum us_ter_step { US_TER_KEEP, US_TER_SWAP, US_TER_TEXT_ONLY, US_TER_REFERENCE_ONLY } us_ter_step;

/* Zero-initialised is empty and valid. */
typedef struct us_ter_band {
  size_t n, m;
  size_t pad, stride;  /* a stored row: PAD cells too far, the cells of the band, cells too far up to STRIDE */
  size_t *low, *high;  /* row i has the columns low[i] to high[i] - 1 */
  uint32_t *reference; /* 1 to M, and no word on both sides */
  uint32_t *ahead;     /* row i: the cost from the beginning to there */
  uint32_t *behind;    /* row i from 1: the cost from there to the end */
  uint32_t *tried[2];  /* rows of us_ter_band_try */
  size_t rows, columns, cells, width; /* that there is memory for */
} us_ter_band;

/* Lays out the band for N words against REFERENCE of M words (both above 0). False when out of memory. */
bool us_ter_band_open(us_ter_band *band, size_t n, const uint32_t *reference, size_t m);
/* Works out all costs for TEXT (N words) and returns the distance. */
uint32_t us_ter_band_fill(us_ter_band *band, const uint32_t *text);
/* The cheapest rewriting after fill, from the end to the beginning, at most N + M steps. Where several are as cheap, a
 * step on both sides comes before one on the text and that before one on the reference. Returns how many. */
size_t us_ter_band_trace(const us_ter_band *band, const uint32_t *text, us_ter_step *steps);

/* The distance if the words BEGIN to END - 1 of the text were those of WORDS and not those that fill saw. */
uint32_t us_ter_band_try(us_ter_band *band, const uint32_t *words, size_t begin, size_t end);
void us_ter_band_free(us_ter_band *band);

#endif
