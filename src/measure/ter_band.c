#include "measure/ter_band.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BEAM = 25 };              /* columns on each side of the diagonal */
#define TOO_FAR (UINT32_MAX / 4) /* twice that, and the longest way besides, is no overflow */

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static uint32_t cheaper(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* A row of ours, from its column LOW on; PAD cells before that and some behind the band may be read. */
static uint32_t *row_at(const us_ter_band *b, uint32_t *cells, size_t i) { return cells + i * b->stride + b->pad; }
static uint32_t cost(const us_ter_band *b, uint32_t *cells, size_t i, size_t j) {
  return row_at(b, cells, i)[j - b->low[i]];
}

static bool resize(void *p, size_t *have, size_t want, size_t size) {
  if (want <= *have) return true;
  void *old, *fresh;
  memcpy(&old, p, sizeof old);
  fresh = want > SIZE_MAX / 2 / size ? NULL : realloc(old, want * size);
  if (!fresh) return false;
  memcpy(p, &fresh, sizeof fresh);
  *have = want;
  return true;
}

static bool make_room(us_ter_band *b) {
  size_t rows = b->rows, cells = b->cells, width = b->width, want = b->n + 1;
  if (want > SIZE_MAX / 8 / b->stride) return false;
  return resize(&b->low, &rows, want, sizeof *b->low) && resize(&b->high, &b->rows, want, sizeof *b->high) &&
         resize(&b->reference, &b->columns, b->m + 2, sizeof *b->reference) &&
         resize(&b->ahead, &cells, want * b->stride, sizeof *b->ahead) &&
         resize(&b->behind, &b->cells, want * b->stride, sizeof *b->behind) &&
         resize(&b->tried[0], &width, b->stride, sizeof *b->tried[0]) &&
         resize(&b->tried[1], &b->width, b->stride, sizeof *b->tried[1]);
}

static void clear(uint32_t *cells, size_t count) {
  for (size_t k = 0; k < count; k++) cells[k] = TOO_FAR;
}

bool us_ter_band_open(us_ter_band *b, size_t n, const uint32_t *reference, size_t m) {
  double ratio = (double)m / (double)n;
  size_t beam = BEAM < ratio / 2 ? (size_t)ceil(ratio / 2 + BEAM) : BEAM;
  b->n = n;
  b->m = m;
  b->pad = (size_t)ceil(ratio) + 2; /* a row begins and ends at most so far from where the one before does */
  b->stride = 2 * beam + 2 + 2 * b->pad;
  if (n >= TOO_FAR - m || !make_room(b)) return false;
  for (size_t i = 1; i <= n; i++) {
    size_t diagonal = (size_t)floor((double)i * ratio);
    b->low[i] = diagonal > beam ? diagonal - beam : 0;
    b->high[i] = i == n ? m + 1 : smaller(m + 1, diagonal + beam);
  }
  b->low[0] = b->low[1]; /* row 0 is j at column j: only what row 1 looks at is stored */
  b->high[0] = b->high[1];
  b->reference[0] = b->reference[m + 1] = 0;
  memcpy(b->reference + 1, reference, m * sizeof *reference);
  clear(b->ahead, (n + 1) * b->stride);
  clear(b->behind, (n + 1) * b->stride);
  clear(b->tried[0], b->pad);
  clear(b->tried[1], b->pad);
  return true;
}

/* Row I out of the row before it, which is BEFORE from the column low[i - 1] on. */
static void step_ahead(const us_ter_band *b, size_t i, uint32_t word, const uint32_t *before, uint32_t *row) {
  const uint32_t *up = before + (b->low[i] - b->low[i - 1]), *reference = b->reference + b->low[i];
  size_t width = b->high[i] - b->low[i];
  for (size_t k = 0; k < width; k++) {
    uint32_t both = (up - 1)[k] + (word != reference[k]);
    row[k] = cheaper(both, up[k] + 1);
  }
  for (size_t k = 1; k < width; k++) row[k] = cheaper(row[k], row[k - 1] + 1);
}

/* Row I out of the row behind it; WORD is what stands between the two. */
static void step_behind(const us_ter_band *b, size_t i, uint32_t word, const uint32_t *next, uint32_t *row) {
  size_t shift = b->low[i + 1] - b->low[i], width = b->high[i] - b->low[i];
  const uint32_t *down = next - shift, *reference = b->reference + b->low[i];
  for (size_t k = 0; k < width; k++) {
    uint32_t both = down[k + 1] + (word != reference[k + 1]);
    row[k] = cheaper(both, down[k] + 1);
  }
  for (size_t k = width - 1; k > 0; k--) row[k - 1] = cheaper(row[k - 1], row[k] + 1);
}

uint32_t us_ter_band_fill(us_ter_band *b, const uint32_t *text) {
  uint32_t *first = row_at(b, b->ahead, 0), *last = row_at(b, b->behind, b->n);
  if (b->low[0]) first[-1] = (uint32_t)b->low[0] - 1;
  for (size_t j = b->low[0]; j < b->high[0]; j++) first[j - b->low[0]] = (uint32_t)j;
  for (size_t j = b->low[b->n]; j <= b->m; j++) last[j - b->low[b->n]] = (uint32_t)(b->m - j);
  for (size_t i = 1; i <= b->n; i++) step_ahead(b, i, text[i - 1], row_at(b, b->ahead, i - 1), row_at(b, b->ahead, i));
  for (size_t i = b->n - 1; i >= 1; i--)
    step_behind(b, i, text[i], row_at(b, b->behind, i + 1), row_at(b, b->behind, i));
  return cost(b, b->ahead, b->n, b->m);
}

static us_ter_step step_into(const us_ter_band *b, const uint32_t *text, size_t i, size_t j) {
  if (i == 0) return US_TER_REFERENCE_ONLY;
  if (j == 0) return US_TER_TEXT_ONLY;
  uint32_t here = cost(b, b->ahead, i, j);
  bool same = text[i - 1] == b->reference[j];
  /* row 0 is not stored whole, but nothing in row 1 looks beyond what is */
  const uint32_t *up = row_at(b, b->ahead, i - 1) + (b->low[i] - b->low[i - 1]) + (j - b->low[i]);
  if (here == up[-1] + !same) return same ? US_TER_KEEP : US_TER_SWAP;
  return here == up[0] + 1 ? US_TER_TEXT_ONLY : US_TER_REFERENCE_ONLY;
}

size_t us_ter_band_trace(const us_ter_band *b, const uint32_t *text, us_ter_step *steps) {
  size_t count = 0;
  for (size_t i = b->n, j = b->m; i || j;) {
    us_ter_step step = step_into(b, text, i, j);
    if (step != US_TER_REFERENCE_ONLY) i--;
    if (step != US_TER_TEXT_ONLY) j--;
    steps[count++] = step;
  }
  return count;
}

uint32_t us_ter_band_try(us_ter_band *b, const uint32_t *words, size_t begin, size_t end) {
  const uint32_t *before = row_at(b, b->ahead, begin);
  for (size_t i = begin + 1; i <= end; i++) {
    uint32_t *row = b->tried[i % 2] + b->pad;
    step_ahead(b, i, words[i - begin - 1], before, row);
    clear(row + (b->high[i] - b->low[i]), b->pad);
    before = row;
  }
  uint32_t best = TOO_FAR;
  const uint32_t *rest = row_at(b, b->behind, end);
  for (size_t k = 0; k < b->high[end] - b->low[end]; k++) best = cheaper(best, before[k] + rest[k]);
  return best;
}

void us_ter_band_free(us_ter_band *b) {
  free(b->low);
  free(b->high);
  free(b->reference);
  free(b->ahead);
  free(b->behind);
  free(b->tried[0]);
  free(b->tried[1]);
  *b = (us_ter_band){0};
}
