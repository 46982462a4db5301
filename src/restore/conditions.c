/* conditions.c - whether a row may fire where it matched: its conditions, capitals and names, what is glued to it. */
#include "restore/page.h"

/* ---- conditions ---- */

static bool tag_in_class(us_tagged t, us_token token, us_class c, unsigned flags) {
  us_tag tag = (us_tag)t.tag;
  us_pos pos = us_tag_pos(tag);
  switch (c) {
    case US_CLASS_VERB: return pos == US_POS_VERB;
    case US_CLASS_ING: return tag == US_TAG_VERB_ING;
    case US_CLASS_PAST: return tag == US_TAG_VERB_PAST || tag == US_TAG_VERB_PART;
    case US_CLASS_BASE: return tag == US_TAG_VERB_BASE;
    case US_CLASS_NOUN: return pos == US_POS_NOUN || tag == US_TAG_NAME;
    case US_CLASS_PLURAL: return tag == US_TAG_NOUN_PL;
    case US_CLASS_ADJ: return pos == US_POS_ADJ;
    case US_CLASS_ADV: return pos == US_POS_ADV || tag == US_TAG_NEG;
    case US_CLASS_NUM: return tag == US_TAG_NUM || token.kind == US_TOK_NUMBER;
    case US_CLASS_DET: return tag == US_TAG_DET || tag == US_TAG_POSS;
    case US_CLASS_PRON: return tag == US_TAG_PRON;
    case US_CLASS_AUX: return tag == US_TAG_MODAL || tag == US_TAG_AUX || (flags & US_WF_AUX);
    case US_CLASS_PREP: return tag == US_TAG_PREP || tag == US_TAG_TO;
    case US_CLASS_NAME: return (token.flags & US_TF_NAME) || tag == US_TAG_NAME;
    case US_CLASS_PUNCT: return token.kind == US_TOK_PUNCT;
    case US_CLASS_COUNT: break;
  }
  return false;
}

/* Whether token I (it may lie outside: then it is punctuation) is among the condition's items. */
static bool neighbour_fits(unspin_session *s, const us_matcher *m, const us_condition_record *c, size_t i,
                           bool exists) {
  const us_page *p = &s->page;
  const uint32_t *item = m->items + c->first;
  for (uint16_t k = 0; k < c->count; k++) {
    if (item[k] & US_CLASS_ITEM) {
      us_class class = (us_class)(item[k] & ~(uint32_t)US_CLASS_ITEM);
      if (!exists ? class == US_CLASS_PUNCT
                  : tag_in_class(p->tagged[i], p->tokens.p[i], class,
                                 us_forms_flags(s->knowledge->forms, p->tagged[i].word)))
        return true;
    } else if (exists && item[k] && us_matcher_symbol(m, us_page_folded(s, i)) == item[k]) return true;
  }
  return false;
}

static bool opens_sentence(const us_page *p, size_t i) {
  while (i > 0 && !(p->tokens.p[i].flags & US_TF_SENTENCE) && (p->tokens.p[i - 1].kind == US_TOK_PUNCT) &&
         (p->tokens.p[i - 1].flags & (US_TF_OPENER | US_TF_SENTENCE)))
    i--;
  return p->tokens.p[i].flags & US_TF_SENTENCE;
}

/* Hard conditions; the soft one (near) is a feature. */
bool us_conditions_hold(unspin_session *s, const us_table *table, const us_row_record *r, const us_match *match) {
  const us_matcher *m = &table->matcher;
  const us_page *p = &s->page;
  for (uint8_t k = 0; k < r->condition_count; k++) {
    const us_condition_record *c = &m->conditions[r->condition + k];
    bool fits = true;
    switch ((us_condition_kind)c->kind) {
      case US_WHEN_PREV: {
        bool exists = match->first > 0 && !(p->tokens.p[match->first].flags & US_TF_SENTENCE);
        fits = neighbour_fits(s, m, c, exists ? match->first - 1 : 0, exists);
        break;
      }
      case US_WHEN_NEXT: {
        bool exists = match->last < p->tokens.n && !(p->tokens.p[match->last].flags & US_TF_SENTENCE);
        fits = neighbour_fits(s, m, c, exists ? match->last : 0, exists);
        break;
      }
      case US_WHEN_START: fits = opens_sentence(p, match->first); break;
      case US_WHEN_NEAR: continue;
    }
    if (fits == (bool)c->negated) return false;
  }
  return true;
}

/* ---- case and names ---- */

/* A row without capitals leaves names alone; one with capitals asks for just those. */
bool us_capitals_fit(const us_page *p, const us_matcher *m, const us_row_record *r, const us_match *match) {
  bool cased = r->flags & US_ROW_CASED;
  for (uint32_t i = match->first; i < match->last; i++) {
    us_token t = p->tokens.p[i];
    if (!cased) {
      if (t.flags & US_TF_NAME) return false;
      continue;
    }
    if (match->last - match->first != r->spun_count)
      continue; /* an optional word was left out: elements do not line up */
    us_element_record e = m->elements[r->spun + (i - match->first)];
    us_shape wanted = us_shape_of(us_matcher_string(m, e.text, e.len));
    if (e.kind == US_EL_WORD || e.kind == US_EL_HEAD) {
      bool has = t.shape != US_SHAPE_LOWER && t.shape != US_SHAPE_NONE,
           wants = wanted != US_SHAPE_LOWER && wanted != US_SHAPE_NONE;
      if (wants && !has) return false;
      if (has && !wants && (t.flags & US_TF_NAME)) return false;
    }
  }
  return true;
}

/* ---- what stands around ---- */

/* Whether the token before the match, or after it, is glued to it by something that makes one word of both:
 * "e-newspaper" is one token already, but "and/or" and "C++" are not. */
bool us_stands_free(const us_page *p, uint32_t from, uint32_t to) {
  us_token first = p->tokens.p[from];
  if (from > 0 && !(first.flags & US_TF_SPACE)) {
    us_token before = p->tokens.p[from - 1];
    char c = p->text.p[before.end - 1];
    if (before.kind != US_TOK_PUNCT || memchr("/&\\_=*+<", c, 8)) return false;
  }
  if (to < p->tokens.n && !(p->tokens.p[to].flags & US_TF_SPACE)) {
    us_token after = p->tokens.p[to];
    char c = p->text.p[after.begin];
    if ((after.kind != US_TOK_PUNCT && after.kind != US_TOK_CLITIC) || memchr("/&\\_=*+>(", c, 9)) return false;
  }
  return true;
}

bool us_words_open(const us_page *p, uint32_t first, uint32_t last) {
  if (last > p->tokens.n) return false;
  for (uint32_t i = first; i < last; i++) {
    us_token t = p->tokens.p[i];
    if (t.kind != US_TOK_WORD || t.flags & (US_TF_LOCKED | US_TF_NAME)) return false;
    if (i > first && (t.flags & (US_TF_SENTENCE | US_TF_LINE) || !(t.flags & US_TF_SPACE))) return false;
  }
  return us_stands_free(p, first, last);
}
