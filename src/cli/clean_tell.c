#include "cli/clean_tell.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report/json_object.h"

#define SECONDS_BETWEEN 0.2
enum { COLUMNS = 79, ROWS_AT_ONCE = 1 << 16 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

const char *clean_tell_number(uint64_t n, char *out) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%" PRIu64, n), at = 0;
  for (int i = 0; i < length; i++) {
    if (i && (length - i) % 3 == 0) out[at++] = ',';
    out[at++] = digits[i];
  }
  out[at] = 0;
  return out;
}

/* ---- progress ---- */

static void wipe(clean_tell *t) {
  if (t->line_shown) fprintf(stderr, "\r%*s\r", COLUMNS, "");
  t->line_shown = false;
}

static void time_left(const clean_tell *t, uint64_t bytes, double seconds, char *out, size_t room) {
  uint64_t files, all;
  out[0] = 0;
  if (!clean_census_known(t->census, &files, &all) || !bytes || all < bytes) return;
  unsigned left = (unsigned)((double)(all - bytes) * seconds / (double)bytes + 0.5);
  snprintf(out, room, " of %" PRIu64 ", %u:%02u:%02u left", files, left / 3600, left / 60 % 60, left % 60);
}

static void show(clean_tell *t) {
  double at = t->terminal ? now() : 0;
  if (!t->terminal || at - t->shown < SECONDS_BETWEEN) return;
  const clean_counts *c = &t->counts;
  uint64_t bytes = c->tally.bytes_in + t->under_way;
  double seconds = at - t->began, mb = (double)bytes / 1e6;
  char left[80], line[240];
  time_left(t, bytes, seconds, left, sizeof left);
  snprintf(line, sizeof line, "%" PRIu64 " files%s, %.1f MB, %.2f MB/s, %" PRIu64 " edits, %" PRIu64 " failed",
           c->files, left, mb, seconds > 0 ? mb / seconds : 0, c->tally.edits, c->failed);
  fprintf(stderr, "\r%-*.*s", COLUMNS, COLUMNS, line);
  t->line_shown = true;
  t->shown = at;
}

void clean_tell_message(clean_tell *t, const char *format, ...) {
  char line[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(line, sizeof line, format, args);
  va_end(args);
  wipe(t);
  cli_message("%s", line);
}

/* ---- the beginning and the end ---- */

static bool fail(clean_tell *t, const unspin_error *err) {
  clean_tell_message(t, "%s", err->message);
  t->failed = true;
  return false;
}

bool clean_tell_begin(clean_tell *t, const clean_options *o) {
  *t = (clean_tell){.options = o, .began = now(), .rows = {.fd = -1}};
  t->terminal = !o->quiet && isatty(STDERR_FILENO) && (o->output || o->in_place || o->check || o->html);
  unspin_error err;
  mode_t mask = umask(0);
  umask(mask);
  us_place_style style = {.mask = mask, .devices = true};
  if (o->rows && us_place_begin(o->rows, &style, &t->rows, &err)) return fail(t, &err);
  t->has_rows = o->rows != NULL;
  return true;
}

static bool is_input(const clean_options *o, const struct stat *file) {
  struct stat st;
  bool standard = !o->file_count && !o->files_from;
  bool is = standard && fstat(STDIN_FILENO, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
  for (int i = 0; i < o->file_count && !is; i++) {
    bool known = strcmp(o->files[i], "-") == 0 ? fstat(STDIN_FILENO, &st) == 0 : stat(o->files[i], &st) == 0;
    is = known && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
  }
  return is;
}

/* Emptied only when it is known to be no input. A device is written to as it is. */
static unspin_status open_rejects(clean_tell *t, unspin_error *err) {
  const char *path = t->options->rejects;
  struct stat st;
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  bool there = fd >= 0 && fstat(fd, &st) == 0, regular = there && S_ISREG(st.st_mode);
  unspin_status status = UNSPIN_OK;
  if (regular && is_input(t->options, &st))
    status = us_fail(err, UNSPIN_ERR_INVALID, "%s: --rejects would overwrite what is to be read", path);
  if (!status && there && (!regular || ftruncate(fd, 0) == 0)) t->rejects = fdopen(fd, "w");
  if (!status && !t->rejects) status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
  if (regular) t->avoid = (us_walk_omit){st.st_dev, st.st_ino};
  if (fd >= 0 && !t->rejects) close(fd);
  return status;
}

bool clean_tell_begin_rejects(clean_tell *t) {
  unspin_error err;
  return !t->options->rejects || open_rejects(t, &err) == UNSPIN_OK || fail(t, &err);
}

void clean_tell_count(clean_tell *t, const us_inputs_plan *plan, us_shard shard) {
  if (t->terminal && !plan->list) t->census = clean_census_begin(plan, shard);
}

static void write_rows(clean_tell *t, size_t from) {
  unspin_error err;
  if (!t->has_rows || t->row_buffer.n < from) return;
  unspin_status status = t->row_buffer.failed ? us_nomem(&err) : UNSPIN_OK;
  if (!status) status = us_place_append(&t->rows, us_buf_slice(&t->row_buffer), &err);
  us_buf_clear(&t->row_buffer);
  if (!status) return;
  t->has_rows = false;
  fail(t, &err);
}

static void end_rows(clean_tell *t) {
  unspin_error err;
  write_rows(t, 0);
  if (t->has_rows && (us_place_seal(&t->rows, &err) || us_place_commit(&t->rows, NULL, &err))) fail(t, &err);
}

static void end_rejects(clean_tell *t) {
  if (!t->rejects) return;
  errno = 0;
  bool bad = ferror(t->rejects);
  bad |= fclose(t->rejects) != 0;
  t->rejects = NULL;
  unspin_error err;
  us_fail(&err, UNSPIN_ERR_IO, "%s: cannot write%s%s", t->options->rejects, errno ? ": " : "",
          errno ? strerror(errno) : "");
  if (bad) fail(t, &err);
}

/* One line that says how many and why: what is passed over in silence is looked for in vain. */
static void tell_skipped(clean_tell *t) {
  uint64_t sum = 0;
  us_buf why = {0};
  for (int i = 0; i < US_SKIP_COUNT; i++) {
    uint64_t n = t->counts.skipped[i];
    if (n) us_buf_printf(&why, "%s%" PRIu64 " %s", sum ? ", " : "", n, us_skip_name((us_skip)i));
    sum += n;
  }
  if (sum && !t->options->quiet) clean_tell_message(t, "left out %" PRIu64 ": %s", sum, us_buf_slice(&why).p);
  us_buf_free(&why);
}

void clean_tell_table(const clean_counts *c) {
  char a[32], b[32], d[32], e[32], f[32];
  double mb = (double)c->tally.bytes_in / 1e6, words = (double)c->tally.words;
  fprintf(stderr, "files      %s: %s changed, %s unchanged, %s with rejects, %s failed\n",
          clean_tell_number(c->files, a), clean_tell_number(c->changed, b), clean_tell_number(c->unchanged, d),
          clean_tell_number(c->with_rejects, e), clean_tell_number(c->failed, f));
  if (c->current) fprintf(stderr, "current    %s of them, done by an earlier run\n", clean_tell_number(c->current, a));
  fprintf(stderr, "words      %s, %.1f %% put in by a spinner\n", clean_tell_number(c->tally.words, a),
          words > 0 ? 100 * c->tally.spun_words / words : 0);
  fprintf(stderr, "edits      %s\n", clean_tell_number(c->tally.edits, a));
  if (c->tally.rejects) fprintf(stderr, "rejects    %s\n", clean_tell_number(c->tally.rejects, a));
  fprintf(stderr, "bytes      %s\n", clean_tell_number(c->tally.bytes_in, a));
  if (c->wall <= 0) return;
  fprintf(stderr, "time       %.1f s, %.1f files a second, %.2f MB a second, %.1f s of work\n", c->wall,
          (double)c->files / c->wall, mb / c->wall, c->tally.seconds);
}

void clean_tell_end(clean_tell *t) {
  clean_census_end(t->census);
  t->census = NULL;
  t->counts.wall = now() - t->began;
  wipe(t);
  end_rows(t);
  end_rejects(t);
  tell_skipped(t);
  if (t->options->stats || (t->options->batch && !t->options->quiet)) clean_tell_table(&t->counts);
}

void clean_tell_free(clean_tell *t) {
  clean_census_end(t->census);
  us_place_drop(&t->rows);
  us_buf_free(&t->row_buffer);
  if (t->rejects) fclose(t->rejects);
}

/* ---- documents ---- */

const char *clean_tell_outcome(us_outcome outcome) {
  switch (outcome) {
    case US_OUTCOME_UNCHANGED: return "unchanged";
    case US_OUTCOME_CHANGED: return "changed";
    case US_OUTCOME_REJECTS: return "rejects";
    case US_OUTCOME_FAILED: return "failed";
  }
  return "?";
}

static json_t *count_value(uint64_t n) { return json_integer((json_int_t)n); }

static int append_json(const char *bytes, size_t n, void *buffer) {
  us_buf_append(buffer, (us_slice){bytes, n});
  return 0;
}

static void add_row(clean_tell *t, const us_finished *f) {
  const us_doc_tally *y = f->tally;
  json_t *row = US_JSON_OBJECT(
      {"path", us_json_shown(us_slice_of(f->name))}, {"status", json_string(clean_tell_outcome(f->outcome))},
      {"documents", count_value(y->records.documents)}, {"words", count_value(y->words)},
      {"edits", count_value(y->edits)}, {"spin", json_real(y->words ? y->spun_words / (double)y->words : 0)},
      {"rejects", count_value(y->rejects)}, {"bytes", count_value(y->bytes_in)}, {"seconds", json_real(y->seconds)});
  if (row && f->outcome == US_OUTCOME_FAILED)
    json_object_set_new(row, "error", us_json_shown(us_slice_of(f->err->message)));
  if (!row || json_dump_callback(row, append_json, &t->row_buffer, JSON_COMPACT | JSON_REAL_PRECISION(6)) != 0)
    t->row_buffer.failed = true;
  us_buf_putc(&t->row_buffer, '\n');
  json_decref(row);
  write_rows(t, ROWS_AT_ONCE);
}

bool clean_tell_block(clean_tell *t, const us_doc *doc) {
  if (t->rejects && doc->rejects.n) fwrite(doc->rejects.p, 1, doc->rejects.n, t->rejects);
  if (doc->records) t->under_way += doc->bytes.n;
  show(t);
  return true;
}

/* Most likely a slip of the pen, and nothing would have been restored without a word. */
static void tell_missing(clean_tell *t, const us_finished *f) {
  const unspin_options *o = &t->options->engine;
  const unspin_record_totals *records = &f->tally->records;
  bool missing = false;
  const char *name;
  for (size_t at = 0; (name = cli_field_missing(o, records, &at)); missing = true)
    clean_tell_message(t, "%s: no record has a string '%s'%s", f->name, name,
                       o->field_count ? "" : " (--field KEY names another)");
  t->counts.without_field += missing;
}

static void tell_outcome(clean_tell *t, const us_finished *f) {
  const us_doc_tally *y = f->tally;
  if (f->outcome == US_OUTCOME_FAILED) clean_tell_message(t, "%s", f->err->message);
  if (f->outcome == US_OUTCOME_FAILED) return;
  tell_missing(t, f);
  if (f->current) return;
  if (y->rejects) {
    clean_tell_message(t, "%s: %" PRIu64 " %s passed through, the first in line %" PRIu64 ": %s", f->name, y->rejects,
                       y->rejects == 1 ? "record was" : "records were", y->reject_line, y->reject_why);
  }
  if (t->options->check && !t->options->report && y->edits)
    clean_tell_message(t, "%s: would change in %" PRIu64 " place%s", f->name, y->edits, y->edits == 1 ? "" : "s");
}

void clean_tell_finished(clean_tell *t, const us_finished *f) {
  clean_counts *c = &t->counts;
  c->files++;
  c->current += f->current;
  c->changed += f->outcome == US_OUTCOME_CHANGED;
  c->unchanged += f->outcome == US_OUTCOME_UNCHANGED;
  c->with_rejects += f->outcome == US_OUTCOME_REJECTS;
  c->failed += f->outcome == US_OUTCOME_FAILED;
  us_doc_tally_add(&c->tally, f->tally);
  t->under_way = 0;
  tell_outcome(t, f);
  if (t->has_rows) add_row(t, f);
  show(t);
}

void clean_tell_skipped(clean_tell *t, us_skip why, const char *path) {
  t->counts.skipped[why]++;
  if (why == US_SKIP_SPECIAL) clean_tell_message(t, "%s: is a FIFO, socket or device: left out", path);
}
