/* template.h - all accepted texts at once: a row of segments, each either words that stand as they are or a slot. */
#ifndef US_MEASURE_TEMPLATE_H
#define US_MEASURE_TEMPLATE_H

#include "measure/align.h"
#include "measure/words.h"

/* What a word's edit costs. A slot left as spun costs its distance less 1, so that a tie is read as "kept". */
#define US_UNIT 100

/* Words FIRST to END - 1 of an array of ids. */
typedef struct us_span {
  size_t first, end;
} us_span;

typedef struct us_segment {
  bool slot;
  bool sentence;     /* begins a sentence */
  us_span spun;      /* in spun_ids */
  us_span accepted;  /* of a slot: in options */
  size_t begin, end; /* of a slot: bytes in the spun text; an empty one lies between two words */
  us_slice want;     /* of a slot: accepted phrases with bars between them */
  bool leave;        /* of a slot: accepted as spun */
  int32_t penalty;   /* of a slot: what leaving it as spun costs, unless that is accepted */
} us_segment;

/* Zero-initialised is empty and valid; keeps its memory from one text to the next. */
typedef struct us_template {
  us_lexicon lexicon; /* numbers the words of one pair, the restored text's too */
  us_word_reader reader;
  us_word_vec words, plain; /* of the spun and the plain text */
  us_ids spun_ids, ids;     /* ids of words; words of accepted phrases */
  US_VEC(us_span) options;  /* accepted phrases, in ids */
  US_VEC(us_segment) segments;
  us_aligner aligner;
  US_VEC(size_t) sentences; /* where sentences begin in the spun text: bytes */
  us_word_vec scratch;
  struct {
    int32_t *p;
    size_t cap;
  } row; /* for us_ids_apart */
} us_template;

/* Each replaces what the template held. BASE is added to the offsets in the spun text. Errors: NOMEM, LIMIT. */
unspin_status us_template_from_pair(us_template *t, us_slice spun, us_slice plain, size_t base, unspin_error *err);
/* MARKUP has passed us_markup_check; SPUN is what us_markup_spun makes of it. */
unspin_status us_template_from_markup(us_template *t, us_slice markup, us_slice spun, size_t base, unspin_error *err);
void us_template_free(us_template *t);

/* The words of a phrase; the array may be empty. */
static inline const uint32_t *us_ids_at(const us_ids *ids, size_t at) { return ids->n ? ids->p + at : NULL; }

/* Edit distance of two phrases in US_UNITs; -1 when out of memory. */
int32_t us_ids_apart(us_template *t, const uint32_t *a, size_t n, const uint32_t *b, size_t m);

#endif
