#include "restore/evidence.h"

#include <stdlib.h>

#include "base/hash.h"

enum { FIRST_SIZE = 1024, LARGEST_SIZE = 1 << 20 };

bool us_evidence_reset(us_evidence *e, size_t symbols) {
  size_t bytes = symbols / 8 + 1;
  if (e->near_bytes < bytes) {
    uint8_t *p = realloc(e->near_seen, bytes);
    if (!p) return false;
    e->near_seen = p;
    e->near_bytes = bytes;
  }
  memset(e->near_seen, 0, e->near_bytes);
  if (e->slots) memset(e->slots, 0, e->size * sizeof *e->slots);
  e->used = 0;
  e->gb_votes = e->us_votes = 0;
  e->words = e->sentences = 0;
  return true;
}

void us_evidence_free(us_evidence *e) {
  free(e->slots);
  free(e->near_seen);
  *e = (us_evidence){0};
}

uint64_t us_evidence_key(us_slice folded) {
  uint64_t h = us_hash(folded);
  return h ? h : 1;
}

static us_word_evidence *slot_for(us_word_evidence *slots, size_t size, uint64_t key) {
  size_t at = key & (size - 1);
  while (slots[at].key && slots[at].key != key) at = (at + 1) & (size - 1);
  return &slots[at];
}

static bool grow(us_evidence *e) {
  size_t size = e->size ? e->size * 2 : FIRST_SIZE;
  if (size > LARGEST_SIZE) return false;
  us_word_evidence *fresh = calloc(size, sizeof *fresh);
  if (!fresh) return false;
  for (size_t i = 0; i < e->size; i++)
    if (e->slots[i].key) *slot_for(fresh, size, e->slots[i].key) = e->slots[i];
  free(e->slots);
  e->slots = fresh;
  e->size = size;
  return true;
}

us_word_evidence *us_evidence_touch(us_evidence *e, us_slice folded) {
  uint64_t key = us_evidence_key(folded);
  bool full = (e->used + 1) * 4 > e->size * 3;
  bool makes_room = full && !(e->size && slot_for(e->slots, e->size, key)->key); /* a known word needs none */
  if (makes_room && !grow(e)) return NULL;
  us_word_evidence *s = slot_for(e->slots, e->size, key);
  if (!s->key) {
    s->key = key;
    e->used++;
  }
  return s;
}

us_word_evidence us_evidence_at(const us_evidence *e, uint64_t key) {
  if (!e->size) return (us_word_evidence){0};
  return *slot_for(e->slots, e->size, key);
}

us_word_evidence us_evidence_of(const us_evidence *e, us_slice folded) {
  return us_evidence_at(e, us_evidence_key(folded));
}

unspin_dialect us_evidence_dialect(const us_evidence *e) {
  return e->us_votes > e->gb_votes ? UNSPIN_DIALECT_US : UNSPIN_DIALECT_GB;
}
