/* answers.h - what the language model has answered before: a document is gone over several times, and its candidates
 * come to ask the same, which costs the model a walk through memory each time. */
#ifndef US_RESTORE_ANSWERS_H
#define US_RESTORE_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "unspin.h"

enum { US_ANSWERS = 1 << 14, US_NOT_ASKED = UINT16_MAX };

/* One question, a cache line, and what came back. */
typedef struct us_answer {
  uint32_t words[UNSPIN_MODEL_CONTEXT], word; /* of the question */
  uint8_t length, out_length;                 /* of the states before and behind */
  uint16_t asked; /* the number of the query that is under way for it; US_NOT_ASKED: it is answered */
  float log10, backoff[UNSPIN_MODEL_CONTEXT];
  uint32_t taken; /* 0: free */
  uint32_t reserved[2];
} us_answer;
_Static_assert(sizeof(us_answer) == 64, "a cache line");

/* Serves one session. */
typedef struct us_answers us_answers;
us_answers *us_answers_new(void); /* NULL when out of memory */
void us_answers_free(us_answers *answers);

/* The place of WORD behind IN; another question may stand there. */
us_answer *us_answers_place(us_answers *answers, const unspin_model_state *in, uint32_t word);
/* Whether it is WORD behind IN that stands there. */
bool us_answer_is(const us_answer *a, const unspin_model_state *in, uint32_t word);
/* Puts WORD behind IN there, under way as query ASKED. */
void us_answer_begin(us_answer *a, const unspin_model_state *in, uint32_t word, uint16_t asked);
void us_answer_finish(us_answer *a, float log10, const unspin_model_state *out);
/* The state behind the answered question A; its log10 is in A. */
void us_answer_state(const us_answer *a, unspin_model_state *out);
/* unspin_model_score through ANSWERS. */
float us_answers_ask(us_answers *answers, const unspin_model *model, const unspin_model_state *in, uint32_t word,
                     unspin_model_state *out);

#endif
