/* syntax.h - data/phrases/syntax.txt: the word lists that the notation of the rows leans on. */
#ifndef US_PHRASES_SYNTAX_H
#define US_PHRASES_SYNTAX_H

#include "base/error.h"
#include "base/vec.h"
#include "phrases/builder.h"

typedef struct us_syntax_lists {
  US_VEC(us_slice) prepositions, owners, families; /* slices into the text */
} us_syntax_lists;

/* Reads "prepositions: word word", "owners: word word" and "families: name name" lines of TEXT, which must outlive OUT; SOURCE is for
 * messages. Free OUT in any case. Errors: FORMAT (SOURCE and line), NOMEM. */
unspin_status us_syntax_parse(us_slice text, const char *source, us_syntax_lists *out, unspin_error *err);
void us_syntax_free(us_syntax_lists *lists);

static inline us_syntax us_syntax_of(const us_syntax_lists *l) {
  return (us_syntax){l->prepositions.p, l->prepositions.n, l->owners.p, l->owners.n, l->families.p, l->families.n};
}

#endif
