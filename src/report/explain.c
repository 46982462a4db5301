/* One line an edit, for people: where, what, how sure, and why. */
#include "report/report.h"
#include "report/safe.h"

#define TOP_REASONS 3

static us_slice slice_of(unspin_text t) { return (us_slice){t.text, t.len}; }

/* Nothing would look like a fault of the report. */
static void put_side(FILE *out, unspin_text side) {
  if (side.len) us_safe_write(out, slice_of(side), false);
  else fputs("(nothing)", out);
}

static void put_word(FILE *out, const char *word) { us_safe_write(out, us_slice_of(word ? word : "?"), false); }

static void put_reasons(FILE *out, const unspin_edit *edit) {
  for (size_t i = 0; i < edit->reason_count && i < TOP_REASONS; i++) {
    fputs(i ? ", " : "; because ", out);
    put_word(out, edit->reasons[i].feature);
    fprintf(out, " %+.1f", edit->reasons[i].value);
  }
}

static void put_edit(FILE *out, const us_report *report, const us_style *style, const unspin_edit *edit) {
  const char *old = "", *new = "", *dim = "", *off = "";
  if (style->color) {
    old = "\x1b[31m";
    new = "\x1b[32m";
    dim = "\x1b[2m";
    off = "\x1b[0m";
  }
  us_safe_write(out, report->name, false);
  fprintf(out, ":%zu:%zu: %s", edit->line, edit->column, old);
  put_side(out, edit->before);
  fprintf(out, "%s \xE2\x86\x92 %s", off, new);
  put_side(out, edit->after);
  fprintf(out, "%s  %s(confidence %.2f; row ", off, dim, edit->confidence);
  put_word(out, edit->row);
  fputs(" from ", out);
  put_word(out, edit->source);
  fprintf(out, "; model %+.1f", edit->model_gain);
  put_reasons(out, edit);
  fprintf(out, ")%s\n", off);
}

unspin_status us_render_explain(FILE *out, const us_report *report, const us_style *style, unspin_error *err) {
  if (!us_report_valid(report, err)) return UNSPIN_ERR_INVALID;
  for (size_t i = 0; i < report->edit_count; i++) put_edit(out, report, style, report->edits[i]);
  if (!report->edit_count) {
    us_safe_write(out, report->name, false);
    bool gated = report->totals && report->totals->gated;
    fprintf(out, ": %s\n", gated ? "nothing changed: the text does not look spun" : "nothing to change");
  }
  return UNSPIN_OK;
}
