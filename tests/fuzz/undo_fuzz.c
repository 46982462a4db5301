/* Any bytes as edit lists, taken back from any text. Input: the text, a NUL, the lists. */
#include "fuzz/fuzz.h"
#include "report/undo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 1 << 16) return 0;
  us_slice all = fuzz_slice(data, size), text = {0};
  if (!size || !us_slice_cut(&all, 0, &text) || !all.p) return 0;
  us_undo *undo = NULL;
  us_undone undone = {0};
  unspin_error err = {0};
  if (us_undo_read(all, "list", &undo, &err) == UNSPIN_OK) {
    (void)us_undo_apply(undo, text, US_LIT("a"), &undone, &err);
    us_undone_free(&undone);
  } else FUZZ_CHECK(!undo && err.message[0]);
  us_undo_free(undo);
  return 0;
}
