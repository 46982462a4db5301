/* Any bytes as a pattern and a path: matching ends, and a path always fits itself with its special bytes escaped.
 * Input: the pattern, a line end, the path. */
#include "base/buf.h"
#include "batch/glob.h"
#include "batch/ignore.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!size || size > 4096) return 0;
  us_slice path = fuzz_slice(data, size), pattern;
  if (!us_slice_cut(&path, '\n', &pattern) || !path.p) return 0;
  (void)us_glob_match(pattern, path);
  us_buf escaped = {0}, ended = {0};
  for (size_t i = 0; i < path.n; i++) {
    if (strchr("*?[\\", path.p[i]) && path.p[i]) us_buf_putc(&escaped, '\\');
    us_buf_putc(&escaped, path.p[i]);
  }
  FUZZ_CHECK(us_glob_match(us_buf_slice(&escaped), path));
  us_buf_clear(&escaped);
  us_buf_append(&escaped, pattern);
  us_buf_append(&ended, path);
  us_ignore *rules = NULL;
  const char *const patterns[] = {escaped.p ? escaped.p : "", "!*.md"};
  if (us_ignore_patterns(patterns, 2, &rules, NULL) == UNSPIN_OK) {
    (void)us_ignored(rules, ended.p ? ended.p : "", size % 2);
    us_ignore_free(rules, NULL);
  }
  us_buf_free(&escaped);
  us_buf_free(&ended);
  return 0;
}
