#define _GNU_SOURCE /* realpath */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static unspin_status fail_errno(unspin_error *err, const char *path, const char *doing) {
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot %s: %s", path, doing, strerror(errno));
}

static unspin_status write_stream(const char *path, us_slice text, unspin_error *err) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fail_errno(err, path, "open");
  unspin_status status = UNSPIN_OK;
  while (text.n && !status) {
    ssize_t n = write(fd, text.p, text.n);
    if (n >= 0) text = us_slice_sub(text, (size_t)n, text.n);
    else if (errno != EINTR) status = fail_errno(err, path, "write");
  }
  if (close(fd) != 0 && !status) status = fail_errno(err, path, "write");
  return status;
}

unspin_status cli_output_write(const char *path, us_slice text, unspin_error *err) {
  if (strcmp(path, "-") == 0) {
    fwrite(text.p, 1, text.n, stdout); /* the caller looks at its error state */
    return UNSPIN_OK;
  }
  struct stat st;
  if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) return us_fail(err, UNSPIN_ERR_INVALID, "%s: is a directory", path);
  /* renaming over a device would put a plain file in its place */
  if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) return write_stream(path, text, err);
  return us_file_write_atomic(path, text, err);
}

/* A second name for the old file keeps everything of it: owner, times, permissions. Where links cannot be made, a copy.
 */
static unspin_status keep_old(const char *path, const struct stat *st, const char *backup, unspin_error *err) {
  struct stat there;
  if (stat(backup, &there) == 0 &&
      (!S_ISREG(there.st_mode) || (there.st_dev == st->st_dev && there.st_ino == st->st_ino))) {
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: cannot be the backup of %s", backup, path);
  }
  if (unlink(backup) != 0 && errno != ENOENT) return fail_errno(err, backup, "remove the old backup");
  if (link(path, backup) == 0) return UNSPIN_OK;
  us_buf old = {0};
  unspin_status status = us_file_read(path, &old, err);
  if (!status) status = us_file_write_atomic(backup, us_buf_slice(&old), err);
  if (!status && chmod(backup, st->st_mode & 07777) != 0) status = fail_errno(err, backup, "set permissions");
  us_buf_free(&old);
  return status;
}

unspin_status cli_output_replace(const char *path, const char *suffix, us_slice text, unspin_error *err) {
  struct stat st;
  if (stat(path, &st) != 0) return fail_errno(err, path, "open");
  if (!S_ISREG(st.st_mode))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: is not a regular file, so -i cannot replace it", path);
  if (suffix) {
    char *target = realpath(path, NULL); /* the link itself is no copy of the text */
    us_buf backup = {0};
    us_buf_puts(&backup, path);
    us_buf_puts(&backup, suffix);
    unspin_status status = backup.failed ? us_nomem(err) : UNSPIN_OK;
    if (!status) status = target ? keep_old(target, &st, backup.p, err) : fail_errno(err, path, "open");
    us_buf_free(&backup);
    free(target);
    if (status) return status;
  }
  return us_file_write_atomic(path, text, err);
}
