/* stream.h - a text as the background model reads it: its words one after another, each with its probability, its place
 * in the text and what the model remembered before it. Sentence ends are tokens too: the model foretells them. */
#ifndef US_MEASURE_STREAM_H
#define US_MEASURE_STREAM_H

#include "base/error.h"
#include "base/vec.h"
#include "measure/lexicon.h"

typedef struct us_stream_token {
  uint32_t word;     /* in the lexicon: the model's spelling of the word, so known whether or not the model knows it */
  uint32_t id;       /* in the model */
  double chance;     /* the background's probability, above 0 */
  size_t begin, end; /* bytes of the text; a sentence end is empty */
  uint32_t sentence; /* counts from 0 */
  bool is_word;      /* no punctuation, no symbol, no sentence end */
  bool is_letters;   /* a word of letters: no number, address or initials either */
  bool sentence_end;
  unspin_model_state state; /* before the word */
} us_stream_token;

typedef struct us_stream {
  us_stream_token *p;
  size_t n, cap;
  size_t words, sentences;
} us_stream;

/* Reads TEXT; NAME is for messages. Words are added to LEXICON. Errors: NOMEM; INVALID if the model was trained on
 * ready tokens, which no text can be cut into. Free STREAM in any case. */
unspin_status us_stream_read(const unspin_model *model, us_slice text, const char *name, us_lexicon *lexicon,
                             us_stream *stream, unspin_error *err);
void us_stream_free(us_stream *stream);

#endif
