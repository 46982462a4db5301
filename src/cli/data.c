#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* The directory that the running executable lies in, with a slash at its end; false where the system does not say. */
static bool executable_dir(us_buf *out) {
  char path[4096];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  if (n <= 0 || (size_t)n >= sizeof path) return false;
  while (n > 0 && path[n - 1] != '/') n--;
  us_buf_append(out, (us_slice){path, (size_t)n});
  return n > 0;
}

/* Appends FOLDER as seen from the executable, if a phrase table lies there. */
static bool beside_executable(const char *folder, us_buf *out) {
  us_buf table = {0};
  size_t begin = out->n;
  bool found = false;
  if (executable_dir(out)) {
    us_buf_puts(out, folder);
    us_buf_append(&table, us_slice_sub(us_buf_slice(out), begin, out->n));
    us_buf_puts(&table, "/phrases.db");
    found = !out->failed && !table.failed && access(table.p, F_OK) == 0;
  }
  out->failed |= table.failed;
  us_buf_free(&table);
  if (!found) out->n = begin;
  return found;
}

bool cli_data_dir(const char *option, us_buf *out) {
  const char *env = getenv("UNSPIN_DATA");
  if (!option && env && *env) option = env;
  if (option) us_buf_puts(out, option);
  else if (!beside_executable("data", out) && !beside_executable("../share/unspin", out))
    us_buf_puts(out, UNSPIN_DATADIR);
  return !out->failed;
}
