/* guard.c - what may not be touched: quotes, names, addresses, code, protected words, unspin:off stretches. */
#define _GNU_SOURCE /* memmem */
#include <stdlib.h>

#include "base/hash.h"
#include "restore/page.h"
#include "text/switch.h"

/* ---- names ---- */

static bool has_capital(us_token t) {
  return t.shape == US_SHAPE_TITLE || t.shape == US_SHAPE_UPPER || t.shape == US_SHAPE_MIXED;
}

static bool is_wordlike(us_token t) { return t.kind == US_TOK_WORD || t.kind == US_TOK_ABBREV; }

/* In a sentence all of whose words are capitals, capitals say nothing. */
static bool is_shouted(const us_token *t, size_t from, size_t to) {
  size_t upper = 0, other = 0;
  for (size_t i = from; i < to; i++) {
    if (t[i].kind != US_TOK_WORD) continue;
    if (t[i].shape == US_SHAPE_UPPER || (t[i].shape == US_SHAPE_TITLE && t[i].end - t[i].begin == 1)) upper++;
    else other++;
  }
  return upper >= 3 && other * 4 <= upper;
}

/* The first word of a sentence has a capital anyway: a name if the document writes it so elsewhere too, or always is
 * one. */
static bool first_is_name(unspin_session *s, size_t i) {
  const us_page *p = &s->page;
  us_slice folded = us_page_folded(s, i);
  us_word_evidence e = us_evidence_of(&s->evidence, folded);
  if (e.capital > e.lower) return true;
  if (p->tokens.p[i].shape != US_SHAPE_TITLE) return true;
  unsigned flags = us_forms_flags(s->knowledge->forms, us_forms_word(s->knowledge->forms, folded));
  return (flags & US_WF_NAME) && !(flags & US_WF_LOWER);
}

static bool is_pronoun_i(us_slice word) {
  return word.n >= 1 && word.p[0] == 'I' &&
         (word.n == 1 || (unsigned char)word.p[1] == '\'' || (unsigned char)word.p[1] >= 0x80);
}

static void mark_names(unspin_session *s, size_t from, size_t to) {
  us_token *t = s->page.tokens.p;
  if (is_shouted(t, from, to)) return;
  bool first = true;
  for (size_t i = from; i < to; i++) {
    if (!is_wordlike(t[i])) {
      if (us_slice_eq(us_page_token(&s->page, i), US_LIT(":"))) first = true;
      if (t[i].flags & US_TF_OPENER) first = true;
      continue;
    }
    if (has_capital(t[i]) && !is_pronoun_i(us_page_token(&s->page, i)) && (!first || first_is_name(s, i)))
      t[i].flags |= US_TF_NAME;
    first = false;
  }
}

/* ---- locks ---- */

static void lock(us_token *t) { t->flags |= US_TF_LOCKED; }

/* `code` on one line */
static void lock_code(us_page *p) {
  us_token *t = p->tokens.p;
  for (size_t i = 0; i < p->tokens.n; i++) {
    if (p->text.p[t[i].begin] != '`') continue;
    size_t j = i + 1;
    while (j < p->tokens.n && !(t[j].flags & US_TF_LINE) && p->text.p[t[j].begin] != '`') j++;
    if (j == p->tokens.n || t[j].flags & US_TF_LINE) continue;
    for (size_t k = i; k <= j; k++) lock(&t[k]);
    i = j;
  }
}

/* unspin:off and unspin:on, which stand as text and are themselves locked. */
static void lock_switched_off(unspin_session *s) {
  us_page *p = &s->page;
  size_t at = 0;
  for (size_t i = 0; i < p->tokens.n; i++) {
    us_token *t = &p->tokens.p[i];
    bool off = s->off;
    size_t n = us_switch_at(p->text, t->begin, &off);
    if (n) at = t->begin + n;
    s->off = off;
    if (off || t->begin < at) lock(t);
  }
}

/* The lists of spinners are ASCII: a contraction with a typographic apostrophe is the author's. Behind a noun 's may be
 * a possessive, which a change of the noun may have to mend. */
static void lock_typeset(us_page *p) {
  for (size_t i = 0; i < p->tokens.n; i++) {
    us_token t = p->tokens.p[i];
    us_tag before = i ? (us_tag)p->tagged[i - 1].tag : US_TAG_NONE;
    bool noun = before == US_TAG_NOUN_SG || before == US_TAG_NOUN_PL || before == US_TAG_NAME;
    if (t.kind != US_TOK_WORD && (t.kind != US_TOK_CLITIC || noun)) continue;
    us_slice word = us_page_token(p, i);
    if (word.n && memmem(word.p, word.n, "\u2019", 3)) lock(&p->tokens.p[i]);
  }
}

static int by_first(const void *a, const void *b) {
  const us_protected *x = a, *y = b;
  if (x->first_hash != y->first_hash) return x->first_hash < y->first_hash ? -1 : 1;
  return us_slice_cmp(x->phrase, y->phrase);
}

/* Folded tokens of PHRASE joined by blanks. */
static bool add_protected(unspin_session *s, us_slice phrase) {
  us_token_vec tokens = {0};
  us_protected entry = {0};
  us_buf_clear(&s->text);
  bool ok = us_tokenize(phrase, NULL, &tokens);
  for (size_t i = 0; ok && i < tokens.n; i++) {
    if (i) us_buf_putc(&s->text, ' ');
    us_fold(&s->text, us_token_text(phrase, tokens.p[i]));
    if (i == 0) entry.first_hash = us_hash(us_buf_slice(&s->text));
  }
  entry.words = tokens.n;
  us_vec_free(&tokens);
  if (!ok || s->text.failed) return false;
  if (!entry.words) return true;
  char *copy = us_arena_copy(&s->protect_arena, us_buf_slice(&s->text));
  entry.phrase = (us_slice){copy, s->text.n};
  return copy && us_vec_push(&s->protect, entry);
}

bool us_guard_set_protected(unspin_session *s, const unspin_options *options) {
  s->protect.n = 0;
  us_arena_reset(&s->protect_arena);
  for (size_t i = 0; i < options->protect_count; i++)
    if (!add_protected(s, us_slice_of(options->protect[i]))) return false;
  if (s->protect.n) qsort(s->protect.p, s->protect.n, sizeof *s->protect.p, by_first);
  return true;
}

static bool phrase_stands_at(unspin_session *s, const us_protected *entry, size_t i) {
  const us_page *p = &s->page;
  if (entry->words > p->tokens.n - i) return false;
  us_slice rest = entry->phrase, word;
  for (size_t k = i; us_slice_cut(&rest, ' ', &word); k++)
    if (!us_slice_eq(us_page_folded(s, k), word)) return false;
  return true;
}

static void lock_protected(unspin_session *s) {
  us_page *p = &s->page;
  for (size_t i = 0; s->protect.n && i < p->tokens.n; i++) {
    uint64_t hash = us_hash(us_page_folded(s, i));
    size_t lo = 0, hi = s->protect.n;
    while (lo < hi) {
      size_t mid = (lo + hi) / 2;
      if (s->protect.p[mid].first_hash < hash) lo = mid + 1;
      else hi = mid;
    }
    for (; lo < s->protect.n && s->protect.p[lo].first_hash == hash; lo++) {
      if (!phrase_stands_at(s, &s->protect.p[lo], i)) continue;
      for (size_t k = 0; k < s->protect.p[lo].words; k++) lock(&p->tokens.p[i + k]);
    }
  }
}

bool us_guard(unspin_session *s) {
  us_page *p = &s->page;
  us_token *t = p->tokens.p;
  for (size_t i = 0; i < p->tokens.n;) {
    size_t end = i + 1;
    while (end < p->tokens.n && !(t[end].flags & US_TF_SENTENCE)) end++;
    mark_names(s, i, end);
    i = end;
  }
  for (size_t i = 0; i < p->tokens.n; i++)
    if (t[i].kind == US_TOK_VERBATIM || t[i].kind == US_TOK_OTHER ||
        ((t[i].flags & US_TF_QUOTED) && us_quotes_are_shut(s)))
      lock(&t[i]);
  lock_code(p);
  lock_switched_off(s);
  lock_protected(s);
  lock_typeset(p);
  return !s->fold.failed;
}
