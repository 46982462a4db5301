#include "measure/halves.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/vec.h"
#include "text/token.h"
#include "text/window.h"

enum { FEWEST_PARAGRAPHS = 8 };

typedef struct unit {
  us_slice text;
  uint64_t hash; /* of its words */
  size_t words, order;
  int half;
} unit;

typedef US_VEC(unit) unit_vec;

/* Adds the stretch of WINDOW that holds the N tokens at T, unless there is no word in it. */
static bool add_unit(unit_vec *units, us_slice window, const us_token *t, size_t n, us_buf *fold) {
  unit u = {.order = units->n};
  us_buf_clear(fold);
  for (size_t i = 0; i < n; i++) {
    u.words += t[i].kind != US_TOK_PUNCT && t[i].kind != US_TOK_OTHER;
    us_fold(fold, us_token_text(window, t[i]));
    us_buf_putc(fold, ' ');
  }
  if (!u.words) return true;
  u.text = us_slice_sub(window, t[0].begin, t[n - 1].end);
  u.hash = us_hash(us_buf_slice(fold));
  return !fold->failed && us_vec_push(units, u);
}

static bool add_sentences(unit_vec *units, us_slice window, const us_token *t, size_t n, us_buf *fold) {
  for (size_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && !(t[end].flags & US_TF_SENTENCE);) end++;
    if (!add_unit(units, window, t + i, end - i, fold)) return false;
  }
  return true;
}

static bool cut(us_slice text, bool sentences, unit_vec *units) {
  us_token_vec tokens = {0};
  us_buf fold = {0};
  us_slice window;
  bool ok = true;
  units->n = 0;
  for (size_t at = 0; ok && us_window_next(text, &at, &window);) {
    tokens.n = 0;
    ok = us_tokenize(window, NULL, &tokens);
    if (!ok || !tokens.n) continue;
    ok = sentences ? add_sentences(units, window, tokens.p, tokens.n, &fold)
                   : add_unit(units, window, tokens.p, tokens.n, &fold);
  }
  us_vec_free(&tokens);
  us_buf_free(&fold);
  return ok;
}

static int by_hash(const void *a, const void *b) {
  const unit *x = a, *y = b;
  if (x->hash != y->hash) return x->hash < y->hash ? -1 : 1;
  return (x->order > y->order) - (x->order < y->order);
}

static int by_order(const void *a, const void *b) {
  const unit *x = a, *y = b;
  return (x->order > y->order) - (x->order < y->order);
}

/* Gives every unit the order of the first one with its words in HALF, for the time being. */
static void find_repeats(unit_vec *units) {
  qsort(units->p, units->n, sizeof *units->p, by_hash);
  for (size_t i = 0; i < units->n; i++) {
    bool repeat = i && units->p[i].hash == units->p[i - 1].hash;
    units->p[i].half = repeat ? units->p[i - 1].half : (int)units->p[i].order;
  }
  qsort(units->p, units->n, sizeof *units->p, by_order);
}

static bool deal(unit_vec *units, us_halves *h) {
  if (units->n) find_repeats(units);
  for (size_t i = 0; i < units->n; i++) {
    unit *u = &units->p[i];
    bool repeat = (size_t)u->half < i;
    u->half = repeat ? units->p[u->half].half : h->words[0] > h->words[1];
    us_buf_append(&h->half[u->half], u->text);
    us_buf_puts(&h->half[u->half], "\n\n");
    h->words[u->half] += u->words;
  }
  h->units = units->n;
  return !h->half[0].failed && !h->half[1].failed;
}

bool us_halves_split(us_slice text, us_halves *halves) {
  *halves = (us_halves){0};
  unit_vec units = {0};
  bool ok = cut(text, false, &units);
  if (ok && units.n < FEWEST_PARAGRAPHS) {
    halves->sentences = true;
    ok = cut(text, true, &units);
  }
  ok = ok && deal(&units, halves);
  us_vec_free(&units);
  return ok;
}

void us_halves_free(us_halves *halves) {
  us_buf_free(&halves->half[0]);
  us_buf_free(&halves->half[1]);
}
