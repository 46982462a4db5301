/* The report for people: what fails, with its surroundings; then rows, then sums. */
#include <math.h>
#include <stdlib.h>

#include "cli/cmd_check.h"
#include "report/safe.h"

enum { CONTEXT_WORDS = 5, BLAMED_ROWS = 20 };

typedef enum ink { INK_PLAIN, INK_BOLD, INK_BAD, INK_GOOD, INK_OLD, INK_NEW, INK_DIM } ink;

static void set_ink(const check_run *run, ink i) {
  static const char *const codes[] = {"\x1b[0m",    "\x1b[1m",  "\x1b[31;1m", "\x1b[32;1m",
                                      "\x1b[31;9m", "\x1b[33m", "\x1b[2m"};
  if (run->color) fputs(codes[i], stdout);
}

static void put(const check_run *run, ink i, us_slice text) {
  set_ink(run, i);
  us_safe_write(stdout, text, false);
  if (i != INK_PLAIN) set_ink(run, INK_PLAIN);
}

static void put_words(const check_run *run, ink i, const char *text) { put(run, i, us_slice_of(text)); }

/* ---- a place, with words around it ---- */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* So many words before AT, in the same line. */
static size_t context_begin(us_slice s, size_t at) {
  size_t words = 0;
  for (; at > 0 && s.p[at - 1] != '\n'; at--) {
    bool word_begins = is_blank(s.p[at - 1]) && at < s.n && !is_blank(s.p[at]);
    if (word_begins && ++words > CONTEXT_WORDS) break;
  }
  return at;
}

static size_t context_end(us_slice s, size_t at) {
  size_t words = 0;
  for (; at < s.n && s.p[at] != '\n'; at++) {
    bool word_ends = at > 0 && is_blank(s.p[at]) && !is_blank(s.p[at - 1]);
    if (word_ends && ++words > CONTEXT_WORDS) break;
  }
  return at;
}

/* BEFORE [-old-]{+new+} AFTER; without NOW only old, in brackets. */
static void put_place(const check_run *run, us_slice spun, size_t begin, size_t end, const us_slice *now) {
  size_t from = context_begin(spun, begin), to = context_end(spun, end);
  us_slice old = us_slice_sub(spun, begin, end), shown = us_slice_trim(old);
  if (from > 0 && spun.p[from - 1] != '\n') fputs("...", stdout);
  put(run, INK_PLAIN, us_slice_sub(spun, from, begin));
  if (!shown.n && old.n) fputc(' ', stdout);
  if (shown.n || !now) {
    if (!run->color) fputs(now ? "[-" : "[", stdout);
    put(run, now ? INK_OLD : INK_NEW, shown);
    if (!run->color) fputs(now ? "-]" : "]", stdout);
  }
  if (now && now->n) {
    fputs(run->color ? (shown.n ? " " : "") : "{+", stdout);
    put(run, INK_NEW, *now);
    if (!run->color) fputs("+}", stdout);
  }
  if (!shown.n && old.n) fputc(' ', stdout);
  put(run, INK_PLAIN, us_slice_sub(spun, end, to));
  if (to < spun.n && spun.p[to] != '\n') fputs(" ...", stdout);
}

static void put_row(const check_run *run, const char *row, const char *source) {
  put_words(run, INK_PLAIN, strcmp(row, "repair") == 0 ? "" : "row ");
  put_words(run, INK_BOLD, row);
  if (!source || !*source) return;
  put_words(run, INK_DIM, " (");
  put_words(run, INK_DIM, source);
  put_words(run, INK_DIM, ")");
}

/* Why a slot was kept. */
static void put_no_edit(const check_run *run, const check_case *c, const check_fault *fault) {
  if (fault->offer) {
    put_row(run, fault->offer, NULL);
    fputs(fault->offer_fits ? " has it, " : " has another phrase, ", stdout);
  }
  bool gated = unspin_result_totals(c->result)->gated;
  put_words(run, INK_DIM,
            gated          ? "judged clean as a whole"
            : fault->offer ? "not sure enough"
                           : "no row for this form of it");
}

static void put_blame(const check_run *run, const check_case *c, const check_fault *fault) {
  fputs("; ", stdout);
  if (!fault->edit_count) put_no_edit(run, c, fault);
  for (size_t i = 0; i < fault->edit_count; i++) {
    const unspin_edit *edit = unspin_result_edit(c->result, fault->first_edit + i);
    if (i) fputs(", ", stdout);
    put_row(run, edit->row, edit->source);
  }
}

static void put_where(const check_run *run, const check_case *c, size_t begin, const char *what) {
  fputs("  ", stdout);
  put_words(run, INK_DIM, c->pair->path);
  printf(":%zu: ", check_line(c->pair, begin));
  put_words(run, INK_BOLD, what);
  fputs(": ", stdout);
}

static void put_wanted(const check_run *run, us_slice want) {
  us_slice trimmed = us_slice_trim(want);
  fputs("; want ", stdout);
  put(run, INK_GOOD, trimmed.n ? trimmed : US_LIT("nothing"));
}

static void put_fault(const check_run *run, const check_case *c, const check_fault *fault) {
  put_where(run, c, fault->begin, check_fault_name(fault->kind));
  put_place(run, c->pair->spun, fault->begin, fault->end, fault->kind == CHECK_KEPT ? NULL : &fault->now);
  if (fault->kind != CHECK_FALSE) put_wanted(run, fault->want);
  put_blame(run, c, fault);
  fputc('\n', stdout);
}

/* ---- a pair ---- */

static void put_number(double value) {
  if (isnan(value)) fputs("-", stdout);
  else printf("%.3f", value);
}

static void put_scores(const check_case *c) {
  const us_tally *t = &c->tally;
  if (c->clean) {
    printf("%zu of %zu words changed", t->false_words, t->words);
    return;
  }
  printf("%zu of %zu right, %zu kept, %zu wrong, %zu word%s false; undone ", t->right, t->slots - t->free, t->kept,
         t->wrong, t->false_words, t->false_words == 1 ? "" : "s");
  put_number(us_tally_undone(t));
}

static void put_heading(const check_run *run, const check_case *c, const check_changes *changes) {
  bool bad = c->verdict == CHECK_FAILS || c->falls || (run->strict && c->verdict == CHECK_PASSES_NOW);
  bool good = c->verdict == CHECK_PASSES || c->verdict == CHECK_PASSES_NOW;
  put_words(run, bad ? INK_BAD : good ? INK_GOOD : INK_BOLD, c->falls ? "fell" : check_verdict_name(c->verdict));
  fputs("  ", stdout);
  put_words(run, INK_BOLD, c->key);
  fputs("  ", stdout);
  put_scores(c);
  if (c->old && !c->clean) {
    fputs(" (was ", stdout);
    put_number(us_tally_undone(&c->old->tally));
    fputs(")", stdout);
  }
  size_t gained = 0;
  for (size_t i = 0; i < changes->n; i++) gained += changes->p[i].gained;
  if (changes->n) printf(", %zu gained, %zu lost", gained, changes->n - gained);
  fputc('\n', stdout);
}

static void put_change(const check_run *run, const check_case *c, const check_change *change) {
  us_slice spun = c->pair->spun;
  if (change->false_edit && change->gained) { /* where it was is not known */
    fputs("  gained: a false edit is gone; ", stdout);
    put_row(run, change->old_row, NULL);
    fputc('\n', stdout);
    return;
  }
  put_where(run, c, change->slot.begin, change->gained ? "gained" : "lost");
  us_slice now = us_slice_sub(c->restored, change->slot.out_begin, change->slot.out_end);
  bool edited = !change->false_edit && change->slot.state != US_SLOT_KEPT;
  put_place(run, spun, change->slot.begin, change->slot.end, edited ? &now : NULL);
  if (!change->gained && !change->false_edit) put_wanted(run, change->slot.want);
  if (change->row) {
    fputs("; now ", stdout);
    put_row(run, change->row, NULL);
  }
  if (change->old_row) {
    fputs("; was ", stdout);
    put_row(run, change->old_row, NULL);
  }
  fputc('\n', stdout);
}

static void put_cure_rows(const check_run *run, const check_cure *cure) {
  fputs(cure->row_count == 1 ? "  without row " : "  without rows ", stdout);
  for (size_t i = 0; i < cure->row_count; i++) {
    if (i) fputs(", ", stdout);
    put_words(run, INK_BOLD, cure->rows[i]);
  }
}

static void put_cures(const check_run *run, const check_case *c) {
  for (size_t i = 0; i < c->cures.n; i++) {
    const check_cure *cure = &c->cures.p[i];
    put_cure_rows(run, cure);
    printf(": %s", cure->mends ? "passes" : "better");
    if (c->tally.after != cure->after) printf(", %zu instead of %zu words apart", cure->after, c->tally.after);
    fputc('\n', stdout);
  }
  if (!c->all_cures.row_count) return;
  put_cure_rows(run, &c->all_cures);
  fputs(" together: passes\n", stdout);
}

static bool text_pair(check_run *run, const check_case *c, const check_changes *changes) {
  if (run->quiet) return true;
  bool failing = c->verdict == CHECK_FAILS || c->falls;
  if (!run->all && !failing && !changes->n && c->verdict != CHECK_PASSES_NOW && !c->cures.n) return true;
  put_heading(run, c, changes);
  for (size_t i = 0; i < changes->n; i++) put_change(run, c, &changes->p[i]);
  for (size_t i = 0; i < c->faults.n && (run->all || c->verdict == CHECK_FAILS); i++)
    put_fault(run, c, &c->faults.p[i]);
  put_cures(run, c);
  return true;
}

/* ---- sums ---- */

static int by_change(const void *a, const void *b) {
  const check_row *x = *(const check_row *const *)a, *y = *(const check_row *const *)b;
  size_t m = x->gained + x->lost, n = y->gained + y->lost;
  if (m != n) return m > n ? -1 : 1;
  return strcmp(x->id, y->id);
}

/* Not table rows: what the engine repairs by itself has no row to blame. */
static void put_changed_rows(const check_run *run, const check_row *const *rows, size_t n) {
  for (size_t i = 0; i < n && (rows[i]->gained || rows[i]->lost); i++) {
    if (i == 0) printf("\n%-10s %7s %5s  %s\n", "row", "gained", "lost", "from");
    printf("%-10s %7zu %5zu  ", rows[i]->id, rows[i]->gained, rows[i]->lost);
    put_words(run, INK_PLAIN, rows[i]->source ? rows[i]->source : "-");
    fputc('\n', stdout);
  }
}

static void put_blamed_rows(const check_run *run, const check_row *const *rows, size_t n) {
  size_t harmful = 0;
  for (size_t i = 0; i < n; i++) harmful += rows[i]->wrong || rows[i]->false_edits;
  size_t shown = run->all || harmful <= BLAMED_ROWS ? harmful : BLAMED_ROWS;
  if (shown) printf("\n%-10s %5s %5s %5s  %s\n", "row", "wrong", "false", "right", "from");
  for (size_t i = 0; i < shown; i++) {
    printf("%-10s %5zu %5zu %5zu  ", rows[i]->id, rows[i]->wrong, rows[i]->false_edits, rows[i]->right);
    put_words(run, INK_PLAIN, rows[i]->source ? rows[i]->source : "-");
    fputc('\n', stdout);
  }
  if (shown < harmful) printf("and %zu rows more (--all)\n", harmful - shown);
}

static bool put_rows(const check_run *run) {
  size_t n = run->rows.rows.n;
  const check_row **rows = check_rows_by_harm(&run->rows);
  if (!rows) return false;
  if (!run->has_baseline || run->failed || run->all) put_blamed_rows(run, rows, n);
  qsort(rows, n, sizeof *rows, by_change);
  put_changed_rows(run, rows, n);
  free(rows);
  return true;
}

static void put_suite(const check_run *run, const check_suite *s) {
  printf("%5zu %5zu %7zu", s->pairs, s->failed, s->spun.words + s->clean.words);
  for (check_figure f = CHECK_UNDONE; f <= CHECK_EXACT; f++) {
    double value = s->spun.texts ? check_figure_of(f, &s->spun) : (double)NAN;
    if (isnan(value)) printf(" %9s", "-");
    else printf(" %9.3f", value);
  }
  if (s->clean_pairs) printf(" %4zu/%-4zu %6.2f", s->clean_changed, s->clean_pairs, us_tally_false_per_1000(&s->clean));
  else printf(" %9s %6s", "-", "-");
  fputs("  ", stdout);
  put_words(run, INK_BOLD, s->name);
  fputc('\n', stdout);
}

static void put_falls(const check_run *run) {
  for (size_t i = 0; i < run->falls.n; i++) {
    const check_fall *fall = &run->falls.p[i];
    put_words(run, INK_BAD, fall->figure == CHECK_FALSE_PER_1000 ? "rose" : "fell");
    fputs("  ", stdout);
    put_words(run, INK_BOLD, fall->suite);
    printf("  %s %.4f, was %.4f\n", check_figure_name(fall->figure), fall->now, fall->then);
  }
}

static void put_verdict(const check_run *run) {
  fputc('\n', stdout);
  put_falls(run);
  if (run->has_baseline)
    printf("%zu of %zu pairs compared with the baseline: %zu places gained, %zu lost\n", run->common, run->pairs,
           run->gained, run->lost);
  bool bad = run->failed || run->falls.n || run->errors;
  printf("%zu pair%s, ", run->pairs, run->pairs == 1 ? "" : "s");
  set_ink(run, bad ? INK_BAD : INK_GOOD);
  if (run->failed) printf("%zu failed", run->failed);
  else fputs("none failed", stdout);
  set_ink(run, INK_PLAIN);
  if (run->errors) printf(", %zu error%s", run->errors, run->errors == 1 ? "" : "s");
  fputc('\n', stdout);
}

static bool text_end(check_run *run) {
  if (!run->quiet && !put_rows(run)) return false;
  if (run->suites.n)
    printf("\n%5s %5s %7s %9s %9s %9s %9s %9s %9s %9s %6s  %s\n", "pairs", "fail", "words", "undone", "err",
           "precision", "recall", "f0.5", "exact", "clean", "f/1k", "suite");
  for (size_t i = 0; i < run->suites.n; i++) put_suite(run, &run->suites.p[i]);
  check_suite total = check_total(run);
  if (run->suites.n > 1) put_suite(run, &total);
  put_verdict(run);
  return true;
}

const check_reporter check_text = {.pair = text_pair, .end = text_end};
