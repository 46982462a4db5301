#define _GNU_SOURCE
#include "phrases/store_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* HEAD: bytes of an image that tell of it, its length at SIZE_AT; BEHIND_FROM: smaller images are sooner copied than
 * mapped; PAGE: images begin on whole ones of memory. */
enum { HEAD = 40, SIZE_AT = 16, BEHIND_FROM = 1 << 16, PAGE = 4096 };

static bool stands_behind(us_slice image) { return image.n >= BEHIND_FROM; }

/* ---- writing ---- */

unspin_status us_store_image_put(sqlite3 *db, us_slice image, const char *path, unspin_error *err) {
  bool behind = stands_behind(image);
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, "INSERT INTO image VALUES(?1,?2)", &q, path, err));
  us_sql_bind(q, 1, behind ? US_LIT("behind") : US_LIT("matcher"));
  sqlite3_bind_blob64(q, 2, image.p, behind ? HEAD : image.n, SQLITE_STATIC);
  unspin_status status = us_sql_run(q) ? UNSPIN_OK : us_sql_fail(db, path, err);
  sqlite3_finalize(q);
  return status;
}

static bool write_all(int fd, us_slice data) {
  while (data.n) {
    ssize_t put = write(fd, data.p, data.n);
    if (put < 0 && errno != EINTR) return false;
    if (put > 0) data = us_slice_sub(data, (size_t)put, data.n);
  }
  return true;
}

unspin_status us_store_image_append(const char *file, us_slice image, const char *path, unspin_error *err) {
  if (!stands_behind(image)) return UNSPIN_OK;
  int fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
  off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
  bool ok = end >= 0 && ftruncate(fd, (end + PAGE - 1) / PAGE * PAGE) == 0 && write_all(fd, image);
  int why = errno;
  if (fd >= 0 && close(fd) != 0 && ok) {
    ok = false;
    why = errno;
  }
  return ok ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_IO, "%s: cannot write: %s", path, strerror(why));
}

/* ---- reading ---- */

/* Memory that is about to be filled comes in large pages where the system has them: one at a time, small ones cost more
 * than what is read into them. */
static void ask_for_large_pages(void *p, size_t n) {
  const uintptr_t begin = ((uintptr_t)p + PAGE - 1) / PAGE * PAGE, end = ((uintptr_t)p + n) / PAGE * PAGE;
  if (end > begin) (void)madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

/* A blob goes from the file into BYTES in one read: as a column it would be held twice. */
static unspin_status read_blob(sqlite3 *db, sqlite3_int64 rowid, const char *path, us_buf *bytes, unspin_error *err) {
  sqlite3_blob *blob = NULL;
  if (sqlite3_blob_open(db, "main", "image", "bytes", rowid, 0, &blob) != SQLITE_OK) {
    sqlite3_blob_close(blob);
    return us_sql_fail(db, path, err);
  }
  int n = sqlite3_blob_bytes(blob), pages = 0, page = 0;
  unspin_status status = us_sql_number(db, "PRAGMA page_count", &pages, path, err);
  if (!status) status = us_sql_number(db, "PRAGMA page_size", &page, path, err);
  if (!status && n > (int64_t)pages * page)
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: its compiled matcher is larger than itself", path);
  if (status) {
    sqlite3_blob_close(blob);
    return status;
  }
  if (!us_buf_reserve(bytes, (size_t)n)) status = us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", path);
  else {
    ask_for_large_pages(bytes->p, bytes->cap);
    if (n && sqlite3_blob_read(blob, bytes->p + bytes->n, n, 0) != SQLITE_OK) status = us_sql_fail(db, path, err);
    else bytes->n += (size_t)n;
  }
  sqlite3_blob_close(blob);
  return status;
}

/* What the table says of its image. */
typedef struct place {
  sqlite3_int64 rowid; /* of the blob */
  bool behind;
  char head[HEAD];
} place;

static unspin_status find(sqlite3 *db, const char *path, place *out, unspin_error *err) {
  static const char select[] =
      "SELECT rowid, name, bytes FROM image WHERE name='matcher' "
      "UNION ALL SELECT rowid, name, bytes FROM image WHERE name='behind'";
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, select, &q, path, err));
  unspin_status status = UNSPIN_OK;
  int step = sqlite3_step(q);
  if (step == SQLITE_DONE)
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: the phrase table holds no compiled matcher", path);
  else if (step != SQLITE_ROW) status = us_sql_fail(db, path, err);
  else {
    *out = (place){.rowid = sqlite3_column_int64(q, 0), .behind = us_slice_eq(us_sql_text(q, 1), US_LIT("behind"))};
    const void *head = out->behind ? sqlite3_column_blob(q, 2) : NULL;
    if (head && sqlite3_column_bytes(q, 2) == HEAD) memcpy(out->head, head, HEAD);
  }
  sqlite3_finalize(q);
  return status;
}

static uint64_t size_of(const place *at) {
  uint64_t size;
  memcpy(&size, at->head + SIZE_AT, sizeof size);
  return size;
}

static bool fits(const place *at, uint64_t file_size) {
  uint64_t size = size_of(at);
  return size >= HEAD && size <= file_size && (file_size - size) % PAGE == 0;
}

static unspin_status gone(const char *path, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: its compiled matcher is gone", path);
}

/* The image that AT tells of, at the end of the file. */
static unspin_status map_behind(const place *at, const char *path, us_map *map, us_slice *bytes, unspin_error *err) {
  US_TRY(us_map_open(path, map, err));
  if (fits(at, map->n)) {
    *bytes = us_slice_sub((us_slice){(const char *)map->p, map->n}, map->n - size_of(at), map->n);
    if (memcmp(bytes->p, at->head, HEAD) == 0) return UNSPIN_OK;
  }
  *bytes = (us_slice){0};
  us_map_close(map);
  return gone(path, err);
}

/* The same, copied through the descriptor that SQLite has: to open and close the file beside it would take away the
 * lock of the transaction that we read in. */
static unspin_status read_behind(sqlite3 *db, const place *at, const char *path, us_buf *bytes, unspin_error *err) {
  enum { STEP = 1 << 30 };
  sqlite3_file *file = NULL;
  sqlite3_int64 end = 0;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file->pMethods ||
      file->pMethods->xFileSize(file, &end) != SQLITE_OK)
    return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read", path);
  if (!fits(at, (uint64_t)end)) return gone(path, err);
  size_t size = size_of(at);
  if (!us_buf_reserve(bytes, size)) return us_fail(err, UNSPIN_ERR_NOMEM, "%s: out of memory", path);
  ask_for_large_pages(bytes->p, bytes->cap);
  char *p = bytes->p + bytes->n;
  for (size_t done = 0, n; done < size; done += n) {
    n = size - done < STEP ? size - done : STEP;
    if (file->pMethods->xRead(file, p + done, (int)n, end - (sqlite3_int64)(size - done)) != SQLITE_OK)
      return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read", path);
  }
  if (memcmp(p, at->head, HEAD) != 0) return gone(path, err);
  bytes->n += size;
  return UNSPIN_OK;
}

unspin_status us_store_image_map(sqlite3 *db, const char *path, us_map *map, us_slice *bytes, unspin_error *err) {
  place at = {0};
  *map = (us_map){0};
  *bytes = (us_slice){0};
  US_TRY(find(db, path, &at, err));
  return at.behind ? map_behind(&at, path, map, bytes, err) : UNSPIN_OK;
}

unspin_status us_store_image_read(sqlite3 *db, const char *path, us_buf *bytes, unspin_error *err) {
  place at = {0};
  US_TRY(find(db, path, &at, err));
  return at.behind ? read_behind(db, &at, path, bytes, err) : read_blob(db, at.rowid, path, bytes, err);
}

bool us_store_image_is_behind(sqlite3 *db) {
  place at = {0};
  return find(db, "", &at, NULL) == UNSPIN_OK && at.behind;
}
