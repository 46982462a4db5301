#define _GNU_SOURCE /* qsort_r */
#include "phrases/learn_rate.h"

#include <math.h>

#include "phrases/learn_derive.h"

/* A phrase must be so much surer than its parts. */
static const double WORTH = 1.2;

static double term(double k, double expected) { return k > 0 && expected > 0 ? k * log(k / expected) : 0; }

double us_log_likelihood(double both, double spun, double plain, double all) {
  if (all < spun + plain) all = spun + plain;
  double only_spun = spun - both, only_plain = plain - both, neither = all - spun - plain + both;
  double g = term(both, spun * plain / all) + term(only_spun, spun * (all - plain) / all) +
             term(only_plain, (all - spun) * plain / all) + term(neither, (all - spun) * (all - plain) / all);
  return both * all < spun * plain ? -2 * g : 2 * g;
}

/* Taken off every count, and added to how often the phrase stood there, so that the rare do not look certain. Settled
 * on articles that were not learned from: a phrase seen once, changed that time, had the same plain side again in about
 * half of the cases there, one seen five times in nine of ten. */
static const double TAKEN = 0.4, ADDED = 0.3;

static double smooth(double count, double all) { return (count - TAKEN) / (all + ADDED); }

static int strength_of(double p) { return p >= 0.8 ? 5 : p >= 0.5 ? 4 : p >= 0.25 ? 3 : p >= 0.06 ? 2 : 1; }

/* What is written to order rows: the spun phrase's place in the alphabet. */
typedef struct entry {
  us_learn_pair pair;
  size_t spun, plain; /* in the texts */
  uint32_t spun_n, plain_n;
  char pos;
} entry;

typedef struct sheet {
  US_VEC(entry) entries;
  us_buf texts;
} sheet;

static us_slice spun_text(const sheet *s, const entry *e) { return (us_slice){s->texts.p + e->spun, e->spun_n}; }
static us_slice plain_text(const sheet *s, const entry *e) { return (us_slice){s->texts.p + e->plain, e->plain_n}; }

static int by_text(const void *x, const void *y, void *cookie) {
  const sheet *s = cookie;
  const entry *a = x, *b = y;
  int c = us_slice_cmp(spun_text(s, a), spun_text(s, b));
  if (c) return c;
  if (a->pair.count != b->pair.count) return a->pair.count > b->pair.count ? -1 : 1;
  c = us_slice_cmp(plain_text(s, a), plain_text(s, b));
  return c ? c : (a->pos > b->pos) - (a->pos < b->pos);
}

static bool write_entry(const us_learn_book *book, sheet *s, const us_learn_pair *pair) {
  entry e = {.pair = *pair, .spun = s->texts.n};
  e.pos = us_learn_write(book->words, book->trie, pair->spun, book->options->syntax, &s->texts);
  e.spun_n = (uint32_t)(s->texts.n - e.spun);
  e.plain = s->texts.n;
  us_learn_write(book->words, book->trie, pair->plain, book->options->syntax, &s->texts);
  e.plain_n = (uint32_t)(s->texts.n - e.plain);
  return !s->texts.failed && us_vec_push(&s->entries, e);
}

static double p_plain(const us_learn_book *book, const us_learn_pair *pair) {
  uint32_t seen = book->trie->nodes.p[pair->spun].spun;
  return smooth(pair->count, seen > pair->count ? seen : pair->count);
}

/* A phrase put together from neighbours earns its place only where it says more than they do one by one. */
static bool worth(const us_learn_book *book, const us_learn_pair *pair) {
  double p = 1;
  for (size_t i = 0; i < US_LEARN_PARTS; i++) {
    if (pair->part[i] == US_NO_PAIR) {
      if (i < 2) return true; /* no parts, or one that is no row itself */
      break;
    }
    p *= p_plain(book, &book->trie->pairs.p[pair->part[i]]);
  }
  return p_plain(book, pair) > WORTH * p;
}

/* A phrase of several words that stands for something else nearly always: once is a slip of the alignment. */
enum { OFTEN = 5 };
static bool is_slip(const us_learned *row) {
  return row->count == 1 && row->spun_count >= OFTEN && memchr(row->spun.p, ' ', row->spun.n);
}

static unspin_status emit(const us_learn_book *book, const sheet *s, const entry *e, us_learn_sink *sink, void *cookie,
                          unspin_error *err) {
  const us_trie_node *nodes = book->trie->nodes.p;
  us_learned row = {.spun = spun_text(s, e), .plain = plain_text(s, e), .pos = e->pos, .count = e->pair.count};
  row.first = e->pair.first;
  row.spun_count = nodes[e->pair.spun].spun > row.count ? nodes[e->pair.spun].spun : row.count;
  row.plain_count = nodes[e->pair.plain].plain > row.count ? nodes[e->pair.plain].plain : row.count;
  if (!book->options->decisions && is_slip(&row)) return UNSPIN_OK;
  row.significance = us_log_likelihood(row.count, row.spun_count, row.plain_count, (double)book->totals->spun_words);
  if (row.significance < book->options->min_significance || us_slice_eq(row.spun, row.plain)) return UNSPIN_OK;
  row.p_plain = smooth(row.count, row.spun_count);
  if (row.p_plain < book->options->min_p || !worth(book, &e->pair)) return UNSPIN_OK;
  row.p_spun = smooth(row.count, row.plain_count);
  row.strength = strength_of(row.p_plain);
  book->totals->rows++;
  return sink(cookie, &row, err);
}

unspin_status us_learn_rate(us_learn_book *book, us_learn_sink *sink, void *cookie, unspin_error *err) {
  sheet s = {0};
  unspin_status status = UNSPIN_OK;
  const us_trie *t = book->trie;
  book->totals->rows = 0;
  for (size_t i = 0; i < t->pairs.n && !status; i++)
    if (t->pairs.p[i].count >= book->options->min_count && !write_entry(book, &s, &t->pairs.p[i]))
      status = us_nomem(err);
  if (!status && s.entries.n) qsort_r(s.entries.p, s.entries.n, sizeof *s.entries.p, by_text, &s);
  for (size_t i = 0; i < s.entries.n && !status; i++) status = emit(book, &s, &s.entries.p[i], sink, cookie, err);
  us_vec_free(&s.entries);
  us_buf_free(&s.texts);
  return status;
}
