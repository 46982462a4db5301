#include "model/vocab.h"

#include <stdlib.h>

#include "base/hash.h"
#include "model/layers.h"

static us_slice word_at(const us_vocab *v, uint32_t i) {
  uint64_t end = i + 1 < v->n ? v->begin[i + 1] : v->text.n;
  return (us_slice){v->text.p + v->begin[i], (size_t)(end - v->begin[i] - 1)};
}

us_slice us_vocab_word(const us_vocab *vocab, uint32_t number) { return word_at(vocab, number); }

static bool grow_slots(us_vocab *v) {
  uint32_t count = v->slot_count ? v->slot_count * 2 : 4096;
  uint64_t *slots = calloc(count, sizeof *slots);
  if (!slots) return false;
  for (uint32_t i = 0; i < v->slot_count; i++) {
    if (!(uint32_t)v->slots[i]) continue;
    uint64_t at = us_hash(word_at(v, (uint32_t)v->slots[i] - 1)) & (count - 1);
    while ((uint32_t)slots[at]) at = (at + 1) & (count - 1);
    slots[at] = v->slots[i];
  }
  free(v->slots);
  v->slots = slots;
  v->slot_count = count;
  return true;
}

static bool grow_words(us_vocab *v) {
  uint32_t cap = v->cap ? v->cap * 2 : 4096;
  uint64_t *begin = realloc(v->begin, cap * sizeof *begin);
  if (begin) v->begin = begin;
  uint64_t *count = realloc(v->count, cap * sizeof *count);
  if (count) v->count = count;
  if (!begin || !count) return false;
  v->cap = cap;
  return true;
}

/* The slot of WORD, or the free one where it belongs. */
static uint64_t slot_of(const us_vocab *v, us_slice word, uint64_t hash) {
  uint64_t mask = v->slot_count - 1, at = hash & mask;
  for (;; at = (at + 1) & mask) {
    uint32_t number = (uint32_t)v->slots[at];
    if (!number) return at;
    if (v->slots[at] >> 32 == hash >> 32 && us_slice_eq(word_at(v, number - 1), word)) return at;
  }
}

bool us_vocab_find(const us_vocab *vocab, us_slice word, uint32_t *number) {
  if (!vocab->slot_count) return false;
  uint32_t found = (uint32_t)vocab->slots[slot_of(vocab, word, us_hash(word))];
  if (found) *number = found - 1;
  return found != 0;
}

unspin_status us_vocab_add(us_vocab *vocab, us_slice word, uint32_t *number, unspin_error *err) {
  if (vocab->n >= vocab->slot_count / 2 && !grow_slots(vocab)) return us_nomem(err);
  uint64_t hash = us_hash(word), at = slot_of(vocab, word, hash);
  uint32_t found = (uint32_t)vocab->slots[at];
  if (!found) {
    if (vocab->n >= US_VOCAB_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "more than %u different words", US_VOCAB_MAX);
    if (vocab->n == vocab->cap && !grow_words(vocab)) return us_nomem(err);
    uint64_t begin = vocab->text.n;
    us_buf_append(&vocab->text, word);
    us_buf_putc(&vocab->text, 0);
    if (vocab->text.failed) return us_nomem(err);
    vocab->begin[vocab->n] = begin;
    vocab->count[vocab->n] = 0;
    found = ++vocab->n;
    vocab->slots[at] = (hash >> 32) << 32 | found;
  }
  vocab->count[found - 1]++;
  *number = found - 1;
  return UNSPIN_OK;
}

void us_vocab_free(us_vocab *vocab) {
  us_buf_free(&vocab->text);
  free(vocab->begin);
  free(vocab->count);
  free(vocab->slots);
  *vocab = (us_vocab){0};
}

typedef struct ranked {
  us_slice word;
  uint64_t count;
  uint32_t number;
} ranked;

static int by_count(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  if (x->count != y->count) return x->count > y->count ? -1 : 1;
  return us_slice_cmp(x->word, y->word);
}
static int by_word(const void *a, const void *b) {
  return us_slice_cmp(((const ranked *)a)->word, ((const ranked *)b)->word);
}

unspin_status us_word_list_make(const us_vocab *vocab, uint64_t min_count, uint32_t keep, us_word_list *out,
                                unspin_error *err) {
  static const us_slice reserved[US_WORD_FIRST] = {{"<unk>", 5}, {"<s>", 3}, {"</s>", 4}};
  *out = (us_word_list){0};
  ranked *list = malloc((vocab->n + 1) * sizeof *list);
  out->id_of = calloc(vocab->n + 1, sizeof *out->id_of);
  out->word = malloc((vocab->n + US_WORD_FIRST) * sizeof *out->word);
  if (!list || !out->id_of || !out->word) {
    free(list);
    us_word_list_free(out);
    return us_nomem(err);
  }
  size_t n = 0;
  for (uint32_t i = 0; i < vocab->n; i++) {
    us_slice word = word_at(vocab, i);
    int fixed = 0;
    while (fixed < US_WORD_FIRST && !us_slice_eq(word, reserved[fixed])) fixed++;
    if (fixed < US_WORD_FIRST) out->id_of[i] = US_WORD_UNKNOWN; /* no word of a text may begin or end a sentence */
    else if (vocab->count[i] >= min_count) list[n++] = (ranked){word, vocab->count[i], i};
    else out->dropped++;
  }
  if (keep && n > keep) {
    qsort(list, n, sizeof *list, by_count);
    out->dropped += n - keep;
    n = keep;
  }
  qsort(list, n, sizeof *list, by_word);
  memcpy(out->word, reserved, sizeof reserved);
  for (size_t i = 0; i < n; i++) {
    out->word[US_WORD_FIRST + i] = list[i].word;
    out->id_of[list[i].number] = (uint32_t)(US_WORD_FIRST + i);
  }
  out->n = (uint32_t)(US_WORD_FIRST + n);
  free(list);
  return UNSPIN_OK;
}

void us_word_list_free(us_word_list *list) {
  free(list->word);
  free(list->id_of);
  *list = (us_word_list){0};
}
