/* model.h - a packed model, mapped and queried. Byte by byte in FORMAT.md. */
#ifndef US_MODEL_MODEL_H
#define US_MODEL_MODEL_H

#include "base/file.h"
#include "base/image.h"
#include "model/elias.h"
#include "model/layers.h"
#include "model/words.h"

#define US_MODEL_KIND US_IMAGE_KIND('L', 'A', 'N', 'G')
#define US_MODEL_VERSION 1u

enum { /* sections of the file */
       US_SEC_META,
       US_SEC_WORD_GROUPS,
       US_SEC_WORD_TEXT,
       US_SEC_WORD_SLOTS,
       US_SEC_CODES,
       US_SEC_INFO,
       US_SEC_LAYERS, /* four for each order: entries, and where children begin: low, high, sample */
       US_SEC_PER_LAYER = 4
};

enum { US_MODEL_TOKENIZED = 1 }; /* meta.flags: trained on ready tokens and not with our own tokenizer */

/* The line of the info section that lists words after which a dot ends no sentence, separated by blanks. */
#define US_INFO_ABBREVIATIONS "abbreviations:"

/* The first section as it lies in the file. */
typedef struct us_model_meta {
  uint32_t order, words;
  uint32_t flags, reserved;
  uint64_t unknown_types;                 /* how many words of the training text are unknown here */
  uint64_t tokens, sentences;             /* of the training text; tokens without sentence ends */
  uint64_t count[US_MODEL_MAX_ORDER];     /* n-grams */
  uint32_t prob_bits[US_MODEL_MAX_ORDER]; /* 1 to 16: a codebook's; 32: plain floats */
  uint32_t bow_bits[US_MODEL_MAX_ORDER];
} us_model_meta;

_Static_assert(sizeof(us_model_meta) == 136, "FORMAT.md says so");

typedef struct us_packed_layer {
  const unsigned char *entries;
  const float *prob_codes, *bow_codes; /* NULL: plain floats */
  uint64_t n, next_n;
  unsigned width, word_bits, prob_bits, bow_bits;
  us_elias first;
} us_packed_layer;

struct unspin_model {
  us_map map;
  us_image image;
  us_model_meta meta;
  us_words words;
  us_packed_layer layer[US_MODEL_MAX_ORDER];
  const unsigned char *word_first; /* layer 1: where children begin, packed */
  unsigned word_first_bits;
  float unknown_share; /* log10: what one unknown word has of the mass of all */
  us_slice info;       /* "key: value" lines */
  char hash[17];
};

/* BYTES (8-aligned) stay borrowed. Fills all but map. Errors: FORMAT, VERSION. */
unspin_status us_model_attach(unspin_model *model, us_slice bytes, const char *name, unspin_error *err);

/* Bits of one entry of layer K (0 is layer 1). */
static inline unsigned us_meta_entry_width(const us_model_meta *meta, unsigned k) {
  return (k ? us_bits_width(meta->words) : 0) + meta->prob_bits[k] + (k + 1 < meta->order ? meta->bow_bits[k] : 0);
}
/* Codes are stored for a width that has a codebook. */
static inline uint64_t us_meta_codes(uint32_t bits) { return bits <= 16 ? 1ull << bits : 0; }

/* What is stored for n-gram INDEX of layer K: its leftmost word, log10 values, and whether it extends to the right. */
typedef struct us_entry {
  uint32_t word;
  float prob, bow;
  bool extends;
} us_entry;
us_entry us_model_entry(const unspin_model *model, unsigned k, uint64_t index);
/* The children of that n-gram: [*begin, *end) of layer K + 1, within its bounds whatever the file holds. */
void us_model_children(const unspin_model *model, unsigned k, uint64_t index, uint64_t *begin, uint64_t *end);

#endif
