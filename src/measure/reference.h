/* reference.h - the inside of us_reference, for comparable*.c. */
#ifndef US_MEASURE_REFERENCE_H
#define US_MEASURE_REFERENCE_H

#include "measure/comparable.h"
#include "measure/halves.h"
#include "measure/topic.h"

/* One half of the reference. The counts go by lexicon id, below COUNTED. */
typedef struct us_judge {
  us_topic *topic; /* NULL if it is not used to judge */
  uint32_t *words, *content;
  size_t counted;
  uint64_t word_total, content_total;
} us_judge;

struct us_reference {
  const unspin_model *model;
  us_lexicon lexicon; /* grows with each text that is scored */
  us_ids function_words;
  bool *is_function; /* by lexicon id, function_count of them */
  size_t function_count;
  us_judge judge[2];
  US_VEC(uint64_t) sentences; /* hashes of those of five words or more, ascending */
  us_reference_facts facts;
};

static inline bool us_reference_is_content(const us_reference *r, const us_stream_token *t) {
  return t->is_letters && !(t->word < r->function_count && r->is_function[t->word]);
}
static inline uint32_t us_judge_count(const us_judge *j, const uint32_t *counts, uint32_t word) {
  return word < j->counted ? counts[word] : 0;
}

/* Calls VISIT with a hash of each sentence of five words or more. False when out of memory, which VISIT says. */
typedef bool us_sentence_visit(void *cookie, uint64_t hash);
bool us_sentences_visit(const us_stream *text, us_sentence_visit *visit, void *cookie);

#endif
