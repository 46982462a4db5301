#define _GNU_SOURCE
#include "phrases/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char schema[] =
    "PRAGMA page_size=4096;"
    "PRAGMA journal_mode=OFF;"
    "PRAGMA synchronous=OFF;"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    "CREATE TABLE row(id TEXT PRIMARY KEY, spun TEXT NOT NULL, plain TEXT NOT NULL,"
    " pos TEXT NOT NULL CHECK(pos IN ('v','n','a','r','x')), strength INTEGER NOT NULL CHECK(strength BETWEEN 1 AND 5),"
    " conditions TEXT NOT NULL, note TEXT NOT NULL, source INTEGER NOT NULL REFERENCES source(id), line INTEGER NOT "
    "NULL,"
    " rate_spun REAL, rate_plain REAL) WITHOUT ROWID;"
    "CREATE INDEX row_by_spun ON row(spun);"
    "CREATE TABLE example(row TEXT NOT NULL REFERENCES row(id), kind TEXT NOT NULL CHECK(kind IN ('change','keep')),"
    " sentence TEXT NOT NULL);"
    "CREATE INDEX example_by_row ON example(row);"
    "CREATE TABLE image(name TEXT PRIMARY KEY, bytes BLOB NOT NULL);";

static unspin_status sql_error(sqlite3 *db, const char *path, unspin_error *err) {
  int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
  unspin_status status = code == SQLITE_NOMEM                              ? UNSPIN_ERR_NOMEM
                         : code == SQLITE_NOTADB || code == SQLITE_CORRUPT ? UNSPIN_ERR_FORMAT
                                                                           : UNSPIN_ERR_IO;
  return us_fail(err, status, "%s: %s", path, db ? sqlite3_errmsg(db) : "out of memory");
}

static int bind_slice(sqlite3_stmt *q, int at, us_slice s) {
  return sqlite3_bind_text64(q, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

/* Runs a bound statement that returns nothing and makes it ready for the next values. */
static bool run(sqlite3_stmt *q) {
  bool done = sqlite3_step(q) == SQLITE_DONE;
  return sqlite3_reset(q) == SQLITE_OK && done && sqlite3_clear_bindings(q) == SQLITE_OK;
}

typedef struct writer {
  sqlite3 *db;
  sqlite3_stmt *source, *row, *example, *image;
} writer;

static bool write_examples(writer *w, const us_row *row, const char *kind, us_slice sentences) {
  while (sentences.n) {
    const char *bar = memmem(sentences.p, sentences.n, " || ", 4);
    size_t n = bar ? (size_t)(bar - sentences.p) : sentences.n;
    bind_slice(w->example, 1, us_slice_of(row->id));
    bind_slice(w->example, 2, us_slice_of(kind));
    bind_slice(w->example, 3, (us_slice){sentences.p, n});
    if (!run(w->example)) return false;
    sentences = bar ? us_slice_sub(sentences, n + 4, sentences.n) : (us_slice){0};
  }
  return true;
}

static bool write_row(writer *w, const us_row *row, const us_row_rate *rate, int source) {
  bind_slice(w->row, 1, us_slice_of(row->id));
  bind_slice(w->row, 2, row->spun);
  bind_slice(w->row, 3, row->plain);
  bind_slice(w->row, 4, (us_slice){&row->pos, 1});
  sqlite3_bind_int(w->row, 5, row->strength);
  bind_slice(w->row, 6, row->when);
  bind_slice(w->row, 7, row->note);
  sqlite3_bind_int(w->row, 8, source);
  sqlite3_bind_int(w->row, 9, row->line);
  if (rate && rate->spun >= 0) sqlite3_bind_double(w->row, 10, (double)rate->spun);
  if (rate && rate->plain >= 0) sqlite3_bind_double(w->row, 11, (double)rate->plain);
  return run(w->row) && write_examples(w, row, "change", row->change) && write_examples(w, row, "keep", row->keep);
}

static bool write_all(writer *w, const us_row *rows, const us_row_rate *rates, size_t n, us_slice image) {
  static const struct {
    size_t at;
    const char *sql;
  } statements[] = {{offsetof(writer, source), "INSERT INTO source VALUES(?1,?2)"},
                    {offsetof(writer, row), "INSERT INTO row VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)"},
                    {offsetof(writer, example), "INSERT INTO example VALUES(?1,?2,?3)"},
                    {offsetof(writer, image), "INSERT INTO image VALUES('matcher',?1)"}};
  for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
    if (sqlite3_prepare_v2(w->db, statements[i].sql, -1, (sqlite3_stmt **)((char *)w + statements[i].at), NULL) !=
        SQLITE_OK)
      return false;
  int source = 0;
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || strcmp(rows[i].source, rows[i - 1].source) != 0) {
      sqlite3_bind_int(w->source, 1, ++source);
      bind_slice(w->source, 2, us_slice_of(rows[i].source));
      if (!run(w->source)) return false;
    }
    if (!write_row(w, &rows[i], rates ? &rates[i] : NULL, source)) return false;
  }
  sqlite3_bind_blob64(w->image, 1, image.p, image.n, SQLITE_STATIC);
  return run(w->image);
}

unspin_status us_store_write(const char *path, const us_row *rows, const us_row_rate *rates, size_t n, us_slice image,
                             unspin_error *err) {
  char temporary[4096], pragma[96];
  if ((size_t)snprintf(temporary, sizeof temporary, "%s.new", path) >= sizeof temporary)
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: the path is too long", path);
  unlink(temporary);
  writer w = {0};
  unspin_status status = UNSPIN_OK;
  snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d; PRAGMA user_version=%d;", US_STORE_APPLICATION_ID,
           US_STORE_VERSION);
  if (sqlite3_open_v2(temporary, &w.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK ||
      sqlite3_exec(w.db, schema, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec(w.db, pragma, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec(w.db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK || !write_all(&w, rows, rates, n, image) ||
      sqlite3_exec(w.db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
    status = sql_error(w.db, path, err);
  sqlite3_finalize(w.source);
  sqlite3_finalize(w.row);
  sqlite3_finalize(w.example);
  sqlite3_finalize(w.image);
  if (sqlite3_close(w.db) != SQLITE_OK && !status) status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot close", path);
  if (!status && rename(temporary, path) != 0) status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  if (status) unlink(temporary);
  return status;
}

static unspin_status check_pragma(sqlite3 *db, const char *sql, int *value, const char *path, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) return sql_error(db, path, err);
  unspin_status status = UNSPIN_OK;
  if (sqlite3_step(q) == SQLITE_ROW) *value = sqlite3_column_int(q, 0);
  else status = sql_error(db, path, err);
  sqlite3_finalize(q);
  return status;
}

static unspin_status read_image(sqlite3 *db, const char *path, us_buf *bytes, unspin_error *err) {
  int application = 0, version = 0;
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  US_TRY(check_pragma(db, "PRAGMA application_id", &application, path, err));
  if (application != US_STORE_APPLICATION_ID)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: not an unspin phrase table", path);
  US_TRY(check_pragma(db, "PRAGMA user_version", &version, path, err));
  if (version != US_STORE_VERSION)
    return us_fail(err, UNSPIN_ERR_VERSION, "%s: a phrase table of version %d, but this program reads version %d", path,
                   version, US_STORE_VERSION);
  sqlite3_stmt *q = NULL;
  if (sqlite3_prepare_v2(db, "SELECT bytes FROM image WHERE name='matcher'", -1, &q, NULL) != SQLITE_OK)
    return sql_error(db, path, err);
  unspin_status status = UNSPIN_OK;
  int step = sqlite3_step(q);
  if (step == SQLITE_ROW) {
    const char *p = sqlite3_column_blob(q, 0);
    us_buf_append(bytes, (us_slice){p, (size_t)sqlite3_column_bytes(q, 0)});
    if (bytes->failed) status = us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", path);
  } else if (step == SQLITE_DONE)
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: the phrase table holds no compiled matcher", path);
  else status = sql_error(db, path, err);
  sqlite3_finalize(q);
  return status;
}

unspin_status us_store_read_image(const char *path, us_buf *bytes, unspin_error *err) {
  struct stat st;
  /* SQLite says only "unable to open database file": the system knows why. */
  if (stat(path, &st) != 0) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  if (!S_ISREG(st.st_mode)) return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file", path);
  sqlite3 *db = NULL;
  unspin_status status = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK
                             ? read_image(db, path, bytes, err)
                             : sql_error(db, path, err);
  sqlite3_close(db);
  return status;
}
