/* pass.h - one pass over a document: gather evidence, estimate how spun it is, choose, repair, check. */
#ifndef US_RESTORE_PASS_H
#define US_RESTORE_PASS_H

#include "restore/edits.h"
#include "restore/page.h"

typedef bool us_page_work(unspin_session *s, void *context);
/* Whether DOCUMENT is so plainly CLEAN that nothing would be changed; TOTALS is then filled. False when out of memory.
 */
bool us_glance(unspin_session *s, us_slice document, unspin_totals *totals, bool *clean);
/* Forgets the document before; the scratch stays. False when out of memory. */
bool us_begin_document(unspin_session *s);
/* Does WORK on every page of a document that nothing is known of. */
bool us_sweep(unspin_session *s, us_slice document, us_page_work *work, void *context);
/* First look at DOCUMENT: fills the session's evidence, dialect and topic. False when out of memory. */
bool us_look(unspin_session *s, us_slice document);
/* Does WORK on every page of DOCUMENT, the one that us_look saw, in order; stops with false when it returns false. */
bool us_each_page(unspin_session *s, us_slice document, us_page_work *work, void *context);
/* What proposed ARC: a row's id and the line that it stands in, or the channel. */
const char *us_arc_row(const us_arc *arc);
const char *us_arc_source(const unspin_session *s, const us_arc *arc);
/* Whether a change is made even where the document looks clean: sure.c. Two of the middle kind make up for one of the
 * last. */
typedef enum us_sureness { US_NOT_SURE, US_SURE_TOGETHER, US_SURE } us_sureness;
us_sureness us_sureness_of(const unspin_session *s, const us_arc *arc);
/* Beside the sureness of a repair, which is that of its cause: it is kept with this, and makes up for nothing. */
enum { US_SURE_REPAIR = 4 };
/* Leaves those of EDITS that are sure enough, if there are any; SURENESS has one for each. */
void us_keep_sure(us_edit_vec *edits, const uint8_t *sureness);
/* quoted.c: what the document's quotations, which the guard leaves open, tell of spinning. */
typedef struct us_range {
  size_t begin, end; /* bytes of the document */
} us_range;
typedef struct us_quoted {
  US_VEC(us_range) ranges;
  size_t words, telling; /* in them */
  double spun;
} us_quoted;
void us_quoted_free(us_quoted *q);
/* False when out of memory. */
bool us_quoted_add_page(us_quoted *q, const us_page *page);
/* Whether they tell of spinning, in a document that is spun. With few words in quotation marks it is assumed that they
 * do. */
bool us_quoted_is_spun(const us_quoted *q, const us_gate_settings *g);
/* Takes out the EDITS in quotations; SURENESS (may be NULL) has one for each. */
void us_quoted_take_back(const us_quoted *q, us_edit_vec *edits, uint8_t *sureness);
/* Every feature that counts for ARC, the strongest first; OUT has room for US_REASONS_MOST. */
enum { US_REASONS_MOST = US_FEATURE_COUNT + 3 };
size_t us_reasons(unspin_session *s, const us_arc *arc, unspin_reason *out);
/* What people are told of ARC: how often such candidates are right. */
double us_told_confidence(const unspin_session *s, const us_arc *arc);
/* The page's change C, with its reasons and alternatives, strings in ARENA. False when out of memory. */
bool us_edit_make(unspin_session *s, const us_change *c, us_arena *arena, unspin_edit *out);
/* Appends the pass's edits on DOCUMENT to OUT, with strings in ARENA, and fills TOTALS; what was not
 * changed but nearly goes to SUGGESTIONS, unless that is NULL. False when out of memory. */
bool us_pass(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *out, us_edit_vec *suggestions,
             unspin_totals *totals);
/* spintax.c: appends edits that put an alternative in place of each leftover {a|b}. False when out of memory. */
bool us_spintax(unspin_session *s, us_slice document, us_arena *arena, us_edit_vec *out);

#endif
