/* Any bytes as a document of any format, restored: edits ascend, say truly what stood there, and lie where the text
 * says; everything outside them is unchanged; undo gives the input back; the same session does the same again.
 * Input: two bytes of options, then the document. */
#include "fuzz/fuzz.h"
#include "report/report.h"
#include "report/undo.h"

static unspin_knowledge *knowledge;
static unspin_session *session;

static void open_once(void) {
  unspin_error err;
  if (session) return;
  bool ok = !unspin_knowledge_open(fuzz_data(), &knowledge, &err) && !unspin_session_new(knowledge, &session, &err);
  if (!ok) fprintf(stderr, "%s\n", err.message);
  FUZZ_CHECK(ok);
}

static unspin_options options_of(unsigned format, unsigned flags, us_slice text) {
  static const char *const fields[] = {"text", "body"}, *const columns[] = {"2"};
  static const char *const protect[] = {"govt", "a hand"};
  static const unspin_text sibling = {"The government gave the green light to the plan of the firms.", 61};
  unspin_options o;
  unspin_options_init(&o);
  o.text_format = (unspin_text_format)(format % UNSPIN_TEXT_COUNT);
  o.assume_spun = flags & 1;
  o.quotes = flags & 2 ? UNSPIN_QUOTES_ALWAYS : UNSPIN_QUOTES_AUTO;
  o.suggest = flags & 4;
  o.fast = flags & 8;
  o.lean = flags & 16 ? 10 : 0;
  if (flags & 32) {
    o.siblings = &sibling;
    o.sibling_count = 1;
    o.protect = protect;
    o.protect_count = 2;
  }
  if (flags & 64) {
    o.like = text.p;
    o.like_len = text.n / 2;
  }
  if (o.text_format == UNSPIN_TEXT_JSONL) {
    o.fields = fields;
    o.field_count = 2;
  } else if (flags & 128) {
    o.fields = columns;
    o.field_count = 1;
  }
  return o;
}

static void check_list(us_slice input, size_t count, const unspin_edit *at(const unspin_result *, size_t),
                       const unspin_result *result) {
  size_t last = 0;
  for (size_t i = 0; i < count; i++) {
    const unspin_edit *e = at(result, i);
    FUZZ_CHECK(e && e->begin >= last && e->end >= e->begin && e->end <= input.n);
    FUZZ_CHECK(e->before.len == e->end - e->begin && memcmp(e->before.text, input.p + e->begin, e->before.len) == 0);
    FUZZ_CHECK(e->confidence >= 0 && e->confidence <= 1 && e->row && e->source);
    FUZZ_CHECK(e->begin_cp <= e->begin && e->end_cp >= e->begin_cp && e->line >= 1 && e->column >= 1);
    last = e->end;
  }
  FUZZ_CHECK(!at(result, count));
}

static void check_edits(us_slice input, const unspin_result *result, us_buf *made) {
  size_t n = unspin_result_edit_count(result), at = 0;
  check_list(input, n, unspin_result_edit, result);
  check_list(input, unspin_result_suggestion_count(result), unspin_result_suggestion, result);
  us_buf_clear(made);
  for (size_t i = 0; i < n; i++) {
    const unspin_edit *e = unspin_result_edit(result, i);
    us_buf_append(made, us_slice_sub(input, at, e->begin));
    us_buf_append(made, (us_slice){e->after.text, e->after.len});
    at = e->end;
  }
  us_buf_append(made, us_slice_sub(input, at, input.n));
  unspin_text out = unspin_result_text(result);
  FUZZ_CHECK(us_slice_eq(us_buf_slice(made), (us_slice){out.text, out.len}));
  for (size_t i = 0; i < unspin_result_reject_count(result); i++) {
    const unspin_reject *r = unspin_result_reject(result, i);
    FUZZ_CHECK(r->begin < r->end && r->end <= input.n && r->why && r->line >= 1);
  }
}

static void check_undo(us_slice input, const unspin_result *result, us_slice output) {
  us_slice name = US_LIT("a\nb\033[31m.txt");
  const unspin_edit *edits[64];
  size_t n = unspin_result_edit_count(result);
  if (n > 64) return;
  for (size_t i = 0; i < n; i++) edits[i] = unspin_result_edit(result, i);
  us_report report = {.name = name,
                      .input = input,
                      .output = output,
                      .edits = edits,
                      .edit_count = n,
                      .totals = unspin_result_totals(result),
                      .knowledge_hash = unspin_knowledge_hash(knowledge)};
  unspin_error err;
  FUZZ_CHECK(us_report_valid(&report, &err));
  char *json = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&json, &size);
  us_style style = {0};
  FUZZ_CHECK(out && us_render_json(out, &report, &style, &err) == UNSPIN_OK && fclose(out) == 0);
  us_undo *undo = NULL;
  us_undone undone = {0};
  FUZZ_CHECK(us_undo_read((us_slice){json, size}, "list", &undo, &err) == UNSPIN_OK);
  FUZZ_CHECK(us_undo_apply(undo, output, name, &undone, &err) == UNSPIN_OK);
  FUZZ_CHECK(us_slice_eq(undone.report.output, input));
  us_undone_free(&undone);
  us_undo_free(undo);
  free(json);
}

static void check_detection(us_slice input, const unspin_options *o) {
  unspin_detection *d = NULL;
  if (unspin_detect(session, input.p, input.n, o, &d, NULL)) return;
  for (size_t i = 0; i < unspin_detection_count(d); i++) {
    const unspin_document_score *s = unspin_detection_document(d, i);
    FUZZ_CHECK(s->score >= 0 && s->score <= 1 && s->begin <= s->end && s->end <= input.n);
    for (size_t k = 0; k < s->sentence_count; k++)
      FUZZ_CHECK(s->sentences[k].end <= input.n && s->sentences[k].score >= 0 && s->sentences[k].score <= 1);
  }
  unspin_detection_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2 || size > 1 << 16) return 0;
  open_once();
  us_slice input = fuzz_slice(data + 2, size - 2);
  unspin_options o = options_of(data[0], data[1], input);
  unspin_result *first = NULL, *second = NULL;
  us_buf made = {0};
  if (unspin_restore(session, input.p, input.n, &o, &first, NULL) == UNSPIN_OK) {
    check_edits(input, first, &made);
    check_undo(input, first, us_buf_slice(&made));
    if (size % 4 == 0) check_detection(input, &o);
    if (size % 8 == 1) { /* what was met before leaves no trace */
      FUZZ_CHECK(unspin_restore(session, input.p, input.n, &o, &second, NULL) == UNSPIN_OK);
      unspin_text again = unspin_result_text(second);
      FUZZ_CHECK(us_slice_eq(us_buf_slice(&made), (us_slice){again.text, again.len}));
    }
  }
  us_buf_free(&made);
  unspin_result_free(second);
  unspin_result_free(first);
  return 0;
}
