/* unspin score --original: how near the articles came to their exact originals. */
#include "cli/cmd_score_original.h"

#include "cli/cmd_score_html.h"

/* Adds what ITEM gave to the report; its lines stay in LINES. */
static unspin_status measure(score_run *run, score_item *item, us_aligned_scorer *scorer, us_aligned_vec *lines,
                             original_report *report, unspin_error *err) {
  US_TRY(score_item_load(run, item, err));
  us_aligned_texts texts = {.original = us_buf_slice(&item->reference_text),
                            .before = us_buf_slice(&item->before_text),
                            .after = us_buf_slice(&item->after_text),
                            .original_name = item->reference,
                            .before_name = item->before,
                            .after_name = item->after ? item->after : "the restored text"};
  lines->n = 0;
  unspin_status status = us_aligned_score(scorer, &texts, lines, err);
  score_item_unload(item);
  if (status) return status;
  us_aligned sums = {0};
  for (size_t i = 0; i < lines->n; i++) us_aligned_sum(&sums, &lines->p[i]);
  return us_vec_push(&report->articles, sums) ? UNSPIN_OK : us_nomem(err);
}

/* Several articles are drawn whole: the lines of one are not independent of each other. */
static unspin_status average(const score_run *run, const us_aligned_vec *lines, original_report *r, unspin_error *err) {
  bool one = r->articles.n == 1;
  const us_aligned_vec *units = one ? lines : &r->articles;
  r->units = units->n;
  r->unit = one ? "lines" : "articles";
  US_TRY(us_aligned_micro(units->p, units->n, run->seed, run->rounds, &r->micro, err));
  return us_aligned_macro(r->articles.p, r->articles.n, run->seed, run->rounds, &r->macro, err);
}

/* Every article is read, so that one run tells all that is wrong with them. */
static bool measure_all(score_run *run, us_aligned_vec *lines, original_report *report) {
  us_aligned_scorer scorer = {0};
  bool ok = true;
  for (size_t i = 0; i < run->items.n; i++) {
    unspin_error err = {0};
    unspin_status status = measure(run, &run->items.p[i], &scorer, lines, report, &err);
    if (!status) continue;
    score_item_unload(&run->items.p[i]);
    cli_message("%s", err.message);
    ok = false;
    if (status == UNSPIN_ERR_NOMEM) break;
  }
  us_aligned_scorer_free(&scorer);
  return ok;
}

/* At once where it will be needed, so that its absence is said once and not for each article. */
static unspin_status open_knowledge(score_run *run, unspin_error *err) {
  for (size_t i = 0; i < run->items.n; i++)
    if (!run->items.p[i].after) return score_open_knowledge(run, err);
  return UNSPIN_OK;
}

int score_original(score_run *run) {
  original_report report = {0};
  us_aligned_vec lines = {0};
  unspin_error err = {0};
  if (open_knowledge(run, &err)) {
    cli_message("%s", err.message);
    return CLI_ERROR;
  }
  bool ok = measure_all(run, &lines, &report);
  if (ok && average(run, &lines, &report, &err)) {
    cli_message("%s", err.message);
    ok = false;
  }
  if (ok && run->html) ok = score_html_original(run, &report);
  if (ok && !run->json) original_print_table(run, &report);
  else if (ok) ok = original_print_json(run, &report);
  us_vec_free(&lines);
  us_vec_free(&report.articles);
  return ok && cli_flush_stdout() ? CLI_OK : CLI_ERROR;
}
