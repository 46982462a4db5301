#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cmd_score_against.h"
#include "report/safe.h"

/* Of the edits that earned most and of those that cost most, so many are shown. */
enum { MOST_SHOWN = 12 };
/* Of a text longer than this, the beginning is shown. */
enum { LONGEST_SHOWN = 60 };
/* From this share of its sentences on, a text that the reference shares is worth a remark: one in so many. */
enum { SHARED_REMARK = 5 };

typedef struct ink {
  const char *good, *bad, *faint, *none;
} ink;

static ink ink_of(const score_run *run) {
  if (!cli_use_color(run->color)) return (ink){"", "", "", ""};
  return (ink){"\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[0m"};
}

/* ---- figures ---- */

/* A column of WIDTH; "-" for what there is not. */
static void number(double value, int width, int digits, bool sign) {
  if (!isfinite(value)) printf(" %*s", width, "-");
  else if (sign) printf(" %+*.*f", width, digits, value);
  else printf(" %*.*f", width, digits, value);
}

typedef struct row {
  const char *name;
  us_shift shift;
  int sign;     /* 1: less is nearer */
  double scale; /* 100 for percentages */
  int digits;
  double floor; /* NAN: none */
} row;

static void print_row(const row *r, const ink *k) {
  const us_shift *s = &r->shift;
  printf("%-26s", r->name);
  number(s->before * r->scale, 9, r->digits, false);
  number(s->after * r->scale, 9, r->digits, false);
  number(s->change * r->scale, 9, r->digits, true);
  if (isfinite(s->interval.low)) {
    printf("  [%+.*f, %+.*f]", r->digits, s->interval.low * r->scale, r->digits, s->interval.high * r->scale);
    against_verdict v = against_judge(s, r->sign);
    const char *colour = v == AGAINST_NEARER ? k->good : v == AGAINST_FURTHER ? k->bad : "";
    printf("  %s%s%s", colour, against_verdict_name(v), *colour ? k->none : "");
  }
  if (isfinite(r->floor)) printf("  %s(floor %.*f)%s", k->faint, r->digits, r->floor, k->none);
  putchar('\n');
}

static void print_head(void) {
  printf("%-26s %9s %9s %9s  95 %% interval of the change\n", "", "before", "after", "change");
}

static void print_figures(const against_result *r, const ink *k) {
  const us_comparable *c = &r->figures;
  const row rows[] = {
      {"difference, bits a token", c->difference, 1, 1, 4, US_NAN},
      {"edits attested, %", c->attestation, -1, 100, 1, US_NAN},
      {"content word divergence", c->divergence, 1, 1, 4, r->facts.floor_divergence},
      {"chi-square by word", c->chi_square, 1, 1, 4, r->facts.floor_chi_square},
  };
  print_head();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) print_row(&rows[i], k);
  printf("%-26s %9zu %9zu %9.3f  after by before\n", "words", c->words_before, c->words_after,
         (double)c->words_after / (double)c->words_before);
}

/* ---- edits ---- */

static int by_gain(const void *a, const void *b) {
  const us_comparable_edit *x = *(us_comparable_edit *const *)a, *y = *(us_comparable_edit *const *)b;
  if (x->gain < y->gain || x->gain > y->gain) return x->gain < y->gain ? -1 : 1;
  return (x->before_begin > y->before_begin) - (x->before_begin < y->before_begin);
}

/* On one line and harmless to a terminal. */
static void print_words(us_slice text) {
  size_t shown = 0, at = 0;
  bool blank = false;
  while (at < text.n && shown < LONGEST_SHOWN) {
    us_glyph g;
    size_t from = at;
    at += us_glyph_next(text, at, &g);
    bool space = text.p[from] == ' ' || text.p[from] == '\n' || text.p[from] == '\t' || text.p[from] == '\r';
    if (!space || !blank) {
      if (space) putchar(' ');
      else fwrite(g.text, 1, g.n, stdout);
      shown += g.width;
    }
    blank = space;
  }
  if (at < text.n) fputs("...", stdout);
}

static void print_edit(const against_result *r, const us_comparable_edit *e, const ink *k) {
  us_slice before = us_slice_sub(us_buf_slice(&r->item->before_text), e->before_begin, e->before_end);
  us_slice after = us_slice_sub(us_buf_slice(&r->item->after_text), e->after_begin, e->after_end);
  printf("%s%+9.2f%s  line %zu: ", e->gain < 0 ? k->good : k->bad, e->gain, k->none, e->line);
  if (before.n) print_words(before);
  else fputs("(nothing)", stdout);
  fputs(" -> ", stdout);
  if (after.n) print_words(after);
  else fputs("(nothing)", stdout);
  if (e->made_held) printf("  %s%u of %u word groups attested%s", k->faint, e->made_held, e->made, k->none);
  putchar('\n');
}

static void print_list(const against_result *r, us_comparable_edit *const *edits, size_t n, const char *title, int step,
                       const ink *k) {
  if (!n) return;
  double bits = 0;
  for (size_t i = 0; i < n; i++) bits += edits[step > 0 ? (ptrdiff_t)i : -(ptrdiff_t)i]->gain;
  printf("\n%zu edit%s %s, %+.2f bits", n, n == 1 ? "" : "s", title, bits);
  puts(n > MOST_SHOWN ? "; the strongest:" : ":");
  for (size_t i = 0; i < n && i < MOST_SHOWN; i++) print_edit(r, edits[step > 0 ? (ptrdiff_t)i : -(ptrdiff_t)i], k);
}

/* A list that did not fit into memory is left out: the figures stand. */
static void print_edits(const against_result *r, const ink *k) {
  const us_comparable *c = &r->figures;
  us_comparable_edit **edits = calloc(c->edit_count + 1, sizeof(us_comparable_edit *));
  if (!edits || !c->edit_count) {
    free(edits);
    return;
  }
  size_t earned = 0, cost = 0;
  for (size_t i = 0; i < c->edit_count; i++) {
    edits[i] = &c->edits[i];
    earned += c->edits[i].gain < 0;
    cost += c->edits[i].gain > 0;
  }
  qsort(edits, c->edit_count, sizeof *edits, by_gain);
  print_list(r, edits, earned, "earned it", 1, k);
  print_list(r, edits + c->edit_count - 1, cost, "cost", -1, k);
  free(edits);
}

/* ---- one article ---- */

static void print_name(const char *name) { us_safe_write(stdout, us_slice_of(name), false); }

static void print_reference(const against_result *r) {
  const us_reference_facts *f = &r->facts;
  print_name(against_shown(r->item->reference));
  printf(": %zu words, cut %s into halves of %zu and %zu; ", f->words, f->sentences ? "by sentences" : "by paragraphs",
         f->half_words[0], f->half_words[1]);
  if (f->both) printf("each judges,\nmodels weighted %.3f and %.3f against the background", f->weight[0], f->weight[1]);
  else printf("the second judges,\nits model weighted %.3f against the background", f->weight[1]);
  printf(" (vocabulary %zu)\n", f->vocabulary);
}

static void print_article(const score_run *run, const against_result *r, const ink *k) {
  const us_comparable *c = &r->figures;
  print_reference(r);
  print_name(against_shown(r->item->before));
  fputs(" -> ", stdout);
  print_name(r->item->after ? against_shown(r->item->after)
             : run->like    ? "restored by unspin --like"
                            : "restored by unspin");
  printf(": %zu tokens, %zu sentences, %zu edit%s\n\n", c->tokens, c->sentences, c->edit_count,
         c->edit_count == 1 ? "" : "s");
  print_figures(r, k);
  if (!c->edit_count) puts("Nothing was changed that the figures could see.");
  if (c->shared_sentences * SHARED_REMARK >= c->sentences)
    printf(
        "%zu sentence%s of the text after stand%s in the reference word for word: it is no independent text\n"
        "(if it is the original, score --original says more).\n",
        c->shared_sentences, c->shared_sentences == 1 ? "" : "s", c->shared_sentences == 1 ? "s" : "");
  print_edits(r, k);
  if (run->rounds && c->sentences > 1)
    printf("\nIntervals: %zu drawings of %zu sentences, seed %llu.\n", run->rounds, c->sentences,
           (unsigned long long)run->seed);
}

/* ---- several ---- */

static void print_articles(const score_run *run, const against_result_vec *results, const against_average *a,
                           const ink *k) {
  puts("difference, bits a token");
  print_head();
  for (size_t i = 0; i < results->n; i++) {
    us_buf name = {0};
    us_safe_append(&name, us_slice_of(results->p[i].item->name));
    print_row(&(row){name.failed ? "" : us_buf_slice(&name).p, results->p[i].figures.difference, 1, 1, 4, US_NAN}, k);
    us_buf_free(&name);
  }
  const row rows[] = {
      {"all as one text", a->micro_difference, 1, 1, 4, US_NAN},
      {"  edits attested, %", a->micro_attestation, -1, 100, 1, US_NAN},
      {"mean of the articles", a->difference, 1, 1, 4, US_NAN},
      {"  edits attested, %", a->attestation, -1, 100, 1, US_NAN},
      {"  content word divergence", a->divergence, 1, 1, 4, US_NAN},
      {"  chi-square by word", a->chi_square, 1, 1, 4, US_NAN},
  };
  putchar('\n');
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) print_row(&rows[i], k);
  printf("length after by before: %.3f\n", a->length_ratio);
  if (run->rounds)
    printf(
        "Intervals: %zu drawings of each article's sentences, for the averages of the %zu articles; seed %llu.\n"
        "One article alone shows its edits too; --json has them all.\n",
        run->rounds, results->n, (unsigned long long)run->seed);
}

void against_print_text(const score_run *run, const against_result_vec *results, const against_average *average) {
  ink k = ink_of(run);
  if (average) print_articles(run, results, average, &k);
  else print_article(run, &results->p[0], &k);
}
