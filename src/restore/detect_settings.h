/* detect_settings.h - how detect.c's measures become a score: the calibration, read from engine.tsv. Data, not code. */
#ifndef US_RESTORE_DETECT_SETTINGS_H
#define US_RESTORE_DETECT_SETTINGS_H

#include "base/slice.h"
#include "phrases/matcher.h"

/* X(name, meaning). A measure's weight is its line in engine.tsv. */
#define US_DOCUMENT_MEASURES(X)                                                 \
  X(bias, "1")                                                                  \
  X(share, "ln of the expected share of words that a spinner put in")           \
  X(telling, "ln of the share of places that hardly an author wrote so")        \
  X(gain, "mean over the places of what the language model would gain at best") \
  X(rows, "share of the places that a strong row wants changed")                \
  X(model, "mean log10 probability of the words")                               \
  X(length, "ln of the number of words, plus 10")
#define US_SENTENCE_MEASURES(X)                                           \
  X(bias, "1")                                                            \
  X(strongest, "natural-log odds of the most suspicious place, -6 to 10") \
  X(length, "ln of the number of words, plus 1")                          \
  X(document, "natural-log odds of the document's score, -8 to 8")

typedef enum us_document_measure {
#define X(name, meaning) US_DM_##name,
  US_DOCUMENT_MEASURES(X)
#undef X
      US_DOCUMENT_MEASURE_COUNT
} us_document_measure;

typedef enum us_sentence_measure {
#define X(name, meaning) US_SM_##name,
  US_SENTENCE_MEASURES(X)
#undef X
      US_SENTENCE_MEASURE_COUNT
} us_sentence_measure;

/* A family of spinners: the share of telling places that rows of its own want changed, in the texts of other spinners
 * and in its own. */
typedef struct us_family {
  us_slice name;
  double elsewhere, own;
} us_family;

typedef struct us_detect_settings {
  double document[US_DOCUMENT_MEASURE_COUNT], sentence[US_SENTENCE_MEASURE_COUNT];
  unsigned documents, sentences; /* bits: which were given */
  us_family family[US_FAMILIES]; /* in the order of syntax.txt */
  unsigned families;
} us_detect_settings;

/* Takes one line: KIND ("document", "sentence" or "family"), NAME, VALUE (a number; of a family two, parted by a
 * blank). NULL, or what is wrong with it. NAME is kept. */
const char *us_detect_setting(us_detect_settings *settings, us_slice kind, us_slice name, us_slice value);
/* NULL if all is there, or nothing at all; otherwise what is missing. */
const char *us_detect_settings_missing(const us_detect_settings *settings);
static inline bool us_is_detect_setting(us_slice kind) {
  return us_slice_eq(kind, US_LIT("document")) || us_slice_eq(kind, US_LIT("sentence")) ||
         us_slice_eq(kind, US_LIT("family"));
}

#endif
