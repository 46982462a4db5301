/* written.c - plain sides of rows and of the channel as they are written: found out once, because a spinner's words
 * come again and again, and a dozen candidates with each. */
#include <stdlib.h>

#include "restore/page.h"

/* Places to begin with and at most; what comes when all are taken is found out each time. */
enum { FIRST_SIZE = 1024, LARGEST_SIZE = 1 << 16 };

static size_t begin_of(uint64_t key, size_t size) { return (size_t)(key * 0x9E3779B97F4A7C15ull >> 32) & (size - 1); }

/* Dialects spell differently. */
static uint64_t in_dialect(const unspin_session *s, uint64_t key) { return key ^ (uint64_t)s->dialect << 62; }

void us_written_prefetch(const unspin_session *s, uint64_t key) {
  const us_remembered *r = &s->remembered;
  key = in_dialect(s, key);
  if (r->size) __builtin_prefetch(&r->slots[begin_of(key, r->size)]);
}

static us_written *slot_for(us_written *slots, size_t size, uint64_t key) {
  size_t at = begin_of(key, size);
  while (slots[at].key && slots[at].key != key) at = (at + 1) & (size - 1);
  return &slots[at];
}

static bool grow(us_remembered *r) {
  size_t size = r->size ? r->size * 2 : FIRST_SIZE;
  if (size > LARGEST_SIZE) return false;
  us_written *fresh = calloc(size, sizeof *fresh);
  if (!fresh) return false;
  for (size_t i = 0; i < r->size; i++)
    if (r->slots[i].key) *slot_for(fresh, size, r->slots[i].key) = r->slots[i];
  free(r->slots);
  r->slots = fresh;
  r->size = size;
  return true;
}

const us_written *us_written_find(const unspin_session *s, uint64_t key) {
  const us_remembered *r = &s->remembered;
  key = in_dialect(s, key);
  const us_written *w = r->size ? slot_for(r->slots, r->size, key) : NULL;
  return w && w->key ? w : NULL;
}

const us_written *us_written_add(unspin_session *s, uint64_t key, bool possible, us_tag plain_tag) {
  us_remembered *r = &s->remembered;
  key = in_dialect(s, key);
  bool full = (r->used + 1) * 4 > r->size * 3 && !grow(r);
  us_arena *arena = full ? &s->arena : &r->arena;
  us_written w = {.key = key, .impossible = !possible, .plain_tag = (uint8_t)plain_tag};
  if (s->text.failed) return NULL;
  if (possible) {
    char *copy = us_arena_copy(arena, us_buf_slice(&s->text));
    w.text = (us_slice){copy, s->text.n};
    if (!copy || !us_words_keep(s, w.text, arena, &w.words, &w.word_count)) return NULL;
  }
  us_written *place = full ? &r->other : slot_for(r->slots, r->size, key);
  *place = w;
  r->used += !full;
  return place;
}

void us_remembered_begin(unspin_session *s) {
  us_remembered *r = &s->remembered;
  if (r->used < LARGEST_SIZE / 2) return;
  if (r->slots) memset(r->slots, 0, r->size * sizeof *r->slots);
  us_arena_reset(&r->arena);
  r->used = 0;
}

void us_remembered_free(us_remembered *r) {
  free(r->slots);
  us_arena_free(&r->arena);
  *r = (us_remembered){0};
}
