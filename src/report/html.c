/* The page of one document. */
#include "report/html.h"
#include "base/hash.h"

static bool put_title(FILE *out, const void *cookie) {
  us_web_text(out, ((const us_report *)cookie)->name);
  return true;
}

/* The report in a sentence. */
static bool put_summary(FILE *out, const void *cookie) {
  const us_report *r = cookie;
  const unspin_totals *t = r->totals;
  if (!r->edit_count) {
    fputs(t->gated ? "This text does not look spun: it passed untouched." : "Nothing to change in this text.", out);
    return true;
  }
  us_web_count(out, r->edit_count);
  fprintf(out, " edit%s in ", r->edit_count == 1 ? "" : "s");
  us_web_count(out, t->words);
  fprintf(out, " words; a spinner put in about %.0f %% of them.", t->spin_share * 100);
  return true;
}

static void fact(FILE *out, const char *name, size_t n) {
  fprintf(out, "<tr><th scope=\"row\">%s</th><td>", name);
  us_web_count(out, n);
  fputs("</td></tr>", out);
}

static void fact_text(FILE *out, const char *name, const char *text) {
  fprintf(out, "<tr><th scope=\"row\">%s</th><td>", name);
  us_web_text(out, us_slice_of(text));
  fputs("</td></tr>", out);
}

static void fact_real(FILE *out, const char *name, double value, const char *unit) {
  fprintf(out, "<tr><th scope=\"row\">%s</th><td>%.1f%s</td></tr>", name, value, unit);
}

static const char *dialect_name(unspin_dialect dialect) {
  switch (dialect) {
    case UNSPIN_DIALECT_GB: return "British";
    case UNSPIN_DIALECT_US: return "American";
    case UNSPIN_DIALECT_AUTO: break;
  }
  return "not needed";
}

static bool put_facts(FILE *out, const void *cookie) {
  const us_report *r = cookie;
  const unspin_totals *t = r->totals;
  char hash[17];
  fact(out, "words", t->words);
  fact(out, "sentences", t->sentences);
  fact(out, "edits", r->edit_count);
  fact_real(out, "edits per 100 words", t->words ? 100.0 * (double)r->edit_count / (double)t->words : 0, "");
  fact_real(out, "words put in by a spinner, estimated", t->spin_share * 100, " %");
  fact(out, "replacements weighed", t->candidates);
  fact(out, "edits taken back to keep a name, number, quotation, URL or negation", t->dropped);
  fact_text(out, "spelling put in", dialect_name(t->dialect));
  fact(out, "bytes", r->input.n);
  if (r->encoding) fact_text(out, "encoding of the file", r->encoding);
  us_hash_hex(us_hash(r->input), hash);
  fact_text(out, "hash of the spun text (XXH3)", hash);
  if (r->knowledge_hash) fact_text(out, "data", r->knowledge_hash);
  fact_text(out, "unspin", UNSPIN_VERSION);
  return true;
}

unspin_status us_render_html(FILE *out, const us_report *report, const us_style *style, unspin_error *err) {
  static const us_web_part parts[] = {{"title", put_title},    {"summary", put_summary},    {"facts", put_facts},
                                      {"strip", us_web_strip}, {"article", us_web_article}, {"data", us_web_data}};
  (void)style;
  if (!us_report_valid(report, err)) return UNSPIN_ERR_INVALID;
  if (!report->totals) return us_fail(err, UNSPIN_ERR_INVALID, "nothing is known about how this was made");
  if (us_web_fill(out, us_web_page, parts, sizeof parts / sizeof *parts, report)) return UNSPIN_OK;
  return us_nomem(err);
}
