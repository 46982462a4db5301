/* unspin_result.h - what a restored text leaves behind; for the library's face only. */
#ifndef US_UNSPIN_RESULT_H
#define US_UNSPIN_RESULT_H

#include "format/documents.h"
#include "restore/edits.h"

struct unspin_result {
  us_arena arena;
  us_edit_vec edits, suggestions;
  us_buf text;
  unspin_totals totals;
  us_reject_vec rejects;
  unspin_record_totals records;
  size_t gated;
};

/* Restores plain text INPUT into R. False when out of memory. */
bool us_restore_plain(unspin_session *session, us_slice input, unspin_result *r);

/* Whether INPUT, a document, has the score that options.if_spun asks for; the session's options must be set. False when
 * out of memory. */
bool us_is_spun_enough(unspin_session *session, us_slice input, bool *enough);

/* Restores INPUT in the format that the session's options name. Errors: NOMEM, INVALID, LIMIT. */
unspin_status us_restore_documents(unspin_session *session, us_slice input, const unspin_options *options,
                                   unspin_result *r, unspin_error *err);

#endif
