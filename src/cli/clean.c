/* unspin clean and unspin batch: restore documents, or take that back. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch/pool.h"
#include "cli/clean_job.h"
#include "cli/inputs.h"
#include "report/sarif.h"

static bool is_folder(const char *path) {
  struct stat st;
  return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool any_folder(const clean_options *o) {
  for (int i = 0; i < o->file_count; i++)
    if (is_folder(o->files[i])) return true;
  return false;
}

static bool several(const clean_options *o) { return o->file_count > 1 || o->files_from || any_folder(o); }

/* A single file of JSON Lines, or standard input, is shared out by lines. */
static bool by_lines(const clean_options *o) {
  if (!o->shard.count || several(o) || o->in_place) return false;
  unspin_text_format named = unspin_text_format_guess(o->files[0], "", 0);
  return (o->guess_format ? named : o->engine.text_format) == UNSPIN_TEXT_JSONL;
}

/* -o names a folder if the inputs cannot go into one file, or if it is one. */
static us_target target_of(const clean_options *o) {
  bool standard = !o->file_count || strcmp(o->files[0], "-") == 0;
  if (o->in_place) return US_TARGET_IN_PLACE;
  if (!o->output || strcmp(o->output, "-") == 0) return US_TARGET_NONE;
  if (by_lines(o)) return US_TARGET_PARTS;
  bool slash = o->output[0] && o->output[strlen(o->output) - 1] == '/';
  if (o->batch || several(o) || slash || (is_folder(o->output) && !standard)) return US_TARGET_TREE;
  return US_TARGET_FILE;
}

static unspin_status work(void *cookie, unsigned worker, us_doc *doc, unspin_error *err) {
  clean_run *run = cookie;
  return clean_engine_work(&run->engine, worker, doc, err);
}

/* The report comes first: with --json it is the way back from what -i is about to do. */
static bool deliver(void *cookie, const us_doc *doc) {
  clean_run *run = cookie;
  errno = 0;
  if (doc->shown.n && run->found && run->options->report == us_render_sarif) fputs(US_SARIF_BETWEEN, stdout);
  run->found |= doc->shown.n > 0;
  if (doc->shown.n) fwrite(doc->shown.p, 1, doc->shown.n, stdout);
  if ((doc->shown.n || doc->bytes.n) && !cli_flush_stdout()) {
    run->tell.failed = true;
    return false;
  }
  return clean_tell_block(&run->tell, doc);
}

static bool finished(void *cookie, const us_finished *f) {
  clean_run *run = cookie;
  clean_tell_finished(&run->tell, f);
  run->tell.failed |= !clean_html_note(&run->html, f, clean_tell_outcome(f->outcome));
  return f->outcome != US_OUTCOME_FAILED || !clean_engine_broken(&run->engine);
}

static void skipped(void *cookie, us_skip why, const char *path) {
  clean_run *run = cookie;
  clean_tell_skipped(&run->tell, why, path);
}

static void failed(void *cookie, const unspin_error *err) {
  clean_run *run = cookie;
  clean_tell_message(&run->tell, "%s", err->message);
  run->tell.failed = true;
}

static unspin_status run_job(clean_run *run, const us_inputs_plan *inputs, unspin_error *err) {
  const clean_options *o = run->options;
  us_job_plan plan = {.inputs = *inputs,
                      .target = run->target,
                      .output = o->output,
                      .suffix = o->suffix,
                      .threads = run->threads,
                      .shard = o->shard,
                      .journal = run->journal,
                      .resume = o->resume,
                      .by_place = o->in_place && o->journal,
                      .rejects = o->rejects,
                      .avoid = run->tell.avoid,
                      .engine = &o->engine,
                      .guess_format = o->guess_format,
                      .encoding = o->encoding,
                      .whole = o->report || o->html || o->undo,
                      .stdin_name = US_REPORT_STDIN,
                      .cookie = run,
                      .work = work,
                      .deliver = deliver,
                      .finished = finished,
                      .skipped = skipped,
                      .failed = failed};
  clean_tell_count(&run->tell, &plan.inputs, plan.target == US_TARGET_PARTS ? (us_shard){0} : plan.shard);
  return us_job_run(&plan, err);
}

static unspin_status find_inputs(const clean_options *o, cli_inputs *inputs, unspin_error *err) {
  return cli_inputs_make(&(cli_inputs_options){.files = o->files,
                                               .file_count = o->file_count,
                                               .list = o->files_from,
                                               .zero = o->zero,
                                               .include = o->include.p,
                                               .include_count = o->include.n,
                                               .exclude = o->exclude.p,
                                               .exclude_count = o->exclude.n,
                                               .hidden = o->hidden,
                                               .follow = o->follow,
                                               .no_ignore = o->no_ignore,
                                               .force_exclude = o->force_exclude},
                         inputs, err);
}

/* One text needs one thread. */
static unsigned thread_count(const clean_options *o) {
  unsigned wanted = o->jobs ? o->jobs : us_pool_processors();
  bool one = !several(o) && o->file_count && strcmp(o->files[0], "-") != 0 && (o->report || o->html);
  return one ? 1 : wanted;
}

static bool begin(clean_run *run) {
  const clean_options *o = run->options;
  us_style style = {.color = cli_use_color(o->color),
                    .terminal = isatty(STDOUT_FILENO),
                    .heading = several(o),
                    .width = cli_terminal_width()};
  unspin_error err;
  bool ok = clean_tell_begin(&run->tell, o);
  unspin_status status = clean_engine_init(&run->engine, o, run->threads, style, &err);
  bool to_stdout = o->output && strcmp(o->output, "-") == 0;
  run->engine.show_text = to_stdout || (!o->report && !o->html && !o->in_place && !o->output && !o->check);
  run->engine.by_name = run->target == US_TARGET_FILE;
  if (status) failed(run, &err);
  ok = ok && clean_html_begin(&run->html, o->html, several(o) || o->batch);
  run->engine.html = &run->html;
  return ok && !status && (!o->batch || clean_batch_begin(run)) && clean_tell_begin_rejects(&run->tell);
}

/* Tables that others may be writing to need files beside them, so they are opened outside. */
static bool shut_in(clean_run *run) {
  const clean_options *o = run->options;
  if (o->sandbox == CLI_SANDBOX_OFF || clean_options_write(o)) return true;
  unspin_error err;
  if (clean_engine_has_tables(&run->engine) && clean_engine_open(&run->engine, &err)) {
    failed(run, &err);
    return false;
  }
  if (cli_sandbox_enter() || o->sandbox == CLI_SANDBOX_AUTO) return true;
  cli_message("clean: --sandbox on: the kernel lets no filter be set, or unspin was built without libseccomp or with a sanitizer");
  return false;
}

static int exit_status(const clean_run *run) {
  const clean_counts *c = &run->tell.counts;
  if (run->tell.failed || c->failed) return CLI_ERROR;
  if (c->with_rejects || c->without_field) return CLI_REJECTS;
  return run->options->check && c->changed ? CLI_CHANGES : CLI_OK;
}

static bool end_sarif(const clean_run *run) {
  us_sarif_end(stdout, !run->tell.failed && !run->tell.counts.failed);
  return cli_flush_stdout();
}

static int clean(const clean_options *o) {
  clean_run run = {.options = o, .threads = thread_count(o), .target = target_of(o)};
  cli_inputs inputs = {0};
  unspin_error err;
  bool ready = begin(&run) && shut_in(&run);
  if (ready) {
    if (o->report == us_render_sarif) us_sarif_begin(stdout);
    unspin_status status = find_inputs(o, &inputs, &err);
    if (!status) status = run_job(&run, &inputs.plan, &err);
    if (status) failed(&run, &err);
    clean_tell_end(&run.tell);
    run.tell.failed |= !clean_html_end(&run.html);
    if (o->report == us_render_sarif && !end_sarif(&run)) run.tell.failed = true;
    run.tell.failed |= o->batch && !clean_batch_end(&run);
    run.tell.failed |= o->stats_file && !clean_stats_write(&run, o->stats_file);
  } else run.tell.failed = true;
  cli_inputs_free(&inputs);
  us_journal_close(run.journal);
  clean_engine_free(&run.engine);
  clean_tell_free(&run.tell);
  clean_html_free(&run.html);
  return exit_status(&run);
}

static int run_clean(int argc, char **argv) {
  clean_options o;
  int status = CLI_ERROR;
  if (clean_options_read(argc, argv, &o)) {
    if (o.help) status = cli_print_help(o.batch ? &cli_batch : &cli_clean);
    else if (o.dump_config) status = clean_config_print(&o);
    else status = o.merge ? clean_batch_merge(&o) : clean(&o);
  }
  clean_options_free(&o);
  return status;
}

const cli_command cli_clean = {.name = "clean",
                               .summary = "restore articles, or show what would change",
                               .help = clean_help,
                               .more = clean_help_more,
                               .run = run_clean};
const cli_command cli_batch = {
    .name = "batch", .summary = "restore folders, with a journal, in shards", .help = batch_help, .run = run_clean};
