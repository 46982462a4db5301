#include "forms/compile/lexicon.h"

#include <stdlib.h>

#include "base/hash.h"
#include "text/utf8.h"

#define WORD_MAX_BYTES 60u

void lex_free(lexicon *lex) {
  for (size_t i = 0; i < lex->words.n; i++) {
    us_vec_free(&lex->words.p[i].readings);
    us_vec_free(&lex->words.p[i].forms);
  }
  us_vec_free(&lex->words);
  us_vec_free(&lex->abbreviations);
  us_vec_free(&lex->plural_endings);
  us_vec_free(&lex->states);
  us_vec_free(&lex->state_names);
  us_vec_free(&lex->ends);
  free(lex->transitions);
  free(lex->slots);
  us_arena_free(&lex->text);
  us_speller_free(lex->speller);
}

lex_id lex_find(const lexicon *lex, us_slice text) {
  if (!lex->slot_count) return LEX_NONE;
  for (size_t at = us_hash(text) & (lex->slot_count - 1); lex->slots[at]; at = (at + 1) & (lex->slot_count - 1))
    if (us_slice_eq(lex->words.p[lex->slots[at] - 1].text, text)) return lex->slots[at] - 1;
  return LEX_NONE;
}

static bool grow(lexicon *lex) {
  size_t count = lex->slot_count ? lex->slot_count * 2 : 1u << 16;
  uint32_t *slots = calloc(count, sizeof *slots);
  if (!slots) return false;
  for (size_t i = 0; i < lex->words.n; i++) {
    size_t at = us_hash(lex->words.p[i].text) & (count - 1);
    while (slots[at]) at = (at + 1) & (count - 1);
    slots[at] = (uint32_t)i + 1;
  }
  free(lex->slots);
  lex->slots = slots;
  lex->slot_count = count;
  return true;
}

unsigned lex_spell(lexicon *lex, us_slice text) {
  unsigned accepted = 0;
  if (us_speller_check(lex->speller, text, &accepted, NULL)) lex->failed = true;
  return accepted;
}

unsigned lex_accepted(lexicon *lex, us_slice text) {
  lex_id id = lex_find(lex, text);
  if (id == LEX_NONE) return lex_spell(lex, text);
  return lex->words.p[id].flags & US_WF_LOWER ? lex->words.p[id].flags / US_WF_GB & 3u : 0;
}

_Static_assert(US_WF_US == US_WF_GB * 2 && US_SPELL_GB == 1 && US_SPELL_US == 2,
               "flags follow the bits of the speller");

static unsigned probe(lexicon *lex, us_slice text) {
  unsigned small = lex_spell(lex, text);
  us_buf title = {0};
  us_apply_shape(&title, text, US_SHAPE_TITLE);
  unsigned large = small ? 0 : lex_spell(lex, us_buf_slice(&title));
  if (!small && !large) { /* NASA */
    us_buf_clear(&title);
    us_apply_shape(&title, text, US_SHAPE_UPPER);
    large = lex_spell(lex, us_buf_slice(&title));
  }
  us_buf_free(&title);
  return (small | large) * US_WF_GB | (small ? US_WF_LOWER : 0) | (large ? US_WF_NAME : 0);
}

lex_id lex_add(lexicon *lex, us_slice text) {
  lex_id id = lex_find(lex, text);
  if (id != LEX_NONE) return id;
  char *copy = us_arena_copy(&lex->text, text);
  if (!copy || (lex->words.n * 2 >= lex->slot_count && !grow(lex))) goto fail;
  us_slice own = {copy, text.n};
  if (!us_vec_push(&lex->words, (lex_word){.text = own, .gb = LEX_NONE, .us = LEX_NONE})) goto fail;
  id = (lex_id)lex->words.n - 1;
  size_t at = us_hash(own) & (lex->slot_count - 1);
  while (lex->slots[at]) at = (at + 1) & (lex->slot_count - 1);
  lex->slots[at] = id + 1;
  lex->words.p[id].flags = probe(lex, own);
  return id;
fail:
  lex->failed = true;
  return LEX_NONE;
}

void lex_read_as(lexicon *lex, lex_id form, lex_id lemma, us_tag tag, unsigned state, double share) {
  if (form == LEX_NONE || lemma == LEX_NONE) return;
  lex_word *w = lex_at(lex, form);
  for (size_t i = 0; i < w->readings.n; i++) {
    lex_reading *r = &w->readings.p[i];
    if (r->lemma == lemma && r->tag == tag && r->state == state) {
      r->share += share;
      return;
    }
  }
  if (!us_vec_push(&w->readings, (lex_reading){lemma, (uint8_t)tag, (uint8_t)state, share})) lex->failed = true;
}

void lex_inflect(lexicon *lex, lex_id lemma, us_tag tag, lex_id form, unsigned dialects) {
  if (form == LEX_NONE || lemma == LEX_NONE) return;
  lex_word *w = lex_at(lex, lemma);
  for (size_t i = 0; i < w->forms.n; i++) {
    if (w->forms.p[i].form == form && w->forms.p[i].tag == tag) {
      w->forms.p[i].dialects |= (uint8_t)dialects;
      return;
    }
  }
  if (!us_vec_push(&w->forms, (lex_form){form, (uint8_t)tag, (uint8_t)dialects})) lex->failed = true;
}

bool lex_is_word(us_slice text) {
  if (!text.n || text.n > WORD_MAX_BYTES) return false;
  size_t letters = 0;
  for (size_t at = 0; at < text.n;) {
    int32_t cp;
    size_t n = us_utf8_next(text, at, &cp);
    bool inner = cp == '\'' || (cp == '-' && at > 0 && at + 1 < text.n);
    if (!inner && !us_is_letter(cp)) return false;
    letters += !inner;
    at += n;
  }
  return letters > 0;
}
