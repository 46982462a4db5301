/* bench_aligned: how long all figures together take for 1,000 pairs of 400 words: undone and its kin, BLEU, chrF2,
 * chrF++ and TER, before and after, and 1,000 drawings for the intervals. One thread. The texts are made up: words
 * drawn as in English (few often, many seldom), a tenth of them swapped in the text before, some dropped, added and
 * moved; the text after has two thirds of that damage undone. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "measure/aligned.h"

enum { PAIRS = 1000, WORDS = 400, VOCABULARY = 20000 };

typedef struct texts {
  us_buf original, before, after;
} texts;

static double seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The n-th most common word comes about as often as 1/n. */
static uint64_t word(us_random *r) {
  uint64_t bits = us_random_below(r, 15);
  return us_random_below(r, (UINT64_C(2) << bits) < VOCABULARY ? UINT64_C(2) << bits : VOCABULARY);
}

static void put(us_buf *text, uint64_t id) {
  static const char letters[] = "etaoinshrdlucmfwypvbgkjqxz";
  for (uint64_t rest = id + 30; rest; rest /= 26) us_buf_putc(text, letters[rest % 26]);
  us_buf_putc(text, ' ');
}

static void put_word(texts *t, us_random *r) {
  uint64_t here = word(r), chance = us_random_below(r, 1000);
  bool undone = us_random_below(r, 3) > 0;
  put(&t->original, here);
  us_buf *both[2] = {&t->before, &t->after};
  for (int i = 0; i < 2; i++) {
    if (chance >= 160 || (i == 1 && undone)) put(both[i], here);
    else if (chance < 100) put(both[i], here + 7 * chance + 1); /* swapped */
    else if (chance < 130) { /* one word became two, some of them moved ahead */ put(both[i], 3 * here + 1);
      put(both[i], here);
    }
  }
}

static void fill(texts *t, us_random *r, int lines) {
  t->original.n = t->before.n = t->after.n = 0;
  for (int i = 0; i < WORDS; i++) {
    if (i && i % (WORDS / lines) == 0) {
      us_buf_putc(&t->original, '\n');
      us_buf_putc(&t->before, '\n');
      us_buf_putc(&t->after, '\n');
    }
    put_word(t, r);
  }
}

static bool measure(int lines) {
  us_random random;
  us_random_seed(&random, 1);
  us_aligned_scorer scorer = {0};
  us_aligned_vec found = {0}, articles = {0};
  us_aligned_average micro, macro;
  unspin_error err = {0};
  texts t = {0};
  double spent = 0, surface_spent = 0;
  bool ok = true;
  for (int i = 0; i < PAIRS && ok; i++) {
    fill(&t, &random, lines);
    us_aligned_texts given = {us_buf_slice(&t.original), us_buf_slice(&t.before), us_buf_slice(&t.after), "", "", ""};
    us_aligned sums = {0};
    us_surface_counts unused = {0};
    found.n = 0;
    double began = seconds();
    ok = !us_aligned_score(&scorer, &given, &found, &err);
    for (size_t k = 0; k < found.n; k++) us_aligned_sum(&sums, &found.p[k]);
    spent += seconds() - began;
    began = seconds();
    ok = ok && us_surface_add(&scorer.surface, given.before, &given.original, 1, &unused) &&
         us_vec_push(&articles, sums);
    surface_spent += seconds() - began;
  }
  double began = seconds();
  ok = ok && !us_aligned_micro(articles.p, articles.n, 1, US_BOOTSTRAP_ROUNDS, &micro, &err) &&
       !us_aligned_macro(articles.p, articles.n, 1, US_BOOTSTRAP_ROUNDS, &macro, &err);
  double drawing = seconds() - began;
  if (ok)
    printf(
        "%d pairs of %d words in %d line%s: %.2f s + intervals %.2f s = %.2f s; BLEU, chrF2, chrF++, TER of one side "
        "and as one segment: %.2f s; undone %.3f, TER %.1f to %.1f\n",
        PAIRS, WORDS, lines, lines == 1 ? "" : "s", spent, drawing, spent + drawing, surface_spent,
        micro.figures.after[US_FIGURE_UNDONE], micro.figures.before[US_FIGURE_TER], micro.figures.after[US_FIGURE_TER]);
  else fprintf(stderr, "bench_aligned: %s\n", err.message);
  us_buf_free(&t.original);
  us_buf_free(&t.before);
  us_buf_free(&t.after);
  us_vec_free(&found);
  us_vec_free(&articles);
  us_aligned_scorer_free(&scorer);
  return ok;
}

int main(void) { return measure(20) && measure(1) ? EXIT_SUCCESS : EXIT_FAILURE; }
