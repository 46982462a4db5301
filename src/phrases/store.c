#define _GNU_SOURCE
#include "phrases/store.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "phrases/store_image.h"

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
  sqlite3_stmt *source = NULL;
  unspin_status status;
  US_TRY_GOTO(us_sql_create(db, path, err), done);
  US_TRY_GOTO(us_sql_exec(db, "BEGIN", path, err), done);
  US_TRY_GOTO(us_sql_prepare(db, "INSERT INTO source(id,name) VALUES(?1,?2)", &source, path, err), done);
  US_TRY_GOTO(write_rows(&w, source, rows, rates, n, path, err), done);
  US_TRY_GOTO(us_store_image_put(db, image, path, err), done);
  status = us_sql_exec(db, "COMMIT", path, err);
done:
  us_sql_writer_free(&w);
  sqlite3_finalize(source);
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
  if (!status) status = us_store_image_append(temporary, image, path, err);
  if (!status && rename(temporary, path) != 0) status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  if (status) unlink(temporary);
  return status;
}

/* ---- reading what the engine needs ---- */

static unspin_status read_disabled(sqlite3 *db, const char *path, us_row_id_vec *out, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, "SELECT row FROM disabled ORDER BY row", &q, path, err));
  unspin_status status = UNSPIN_OK;
  int step;
  while (!status && (step = sqlite3_step(q)) == SQLITE_ROW) {
    us_slice id = us_sql_text(q, 0);
    us_row_id entry = {{0}};
    if (id.n != US_ROW_ID_LEN) continue; /* of no row */
    memcpy(entry.id, id.p, US_ROW_ID_LEN);
    status = us_vec_push(out, entry) ? UNSPIN_OK : us_nomem(err);
  }
  if (!status && step != SQLITE_DONE) status = us_sql_fail(db, path, err);
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
  if (!status) status = us_store_image_read(db, path, image, err);
  if (!status) status = read_disabled(db, path, disabled, err);
  us_sql_close(db, US_SQL_READ, path, NULL);
  return status;
}

unspin_status us_store_map(const char *path, us_store_image *image, us_row_id_vec *disabled, unspin_error *err) {
  sqlite3 *db;
  *image = (us_store_image){0};
  US_TRY(open_to_read(path, &db, err));
  unspin_status status = us_store_image_map(db, path, &image->map, &image->bytes, err);
  if (!status && !image->bytes.p) {
    status = us_store_image_read(db, path, &image->owned, err);
    image->bytes = us_buf_slice(&image->owned);
  }
  if (!status) status = read_disabled(db, path, disabled, err);
  us_sql_close(db, US_SQL_READ, path, NULL);
  return status;
}

void us_store_image_free(us_store_image *image) {
  us_buf_free(&image->owned);
  us_map_close(&image->map);
  *image = (us_store_image){0};
}

unspin_status us_store_read_image(const char *path, us_buf *bytes, unspin_error *err) {
  sqlite3 *db;
  US_TRY(open_to_read(path, &db, err));
  unspin_status status = us_store_image_read(db, path, bytes, err);
  us_sql_close(db, US_SQL_READ, path, NULL);
  return status;
}
