#include "measure/lattice.h"

#define BYTES_MAX ((size_t)2 << 30)
enum {
  ROWS = 2,           /* of scratch */
  WORDS_MAX = 5000000 /* so that no cost comes near US_FAR */
};

typedef struct window window;

static bool reserve(void **p, size_t *cap, size_t count, size_t size) {
  if (count <= *cap) return true;
  free(*p);
  *p = malloc(count * size);
  *cap = *p ? count : 0;
  return *p != NULL;
}

static void lengths(const us_template *t, const us_segment *s, size_t *shortest, size_t *longest) {
  *shortest = *longest = s->spun.end - s->spun.first;
  for (size_t i = s->accepted.first; s->slot && i < s->accepted.end; i++) {
    size_t n = t->options.p[i].end - t->options.p[i].first;
    if (n < *shortest) *shortest = n;
    if (n > *longest) *longest = n;
  }
}

static void measure(us_lattice *l) {
  l->windows[0].shortest = l->windows[0].longest = 0;
  for (size_t k = 0; k < l->t->segments.n; k++) {
    size_t shortest, longest;
    lengths(l->t, &l->t->segments.p[k], &shortest, &longest);
    l->windows[k + 1].shortest = l->windows[k].shortest + shortest;
    l->windows[k + 1].longest = l->windows[k].longest + longest;
  }
}

static size_t less(size_t a, size_t b) { return a > b ? a - b : 0; }
static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* Column j before segment k costs at least a word for each that j words are more or less than the template can have
 * there, and the same for the rest. Returns how many cells there are in all. */
static size_t lay_out(us_lattice *l, size_t bound) {
  size_t count = l->t->segments.n, total = 0;
  const window *end = &l->windows[count];
  for (size_t k = 0; k <= count; k++) {
    window *w = &l->windows[k];
    size_t rest_shortest = end->shortest - w->shortest, rest_longest = end->longest - w->longest;
    w->low = larger(less(w->shortest, bound), less(l->n, rest_longest + bound));
    w->high = smaller(w->longest + bound, less(l->n + bound, rest_shortest));
    w->high = smaller(w->high, l->n);
    w->low = smaller(w->low, w->high);
    w->at = total;
    total += w->high - w->low + 1;
  }
  return total;
}

/* ROW goes over one more word of the template, into FRESH, for columns LOW to HIGH. */
static void step_ahead(const us_lattice *l, const int32_t *restrict row, int32_t *restrict fresh, size_t low,
                       size_t high, uint32_t id) {
  const uint32_t *out = l->out;
  fresh[low] = row[low] + US_UNIT;
  for (size_t j = low + 1; j <= high; j++) {
    int32_t drop = row[j] + US_UNIT, swap = row[j - 1] + (out[j - 1] == id ? 0 : US_UNIT);
    fresh[j] = drop < swap ? drop : swap;
  }
  for (size_t j = low + 1; j <= high; j++)
    if (fresh[j - 1] + US_UNIT < fresh[j]) fresh[j] = fresh[j - 1] + US_UNIT;
}

static void step_behind(const us_lattice *l, const int32_t *restrict row, int32_t *restrict fresh, size_t low,
                        size_t high, uint32_t id) {
  const uint32_t *out = l->out;
  fresh[high] = row[high] + US_UNIT;
  for (size_t j = low; j < high; j++) {
    int32_t drop = row[j] + US_UNIT, swap = row[j + 1] + (out[j] == id ? 0 : US_UNIT);
    fresh[j] = drop < swap ? drop : swap;
  }
  for (size_t j = high; j-- > low;)
    if (fresh[j + 1] + US_UNIT < fresh[j]) fresh[j] = fresh[j + 1] + US_UNIT;
}

/* Takes the costs at boundary FROM over COUNT words to boundary TO, plus PENALTY, where that is less. */
static void pass(us_lattice *l, int32_t *cells, size_t from, size_t to, const uint32_t *ids, size_t count,
                 int32_t penalty) {
  const window *a = &l->windows[from], *b = &l->windows[to];
  size_t low = smaller(a->low, b->low), high = larger(a->high, b->high);
  int32_t *row = l->scratch, *fresh = l->scratch + l->n + 1;
  for (size_t j = low; j <= high; j++) row[j] = us_lattice_at(l, cells, from, j);
  for (size_t i = 0; i < count; i++) {
    if (from < to) step_ahead(l, row, fresh, low, high, ids[i]);
    else step_behind(l, row, fresh, low, high, ids[count - 1 - i]);
    int32_t *swap = row;
    row = fresh;
    fresh = swap;
  }
  int32_t *goal = cells + b->at - b->low;
  for (size_t j = b->low; j <= b->high; j++) {
    int32_t cost = row[j] + penalty;
    if (cost < goal[j]) goal[j] = cost;
  }
}

static void pass_segment(us_lattice *l, int32_t *cells, size_t k, bool ahead) {
  const us_template *t = l->t;
  const us_segment *s = &t->segments.p[k];
  size_t from = ahead ? k : k + 1, to = ahead ? k + 1 : k;
  const window *w = &l->windows[to];
  for (size_t j = w->low; j <= w->high; j++) cells[w->at + j - w->low] = US_FAR;
  if (!s->slot || !s->leave)
    pass(l, cells, from, to, us_ids_at(&t->spun_ids, s->spun.first), s->spun.end - s->spun.first,
         s->slot ? s->penalty : 0);
  for (size_t i = s->accepted.first; s->slot && i < s->accepted.end; i++) {
    us_span option = t->options.p[i];
    pass(l, cells, from, to, us_ids_at(&t->ids, option.first), option.end - option.first, 0);
  }
}

static unspin_status make_room(us_lattice *l, size_t cells, unspin_error *err) {
  if (cells > BYTES_MAX / (2 * sizeof *l->ahead))
    return us_fail(err, UNSPIN_ERR_LIMIT, "texts of %zu and %zu words are too long and too different to compare",
                   l->t->words.n, l->n);
  if (cells > l->cell_cap) {
    free(l->ahead);
    free(l->behind);
    l->ahead = malloc(cells * sizeof *l->ahead);
    l->behind = malloc(cells * sizeof *l->behind);
    l->cell_cap = l->ahead && l->behind ? cells : 0;
  }
  bool ok = l->cell_cap && reserve((void **)&l->scratch, &l->scratch_cap, ROWS * (l->n + 1), sizeof *l->scratch);
  return ok ? UNSPIN_OK : us_nomem(err);
}

unspin_status us_lattice_ahead(us_lattice *l, const us_template *t, const us_ids *out, size_t guess,
                               unspin_error *err) {
  l->t = t;
  l->out = out->p;
  l->n = out->n;
  size_t count = t->segments.n;
  if (!reserve((void **)&l->windows, &l->window_cap, count + 1, sizeof *l->windows)) return us_nomem(err);
  measure(l);
  size_t most = l->windows[count].longest + l->n + 1;
  if (most > WORDS_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "a text of %zu words is too long to compare", most);
  for (size_t bound = guess + 2;; bound *= 2) {
    if (bound > most) bound = most;
    US_TRY(make_room(l, lay_out(l, bound), err));
    for (size_t j = l->windows[0].low; j <= l->windows[0].high; j++)
      l->ahead[j - l->windows[0].low] = (int32_t)j * US_UNIT;
    for (size_t k = 0; k < count; k++) pass_segment(l, l->ahead, k, true);
    l->best = us_lattice_at(l, l->ahead, count, l->n);
    /* one more than the best is looked at too (undone.c) */
    if (bound == most || (l->best < US_FAR && (size_t)l->best + 1 <= bound * US_UNIT)) return UNSPIN_OK;
  }
}

void us_lattice_behind(us_lattice *l) {
  size_t count = l->t->segments.n;
  const window *w = &l->windows[count];
  for (size_t j = w->low; j <= w->high; j++) l->behind[w->at + j - w->low] = (int32_t)(l->n - j) * US_UNIT;
  for (size_t k = count; k-- > 0;) pass_segment(l, l->behind, k, false);
}

void us_lattice_free(us_lattice *l) {
  free(l->windows);
  free(l->ahead);
  free(l->behind);
  free(l->scratch);
  *l = (us_lattice){0};
}
