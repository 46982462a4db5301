/* The edit list as one line of JSON. JSON.md describes it; undo.c reads it. Written edit by edit, so that a book does
 * not have to stand in memory twice. */
#include "report/json.h"
#include "base/hash.h"
#include "report/json_object.h"
#include "report/report.h"

/* jansson refuses what is not valid UTF-8: NULL then, which dump() reports */
static json_t *text_value(unspin_text t) { return json_stringn(t.text ? t.text : "", t.len); }

static json_t *name_value(const char *name) { return name ? json_string(name) : json_null(); }

static json_t *count_value(size_t n) { return json_integer((json_int_t)n); }

/* infinite and undefined numbers have no form in JSON */
static json_t *real_value(double value) {
  json_t *real = json_real(value);
  return real ? real : json_null();
}

static json_t *hash_value(us_slice bytes) {
  char hex[17];
  us_hash_hex(us_hash(bytes), hex);
  return json_string(hex);
}

static const char *dialect_name(unspin_dialect dialect) {
  switch (dialect) {
    case UNSPIN_DIALECT_GB: return "gb";
    case UNSPIN_DIALECT_US: return "us";
    case UNSPIN_DIALECT_AUTO: break;
  }
  return "auto";
}

static json_t *reasons_value(const unspin_edit *edit) {
  json_t *list = json_array();
  for (size_t i = 0; list && i < edit->reason_count; i++) {
    const unspin_reason *r = &edit->reasons[i];
    json_t *item = US_JSON_OBJECT({"feature", name_value(r->feature)}, {"value", real_value(r->value)});
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static json_t *alternatives_value(const unspin_edit *edit) {
  json_t *list = json_array();
  for (size_t i = 0; list && i < edit->alternative_count; i++) {
    const unspin_alternative *a = &edit->alternatives[i];
    json_t *item =
        US_JSON_OBJECT({"after", text_value(a->after)}, {"row", name_value(a->row)}, {"score", real_value(a->score)});
    if (json_array_append_new(list, item) != 0) {
      json_decref(list);
      list = NULL;
    }
  }
  return list;
}

static json_t *edit_value(const unspin_edit *e) {
  return US_JSON_OBJECT({"begin", count_value(e->begin)}, {"end", count_value(e->end)},             /* bytes */
                        {"begin_cp", count_value(e->begin_cp)}, {"end_cp", count_value(e->end_cp)}, /* code points */
                        {"line", count_value(e->line)}, {"column", count_value(e->column)},         /* for people */
                        {"before", text_value(e->before)}, {"after", text_value(e->after)},
                        {"confidence", real_value(e->confidence)}, {"row", name_value(e->row)},
                        {"source", name_value(e->source)}, {"model_gain", real_value(e->model_gain)},
                        {"reasons", reasons_value(e)}, {"alternatives", alternatives_value(e)});
}

static json_t *totals_value(const unspin_totals *t) {
  return US_JSON_OBJECT({"bytes", count_value(t->bytes)}, {"words", count_value(t->words)},
                        {"sentences", count_value(t->sentences)}, {"candidates", count_value(t->candidates)},
                        {"edits", count_value(t->edits)}, {"dropped", count_value(t->dropped)},
                        {"spin_share", real_value(t->spin_share)}, {"gated", json_boolean(t->gated)},
                        {"dialect", json_string(dialect_name(t->dialect))});
}

/* All but the edits. */
static json_t *head_value(const us_report *r) {
  json_t *input = US_JSON_OBJECT({"name", us_json_shown(r->name)}, {"bytes", count_value(r->input.n)},
                                 {"hash", hash_value(r->input)});
  if (r->encoding && input && json_object_set_new(input, "encoding", json_string(r->encoding)) != 0) {
    json_decref(input);
    input = NULL;
  }
  json_t *output = US_JSON_OBJECT({"bytes", count_value(r->output.n)}, {"hash", hash_value(r->output)});
  return US_JSON_OBJECT({"format", json_string(US_JSON_FORMAT)}, {"version", json_integer(US_JSON_VERSION)},
                        {"unspin", json_string(UNSPIN_VERSION)}, {"knowledge", json_string(r->knowledge_hash)},
                        {"input", input}, {"output", output}, {"totals", totals_value(r->totals)});
}

/* Frees VALUE. Write errors show in ferror(). */
static bool dump(FILE *out, json_t *value, size_t flags) {
  if (!value) return false;
  bool ok = json_dumpf(value, out, JSON_COMPACT | JSON_REAL_PRECISION(6) | flags) == 0 || ferror(out);
  json_decref(value);
  return ok;
}

static bool dump_report(FILE *out, const us_report *report) {
  fputc('{', out);
  bool ok = dump(out, head_value(report), JSON_EMBED); /* without its braces */
  fputs(",\"edits\":[", out);
  for (size_t i = 0; ok && i < report->edit_count; i++) {
    if (i) fputc(',', out);
    ok = dump(out, edit_value(report->edits[i]), 0);
  }
  fputs("],\"suggestions\":[", out);
  for (size_t i = 0; ok && i < report->suggestion_count; i++) {
    if (i) fputc(',', out);
    ok = dump(out, edit_value(report->suggestions[i]), 0);
  }
  fputs("]}\n", out);
  return ok;
}

unspin_status us_render_json(FILE *out, const us_report *report, const us_style *style, unspin_error *err) {
  (void)style;
  if (!us_report_valid(report, err)) return UNSPIN_ERR_INVALID;
  if (!report->totals || !report->knowledge_hash)
    return us_fail(err, UNSPIN_ERR_INVALID, "nothing is known about how this was made");
  if (dump_report(out, report)) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_NOMEM, "out of memory, or an edit that is not valid UTF-8");
}
