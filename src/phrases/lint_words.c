#define _GNU_SOURCE
#include "phrases/lint.h"
#include "phrases/pattern.h"
#include "text/utf8.h"

/* Folds WORD into the scratch buffer. */
static us_slice folded(us_lint *l, us_slice word) {
  us_buf_clear(&l->scratch);
  us_fold(&l->scratch, word);
  return us_buf_slice(&l->scratch);
}

/* Words with a capital, digits and abbreviations are beyond the dictionaries; hyphenated ones are judged by their
 * parts. */
static bool is_english(us_lint *l, us_slice word) {
  if (us_shape_of(word) != US_SHAPE_LOWER || memchr(word.p, '.', word.n)) return true;
  us_slice whole = folded(l, word), rest = whole, part;
  if (us_forms_word(l->forms, whole)) return true;
  bool all = memchr(whole.p, '-', whole.n) != NULL;
  while (all && us_slice_cut(&rest, '-', &part)) all = us_forms_word(l->forms, part) != 0;
  return all;
}

static void check_forms(us_lint *l, const us_lint_row *row, us_slice head) {
  static const struct {
    char pos;
    us_tag tags[4];
  } forms[] = {{'v', {US_TAG_VERB_S, US_TAG_VERB_PAST, US_TAG_VERB_PART, US_TAG_VERB_ING}}, {'n', {US_TAG_NOUN_PL}}};
  us_buf lemma = {0};
  us_fold(&lemma, head);
  for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
    for (int t = 0; t < 4 && forms[f].pos == row->pos && forms[f].tags[t]; t++) {
      us_buf_clear(&l->scratch);
      if (us_inflect(l->forms, us_buf_slice(&lemma), forms[f].tags[t], UNSPIN_DIALECT_GB, &l->scratch)) continue;
      us_lint_tell(l, "no-form", row, "'%.*s' has no %s", (int)head.n, head.p, us_tag_name(forms[f].tags[t]));
      t = 4;
    }
  us_buf_free(&lemma);
}

/* A head that is known as an inflected form of its part of speech only is never looked up as it stands. */
static void check_base(us_lint *l, const us_lint_row *row, us_slice head) {
  us_pos pos = row->pos == 'v' ? US_POS_VERB : row->pos == 'n' ? US_POS_NOUN : US_POS_ADJ;
  us_word word = us_forms_word(l->forms, folded(l, head));
  us_readings r = us_forms_readings(l->forms, word);
  us_word other = 0;
  for (size_t i = 0; i < r.n; i++) {
    if (us_tag_pos((us_tag)r.p[i].tag) != pos) continue;
    if (r.p[i].lemma == word) return;
    other = r.p[i].lemma;
  }
  if (!other) return;
  us_slice lemma = us_forms_text(l->forms, other);
  us_lint_tell(l, "no-base-form", row, "'%.*s' is a form of '%.*s': the row never fires", (int)head.n, head.p,
               (int)lemma.n, lemma.p);
}

void us_lint_words(us_lint *l, const us_lint_row *row) {
  us_pattern spun, plain;
  unspin_error err;
  const us_syntax *s = &l->syntax;
  if (us_pattern_parse(row->spun, row->pos, s->prepositions, s->preposition_count, "row", &spun, &err) ||
      us_pattern_parse(row->plain, row->pos, s->prepositions, s->preposition_count, "row", &plain, &err)) {
    us_lint_tell(l, "notation", row, "%s", err.message);
    return;
  }
  for (size_t i = 0; i < plain.n; i++) {
    us_element e = plain.el[i];
    if (e.kind == US_EL_HEAD) check_forms(l, row, e.text);
    if ((e.kind == US_EL_WORD || e.kind == US_EL_HEAD) && !is_english(l, e.text))
      us_lint_tell(l, "unknown-word", row, "the plain side's '%.*s' is in no dictionary", (int)e.text.n, e.text.p);
  }
  for (size_t i = 0; i < spun.n; i++)
    if (spun.el[i].kind == US_EL_HEAD) check_base(l, row, spun.el[i].text);
}
