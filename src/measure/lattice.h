/* lattice.h - the cheapest way through a template's accepted texts for a given text, and what lies on it.
 *
 * At the boundary before segment k (0 to the number of segments) AHEAD[k][j] is the cost of the template up to there
 * against the first j words of the text, BEHIND[k][j] that of the rest against the rest. Costs are in US_UNITs. Only
 * cells that a path of at most a given bound can pass are worked out, which leaves every such path exact; the bound is
 * doubled until the best path is within it. */
#ifndef US_MEASURE_LATTICE_H
#define US_MEASURE_LATTICE_H

#include "base/error.h"
#include "measure/template.h"

/* Zero-initialised is empty and valid; keeps its memory from one text to the next. */
typedef struct us_lattice {
  const us_template *t;
  const uint32_t *out; /* the text */
  size_t n;
  int32_t best; /* the cheapest path */
  struct window {
    size_t low, high;         /* columns that are worked out */
    size_t at;                /* where they are in ahead and behind */
    size_t shortest, longest; /* words that the template can have up to here */
  } * windows;
  size_t window_cap;
  int32_t *ahead, *behind;
  size_t cell_cap;
  int32_t *scratch; /* rows of N + 1 columns */
  size_t scratch_cap;
} us_lattice;

/* Works out AHEAD and best for OUT; GUESS is about how many words' edits apart it is. Errors: NOMEM, LIMIT. */
unspin_status us_lattice_ahead(us_lattice *l, const us_template *t, const us_ids *out, size_t guess, unspin_error *err);
/* Works out BEHIND for the same text. */
void us_lattice_behind(us_lattice *l);
void us_lattice_free(us_lattice *l);

/* Far more than any cost; two of them can be added. */
#define US_FAR (1 << 29)

static inline int32_t us_lattice_at(const us_lattice *l, const int32_t *cells, size_t k, size_t j) {
  const struct window *w = &l->windows[k];
  return j < w->low || j > w->high ? US_FAR : cells[w->at + j - w->low];
}

#endif
