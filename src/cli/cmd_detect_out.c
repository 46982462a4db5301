/* cmd_detect_out.c - scores for people, and as JSON. */
#include "cli/cmd_detect.h"
#include "report/json_object.h"
#include "report/safe.h"

/* From here on a text is called spun. */
#define LIKELY 0.5

double detect_highest(const unspin_detection *detection) {
  double most = 0;
  for (size_t i = 0; detection && i < unspin_detection_count(detection); i++) {
    double score = unspin_detection_document(detection, i)->score;
    if (score > most) most = score;
  }
  return most;
}

/* ---- for people ---- */

static const char *ink(const us_style *style, double score) {
  if (!style->color) return "";
  return score >= 0.9 ? "\x1b[31;1m" : score >= LIKELY ? "\x1b[33m" : "\x1b[32m";
}
static const char *no_ink(const us_style *style) { return style->color ? "\x1b[0m" : ""; }

/* TEXT as one line; cut where the terminal ends. */
static void put_line(FILE *out, us_slice text, size_t used, size_t width) {
  bool blank = false;
  for (size_t at = 0; at < text.n;) {
    us_glyph glyph;
    char c = text.p[at];
    at += us_glyph_next(text, at, &glyph);
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      blank = true;
      continue;
    }
    if (width && used + glyph.width + blank + 3 > width && at < text.n) {
      fputs("...", out);
      return;
    }
    if (blank) fputc(' ', out);
    fwrite(glyph.text, 1, glyph.n, out);
    used += (size_t)glyph.width + blank;
    blank = false;
  }
}

static void put_sentences(FILE *out, const detect_report *r, const unspin_document_score *d, const us_style *style) {
  for (size_t i = 0; i < d->sentence_count; i++) {
    const unspin_sentence_score *s = &d->sentences[i];
    if (!s->words) continue;
    int used = fprintf(out, "  %s%.2f%s  %zu: ", ink(style, s->score), s->score, no_ink(style), s->line);
    size_t columns = style->color ? 10 : (size_t)(used > 0 ? used : 0);
    put_line(out, us_slice_sub(r->text, s->begin, s->end), columns, style->width);
    fputc('\n', out);
  }
}

static us_slice slice_of(unspin_text t) { return (us_slice){t.text, t.len}; }

static void put_evidence(FILE *out, const unspin_evidence *e, const us_style *style) {
  fprintf(out, "      %zu:%zu: %s", e->line, e->column, style->color ? "\x1b[31m" : "");
  put_line(out, slice_of(e->before), 0, 0);
  fprintf(out, "%s \xE2\x86\x92 %s", no_ink(style), style->color ? "\x1b[32m" : "");
  put_line(out, e->after.len ? slice_of(e->after) : US_LIT("(nothing)"), 0, 0);
  fprintf(out, "%s  (odds %+.1f; row ", no_ink(style), e->odds);
  us_safe_write(out, us_slice_of(e->row), false);
  fputs(" from ", out);
  us_safe_write(out, us_slice_of(e->source), false);
  fputs(")\n", out);
}

static void put_document(FILE *out, const detect_report *r, const unspin_document_score *d, bool several,
                         const detect_options *o, const us_style *style) {
  fprintf(out, "%s%.2f%s  ", ink(style, d->score), d->score, no_ink(style));
  us_safe_write(out, us_slice_of(r->name), false);
  if (several) fprintf(out, ":%zu", d->line);
  fprintf(out, ": %zu word%s", d->words, d->words == 1 ? "" : "s");
  if (d->words) fprintf(out, ", %.0f %% of them a spinner's", 100 * d->spin_share);
  if (d->score >= LIKELY && d->family.len)
    fprintf(out, ", like %.*s (%.2f)", (int)d->family.len, d->family.text, d->family_confidence);
  else if (d->score >= LIKELY) fprintf(out, ", like no spinner in particular (%.2f)", d->family_confidence);
  fputc('\n', out);
  for (size_t i = 0; i < d->evidence_count && i < o->evidence; i++) put_evidence(out, &d->evidence[i], style);
  if (o->sentences) put_sentences(out, r, d, style);
}

void detect_print(FILE *out, const detect_report *r, const detect_options *o, const us_style *style) {
  size_t n = r->detection ? unspin_detection_count(r->detection) : 0;
  const unspin_document_score none = {.line = 1};
  for (size_t i = 0; i < n; i++) put_document(out, r, unspin_detection_document(r->detection, i), n > 1, o, style);
  if (!r->detection) put_document(out, r, &none, false, o, style);
}

/* ---- for programs ---- */

static json_t *count_value(size_t n) { return json_integer((json_int_t)n); }

static json_t *sentence_value(const unspin_sentence_score *s) {
  return US_JSON_OBJECT({"begin", count_value(s->begin)}, {"end", count_value(s->end)}, {"line", count_value(s->line)},
                        {"words", count_value(s->words)}, {"score", json_real(s->score)}, {"spun", json_real(s->spun)},
                        {"strongest", json_real(s->strongest)});
}

/* Takes VALUE over; a list that lost a member is no list. */
static json_t *pushed(json_t *list, json_t *value) {
  if (!list || json_array_append_new(list, value) == 0) return list;
  json_decref(list);
  return NULL;
}

static json_t *families_value(unsigned families, const unspin_knowledge *knowledge) {
  json_t *list = json_array();
  for (unsigned f = 0; families >> f; f++) {
    unspin_text name = unspin_family_name(knowledge, f);
    if (families >> f & 1) list = pushed(list, json_stringn(name.text, name.len));
  }
  return list;
}

static json_t *evidence_value(const unspin_evidence *e, const unspin_knowledge *knowledge) {
  return US_JSON_OBJECT({"begin", count_value(e->begin)}, {"end", count_value(e->end)}, {"line", count_value(e->line)},
                        {"column", count_value(e->column)}, {"before", us_json_shown(slice_of(e->before))},
                        {"after", us_json_shown(slice_of(e->after))}, {"row", us_json_shown(us_slice_of(e->row))},
                        {"source", us_json_shown(us_slice_of(e->source))}, {"odds", json_real(e->odds)},
                        {"families", families_value(e->families, knowledge)});
}

static json_t *measures_value(const unspin_document_score *d) {
  return US_JSON_OBJECT({"share", json_real(d->share)}, {"telling", json_real(d->telling)},
                        {"gain", json_real(d->gain)}, {"rows", json_real(d->rows)}, {"model", json_real(d->model)});
}

static json_t *document_value(const unspin_document_score *d, const detect_report *r, const detect_options *o) {
  json_t *sentences = json_array(), *evidence = json_array();
  for (size_t i = 0; i < d->sentence_count; i++) sentences = pushed(sentences, sentence_value(&d->sentences[i]));
  for (size_t i = 0; i < d->evidence_count && (!o->limited || i < o->evidence); i++)
    evidence = pushed(evidence, evidence_value(&d->evidence[i], r->knowledge));
  json_t *family = d->family.len ? json_stringn(d->family.text, d->family.len) : json_null();
  return US_JSON_OBJECT({"begin", count_value(d->begin)}, {"end", count_value(d->end)}, {"line", count_value(d->line)},
                        {"words", count_value(d->words)}, {"score", json_real(d->score)},
                        {"spin_share", json_real(d->spin_share)}, {"family", family},
                        {"family_confidence", json_real(d->family_confidence)}, {"measures", measures_value(d)},
                        {"sentences", sentences}, {"evidence", evidence});
}

unspin_status detect_print_json(FILE *out, const detect_report *r, const detect_options *o, unspin_error *err) {
  json_t *documents = json_array();
  for (size_t i = 0; r->detection && i < unspin_detection_count(r->detection); i++)
    documents = pushed(documents, document_value(unspin_detection_document(r->detection, i), r, o));
  json_t *file = US_JSON_OBJECT(
      {"format", json_string("unspin-scores")}, {"version", json_integer(1)}, {"unspin", json_string(UNSPIN_VERSION)},
      {"knowledge", json_string(unspin_knowledge_hash(r->knowledge))}, {"name", us_json_shown(us_slice_of(r->name))},
      {"bytes", count_value(r->text.n)}, {"score", json_real(detect_highest(r->detection))}, {"documents", documents});
  bool ok = us_json_write(out, file, JSON_REAL_PRECISION(6));
  fputc('\n', out);
  return ok ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", r->name);
}
