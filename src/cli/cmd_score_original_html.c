/* The page of `score --original --html`. */
#include <math.h>

#include "cli/cmd_score_html.h"

typedef struct page {
  const score_run *run;
  const original_report *report;
} page;

static bool put_title(FILE *out, const void *cookie) {
  const page *p = cookie;
  size_t n = p->report->articles.n;
  if (n == 1) us_web_text(out, us_slice_of(p->run->items.p[0].name));
  else fprintf(out, "%zu articles against their originals", n);
  return true;
}

static bool put_summary(FILE *out, const void *cookie) {
  const us_figures *f = &((const page *)cookie)->report->micro.figures;
  double undone = f->after[US_FIGURE_UNDONE];
  if (isfinite(undone)) fprintf(out, "%.1f %% of the spinner’s damage is undone.", undone * 100);
  else fputs("There was nothing to undo.", out);
  return true;
}

static void put_average(FILE *out, const char *caption, const us_aligned_average *a) {
  score_figure rows[US_FIGURES];
  for (int i = 0; i < US_FIGURES; i++) {
    const us_figure_kind *kind = &us_figure_kinds[i];
    bool moved = !isnan(a->figures.before[i]);
    rows[i] = (score_figure){.name = kind->label,
                             .before = a->figures.before[i],
                             .after = a->figures.after[i],
                             .change = moved ? us_figures_change(&a->figures, i) : (double)NAN,
                             .interval = a->change[i],
                             .scale = 1,
                             .decimals = kind->decimals,
                             .sign = kind->less_is_better ? 1 : -1,
                             .floor = (double)NAN};
  }
  score_html_table(out, caption, rows, US_FIGURES);
}

static bool put_figures(FILE *out, const void *cookie) {
  const original_report *r = ((const page *)cookie)->report;
  bool one = r->articles.n == 1;
  put_average(out, one ? NULL : "All articles as one text", &r->micro);
  if (!one) put_average(out, "The mean of the articles’ own figures", &r->macro);
  return true;
}

static bool put_heads(FILE *out, const void *cookie) {
  (void)cookie;
  score_html_heads(out,
                   "article|undone|ERR|precision|recall|F0.5|exact|false per 1,000|BLEU before|BLEU after|"
                   "chrF2 before|chrF2 after|TER before|TER after");
  return true;
}

static bool put_rows(FILE *out, const void *cookie) {
  static const int pairs[] = {US_FIGURE_BLEU, US_FIGURE_CHRF2, US_FIGURE_TER};
  const page *p = cookie;
  for (size_t k = 0; k < p->report->articles.n; k++) {
    us_figures f = us_aligned_figures(&p->report->articles.p[k]);
    fputs("<tr>", out);
    cli_page_words(out, us_slice_of(p->run->items.p[k].name));
    for (int i = US_FIGURE_UNDONE; i <= US_FIGURE_FALSE; i++)
      cli_page_number(out, f.after[i], i == US_FIGURE_FALSE ? 2 : 3, false);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
      cli_page_number(out, f.before[pairs[i]], 2, false);
      cli_page_number(out, f.after[pairs[i]], 2, false);
    }
    fputs("</tr>\n", out);
  }
  return true;
}

static bool put_edits(FILE *out, const void *cookie) {
  (void)out;
  (void)cookie;
  return true; /* an original says how many are right, not which earned what */
}

static bool put_notes(FILE *out, const void *cookie) {
  const page *p = cookie;
  if (p->run->rounds && p->report->units > 1)
    fprintf(out, "Intervals: %zu drawings of %zu %s, seed %llu. ", p->run->rounds, p->report->units, p->report->unit,
            (unsigned long long)p->run->seed);
  for (int i = 0; i < US_FIGURES; i++) {
    if (!us_figure_kinds[i].signature) continue;
    us_web_text(out, us_slice_of(us_figure_kinds[i].label));
    fprintf(out, ": %s. ", us_figure_kinds[i].signature);
  }
  fprintf(out, "unspin %s", unspin_version());
  if (p->run->knowledge) fprintf(out, ", data %s", unspin_knowledge_hash(p->run->knowledge));
  return true;
}

bool score_html_original(const score_run *run, const original_report *report) {
  static const us_web_part parts[] = {{"title", put_title}, {"summary", put_summary}, {"figures", put_figures},
                                      {"heads", put_heads}, {"rows", put_rows},       {"edits", put_edits},
                                      {"notes", put_notes}};
  return cli_page_write(run->html, us_web_score, parts, sizeof parts / sizeof *parts, &(page){run, report});
}
