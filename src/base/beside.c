#define _GNU_SOURCE
#include "base/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* A journal ends so if it names another one: sqlite.org/fileformat.html, "the super-journal". */
static const char mark[] = "\xD9\xD5\x05\xF9\x20\xA1\x63\xD7";
enum { MARK = sizeof mark - 1 };

static bool names_another(int fd, off_t size) {
  char end[MARK];
  return size >= MARK && pread(fd, end, MARK, size - MARK) == MARK && memcmp(end, mark, MARK) == 0;
}

static unspin_status check_journal(const char *path, unspin_error *err) {
  struct stat st;
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  bool bad = fstat(fd, &st) != 0 || names_another(fd, st.st_size);
  close(fd);
  if (!bad) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: a journal that names other files, as none of ours does", path);
}

unspin_status us_beside_check(const char *path, unspin_error *err) {
  static const char *const logs[] = {"-journal", "-wal", "-shm"};
  errno = 0;
  char *real = realpath(path, NULL); /* the logs lie where the file does, not where a link to it does */
  if (!real && errno == ENOMEM) return us_nomem(err);
  us_buf name = {0};
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; !status && i < sizeof logs / sizeof *logs; i++) {
    struct stat st;
    us_buf_clear(&name);
    us_buf_printf(&name, "%s%s", real ? real : path, logs[i]);
    if (name.failed) status = us_nomem(err);
    else if (lstat(name.p, &st) != 0) continue;
    else if (!S_ISREG(st.st_mode)) status = us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file", name.p);
    else if (i == 0 && st.st_size) status = check_journal(name.p, err);
  }
  us_buf_free(&name);
  free(real);
  return status;
}

static bool holds(us_slice text, us_slice words) { return memmem(text.p, text.n, words.p, words.n) != NULL; }

unspin_status us_pages_judge(us_slice said, const char *path, const char *what_now, unspin_error *err) {
  enum { SHOWN = 200 };
  if (us_slice_eq(said, US_LIT("ok"))) return UNSPIN_OK;
  /* "*** in database main ***", a line by itself */
  const char *end = said.n ? memchr(said.p, '\n', said.n) : NULL;
  us_slice why = end ? us_slice_sub(said, (size_t)(end + 1 - said.p), said.n) : said;
  bool fetched = !holds(said, US_LIT("unable to get the page"));
  if (!said.n || (!fetched && holds(said, US_LIT("error code=7")))) return us_nomem(err); /* SQLITE_NOMEM */
  if (why.n > SHOWN) why.n = SHOWN;
  if (!fetched) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %.*s", path, (int)why.n, why.p);
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: %.*s%s", path, (int)why.n, why.p, what_now);
}
