/* decode.c - the best set of candidates that do not overlap: weighted interval scheduling over token positions. */
#include <math.h>
#include <stdlib.h>

#include "restore/page.h"

/* Of two halves of a phrase neither may be likely, and the whole be so: odds against keeping the text would add up to
 * more for the halves than the whole has, so they count by how likely each is among all that overlap it. */
static double worth(const us_page *page, const us_arc *arc) { return arc->score * sqrt(us_confidence(page, arc)); }

/* Best total up to each token, and the arc that ends there (UINT32_MAX: the token is kept). Ties go to
 * the change that ends first, of those that end together to the one that begins first, then to the row that comes first
 * in the table, so that equal scores always give equal bytes. */
int us_decode(us_page *page, us_arena *arena, double floor, uint32_t *chosen) {
  size_t n = page->tokens.n;
  double *best = us_arena_zalloc(arena, n + 1, sizeof *best);
  uint32_t *arc_at = us_arena_alloc(arena, (n + 1) * sizeof *arc_at);
  uint32_t *first_ending = us_arena_alloc(arena, (n + 2) * sizeof *first_ending);
  uint32_t *by_end = us_arena_alloc(arena, (page->arcs.n + 1) * sizeof *by_end);
  if (!best || !arc_at || !first_ending || !by_end) return -1;
  /* counting sort by end; arcs arrive in order of their first token, which this keeps */
  memset(first_ending, 0, (n + 2) * sizeof *first_ending);
  for (size_t i = 0; i < page->arcs.n; i++) first_ending[page->arcs.p[i].last + 1]++;
  for (size_t i = 1; i <= n + 1; i++) first_ending[i] += first_ending[i - 1];
  for (size_t i = 0; i < page->arcs.n; i++) by_end[first_ending[page->arcs.p[i].last]++] = (uint32_t)i;
  uint32_t next = 0;
  for (size_t end = 0; end <= n; end++) {
    arc_at[end] = UINT32_MAX;
    if (end == 0) {
      while (next < page->arcs.n && page->arcs.p[by_end[next]].last == 0) next++;
      continue;
    }
    best[end] = best[end - 1];
    for (; next < page->arcs.n && page->arcs.p[by_end[next]].last == end; next++) {
      const us_arc *a = &page->arcs.p[by_end[next]];
      if (a->score <= floor) continue;
      double total = best[a->first] + worth(page, a);
      if (total > best[end]) {
        best[end] = total;
        arc_at[end] = by_end[next];
      }
    }
  }
  int count = 0;
  for (size_t at = n; at > 0;) {
    if (arc_at[at] == UINT32_MAX) at--;
    else {
      chosen[count++] = arc_at[at];
      at = page->arcs.p[arc_at[at]].first;
    }
  }
  for (int i = 0; i < count / 2; i++) {
    uint32_t swap = chosen[i];
    chosen[i] = chosen[count - 1 - i];
    chosen[count - 1 - i] = swap;
  }
  return count;
}
