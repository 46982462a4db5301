/* speller.h - hunspell behind three functions: is this word spelt right?
 *
 * Loading a dictionary takes 25 to 50 ms, so a speller opens its two dictionaries when it is first asked, not before.
 * One speller belongs to one thread: hunspell keeps state inside a handle. Handles that are made at the same time
 * touch a global of hunspell's, so the first question of different threads must not come at the same moment.
 */
#ifndef US_FORMS_SPELLER_H
#define US_FORMS_SPELLER_H

#include "base/error.h"
#include "base/slice.h"

typedef struct us_speller us_speller;

/* Which dictionaries accept a word: a set of bits. */
enum { US_SPELL_GB = 1, US_SPELL_US = 2 };

/* DIR holds en_US and en_GB .aff and .dic; it is copied. NULL when out of memory. Opens nothing yet. */
us_speller *us_speller_new(const char *dir);
void us_speller_free(us_speller *speller);

/* Loads the dictionaries if that has not happened. Errors: IO (a file is missing or cannot be read), FORMAT (it loads
 * but does not know common words), NOMEM. A failure is final: later calls give the same status. */
unspin_status us_speller_load(us_speller *speller, unspin_error *err);

/* *ACCEPTED gets US_SPELL_* bits for WORD as written (case matters: "london" is refused). Words of over 100 bytes,
 * empty ones and invalid UTF-8 are refused. Errors: those of us_speller_load. */
unspin_status us_speller_check(us_speller *speller, us_slice word, unsigned *accepted, unspin_error *err);

#endif
