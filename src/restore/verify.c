/* verify.c - the meaning lock: whatever the table says, names, numbers, addresses, quotation marks and negations come
 * out as they went in. */
#include "base/hash.h"
#include "restore/page.h"

/* What must be equal on both sides. The first three are hashes in which order counts, 0 while nothing was added. */
typedef struct meaning {
  uint64_t names, numbers, verbatim;
  unsigned negations, quotes;
} meaning;

static void mix(uint64_t *into, us_slice text) { *into = us_hash_seed(text, *into + 1); }

static bool is_quote(us_slice t) {
  static const char *const marks[] = {"\"", "\u201c", "\u201d", "\u00ab", "\u00bb", "\u2018"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (us_slice_eq(t, us_slice_of(marks[i]))) return true;
  return false;
}

static void add_token(unspin_session *s, us_slice window, us_token t, bool name, meaning *out) {
  us_slice text = us_token_text(window, t);
  if (t.kind == US_TOK_NUMBER) mix(&out->numbers, text);
  else if (t.kind == US_TOK_VERBATIM) mix(&out->verbatim, text);
  else if (t.kind == US_TOK_PUNCT && is_quote(text)) out->quotes++;
  else if (t.kind == US_TOK_WORD) {
    us_buf_clear(&s->fold);
    us_fold(&s->fold, text);
    us_word word = us_forms_word(s->knowledge->forms, us_buf_slice(&s->fold));
    if (us_forms_flags(s->knowledge->forms, word) & US_WF_NEGATION) out->negations++;
    if (name) mix(&out->names, text);
  }
}

/* Whether the row spells digits out itself, and copies none: "12 months" for "year", "2" for "two". */
static bool names_digits(const us_matcher *m, const us_row_record *row) {
  bool digits = false;
  for (uint8_t k = 0; k < row->spun_count; k++) {
    us_element_record e = m->elements[row->spun + k];
    if (e.kind == US_EL_NUMBER) return false;
    digits |= us_is_digit((unsigned char)m->strings[e.text]);
  }
  return digits;
}

bool us_keeps_meaning(unspin_session *s, const us_change *c, bool *keeps) {
  const us_page *p = &s->page;
  meaning before = {0}, after = {0};
  for (uint32_t i = c->first; i < c->last; i++)
    add_token(s, p->text, p->tokens.p[i], p->tokens.p[i].flags & US_TF_NAME, &before);
  us_token_vec tokens = {0};
  bool ok = us_tokenize(c->after, NULL, &tokens);
  us_token first = p->tokens.p[c->first];
  /* behind a bullet or an opening mark, too, the guard takes a capital for no name */
  bool opens = first.flags & US_TF_SENTENCE || (first.shape == US_SHAPE_TITLE && !(first.flags & US_TF_NAME));
  for (size_t i = 0; i < tokens.n; i++) {
    us_token t = tokens.p[i];
    bool name =
        t.shape != US_SHAPE_LOWER && t.shape != US_SHAPE_NONE && !(opens && i == 0) && first.shape != US_SHAPE_UPPER;
    add_token(s, c->after, t, name, &after);
  }
  us_vec_free(&tokens);
  const us_arc *arc = c->arc == US_REPAIR ? NULL : &p->arcs.p[c->arc];
  const us_row_record *row = arc ? arc->row : NULL;
  /* a row written with capitals or digits says itself that a spinner touches these */
  bool cased = row && (row->flags & US_ROW_CASED);
  bool numeral = row && names_digits(&s->knowledge->tables[arc->table].matcher, row);
  *keeps = (cased || before.names == after.names || (!before.names && row)) &&
           (numeral || before.numbers == after.numbers) && before.verbatim == after.verbatim &&
           before.quotes == after.quotes && before.negations == after.negations;
  return ok && !s->fold.failed;
}
