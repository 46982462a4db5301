#define _GNU_SOURCE
#include "phrases/store_sql.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/beside.h"
#include "phrases/store.h"

/* How long a program waits for another one that writes. */
enum { BUSY_MS = 20000 };

/* Whether a journal lies beside DB that a reader may not play back: its pages are in part those of a change that was
 * never finished. */
static bool is_cut_short(sqlite3 *db) { return sqlite3_extended_errcode(db) == SQLITE_READONLY_ROLLBACK; }

unspin_status us_sql_fail(sqlite3 *db, const char *path, unspin_error *err) {
  int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;
  switch (code) {
    case SQLITE_NOMEM: return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", path);
    case SQLITE_NOTADB: return us_fail(err, UNSPIN_ERR_FORMAT, "%s: not an unspin phrase table", path);
    case SQLITE_CORRUPT: return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: %s", path, sqlite3_errmsg(db));
    case SQLITE_TOOBIG: return us_fail(err, UNSPIN_ERR_LIMIT, "%s: a text or the compiled table is too large", path);
    case SQLITE_BUSY:
      return us_fail(err, UNSPIN_ERR_IO, "%s: another program is writing to it (waited %d s)", path, BUSY_MS / 1000);
    case SQLITE_READONLY:
      if (is_cut_short(db))
        return us_fail(err, UNSPIN_ERR_IO, "%s: a change to it was cut short, and it may not be written to take that back",
                       path);
      return us_fail(err, UNSPIN_ERR_IO, "%s: may not be written to", path);
    default: return us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, db ? sqlite3_errmsg(db) : "out of memory");
  }
}

unspin_status us_sql_exec(sqlite3 *db, const char *sql, const char *path, unspin_error *err) {
  return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? UNSPIN_OK : us_sql_fail(db, path, err);
}

unspin_status us_sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, const char *path, unspin_error *err) {
  if (*out || sqlite3_prepare_v2(db, sql, -1, out, NULL) == SQLITE_OK) return UNSPIN_OK;
  return us_sql_fail(db, path, err);
}

int us_sql_bind(sqlite3_stmt *q, int at, us_slice s) {
  return sqlite3_bind_text64(q, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

us_slice us_sql_text(sqlite3_stmt *q, int column) {
  const unsigned char *p = sqlite3_column_text(q, column);
  return p ? (us_slice){(const char *)p, (size_t)sqlite3_column_bytes(q, column)} : US_LIT("");
}

bool us_sql_run(sqlite3_stmt *q) {
  bool done = sqlite3_step(q) == SQLITE_DONE;
  return sqlite3_reset(q) == SQLITE_OK && done && sqlite3_clear_bindings(q) == SQLITE_OK;
}

/* ---- opening ---- */

static bool wal_exists(const char *path) {
  char name[4096];
  struct stat st;
  int n = snprintf(name, sizeof name, "%s-wal", path);
  return n < 0 || (size_t)n >= sizeof name || stat(name, &st) == 0;
}

/* "file:" and PATH with what a URI would take for its own escaped, promised not to change. */
static void immutable_uri(const char *path, us_buf *uri) {
  us_buf_puts(uri, "file:");
  for (; *path; path++) {
    if (strchr("%?#", *path)) us_buf_printf(uri, "%%%02X", (unsigned char)*path);
    else us_buf_putc(uri, *path);
  }
  us_buf_puts(uri, "?immutable=1");
}

/* A journalled-ahead table in a folder that we may not write to cannot be opened the ordinary way. Where no journal
 * lies beside it, nobody is writing, and it can be read as it is. */
static unspin_status open_immutable(const char *path, sqlite3 **db, unspin_error *err) {
  us_buf uri = {0};
  immutable_uri(path, &uri);
  sqlite3_close(*db);
  *db = NULL;
  unspin_status status = UNSPIN_OK;
  if (uri.failed) status = us_nomem(err);
  else if (sqlite3_open_v2(uri.p, db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
    status = us_sql_fail(*db, path, err);
  us_buf_free(&uri);
  if (status) return status;
  us_sql_harden(*db);
  return us_sql_check(*db, path, err);
}

/* SQLite says only "unable to open database file": the system knows why. It is not opened to find out: to close it
 * again would take away the locks that other connections of this process hold on it. */
static unspin_status look(const char *path, unspin_error *err) {
  struct stat st;
  if (stat(path, &st) != 0) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  if (!S_ISREG(st.st_mode)) return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file", path);
  if (access(path, R_OK) != 0) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  return us_beside_check(path, err);
}

/* A change that was cut short is taken back by whoever may write to the table; SQLite does so at the first look. */
static bool take_back(const char *path) {
  sqlite3 *db = NULL;
  bool ok = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;
  if (ok) {
    sqlite3_busy_timeout(db, BUSY_MS);
    us_sql_harden(db);
    ok = sqlite3_exec(db, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL) == SQLITE_OK;
  }
  sqlite3_close(db);
  return ok;
}

static unspin_status open_existing(const char *path, us_sql_mode mode, sqlite3 **db, unspin_error *err) {
  US_TRY(look(path, err));
  int flags = mode == US_SQL_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  if (sqlite3_open_v2(path, db, flags, NULL) != SQLITE_OK) return us_sql_fail(*db, path, err);
  sqlite3_busy_timeout(*db, BUSY_MS);
  us_sql_harden(*db);
  unspin_status status = us_sql_check(*db, path, err);
  if (status && mode == US_SQL_READ && is_cut_short(*db) && take_back(path)) status = us_sql_check(*db, path, err);
  int code = sqlite3_errcode(*db) & 0xFF;
  bool kept_out = status == UNSPIN_ERR_IO && (code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && !is_cut_short(*db);
  if (kept_out && mode == US_SQL_READ && !wal_exists(path)) return open_immutable(path, db, err);
  if (status || mode == US_SQL_READ) return status;
  if (sqlite3_db_readonly(*db, "main")) return us_fail(err, UNSPIN_ERR_IO, "%s: may not be written to", path);
  /* Where a log cannot be had (a reader is in the way, a file system without shared memory) the old journal does. */
  sqlite3_busy_timeout(*db, 200);
  sqlite3_exec(*db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
  sqlite3_busy_timeout(*db, BUSY_MS);
  return us_sql_exec(*db, "PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;", path, err);
}

unspin_status us_sql_open(const char *path, us_sql_mode mode, sqlite3 **out, unspin_error *err) {
  unspin_status status = UNSPIN_OK;
  *out = NULL;
  if (mode != US_SQL_NEW) status = open_existing(path, mode, out, err);
  else if (sqlite3_open_v2(path, out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
    status = us_sql_fail(*out, path, err);
  else status = us_sql_exec(*out, "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;", path, err);
  if (status) {
    sqlite3_close(*out);
    *out = NULL;
  }
  return status;
}

/* A big list that was forgotten leaves most of the file empty: then it is worth writing anew. */
static void shrink(sqlite3 *db) {
  int free_pages = 0, pages = 0;
  if (us_sql_number(db, "PRAGMA freelist_count", &free_pages, "", NULL) ||
      us_sql_number(db, "PRAGMA page_count", &pages, "", NULL))
    return;
  if (pages > 1000 && free_pages > pages / 2) sqlite3_exec(db, "VACUUM", NULL, NULL, NULL);
}

unspin_status us_sql_close(sqlite3 *db, us_sql_mode mode, const char *path, unspin_error *err) {
  if (!db) return UNSPIN_OK;
  if (mode == US_SQL_WRITE) {
    sqlite3_busy_timeout(db, 0);
    shrink(db);
    sqlite3_exec(db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
  }
  return sqlite3_close(db) == SQLITE_OK ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_IO, "%s: cannot close", path);
}

/* ---- rows ---- */

static bool write_examples(us_sql_writer *w, const us_row *row, const char *kind, us_slice sentences) {
  while (sentences.n) {
    const char *bar = memmem(sentences.p, sentences.n, " || ", 4);
    size_t n = bar ? (size_t)(bar - sentences.p) : sentences.n;
    us_sql_bind(w->example, 1, us_slice_of(row->id));
    us_sql_bind(w->example, 2, us_slice_of(kind));
    us_sql_bind(w->example, 3, (us_slice){sentences.p, n});
    if (!us_sql_run(w->example)) return false;
    sentences = bar ? us_slice_sub(sentences, n + 4, sentences.n) : (us_slice){0};
  }
  return true;
}

bool us_sql_write_row(us_sql_writer *w, const us_row *row, const us_row_rate *rate, int64_t source) {
  static const char insert_row[] = "REPLACE INTO row VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)";
  static const char insert_example[] = "INSERT INTO example VALUES(?1,?2,?3)";
  char hash[17];
  if ((!w->row && sqlite3_prepare_v2(w->db, insert_row, -1, &w->row, NULL) != SQLITE_OK) ||
      (!w->example && sqlite3_prepare_v2(w->db, insert_example, -1, &w->example, NULL) != SQLITE_OK))
    return false;
  us_sql_bind(w->row, 1, us_slice_of(row->id));
  us_sql_bind(w->row, 2, row->spun);
  us_sql_bind(w->row, 3, row->plain);
  us_sql_bind(w->row, 4, (us_slice){&row->pos, 1});
  sqlite3_bind_int(w->row, 5, row->strength);
  us_sql_bind(w->row, 6, row->when);
  us_sql_bind(w->row, 7, row->note);
  sqlite3_bind_int64(w->row, 8, source);
  sqlite3_bind_int(w->row, 9, row->line);
  if (rate && rate->spun >= 0) sqlite3_bind_double(w->row, 10, (double)rate->spun);
  if (rate && rate->plain >= 0) sqlite3_bind_double(w->row, 11, (double)rate->plain);
  if (row->count) sqlite3_bind_int64(w->row, 12, (sqlite3_int64)row->count);
  if (row->p_plain > 0) sqlite3_bind_double(w->row, 13, row->p_plain);
  if (row->p_spun > 0) sqlite3_bind_double(w->row, 14, row->p_spun);
  snprintf(hash, sizeof hash, "%016llx", (unsigned long long)row->first_hash);
  if (row->first_hash) us_sql_bind(w->row, 15, us_slice_of(hash));
  return us_sql_run(w->row) && write_examples(w, row, "change", row->change) &&
         write_examples(w, row, "keep", row->keep);
}

void us_sql_writer_free(us_sql_writer *w) {
  sqlite3_finalize(w->row);
  sqlite3_finalize(w->example);
  *w = (us_sql_writer){0};
}
