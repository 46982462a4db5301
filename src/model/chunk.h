/* chunk.h - a piece of training text turned into model words, independent of all other pieces. */
#ifndef US_MODEL_CHUNK_H
#define US_MODEL_CHUNK_H

#include "base/buf.h"
#include "text/token.h"

typedef enum us_line_kind {
  US_LINE_PROSE,
  US_LINE_BARE, /* has no sentence end: a headline, or an entry of a list */
  US_LINE_TABLE /* mostly figures and marks */
} us_line_kind;

/* A paragraph, or a line that stands for itself. */
typedef struct us_chunk_line {
  uint64_t hash;       /* of its words */
  uint32_t begin, end; /* in words */
  uint32_t count;      /* words without sentence ends */
  uint8_t kind;        /* us_line_kind */
  bool after_blank;    /* an empty line stands before it */
} us_chunk_line;

/* Zero-initialise, then set text, tokenized and abbreviations. */
typedef struct us_chunk {
  us_slice text;
  bool tokenized;
  const us_abbreviations *abbreviations;
  us_buf words; /* each ended by a blank, each sentence by a line feed after its last blank */
  US_VEC(us_chunk_line) lines;
  us_token_vec tokens; /* scratch */
  bool failed;         /* out of memory */
} us_chunk;

/* Fills words and lines anew from text. */
void us_chunk_run(us_chunk *chunk);
void us_chunk_free(us_chunk *chunk);

#endif
