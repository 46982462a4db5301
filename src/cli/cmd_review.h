/* cmd_review.h - what the parts of `unspin review` share. */
#ifndef US_CLI_CMD_REVIEW_H
#define US_CLI_CMD_REVIEW_H

#include "base/vec.h"
#include "cli/cli.h"
#include "report/report.h"

typedef enum review_decision { REVIEW_OPEN, REVIEW_ACCEPT, REVIEW_REJECT, REVIEW_EDIT } review_decision;

/* An edit to be decided on, with the repairs (a/an and the like) that only make sense together with it. */
typedef struct review_item {
  size_t first, last, main; /* indexes of edits: [first, last), and the one that is shown */
  review_decision decision;
  unsigned step; /* in which it was made, from 1: undo takes back a whole step */
  bool for_row;  /* the decision was about all edits of its row */
  char *instead; /* of EDIT; owned */
} review_item;

typedef struct review_list {
  us_slice text;
  const unspin_result *result;
  US_VEC(review_item) items;
  unsigned step; /* the last one */
} review_list;

/* ---- the list (review_list.c) ---- */

/* Borrows TEXT and RESULT. False when out of memory. Free it in any case. */
bool review_list_make(review_list *list, us_slice text, const unspin_result *result);
void review_list_free(review_list *list);
static inline const unspin_edit *review_main(const review_list *l, size_t item) {
  return unspin_result_edit(l->result, l->items.p[item].main);
}
/* The first open item from FROM on, then from the beginning; items.n if there is none. */
size_t review_next_open(const review_list *list, size_t from);
/* INSTEAD (of EDIT) is copied. ALL: the same for every open item of its row. False when out of memory. */
bool review_decide(review_list *list, size_t item, review_decision decision, bool all, const char *instead);
/* Takes the last step back and returns the first item that it decided; items.n if there is none. */
size_t review_undo(review_list *list);
size_t review_count(const review_list *list, review_decision decision);
/* The text with all decisions; what is open stays as it stands. */
void review_apply(const review_list *list, us_buf *out);

/* ---- what is kept (review_state.c) ---- */

/* Writes the decisions to PATH, which appears only when whole. Errors: IO, NOMEM. */
unspin_status review_save(const review_list *list, const char *path, unspin_error *err);
/* Reads them back, if PATH is there. Errors: IO, FORMAT, INVALID (of another text, or other edits), NOMEM. */
unspin_status review_load(review_list *list, const char *path, unspin_error *err);
/* JSON Lines for `unspin phrases learn --review`. Errors: as review_save. */
unspin_status review_write_decisions(const review_list *list, const char *path, unspin_error *err);
/* Own replacements become rows of the table that IN names (NULL: the user's own), rows that were turned down as a whole
 * are switched off there. Prints what it did. Returns an exit status. */
int review_learn(const review_list *list, const char *name, const char *in, const char *data);

/* ---- the terminal (review_screen.c) ---- */

typedef enum review_end { REVIEW_WRITE, REVIEW_WRITE_LEARN, REVIEW_QUIT, REVIEW_FAILED } review_end;

typedef struct review_screen {
  review_list *list;
  us_slice name;     /* of the file */
  const char *state; /* where decisions are kept after each key */
  unspin_text_format format;
  us_style style;
} review_screen;

/* Steps through the items until all are decided and what to do is said. FAILED with a message. */
review_end review_run(review_screen *screen);

#endif
