/* One document through the engine: bytes of a file in, bytes of a file and what is shown out. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/file.h"
#include "cli/clean_job.h"
#include "cli/input.h"
#include "cli/tables.h"

static unspin_status read_undo(clean_engine *e, unspin_error *err) {
  us_buf json = {0};
  unspin_status status = us_file_read(e->options->undo, &json, err);
  if (!status) status = us_undo_read(us_buf_slice(&json), e->options->undo, &e->undo, err);
  us_buf_free(&json);
  return status;
}

unspin_status clean_engine_init(clean_engine *e, const clean_options *options, unsigned threads, us_style style,
                                unspin_error *err) {
  *e = (clean_engine){.options = options, .style = style, .session_count = threads};
  pthread_mutex_init(&e->lock, NULL);
  e->sessions = calloc(threads, sizeof(unspin_session *));
  if (!e->sessions) return us_nomem(err);
  return options->undo ? read_undo(e, err) : UNSPIN_OK;
}

void clean_engine_free(clean_engine *e) {
  for (unsigned i = 0; e->sessions && i < e->session_count; i++) unspin_session_free(e->sessions[i]);
  free(e->sessions);
  us_undo_free(e->undo);
  unspin_knowledge_close(e->knowledge);
  pthread_mutex_destroy(&e->lock);
}

static unspin_status open_locked(clean_engine *e, unspin_error *err) {
  if (e->knowledge) return UNSPIN_OK;
  us_buf dir = {0};
  unspin_status status = cli_data_dir(e->options->data, &dir) ? UNSPIN_OK : us_nomem(err);
  if (!status) status = cli_knowledge_open(dir.p, e->options->tables.p, e->options->tables.n, &e->knowledge, err);
  us_buf_free(&dir);
  e->broken |= status != UNSPIN_OK;
  return status;
}

unspin_status clean_engine_open(clean_engine *e, unspin_error *err) {
  pthread_mutex_lock(&e->lock);
  unspin_status status = open_locked(e, err);
  pthread_mutex_unlock(&e->lock);
  return status;
}

bool clean_engine_broken(clean_engine *e) {
  pthread_mutex_lock(&e->lock);
  bool broken = e->broken;
  pthread_mutex_unlock(&e->lock);
  return broken;
}

static const unspin_knowledge *opened(clean_engine *e) {
  pthread_mutex_lock(&e->lock);
  const unspin_knowledge *knowledge = e->knowledge;
  pthread_mutex_unlock(&e->lock);
  return knowledge;
}

bool clean_engine_has_tables(const clean_engine *e) {
  us_buf dir = {0};
  cli_tables tables = {0};
  bool has = cli_data_dir(e->options->data, &dir) &&
             cli_tables_find(dir.p, e->options->tables.p, e->options->tables.n, &tables) && tables.n > 1;
  cli_tables_free(&tables);
  us_buf_free(&dir);
  return has;
}

static unspin_status open_session(clean_engine *e, unsigned worker, unspin_error *err) {
  if (e->sessions[worker]) return UNSPIN_OK;
  pthread_mutex_lock(&e->lock);
  unspin_status status = open_locked(e, err);
  if (!status) status = unspin_session_new(e->knowledge, &e->sessions[worker], err);
  e->broken |= status != UNSPIN_OK;
  pthread_mutex_unlock(&e->lock);
  return status;
}

/* The engine does not know what its text is called. */
static unspin_status name_error(const us_doc *doc, unspin_status status, unspin_error *err) {
  unspin_error told = *err;
  return us_fail(err, status, "%s: %s", doc->name, told.message);
}

/* Whether ASCII is what it is in the encoding of FILE: not in UTF-16 and the like. */
static bool keeps_ascii(unspin_file *file) {
  us_slice signs = US_LIT("--- +++ @@ \\\n");
  unspin_text bytes;
  return !unspin_file_encode(file, signs.p, signs.n, UNSPIN_PACKING_NONE, &bytes, NULL) &&
         us_slice_eq((us_slice){bytes.text, bytes.len}, signs);
}

/* A diff is for patch, so it is in the file's own encoding; but in UTF-8 where patch could not read that. */
static unspin_status show(clean_engine *e, us_doc *doc, unspin_file *file, us_slice text, unspin_error *err) {
  unspin_text bytes = {.text = text.p, .len = text.n};
  if (file && e->options->report == us_render_diff && keeps_ascii(file))
    US_TRY(unspin_file_encode(file, text.p, text.n, UNSPIN_PACKING_NONE, &bytes, err));
  us_buf_append(&doc->shown, (us_slice){bytes.text ? bytes.text : "", bytes.len});
  return doc->shown.failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status render(clean_engine *e, us_doc *doc, unspin_file *file, const us_report *report,
                            unspin_error *err) {
  char *text = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&text, &n);
  if (!out) return us_nomem(err);
  unspin_status status = e->options->report(out, report, &e->style, err);
  bool whole = !ferror(out);
  whole &= fclose(out) == 0;
  if (status) status = name_error(doc, status, err);
  else if (!whole) status = us_nomem(err);
  else status = show(e, doc, file, (us_slice){text, n}, err);
  free(text);
  return status;
}

/* Standard output is for people and pipes; a file is packed as its name says, or as it was. */
static unspin_packing packing_of(const clean_engine *e, const unspin_file *file) {
  if (e->show_text || !file) return UNSPIN_PACKING_NONE;
  return e->by_name ? unspin_packing_named(e->options->output) : unspin_file_packing(file);
}

/* The file that comes out, and what standard output gets. */
static unspin_status hand_out(clean_engine *e, us_doc *doc, unspin_file *file, const us_report *report,
                              unspin_error *err) {
  if (doc->again) return UNSPIN_OK;
  if (e->options->report) US_TRY(render(e, doc, file, report, err));
  US_TRY(clean_html_page(e->html, doc, report, err));
  doc->changed = report->edit_count > 0;
  doc->tally.edits = report->edit_count;
  unspin_packing packing = packing_of(e, file);
  doc->made = doc->changed || (file && packing != unspin_file_packing(file));
  unspin_text bytes = {.text = report->output.p, .len = report->output.n};
  if (doc->made && file) US_TRY(unspin_file_encode(file, report->output.p, report->output.n, packing, &bytes, err));
  us_slice made = doc->made ? (us_slice){bytes.text ? bytes.text : "", bytes.len} : doc->bytes;
  if (e->show_text) us_buf_append(&doc->shown, made);
  else if (doc->made) us_buf_append(&doc->output, made);
  if (doc->output.failed || doc->shown.failed) return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", doc->name);
  return UNSPIN_OK;
}

/* As they are in the file. */
static unspin_status take_rejects(us_doc *doc, unspin_file *file, us_slice text, const unspin_result *result,
                                  unspin_error *err) {
  size_t n = unspin_result_reject_count(result);
  doc->tally.rejects = n;
  for (size_t i = 0; i < n; i++) {
    const unspin_reject *r = unspin_result_reject(result, i);
    unspin_text record = {.text = text.p + r->begin, .len = r->end - r->begin};
    bool ends = text.n && text.p[r->end - 1] == '\n';
    if (file) US_TRY(unspin_file_encode(file, record.text, record.len, UNSPIN_PACKING_NONE, &record, err));
    us_buf_append(&doc->rejects, (us_slice){record.text, record.len});
    if (!ends) us_buf_putc(&doc->rejects, '\n');
    if (i > 0) continue;
    doc->tally.reject_line = doc->first_line + (r->line - 1) * doc->line_step;
    snprintf(doc->tally.reject_why, sizeof doc->tally.reject_why, "%s", r->why);
  }
  return UNSPIN_OK;
}

static void take_totals(us_doc *doc, const unspin_totals *totals) {
  doc->tally.words = totals->words;
  doc->tally.spun_words = totals->spin_share * (double)totals->words;
}

/* NULL: UTF-8. */
static const char *foreign_encoding(const unspin_file *file) {
  const char *encoding = file ? unspin_file_encoding(file) : "UTF-8";
  return strcasecmp(encoding, "UTF-8") == 0 ? NULL : encoding;
}

static unspin_status report_result(clean_engine *e, us_doc *doc, unspin_file *file, us_slice text,
                                   const unspin_result *result, unspin_error *err) {
  unspin_totals none = {.dialect = e->options->engine.dialect};
  us_report report = {
      .name = us_slice_of(doc->name), .input = text, .output = text, .encoding = foreign_encoding(file)};
  if (result) {
    unspin_text output = unspin_result_text(result);
    report.output = (us_slice){output.len ? output.text : "", output.len};
    report.edit_count = unspin_result_edit_count(result);
    US_TRY(take_rejects(doc, file, text, result, err));
  }
  report.totals = result ? unspin_result_totals(result) : &none;
  take_totals(doc, report.totals);
  doc->tally.records =
      result ? *unspin_result_records(result) : (unspin_record_totals){.documents = 1, .found = UINT64_MAX};
  if (e->options->report == us_render_json) US_TRY(clean_engine_open(e, err));
  const unspin_knowledge *knowledge = opened(e);
  report.knowledge_hash = knowledge ? unspin_knowledge_hash(knowledge) : NULL;
  const unspin_edit **edits = NULL;
  size_t suggested = result ? unspin_result_suggestion_count(result) : 0;
  if (e->options->report || e->options->html) { /* nobody else looks at them one by one */
    edits = calloc(report.edit_count + suggested + 1, sizeof *edits);
    if (!edits) return us_nomem(err);
    for (size_t i = 0; i < report.edit_count; i++) edits[i] = unspin_result_edit(result, i);
    for (size_t i = 0; i < suggested; i++) edits[report.edit_count + i] = unspin_result_suggestion(result, i);
  }
  report.edits = edits;
  report.suggestions = edits ? edits + report.edit_count : NULL;
  report.suggestion_count = suggested;
  unspin_status status = hand_out(e, doc, file, &report, err);
  free(edits);
  return status;
}

static unspin_status restore(clean_engine *e, unsigned worker, us_doc *doc, unspin_file *file, us_slice text,
                             const unspin_options *options, unspin_error *err) {
  unspin_result *result = NULL;
  if (text.n) {
    US_TRY(open_session(e, worker, err));
    unspin_status status = unspin_restore(e->sessions[worker], text.p, text.n, options, &result, err);
    if (status) return name_error(doc, status, err);
  }
  unspin_status status = report_result(e, doc, file, text, result, err);
  unspin_result_free(result);
  return status;
}

static unspin_status put_back(clean_engine *e, us_doc *doc, unspin_file *file, us_slice text, unspin_error *err) {
  us_undone undone;
  unspin_status status = us_undo_apply(e->undo, text, us_slice_of(doc->name), &undone, err);
  undone.report.encoding = foreign_encoding(file);
  if (!status) status = hand_out(e, doc, file, &undone.report, err);
  us_undone_free(&undone);
  return status;
}

static unspin_status work_on_file(clean_engine *e, unsigned worker, us_doc *doc, unspin_error *err) {
  const clean_options *o = e->options;
  unspin_file_options options;
  unspin_file_options_init(&options);
  options.name = doc->name;
  options.encoding = o->encoding;
  options.binary = o->force || o->undo;
  unspin_file *file;
  US_TRY(unspin_file_open(doc->bytes.p, doc->bytes.n, &options, &file, err));
  unspin_text opened = unspin_file_text(file);
  us_slice text = {opened.len ? opened.text : "", opened.len};
  unspin_options engine = o->engine;
  const char *known = doc->path[0] == '-' && !doc->path[1] ? NULL : doc->path;
  if (o->guess_format) engine.text_format = unspin_text_format_guess(known, text.p, text.n);
  unspin_status status =
      e->undo ? put_back(e, doc, file, text, err) : restore(e, worker, doc, file, text, &engine, err);
  unspin_file_close(file);
  return status;
}

unspin_status clean_engine_work(clean_engine *e, unsigned worker, us_doc *doc, unspin_error *err) {
  if (!doc->records) return work_on_file(e, worker, doc, err);
  if (!doc->header) return restore(e, worker, doc, NULL, doc->bytes, doc->records, err);
  if (e->show_text && !doc->again) us_buf_append(&doc->shown, doc->bytes);
  return doc->shown.failed ? us_nomem(err) : UNSPIN_OK;
}
