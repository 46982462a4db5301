#include "phrases/learn_diff.h"

#include <string.h>

/* So many edits from either end are tried in full before the search settles for the furthest point found. */
enum { COST_LIMIT = 1024 };

typedef struct work {
  const uint32_t *a, *b;
  bool *changed_a, *changed_b;
  int32_t *forward, *backward; /* furthest A position by diagonal (a - b), from -(m + 1) to n + 1 */
} work;

/* A part of the problem: A words [a0, a1) against B words [b0, b1). */
typedef struct box {
  int32_t a0, a1, b0, b1;
} box;

typedef struct point {
  int32_t a, b;
} point;

/* The diagonals that one of the two searches has reached. */
typedef struct span {
  int32_t low, high;
} span;

/* One more edit: the span grows by a diagonal on either side, or shrinks where it meets the border of the box. The
 * cells just outside are set so that no path comes from there. */
static void widen(int32_t *cells, span *s, int32_t least, int32_t most, int32_t outside) {
  if (s->low > least) cells[--s->low - 1] = outside;
  else s->low++;
  if (s->high < most) cells[++s->high + 1] = outside;
  else s->high--;
}

static bool forward_step(const work *w, const box *x, span *f, const span *met, point *out) {
  widen(w->forward, f, x->a0 - x->b1, x->a1 - x->b0, -1);
  for (int32_t d = f->high; d >= f->low; d -= 2) {
    int32_t below = w->forward[d - 1], above = w->forward[d + 1];
    int32_t a = below < above ? above : below + 1;
    while (a < x->a1 && a - d < x->b1 && w->a[a] == w->b[a - d]) a++;
    w->forward[d] = a;
    if (!met || d < met->low || d > met->high || w->backward[d] > a) continue;
    *out = (point){a, a - d};
    return true;
  }
  return false;
}

static bool backward_step(const work *w, const box *x, span *r, const span *met, point *out) {
  widen(w->backward, r, x->a0 - x->b1, x->a1 - x->b0, INT32_MAX);
  for (int32_t d = r->high; d >= r->low; d -= 2) {
    int32_t below = w->backward[d - 1], above = w->backward[d + 1];
    int32_t a = below < above ? below : above - 1;
    while (a > x->a0 && a - d > x->b0 && w->a[a - 1] == w->b[a - 1 - d]) a--;
    w->backward[d] = a;
    if (!met || d < met->low || d > met->high || w->forward[d] < a) continue;
    *out = (point){a, a - d};
    return true;
  }
  return false;
}

/* The point furthest from the corner that a search started in, where the two searches are too far apart to meet. */
static point give_up(const work *w, const box *x, const span *f, const span *r) {
  point ahead = {x->a0, x->b0}, back = {x->a1, x->b1};
  for (int32_t d = f->high; d >= f->low; d -= 2) {
    int32_t a = w->forward[d] < x->a1 ? w->forward[d] : x->a1;
    if (a - d > x->b1) a = x->b1 + d;
    if (a + (a - d) > ahead.a + ahead.b) ahead = (point){a, a - d};
  }
  for (int32_t d = r->high; d >= r->low; d -= 2) {
    int32_t a = w->backward[d] > x->a0 ? w->backward[d] : x->a0;
    if (a - d < x->b0) a = x->b0 + d;
    if (a + (a - d) < back.a + back.b) back = (point){a, a - d};
  }
  bool forward = (x->a1 + x->b1) - (back.a + back.b) < (ahead.a + ahead.b) - (x->a0 + x->b0);
  return forward ? ahead : back;
}

/* A point on a path of least edits through the box, which is empty on no side and starts and ends with a difference. */
static point middle(const work *w, const box *x) {
  span f = {x->a0 - x->b0, x->a0 - x->b0}, r = {x->a1 - x->b1, x->a1 - x->b1};
  bool odd = (f.low - r.low) & 1;
  point out = {0, 0};
  w->forward[f.low] = x->a0;
  w->backward[r.low] = x->a1;
  for (int cost = 1; cost < COST_LIMIT; cost++) {
    if (forward_step(w, x, &f, odd ? &r : NULL, &out)) return out;
    if (backward_step(w, x, &r, odd ? NULL : &f, &out)) return out;
  }
  return give_up(w, x, &f, &r);
}

static void compare(const work *w, box x) {
  for (;;) {
    while (x.a0 < x.a1 && x.b0 < x.b1 && w->a[x.a0] == w->b[x.b0]) {
      x.a0++;
      x.b0++;
    }
    while (x.a0 < x.a1 && x.b0 < x.b1 && w->a[x.a1 - 1] == w->b[x.b1 - 1]) {
      x.a1--;
      x.b1--;
    }
    if (x.a0 == x.a1 || x.b0 == x.b1) break;
    point p = middle(w, &x);
    compare(w, (box){x.a0, p.a, x.b0, p.b});
    x.a0 = p.a;
    x.b0 = p.b;
  }
  memset(w->changed_a + x.a0, 1, (size_t)(x.a1 - x.a0));
  memset(w->changed_b + x.b0, 1, (size_t)(x.b1 - x.b0));
}

/* Turns the marks into operations. */
static bool collect(us_diff *diff, const bool *changed_a, size_t n, const bool *changed_b, size_t m) {
  diff->ops.n = 0;
  for (size_t i = 0, j = 0; i < n || j < m;) {
    us_diff_op op = {0};
    for (; i < n && j < m && !changed_a[i] && !changed_b[j]; i++, j++) op.equal++;
    for (; i < n && changed_a[i]; i++) op.a++;
    for (; j < m && changed_b[j]; j++) op.b++;
    if (!us_vec_push(&diff->ops, op)) return false;
  }
  return true;
}

static bool reserve(us_diff *diff, size_t words) {
  size_t cells = 2 * (words + 3);
  if (diff->front_cap < cells) {
    int32_t *front = realloc(diff->front, 2 * cells * sizeof *front);
    if (!front) return false;
    diff->front = front;
    diff->front_cap = 2 * cells;
  }
  if (diff->changed_cap < words + 1) {
    bool *changed = realloc(diff->changed, 2 * (words + 1));
    if (!changed) return false;
    diff->changed = changed;
    diff->changed_cap = 2 * (words + 1);
  }
  memset(diff->changed, 0, words);
  return true;
}

bool us_diff_run(us_diff *diff, const uint32_t *a, size_t n, const uint32_t *b, size_t m) {
  if (n + m > INT32_MAX / 4 || !reserve(diff, n + m)) return false;
  work w = {.a = a, .b = b, .changed_a = diff->changed, .changed_b = diff->changed + n};
  w.forward = diff->front + m + 1;
  w.backward = w.forward + n + m + 3;
  compare(&w, (box){0, (int32_t)n, 0, (int32_t)m});
  return collect(diff, w.changed_a, n, w.changed_b, m);
}

void us_diff_free(us_diff *diff) {
  free(diff->front);
  free(diff->changed);
  us_vec_free(&diff->ops);
}
