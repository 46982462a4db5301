#include <math.h>

#include "measure/undone.h"

static double share(size_t a, size_t b) { return (double)a / (double)(b ? b : 1); }

void us_tally_add(us_tally *sum, const us_tally *tally) {
  sum->texts += tally->texts;
  sum->whole += tally->whole;
  sum->words += tally->words;
  sum->slots += tally->slots;
  sum->free += tally->free;
  sum->right += tally->right;
  sum->kept += tally->kept;
  sum->wrong += tally->wrong;
  sum->false_words += tally->false_words;
  sum->before += tally->before;
  sum->after += tally->after;
  sum->sentences += tally->sentences;
  sum->exact += tally->exact;
}

double us_tally_undone(const us_tally *t) { return t->before ? 1 - (double)t->after / (double)t->before : (double)NAN; }

double us_tally_precision(const us_tally *t) { return share(t->right, t->right + t->wrong + t->false_words); }
double us_tally_recall(const us_tally *t) { return share(t->right, t->slots - t->free); }

double us_tally_f05(const us_tally *t) {
  double p = us_tally_precision(t), r = us_tally_recall(t);
  return 1.25 * p * r / fmax(1e-9, 0.25 * p + r);
}

double us_tally_err(const us_tally *t) {
  size_t damaged = t->slots - t->free;
  return damaged ? ((double)t->right - (double)t->false_words) / (double)damaged : (double)NAN;
}

double us_tally_false_per_1000(const us_tally *t) { return 1000 * share(t->false_words, t->words); }
double us_tally_whole(const us_tally *t) { return share(t->whole, t->texts); }
double us_tally_exact(const us_tally *t) { return share(t->exact, t->sentences); }
