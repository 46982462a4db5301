/* steps.h - the steps of building forms.bin, in their order. Each reads some text and adds to the lexicon. */
#ifndef US_FORMS_COMPILE_STEPS_H
#define US_FORMS_COMPILE_STEPS_H

#include "forms/compile/lexicon.h"

/* States and transitions of the tagger: tag-states.tsv, tag-transitions.tsv. */
unspin_status lex_load_states(lexicon *lex, const char *dict, unspin_error *err);
/* Number of a state; -1 if there is none of that name. */
int lex_state(const lexicon *lex, us_slice name);
/* The state of an open-class tag. */
unsigned lex_state_of(us_tag tag);

/* word-counts.tsv. */
unspin_status lex_load_counts(lexicon *lex, const char *dict, unspin_error *err);
/* Headwords of en_GB.dic and en_US.dic. */
unspin_status lex_load_entries(lexicon *lex, const char *hunspell, unspin_error *err);
/* Parts of speech from index.* and cntlist.rev. */
unspin_status lex_load_wordnet(lexicon *lex, const char *wordnet, unspin_error *err);

/* British and American spellings; may run again when there are more words. */
unspin_status lex_pair_spellings(lexicon *lex, const char *dict, unspin_error *err);
/* Gives both spellings of a lemma the same parts of speech. */
void lex_share_pos(lexicon *lex);

/* All forms of all lemmas: irregular-*.tsv, doubling.tsv, uncountable and plural-only nouns, then the rules as far as a
 * dictionary accepts what they give, then WordNet's exception lists. */
unspin_status lex_inflect_all(lexicon *lex, const char *dict, const char *wordnet, unspin_error *err);
/* Parts of speech of headwords that are still without any reading, and their forms. */
unspin_status lex_guess_pos(lexicon *lex, const char *dict, unspin_error *err);
void lex_inflect_rules(lexicon *lex, lex_id lemma, us_pos pos);

/* function-words.tsv, negation-words.txt, abbreviations.txt; and the readings of names. */
unspin_status lex_load_closed(lexicon *lex, const char *dict, unspin_error *err);

/* The finished image. Also reads vowel-sounds.tsv and suffix-guesses.tsv. */
unspin_status lex_write(lexicon *lex, const char *dict, us_buf *out, unspin_error *err);

#endif
