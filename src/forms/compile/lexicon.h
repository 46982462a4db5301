/* lexicon.h - the lexicon while it is being built: words found by text, with growing readings and forms. */
#ifndef US_FORMS_COMPILE_LEXICON_H
#define US_FORMS_COMPILE_LEXICON_H

#include "base/arena.h"
#include "base/error.h"
#include "base/vec.h"
#include "forms/layout.h"
#include "forms/speller.h"

/* Everything here uses the index of a word in lex->words, 0-based, until write.c numbers them. */
typedef uint32_t lex_id;
#define LEX_NONE UINT32_MAX

typedef struct lex_reading {
  lex_id lemma;
  uint8_t tag, state;
  double share;
} lex_reading;

typedef struct lex_form {
  lex_id form;
  uint8_t tag, dialects;
} lex_form;

typedef struct lex_word {
  us_slice text;
  uint32_t count;           /* in the counted text */
  double capital;           /* share of those with a capital inside a sentence */
  unsigned flags;           /* US_WF_* */
  bool entry;               /* a headword of a spelling dictionary */
  double pos[US_POS_COUNT]; /* as a lemma: how often with this part of speech; 0: not at all */
  bool no_degree;           /* takes more and most */
  int doubling;             /* of doubling.tsv: 0 not listed, 1 yes, 2 no, 3 GB only */
  lex_id gb, us;            /* spellings; LEX_NONE: none found */
  bool one_way;             /* its US spelling has other uses in GB, or the other way round */
  US_VEC(lex_reading) readings;
  US_VEC(lex_form) forms;
} lex_word;

/* How the plural of a family of nouns is made: spokesman, spokesmen. Strings that end in NUL. */
typedef struct lex_plural_ending {
  const char *singular, *plural;
} lex_plural_ending;

typedef struct lexicon {
  us_arena text;
  US_VEC(lex_word) words;
  uint32_t *slots; /* index + 1 */
  size_t slot_count;
  uint64_t total;
  us_speller *speller;
  bool failed; /* out of memory somewhere: checked once at the end of a step */
  US_VEC(lex_id) abbreviations;
  US_VEC(lex_plural_ending) plural_endings;
  US_VEC(us_state) states;
  US_VEC(us_slice) state_names;
  US_VEC(us_slice) ends; /* names of the sides */
  int16_t *transitions;
} lexicon;

void lex_free(lexicon *lex);

/* The word, LEX_NONE if it is not there. */
lex_id lex_find(const lexicon *lex, us_slice text);
/* The word, added (and probed in the dictionaries) if it is not there; LEX_NONE when out of memory. */
lex_id lex_add(lexicon *lex, us_slice text);
static inline lex_word *lex_at(lexicon *lex, lex_id id) { return &lex->words.p[id]; }

/* US_SPELL_* for a folded word as it is, without making it a word of the lexicon. */
unsigned lex_spell(lexicon *lex, us_slice text);
/* The same for a form that may be a word already. */
unsigned lex_accepted(lexicon *lex, us_slice text);

/* Adds a reading of FORM unless it is there; shares of the same reading add up. */
void lex_read_as(lexicon *lex, lex_id form, lex_id lemma, us_tag tag, unsigned state, double share);
void lex_inflect(lexicon *lex, lex_id lemma, us_tag tag, lex_id form, unsigned dialects);
/* True if the word can be a word at all: letters, inner apostrophes and hyphens, folded, at most 60 bytes. */
bool lex_is_word(us_slice text);

#endif
