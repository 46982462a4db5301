/* layers.h - every n-gram of a model in training, one layer an order, as plain columns.
 *
 * Layer k holds the n-grams of k words in the order of their reversed words: last word first. So the n-grams that
 * extend one to the left ("children") stand together in the next layer, and rank in a layer is the n-gram's name.
 * Layer 1 is dense: rank = word id.
 *
 *   parent of  w1 w2 .. wk  is  w2 .. wk      (known from the parent's first[])
 *   context of w1 w2 .. wk  is  w1 .. w(k-1)  (ctx[])
 */
#ifndef US_MODEL_LAYERS_H
#define US_MODEL_LAYERS_H

#include <stdint.h>

#include "model/column.h"

#define US_MODEL_MAX_ORDER 6

/* Word ids that every model has; words proper follow in byte order. */
enum { US_WORD_UNKNOWN = 0, US_WORD_BEGIN = 1, US_WORD_END = 2, US_WORD_FIRST = 3 };

typedef struct us_layer {
  uint32_t n;
  uint32_t room; /* n-grams that the builder may add before columns must grow */
  /* shape */
  us_column word;  /* u32: the leftmost word */
  us_column first; /* u32, n + 1 of them: where children begin; none at the top */
  us_column ctx;   /* u32; none in layer 1 */
  /* counts: base is what does not come from children (raw counts at the top and after <s>, mass of dropped ones) */
  us_column base;        /* u32 */
  us_column base_weight; /* float */
  us_column count;       /* u32: adjusted count */
  us_column weight;      /* float: the same, weighted by domain */
  us_column raw;         /* float: weighted occurrences, for how often a history is met; only when pruning */
  us_column lost;        /* float: weight of dropped n-grams that had this one as context; only after pruning */
  /* estimates, natural numbers and not logarithms */
  us_column prob;     /* float */
  us_column bow;      /* float: 1 where nothing extends it to the right; none at the top */
  double discount[4]; /* [1], [2], [3]: for counts 1, 2, 3 and more */
} us_layer;

typedef struct us_layers {
  us_scratch scratch;
  int order;
  us_layer layer[US_MODEL_MAX_ORDER]; /* [0] is layer 1 */
} us_layers;

#define US_U32(column) ((uint32_t *)(column).p)
#define US_F32(column) ((float *)(column).p)

/* Feeds n-grams in ascending order of their reversed words. */
typedef struct us_layers_builder {
  us_layers *layers;
  uint32_t last[US_MODEL_MAX_ORDER];
  int last_length;
} us_layers_builder;

/* One counted n-gram: REVERSED[0] is its last word. Shorter than the order only where it begins with <s>.
 * WEIGHT is the count weighted by domain. Errors: NOMEM, IO, LIMIT (2^32 n-grams of one order). */
unspin_status us_layers_add(us_layers_builder *builder, const uint32_t *reversed, int length, uint32_t count,
                            double weight, unspin_error *err);
/* Makes layer 1 dense for WORDS ids, closes the child ranges, finds every context. Errors: NOMEM, IO, FORMAT (an
 * n-gram whose context is missing). */
unspin_status us_layers_finish(us_layers_builder *builder, uint32_t words, unspin_error *err);

/* Ranks of the contexts of all layers, from their shape; layers_finish does this too. */
unspin_status us_layers_contexts(us_layers *layers, unspin_error *err);

/* Makes sure the float column COLUMN of LAYER has room for its n-grams and is zero. */
unspin_status us_layer_zero(us_layers *layers, us_layer *layer, us_column *column, unspin_error *err);

/* us_column_rest for all columns: between one pass and the next. */
void us_layers_rest(us_layers *layers);
void us_layers_free(us_layers *layers);

#endif
