/* siblings.h - other spins of the same article. Two spinners seldom change the same place, and seldom to the same
 * words: where they differ, at least one of them left its mark, and what one of them left alone shows through.
 *
 * A sibling is read once for each call of the library (us_siblings_begin): its words, and all that each of them could
 * have been. It is aligned with the document before every pass (us_siblings_align), because passes change the document.
 * It then speaks for or against a candidate (us_sibling_stand), and offers its own words for those of the document. */
#ifndef US_RESTORE_SIBLINGS_H
#define US_RESTORE_SIBLINGS_H

#include "restore/page.h"

#define US_NO_MATCH UINT32_MAX

/* Of each word of A (N words, as hashes) the word of B (M words) that stands for it, or US_NO_MATCH: ascending, and of
 * equal hash. Long texts are cut where three words in a row stand once in both; stretches that are too long and share
 * no such words are left unmatched. False when out of memory. */
bool us_sibling_align(const uint64_t *a, size_t n, const uint64_t *b, size_t m, uint32_t *match);

/* What a sibling has where a candidate would change the document. */
typedef enum us_sibling_stand {
  US_SIBLING_ABSENT, /* nothing: it left the passage out, or could not be aligned there */
  US_SIBLING_SAME,   /* the document's own words */
  US_SIBLING_HAS,    /* the candidate's */
  US_SIBLING_COMMON, /* others, which the candidate could have become too */
  US_SIBLING_OTHER   /* others, of which that is not known */
} us_sibling_stand;

/* Reads the siblings of the session's options; without any, forgets those before. False when out of memory. */
bool us_siblings_begin(unspin_session *s);
bool us_siblings_align(unspin_session *s, us_slice document);
/* They say nothing until they are aligned again. */
void us_siblings_set_aside(unspin_session *s);
/* The stand of sibling I, below us_siblings_count, on ARC of the page. */
size_t us_siblings_count(const unspin_session *s);
us_sibling_stand us_siblings_stand(const unspin_session *s, const us_arc *arc, size_t i);
/* Natural-log odds that all of them together add to ARC's. */
double us_siblings_odds(const unspin_session *s, const us_arc *arc);
/* The odds of a candidate that only siblings offer, before that. */
double us_siblings_own_odds(const unspin_session *s, const us_arc *arc);
/* Whether nothing but siblings offers ARC. */
static inline bool us_arc_only_siblings(const us_arc *arc) {
  return arc->expression & US_ARC_SIBLING && !arc->row && !arc->pair && !(arc->expression & US_ARC_COMPOSED);
}
/* Adds what siblings have instead of the words from token FIRST on. False when out of memory. */
bool us_siblings_suggest_at(unspin_session *s, uint32_t first);
void us_siblings_free(unspin_session *s);

#endif
