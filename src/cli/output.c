#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
