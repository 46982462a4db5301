/* detect.h - how spun a text is: a score for it and for each of its sentences, with the evidence. */
#ifndef US_RESTORE_DETECT_H
#define US_RESTORE_DETECT_H

#include "base/vec.h"
#include "restore/page.h"

/* One document. Offsets are those of the text that was looked at; lines, columns and BEFORE are left to the caller. */
typedef struct us_detected {
  unspin_document_score document;
  US_VEC(unspin_sentence_score) sentences;
  US_VEC(unspin_evidence) evidence; /* in the order of the text */
} us_detected;

/* The session's options must be set; they decide what may be changed at all. Strings go to ARENA. Free OUT in any case.
 * False when out of memory. */
bool us_detect(unspin_session *s, us_slice document, us_arena *arena, us_detected *out);
void us_detected_free(us_detected *detected);

#endif
