/* SARIF 2.1.0 (OASIS). Places are lines and columns in code points, for all else is counted differently by each reader.
 */
#include "report/sarif.h"
#include "report/json_object.h"
#include "report/safe.h"

static const char head[] =
    "{\"$schema\":\"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\","
    "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":\"unspin\",\"version\":\"" UNSPIN_VERSION
    "\",\"rules\":[{\"id\":\"spun\",\"name\":\"SpunPhrase\","
    "\"shortDescription\":{\"text\":\"A phrase that an article spinner put in\"},"
    "\"fullDescription\":{\"text\":\"Spinning software swaps the words of other people's articles for synonyms. "
    "The plain phrase that probably stood here is offered as a repair.\"},"
    "\"defaultConfiguration\":{\"level\":\"warning\"}}]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[\n";

void us_sarif_begin(FILE *out) { fputs(head, out); }

void us_sarif_end(FILE *out, bool successful) {
  fprintf(out, "\n],\"invocations\":[{\"executionSuccessful\":%s}]}]}\n", successful ? "true" : "false");
}

/* A path as a relative or absolute URI reference: what RFC 3986 does not allow in a segment is escaped by byte. */
static json_t *uri_value(us_slice name) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/!$&'()*+,;=@";
  us_buf uri = {0};
  if (name.n && name.p[0] == '/') us_buf_puts(&uri, "file://");
  for (size_t i = 0; i < name.n; i++) {
    if (name.p[i] && strchr(plain, name.p[i])) us_buf_putc(&uri, name.p[i]);
    else us_buf_printf(&uri, "%%%02X", (unsigned char)name.p[i]);
  }
  json_t *value = uri.failed ? NULL : json_stringn(us_buf_slice(&uri).p, uri.n);
  us_buf_free(&uri);
  return value;
}

static json_t *count_value(size_t n) { return json_integer((json_int_t)n); }

static json_t *text_value(unspin_text t) { return json_stringn(t.text ? t.text : "", t.len); }

static json_t *artifact_value(us_slice name) { return US_JSON_OBJECT({"uri", uri_value(name)}); }

/* Edits never reach over a line end. */
static json_t *region_value(const unspin_edit *e) {
  return US_JSON_OBJECT({"startLine", count_value(e->line)}, {"startColumn", count_value(e->column)},
                        {"endColumn", count_value(e->column + e->end_cp - e->begin_cp)});
}

static json_t *list_of(json_t *only) {
  json_t *list = only ? json_array() : NULL;
  if (list && json_array_append_new(list, only) == 0) return list;
  json_decref(list ? list : only);
  return NULL;
}

static json_t *message_value(const unspin_edit *e) {
  us_buf text = {0};
  us_safe_append(&text, (us_slice){e->before.text ? e->before.text : "", e->before.len});
  if (!e->before.len) us_buf_puts(&text, "(nothing)");
  us_buf_puts(&text, e->after.len ? " \xE2\x86\x92 " : ": take out"); /* an arrow */
  us_safe_append(&text, (us_slice){e->after.text ? e->after.text : "", e->after.len});
  us_buf_printf(&text, " (%.0f %% sure)", e->confidence * 100);
  json_t *message = text.failed ? NULL : json_stringn(text.p, text.n);
  us_buf_free(&text);
  return US_JSON_OBJECT({"text", message});
}

static json_t *location_value(us_slice name, const unspin_edit *e) {
  json_t *physical = US_JSON_OBJECT({"artifactLocation", artifact_value(name)}, {"region", region_value(e)});
  return US_JSON_OBJECT({"physicalLocation", physical});
}

static json_t *fix_value(us_slice name, const unspin_edit *e) {
  json_t *inserted = US_JSON_OBJECT({"text", text_value(e->after)});
  json_t *replacement = US_JSON_OBJECT({"deletedRegion", region_value(e)}, {"insertedContent", inserted});
  json_t *change = US_JSON_OBJECT({"artifactLocation", artifact_value(name)}, {"replacements", list_of(replacement)});
  return US_JSON_OBJECT({"artifactChanges", list_of(change)});
}

static json_t *properties_value(const unspin_edit *e) {
  return US_JSON_OBJECT({"confidence", json_real(e->confidence)}, {"row", e->row ? json_string(e->row) : json_null()},
                        {"source", e->source ? json_string(e->source) : json_null()});
}

static json_t *result_value(us_slice name, const unspin_edit *e) {
  return US_JSON_OBJECT({"ruleId", json_string("spun")}, {"ruleIndex", json_integer(0)},
                        {"level", json_string("warning")}, {"message", message_value(e)},
                        {"locations", list_of(location_value(name, e))}, {"fixes", list_of(fix_value(name, e))},
                        {"properties", properties_value(e)});
}

unspin_status us_render_sarif(FILE *out, const us_report *report, const us_style *style, unspin_error *err) {
  (void)style;
  if (!us_report_valid(report, err)) return UNSPIN_ERR_INVALID;
  for (size_t i = 0; i < report->edit_count; i++) {
    json_t *result = result_value(report->name, report->edits[i]);
    if (!result) return us_fail(err, UNSPIN_ERR_NOMEM, "out of memory, or an edit that is not valid UTF-8");
    if (i) fputs(US_SARIF_BETWEEN, out);
    bool ok = json_dumpf(result, out, JSON_COMPACT | JSON_REAL_PRECISION(6)) == 0 || ferror(out);
    json_decref(result);
    if (!ok) return us_nomem(err);
  }
  return UNSPIN_OK;
}
