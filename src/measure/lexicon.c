#include "measure/lexicon.h"

#include "base/hash.h"
#include "measure/blank.h"

enum { FIRST_SLOTS = 1024 };

static us_slice word_of(const us_lexicon *x, uint32_t id) {
  return us_slice_sub(us_buf_slice(&x->text), x->ends.p[id - 1], x->ends.p[id]);
}

/* The slot of WORD, or the free one where it would go. */
static uint32_t *find(const us_lexicon *x, us_slice word) {
  size_t mask = x->slot_count - 1, at = us_hash(word) & mask;
  while (x->slots[at] && !us_slice_eq(word_of(x, x->slots[at]), word)) at = (at + 1) & mask;
  return &x->slots[at];
}

static bool grow(us_lexicon *x) {
  size_t old_count = x->slot_count;
  uint32_t *old = x->slots, *fresh = calloc(old_count ? old_count * 2 : FIRST_SLOTS, sizeof *fresh);
  if (!fresh) return false;
  x->slots = fresh;
  x->slot_count = old_count ? old_count * 2 : FIRST_SLOTS;
  for (size_t i = 0; i < old_count; i++)
    if (old[i]) *find(x, word_of(x, old[i])) = old[i];
  free(old);
  return true;
}

uint32_t us_lexicon_id(us_lexicon *x, us_slice word) {
  if (!x->ends.n && !us_vec_push(&x->ends, 0)) return 0;
  if (x->ends.n * 2 > x->slot_count && !grow(x)) return 0;
  uint32_t *slot = find(x, word);
  if (*slot) return *slot;
  if (x->ends.n > UINT32_MAX) return 0;
  us_buf_append(&x->text, word);
  if (x->text.failed || !us_vec_push(&x->ends, x->text.n)) return 0;
  return *slot = (uint32_t)(x->ends.n - 1);
}

void us_lexicon_clear(us_lexicon *x) {
  us_buf_clear(&x->text);
  x->text.failed = false;
  x->ends.n = 0;
  if (x->slots) memset(x->slots, 0, x->slot_count * sizeof *x->slots);
}

void us_lexicon_free(us_lexicon *x) {
  us_buf_free(&x->text);
  us_vec_free(&x->ends);
  free(x->slots);
  *x = (us_lexicon){0};
}

bool us_lexicon_words(us_lexicon *x, us_slice text, us_ids *out) {
  us_slice word;
  while (us_blank_word(&text, &word)) {
    uint32_t id = us_lexicon_id(x, word);
    if (!id || !us_vec_push(out, id)) return false;
  }
  return true;
}
