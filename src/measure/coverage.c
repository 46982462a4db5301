#include "measure/coverage.h"

#include <string.h>

/* How far from the least-edits alignment a way may stray, in words: longer than a phrase is. */
enum { STRAY = 8 };
/* What an edit costs. An offer costs a little, so that none is taken for nothing. */
enum { EDIT = 100, TAKEN = 1 };
/* How a cell was reached; an offer's number comes after these. */
enum { FROM_SAME, FROM_SWAP, FROM_DROP, FROM_ADD, FROM_OFFER };

typedef struct offer {
  uint32_t first, last; /* words of the spun text */
  uint32_t at, n;       /* words in us_coverage.ids */
  uint32_t next;        /* another one that begins there, + 1 */
  unsigned sources;
  us_slice after;
} offer;

/* Which words of the plain text are looked at behind a word of the spun one: LOW to HIGH; cells begin at AT. */
typedef struct window {
  uint32_t low, high;
  size_t at;
} window;

typedef struct cell {
  uint32_t cost, from;
} cell;

struct us_coverage {
  us_lexicon lexicon;
  us_word_reader reader;
  us_word_vec a, b, scratch;
  us_aligner aligner;
  us_slice spun;
  us_ids ids;
  US_VEC(offer) offers;
  US_VEC(uint32_t) starts; /* the first offer of each word, + 1 */
  US_VEC(window) windows;
  US_VEC(cell) cells;
  US_VEC(uint32_t) path; /* steps, the last first */
};

us_coverage *us_coverage_new(void) { return calloc(1, sizeof(us_coverage)); }

void us_coverage_free(us_coverage *c) {
  if (!c) return;
  us_lexicon_free(&c->lexicon);
  us_buf_free(&c->reader.folded);
  us_vec_free(&c->a);
  us_vec_free(&c->b);
  us_vec_free(&c->scratch);
  us_aligner_free(&c->aligner);
  us_vec_free(&c->ids);
  us_vec_free(&c->offers);
  us_vec_free(&c->starts);
  us_vec_free(&c->windows);
  us_vec_free(&c->cells);
  us_vec_free(&c->path);
  free(c);
}

const us_word_vec *us_coverage_words(const us_coverage *c) { return &c->a; }

/* The first word that begins at byte AT or behind it. */
static size_t word_at(const us_word_vec *words, size_t at) {
  size_t low = 0, high = words->n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (words->p[mid].begin < at) low = mid + 1;
    else high = mid;
  }
  return low;
}

static bool add_offer(us_coverage *c, const us_offer *o) {
  size_t first = word_at(&c->a, o->begin), last = first;
  while (last < c->a.n && c->a.p[last].end <= o->end) last++;
  if (first == last) return true;
  c->scratch.n = 0;
  if (!us_words_read(&c->reader, o->after, 0, &c->scratch)) return false;
  offer made = {.first = (uint32_t)first,
                .last = (uint32_t)last,
                .at = (uint32_t)c->ids.n,
                .n = (uint32_t)c->scratch.n,
                .next = c->starts.p[first],
                .sources = o->sources,
                .after = o->after};
  for (size_t i = 0; i < c->scratch.n; i++)
    if (!us_vec_push(&c->ids, c->scratch.p[i].id)) return false;
  if (!us_vec_push(&c->offers, made)) return false;
  c->starts.p[first] = (uint32_t)c->offers.n;
  return true;
}

/* A window for each word of the spun text, and one behind the last, around the alignment's path. */
static bool lay_windows(us_coverage *c) {
  c->windows.n = 0;
  size_t cells = 0, k = c->aligner.path.n, j = 0;
  for (size_t i = 0; i <= c->a.n; i++) {
    size_t low = j;
    while (k > 0 && c->aligner.path.p[k - 1] == US_STEP_ADD) {
      j++;
      k--;
    }
    window w = {.low = (uint32_t)(low < STRAY ? 0 : low - STRAY),
                .high = (uint32_t)(j + STRAY > c->b.n ? c->b.n : j + STRAY),
                .at = cells};
    cells += w.high - w.low + 1;
    if (!us_vec_push(&c->windows, w)) return false;
    if (k > 0 && c->aligner.path.p[--k] != US_STEP_DROP) j++;
  }
  return us_vec_reserve(&c->cells, cells);
}

unspin_status us_coverage_begin(us_coverage *c, us_slice spun, us_slice plain, const us_offer_vec *offers,
                                unspin_error *err) {
  us_lexicon_clear(&c->lexicon);
  c->reader.lexicon = &c->lexicon;
  c->a.n = c->b.n = c->ids.n = c->offers.n = 0;
  c->spun = spun;
  if (!us_words_read(&c->reader, spun, 0, &c->a) || !us_words_read(&c->reader, plain, 0, &c->b) ||
      !us_vec_reserve(&c->starts, c->a.n + 1))
    return us_nomem(err);
  memset(c->starts.p, 0, (c->a.n + 1) * sizeof *c->starts.p);
  for (size_t i = 0; i < offers->n; i++)
    if (!add_offer(c, &offers->p[i])) return us_nomem(err);
  US_TRY(us_align(&c->aligner, &c->a, &c->b, err));
  return lay_windows(c) ? UNSPIN_OK : us_nomem(err);
}

/* The cell of J words of the plain text behind I of the spun one, which must lie in the window. */
static cell *cell_at(const us_coverage *c, size_t i, size_t j) {
  const window *w = &c->windows.p[i];
  return &c->cells.p[w->at + j - w->low];
}

static void reach(const us_coverage *c, size_t i, size_t j, uint32_t cost, uint32_t from) {
  const window *w = &c->windows.p[i];
  if (j < w->low || j > w->high) return;
  cell *to = cell_at(c, i, j);
  if (cost < to->cost) *to = (cell){cost, from};
}

static void take_offers(const us_coverage *c, size_t i, size_t j, uint32_t cost, unsigned sources) {
  for (uint32_t k = c->starts.p[i]; k; k = c->offers.p[k - 1].next) {
    const offer *o = &c->offers.p[k - 1];
    if (!(o->sources & sources) || j + o->n > c->b.n) continue;
    uint32_t n = 0;
    while (n < o->n && c->ids.p[o->at + n] == c->b.p[j + n].id) n++;
    if (n == o->n) reach(c, o->last, j + n, cost + TAKEN, FROM_OFFER + k - 1);
  }
}

static void fill(const us_coverage *c, unsigned sources) {
  for (size_t k = 0; k <= c->a.n; k++)
    for (size_t j = c->windows.p[k].low; j <= c->windows.p[k].high; j++) *cell_at(c, k, j) = (cell){.cost = UINT32_MAX};
  reach(c, 0, 0, 0, FROM_SAME);
  for (size_t i = 0; i <= c->a.n; i++) {
    for (size_t j = c->windows.p[i].low; j <= c->windows.p[i].high; j++) {
      uint32_t cost = cell_at(c, i, j)->cost;
      if (cost == UINT32_MAX) continue;
      if (j < c->b.n) reach(c, i, j + 1, cost + EDIT, FROM_ADD);
      if (i == c->a.n) continue;
      bool same = j < c->b.n && c->a.p[i].id == c->b.p[j].id;
      if (j < c->b.n) reach(c, i + 1, j + 1, cost + (same ? 0 : EDIT), same ? FROM_SAME : FROM_SWAP);
      reach(c, i + 1, j, cost + EDIT, FROM_DROP);
      take_offers(c, i, j, cost, sources);
    }
  }
}

/* The steps of the cheapest way, from its end. */
static bool trace(us_coverage *c) {
  c->path.n = 0;
  for (size_t i = c->a.n, j = c->b.n; i || j;) {
    uint32_t from = cell_at(c, i, j)->from;
    if (!us_vec_push(&c->path, from)) return false;
    if (from >= FROM_OFFER) {
      const offer *o = &c->offers.p[from - FROM_OFFER];
      i = o->first;
      j -= o->n;
      continue;
    }
    i -= from != FROM_ADD;
    j -= from != FROM_DROP;
  }
  return true;
}

/* N words of the spun text stand against M of the plain one. */
static void close_gap(us_gaps *left, size_t n, size_t m) {
  if (!n && !m) return;
  size_t shorter = n < m ? n : m;
  left->substitutions += shorter ? shorter : 1;
  left->words += n > m ? n : m;
}

static void count_gaps(const us_coverage *c, us_gaps *left) {
  size_t n = 0, m = 0;
  *left = (us_gaps){0};
  for (size_t k = c->path.n; k-- > 0;) {
    uint32_t from = c->path.p[k];
    if (from == FROM_SAME || from >= FROM_OFFER) {
      close_gap(left, n, m);
      n = m = 0;
      continue;
    }
    n += from != FROM_ADD;
    m += from != FROM_DROP;
  }
  close_gap(left, n, m);
}

static bool write_best(const us_coverage *c, us_buf *best) {
  size_t done = 0; /* bytes copied */
  us_buf_clear(best);
  for (size_t k = c->path.n; k-- > 0;) {
    if (c->path.p[k] < FROM_OFFER) continue;
    const offer *o = &c->offers.p[c->path.p[k] - FROM_OFFER];
    us_buf_append(best, us_slice_sub(c->spun, done, c->a.p[o->first].begin));
    us_buf_append(best, o->after);
    done = c->a.p[o->last - 1].end;
  }
  us_buf_append(best, us_slice_sub(c->spun, done, c->spun.n));
  return !best->failed;
}

unspin_status us_coverage_left(us_coverage *c, unsigned sources, us_gaps *left, us_buf *best, unspin_error *err) {
  fill(c, sources);
  if (!trace(c)) return us_nomem(err);
  count_gaps(c, left);
  return !best || write_best(c, best) ? UNSPIN_OK : us_nomem(err);
}
