/* sibling_align.c - which words of two spins of one article stand for one another. */
#include <stdlib.h>

#include "restore/siblings.h"

/* Cells of a table of costs; what is larger is cut at anchors first. */
enum { MOST_CELLS = 1 << 22 };

typedef struct aligner {
  const uint64_t *a, *b;
  uint32_t *match;
  uint8_t *steps;
  uint32_t *row;
} aligner;

typedef struct range {
  size_t from, to, other_from, other_to;
} range;

enum { STEP_BOTH, STEP_FIRST, STEP_SECOND };

/* Least edits; of equally good ways the one that swaps. */
static void align_cells(aligner *al, range r) {
  const uint64_t *a = al->a + r.from, *b = al->b + r.other_from;
  size_t n = r.to - r.from, m = r.other_to - r.other_from, width = m + 1;
  for (size_t j = 0; j <= m; j++) {
    al->row[j] = (uint32_t)j;
    al->steps[j] = STEP_SECOND;
  }
  for (size_t i = 1; i <= n; i++) {
    uint32_t corner = al->row[0];
    al->row[0] = (uint32_t)i;
    al->steps[i * width] = STEP_FIRST;
    for (size_t j = 1; j <= m; j++) {
      uint32_t both = corner + (a[i - 1] != b[j - 1]), up = al->row[j] + 1, left = al->row[j - 1] + 1,
               best = both < up ? both : up;
      if (left < best) best = left;
      corner = al->row[j];
      al->row[j] = best;
      al->steps[i * width + j] = best == both ? STEP_BOTH : best == up ? STEP_FIRST : STEP_SECOND;
    }
  }
  for (size_t i = n, j = m; i || j;) {
    uint8_t step = al->steps[i * width + j];
    if (step != STEP_SECOND) i--;
    if (step != STEP_FIRST) j--;
    if (step == STEP_BOTH && a[i] == b[j]) al->match[r.from + i] = (uint32_t)(r.other_from + j);
  }
}

/* ---- anchors: three words in a row that stand once in both ---- */

typedef struct gram {
  uint64_t hash;
  uint32_t at;
} gram;

static int by_hash(const void *x, const void *y) {
  const gram *a = x, *b = y;
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return a->at < b->at ? -1 : a->at > b->at;
}

static size_t unique_grams(const uint64_t *words, size_t from, size_t to, gram *out) {
  size_t n = 0, kept = 0;
  for (size_t i = from; i + 2 < to; i++)
    out[n++] = (gram){(words[i] * 31 + words[i + 1]) * 31 + words[i + 2], (uint32_t)i};
  if (n) qsort(out, n, sizeof *out, by_hash);
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && out[end].hash == out[i].hash;) end++;
    if (end == i + 1) out[kept++] = out[i];
  }
  return kept;
}

typedef struct anchor {
  uint32_t at, other, before; /* BEFORE: index of the one that it follows, UINT32_MAX: none */
} anchor;

static int by_place(const void *x, const void *y) {
  const anchor *a = x, *b = y;
  return a->at < b->at ? -1 : a->at > b->at;
}

/* The longest ascending row of ANCHORS, sorted by their place in the first text, is moved to the front; its length.
 * ENDS has room for N. */
static size_t longest_row(anchor *anchors, size_t n, uint32_t *ends) {
  size_t length = 0;
  for (uint32_t i = 0; i < n; i++) {
    size_t low = 0, high = length;
    while (low < high) {
      size_t mid = (low + high) / 2;
      if (anchors[ends[mid]].other < anchors[i].other) low = mid + 1;
      else high = mid;
    }
    anchors[i].before = low ? ends[low - 1] : UINT32_MAX;
    ends[low] = i;
    if (low == length) length++;
  }
  size_t k = length;
  for (uint32_t i = length ? ends[length - 1] : UINT32_MAX; i != UINT32_MAX; i = anchors[i].before) ends[--k] = i;
  for (size_t i = 0; i < length; i++) anchors[i] = anchors[ends[i]]; /* ends ascend, so none is overwritten unread */
  return length;
}

static bool find_anchors(const aligner *al, range r, anchor **out, size_t *count) {
  size_t n = r.to - r.from, m = r.other_to - r.other_from, found = 0;
  gram *first = malloc((n + 1) * sizeof *first), *second = malloc((m + 1) * sizeof *second);
  anchor *anchors = malloc((n + 1) * sizeof *anchors);
  uint32_t *ends = malloc((n + 1) * sizeof *ends);
  bool ok = first && second && anchors && ends;
  if (ok) {
    n = unique_grams(al->a, r.from, r.to, first);
    m = unique_grams(al->b, r.other_from, r.other_to, second);
    for (size_t i = 0, j = 0; i < n && j < m;) {
      if (first[i].hash < second[j].hash) i++;
      else if (first[i].hash > second[j].hash) j++;
      else anchors[found++] = (anchor){first[i++].at, second[j++].at, UINT32_MAX};
    }
    if (found) qsort(anchors, found, sizeof *anchors, by_place);
    *count = longest_row(anchors, found, ends);
  }
  free(first);
  free(second);
  free(ends);
  *out = anchors;
  if (!ok) free(anchors);
  return ok;
}

/* ---- together ---- */

static bool fits(range r) { return (r.to - r.from + 1) * (r.other_to - r.other_from + 1) <= MOST_CELLS; }

static void take_equal_ends(aligner *al, range *r) {
  while (r->from < r->to && r->other_from < r->other_to && al->a[r->from] == al->b[r->other_from])
    al->match[r->from++] = (uint32_t)r->other_from++;
  while (r->from < r->to && r->other_from < r->other_to && al->a[r->to - 1] == al->b[r->other_to - 1])
    al->match[--r->to] = (uint32_t)--r->other_to;
}

static void align_if_fits(aligner *al, range r) {
  take_equal_ends(al, &r);
  if (r.from < r.to && r.other_from < r.other_to && fits(r)) align_cells(al, r);
}

static bool align_range(aligner *al, range r) {
  take_equal_ends(al, &r);
  if (fits(r)) {
    align_if_fits(al, r);
    return true;
  }
  anchor *anchors;
  size_t count = 0;
  if (!find_anchors(al, r, &anchors, &count)) return false;
  for (size_t i = 0; i < count; i++) {
    align_if_fits(al, (range){r.from, anchors[i].at, r.other_from, anchors[i].other});
    r.from = anchors[i].at;
    r.other_from = anchors[i].other;
  }
  align_if_fits(al, r);
  free(anchors);
  return true;
}

bool us_sibling_align(const uint64_t *a, size_t n, const uint64_t *b, size_t m, uint32_t *match) {
  size_t cells = (n + 1) * (m + 1);
  aligner al = {.a = a, .b = b, .match = match};
  al.steps = malloc(cells < MOST_CELLS ? cells : MOST_CELLS);
  al.row = malloc((m + 1) * sizeof *al.row);
  for (size_t i = 0; i < n; i++) match[i] = US_NO_MATCH;
  bool ok = al.steps && al.row && align_range(&al, (range){0, n, 0, m});
  free(al.steps);
  free(al.row);
  return ok;
}
