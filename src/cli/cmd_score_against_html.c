/* The page of `score --against --html`. */
#include <math.h>

#include "cli/cmd_score_html.h"

typedef struct page {
  const score_run *run;
  const against_result_vec *results;
  const against_average *average;
} page;

static bool put_title(FILE *out, const void *cookie) {
  const page *p = cookie;
  if (p->results->n == 1) us_web_text(out, us_slice_of(p->results->p[0].item->name));
  else fprintf(out, "%zu articles against clean ones", p->results->n);
  return true;
}

static bool put_summary(FILE *out, const void *cookie) {
  const page *p = cookie;
  const us_shift *s = p->average ? &p->average->micro_difference : &p->results->p[0].figures.difference;
  switch (against_judge(s, 1)) {
    case AGAINST_NEARER: fputs("Nearer to how the clean text is written.", out); break;
    case AGAINST_FURTHER: fputs("Further from how the clean text is written.", out); break;
    case AGAINST_UNSURE: fputs("Neither surely nearer to the clean text nor surely further.", out); break;
    case AGAINST_UNKNOWN: fputs("By how much it moved; without an interval nothing is sure.", out); break;
  }
  return true;
}

static score_figure figure(const char *name, const us_shift *s, int sign, double scale, double floor) {
  return (score_figure){name, s->before, s->after, s->change, s->interval, scale, scale > 1 ? 1 : 4, sign, floor};
}

static void put_article_figures(FILE *out, const against_result *r) {
  const us_comparable *c = &r->figures;
  double before = (double)c->words_before, after = (double)c->words_after;
  const score_figure rows[] = {
      figure("difference, bits a token", &c->difference, 1, 1, US_NAN),
      figure("edits attested, %", &c->attestation, -1, 100, US_NAN),
      figure("content word divergence", &c->divergence, 1, 1, r->facts.floor_divergence),
      figure("chi-square by word", &c->chi_square, 1, 1, r->facts.floor_chi_square),
      {"words", before, after, after - before, {US_NAN, US_NAN, US_NAN}, 1, 0, 0, US_NAN},
  };
  score_html_table(out, NULL, rows, sizeof rows / sizeof *rows);
}

static void put_averages(FILE *out, const against_average *a) {
  const score_figure micro[] = {
      figure("difference, bits a token", &a->micro_difference, 1, 1, US_NAN),
      figure("edits attested, %", &a->micro_attestation, -1, 100, US_NAN),
  };
  const score_figure macro[] = {
      figure("difference, bits a token", &a->difference, 1, 1, US_NAN),
      figure("edits attested, %", &a->attestation, -1, 100, US_NAN),
      figure("content word divergence", &a->divergence, 1, 1, US_NAN),
      figure("chi-square by word", &a->chi_square, 1, 1, US_NAN),
  };
  score_html_table(out, "All articles as one text", micro, sizeof micro / sizeof *micro);
  score_html_table(out, "The mean of the articles’ own figures", macro, sizeof macro / sizeof *macro);
}

static bool put_figures(FILE *out, const void *cookie) {
  const page *p = cookie;
  if (p->average) put_averages(out, p->average);
  else put_article_figures(out, &p->results->p[0]);
  return true;
}

static bool put_heads(FILE *out, const void *cookie) {
  (void)cookie;
  score_html_heads(out, "article|words before|words after|edits|difference|from|to|attested, %|divergence|chi-square");
  return true;
}

static bool put_rows(FILE *out, const void *cookie) {
  const page *p = cookie;
  for (size_t i = 0; i < p->results->n; i++) {
    const us_comparable *c = &p->results->p[i].figures;
    fputs("<tr>", out);
    cli_page_words(out, us_slice_of(p->results->p[i].item->name));
    cli_page_count(out, c->words_before);
    cli_page_count(out, c->words_after);
    cli_page_count(out, c->edit_count);
    cli_page_number(out, c->difference.change, 4, true);
    cli_page_number(out, c->difference.interval.low, 4, true);
    cli_page_number(out, c->difference.interval.high, 4, true);
    cli_page_number(out, c->attestation.change * 100, 1, true);
    cli_page_number(out, c->divergence.change, 4, true);
    cli_page_number(out, c->chi_square.change, 4, true);
    fputs("</tr>\n", out);
  }
  return true;
}

static void put_edit(FILE *out, const against_result *r, const us_comparable_edit *e) {
  fprintf(out, "<tr><td class=\"n\">%zu</td><td class=\"s\"><del>", e->line);
  us_web_text(out, us_slice_sub(us_buf_slice(&r->item->before_text), e->before_begin, e->before_end));
  fputs("</del></td><td class=\"s\"><ins>", out);
  us_web_text(out, us_slice_sub(us_buf_slice(&r->item->after_text), e->after_begin, e->after_end));
  fputs("</ins></td>", out);
  cli_page_number(out, e->gain, 2, true);
  fprintf(out, "<td class=\"n\">%u of %u</td></tr>\n", e->made_held, e->made);
}

/* Each article's edits, in the order of its text. */
static bool put_edits(FILE *out, const void *cookie) {
  const page *p = cookie;
  for (size_t i = 0; i < p->results->n; i++) {
    const against_result *r = &p->results->p[i];
    if (!r->figures.edit_count) continue;
    fprintf(out, "<details class=\"pair\"%s><summary><b>%zu edit%s</b> <span class=\"key\">",
            p->results->n == 1 ? " open" : "", r->figures.edit_count, r->figures.edit_count == 1 ? "" : "s");
    us_web_text(out, us_slice_of(r->item->name));
    fputs(
        "</span> bits below 0 brought the text nearer</summary>\n<div class=\"scroll\"><table class=\"all\"><thead><tr>"
        "<th scope=\"col\" class=\"n\">line</th><th scope=\"col\">before</th><th scope=\"col\">after</th>"
        "<th scope=\"col\" class=\"n\">bits</th><th scope=\"col\" class=\"n\">attested</th></tr></thead><tbody>\n",
        out);
    for (size_t k = 0; k < r->figures.edit_count; k++) put_edit(out, r, &r->figures.edits[k]);
    fputs("</tbody></table></div></details>\n", out);
  }
  return true;
}

static bool put_notes(FILE *out, const void *cookie) {
  const page *p = cookie;
  if (p->results->n == 1) {
    const against_result *r = &p->results->p[0];
    us_web_text(out, us_slice_of(against_shown(r->item->reference)));
    fprintf(out, ": %zu words, in halves of %zu and %zu; %s. ", r->facts.words, r->facts.half_words[0],
            r->facts.half_words[1], r->facts.both ? "each judges" : "the second judges");
  }
  if (p->run->rounds)
    fprintf(out, "Intervals: %zu drawings, seed %llu. ", p->run->rounds, (unsigned long long)p->run->seed);
  fprintf(out, "unspin %s", unspin_version());
  return true;
}

bool score_html_against(const score_run *run, const against_result_vec *results, const against_average *average) {
  static const us_web_part parts[] = {{"title", put_title}, {"summary", put_summary}, {"figures", put_figures},
                                      {"heads", put_heads}, {"rows", put_rows},       {"edits", put_edits},
                                      {"notes", put_notes}};
  return cli_page_write(run->html, us_web_score, parts, sizeof parts / sizeof *parts, &(page){run, results, average});
}
