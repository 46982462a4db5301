#include "restore/answers.h"

#include <stdlib.h>
#include <string.h>

struct us_answers {
  us_answer *place; /* aligned */
};

us_answers *us_answers_new(void) {
  us_answers *a = calloc(1, sizeof *a);
  size_t bytes = US_ANSWERS * sizeof *a->place;
  if (a) a->place = aligned_alloc(sizeof *a->place, bytes);
  if (a && a->place) {
    memset(a->place, 0, bytes);
    return a;
  }
  us_answers_free(a);
  return NULL;
}

void us_answers_free(us_answers *a) {
  if (a) free(a->place);
  free(a);
}

us_answer *us_answers_place(us_answers *answers, const unspin_model_state *in, uint32_t word) {
  uint64_t h = word + ((uint64_t)in->words[0] << 32) + in->length;
  h = h * 0x9E3779B97F4A7C15ull + in->words[1] + ((uint64_t)in->words[2] << 32);
  h = (h ^ h >> 29) * 0xBF58476D1CE4E5B9ull + in->words[3];
  h = (h ^ h >> 32) * 0x94D049BB133111EBull;
  return &answers->place[h >> 32 & (US_ANSWERS - 1)];
}

bool us_answer_is(const us_answer *a, const unspin_model_state *in, uint32_t word) {
  bool same = a->taken && a->word == word && a->length == in->length;
  for (int i = 0; i < UNSPIN_MODEL_CONTEXT; i++) same &= a->words[i] == in->words[i];
  return same;
}

void us_answer_begin(us_answer *a, const unspin_model_state *in, uint32_t word, uint16_t asked) {
  memcpy(a->words, in->words, sizeof a->words);
  a->word = word;
  a->length = in->length;
  a->asked = asked;
  a->taken = 1;
}

void us_answer_finish(us_answer *a, float log10, const unspin_model_state *out) {
  a->asked = US_NOT_ASKED;
  a->log10 = log10;
  a->out_length = out->length;
  memcpy(a->backoff, out->backoff, sizeof a->backoff);
}

void us_answer_state(const us_answer *a, unspin_model_state *out) {
  memcpy(out->backoff, a->backoff, sizeof out->backoff);
  out->words[0] = a->out_length ? a->word : 0;
  for (int i = 1; i < UNSPIN_MODEL_CONTEXT; i++) out->words[i] = i < a->out_length ? a->words[i - 1] : 0;
  out->length = a->out_length;
  memset(out->reserved, 0, sizeof out->reserved);
}

float us_answers_ask(us_answers *answers, const unspin_model *model, const unspin_model_state *in, uint32_t word,
                     unspin_model_state *out) {
  us_answer *a = us_answers_place(answers, in, word);
  if (us_answer_is(a, in, word) && a->asked == US_NOT_ASKED) {
    us_answer_state(a, out);
    return a->log10;
  }
  us_answer_begin(a, in, word, US_NOT_ASKED);
  us_answer_finish(a, unspin_model_score(model, in, word, out, NULL), out);
  return a->log10;
}
