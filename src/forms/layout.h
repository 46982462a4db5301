/* layout.h - the sections of forms.bin, shared by the compiler that writes them and the code that reads them.
 *
 * Everything is little-endian and mapped as it is. Word ids are 1-based; entry W+1 of the word table only ends the last
 * word.
 */
#ifndef US_FORMS_LAYOUT_H
#define US_FORMS_LAYOUT_H

#include "forms/forms.h"

#define US_FORMS_KIND US_IMAGE_KIND('F', 'O', 'R', 'M')
#define US_FORMS_VERSION 1u

enum us_forms_section {
  US_FS_HEADER,        /* one us_forms_header */
  US_FS_WORDS,         /* us_word_entry[words + 2] */
  US_FS_TEXT,          /* bytes of all words */
  US_FS_SLOTS,         /* uint32_t[slots]: hash table, 0 empty, else fingerprint << 20 | word */
  US_FS_READINGS,      /* us_reading[] */
  US_FS_INFLECTIONS,   /* us_inflection[], by lemma, the preferred form of a tag first */
  US_FS_SPELLINGS,     /* us_spelling[], by word */
  US_FS_ABBREVIATIONS, /* us_word[], in order of their text */
  US_FS_SOUND_KEYS,    /* us_key[n + 1], sorted by text; value 1: an, 0: a */
  US_FS_SOUND_TEXT,
  US_FS_SUFFIX_KEYS, /* us_key[n + 1], sorted; value: first of its readings in SUFFIX_READINGS */
  US_FS_SUFFIX_TEXT,
  US_FS_SUFFIX_READINGS, /* us_reading[] without lemma */
  US_FS_STATES,          /* us_state[header.states] */
  US_FS_TRANSITIONS,     /* int16_t[ends * ends]: [from * ends + to], natural log times 256 */
  US_FS_COUNT
};

typedef struct us_forms_header {
  uint32_t words, slots; /* slots: a power of two */
  uint32_t states;       /* of the tagger, at most US_STATES_MAX */
  uint32_t ends;         /* sides of states that transitions run between, at most US_ENDS_MAX */
  uint64_t total;        /* words counted */
} us_forms_header;

typedef struct us_word_entry {
  uint32_t count;
  uint32_t text_at, reading_at, form_at;
  uint16_t flags;
  uint8_t capital;
  uint8_t zero;
} us_word_entry;

enum { US_DIALECT_BIT_GB = 1, US_DIALECT_BIT_US = 2 };

typedef struct us_inflection {
  us_word form;
  uint8_t tag;
  uint8_t dialects; /* US_DIALECT_BIT_*: where this is the preferred form of the tag; 0: merely understood */
  uint16_t zero;
} us_inflection;

/* GB and US are the spellings in either dialect; one of them is WORD, or WORD is some third variant. */
typedef struct us_spelling {
  us_word word, gb, us;
} us_spelling;

typedef struct us_key {
  uint32_t at, value;
} us_key;

#define US_STATES_MAX 64u
#define US_ENDS_MAX 64u
#define US_WORD_BITS 20u

/* Memory groups: what an adverb passes on. Group 0 is "nothing special". */
typedef struct us_state {
  uint8_t tag;    /* tag of open-class words in this state */
  uint8_t enter;  /* side seen from the left */
  uint8_t leave;  /* side seen from the right; US_CARRIES: decided by what stands before */
  uint8_t memory; /* group */
  uint8_t carry;  /* side that a carrying state shows after this one */
  uint8_t zero[3];
} us_state;

#define US_CARRIES 255u

/* States that the code itself must know. The compiler puts them first, in this order, and fails if one is missing. */
enum us_known_state {
  US_ST_EDGE, /* beginning or end of the sentence; enter: end, leave: beginning */
  US_ST_NN,
  US_ST_NNS,
  US_ST_VB,
  US_ST_VBZ,
  US_ST_VBD,
  US_ST_VBN,
  US_ST_VBG,
  US_ST_JJ,
  US_ST_JJR,
  US_ST_JJS,
  US_ST_RB,
  US_ST_RBR,
  US_ST_RBS,
  US_ST_NP,
  US_ST_CD,
  US_ST_CM, /* comma, semicolon, colon, brackets, dashes */
  US_ST_PE, /* . ! ? */
  US_ST_SY,
  US_ST_KNOWN_COUNT
};

#endif
