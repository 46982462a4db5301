/* undone.h - how much of a spinner's damage was undone.
 *
 * A slot is a place where the spun text differs from what is accepted: a slot of the markup, or a run of words that a
 * least-edits alignment of the spun and the plain text pairs with other words. Distances are in words, to the nearest
 * accepted text; letter case, the kind of quotation mark and white space do not count.
 *
 *   undone     1 - D(restored)/D(spun): 1 is the original back, 0 as good as doing nothing, below 0 worse
 *   right      the restored text has an accepted phrase in the slot;  free: accepted as spun, and left alone
 *   kept       left as spun though that is not accepted;  wrong: changed into something that is not accepted
 *   false      words changed outside every slot
 *   precision  right / (right + wrong + false);  recall: right / (slots - free);  F0.5 of the two
 *   ERR        (right - false) / (slots - free): error reduction rate, below 0 where we harm
 *   exact      the share of sentences that come out as accepted, word for word
 *
 * The numbers are those of the developers' scorer to the last digit, which tests/measure/test_undone.py proves. */
#ifndef US_MEASURE_UNDONE_H
#define US_MEASURE_UNDONE_H

#include "base/vec.h"
#include "measure/pairs.h"

/* Sums over texts: a text is a pair, or a line of one that goes line by line. */
typedef struct us_tally {
  size_t texts, whole; /* whole: all as accepted */
  size_t words;        /* of spun text */
  size_t slots, free, right, kept, wrong;
  size_t false_words;
  size_t before, after; /* D(spun), D(restored) */
  size_t sentences, exact;
} us_tally;

void us_tally_add(us_tally *sum, const us_tally *tally);
/* NAN where there is nothing to undo: D(spun) is 0. */
double us_tally_undone(const us_tally *tally);
double us_tally_precision(const us_tally *tally);
double us_tally_recall(const us_tally *tally);
double us_tally_f05(const us_tally *tally);
/* NAN without slots. */
double us_tally_err(const us_tally *tally);
double us_tally_false_per_1000(const us_tally *tally);
double us_tally_whole(const us_tally *tally);
double us_tally_exact(const us_tally *tally);

typedef enum us_slot_state { US_SLOT_RIGHT, US_SLOT_FREE, US_SLOT_KEPT, US_SLOT_WRONG } us_slot_state;

/* What became of a slot. Offsets are bytes; an empty range is a place between two words. */
typedef struct us_slot {
  us_slot_state state;
  size_t begin, end;         /* in the spun text */
  size_t out_begin, out_end; /* in the restored text */
  us_slice want;             /* accepted phrases with bars between them; borrowed from the pair */
} us_slot;

typedef US_VEC(us_slot) us_slot_vec;

/* Owns what is needed to score; serves one thread, one pair after another. */
typedef struct us_scorer us_scorer;
us_scorer *us_scorer_new(void); /* NULL when out of memory */
void us_scorer_free(us_scorer *undone);

/* Scores RESTORED, what became of PAIR's spun text. TALLY is set, not added to. SLOTS, if not NULL, is emptied and gets
 * every slot in order. With several plain texts the one nearest to RESTORED counts, the first of them on a tie. Errors:
 * INVALID (a pair that goes line by line, and RESTORED has another number of lines), LIMIT (texts too long and too
 * different to align in 2 GiB), NOMEM. */
unspin_status us_scorer_score(us_scorer *undone, const us_pair *pair, us_slice restored, us_tally *tally,
                              us_slot_vec *slots, unspin_error *err);

#endif
