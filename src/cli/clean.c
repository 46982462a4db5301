/* unspin clean: restores documents one after another, or takes that back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/clean_options.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/output.h"
#include "cli/tables.h"
#include "report/undo.h"

/* What lives as long as the run. */
typedef struct job {
  const clean_options *options;
  us_style style;
  unspin_knowledge *knowledge; /* opened when the first document needs it: empty files need none */
  unspin_session *session;
  us_undo *undo;
  us_buf input;
  bool failed, changed;
  bool stopped; /* going on makes no sense */
} job;

static void fail(job *j, const unspin_error *err) {
  cli_message("%s", err->message);
  j->failed = true;
}

/* The engine does not know what its text is called. */
static unspin_status name_error(us_slice name, unspin_status status, unspin_error *err) {
  unspin_error told = *err;
  return us_fail(err, status, "%.*s: %s", (int)name.n, name.p, told.message);
}

static unspin_status open_knowledge(job *j, unspin_error *err) {
  if (j->session) return UNSPIN_OK;
  us_buf dir = {0};
  unspin_status status = cli_data_dir(j->options->data, &dir) ? UNSPIN_OK : us_nomem(err);
  if (!status) status = cli_knowledge_open(dir.p, j->options->tables.p, j->options->tables.n, &j->knowledge, err);
  us_buf_free(&dir);
  if (!status) status = unspin_session_new(j->knowledge, &j->session, err);
  j->stopped = status != UNSPIN_OK; /* no other document will fare better */
  return status;
}

static unspin_status open_undo(job *j, unspin_error *err) {
  us_buf json = {0};
  unspin_status status = us_file_read(j->options->undo, &json, err);
  if (!status) status = us_undo_read(us_buf_slice(&json), j->options->undo, &j->undo, err);
  us_buf_free(&json);
  return status;
}

/* The report comes first: with --json it is the way back from what -i is about to do. */
static void deliver(job *j, const char *path, const us_report *report) {
  const clean_options *o = j->options;
  unspin_error err = {0};
  unspin_status status = UNSPIN_OK;
  bool changed = report->edit_count > 0;
  j->changed |= changed;
  errno = 0;
  if (o->report) status = o->report(stdout, report, &j->style, &err);
  else if (!o->in_place && !o->output && !o->check) status = us_render_plain(stdout, report, &j->style, &err);
  else if (o->check && changed) {
    cli_message("%.*s: would change in %zu place%s", (int)report->name.n, report->name.p, report->edit_count,
                report->edit_count == 1 ? "" : "s");
  }
  if (status) status = name_error(report->name, status, &err);
  if (!status && o->output) status = cli_output_write(o->output, report->output, &err);
  if (!cli_flush_stdout()) j->failed = j->stopped = true;
  else if (!status && o->in_place && changed) status = cli_output_replace(path, o->suffix, report->output, &err);
  if (status) fail(j, &err);
}

static unspin_status restore(job *j, const char *path, us_slice name, unspin_error *err) {
  us_slice input = us_buf_slice(&j->input);
  us_report report = {.name = name, .input = input, .output = input};
  unspin_totals none = {.dialect = j->options->engine.dialect};
  unspin_result *result = NULL;
  if (input.n || j->options->report == us_render_json) US_TRY(open_knowledge(j, err));
  if (j->knowledge) {
    unspin_status status = unspin_restore(j->session, input.p, input.n, &j->options->engine, &result, err);
    if (status) return name_error(name, status, err);
    unspin_text output = unspin_result_text(result);
    report.output = (us_slice){output.len ? output.text : "", output.len};
    report.edit_count = unspin_result_edit_count(result);
    report.knowledge_hash = unspin_knowledge_hash(j->knowledge);
  }
  report.totals = result ? unspin_result_totals(result) : &none;
  const unspin_edit **edits = calloc(report.edit_count + 1, sizeof *edits);
  for (size_t i = 0; edits && i < report.edit_count; i++) edits[i] = unspin_result_edit(result, i);
  report.edits = edits;
  if (edits) deliver(j, path, &report);
  free(edits);
  unspin_result_free(result);
  return edits ? UNSPIN_OK : us_nomem(err);
}

static unspin_status put_back(job *j, const char *path, us_slice name, unspin_error *err) {
  us_undone undone;
  unspin_status status = us_undo_apply(j->undo, us_buf_slice(&j->input), name, &undone, err);
  if (!status) deliver(j, path, &undone.report);
  us_undone_free(&undone);
  return status;
}

static void clean_one(job *j, const char *path) {
  unspin_error err = {0};
  const char *name = strcmp(path, "-") == 0 ? US_REPORT_STDIN : path;
  unspin_status status = cli_input_read(path, &j->input, &err);
  if (!status && j->undo) {
    status = put_back(j, path, us_slice_of(name), &err);
  } else if (!status) {
    if (!j->options->force) status = cli_input_check(us_buf_slice(&j->input), name, &err);
    if (!status) status = restore(j, path, us_slice_of(name), &err);
  }
  if (status) fail(j, &err);
}

static int clean(const clean_options *o) {
  job j = {.options = o};
  j.style = (us_style){.color = cli_use_color(o->color),
                       .terminal = isatty(STDOUT_FILENO),
                       .heading = o->file_count > 1,
                       .width = cli_terminal_width()};
  unspin_error err = {0};
  if (o->undo && open_undo(&j, &err)) {
    fail(&j, &err);
    j.stopped = true;
  }
  if (!o->file_count && !j.stopped) clean_one(&j, "-");
  for (int i = 0; i < o->file_count && !j.stopped; i++) clean_one(&j, o->files[i]);
  us_buf_free(&j.input);
  us_undo_free(j.undo);
  unspin_session_free(j.session);
  unspin_knowledge_close(j.knowledge);
  if (j.failed) return CLI_ERROR;
  return o->check && j.changed ? CLI_CHANGES : CLI_OK;
}

static int run(int argc, char **argv) {
  clean_options options;
  int status = CLI_ERROR;
  if (clean_options_read(argc, argv, &options)) status = options.help ? cli_print(clean_help) : clean(&options);
  clean_options_free(&options);
  return status;
}

const cli_command cli_clean = {
    .name = "clean", .summary = "restore articles, or show what would change", .help = clean_help, .run = run};
