/* learn_trie.h - the phrases that were learned, both sides of the pairs in one trie, and the pairs.
 *
 * A phrase is the path to its node. A symbol is a string's id with what the word does in the phrase: stand as it is, or
 * be the head, a lemma that is inflected as a noun, verb, adjective or adverb.
 */
#ifndef US_PHRASES_LEARN_TRIE_H
#define US_PHRASES_LEARN_TRIE_H

#include <stdint.h>

#include "base/slice.h"
#include "base/vec.h"

typedef enum us_role { US_ROLE_FIXED, US_ROLE_NOUN, US_ROLE_VERB, US_ROLE_ADJ, US_ROLE_ADV } us_role;
enum { US_ROLE_BITS = 3 };

static inline uint32_t us_symbol_of(uint32_t string, us_role role) { return string << US_ROLE_BITS | (uint32_t)role; }
static inline uint32_t us_symbol_string(uint32_t symbol) { return symbol >> US_ROLE_BITS; }
static inline us_role us_symbol_role(uint32_t symbol) { return (us_role)(symbol & ((1u << US_ROLE_BITS) - 1)); }

#define US_NO_NODE UINT32_MAX
enum { US_ROOT = 0, US_LEARN_PARTS = 3 };
#define US_NO_PAIR UINT32_MAX

typedef struct us_trie_node {
  uint32_t parent, symbol;
  uint32_t spun, plain;   /* how often the phrase stands in the spun texts and in the plain ones */
  bool is_spun, is_plain; /* which sides of pairs it is; neither: only the beginning of others */
} us_trie_node;

typedef struct us_learn_pair {
  uint32_t spun, plain; /* nodes */
  uint32_t count;
  uint32_t part[US_LEARN_PARTS]; /* the pairs that it was put together from when first seen; US_NO_PAIR */
  uint64_t first;                /* hash of the first example */
} us_learn_pair;

typedef struct us_trie {
  US_VEC(us_trie_node) nodes;
  uint32_t *edges; /* child, 0 empty; hashed by parent and symbol */
  size_t edge_slots;
  US_VEC(us_learn_pair) pairs;
  uint32_t *pair_index; /* pair + 1, 0 empty */
  size_t pair_slots;
} us_trie;

/* False when out of memory. */
bool us_trie_init(us_trie *trie);
void us_trie_free(us_trie *trie);

/* The node behind SYMBOL, new if need be; US_NO_NODE when out of memory. */
uint32_t us_trie_enter(us_trie *trie, uint32_t node, uint32_t symbol);
/* The same, US_NO_NODE if there is none. */
uint32_t us_trie_step(const us_trie *trie, uint32_t node, uint32_t symbol);

/* Counts one more observation of the pair and returns its index; US_NO_PAIR when out of memory. */
uint32_t us_trie_pair(us_trie *trie, uint32_t spun, uint32_t plain, uint64_t example);

#endif
