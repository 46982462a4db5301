/* cmd_phrases_move.c - unspin phrases import, export. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cmd_phrases.h"
#include "report/safe.h"

enum { SHOWN_SKIPPED = 5 };

/* ---- import ---- */

typedef struct import {
  const phrases_options *o;
  const char *path;
  unspin_model *model; /* tells how usual phrases are */
  us_buf said;         /* of what was taken */
  size_t told;
  bool progress;
} import;

static void skipped(void *cookie, int line, const char *reason) {
  import *im = cookie;
  if (im->o->quiet || im->told++ >= SHOWN_SKIPPED) return;
  cli_message("%s:%d: left out: %s", im->path, line, reason);
}

static bool watch(void *cookie, size_t entries) {
  const import *im = cookie;
  if (im->progress) fprintf(stderr, "\r%zu entries", entries);
  return true;
}

static double usual(void *cookie, const char *phrase, size_t len) {
  const import *im = cookie;
  return phrases_log10(im->model, phrase, len);
}

static const char *source_name(const char *path) {
  const char *slash = strrchr(path, '/');
  if (strcmp(path, "-") == 0) return "standard input";
  return slash && slash[1] ? slash + 1 : path;
}

static int import_one(import *im, unspin_table *table) {
  const phrases_options *o = im->o;
  unspin_error err;
  unspin_import_options options;
  unspin_import_report report;
  unspin_import_options_init(&options);
  options.format = o->format;
  options.source = o->source ? o->source : source_name(im->path);
  options.licence = o->licence;
  options.note = o->note;
  options.strength = o->strength;
  options.pos = o->pos;
  options.replace = o->replace;
  options.context = o->context;
  options.related = o->related;
  options.plain_first = o->plain_first;
  options.usual = usual;
  options.skipped = skipped;
  options.watch = watch;
  options.cookie = im;
  im->told = 0;
  unspin_status status = unspin_table_import(table, im->path, &options, &report, &err);
  if (im->progress) fprintf(stderr, "\r%40s\r", "");
  if (phrases_status(status, &err)) return CLI_ERROR;
  if (!o->quiet && im->told > SHOWN_SKIPPED) cli_message("%s: %zu more left out", im->path, im->told - SHOWN_SKIPPED);
  if (report.entries && report.skipped == report.entries) {
    cli_message("%s: taken for %s, and no row can be made of it: left out all %zu entries", im->path,
                unspin_format_name(report.format), report.entries);
    return CLI_ERROR;
  }
  if (o->quiet) return CLI_OK;
  us_safe_append(&im->said, us_slice_of(im->path));
  us_buf_printf(&im->said,
                " (%s): %zu entries, %zu rows %s, %zu written over, %zu there already, %zu left out; source: ",
                unspin_format_name(report.format), report.entries, report.added,
                o->dry_run ? "would be added" : "added", report.replaced, report.already_there, report.skipped);
  us_safe_append(&im->said, us_slice_of(options.source));
  us_buf_putc(&im->said, '\n');
  return CLI_OK;
}

/* Every file or none. A dry run makes the change and takes it back, so that it says what would have happened. */
static int import_all(const phrases_options *o) {
import im = {.o = o, .progress = !o->quiet && isatty(STDERR_FILENO) };
  im.model = phrases_open_model(o);
  if (!im.model) return CLI_ERROR;
  unspin_table *table = phrases_begin(o);
  int result = table ? CLI_OK : CLI_ERROR;
  for (int i = 0; i < o->count && result == CLI_OK; i++) {
    im.path = o->args[i];
    result = import_one(&im, table);
  }
  if (table && o->dry_run) {
    unspin_table_close(table); /* takes it back */
    if (result == CLI_OK && im.said.n) fwrite(im.said.p, 1, im.said.n, stdout);
    if (!cli_flush_stdout()) result = CLI_ERROR;
  } else if (table) {
    result = phrases_end(table, &im.said, result);
  }
  us_buf_free(&im.said);
  unspin_model_close(im.model);
  return result;
}

/* Whether the table that would be written to is there already. */
static bool target_exists(const phrases_options *o) {
  us_buf data_dir = {0}, path = {0};
  bool exists = !cli_data_dir(o->data, &data_dir) ||
                !cli_table_place(o->in ? o->in : cli_layer_name(CLI_LAYER_USER), data_dir.p, &path) ||
                access(path.p, F_OK) == 0;
  us_buf_free(&data_dir);
  us_buf_free(&path);
  return exists;
}

/* A dry run must not even make the table: it gets one of its own that is thrown away. */
static int dry_run_aside(const phrases_options *o) {
  const char *tmp = getenv("TMPDIR");
  us_buf path = {0};
  us_buf_printf(&path, "%s/unspin-XXXXXX", tmp && *tmp ? tmp : "/tmp");
  if (path.failed || !mkdtemp(path.p)) {
    cli_message("%s: cannot make a folder: %s", path.failed ? "" : path.p, strerror(errno));
    us_buf_free(&path);
    return CLI_ERROR;
  }
  size_t folder = path.n;
  us_buf_puts(&path, "/phrases.db");
  phrases_options aside = *o;
  aside.in = path.p;
  int result = path.failed ? CLI_ERROR : import_all(&aside);
  if (!path.failed) unlink(path.p);
  path.p[folder] = 0;
  rmdir(path.p);
  us_buf_free(&path);
  return result;
}

int cli_phrases_import(int argc, char **argv) {
  phrases_options o;
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_IMPORT, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (!o.count) phrases_complain("import", "which FILE?");
    else result = o.dry_run && !target_exists(&o) ? dry_run_aside(&o) : import_all(&o);
  }
  phrases_options_free(&o);
  return result;
}

/* ---- export ---- */

static bool write_out(void *cookie, const char *text, size_t len) {
  us_buf *out = cookie;
  if (!out) return fwrite(text, 1, len, stdout) == len;
  us_buf_append(out, (us_slice){text, len});
  return !out->failed;
}

/* The .idx beside a MyThes .dat: encoding, number of entries, "word|offset" lines. */
static void make_index(us_slice dat, us_buf *out) {
  us_slice rest = dat, line, word;
  us_buf entries = {0};
  size_t n = 0;
  us_slice_cut(&rest, '\n', &line); /* the encoding */
  while (rest.n) {
    size_t offset = (size_t)(rest.p - dat.p);
    us_slice_cut(&rest, '\n', &line);
    us_slice count = line;
    us_slice_cut(&count, '|', &word);
    us_buf_printf(&entries, "%.*s|%zu\n", (int)word.n, word.p, offset);
    n++;
    for (long senses = count.p ? strtol(count.p, NULL, 10) : 0; senses > 0 && rest.n; senses--)
      us_slice_cut(&rest, '\n', &line);
  }
  us_buf_printf(out, "UTF-8\n%zu\n", n);
  us_buf_append(out, us_buf_slice(&entries));
  if (entries.failed) out->failed = true;
  us_buf_free(&entries);
}

static unspin_status write_index(const char *path, us_slice dat, unspin_error *err) {
  us_buf index = {0}, name = {0};
  size_t n = strlen(path);
  us_buf_append(&name, (us_slice){path, n > 4 && strcmp(path + n - 4, ".dat") == 0 ? n - 4 : n});
  us_buf_puts(&name, ".idx");
  make_index(dat, &index);
  unspin_status status = index.failed || name.failed ? us_fail(err, UNSPIN_ERR_NOMEM, "out of memory")
                                                     : us_file_write_atomic(name.p, us_buf_slice(&index), err);
  us_buf_free(&index);
  us_buf_free(&name);
  return status;
}

static unspin_format format_of(const phrases_options *o) {
  const char *dot = o->output ? strrchr(o->output, '.') : NULL;
  if (o->format || !dot) return o->format ? o->format : UNSPIN_FORMAT_TSV;
  if (strcmp(dot, ".jsonl") == 0) return UNSPIN_FORMAT_JSONL;
  if (strcmp(dot, ".csv") == 0) return UNSPIN_FORMAT_CSV;
  if (strcmp(dot, ".dat") == 0) return UNSPIN_FORMAT_MYTHES;
  return UNSPIN_FORMAT_TSV;
}

static int export_to_file(const phrases_options *o, unspin_table *table, const unspin_row_filter *filter) {
  us_buf out = {0};
  unspin_error err;
  unspin_status status = unspin_table_export(table, format_of(o), filter, write_out, &out, &err);
  if (out.failed) status = us_fail(&err, UNSPIN_ERR_NOMEM, "out of memory");
  if (!status) status = us_file_write_atomic(o->output, us_buf_slice(&out), &err);
  if (!status && format_of(o) == UNSPIN_FORMAT_MYTHES) status = write_index(o->output, us_buf_slice(&out), &err);
  us_buf_free(&out);
  return phrases_status(status, &err);
}

/* Whether the table has the source that is asked for, if one is. */
static bool has_source(const phrases_options *o, unspin_table *table) {
  const char *wanted = o->source;
  unspin_error err;
  if (!wanted) return true;
  if (phrases_status(unspin_table_sources(table, phrases_note_source, &wanted, &err), &err)) return false;
  if (wanted)
    cli_message("phrases export: %s has no source '%s' (see 'unspin phrases stats')", unspin_table_path(table), wanted);
  return !wanted;
}

static int export_one(phrases_options *o) {
  phrases_stack s = {0};
  int result = CLI_ERROR;
  unspin_row_filter filter = {.source = o->source};
  unspin_error err;
  if (!o->in) o->in = cli_layer_name(CLI_LAYER_USER);
  if (!phrases_stack_open(o, &s) || !has_source(o, s.table[0])) {
  } else if (o->output && strcmp(o->output, "-") != 0) {
    result = export_to_file(o, s.table[0], &filter);
  } else {
    errno = 0;
    unspin_status status = unspin_table_export(s.table[0], format_of(o), &filter, write_out, NULL, &err);
    result = status && ferror(stdout) ? CLI_ERROR : phrases_status(status, &err);
    if (!cli_flush_stdout()) result = CLI_ERROR;
  }
  phrases_stack_free(&s);
  return result;
}

int cli_phrases_export(int argc, char **argv) {
  phrases_options o;
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_EXPORT, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (o.count) phrases_complain("export", "takes no argument: -o FILE says where to");
    else result = export_one(&o);
  }
  phrases_options_free(&o);
  return result;
}
