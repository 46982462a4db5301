/* knowledge.h - everything the engine knows, opened once and shared read-only. */
#ifndef US_RESTORE_KNOWLEDGE_H
#define US_RESTORE_KNOWLEDGE_H

#include "forms/forms.h"
#include "phrases/channel.h"
#include "phrases/expressions.h"
#include "phrases/matcher.h"
#include "phrases/store.h"
#include "restore/engine.h"
#include "restore/scorer.h"

enum { US_TABLES_MAX = 16 };

/* A phrase table, compiled. Tables are stacked: rows of a higher one win over equal rows of a lower one. */
typedef struct us_table {
  us_store_image image; /* the matcher's */
  us_matcher matcher;
  uint8_t *off;         /* one bit a row: a higher table disables or replaces it; NULL: none */
  uint32_t symbol_base; /* of its symbols among those of all tables */
} us_table;

struct unspin_knowledge {
  us_forms *forms;
  us_table tables[US_TABLES_MAX];
  uint32_t table_count, symbol_count; /* symbols of all tables together */
  us_channel channel;
  us_expressions expressions;
  us_engine engine;
  us_scorer scorer;
  us_buf scorer_text;
  us_scorer fast_scorer; /* for unspin_options.fast; the same as SCORER where there is no weights-fast.tsv */
  us_buf fast_text;
  unspin_model *model; /* not NULL once open, but for tools that count candidates and do not judge them */
  unspin_vectors *vectors;
  char hash[17];
};

/* Sets symbol bases after tables were added. */
void us_knowledge_number(unspin_knowledge *knowledge);

static inline bool us_table_row_is_off(const us_table *t, uint32_t row) {
  return t->off && t->off[row / 8] >> row % 8 & 1;
}

#endif
