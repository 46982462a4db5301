/* cmd_phrases_coverage.c - unspin phrases coverage: is the original among the candidates at all? */
#define _GNU_SOURCE
#include "cli/cmd_phrases_coverage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd_phrases_engine.h"
#include "measure/pairs.h"

const coverage_source coverage_sources[COVERAGE_SOURCES] = {
    {"all", UNSPIN_FROM_ROWS | UNSPIN_FROM_WORDNET | UNSPIN_FROM_THESAURUS | UNSPIN_FROM_SIMULATED |
                UNSPIN_FROM_OBSERVED | UNSPIN_FROM_EXPRESSIONS},
    {"rows", UNSPIN_FROM_ROWS},
    {"wordnet", UNSPIN_FROM_WORDNET},
    {"mythes", UNSPIN_FROM_THESAURUS},
    {"simulated", UNSPIN_FROM_SIMULATED},
    {"observed", UNSPIN_FROM_OBSERVED},
    {"composed", UNSPIN_FROM_EXPRESSIONS}};

typedef struct job {
  const phrases_options *o;
  phrases_engine engine;
  us_coverage *coverage;
  unspin_learner *learner; /* of what is missing; NULL: nobody asked */
  us_offer_vec offers;
  us_arena arena; /* their texts */
  us_buf best;
  coverage_report report;
  bool failed; /* out of memory */
} job;

static bool each_candidate(void *cookie, const unspin_candidate *c) {
  job *j = cookie;
  const char *copy = us_arena_copy(&j->arena, (us_slice){c->after.text, c->after.len});
  us_offer offer = {.begin = c->begin, .end = c->end, .after = {copy, c->after.len}, .sources = c->from};
  j->failed |= !copy || !us_vec_push(&j->offers, offer);
  return !j->failed;
}

/* Pieces of one document say so, or stand in one file; else each text is one. */
static us_slice document_of(const us_pair *pair) {
  if (pair->doc.p) return pair->doc;
  return strcmp(pair->suite, pair->path) == 0 ? us_slice_of(pair->suite) : pair->id;
}

static coverage_sum *sum_of(job *j, us_slice name) {
  coverage_report *r = &j->report;
  for (size_t i = r->documents.n; i-- > 0;) /* most likely the last */
    if (us_slice_eq(us_slice_of(r->documents.p[i]->name), name)) return r->documents.p[i];
  coverage_sum *sum = calloc(1, sizeof *sum);
  const char *copy = sum ? us_arena_copy(&r->arena, name) : NULL;
  if (!copy || !us_vec_push(&r->documents, sum)) {
    free(sum);
    return NULL;
  }
  sum->name = copy;
  return sum;
}

/* How many candidates begin at each word. Offers are in the order of the text. */
static void count_candidates(const job *j, coverage_sum *sum) {
  const us_word_vec *words = us_coverage_words(j->coverage);
  size_t at = 0;
  for (size_t i = 0; i < words->n; i++) {
    size_t n[COVERAGE_SOURCES] = {0};
    for (; at < j->offers.n && j->offers.p[at].begin < words->p[i].end; at++)
      for (int k = 0; k < COVERAGE_SOURCES; k++) n[k] += (j->offers.p[at].sources & coverage_sources[k].from) != 0;
    if (!words->p[i].alnum) continue;
    sum->words++;
    for (int k = 0; k < COVERAGE_SOURCES; k++) {
      sum->candidates[k] += n[k];
      sum->counts[k][n[k] < COVERAGE_MOST ? n[k] : COVERAGE_MOST]++;
    }
  }
}

static void add_gaps(us_gaps *sum, const us_gaps *more) {
  sum->substitutions += more->substitutions;
  sum->words += more->words;
}

static unspin_status measure(job *j, const us_pair *pair, unspin_error *err) {
  coverage_sum *sum = sum_of(j, document_of(pair));
  if (!sum) return us_nomem(err);
  us_gaps gaps;
  us_arena_reset(&j->arena);
  j->offers.n = 0;
  US_TRY(unspin_candidates(j->engine.session, pair->spun.p, pair->spun.n, &j->engine.options, each_candidate, j, err));
  if (j->failed) return us_nomem(err);
  US_TRY(us_coverage_begin(j->coverage, pair->spun, pair->plain[0], &j->offers, err));
  US_TRY(us_coverage_left(j->coverage, 0, &gaps, NULL, err));
  add_gaps(&sum->all, &gaps);
  for (int k = 0; k < COVERAGE_SOURCES; k++) {
    US_TRY(us_coverage_left(j->coverage, coverage_sources[k].from, &gaps, k ? NULL : &j->best, err));
    add_gaps(&sum->left[k], &gaps);
  }
  sum->texts++;
  count_candidates(j, sum);
  if (!j->learner) return UNSPIN_OK;
  return unspin_learner_add(j->learner, j->best.p ? j->best.p : "", j->best.n, pair->plain[0].p, pair->plain[0].n, err);
}

static unspin_status measure_all(job *j, unspin_error *err) {
  us_pairs *pairs = NULL;
  US_TRY(us_pairs_open((const char *const *)j->o->args, (size_t)j->o->count, &pairs, err));
  const us_pair *pair = NULL;
  unspin_status status = us_pairs_next(pairs, &pair, err);
  while (!status && pair) {
    status = measure(j, pair, err);
    if (!status) status = us_pairs_next(pairs, &pair, err);
  }
  us_pairs_close(pairs);
  return status;
}

static void add_up(coverage_report *r) {
  coverage_sum *total = &r->total;
  total->name = "in all";
  for (size_t i = 0; i < r->documents.n; i++) {
    const coverage_sum *s = r->documents.p[i];
    total->texts += s->texts;
    total->words += s->words;
    add_gaps(&total->all, &s->all);
    for (int k = 0; k < COVERAGE_SOURCES; k++) {
      add_gaps(&total->left[k], &s->left[k]);
      total->candidates[k] += s->candidates[k];
      for (size_t n = 0; n <= COVERAGE_MOST; n++) total->counts[k][n] += s->counts[k][n];
    }
  }
}

/* ---- what is missing ---- */

static unspin_status take_missing(void *cookie, const unspin_learned *l, unspin_error *err) {
  coverage_report *r = cookie;
  coverage_missing m = {.spun = us_arena_copy(&r->arena, us_slice_of(l->row->spun)),
                        .plain = us_arena_copy(&r->arena, us_slice_of(l->row->plain)),
                        .pos = l->row->pos,
                        .count = l->row->count};
  return m.spun && m.plain && us_vec_push(&r->missing, m) ? UNSPIN_OK : us_nomem(err);
}

static int by_count(const void *a, const void *b) {
  const coverage_missing *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  int order = strcmp(x->spun, y->spun);
  return order ? order : strcmp(x->plain, y->plain);
}

static unspin_status find_missing(job *j, unspin_error *err) {
  coverage_report *r = &j->report;
  US_TRY(unspin_learner_finish(j->learner, take_missing, r, err));
  if (r->missing.n) qsort(r->missing.p, r->missing.n, sizeof *r->missing.p, by_count);
  if (r->missing.n > j->o->missing) r->missing.n = j->o->missing;
  return UNSPIN_OK;
}

static unspin_status open_learner(job *j, const char *data_dir, unspin_error *err) {
  unspin_learn_options options;
  unspin_learn_options_init(&options);
  const char *scratch = getenv("TMPDIR");
  options.scratch_dir = scratch && *scratch ? scratch : NULL;
  options.min_count = 1;
  options.min_significance = options.min_p = 0;
  return unspin_learner_new(data_dir, &options, &j->learner, err);
}

/* ---- the part ---- */

static unspin_status work(job *j, const phrases_stack *s, unspin_error *err) {
  j->coverage = us_coverage_new();
  if (!j->coverage) return us_nomem(err);
  if (j->o->missing) US_TRY(open_learner(j, s->data_dir.p, err));
  US_TRY(measure_all(j, err));
  add_up(&j->report);
  return j->learner ? find_missing(j, err) : UNSPIN_OK;
}

static int run(const phrases_options *o, const phrases_stack *s) {
  job j = {.o = o};
  unspin_error err;
  int result = CLI_ERROR;
  if (phrases_engine_open(s, &j.engine) && phrases_status(work(&j, s, &err), &err) == CLI_OK) {
    errno = 0;
    if (o->json) coverage_print_json(&j.report);
    else coverage_print_text(&j.report);
    result = cli_flush_stdout() ? CLI_OK : CLI_ERROR;
  }
  unspin_learner_free(j.learner);
  us_coverage_free(j.coverage);
  phrases_engine_free(&j.engine);
  us_vec_free(&j.offers);
  us_arena_free(&j.arena);
  us_buf_free(&j.best);
  for (size_t i = 0; i < j.report.documents.n; i++) free(j.report.documents.p[i]);
  us_vec_free(&j.report.documents);
  us_vec_free(&j.report.missing);
  us_arena_free(&j.report.arena);
  return result;
}

int cli_phrases_coverage(int argc, char **argv) {
  phrases_options o;
  phrases_stack s = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_JSON | PHRASES_O_COVERAGE, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (!o.count) phrases_complain(argv[0], "which pairs?");
    else if (o.in) phrases_complain(argv[0], "works with the whole stack: --in has no place here");
    else if (phrases_stack_open(&o, &s)) result = run(&o, &s);
  }
  phrases_stack_free(&s);
  phrases_options_free(&o);
  return result;
}
