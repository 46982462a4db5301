/* cmd_check.h - what the parts of `unspin check` share. cmd_check.c reads the options; cmd_check_run.c restores and
 * judges pair after pair; cmd_check_blame.c finds the edits behind what went wrong; cmd_check_bisect.c leaves rows out;
 * cmd_check_baseline.c compares with an earlier run and cmd_check_update.c records one; the others report. */
#ifndef US_CLI_CMD_CHECK_H
#define US_CLI_CMD_CHECK_H

#include <stdio.h>

#include "base/arena.h"
#include "base/vec.h"
#include "cli/cmd_phrases.h"
#include "measure/lexicon.h"
#include "measure/undone.h"

extern const cli_command cli_check;

/* ---- one pair ---- */

typedef enum check_verdict {
  CHECK_PASSES,
  CHECK_FAILS,
  CHECK_FAILS_AS_BEFORE, /* and no worse than in the baseline */
  CHECK_KNOWN_FAILING,   /* as expected */
  CHECK_PASSES_NOW       /* known-failing, and passes */
} check_verdict;

typedef enum check_fault_kind { CHECK_KEPT, CHECK_WRONG, CHECK_FALSE } check_fault_kind;

/* A slot that is not right, or an edit where there was nothing to undo. */
typedef struct check_fault {
  check_fault_kind kind;
  size_t begin, end;             /* bytes of the spun text */
  us_slice now, want;            /* what stands there, and accepted phrases with bars between them */
  size_t first_edit, edit_count; /* the edits to blame; none of a kept slot */
  const char *offer;             /* of a kept slot: a row that has these words as they stand; NULL: none */
  bool offer_fits;               /* and puts back what is wanted */
} check_fault;

/* Rows whose removal makes things better: one, and those that take its place when it is gone. */
typedef struct check_cure {
  const char **rows; /* in the arena of the run */
  size_t row_count;
  size_t after; /* the distance without them */
  bool mends;   /* the pair passes without them */
} check_cure;

typedef US_VEC(check_cure) check_cures;

typedef struct check_old check_old; /* a pair in the baseline */

typedef struct check_case {
  const us_pair *pair;
  const char *key; /* names it in the baseline and in reports; lives as long as the run */
  us_slice restored;
  const unspin_result *result;
  us_tally tally;
  us_slot_vec slots;
  US_VEC(check_fault) faults;
  bool clean;  /* there was nothing to undo */
  bool passes; /* what was expected came out, whatever was expected */
  bool falls;  /* worse than in the baseline by more than the tolerance */
  check_verdict verdict;
  const check_old *old; /* NULL: not in the baseline, or with another text */
  check_cures cures;    /* the best first */
  check_cure all_cures; /* the smallest set that was found to make it pass, where none of them does */
} check_case;

/* Edits COUNT from FIRST on touch bytes BEGIN to END of the spun text; an empty stretch is touched by its neighbours.
 */
size_t check_edits_at(const check_case *c, size_t begin, size_t end, size_t *first);
/* Fills faults. Errors: NOMEM. */
unspin_status check_blame(check_case *c, unspin_error *err);
/* Looks in the tables for rows that could have mended the kept slots. Errors: IO and others of a table, NOMEM. */
unspin_status check_find_offers(const phrases_stack *tables, us_arena *arena, check_case *c, unspin_error *err);
/* Whether TALLY and RESTORED are what the pair asks for. */
bool check_passes(const us_pair *pair, const us_tally *tally, us_slice restored);
const char *check_verdict_name(check_verdict verdict);
const char *check_fault_name(check_fault_kind kind);
/* The line of the pair's file that byte AT of the spun text stands in. */
size_t check_line(const us_pair *pair, size_t at);

/* ---- sums ---- */

typedef struct check_suite {
  const char *name;
  us_tally spun, clean; /* pairs with something to undo; those without */
  size_t pairs, failed; /* failed: verdicts that end with status 1 */
  size_t clean_pairs, clean_changed;
  us_tally now, then; /* pairs that are in the baseline too: spun and clean together */
  us_buf junit;       /* test cases */
  size_t junit_failures, junit_skipped;
} check_suite;

/* What a row did over all pairs. */
typedef struct check_row {
  const char *id, *source;
  size_t right, wrong, false_edits;
  size_t gained, lost; /* since the baseline: slots that it mended or spoilt */
} check_row;

typedef struct check_rows {
  us_lexicon ids; /* id n is p[n - 1] */
  us_arena arena;
  US_VEC(check_row) rows;
} check_rows;

/* The row's sums, made if they are not there; NULL when out of memory. ID and SOURCE (may be NULL) are copied. */
check_row *check_row_of(check_rows *rows, us_slice id, const char *source);
/* All of them, those that did most harm first; free() it. NULL when out of memory. */
const check_row **check_rows_by_harm(const check_rows *rows);

/* ---- baseline ---- */

/* How much each figure may fall (false_per_1000: rise) before the run fails. */
typedef enum check_figure {
  CHECK_UNDONE,
  CHECK_ERR,
  CHECK_PRECISION,
  CHECK_RECALL,
  CHECK_F05,
  CHECK_EXACT,
  CHECK_FALSE_PER_1000,
  CHECK_PAIR, /* undone of a single pair */
  CHECK_FIGURE_COUNT
} check_figure;

const char *check_figure_name(check_figure figure);
/* Of CHECK_UNDONE to CHECK_FALSE_PER_1000; NAN where there is none. */
double check_figure_of(check_figure figure, const us_tally *tally);

struct check_old {
  const char *key;
  us_tally tally;
  bool passes, seen;
  const char *slots;      /* a letter for each slot, with the row behind it: "R:0a1b2c3d K W:99887766" */
  const char *false_rows; /* of the edits outside slots, separated by blanks */
};

typedef struct check_baseline {
  us_arena arena;
  US_VEC(check_old) pairs; /* by key */
  double tolerance[CHECK_FIGURE_COUNT];
  char knowledge[17];
} check_baseline;

/* A change since the baseline, at one place. */
typedef struct check_change {
  bool gained;
  bool false_edit;     /* not a slot: an edit that is gone or new */
  us_slot slot;        /* of a slot */
  const char *row;     /* that did it; NULL: none */
  const char *old_row; /* that did it then; NULL: none */
} check_change;

typedef US_VEC(check_change) check_changes;

void check_tolerance_default(double tolerance[CHECK_FIGURE_COUNT]);
/* "NAME=NUMBER"; false if it makes no sense. */
bool check_tolerance_read(const char *text, double tolerance[CHECK_FIGURE_COUNT], bool given[CHECK_FIGURE_COUNT]);
unspin_status check_baseline_read(const char *path, check_baseline *baseline, unspin_error *err);
void check_baseline_free(check_baseline *baseline);
/* Finds C in the baseline: sets c->old, and c->falls if it has got worse by more than TOLERANCE. */
void check_baseline_match(check_baseline *baseline, double tolerance, check_case *c);
/* What changed at C's places since. Errors: NOMEM. */
unspin_status check_baseline_changes(check_baseline *baseline, const check_case *c, check_changes *out,
                                     unspin_error *err);

/* Appends C's line of a new baseline. */
void check_update_pair(us_buf *out, const check_case *c);
/* Appends the line of a pair of the old baseline as it was. */
void check_update_keep(us_buf *out, const check_old *old);
/* Writes the baseline: LINES is what those two made. */
unspin_status check_update_write(const char *path, us_slice lines, const char *knowledge,
                                 const double tolerance[CHECK_FIGURE_COUNT], unspin_error *err);

/* ---- the run ---- */

typedef struct check_run check_run;

/* A form of report. Functions may be NULL; each writes to RUN's reporter state and says false when out of memory. */
typedef struct check_reporter {
  bool (*begin)(check_run *run);
  bool (*pair)(check_run *run, const check_case *c, const check_changes *changes);
  /* A pair that could not be read or restored. */
  bool (*error)(check_run *run, const char *message);
  bool (*end)(check_run *run);
} check_reporter;

extern const check_reporter check_text, check_tap, check_json;
extern const check_reporter check_junit, check_html; /* into a file, beside one of the others */

/* A figure of a suite that fell (or rose) by more than its tolerance. */
typedef struct check_fall {
  const char *suite;
  check_figure figure;
  double then, now;
} check_fall;

struct check_run {
  /* options */
  unspin_options engine;
  const char *data, *junit, *html, *baseline_path;
  US_VEC(const char *) tables; /* --table */
  const check_reporter *reporter;
  bool strict, update, bisect, quiet, all, help;
  bool color;
  cli_color color_wish;
  double tolerance[CHECK_FIGURE_COUNT];
  bool tolerance_given[CHECK_FIGURE_COUNT];
  char *const *paths;
  size_t path_count;
  /* while it runs */
  unspin_knowledge *knowledge;
  unspin_session *session;
  phrases_stack rows_of; /* the same rows, for looking them up */
  us_scorer *scorer;
  us_arena arena; /* names */
  us_lexicon keys;
  check_baseline baseline;
  bool has_baseline;
  us_buf update_lines;
  US_VEC(check_suite) suites;
  check_rows rows;
  US_VEC(check_fall) falls; /* known at the end */
  size_t pairs, failed, errors, fallen, common, gained, lost;
  size_t tap_tests;
  bool json_begun;
  us_buf junit_errors; /* what could not be read or restored */
  struct {
    FILE *out; /* into TEXT; NULL once it is whole */
    char *text;
    size_t n;
  } html_pairs;
};

/* Runs everything; returns an exit status. */
int check_all(check_run *run);
/* The suite of that name, made if it is not there; NULL when out of memory. NAME lives as long as the run. */
check_suite *check_suite_of(check_run *run, const char *name);
/* The sums of all suites. */
check_suite check_total(const check_run *run);
/* Fills c->cures: tries C's text without rows. Errors: NOMEM and the engine's. */
unspin_status check_bisect(check_run *run, check_case *c, unspin_error *err);

#endif
