/* when.h - a row's conditions on its surroundings. */
#ifndef US_PHRASES_WHEN_H
#define US_PHRASES_WHEN_H

#include <stdint.h>

#include "base/error.h"
#include "base/slice.h"

typedef enum us_condition_kind { US_WHEN_PREV, US_WHEN_NEXT, US_WHEN_START, US_WHEN_NEAR } us_condition_kind;

/* Word classes that a condition may name. */
typedef enum us_class {
  US_CLASS_VERB,
  US_CLASS_ING,
  US_CLASS_PAST,
  US_CLASS_BASE,
  US_CLASS_NOUN,
  US_CLASS_PLURAL,
  US_CLASS_ADJ,
  US_CLASS_ADV,
  US_CLASS_NUM,
  US_CLASS_DET,
  US_CLASS_PRON,
  US_CLASS_AUX,
  US_CLASS_PREP,
  US_CLASS_NAME,
  US_CLASS_PUNCT,
  US_CLASS_COUNT
} us_class;

typedef struct us_condition {
  us_condition_kind kind;
  bool negated;
  us_slice items; /* comma-separated words and @classes, empty for start */
} us_condition;

/* Cuts the next condition off *WHEN; *more false at the end. Errors: FORMAT, naming WHERE. */
unspin_status us_when_next(us_slice *when, const char *where, us_condition *out, bool *more, unspin_error *err);
/* "@verb" to its class; US_CLASS_COUNT if there is none of that name. */
us_class us_class_named(us_slice name);

#endif
