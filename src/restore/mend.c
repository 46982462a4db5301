/* mend.c - small words that spinners break whatever they swap: a doubled one ("of of"), a "to" that is gone before a
 * verb
 * ("wants reduce"), the article in its wrong form ("an house"). Proposed like any candidate, and in an article that no
 * spinner went over not made; which words is data (engine.tsv). */
#include "restore/page.h"

bool us_arc_only_mends(const us_arc *arc) {
  return arc->expression & US_ARC_MEND && !arc->row && !arc->pair && !(arc->expression & US_ARC_COMPOSED);
}

double us_mend_odds(const unspin_session *s, const us_arc *arc) {
  const us_mend_settings *w = &s->knowledge->engine.mend;
  return (arc->last - arc->first == 2 ? w->doubled
          : arc->word_count == 2      ? w->infinitive
                                      : w->article) +
         w->model * (double)arc->model;
}

static bool is_listed(const us_slice *list, size_t count, us_slice word) {
  for (size_t i = 0; i < count; i++)
    if (us_slice_eq(list[i], word)) return true;
  return false;
}

/* AFTER is in s->text. */
static bool propose(unspin_session *s, uint32_t first, uint32_t last) {
  us_arc arc = {.first = first, .last = last, .head = UINT32_MAX, .expression = US_ARC_MEND};
  char *copy = s->text.failed ? NULL : us_arena_copy(&s->arena, us_buf_slice(&s->text));
  arc.after = (us_slice){copy, s->text.n};
  return copy && us_arc_add(s, &arc);
}

static bool mend_doubled(unspin_session *s, uint32_t i) {
  const us_page *p = &s->page;
  const us_engine *e = &s->knowledge->engine;
  if (!us_words_open(p, i, i + 2) || p->tokens.p[i + 1].shape != US_SHAPE_LOWER) return true;
  us_slice word = us_page_token(p, i);
  us_buf_clear(&s->text);
  us_buf_append(&s->text, word);
  us_slice folded = us_page_folded(s, i);
  if (!us_slice_eq(folded, us_page_token(p, i + 1)) || !is_listed(e->doubled, e->doubled_count, folded)) return true;
  return propose(s, i, i + 2);
}

/* Whether token I can be nothing but a verb in its base form here. */
static bool is_infinitive(const unspin_session *s, uint32_t i) {
  us_tagged t = s->page.tagged[i];
  bool base = false, other = false;
  us_readings r = us_forms_readings(s->knowledge->forms, t.word);
  for (size_t k = 0; k < r.n; k++)
    if (r.p[k].tag == US_TAG_VERB_BASE) base = true;
    else if (us_tag_pos((us_tag)r.p[k].tag) != US_POS_VERB) other = true;
  return base && (t.tag == US_TAG_VERB_BASE || !other);
}

static bool mend_infinitive(unspin_session *s, uint32_t i) {
  const us_page *p = &s->page;
  const us_engine *e = &s->knowledge->engine;
  if (us_tag_pos((us_tag)p->tagged[i].tag) != US_POS_VERB || !us_words_open(p, i, i + 2) || !is_infinitive(s, i + 1))
    return true;
  if (!is_listed(e->infinitive, e->infinitive_count, us_forms_text(s->knowledge->forms, p->tagged[i].lemma)))
    return true;
  us_buf_clear(&s->text);
  us_buf_append(&s->text, us_page_token(p, i));
  us_buf_putc(&s->text, ' ');
  us_buf_append(&s->text, e->infinitive_marker);
  return propose(s, i, i + 1);
}

static bool mend_article(unspin_session *s, uint32_t i) {
  const us_page *p = &s->page;
  if (p->tokens.p[i].end - p->tokens.p[i].begin > 2 || !us_words_open(p, i, i + 1) || i + 1 >= p->tokens.n) return true;
  us_token next = p->tokens.p[i + 1];
  if (next.kind != US_TOK_WORD || next.shape != US_SHAPE_LOWER || !p->tagged[i + 1].word ||
      !(next.flags & US_TF_SPACE) || next.flags & (US_TF_SENTENCE | US_TF_LINE))
    return true;
  us_slice article = us_page_token(p, i), better = us_better_article(s, article, us_page_token(p, i + 1));
  if (!better.n) return true;
  us_buf_clear(&s->text);
  us_apply_shape(&s->text, better, us_shape_of(article));
  return propose(s, i, i + 1);
}

bool us_mend_at(unspin_session *s, uint32_t i) {
  if (s->page.tokens.p[i].kind != US_TOK_WORD) return true;
  return mend_doubled(s, i) && mend_infinitive(s, i) && mend_article(s, i);
}
