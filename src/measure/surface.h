/* surface.h - the field's measures of likeness to a reference, all at once: BLEU, chrF2, chrF++ and TER, equal to
 * those of sacreBLEU 2.6.0 number by number. */
#ifndef US_MEASURE_SURFACE_H
#define US_MEASURE_SURFACE_H

#include "measure/bleu.h"
#include "measure/chrf.h"
#include "measure/ter.h"

/* Counts of segments (lines) may be added up: the scores of the sum are the corpus's scores. */
typedef struct us_surface_counts {
  us_bleu_counts bleu;
  us_chrf_counts chrf2, chrf_plus;
  us_ter_counts ter;
} us_surface_counts;

typedef struct us_surface_scores {
  double bleu, chrf2, chrf_plus; /* 0 to 100, more is nearer */
  double ter;                    /* 0 and up, less is nearer */
} us_surface_scores;

/* Scratch; zero-initialised is empty and valid. One a thread. */
typedef struct us_surface {
  us_bleu bleu;
  us_chrf chrf;
  us_ter ter;
} us_surface;

/* Adds one segment with COUNT references (at least one) to COUNTS. False when out of memory. */
bool us_surface_add(us_surface *surface, us_slice text, const us_slice *references, size_t count,
                    us_surface_counts *counts);
void us_surface_sum(us_surface_counts *into, const us_surface_counts *counts);
us_surface_scores us_surface_score(const us_surface_counts *counts);
void us_surface_free(us_surface *surface);

/* What exactly was measured, in sacreBLEU's notation, so that figures can be compared. With one reference. */
#define US_BLEU_SIGNATURE "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0"
#define US_CHRF2_SIGNATURE "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0"
#define US_CHRF_PLUS_SIGNATURE "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0"
#define US_TER_SIGNATURE "nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0"

#endif
