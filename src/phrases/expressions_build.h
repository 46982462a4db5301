/* expressions_build.h - gathers fixed expressions and writes their image (expressions.h). */
#ifndef US_PHRASES_EXPRESSIONS_BUILD_H
#define US_PHRASES_EXPRESSIONS_BUILD_H

#include "forms/forms.h"
#include "phrases/expressions.h"
#include "phrases/row.h"
#include "phrases/syntax.h"

typedef struct us_expressions_builder us_expressions_builder;

/* Borrows FORMS and SYNTAX. NULL when out of memory. */
us_expressions_builder *us_expressions_builder_new(const us_forms *forms, const us_syntax *syntax);
void us_expressions_builder_free(us_expressions_builder *builder);

/* Adds PHRASE, of part of speech POS as in rows (v n a r x), in all forms of its head. OURS: not from WordNet. Phrases
 * of one word or more than US_EXPRESSION_WORDS are passed over. Errors: FORMAT, naming WHERE ("file:line"); NOMEM. */
unspin_status us_expressions_builder_add(us_expressions_builder *builder, us_slice phrase, char pos, bool ours,
                                         const char *where, unspin_error *err);
/* Takes from a row whose sides have equally many words what it says of each word; passes over other rows. NOMEM. */
unspin_status us_expressions_builder_add_row(us_expressions_builder *builder, const us_row *row, unspin_error *err);

/* Lines of "expression TAB part of speech"; '#' comments. Errors name PATH and the line. */
unspin_status us_expressions_add_file(us_expressions_builder *builder, const char *path, unspin_error *err);
/* WordNet's entries of several words, in DIR, but for names and for words that text hardly ever holds. */
unspin_status us_expressions_add_wordnet(us_expressions_builder *builder, const us_forms *forms, const char *dir,
                                         unspin_error *err);

/* How many expressions were added, each counted once, whatever its forms: our own and all. */
void us_expressions_builder_counts(const us_expressions_builder *builder, size_t *ours, size_t *all);
/* Appends the image to OUT. NOMEM. */
unspin_status us_expressions_builder_finish(us_expressions_builder *builder, us_buf *out, unspin_error *err);

#endif
