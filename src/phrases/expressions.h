/* expressions.h - fixed expressions ("artificial intelligence", "interest rate", "at least"), compiled into a trie over
 * words, and what rows of several words say of their single words.
 *
 * Heads stand there in all their forms, so that a walk compares words as they are written. Words are known by the hash
 * of their folded text, as in the document's evidence. Image kind "EXPR": sections 0 text, 1 word slots (u32: number of
 * a word + 1, open addressing by key), 2 words (us_expression_word), 3 nodes (us_expression_node), 4 edges
 * (us_expression_edge, ascending by word within a node), 5 parts (us_expression_part).
 */
#ifndef US_PHRASES_EXPRESSIONS_H
#define US_PHRASES_EXPRESSIONS_H

#include "base/error.h"
#include "base/file.h"
#include "base/slice.h"

#define US_EXPRESSIONS_KIND US_IMAGE_KIND('E', 'X', 'P', 'R')
enum { US_EXPRESSIONS_VERSION = 1, US_EXPRESSION_WORDS = 5 };
#define US_NO_EXPRESSION_WORD UINT32_MAX

typedef struct us_expression_word {
  uint64_t key;
  uint32_t text, node; /* node: where expressions that begin with it go on; 0: none does */
  uint32_t part;       /* first of the plain words that rows put for it within a phrase */
  uint16_t len, parts;
} us_expression_word;

/* What ends at a node; 0: nothing. */
enum { US_EXPRESSION_ENDS = 1, US_EXPRESSION_OURS = 2 /* not only in WordNet */ };

typedef struct us_expression_node {
  uint64_t mask; /* one bit for each edge's word, see us_expression_bit */
  uint32_t first;
  uint16_t count;
  uint8_t ends, head; /* US_EXPRESSION_*; which word is the head */
} us_expression_node;

typedef struct us_expression_edge {
  uint32_t word, node;
} us_expression_edge;

typedef struct us_expression_part {
  uint32_t plain; /* number of a word */
  uint32_t rows;  /* that say so, each of another plain phrase */
} us_expression_part;

typedef struct us_expressions {
  us_map map;
  const char *text;
  const uint32_t *slots;
  const us_expression_word *words; /* NULL: not open */
  const us_expression_node *nodes;
  const us_expression_edge *edges;
  const us_expression_part *parts;
  uint32_t mask, text_size, word_count, node_count, edge_count, part_count;
  uint64_t hash;
} us_expressions;

/* Maps and checks PATH. Errors: IO, FORMAT, VERSION, naming the file. */
unspin_status us_expressions_open(const char *path, us_expressions *out, unspin_error *err);
void us_expressions_close(us_expressions *expressions);

/* The number of the word with KEY (hash of its folded text, see us_evidence_key); US_NO_EXPRESSION_WORD if it stands in
 * no expression. */
uint32_t us_expressions_word(const us_expressions *e, uint64_t key);
/* The node that WORD leads to from NODE; 0: none. */
uint32_t us_expressions_step(const us_expressions *e, uint32_t node, uint32_t word);

static inline uint64_t us_expression_bit(uint32_t word) { return 1ull << (word * 0x9E3779B1u >> 26); }
static inline us_slice us_expression_text(const us_expressions *e, uint32_t word) {
  return (us_slice){e->text + e->words[word].text, e->words[word].len};
}

#endif
