/* repair.c - what a change asks for around it: the article's form, no doubled words, agreement in number. */
#include "restore/page.h"

static us_slice fold_into(us_buf *buf, us_slice word) {
  us_buf_clear(buf);
  us_fold(buf, word);
  return us_buf_slice(buf);
}

/* Last word of a replacement, as a slice into it. */
static us_slice last_word(us_slice text) {
  size_t at = text.n;
  while (at > 0 && text.p[at - 1] != ' ') at--;
  return us_slice_sub(text, at, text.n);
}

static bool editable_neighbour(const us_page *p, size_t i) {
  us_token t = p->tokens.p[i];
  return t.kind == US_TOK_WORD && !(t.flags & US_TF_LOCKED);
}

/* Whether a blank, or a line end inside a sentence, joins token I to the one before. */
static bool is_joined(const us_page *p, size_t i) {
  return i > 0 && i < p->tokens.n && !(p->tokens.p[i].flags & US_TF_SENTENCE) && p->tokens.p[i].flags & US_TF_SPACE;
}
static bool has_before(const us_page *p, const us_change *c) { return is_joined(p, c->first); }
static bool has_after(const us_page *p, const us_change *c) { return is_joined(p, c->last); }

bool us_may_mend_before(const us_page *p, uint32_t first) {
  return is_joined(p, first) && editable_neighbour(p, first - 1);
}

/* ---- doubled words ---- */

static bool same_word(unspin_session *s, us_slice a, us_slice b) {
  us_slice x = fold_into(&s->fold, a), y = fold_into(&s->text, b);
  return x.n && us_slice_eq(x, y);
}

/* Takes a word that the change would double off its replacement; false if nothing would be left. */
static bool drop_doubled(unspin_session *s, us_change *c) {
  const us_page *p = &s->page;
  if (has_before(p, c) && same_word(s, us_page_token(p, c->first - 1), us_first_word(c->after)) &&
      !same_word(s, us_page_token(p, c->first - 1), us_page_token(p, c->first))) {
    us_slice word = us_first_word(c->after);
    if (word.n == c->after.n) return false;
    c->after = us_slice_sub(c->after, word.n + 1, c->after.n);
  }
  if (has_after(p, c) && same_word(s, us_page_token(p, c->last), last_word(c->after)) &&
      !same_word(s, us_page_token(p, c->last), us_page_token(p, c->last - 1))) {
    us_slice word = last_word(c->after);
    if (word.n == c->after.n) return false;
    c->after.n -= word.n + 1;
  }
  return true;
}

/* ---- articles ---- */

us_slice us_better_article(unspin_session *s, us_slice article, us_slice word) {
  const us_engine *e = &s->knowledge->engine;
  us_slice folded = fold_into(&s->fold, article);
  int is = us_slice_eq(folded, e->article[0]) ? 0 : us_slice_eq(folded, e->article[1]) ? 1 : -1;
  if (is < 0 || !word.n) return (us_slice){0};
  int wanted = us_starts_with_vowel_sound(s->knowledge->forms, word);
  return wanted == is ? (us_slice){0} : e->article[wanted];
}

/* LOUD: what stands beside is shouted, and so is a lone "A". */
static us_slice shaped_copy(unspin_session *s, us_slice word, us_slice like, bool loud) {
  us_buf_clear(&s->fold);
  us_shape shape = us_shape_of(like);
  if (loud && like.n == 1 && shape == US_SHAPE_TITLE) shape = US_SHAPE_UPPER;
  us_apply_shape(&s->fold, word, shape);
  char *copy = us_arena_copy(&s->arena, us_buf_slice(&s->fold));
  return copy ? (us_slice){copy, s->fold.n} : (us_slice){0};
}

/* The article inside a replacement's end, before what follows. */
static bool mend_final_article(unspin_session *s, us_change *c, us_slice next) {
  us_slice article = last_word(c->after), better = us_better_article(s, article, next);
  if (!better.n) return true;
  bool loud = s->page.tokens.p[c->last - 1].shape == US_SHAPE_UPPER && us_shape_of(next) == US_SHAPE_UPPER;
  us_slice shaped = shaped_copy(s, better, article, loud);
  us_buf_clear(&s->text);
  us_buf_append(&s->text, us_slice_sub(c->after, 0, c->after.n - article.n));
  us_buf_append(&s->text, shaped);
  char *copy = shaped.n && !s->text.failed ? us_arena_copy(&s->arena, us_buf_slice(&s->text)) : NULL;
  if (copy) c->after = (us_slice){copy, s->text.n};
  return copy != NULL;
}

/* ---- agreement ---- */

/* A word that has to follow when the noun that it belongs to changed its number. */
static us_slice agreeing(const us_engine *e, us_slice folded, bool plural) {
  for (size_t i = 0; i < e->agreement_count; i++) {
    us_agreement a = e->agreement[i];
    if (us_slice_eq(folded, plural ? a.singular : a.plural)) return plural ? a.plural : a.singular;
  }
  return (us_slice){0};
}

static bool changed_number(const us_page *p, const us_change *c, bool *plural) {
  if (c->arc == US_REPAIR) return false;
  const us_arc *a = &p->arcs.p[c->arc];
  bool was = a->tag == US_TAG_NOUN_PL;
  if ((a->tag != US_TAG_NOUN_SG && !was) || a->plain_tag == US_TAG_NONE || a->plain_tag == a->tag) return false;
  *plural = a->plain_tag == US_TAG_NOUN_PL;
  return true;
}

/* Whether the word before a noun belongs to it: "these", or "are" in "there are". "Have" there is another noun's. */
static bool may_agree_before(const unspin_session *s, size_t i) {
  const us_page *p = &s->page;
  if (p->tagged[i].tag == US_TAG_DET) return true;
  return us_forms_flags(s->knowledge->forms, p->tagged[i].word) & US_WF_BE && i > 0 &&
         !(p->tokens.p[i].flags & US_TF_SENTENCE) && p->tagged[i - 1].tag == US_TAG_EXIST;
}

/* Whether the changed noun hangs on another one that the verb behind may belong to: "the owners of the gears are". */
static bool hangs_on_noun(const us_page *p, const us_change *c) {
  for (size_t i = c->first; i > 0 && !(p->tokens.p[i].flags & US_TF_SENTENCE);) {
    us_tag tag = (us_tag)p->tagged[--i].tag;
    if (tag == US_TAG_PREP && (i == 0 || p->tokens.p[i].flags & US_TF_SENTENCE)) return false;
    if (tag == US_TAG_PREP) return p->tagged[i - 1].tag == p->arcs.p[c->arc].tag;
    if (tag != US_TAG_DET && tag != US_TAG_POSS && tag != US_TAG_NUM && tag != US_TAG_NAME &&
        us_tag_pos(tag) != US_POS_NOUN && us_tag_pos(tag) != US_POS_ADJ)
      return false;
  }
  return false;
}

/* Whether the word behind is the noun's verb. "That" there begins a clause, and "this year" is another thing. */
static bool may_agree_behind(const unspin_session *s, const us_change *c) {
  us_word word = s->page.tagged[c->last].word;
  return us_forms_flags(s->knowledge->forms, word) & US_WF_AUX && !hangs_on_noun(&s->page, c);
}

static bool add_agreement(unspin_session *s, const us_change *c, size_t i, bool plural, us_change_vec *out) {
  us_slice word = agreeing(&s->knowledge->engine, us_page_folded(s, i), plural);
  if (!word.n) return true;
  us_slice shaped = shaped_copy(s, word, us_page_token(&s->page, i), false);
  return shaped.n && us_vec_push(out, (us_change){(uint32_t)i, (uint32_t)i + 1, US_REPAIR, c->arc, shaped});
}

/* ---- possessives ---- */

/* Whether the mark I behind a noun in -s makes a possessive of it and closes no quotation: "the kids' toys". */
static bool is_bare_apostrophe(const us_page *p, size_t i) {
  if (p->tokens.p[i].flags & US_TF_SPACE || i + 1 >= p->tokens.n) return false;
  us_token noun = p->tokens.p[i - 1], word = p->tokens.p[i + 1];
  if (us_tag_pos((us_tag)p->tagged[i - 1].tag) != US_POS_NOUN || p->text.p[noun.end - 1] != 's') return false;
  bool closes = (noun.flags ^ p->tokens.p[i].flags) & US_TF_QUOTED;
  us_slice mark = us_page_token(p, i);
  return (us_slice_eq(mark, US_LIT("'")) || us_slice_eq(mark, US_LIT("\u2019"))) && !closes &&
         word.kind == US_TOK_WORD && word.flags & US_TF_SPACE && !(word.flags & US_TF_SENTENCE);
}

/* A plural in -s takes a bare apostrophe, another one the s too: the children's becomes the kids', and the kids' the
 * children's. */
static bool add_possessive(unspin_session *s, const us_change *c, us_change_vec *out) {
  const us_page *p = &s->page;
  if (c->arc == US_REPAIR || c->last >= p->tokens.n) return true;
  us_token next = p->tokens.p[c->last];
  us_slice mark = us_page_token(p, c->last);
  bool in_s = c->after.p[c->after.n - 1] == 's';
  if (next.flags & US_TF_LOCKED) return true;
  if (next.kind == US_TOK_CLITIC && in_s && p->arcs.p[c->arc].plain_tag == US_TAG_NOUN_PL) mark.n--; /* without its s */
  else if (!in_s && is_bare_apostrophe(p, c->last)) {
    us_buf_clear(&s->text);
    us_buf_append(&s->text, mark);
    us_buf_putc(&s->text, 's');
    char *copy = us_arena_copy(&s->arena, us_buf_slice(&s->text));
    if (!copy) return false;
    mark = (us_slice){copy, s->text.n};
  } else return true;
  return us_vec_push(out, (us_change){c->last, c->last + 1, US_REPAIR, c->arc, mark});
}

/* ---- all together ---- */

static bool add_change(unspin_session *s, us_change c, bool next_is_changed, us_change_vec *out) {
  us_page *p = &s->page;
  us_change *before = out->n && out->p[out->n - 1].last == c.first ? &out->p[out->n - 1] : NULL;
  if (before && !mend_final_article(s, before, us_first_word(c.after))) return false;
  bool plural = false, renumbered = changed_number(p, &c, &plural);
  if (!before && us_may_mend_before(p, c.first)) {
    us_slice article = us_page_token(p, c.first - 1), better = us_better_article(s, article, us_first_word(c.after));
    if (better.n) {
      bool loud = p->tokens.p[c.first].shape == US_SHAPE_UPPER && us_shape_of(us_first_word(c.after)) == US_SHAPE_UPPER;
      us_slice shaped = shaped_copy(s, better, article, loud);
      if (!shaped.n || !us_vec_push(out, (us_change){c.first - 1, c.first, US_REPAIR, c.arc, shaped})) return false;
    } else if (renumbered && may_agree_before(s, c.first - 1) && !add_agreement(s, &c, c.first - 1, plural, out))
      return false;
  }
  if (!next_is_changed && has_after(p, &c) && !mend_final_article(s, &c, us_page_token(p, c.last))) return false;
  if (!us_vec_push(out, c) || !add_possessive(s, &c, out)) return false;
  if (renumbered && !next_is_changed && has_after(p, &c) && editable_neighbour(p, c.last) && may_agree_behind(s, &c))
    return add_agreement(s, &c, c.last, plural, out);
  return true;
}

bool us_repair(unspin_session *s, const uint32_t *chosen, int count, us_change_vec *out) {
  const us_page *p = &s->page;
  for (int i = 0; i < count; i++) {
    const us_arc *a = &p->arcs.p[chosen[i]];
    us_change c = {a->first, a->last, chosen[i], chosen[i], a->after};
    if (!drop_doubled(s, &c)) continue;
    bool next_is_changed = i + 1 < count && p->arcs.p[chosen[i + 1]].first == c.last;
    /* a repair may already stand on this change's first token: the change itself wins */
    while (out->n && out->p[out->n - 1].arc == US_REPAIR && out->p[out->n - 1].last > c.first) out->n--;
    if (!add_change(s, c, next_is_changed, out)) return false;
  }
  return !s->fold.failed && !s->text.failed;
}
