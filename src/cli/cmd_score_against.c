#include "cli/cmd_score_against.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/cmd_score_html.h"
#include "report/report.h"

/* What scoring needs of the data folder. */
typedef struct tools {
  unspin_model *model;
  us_buf function_words;
} tools;

static unspin_status open_tools(const score_run *run, tools *t, unspin_error *err) {
  us_buf model = {0}, words = {0};
  unspin_status status = cli_data_dir(run->data, &model) && cli_data_dir(run->data, &words) ? UNSPIN_OK : us_nomem(err);
  us_buf_puts(&model, "/plain.lm");
  us_buf_puts(&words, "/function-words.tsv");
  if (!status && (model.failed || words.failed)) status = us_nomem(err);
  if (!status) status = unspin_model_open(model.p, &t->model, err);
  if (!status) status = us_file_read(words.p, &t->function_words, err);
  us_buf_free(&model);
  us_buf_free(&words);
  return status;
}

static void close_tools(tools *t) {
  unspin_model_close(t->model);
  us_buf_free(&t->function_words);
}

/* ---- averages ---- */

typedef struct pool {
  const against_result_vec *results;
} pool;

enum { MICRO_DIFFERENCE, MICRO_ATTESTATION, DIFFERENCE, ATTESTATION, DIVERGENCE, CHI_SQUARE, FIGURES };

static void add(us_shift *sum, size_t *count, const us_shift *s) {
  if (!isfinite(s->change)) return; /* an article without edits has no attestation */
  sum->before += s->before;
  sum->after += s->after;
  ++*count;
}

static us_shift mean(const us_shift *sum, size_t count) {
  double n = count ? (double)count : US_NAN;
  return us_shift_of(sum->before / n, sum->after / n);
}

static us_shift micro_difference(const against_result_vec *v, const uint32_t *picks, size_t count) {
  us_shift sum = {0};
  double tokens = 0;
  for (size_t i = 0; i < count; i++) {
    const us_comparable *c = &v->p[picks[i]].figures;
    sum.before += c->difference.before * (double)c->tokens;
    sum.after += c->difference.after * (double)c->tokens;
    tokens += (double)c->tokens;
  }
  return us_shift_of(sum.before / tokens, sum.after / tokens);
}

static us_shift micro_attestation(const against_result_vec *v, const uint32_t *picks, size_t count) {
  double removed = 0, removed_held = 0, made = 0, made_held = 0;
  for (size_t i = 0; i < count; i++) {
    const us_comparable *c = &v->p[picks[i]].figures;
    for (size_t e = 0; e < c->edit_count; e++) {
      removed += c->edits[e].removed;
      removed_held += c->edits[e].removed_held;
      made += c->edits[e].made;
      made_held += c->edits[e].made_held;
    }
  }
  return us_shift_of(removed_held / removed, made_held / made); /* NAN where there is nothing */
}

static void averages(const against_result_vec *v, const uint32_t *picks, size_t count, us_shift *out) {
  us_shift sum[FIGURES] = {0};
  size_t n[FIGURES] = {0};
  for (size_t i = 0; i < count; i++) {
    const us_comparable *c = &v->p[picks[i]].figures;
    add(&sum[DIFFERENCE], &n[DIFFERENCE], &c->difference);
    add(&sum[ATTESTATION], &n[ATTESTATION], &c->attestation);
    add(&sum[DIVERGENCE], &n[DIVERGENCE], &c->divergence);
    add(&sum[CHI_SQUARE], &n[CHI_SQUARE], &c->chi_square);
  }
  out[MICRO_DIFFERENCE] = micro_difference(v, picks, count);
  out[MICRO_ATTESTATION] = micro_attestation(v, picks, count);
  for (int f = DIFFERENCE; f < FIGURES; f++) out[f] = mean(&sum[f], n[f]);
}

static void draw(void *data, const uint32_t *picks, size_t count, double *values) {
  us_shift drawn[FIGURES];
  averages(((pool *)data)->results, picks, count, drawn);
  for (int f = 0; f < FIGURES; f++) values[f] = drawn[f].change;
}

unspin_status against_average_of(const score_run *run, const against_result_vec *results, against_average *average,
                                 unspin_error *err) {
  us_shift figure[FIGURES];
  us_interval interval[FIGURES];
  pool p = {results};
  uint32_t *all = calloc(results->n + 1, sizeof *all);
  if (!all) return us_nomem(err);
  double before = 0, after = 0;
  for (size_t i = 0; i < results->n; i++) {
    all[i] = (uint32_t)i;
    before += (double)results->p[i].figures.words_before;
    after += (double)results->p[i].figures.words_after;
  }
  averages(results, all, results->n, figure);
  free(all);
  US_TRY(us_bootstrap_many(run->seed, run->rounds, results->n, FIGURES, draw, &p, interval, err));
  for (int f = 0; f < FIGURES; f++) figure[f].interval = interval[f];
  *average = (against_average){.micro_difference = figure[MICRO_DIFFERENCE],
                               .micro_attestation = figure[MICRO_ATTESTATION],
                               .difference = figure[DIFFERENCE],
                               .attestation = figure[ATTESTATION],
                               .divergence = figure[DIVERGENCE],
                               .chi_square = figure[CHI_SQUARE],
                               .length_ratio = after / before};
  return UNSPIN_OK;
}

/* ---- verdicts ---- */

against_verdict against_judge(const us_shift *s, int sign) {
  if (!isfinite(s->interval.low)) return AGAINST_UNKNOWN;
  if (s->interval.low > 0) return sign > 0 ? AGAINST_FURTHER : AGAINST_NEARER;
  if (s->interval.high < 0) return sign > 0 ? AGAINST_NEARER : AGAINST_FURTHER;
  return AGAINST_UNSURE;
}

const char *against_verdict_name(against_verdict verdict) {
  switch (verdict) {
    case AGAINST_NEARER: return "nearer";
    case AGAINST_FURTHER: return "further";
    case AGAINST_UNSURE: return "not sure";
    case AGAINST_UNKNOWN: break;
  }
  return "";
}

const char *against_shown(const char *path) { return strcmp(path, "-") == 0 ? US_REPORT_STDIN : path; }

/* ---- measuring ---- */

static unspin_status measure(score_run *run, const tools *t, score_item *item, against_result_vec *results,
                             unspin_error *err) {
  US_TRY(score_item_load(run, item, err));
  /* Whether a text that we did not restore owes something to the reference, nobody knows: only what `clean --like`
   * never reads may judge it, unless the user says that nothing of it was read. */
  us_reference_options options = {.model = t->model,
                                  .function_words = us_buf_slice(&t->function_words),
                                  .name = against_shown(item->reference),
                                  .both = run->both_halves || (!item->after && !run->like),
                                  .force = run->force};
  us_reference *reference;
  US_TRY(us_reference_open(us_buf_slice(&item->reference_text), &options, &reference, err));
  against_result r = {.item = item, .facts = *us_reference_about(reference)};
  us_comparable_options how = {.seed = run->seed, .rounds = run->rounds};
  unspin_status status = us_comparable_score(reference, us_buf_slice(&item->before_text),
                                             us_buf_slice(&item->after_text), &how, &r.figures, err);
  us_reference_close(reference);
  if (status) {
    unspin_error told = *err;
    us_fail(err, status, "%s: %s", against_shown(item->before), told.message);
  } else if (!us_vec_push(results, r)) {
    status = us_nomem(err);
  }
  if (status) us_comparable_free(&r.figures);
  return status;
}

static unspin_status print(const score_run *run, const against_result_vec *results, bool *page_failed,
                           unspin_error *err) {
  against_average average;
  bool several = results->n > 1;
  if (several) US_TRY(against_average_of(run, results, &average, err));
  if (run->html && !score_html_against(run, results, several ? &average : NULL)) *page_failed = true;
  if (run->json) return against_print_json(run, results, several ? &average : NULL, err);
  against_print_text(run, results, several ? &average : NULL);
  return UNSPIN_OK;
}

int score_against(score_run *run) {
  tools t = {0};
  against_result_vec results = {0};
  unspin_error err = {0};
  bool failed = false;
  unspin_status status = open_tools(run, &t, &err);
  for (size_t i = 0; !status && i < run->items.n; i++) {
    unspin_error said = {0};
    if (!measure(run, &t, &run->items.p[i], &results, &said)) continue;
    cli_message("%s", said.message);
    failed = true;
  }
  if (!status && !failed) status = print(run, &results, &failed, &err);
  if (status) cli_message("%s", err.message);
  if (!status && !cli_flush_stdout()) failed = true;
  for (size_t i = 0; i < results.n; i++) us_comparable_free(&results.p[i].figures);
  us_vec_free(&results);
  close_tools(&t);
  return status || failed ? CLI_ERROR : CLI_OK;
}
