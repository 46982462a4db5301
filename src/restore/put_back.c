/* put_back.c - a plain word in the form, spelling and case that the place asks for. */
#include "restore/page.h"

static bool is_nominal(us_tag tag) { return us_tag_pos(tag) == US_POS_NOUN || tag == US_TAG_NAME; }

/* Whether the noun before HEAD has a verb or a preposition before itself: it does not open its clause. */
static bool has_object_before(const us_page *p, uint32_t head) {
  for (uint32_t i = head; i > 0 && !(p->tokens.p[i].flags & US_TF_SENTENCE);) {
    us_tag tag = (us_tag)p->tagged[--i].tag;
    if (us_tag_pos(tag) == US_POS_VERB || tag == US_TAG_PREP || tag == US_TAG_AUX) return true;
    if (tag == US_TAG_DET || tag == US_TAG_POSS) { /* the noun begins here */
      if (i == 0 || p->tokens.p[i].flags & US_TF_SENTENCE) return false;
      tag = (us_tag)p->tagged[i - 1].tag;
      return us_tag_pos(tag) == US_POS_VERB || tag == US_TAG_PREP || tag == US_TAG_AUX;
    }
    if (!is_nominal(tag) && us_tag_pos(tag) != US_POS_ADJ && us_tag_pos(tag) != US_POS_ADV && tag != US_TAG_NUM)
      return false;
  }
  return false;
}

/* Whether "by" at token I has an agent behind it; "by train", "by doing" and "by almost a third" are none. */
static bool has_agent(const us_page *p, uint32_t i) {
  if (i + 1 >= p->tokens.n) return false;
  us_tag tag = (us_tag)p->tagged[i + 1].tag;
  if (tag != US_TAG_DET && tag != US_TAG_POSS && tag != US_TAG_NAME && tag != US_TAG_PRON && tag != US_TAG_NOUN_PL &&
      us_tag_pos(tag) != US_POS_ADJ)
    return false;
  for (uint32_t k = i + 1; k < p->tokens.n && k < i + 4 && !(p->tokens.p[k].flags & US_TF_SENTENCE); k++)
    if (p->tagged[k].tag == US_TAG_NUM) return false;
  return true;
}

/* Whether, from token I on, the clause goes on with a verb of its own: what came before was none. */
static bool has_verb_behind(const us_page *p, uint32_t i) {
  for (bool infinitive = false; i < p->tokens.n && !(p->tokens.p[i].flags & US_TF_SENTENCE); i++) {
    us_tag tag = (us_tag)p->tagged[i].tag;
    if (tag == US_TAG_MODAL || tag == US_TAG_VERB_S || tag == US_TAG_VERB_PAST) return true;
    if (tag == US_TAG_VERB_BASE && !infinitive) return true;
    if (tag == US_TAG_PUNCT || tag == US_TAG_CONJ || tag == US_TAG_WH || tag == US_TAG_PRON || tag == US_TAG_AUX)
      return false;
    infinitive = tag == US_TAG_TO || (infinitive && us_tag_pos(tag) == US_POS_ADV);
  }
  return false;
}

/* Whether HEAD, behind a noun, belongs to it: "the method chosen by the authors", "the words spoken in court were". */
static bool is_attribute(const unspin_session *s, uint32_t head) {
  const us_page *p = &s->page;
  uint32_t i = head + 1;
  while (i < p->tokens.n && !(p->tokens.p[i].flags & US_TF_SENTENCE) &&
         us_tag_pos((us_tag)p->tagged[i].tag) == US_POS_ADV)
    i++;
  if (i >= p->tokens.n || p->tokens.p[i].flags & US_TF_SENTENCE) return false;
  if (p->tagged[i].tag != US_TAG_PREP && p->tagged[i].tag != US_TAG_TO) return false;
  if (has_verb_behind(p, i + 1)) return true;
  us_slice word = us_forms_text(s->knowledge->forms, p->tagged[i].word);
  return us_slice_eq(word, s->knowledge->engine.agent) && has_agent(p, i) && has_object_before(p, head);
}

/* "ran" and "run" are one form in most verbs, so the tagger's choice between them is its weakest. A participle needs a
 * form of be or have before it, adverbs aside, or has to belong to the noun before it; else it is the past. */
static us_tag past_or_participle(const unspin_session *s, uint32_t head, uint32_t tags, us_tag tagged) {
  const uint32_t both = 1u << US_TAG_VERB_PAST | 1u << US_TAG_VERB_PART;
  const us_page *p = &s->page;
  if ((tags & both) != both || tagged != US_TAG_VERB_PART) return tagged;
  for (uint32_t i = head; i > 0 && !(p->tokens.p[i].flags & US_TF_SENTENCE) && head - i < 4;) {
    us_tagged t = p->tagged[--i];
    if (us_forms_flags(s->knowledge->forms, t.word) & (US_WF_BE | US_WF_HAVE)) return tagged;
    us_pos pos = us_tag_pos((us_tag)t.tag);
    if (pos == US_POS_ADV || t.tag == US_TAG_NEG || t.tag == US_TAG_CONJ) continue;
    if (is_nominal((us_tag)t.tag)) return is_attribute(s, head) ? tagged : US_TAG_VERB_PAST;
    return t.tag == US_TAG_PRON || t.tag == US_TAG_WH ? US_TAG_VERB_PAST : tagged;
  }
  return tagged;
}

us_tag us_head_tag(const unspin_session *s, uint32_t head, uint32_t tags) {
  const us_page *p = &s->page;
  if (head == UINT32_MAX) return US_TAG_NONE;
  us_tag tagged = past_or_participle(s, head, tags, (us_tag)p->tagged[head].tag);
  if (tags & 1u << tagged) return tagged;
  us_tag tag = US_TAG_NONE;
  while (tag < US_TAG_COUNT && !(tags & 1u << tag)) tag++;
  /* what is read as no verb, "a written agreement", is no finite one */
  bool adjective = tag == US_TAG_VERB_PAST && us_tag_pos(tagged) != US_POS_VERB && tags & 1u << US_TAG_VERB_PART;
  return adjective ? US_TAG_VERB_PART : tag;
}

/* The lemma in the tag's form; "more important" where the comparative has no ending. */
bool us_put_inflected(unspin_session *s, us_slice lemma, us_tag tag, us_buf *out) {
  const us_forms *f = s->knowledge->forms;
  if (us_inflect(f, lemma, tag, s->dialect, out)) return true;
  if (tag == US_TAG_ADJ_ER) us_buf_puts(out, "more ");
  else if (tag == US_TAG_ADJ_EST) us_buf_puts(out, "most ");
  else return false;
  us_put_word(s, lemma, out);
  return true;
}

/* WORD in the dialect's spelling, its capitals kept. */
void us_put_word(unspin_session *s, us_slice word, us_buf *out) {
  const us_forms *f = s->knowledge->forms;
  us_buf_clear(&s->fold);
  us_fold(&s->fold, word);
  us_word id = us_forms_word(f, us_buf_slice(&s->fold)), spelt = us_dialect_spelling(f, id, s->dialect);
  if (spelt && spelt != id) us_apply_shape(out, us_forms_text(f, spelt), us_shape_of(word));
  else us_buf_append(out, word);
}

/* Whether a noun of the lexicon is put back as it is for want of a plural: remorse. The young and a pair of stairs are
 * plural all the same, and so may be what stands for a unit. */
static bool has_no_plural(const unspin_session *s, us_slice lemma, us_word word) {
  const us_forms *f = s->knowledge->forms;
  us_readings r = us_forms_readings(f, word);
  if (!r.n || r.p[0].tag != US_TAG_NOUN_SG || r.p[0].lemma != word) return false;
  if (lemma.n < 3 || lemma.p[lemma.n - 1] == 's' || us_forms_flags(f, word) & US_WF_ABBREVIATION) return false;
  return !us_forms_is(f, word, word, US_TAG_NOUN_PL) && !us_inflect_word(f, word, US_TAG_NOUN_PL, s->dialect);
}

us_tag us_plain_tag(const unspin_session *s, us_slice lemma, us_tag tag) {
  if (tag != US_TAG_NOUN_SG && tag != US_TAG_NOUN_PL) return tag;
  us_word word = us_forms_word(s->knowledge->forms, lemma);
  unsigned flags = us_forms_flags(s->knowledge->forms, word);
  if (flags & US_WF_UNCOUNTABLE || (tag == US_TAG_NOUN_PL && has_no_plural(s, lemma, word))) return US_TAG_NOUN_SG;
  return flags & US_WF_PLURAL_ONLY ? US_TAG_NOUN_PL : tag;
}

/* A lone "A" may open a sentence or be shouted: the other words tell. */
us_shape us_phrase_shape(const us_page *p, uint32_t from, uint32_t to) {
  bool only_upper = true, some_upper = false;
  for (uint32_t i = from; i < to; i++) {
    us_token t = p->tokens.p[i];
    bool lone_capital = t.shape == US_SHAPE_TITLE && t.end - t.begin == 1;
    if (t.shape == US_SHAPE_UPPER) some_upper = true;
    else if (t.shape != US_SHAPE_NONE && !lone_capital) only_upper = false;
  }
  if (only_upper && some_upper) return US_SHAPE_UPPER;
  us_shape first = (us_shape)p->tokens.p[from].shape;
  return first == US_SHAPE_TITLE || first == US_SHAPE_UPPER ? US_SHAPE_TITLE : US_SHAPE_LOWER;
}
