/* Any bytes as the journal of a batch: it is refused, or records go in and come out again. */
#include <unistd.h>

#include "batch/journal.h"
#include "fuzz/fuzz.h"

static void remove_beside(const char *path) {
  char name[256];
  static const char *const ends[] = {"-wal", "-shm", "-journal"};
  for (size_t i = 0; i < 3; i++) {
    snprintf(name, sizeof name, "%s%s", path, ends[i]);
    unlink(name);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 1 << 17) return 0;
  const us_journal_stamp stamp = {"0", "data", 1};
  const char *path = fuzz_file(".journal", data, size);
  us_journal *journal = NULL;
  uint64_t count;
  unspin_error err = {0};
  bool found;
  us_record r = {.path = US_LIT("a/b.txt"), .size = 7, .outcome = US_OUTCOME_CHANGED, .words = 3}, back = {0};
  remove_beside(path);
  if (us_journal_open(path, &stamp, &journal, &count, &err) == UNSPIN_OK) {
    (void)us_journal_find(journal, US_LIT("old.txt"), &back, &found, NULL);
    bool added = us_journal_add(journal, &r, 1, NULL) == UNSPIN_OK;
    if (added && us_journal_find(journal, r.path, &back, &found, NULL) == UNSPIN_OK)
      FUZZ_CHECK(found && back.size == 7 && back.words == 3 && back.outcome == US_OUTCOME_CHANGED);
    us_journal_close(journal);
  } else FUZZ_CHECK(!journal && err.message[0]);
  remove_beside(path);
  return 0;
}
