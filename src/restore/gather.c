/* gather.c - the first look at a document: which words are the author's own, what it is about, which spelling it
 * follows. */
#include "restore/page.h"

/* Counts a word that is the author's own, and the lemmas that it may be a form of. */
static bool count_own(unspin_session *s, size_t i) {
  us_slice folded = us_page_folded(s, i);
  us_word_evidence *e = us_evidence_touch(&s->evidence, folded);
  if (e) e->own++;
  us_readings r = us_forms_readings(s->knowledge->forms, s->page.tagged[i].word);
  us_word last = 0;
  for (size_t j = 0; j < r.n; j++) {
    us_slice lemma = us_forms_text(s->knowledge->forms, r.p[j].lemma);
    if (r.p[j].lemma == last || r.p[j].lemma == s->page.tagged[i].word) continue;
    last = r.p[j].lemma;
    e = us_evidence_touch(&s->evidence, lemma);
    if (e) e->own++;
  }
  return true;
}

/* Marks the symbols under which conditions may look for the word: as written and as its lemmas. */
static void see(unspin_session *s, const us_table *t, size_t i, us_slice folded) {
  const us_matcher *m = &t->matcher;
  us_evidence_see_symbol(&s->evidence, t->symbol_base + us_matcher_symbol(m, folded));
  us_readings r = us_forms_readings(s->knowledge->forms, s->page.tagged[i].word);
  us_word last = 0;
  for (size_t j = 0; j < r.n; j++) {
    if (r.p[j].lemma == last) continue;
    last = r.p[j].lemma;
    uint32_t symbol = us_matcher_symbol(m, us_forms_text(s->knowledge->forms, last));
    us_evidence_see_symbol(&s->evidence, t->symbol_base + symbol);
  }
}

static void vote_dialect(unspin_session *s, us_word word) {
  unspin_dialect d = us_dialect_of(s->knowledge->forms, word);
  if (d == UNSPIN_DIALECT_GB) s->evidence.gb_votes++;
  if (d == UNSPIN_DIALECT_US) s->evidence.us_votes++;
}

enum { HEADLINE_WORDS = 20 };

/* The first line of a document, if it is short and ends without a full stop. */
static size_t headline_end(const us_page *p) {
  size_t end = 1;
  while (end < p->tokens.n && !(p->tokens.p[end].flags & US_TF_LINE)) end++;
  if (p->tokens.n == 0 || end > HEADLINE_WORDS) return 0;
  return us_slice_eq(us_page_token(p, end - 1), US_LIT(".")) ? 0 : end;
}

/* Whether capitals in the sentence that begins at token I tell names. */
static bool capitals_tell(const us_page *p, size_t i) {
  size_t end = i + 1;
  while (end < p->tokens.n && !(p->tokens.p[end].flags & US_TF_SENTENCE)) end++;
  return !us_is_headline(p->tokens.p + i, end - i);
}

bool us_gather(unspin_session *s) {
  us_page *p = &s->page;
  size_t headline = s->headline ? headline_end(p) : 0;
  if (p->tokens.n) s->headline = false;
  bool first = true, tells = true;
  for (size_t i = 0; i < p->tokens.n; i++) {
    us_token t = p->tokens.p[i];
    if (t.flags & US_TF_SENTENCE) {
      s->evidence.sentences++;
      first = true;
      tells = capitals_tell(p, i);
    }
    if (t.kind != US_TOK_WORD && t.kind != US_TOK_ABBREV) {
      if (t.kind == US_TOK_NUMBER) s->evidence.words++;
      continue;
    }
    s->evidence.words++;
    us_slice folded = us_page_folded(s, i);
    for (uint32_t k = 0; k < s->knowledge->table_count; k++) see(s, &s->knowledge->tables[k], i, folded);
    us_word_evidence *e = us_evidence_touch(&s->evidence, folded);
    if (e && !first) {
      if (t.shape == US_SHAPE_LOWER) e->lower++;
      else e->capital += tells;
    } else if (e && t.shape == US_SHAPE_LOWER) e->lower++;
    first = false;
    vote_dialect(s, p->tagged[i].word);
    bool own = (t.flags & (US_TF_QUOTED | US_TF_NAME)) || i < headline;
    if (own && !count_own(s, i)) return false;
  }
  us_topic_add(s);
  return !s->fold.failed;
}

bool us_gather_like(unspin_session *s) {
  const us_page *p = &s->page;
  for (size_t i = 0; i < p->tokens.n; i++)
    if (p->tokens.p[i].kind == US_TOK_WORD && !count_own(s, i)) return false;
  us_topic_add(s);
  return !s->fold.failed;
}
