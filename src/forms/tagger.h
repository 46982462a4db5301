/* tagger.h - which of its readings every token of a sentence has.
 *
 * The best path (Viterbi) over the readings of the words: reading weights plus the transition weights of
 * dict/tag-transitions.tsv. Unknown words are guessed from their ending and their capital.
 */
#ifndef US_FORMS_TAGGER_H
#define US_FORMS_TAGGER_H

#include "forms/forms.h"

/* What the tagger says of one token. */
typedef struct us_tagged {
  us_word word;  /* the token's word, 0 when the lexicon does not have it (or it is no word) */
  us_word lemma; /* of the chosen reading; 0 when unknown */
  uint8_t tag;   /* us_tag */
  uint8_t sure;  /* 128 (a tie) to 255 (certain, or no choice): MARGIN on a scale */
  uint16_t
      margin; /* by how much (natural log times 256, capped) the best path beats the best path with another tag here */
} us_tagged;

/* Whether nearly every word of a sentence of N tokens has a capital, as in a headline: then capitals mean nothing. */
bool us_is_headline(const us_token *tokens, size_t n);

/* Memory that is kept between sentences. One per thread; zero-initialised is valid. */
typedef struct us_tag_scratch us_tag_scratch;

/* NULL when out of memory. */
us_tag_scratch *us_tag_scratch_new(void);
void us_tag_scratch_free(us_tag_scratch *scratch);

/* Tags the N tokens of one sentence of WINDOW. OUT has room for N. Allocates nothing once SCRATCH has grown to the
 * longest sentence. False when out of memory. Works on any stretch of tokens; a whole sentence gives the best result.
 */
bool us_tag_sentence(const us_forms *forms, us_slice window, const us_token *tokens, size_t n, us_tag_scratch *scratch,
                     us_tagged *out);

/* The same for a whole window: cuts TOKENS at US_TF_SENTENCE and tags sentence after sentence. */
bool us_tag_window(const us_forms *forms, us_slice window, const us_token *tokens, size_t n, us_tag_scratch *scratch,
                   us_tagged *out);

#endif
