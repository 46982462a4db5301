/* Any bytes as a file of pairs: the first byte chooses the kind. Reading ends, whatever stands in it. */
#include "fuzz/fuzz.h"
#include "measure/pairs.h"
#include "measure/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const suffixes[] = {".tsv", ".jsonl", ".txt"};
  if (size < 1 || size > 1 << 16) return 0;
  const char *path = fuzz_file(suffixes[data[0] % 3], data + 1, size - 1);
  us_pairs *pairs = NULL;
  const us_pair *pair;
  if (us_pairs_open(&path, 1, &pairs, NULL)) return 0;
  for (size_t calls = 0;; calls++) {
    FUZZ_CHECK(calls <= size + 1);
    if (us_pairs_next(pairs, &pair, NULL)) continue;
    if (!pair) break;
    FUZZ_CHECK(pair->plain_count >= 1 && pair->id.p && pair->line >= 1 && us_expect_name(pair->expect));
  }
  us_pairs_close(pairs);
  return 0;
}
