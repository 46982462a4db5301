/* corpus.h - training texts read, cleaned and turned into word numbers. */
#ifndef US_MODEL_CORPUS_H
#define US_MODEL_CORPUS_H

#include "model/column.h"
#include "model/count.h"
#include "model/vocab.h"
#include "text/token.h"

/* In the stream of provisional numbers: a sentence ends. */
#define US_CORPUS_END UINT32_MAX

typedef struct us_corpus {
  us_scratch scratch;
  bool tokenized;
  unsigned threads;
  const us_abbreviations *abbreviations;
  /* Called after each piece; false stops. */
  bool (*progress)(void *cookie, double share, uint64_t words);
  void *cookie;

  us_vocab vocab;
  us_column ids; /* u32: vocabulary numbers, US_CORPUS_END after each sentence */
  uint64_t n;
  US_VEC(us_segment) segments;
  uint64_t *seen; /* hashes of paragraphs, each in its slot: a repeated one is boilerplate */
  uint64_t bytes, total_bytes, words, sentences, list_words, table_words, repeated_words;
} us_corpus;

/* Reads one text and appends it, with weight number KIND. Set scratch, tokenized, threads, abbreviations, progress
 * and total_bytes before. Errors: IO, NOMEM, LIMIT, INVALID (cancelled). */
unspin_status us_corpus_add(us_corpus *corpus, const char *path, uint32_t kind, unspin_error *err);
void us_corpus_free(us_corpus *corpus);

#endif
