/* ter.h - translation edit rate as sacreBLEU 2.6.0 gives it, which is what tercom does: insertions, deletions,
 * substitutions and shifts of whole blocks, each costing one, in lower case, words being what stands between blanks. */
#ifndef US_MEASURE_TER_H
#define US_MEASURE_TER_H

#include "measure/lexicon.h"
#include "measure/ter_band.h"

/* Counts of segments may be added up. */
typedef struct us_ter_counts {
  uint64_t edits;         /* against the reference that needs the fewest */
  double reference_words; /* of several references, their mean */
} us_ter_counts;

/* Scratch; zero-initialised is empty and valid. */
typedef struct us_ter {
  us_buf folded;
  us_lexicon lexicon;
  us_ids text, reference, moved;
  us_ter_band band;
  us_ter_step *steps;
  size_t step_room;
  /* how text and reference lie against each other, for the search of shifts */
  size_t *place;                          /* how many words of the text stand up to and with a word of the reference */
  uint32_t *text_wrong, *reference_wrong; /* how many of the words before one are wrong */
  size_t *first, *next; /* where a word of the lexicon stands first in the reference, and a word of it again */
  size_t place_room, text_room, reference_room, first_room, next_room, first_used;
} us_ter;

/* Adds one segment with COUNT references (at least one) to COUNTS. False when out of memory. */
bool us_ter_add(us_ter *ter, us_slice text, const us_slice *references, size_t count, us_ter_counts *counts);
/* Edits per 100 words of the reference: 0 where the texts are equal, above 100 where nothing fits. */
double us_ter_score(const us_ter_counts *counts);
void us_ter_free(us_ter *ter);

/* The edits that turn ter->text into ter->reference, with shifts; changes ter->text. False when out of memory. */
bool us_ter_edits(us_ter *ter, uint64_t *edits);

#endif
