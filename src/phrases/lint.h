/* lint.h - what is wrong with the rows of a stack of tables. lint.c loads and compares them, lint_words.c looks at the
 * words of each. */
#ifndef US_PHRASES_LINT_H
#define US_PHRASES_LINT_H

#include "base/arena.h"
#include "forms/forms.h"
#include "phrases/table.h"

typedef struct us_lint_row {
  char id[US_ROW_ID_LEN + 1];
  char pos;
  int strength;
  size_t table;
  us_slice spun, plain, when, rest; /* REST: note and sentences, to tell whether two rows differ at all */
} us_lint_row;
typedef US_VEC(us_lint_row) us_lint_row_vec;

typedef struct us_lint {
  us_arena arena;
  us_lint_row_vec rows; /* those that are active, by spun, pos, plain and conditions */
  us_forms *forms;
  us_syntax syntax;
  us_buf scratch;
  unspin_finding_visit *visit;
  void *cookie;
  bool stopped;
} us_lint;

/* Tells the visitor; the message is made from FORMAT. */
void us_lint_tell(us_lint *l, const char *kind, const us_lint_row *row, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Words that no dictionary has, heads that cannot take a form, heads that are no base forms. */
void us_lint_words(us_lint *l, const us_lint_row *row);

#endif
