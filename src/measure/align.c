#include "measure/align.h"

/* Beyond the band. Far from any cost, and one more does not overflow. */
#define FAR (UINT32_MAX / 2)
#define BYTES_MAX ((size_t)2 << 30)

typedef struct band {
  const us_word *a, *b;
  size_t n, m;
  ptrdiff_t low, high; /* diagonals column - row that are worked out */
} band;

static bool reserve(void **p, size_t *cap, size_t count, size_t size) {
  if (count <= *cap) return true;
  free(*p);
  *p = malloc(count * size);
  *cap = *p ? count : 0;
  return *p != NULL;
}

/* The cell's cost from those above (UP), above to the left (CORNER) and to the left (LEFT), and the step that is
 * taken back from it. */
static uint32_t cell(bool same, uint32_t up, uint32_t corner, uint32_t left, uint8_t *step) {
  uint32_t swap = corner + !same, drop = up + 1, add = left + 1;
  uint32_t best = swap < drop ? swap : drop;
  if (add < best) best = add;
  if (best == swap) *step = same ? US_STEP_SAME : US_STEP_SWAP;
  else *step = best == drop ? US_STEP_DROP : US_STEP_ADD;
  return best;
}

/* The distance as far as the band knows: never too low, and right if the best path lies in the band. Cells are
 * numbered by their diagonal. */
static uint32_t fill(us_aligner *al, const band *t) {
  size_t width = (size_t)(t->high - t->low) + 1;
  uint32_t *above = al->rows, *row = al->rows + width + 2;
  for (size_t i = 0; i <= t->n; i++) {
    uint8_t *steps = al->steps + i * width;
    row[0] = row[width + 1] = FAR; /* cell c is at c + 1 */
    for (size_t c = 0; c < width; c++) {
      ptrdiff_t j = (ptrdiff_t)(i + c) + t->low;
      if (j < 0 || j > (ptrdiff_t)t->m) row[c + 1] = FAR;
      else if (i == 0) {
        row[c + 1] = (uint32_t)j;
        steps[c] = US_STEP_ADD;
      } else if (j == 0) {
        row[c + 1] = (uint32_t)i;
        steps[c] = US_STEP_DROP;
      } else {
        row[c + 1] = cell(t->a[i - 1].id == t->b[j - 1].id, above[c + 2], above[c + 1], row[c], &steps[c]);
      }
    }
    uint32_t *swap = above;
    above = row;
    row = swap;
  }
  return above[(ptrdiff_t)t->m - (ptrdiff_t)t->n - t->low + 1];
}

/* A path of at most LIMIT steps that differ can leave the diagonal of its ends only so far. */
static bool lay_out(us_aligner *al, band *t, size_t limit, unspin_status *status, unspin_error *err) {
  ptrdiff_t end = (ptrdiff_t)t->m - (ptrdiff_t)t->n, spare = ((ptrdiff_t)limit - (end < 0 ? -end : end)) / 2 + 1;
  t->low = (end < 0 ? end : 0) - spare;
  t->high = (end > 0 ? end : 0) + spare;
  size_t width = (size_t)(t->high - t->low) + 1;
  if (width > BYTES_MAX / (t->n + 1)) {
    *status = us_fail(err, UNSPIN_ERR_LIMIT, "texts of %zu and %zu words are too long and too different to align", t->n,
                      t->m);
    return false;
  }
  bool ok = reserve((void **)&al->steps, &al->step_cap, width * (t->n + 1), sizeof *al->steps) &&
            reserve((void **)&al->rows, &al->row_cap, 2 * (width + 2), sizeof *al->rows);
  if (!ok) *status = us_nomem(err);
  return ok;
}

static bool trace(us_aligner *al, const band *t) {
  size_t width = (size_t)(t->high - t->low) + 1;
  for (size_t i = t->n, j = t->m; i || j;) {
    uint8_t step = al->steps[i * width + (size_t)((ptrdiff_t)j - (ptrdiff_t)i - t->low)];
    if (!us_vec_push(&al->path, step)) return false;
    if (step != US_STEP_ADD) i--;
    if (step != US_STEP_DROP) j--;
  }
  return true;
}

unspin_status us_align(us_aligner *aligner, const us_word_vec *a, const us_word_vec *b, unspin_error *err) {
  band t = {.a = a->p, .b = b->p, .n = a->n, .m = b->n};
  aligner->path.n = 0;
  /* equal ends go together on every best path; equal beginnings need not */
  while (t.n && t.m && t.a[t.n - 1].id == t.b[t.m - 1].id) {
    if (!us_vec_push(&aligner->path, US_STEP_SAME)) return us_nomem(err);
    t.n--;
    t.m--;
  }
  size_t longest = t.n > t.m ? t.n : t.m, least = t.n > t.m ? t.n - t.m : t.m - t.n;
  unspin_status status = UNSPIN_OK;
  for (size_t limit = least + 16;; limit *= 2) {
    if (limit > longest) limit = longest;
    if (!lay_out(aligner, &t, limit, &status, err)) return status;
    if (fill(aligner, &t) <= limit) break;
  }
  return trace(aligner, &t) ? UNSPIN_OK : us_nomem(err);
}

void us_aligner_free(us_aligner *aligner) {
  free(aligner->steps);
  free(aligner->rows);
  us_vec_free(&aligner->path);
  *aligner = (us_aligner){0};
}
