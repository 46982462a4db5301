/* forms_impl.h - the open lexicon as the code of this room sees it. */
#ifndef US_FORMS_FORMS_IMPL_H
#define US_FORMS_FORMS_IMPL_H

#include "base/file.h"
#include "forms/layout.h"

struct us_forms {
  us_map map;
  uint64_t hash;
  us_forms_header header;
  const us_word_entry *words;
  us_slice text;
  const uint32_t *slots;
  const us_reading *readings;
  const us_inflection *inflections;
  const us_spelling *spellings;
  size_t spelling_count;
  const us_key *sound_keys;
  us_slice sound_text;
  size_t sound_count;
  const us_key *suffix_keys;
  us_slice suffix_text;
  size_t suffix_count;
  const us_reading *suffix_readings;
  const us_state *states;
  const int16_t *transitions;
  us_abbreviations abbreviations;
};

/* Whether no offset of the open lexicon leads outside its sections, whose lengths in elements the others are; see hold.c.
 */
bool us_forms_hold(const us_forms *f, size_t readings, size_t inflections, size_t suffix_readings);

/* The value of KEY in a sorted table of COUNT keys; -1 if it is not there. */
long us_key_find(const us_key *keys, size_t count, us_slice text, us_slice key);

#endif
