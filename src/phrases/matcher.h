/* matcher.h - every row's spun side in one trie over symbols, compiled into an image and read in place.
 *
 * A symbol is an interned key: the folded text of a word ("the"), a lemma with its part of speech ("lend/v") for heads,
 * or "#" for any number. Each token of a sentence offers the symbols that it can stand for; a walk from a token through
 * the trie finds all rows that start there. Cost a token: one hash probe per symbol offered and trie node alive.
 *
 * Image kind "PHRS": sections 0 strings, 1 symbol hash slots (u32), 2 symbols (us_symbol_record), 3 edge slots
 * (us_edge), 4 nodes (us_node), 5 variants (us_variant), 6 rows (us_row_record), 7 elements (us_element_record), 8
 * conditions (us_condition_record), 9 condition items (u32).
 */
#ifndef US_PHRASES_MATCHER_H
#define US_PHRASES_MATCHER_H

#include "base/image.h"
#include "base/vec.h"
#include "phrases/pattern.h"
#include "phrases/when.h"

#define US_MATCHER_KIND US_IMAGE_KIND('P', 'H', 'R', 'S')
enum { US_MATCHER_VERSION = 3, US_CLASS_ITEM = 1 << 30, US_NO_TOKEN = 0xFF };

typedef struct us_symbol_record {
  uint32_t text, len;
} us_symbol_record;
typedef struct us_edge {
  uint32_t node, symbol, to;
} us_edge; /* symbol 0: empty slot */
typedef struct us_node {
  uint32_t first, count;
} us_node; /* variants that end here */
/* One way to write a row's spun side: which of its words, counted from 0, are the head and the slot (US_NO_TOKEN:
 * none). */
typedef struct us_variant {
  uint32_t row;
  uint8_t head, slot, words, pad;
} us_variant;
typedef struct us_element_record {
  uint32_t text;
  uint16_t len;
  uint8_t kind, glued;
} us_element_record;
typedef struct us_condition_record {
  uint32_t first;
  uint16_t count;
  uint8_t kind, negated;
} us_condition_record;

enum { US_FAMILIES = 4 }; /* spinners whose own rows are told apart; see syntax.txt */
enum { US_ROW_CASED = 1 }; /* written with capitals: matches only with them */

typedef struct us_row_record {
  char id[9];
  char pos;
  uint8_t strength, flags;
  uint32_t source, source_len;     /* in strings: "news.tsv:12", with a NUL behind it */
  uint32_t spun, plain, condition; /* first of each */
  uint8_t spun_count, plain_count, condition_count;
  uint8_t families; /* of spinners that are known to do it: a bit each */
  /* Natural log of how often, per million words of clean English, the row fires on innocent text, and how often its
   * plain side stands there. NAN where it was not counted. */
  float rate_spun, rate_plain;
  /* What learning saw, as in us_channel_pair: P(plain | spun), P(spun | plain), how often; 0 times: not learned. */
  uint8_t observed, emitted, observed_count, pad;
} us_row_record;

/* Whether the row only counts what a spinner was seen to do; others are somebody's word. */
static inline bool us_row_is_learned(const us_row_record *row) { return row->observed_count != 0; }
static inline bool us_row_is_written(const us_row_record *row) { return row && !us_row_is_learned(row); }

typedef struct us_matcher {
  const char *strings;
  const uint32_t *symbol_slots;
  const us_symbol_record *symbols;
  const us_edge *edges;
  const us_node *nodes;
  const us_variant *variants;
  const us_row_record *rows;
  const us_element_record *elements;
  const us_condition_record *conditions;
  const uint32_t *items;
  uint32_t symbol_count, symbol_mask, edge_mask, node_count, variant_count, row_count, element_count, condition_count,
      item_count;
  uint64_t hash;
} us_matcher;

/* What one token offers. A reading's TAGS is a set of us_tag bits, and US_KEY_GUESSED for what the lexicon does not
 * know. */
#define US_KEY_GUESSED (1u << 31)
typedef struct us_reading_key {
  uint32_t symbol, tags;
} us_reading_key;
enum { US_KEY_READINGS = 6 };
typedef struct us_token_key {
  uint32_t literal, number; /* symbols, 0 if no row uses them */
  us_reading_key reading[US_KEY_READINGS];
  /* If ROOTED: the nodes that these lead to, in this order, from where phrases begin. */
  uint32_t root[2 + US_KEY_READINGS];
  uint8_t readings;
  bool rooted;
  bool open;  /* may be part of a phrase */
  bool joins; /* a phrase may go on from the token before it: they are parted by blanks only */
} us_token_key;

typedef struct us_match {
  uint32_t row;
  uint32_t first, last; /* tokens [first, last) */
  uint32_t head, slot;  /* token indexes, UINT32_MAX if none */
  uint32_t tags;        /* of the head */
} us_match;
typedef US_VEC(us_match) us_match_vec;

/* Checks BYTES (borrowed, 8-aligned) and fills MATCHER, which points into them. Errors: FORMAT, VERSION. */
unspin_status us_matcher_open(us_slice bytes, const char *name, us_matcher *out, unspin_error *err);
/* The symbol of KEY (folded), 0 if no row uses it. */
uint32_t us_matcher_symbol(const us_matcher *m, us_slice key);
/* Fills K's root, so that it need not be looked up for each token with such a key. */
void us_matcher_root(const us_matcher *m, us_token_key *k);
/* Appends every row that starts at token START. False when out of memory. */
bool us_matcher_find(const us_matcher *m, const us_token_key *keys, uint32_t n, uint32_t start, us_match_vec *out);

static inline us_slice us_matcher_string(const us_matcher *m, uint32_t at, size_t len) {
  return (us_slice){m->strings + at, len};
}

/* The hash of an edge or symbol slot, shared with the builder. */
static inline uint32_t us_edge_hash(uint32_t node, uint32_t symbol) {
  uint64_t h = ((uint64_t)node << 32 | symbol) * 0x9E3779B97F4A7C15ull;
  return (uint32_t)(h >> 32);
}

#endif
