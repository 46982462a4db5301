#include "restore/page.h"

#include <stdlib.h>

#include "text/quote.h"

us_slice us_page_folded(unspin_session *s, size_t i) {
  us_buf_clear(&s->fold);
  us_fold(&s->fold, us_page_token(&s->page, i));
  return us_buf_slice(&s->fold);
}

static bool make_room(us_page *p, size_t tables) {
  if (p->tokens.n <= p->room) return true;
  size_t room = p->tokens.n * 2;
  us_tagged *tagged = realloc(p->tagged, room * sizeof *tagged);
  if (tagged) p->tagged = tagged;
  us_token_key *keys = realloc(p->keys, (room * tables + 1) * sizeof *keys);
  if (keys) p->keys = keys;
  us_lexeme *lexemes = realloc(p->lexemes, room * sizeof *lexemes);
  if (lexemes) p->lexemes = lexemes;
  us_context_token *context = realloc(p->context, room * sizeof *context);
  if (context) p->context = context;
  if (!tagged || !keys || !lexemes || !context) return false;
  p->room = room;
  return true;
}

/* ---- keys: what each token offers the matcher ---- */

static char pos_letter(us_pos pos) {
  switch (pos) {
    case US_POS_NOUN: return 'n';
    case US_POS_VERB: return 'v';
    case US_POS_ADJ: return 'a';
    case US_POS_NONE:
    case US_POS_ADV:
    case US_POS_FUNCTION:
    case US_POS_COUNT: break;
  }
  return 0;
}

static uint32_t head_symbol(unspin_session *s, const us_matcher *m, us_slice lemma, char pos) {
  us_buf_clear(&s->text);
  us_buf_append(&s->text, lemma);
  us_buf_putc(&s->text, '/');
  us_buf_putc(&s->text, pos);
  return us_matcher_symbol(m, us_buf_slice(&s->text));
}

static void add_reading(us_token_key *k, uint32_t symbol, uint32_t tags) {
  if (!symbol) return;
  for (uint8_t i = 0; i < k->readings; i++) {
    if (k->reading[i].symbol != symbol) continue;
    k->reading[i].tags |= tags;
    return;
  }
  if (k->readings < US_KEY_READINGS) k->reading[k->readings++] = (us_reading_key){symbol, tags};
}

/* A spinner puts words where their part of speech does not belong ("the corporate said"), and words that no dictionary
 * has
 * ("govt"): a word counts as a base form of each part of speech that a row asks for, and with an s as its plural. */
static void add_guesses(unspin_session *s, const us_matcher *m, us_token_key *k, us_slice word, unsigned known) {
  static const struct {
    us_pos pos;
    us_tag base;
  } bases[] = {{US_POS_NOUN, US_TAG_NOUN_SG}, {US_POS_VERB, US_TAG_VERB_BASE}, {US_POS_ADJ, US_TAG_ADJ}};
  for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
    if (!(known & 1u << bases[i].pos))
      add_reading(k, head_symbol(s, m, word, pos_letter(bases[i].pos)), 1u << bases[i].base | US_KEY_GUESSED);
  if (known & 1u << US_POS_NOUN || word.n < 3 || word.p[word.n - 1] != 's') return;
  add_reading(k, head_symbol(s, m, us_slice_sub(word, 0, word.n - 1), 'n'), 1u << US_TAG_NOUN_PL | US_KEY_GUESSED);
}

void us_page_make_key(unspin_session *s, const us_matcher *m, size_t i, us_token_key *k) {
  us_page *p = &s->page;
  us_token t = p->tokens.p[i];
  *k = (us_token_key){0};
  k->open = !(t.flags & US_TF_LOCKED) && t.kind != US_TOK_OTHER;
  /* a phrase may go on over a blank or into a clitic or comma, but not over a line end or through "and/or" */
  bool glued_part = t.kind == US_TOK_CLITIC || t.kind == US_TOK_PUNCT;
  k->joins = !(t.flags & (US_TF_LINE | US_TF_SENTENCE)) && (t.flags & US_TF_SPACE || glued_part);
  if (!k->open) return;
  us_slice folded = us_page_folded(s, i);
  k->literal = us_matcher_symbol(m, folded);
  if (t.kind == US_TOK_NUMBER) k->number = us_matcher_symbol(m, US_LIT("#"));
  if (t.kind != US_TOK_WORD) return;
  us_word word = p->tagged[i].word ? p->tagged[i].word : us_forms_word(s->knowledge->forms, folded);
  us_readings r = us_forms_readings(s->knowledge->forms, word);
  unsigned known = 0;
  for (size_t j = 0; j < r.n; j++) {
    us_pos pos = us_tag_pos((us_tag)r.p[j].tag);
    known |= 1u << pos;
    char letter = pos_letter(pos);
    if (letter)
      add_reading(k, head_symbol(s, m, us_forms_text(s->knowledge->forms, r.p[j].lemma), letter), 1u << r.p[j].tag);
  }
  add_guesses(s, m, k, folded, known);
}

static void begin_page(unspin_session *s, us_slice window, size_t offset) {
  us_page *p = &s->page;
  p->text = window;
  p->offset = offset;
  p->tokens.n = p->arcs.n = 0;
  p->has_context = p->has_arcs = p->has_gains = false;
  s->place = (us_place){.first = UINT32_MAX, .last = UINT32_MAX};
  us_arena_reset(&s->arena);
}

bool us_page_load(unspin_session *s, us_slice window, size_t offset) {
  us_page *p = &s->page;
  begin_page(s, window, offset);
  if (!us_tokenize(window, us_forms_abbreviations(s->knowledge->forms), &p->tokens) ||
      !make_room(p, s->knowledge->table_count))
    return false;
  us_quotes_mark(window, p->tokens.p, p->tokens.n);
  if (!us_tag_window(s->knowledge->forms, window, p->tokens.p, p->tokens.n, s->tag_scratch, p->tagged)) return false;
  return us_guard(s);
}

/* ---- kept pages ---- */

static void *copy_of(us_arena *arena, const void *p, size_t n, size_t size, bool *ok) {
  void *copy = us_arena_alloc(arena, n * size + 1);
  if (copy && n) memcpy(copy, p, n * size);
  *ok &= copy != NULL;
  return copy;
}

bool us_page_keep(unspin_session *s) {
  const us_page *p = &s->page;
  size_t n = p->tokens.n;
  bool ok = true;
  us_kept_page k = {.token_count = n};
  k.tokens = copy_of(&s->kept_arena, p->tokens.p, n, sizeof *k.tokens, &ok);
  k.tagged = copy_of(&s->kept_arena, p->tagged, n, sizeof *k.tagged, &ok);
  return ok && us_vec_push(&s->kept, k);
}

bool us_page_keep_arcs(unspin_session *s, size_t i) {
  const us_page *p = &s->page;
  us_kept_page *k = &s->kept.p[i];
  bool ok = true;
  k->lexemes = copy_of(&s->kept_arena, p->lexemes, k->token_count, sizeof *k->lexemes, &ok);
  k->context = copy_of(&s->kept_arena, p->context, k->token_count, sizeof *k->context, &ok);
  k->arcs = copy_of(&s->kept_arena, p->arcs.p, p->arcs.n, sizeof *k->arcs, &ok);
  k->arc_count = p->arcs.n;
  k->has_arcs = true;
  return ok;
}

/* The guard has its say again: by now it knows the whole document. */
bool us_page_enter(unspin_session *s, size_t i, us_slice window, size_t offset) {
  us_page *p = &s->page;
  const us_kept_page *k = &s->kept.p[i];
  begin_page(s, window, offset);
  if (!us_vec_reserve(&p->tokens, k->token_count) || !us_vec_reserve(&p->arcs, k->arc_count)) return false;
  p->tokens.n = k->token_count;
  if (!make_room(p, s->knowledge->table_count)) return false;
  for (size_t t = 0; t < k->token_count; t++) {
    p->tokens.p[t] = k->tokens[t];
    p->tokens.p[t].flags &= (uint16_t) ~(US_TF_NAME | US_TF_LOCKED);
  }
  if (k->token_count) memcpy(p->tagged, k->tagged, k->token_count * sizeof *p->tagged);
  if (k->has_arcs && k->token_count) {
    memcpy(p->lexemes, k->lexemes, k->token_count * sizeof *p->lexemes);
    memcpy(p->context, k->context, k->token_count * sizeof *p->context);
    if (k->arc_count) memcpy(p->arcs.p, k->arcs, k->arc_count * sizeof *p->arcs.p);
    p->arcs.n = k->arc_count;
  }
  p->has_arcs = p->has_gains = p->has_context = k->has_arcs;
  return us_guard(s);
}

bool us_page_make_keys(unspin_session *s) {
  for (uint32_t t = 0; t < s->knowledge->table_count; t++)
    for (size_t i = 0; i < s->page.tokens.n; i++)
      us_page_make_key(s, &s->knowledge->tables[t].matcher, i, &s->page.keys[t * s->page.room + i]);
  return !s->fold.failed && !s->text.failed;
}

void us_page_free(us_page *p) {
  us_vec_free(&p->tokens);
  us_vec_free(&p->arcs);
  free(p->tagged);
  free(p->keys);
  free(p->lexemes);
  free(p->context);
  *p = (us_page){0};
}
