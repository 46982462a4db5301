/* suggest.c - every row that could have fired in the page, as candidates with the words they would put back. */
#include <stdlib.h>

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
static bool neighbour_fits(unspin_session *s, const us_condition_record *c, size_t i, bool exists) {
  const us_page *p = &s->page;
  const uint32_t *item = s->knowledge->matcher.items + c->first;
  for (uint16_t k = 0; k < c->count; k++) {
    if (item[k] & US_CLASS_ITEM) {
      us_class class = (us_class)(item[k] & ~(uint32_t)US_CLASS_ITEM);
      if (!exists ? class == US_CLASS_PUNCT
                  : tag_in_class(p->tagged[i], p->tokens.p[i], class,
                                 us_forms_flags(s->knowledge->forms, p->tagged[i].word)))
        return true;
    } else if (exists && item[k] && us_matcher_symbol(&s->knowledge->matcher, us_page_folded(s, i)) == item[k])
      return true;
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
static bool conditions_hold(unspin_session *s, const us_row_record *r, const us_match *match) {
  const us_page *p = &s->page;
  for (uint8_t k = 0; k < r->condition_count; k++) {
    const us_condition_record *c = &s->knowledge->matcher.conditions[r->condition + k];
    bool fits = true;
    switch ((us_condition_kind)c->kind) {
      case US_WHEN_PREV: {
        bool exists = match->first > 0 && !(p->tokens.p[match->first].flags & US_TF_SENTENCE);
        fits = neighbour_fits(s, c, exists ? match->first - 1 : 0, exists);
        break;
      }
      case US_WHEN_NEXT: {
        bool exists = match->last < p->tokens.n && !(p->tokens.p[match->last].flags & US_TF_SENTENCE);
        fits = neighbour_fits(s, c, exists ? match->last : 0, exists);
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
static bool capitals_fit(const us_page *p, const us_matcher *m, const us_row_record *r, const us_match *match) {
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

/* ---- what is put back ---- */

/* "ran" and "run" are one form in most verbs, so the tagger's choice between them is its weakest. A participle needs a
 * form of be or have before it, adverbs aside, or an agent behind it; else it is the past. */
static us_tag past_or_participle(const unspin_session *s, const us_match *match, us_tag tagged) {
  const uint32_t both = 1u << US_TAG_VERB_PAST | 1u << US_TAG_VERB_PART;
  const us_page *p = &s->page;
  if ((match->tags & both) != both || tagged != US_TAG_VERB_PART) return tagged;
  for (uint32_t i = match->head; i > 0 && !(p->tokens.p[i].flags & US_TF_SENTENCE) && match->head - i < 4;) {
    us_tagged t = p->tagged[--i];
    if (us_forms_flags(s->knowledge->forms, t.word) & (US_WF_BE | US_WF_HAVE)) return tagged;
    us_pos pos = us_tag_pos((us_tag)t.tag);
    if (pos == US_POS_ADV || t.tag == US_TAG_NEG || t.tag == US_TAG_CONJ) continue;
    return t.tag == US_TAG_PRON || t.tag == US_TAG_NAME || t.tag == US_TAG_WH || pos == US_POS_NOUN ? US_TAG_VERB_PAST
                                                                                                    : tagged;
  }
  return tagged;
}

static us_tag head_tag(const unspin_session *s, const us_match *match) {
  const us_page *p = &s->page;
  if (match->head == UINT32_MAX) return US_TAG_NONE;
  us_tag tagged = past_or_participle(s, match, (us_tag)p->tagged[match->head].tag);
  if (match->tags & 1u << tagged) return tagged;
  us_tag tag = US_TAG_NONE;
  while (tag < US_TAG_COUNT && !(match->tags & 1u << tag)) tag++;
  return tag;
}

/* The lemma in the tag's form; "more important" where the comparative has no ending. */
static bool put_inflected(unspin_session *s, us_slice lemma, us_tag tag, us_buf *out) {
  const us_forms *f = s->knowledge->forms;
  if (us_inflect(f, lemma, tag, s->dialect, out)) return true;
  if (tag == US_TAG_ADJ_ER) us_buf_puts(out, "more ");
  else if (tag == US_TAG_ADJ_EST) us_buf_puts(out, "most ");
  else return false;
  us_buf_append(out, lemma);
  return true;
}

/* WORD in the dialect's spelling, its capitals kept. */
static void put_word(unspin_session *s, us_slice word, us_buf *out) {
  const us_forms *f = s->knowledge->forms;
  us_buf_clear(&s->fold);
  us_fold(&s->fold, word);
  us_word id = us_forms_word(f, us_buf_slice(&s->fold)), spelt = us_dialect_spelling(f, id, s->dialect);
  if (spelt && spelt != id) us_apply_shape(out, us_forms_text(f, spelt), us_shape_of(word));
  else us_buf_append(out, word);
}

/* The shape that the whole phrase has, to be given to what replaces it. A lone "A" may open a sentence or be shouted:
 * the other words tell. */
static us_shape phrase_shape(const us_page *p, const us_match *match) {
  bool only_upper = true, some_upper = false;
  for (uint32_t i = match->first; i < match->last; i++) {
    us_token t = p->tokens.p[i];
    bool lone_capital = t.shape == US_SHAPE_TITLE && t.end - t.begin == 1;
    if (t.shape == US_SHAPE_UPPER) some_upper = true;
    else if (t.shape != US_SHAPE_NONE && !lone_capital) only_upper = false;
  }
  if (only_upper && some_upper) return US_SHAPE_UPPER;
  us_shape first = (us_shape)p->tokens.p[match->first].shape;
  return first == US_SHAPE_TITLE || first == US_SHAPE_UPPER ? US_SHAPE_TITLE : US_SHAPE_LOWER;
}

/* Whether the row's spun side is itself in capitals: VIP. */
static bool row_shouts(const us_matcher *m, const us_row_record *r) {
  us_element_record first = m->elements[r->spun];
  return us_shape_of(us_matcher_string(m, first.text, first.len)) == US_SHAPE_UPPER;
}

/* The number that the plain noun has after all: "equipment" stays singular whatever it stands for. */
static us_tag plain_tag(unspin_session *s, us_slice lemma, us_tag tag) {
  if (tag != US_TAG_NOUN_SG && tag != US_TAG_NOUN_PL) return tag;
  unsigned flags = us_forms_flags(s->knowledge->forms, us_forms_word(s->knowledge->forms, lemma));
  if (flags & US_WF_UNCOUNTABLE) return US_TAG_NOUN_SG;
  return flags & US_WF_PLURAL_ONLY ? US_TAG_NOUN_PL : tag;
}

/* Fills arc->after; false if the row cannot be inflected so, or memory is out (then s->text.failed). */
static bool build_after(unspin_session *s, const us_row_record *r, const us_match *match, us_arc *arc) {
  const us_matcher *m = &s->knowledge->matcher;
  const us_page *p = &s->page;
  us_buf *out = &s->text;
  us_buf_clear(out);
  for (uint8_t k = 0; k < r->plain_count; k++) {
    us_element_record e = m->elements[r->plain + k];
    us_slice word = us_matcher_string(m, e.text, e.len);
    if (k && !e.glued) us_buf_putc(out, ' ');
    if (e.kind == US_EL_HEAD && arc->tag != US_TAG_NONE) {
      if (!put_inflected(s, word, (us_tag)arc->tag, out)) return false;
      arc->plain_tag = (uint8_t)plain_tag(s, word, (us_tag)arc->tag);
    } else if ((e.kind == US_EL_OWNER || e.kind == US_EL_NUMBER) && match->slot != UINT32_MAX)
      us_buf_append(out, us_page_token(p, match->slot));
    else put_word(s, word, out);
  }
  us_shape shape = phrase_shape(p, match);
  us_buf_clear(&s->fold);
  /* rows with capitals say themselves how the plain side is written, unless everything around is shouted too */
  if (r->flags & US_ROW_CASED && (shape != US_SHAPE_UPPER || row_shouts(m, r))) shape = US_SHAPE_LOWER;
  us_apply_shape(&s->fold, us_buf_slice(out), shape);
  char *copy = s->fold.failed || out->failed ? NULL : us_arena_copy(&s->arena, us_buf_slice(&s->fold));
  if (!copy) {
    s->text.failed = true;
    return false;
  }
  arc->after = (us_slice){copy, s->fold.n};
  return true;
}

/* Whether the token before the match, or after it, is glued to it by something that makes one word of both:
 * "e-newspaper" is one token already, but "and/or" and "C++" are not. */
static bool stands_free(const us_page *p, const us_match *match) {
  us_token first = p->tokens.p[match->first];
  if (match->first > 0 && !(first.flags & US_TF_SPACE)) {
    us_token before = p->tokens.p[match->first - 1];
    char c = p->text.p[before.end - 1];
    if (before.kind != US_TOK_PUNCT || memchr("/&\\_=*+<", c, 8)) return false;
  }
  if (match->last < p->tokens.n && !(p->tokens.p[match->last].flags & US_TF_SPACE)) {
    us_token after = p->tokens.p[match->last];
    char c = p->text.p[after.begin];
    if ((after.kind != US_TOK_PUNCT && after.kind != US_TOK_CLITIC) || memchr("/&\\_=*+>(", c, 9)) return false;
  }
  return true;
}

/* Several rows may say the same of one place, each for other surroundings: the one that scores best stays. */
static bool add_or_replace(us_page *p, const us_arc *arc) {
  for (size_t i = p->arcs.n; i-- > 0 && p->arcs.p[i].first == arc->first;) {
    us_arc *old = &p->arcs.p[i];
    if (old->last != arc->last || !us_slice_eq(old->after, arc->after)) continue;
    if (arc->score > old->score) *old = *arc;
    return true;
  }
  return us_vec_push(&p->arcs, *arc);
}

static bool add_arc(unspin_session *s, const us_match *match) {
  us_page *p = &s->page;
  const us_row_record *r = &s->knowledge->matcher.rows[match->row];
  if (!capitals_fit(p, &s->knowledge->matcher, r, match) || !stands_free(p, match) || !conditions_hold(s, r, match))
    return true;
  us_arc arc = {.first = match->first,
                .last = match->last,
                .row = match->row,
                .tag = (uint8_t)head_tag(s, match),
                .head = match->head};
  if (!build_after(s, r, match, &arc)) return !s->text.failed;
  us_slice before = us_slice_sub(p->text, p->tokens.p[arc.first].begin, p->tokens.p[arc.last - 1].end);
  if (us_slice_eq(before, arc.after)) return true;
  if (match->head != UINT32_MAX) {
    us_tagged t = p->tagged[match->head];
    float words = (float)(match->last - match->first);
    if (match->tags & US_KEY_GUESSED)
      arc.feature[US_F_tag_guessed] = us_forms_readings(s->knowledge->forms, t.word).n ? 1 / words : 0;
    else if (!(match->tags & 1u << t.tag)) arc.feature[US_F_tag_other] = (float)t.sure / 255 / words;
  }
  if (!us_context(s, &arc)) return false;
  us_score(s, &arc);
  return add_or_replace(p, &arc);
}

/* At most this many matches are weighed at one token: a table with pathological rows must not make the work grow
 * without bound. */
enum { MOST_MATCHES = 64 };

bool us_suggest(unspin_session *s) {
  us_page *p = &s->page;
  for (uint32_t i = 0; i < p->tokens.n; i++) {
    if (!p->keys[i].open) continue;
    s->matches.n = 0;
    if (!us_matcher_find(&s->knowledge->matcher, p->keys, (uint32_t)p->tokens.n, i, &s->matches)) return false;
    for (size_t k = 0; k < s->matches.n && k < MOST_MATCHES; k++)
      if (!add_arc(s, &s->matches.p[k])) return false;
  }
  return true;
}
