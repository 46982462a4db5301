#include "cli/input.h"

#include <unistd.h>

#include "base/file.h"
#include "report/report.h"

unspin_status cli_input_read(const char *path, us_buf *buf, unspin_error *err) {
  us_buf_clear(buf);
  buf->failed = false; /* a file too large for memory must not spoil the next */
  if (strcmp(path, "-") == 0) return us_fd_read(STDIN_FILENO, US_REPORT_STDIN, buf, err);
  return us_file_read(path, buf, err);
}

unspin_status cli_input_check(us_slice text, const char *name, unspin_error *err) {
  const char *nul = text.n ? memchr(text.p, 0, text.n) : NULL;
  if (!nul) return UNSPIN_OK;
  bool utf16 = text.n >= 2 && (memcmp(text.p, "\xFF\xFE", 2) == 0 || memcmp(text.p, "\xFE\xFF", 2) == 0);
  if (utf16)
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: looks like UTF-16: convert it to UTF-8 first (or --force)", name);
  return us_fail(err, UNSPIN_ERR_INVALID,
                 "%s: is a binary file: a NUL byte at offset %zu (--force takes it all the same)", name,
                 (size_t)(nul - text.p));
}
