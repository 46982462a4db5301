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

static void begin_page(unspin_session *s, us_slice window, size_t offset) {
  us_page *p = &s->page;
  p->text = window;
  p->offset = offset;
  p->tokens.n = p->arcs.n = p->recent.n = 0;
  p->has_context = p->has_arcs = p->has_gains = p->has_scores = false;
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
  if (!us_page_may_keep(s)) return true;
  k->lexemes = copy_of(&s->kept_arena, p->lexemes, k->token_count, sizeof *k->lexemes, &ok);
  k->context = copy_of(&s->kept_arena, p->context, k->token_count, sizeof *k->context, &ok);
  k->arcs = copy_of(&s->kept_arena, p->arcs.p, p->arcs.n, sizeof *k->arcs, &ok);
  k->arc_count = p->arcs.n;
  k->has_arcs = true;
  return ok;
}

void us_page_keep_scores(unspin_session *s, size_t i) {
  const us_page *p = &s->page;
  us_kept_page *k = &s->kept.p[i];
  if (!k->has_arcs || k->arc_count != p->arcs.n) return;
  if (p->arcs.n) memcpy(k->arcs, p->arcs.p, p->arcs.n * sizeof *k->arcs);
  k->has_scores = true;
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
  p->has_scores = k->has_scores;
  return us_guard(s);
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
