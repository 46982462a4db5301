#define _GNU_SOURCE
#include "phrases/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "phrases/store.h"
#include "phrases/store_image.h"

/* ---- opening ---- */

unspin_status us_table_read_syntax(unspin_table *t, const char *data_dir, unspin_error *err) {
  us_buf path = {0};
  us_buf_printf(&path, "%s/syntax.txt", data_dir);
  unspin_status status = path.failed ? us_nomem(err) : us_file_read(path.p, &t->syntax_text, err);
  if (!status) status = us_syntax_parse(us_buf_slice(&t->syntax_text), path.p, &t->syntax, err);
  us_buf_free(&path);
  return status;
}

/* Whether a file can be made at PROBE, beside the table: SQLite would say only that it is unable to open a file that
 * nobody named. */
static unspin_status may_make(const unspin_table *t, const char *probe, unspin_error *err) {
  int fd = open(probe, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot be made: %s", t->path, strerror(errno));
  close(fd);
  unlink(probe);
  return UNSPIN_OK;
}

/* An empty table appears whole under its name, or not at all; one that somebody else makes meanwhile is left alone. */
static unspin_status make_table(unspin_table *t, unspin_error *err) {
  us_buf image = {0}, fresh = {0};
  us_syntax syntax = us_syntax_of(&t->syntax);
  us_buf_printf(&fresh, "%s.fresh-%ld", t->path, (long)getpid());
  unspin_status status = fresh.failed ? us_nomem(err) : may_make(t, fresh.p, err);
  if (!status) status = us_matcher_build(NULL, NULL, 0, &syntax, &image, err);
  if (!status) status = us_store_write(fresh.p, NULL, NULL, 0, us_buf_slice(&image), err);
  if (!status && link(fresh.p, t->path) != 0 && errno != EEXIST && rename(fresh.p, t->path) != 0)
    status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", t->path, strerror(errno));
  if (fresh.p) unlink(fresh.p);
  us_buf_free(&image);
  us_buf_free(&fresh);
  return status;
}

static unspin_status open_table(unspin_table *t, const char *data_dir, unspin_error *err) {
  struct stat st;
  if (t->mode == US_SQL_WRITE) {
    if (!data_dir) return us_fail(err, UNSPIN_ERR_INVALID, "%s: cannot be written without a data folder", t->path);
    t->data_dir = strdup(data_dir);
    if (!t->data_dir) return us_nomem(err);
    US_TRY(us_table_read_syntax(t, data_dir, err));
    if (stat(t->path, &st) != 0 && errno == ENOENT) US_TRY(make_table(t, err));
  }
  US_TRY(us_sql_open(t->path, t->mode, &t->db, err));
  US_TRY(us_sql_check_pages(t->db, t->path, err));
  t->writer.db = t->db;
  return UNSPIN_OK;
}

unspin_status unspin_table_open(const char *path, unspin_table_mode mode, const char *data_dir, unspin_table **out,
                                unspin_error *err) {
  *out = NULL;
  unspin_table *t = calloc(1, sizeof *t);
  if (!t) return us_nomem(err);
  t->mode = mode == UNSPIN_TABLE_WRITE ? US_SQL_WRITE : US_SQL_READ;
  t->path = strdup(path);
  unspin_status status = t->path ? open_table(t, data_dir, err) : us_nomem(err);
  if (status) unspin_table_close(t);
  else *out = t;
  return status;
}

void unspin_table_close(unspin_table *t) {
  if (!t) return;
  if (t->begun) unspin_table_rollback(t);
  us_sql_writer_free(&t->writer);
  sqlite3_stmt *const statements[] = {t->find_row,    t->drop_row,   t->drop_examples,
                                      t->find_source, t->add_source, t->find_disabled};
  for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) sqlite3_finalize(statements[i]);
  us_sql_close(t->db, t->mode, t->path, NULL);
  us_syntax_free(&t->syntax);
  us_buf_free(&t->syntax_text);
  free(t->last_source);
  free(t->data_dir);
  free(t->path);
  free(t);
}

const char *unspin_table_path(const unspin_table *t) { return t->path; }

/* ---- changes ---- */

unspin_status us_table_may_write(const unspin_table *t, unspin_error *err) {
  if (t->mode != US_SQL_WRITE || !t->begun)
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: no change has been begun", t->path);
  return UNSPIN_OK;
}

static void forget_source_number(unspin_table *t) {
  free(t->last_source);
  t->last_source = NULL;
}

unspin_status unspin_table_begin(unspin_table *t, unspin_error *err) {
  if (t->mode != US_SQL_WRITE || t->begun)
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: %s", t->path,
                   t->begun ? "a change has begun already" : "opened to read");
  US_TRY(us_sql_exec(t->db, "BEGIN IMMEDIATE", t->path, err));
  forget_source_number(t); /* another program may have forgotten that source since */
  t->begun = true;
  t->rows_changed = us_store_image_is_behind(t->db);
  return UNSPIN_OK;
}

unspin_status unspin_table_commit(unspin_table *t, unspin_error *err) {
  US_TRY(us_table_may_write(t, err));
  unspin_status status = t->rows_changed ? us_table_compile(t, err) : UNSPIN_OK;
  if (!status) status = us_sql_exec(t->db, "COMMIT", t->path, err);
  if (status) unspin_table_rollback(t);
  t->begun = false;
  return status;
}

void unspin_table_rollback(unspin_table *t) {
  if (!t->begun) return;
  sqlite3_exec(t->db, "ROLLBACK", NULL, NULL, NULL); /* what SQLite took back by itself makes this fail: just as well */
  t->begun = false;
  forget_source_number(t);
}

/* ---- sources ---- */

static unspin_status check_source(const char *name, unspin_error *err) {
  size_t n = strlen(name);
  if (n == 0) return us_fail(err, UNSPIN_ERR_INVALID, "a source needs a name");
  if (n > US_SOURCE_BYTES)
    return us_fail(err, UNSPIN_ERR_INVALID, "the name of a source is longer than %d bytes", US_SOURCE_BYTES);
  for (size_t i = 0; i < n; i++)
    if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F)
      return us_fail(err, UNSPIN_ERR_INVALID, "the name of a source holds control characters");
  return UNSPIN_OK;
}

unspin_status us_table_source(unspin_table *t, const char *name, bool make, int64_t *id, unspin_error *err) {
  if (t->last_source && strcmp(t->last_source, name) == 0) {
    *id = t->last_source_id;
    return UNSPIN_OK;
  }
  *id = 0;
  US_TRY(us_sql_prepare(t->db, "SELECT id FROM source WHERE name=?1", &t->find_source, t->path, err));
  us_sql_bind(t->find_source, 1, us_slice_of(name));
  int step = sqlite3_step(t->find_source);
  if (step == SQLITE_ROW) *id = sqlite3_column_int64(t->find_source, 0);
  unspin_status status = step == SQLITE_ROW || step == SQLITE_DONE ? UNSPIN_OK : us_sql_fail(t->db, t->path, err);
  sqlite3_reset(t->find_source);
  if (status) return status;
  if (!*id && make) {
    US_TRY(check_source(name, err));
    US_TRY(us_sql_prepare(t->db, "INSERT INTO source(name) VALUES(?1)", &t->add_source, t->path, err));
    us_sql_bind(t->add_source, 1, us_slice_of(name));
    if (!us_sql_run(t->add_source)) return us_sql_fail(t->db, t->path, err);
    *id = sqlite3_last_insert_rowid(t->db);
  }
  forget_source_number(t);
  if (*id) t->last_source = strdup(name); /* without memory it is looked up again */
  t->last_source_id = *id;
  return UNSPIN_OK;
}

/* Runs SQL with up to three texts bound, NULL ones as NULL; *COUNT, if not NULL, gets how many rows it changed. */
static unspin_status run_with(unspin_table *t, const char *sql, const char *const *texts, int n, size_t *count,
                              unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(t->db, sql, &q, t->path, err));
  for (int i = 0; i < n; i++)
    if (texts[i]) us_sql_bind(q, i + 1, us_slice_of(texts[i]));
  unspin_status status = us_sql_run(q) ? UNSPIN_OK : us_sql_fail(t->db, t->path, err);
  if (count) *count = status ? 0 : (size_t)sqlite3_changes(t->db);
  sqlite3_finalize(q);
  return status;
}

unspin_status unspin_table_set_source(unspin_table *t, const char *name, const char *licence, const char *note,
                                      unspin_error *err) {
  int64_t id;
  US_TRY(us_table_may_write(t, err));
  US_TRY(us_table_source(t, name, true, &id, err));
  return run_with(t, "UPDATE source SET licence=ifnull(?2,licence), note=ifnull(?3,note) WHERE name=?1",
                  (const char *const[]){name, licence, note}, 3, NULL, err);
}

unspin_status unspin_table_forget(unspin_table *t, const char *source, size_t *count, unspin_error *err) {
  const char *const name[] = {source};
  size_t rows = 0;
  US_TRY(us_table_may_write(t, err));
  US_TRY(run_with(t,
                  "DELETE FROM example WHERE row IN (SELECT row.id FROM row JOIN source ON source.id=row.source"
                  " WHERE source.name=?1)",
                  name, 1, NULL, err));
  US_TRY(run_with(t, "DELETE FROM row WHERE source=(SELECT id FROM source WHERE name=?1)", name, 1, &rows, err));
  US_TRY(run_with(t, "DELETE FROM source WHERE name=?1", name, 1, NULL, err));
  forget_source_number(t);
  t->rows_changed |= rows > 0;
  if (count) *count = rows;
  return UNSPIN_OK;
}

/* ---- single rows ---- */

unspin_status unspin_table_remove(unspin_table *t, const char *id, size_t *count, unspin_error *err) {
  size_t rows = 0;
  US_TRY(us_table_may_write(t, err));
  US_TRY(run_with(t, "DELETE FROM example WHERE row=?1", &id, 1, NULL, err));
  US_TRY(run_with(t, "DELETE FROM row WHERE id=?1", &id, 1, &rows, err));
  t->rows_changed |= rows > 0;
  if (count) *count = rows;
  return UNSPIN_OK;
}

bool unspin_is_row_id(const char *text) {
  return strlen(text) == US_ROW_ID_LEN && strspn(text, US_ROW_ID_DIGITS) == US_ROW_ID_LEN;
}

unspin_status unspin_table_disable(unspin_table *t, const char *id, const char *reason, unspin_error *err) {
  US_TRY(us_table_may_write(t, err));
  if (!unspin_is_row_id(id)) return us_fail(err, UNSPIN_ERR_INVALID, "'%.40s' is no row id", id);
  if (!reason || !*reason || strlen(reason) > US_TEXT_BYTES)
    return us_fail(err, UNSPIN_ERR_INVALID, "a row is switched off for a reason: say which");
  t->rows_changed = true; /* its own row leaves the image */
  return run_with(t, "REPLACE INTO disabled VALUES(?1,?2)", (const char *const[]){id, reason}, 2, NULL, err);
}

unspin_status unspin_table_enable(unspin_table *t, const char *id, size_t *count, unspin_error *err) {
  size_t rows = 0;
  US_TRY(us_table_may_write(t, err));
  US_TRY(run_with(t, "DELETE FROM disabled WHERE row=?1", &id, 1, &rows, err));
  t->rows_changed |= rows > 0;
  if (count) *count = rows;
  return UNSPIN_OK;
}
