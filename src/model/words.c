#include "model/words.h"

#include "base/hash.h"
#include "base/image.h"
#include "model/bits.h"
#include "model/layers.h"

static void put_number(us_buf *out, size_t n) {
  for (; n >= 128; n >>= 7) us_buf_putc(out, (char)((n & 127) | 128));
  us_buf_putc(out, (char)n);
}

/* False at the end of the text or on a number that is too long. */
static bool get_number(us_slice text, size_t *at, size_t *n) {
  *n = 0;
  for (unsigned shift = 0; *at < text.n && shift < 28; shift += 7) {
    unsigned char c = (unsigned char)text.p[(*at)++];
    *n |= (size_t)(c & 127) << shift;
    if (c < 128) return true;
  }
  return false;
}

/* The next entry of a group: SHARED bytes of the word before, then SUFFIX. */
static bool next_entry(us_slice text, size_t *at, bool head, size_t *shared, us_slice *suffix) {
  size_t n;
  *shared = 0;
  if (!head && !get_number(text, at, shared)) return false;
  if (!get_number(text, at, &n) || n > text.n - *at) return false;
  *suffix = us_slice_sub(text, *at, *at + n);
  *at += n;
  return true;
}

static size_t common(us_slice a, us_slice b) {
  size_t n = a.n < b.n ? a.n : b.n, i = 0;
  while (i < n && a.p[i] == b.p[i]) i++;
  return i;
}

static bool is_word(const us_words *words, uint32_t id, us_slice word) {
  if (id >= words->n) return false;
  size_t at = words->group[id / US_WORDS_GROUP], same = 0, length = 0;
  if (at > words->text.n) return false;
  for (uint32_t i = 0; i <= id % US_WORDS_GROUP; i++) {
    size_t shared;
    us_slice suffix;
    if (!next_entry(words->text, &at, i == 0, &shared, &suffix) || shared > length) return false;
    length = shared + suffix.n;
    if (shared <= same) same = shared + common(suffix, us_slice_sub(word, shared, word.n));
  }
  return same == word.n && length == word.n;
}

static uint64_t slot_begin(us_slice word, uint64_t slots) { return (uint64_t)(((us_hash(word) >> 32) * slots) >> 32); }

uint32_t us_words_find(const us_words *words, us_slice word) {
  uint64_t slot = slot_begin(word, words->slot_count);
  uint64_t most = words->slot_count < US_PROBE_MOST ? words->slot_count : US_PROBE_MOST;
  for (uint64_t tries = 0; tries < most; tries++) {
    uint32_t id = (uint32_t)us_bits_get(words->slots, slot * words->id_bits, words->id_bits);
    if (!id) return US_WORD_UNKNOWN;
    if (is_word(words, id, word)) return id;
    if (++slot == words->slot_count) slot = 0;
  }
  return US_WORD_UNKNOWN;
}

void us_words_get(const us_words *words, uint32_t id, us_buf *out) {
  if (id >= words->n) return;
  size_t at = words->group[id / US_WORDS_GROUP], begin = out->n;
  if (at > words->text.n) return;
  for (uint32_t i = 0; i <= id % US_WORDS_GROUP; i++) {
    size_t shared;
    us_slice suffix;
    if (!next_entry(words->text, &at, i == 0, &shared, &suffix) || shared > out->n - begin) {
      out->n = begin;
      return;
    }
    out->n = begin + shared;
    us_buf_append(out, suffix);
  }
}

static void pack_text(const us_slice *word, uint32_t n, us_buf *groups, us_buf *text) {
  for (uint32_t i = 0; i < n; i++) {
    size_t shared = 0;
    if (i % US_WORDS_GROUP == 0) {
      uint32_t at = (uint32_t)text->n;
      us_buf_append(groups, (us_slice){(const char *)&at, sizeof at});
    } else {
      shared = common(word[i - 1], word[i]);
      put_number(text, shared);
    }
    put_number(text, word[i].n - shared);
    us_buf_append(text, us_slice_sub(word[i], shared, word[i].n));
  }
}

void us_words_pack(const us_slice *word, uint32_t n, us_buf *groups, us_buf *text, us_buf *slots) {
  pack_text(word, n, groups, text);
  uint64_t count = us_words_slot_count(n);
  unsigned bits = us_bits_width(n);
  uint64_t bytes = us_bits_bytes(count, bits);
  if (!us_buf_reserve(slots, bytes)) return;
  memset(slots->p, 0, bytes);
  slots->n = bytes;
  unsigned char *p = (unsigned char *)slots->p;
  for (uint32_t i = 1; i < n; i++) {
    uint64_t slot = slot_begin(word[i], count);
    while (us_bits_get(p, slot * bits, bits)) slot = slot + 1 == count ? 0 : slot + 1;
    us_bits_put(p, slot * bits, i);
  }
}
