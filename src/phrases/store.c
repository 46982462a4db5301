#define _GNU_SOURCE
#include "phrases/store.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "phrases/store_sql.h"

/* ---- writing a whole table ---- */

static unspin_status write_rows(us_sql_writer *w, sqlite3_stmt *source, const us_row *rows, const us_row_rate *rates,
                                size_t n, const char *path, unspin_error *err) {
  int id = 0;
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || strcmp(rows[i].source, rows[i - 1].source) != 0) {
      sqlite3_bind_int(source, 1, ++id);
      us_sql_bind(source, 2, us_slice_of(rows[i].source));
      if (!us_sql_run(source)) return us_sql_fail(w->db, path, err);
    }
    if (!us_sql_write_row(w, &rows[i], rates ? &rates[i] : NULL, id)) return us_sql_fail(w->db, path, err);
  }
  return UNSPIN_OK;
}

static unspin_status write_all(sqlite3 *db, const us_row *rows, const us_row_rate *rates, size_t n, us_slice image,
                               const char *path, unspin_error *err) {
  us_sql_writer w = {.db = db};
  sqlite3_stmt *source = NULL, *blob = NULL;
  unspin_status status;
  US_TRY_GOTO(us_sql_create(db, path, err), done);
  US_TRY_GOTO(us_sql_exec(db, "BEGIN", path, err), done);
  US_TRY_GOTO(us_sql_prepare(db, "INSERT INTO source(id,name) VALUES(?1,?2)", &source, path, err), done);
  US_TRY_GOTO(us_sql_prepare(db, "INSERT INTO image VALUES('matcher',?1)", &blob, path, err), done);
  US_TRY_GOTO(write_rows(&w, source, rows, rates, n, path, err), done);
  sqlite3_bind_blob64(blob, 1, image.p, image.n, SQLITE_STATIC);
  status = us_sql_run(blob) ? us_sql_exec(db, "COMMIT", path, err) : us_sql_fail(db, path, err);
done:
  us_sql_writer_free(&w);
  sqlite3_finalize(source);
  sqlite3_finalize(blob);
  return status;
}

unspin_status us_store_write(const char *path, const us_row *rows, const us_row_rate *rates, size_t n, us_slice image,
                             unspin_error *err) {
  char temporary[4096];
  if ((size_t)snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long)getpid()) >= sizeof temporary)
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: the path is too long", path);
  unlink(temporary);
  sqlite3 *db;
  unspin_status status = us_sql_open(temporary, US_SQL_NEW, &db, err);
  if (!status) status = write_all(db, rows, rates, n, image, path, err);
  unspin_status closed = us_sql_close(db, US_SQL_NEW, path, status ? NULL : err);
  if (!status) status = closed;
  if (!status && rename(temporary, path) != 0) status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  if (status) unlink(temporary);
  return status;
}

/* ---- reading what the engine needs ---- */

/* Memory that is about to be filled comes in large pages where the system has them: one at a time, small ones cost more
 * than what is read into them. */
static void ask_for_large_pages(void *p, size_t n) {
  const uintptr_t page = 4096, begin = ((uintptr_t)p + page - 1) / page * page, end = ((uintptr_t)p + n) / page * page;
  if (end > begin) (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

/* The image goes from the file into BYTES in one read: as a column it would be held twice. */
static unspin_status read_blob(sqlite3 *db, sqlite3_int64 rowid, const char *path, us_buf *bytes, unspin_error *err) {
  sqlite3_blob *blob = NULL;
  if (sqlite3_blob_open(db, "main", "image", "bytes", rowid, 0, &blob) != SQLITE_OK) {
    sqlite3_blob_close(blob);
    return us_sql_fail(db, path, err);
  }
  unspin_status status = UNSPIN_OK;
  int n = sqlite3_blob_bytes(blob);
  if (!us_buf_reserve(bytes, (size_t)n)) status = us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", path);
  else {
    ask_for_large_pages(bytes->p, bytes->cap);
    if (n && sqlite3_blob_read(blob, bytes->p + bytes->n, n, 0) != SQLITE_OK) status = us_sql_fail(db, path, err);
    else bytes->n += (size_t)n;
  }
  sqlite3_blob_close(blob);
  return status;
}

static unspin_status read_image(sqlite3 *db, const char *path, us_buf *bytes, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, "SELECT rowid FROM image WHERE name='matcher'", &q, path, err));
  unspin_status status = UNSPIN_OK;
  int step = sqlite3_step(q);
  if (step == SQLITE_ROW) status = read_blob(db, sqlite3_column_int64(q, 0), path, bytes, err);
  else if (step == SQLITE_DONE)
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: the phrase table holds no compiled matcher", path);
  else status = us_sql_fail(db, path, err);
  sqlite3_finalize(q);
  return status;
}

static unspin_status read_disabled(sqlite3 *db, const char *path, us_row_id_vec *out, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, "SELECT row FROM disabled ORDER BY row", &q, path, err));
  unspin_status status = UNSPIN_OK;
  int step;
  while (!status && (step = sqlite3_step(q)) != SQLITE_DONE) {
    us_slice id = us_sql_text(q, 0);
    us_row_id entry = {{0}};
    if (step != SQLITE_ROW) status = us_sql_fail(db, path, err);
    else if (id.n != US_ROW_ID_LEN) continue; /* of no row */
    else {
      memcpy(entry.id, id.p, US_ROW_ID_LEN);
      status = us_vec_push(out, entry) ? UNSPIN_OK : us_nomem(err);
    }
  }
  sqlite3_finalize(q);
  return status;
}

/* The image is most of the file and is read once: nothing of it shall stay in SQLite's cache. */
static unspin_status open_to_read(const char *path, sqlite3 **db, unspin_error *err) {
  US_TRY(us_sql_open(path, US_SQL_READ, db, err));
  unspin_status status = us_sql_exec(*db, "PRAGMA cache_size=16; PRAGMA mmap_size=1073741824", path, err);
  if (status) us_sql_close(*db, US_SQL_READ, path, NULL);
  return status;
}

unspin_status us_store_read(const char *path, us_buf *image, us_row_id_vec *disabled, unspin_error *err) {
  sqlite3 *db;
  US_TRY(open_to_read(path, &db, err));
  unspin_status status = us_sql_exec(db, "BEGIN", path, err); /* both from one moment */
  if (!status) status = read_image(db, path, image, err);
  if (!status) status = read_disabled(db, path, disabled, err);
  us_sql_close(db, US_SQL_READ, path, NULL);
  return status;
}

unspin_status us_store_read_image(const char *path, us_buf *bytes, unspin_error *err) {
  sqlite3 *db;
  US_TRY(open_to_read(path, &db, err));
  unspin_status status = read_image(db, path, bytes, err);
  us_sql_close(db, US_SQL_READ, path, NULL);
  return status;
}
