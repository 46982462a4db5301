/* context.c - what the language model says of a candidate: how much more likely the words become, the phrase itself and
 * those behind it, when it stands there instead of what the text has.
 *
 * The text as it stands is scored once, with the model's state before every token; a candidate then costs one query for
 * each of its words and for each of the few behind it that still see it. */
#include "model/model_token.h"
#include "restore/page.h"

/* Words behind a candidate that are looked at; a model of order 5 sees no further. */
enum { REACH = 4 };
#define MOST_GAIN 8.0f
#define MOST_RIGHT 6.0f

bool us_context_fill(unspin_session *s) {
  us_page *p = &s->page;
  const unspin_model *m = s->knowledge->model;
  unspin_model_state state, next;
  for (size_t i = 0; i < p->tokens.n; i++) {
    us_buf_clear(&s->text);
    us_model_token(&s->text, p->text, p->tokens.p[i]);
    p->lexemes[i] = us_lexeme_of(s, us_buf_slice(&s->text));
    if (!m) continue;
    if (i == 0 || p->tokens.p[i].flags & US_TF_SENTENCE) unspin_model_state_begin(m, &state);
    us_context_token *c = &p->context[i];
    c->before = state;
    c->log10 = unspin_model_score(m, &state, p->lexemes[i].model, &next, NULL);
    c->ends = i + 1 == p->tokens.n || p->tokens.p[i + 1].flags & US_TF_SENTENCE;
    c->end = c->ends ? unspin_model_score(m, &next, US_WORD_END, &state, NULL) : 0;
    state = next;
  }
  p->has_context = true;
  return !s->text.failed;
}

static float clip(float v, float most) { return v < -most ? -most : v > most ? most : v; }

/* The word that the article before ARC would become if AFTER were there, 0 if it stays. */
static uint32_t other_article(unspin_session *s, const us_arc *arc) {
  us_page *p = &s->page;
  if (arc->first == 0 || p->tokens.p[arc->first].flags & US_TF_SENTENCE) return 0;
  us_token before = p->tokens.p[arc->first - 1];
  if (before.end - before.begin > 2) return 0; /* no article is longer */
  us_slice better = us_better_article(s, us_page_token(p, arc->first - 1), us_first_word(arc->after));
  return better.n ? us_lexeme_of(s, better).model : 0;
}

/* Gain of the words behind, beginning with STATE instead of what the text has there. */
static float gain_behind(const unspin_session *s, uint32_t from, const unspin_model_state *begin) {
  const us_page *p = &s->page;
  const unspin_model *m = s->knowledge->model;
  unspin_model_state state[2] = {*begin};
  unsigned now = 0;
  float gain = 0;
  for (uint32_t i = from; i < from + REACH; i++, now ^= 1) {
    bool ends = i == p->tokens.n || p->tokens.p[i].flags & US_TF_SENTENCE;
    if (ends)
      return gain + unspin_model_score(m, &state[now], US_WORD_END, &state[now ^ 1], NULL) - p->context[i - 1].end;
    if (unspin_model_state_equal(&state[now], &p->context[i].before)) return gain;
    gain += unspin_model_score(m, &state[now], p->lexemes[i].model, &state[now ^ 1], NULL) - p->context[i].log10;
  }
  return gain;
}

void us_context_features(unspin_session *s, us_arc *arc, const us_lexeme *words, int n) {
  const us_page *p = &s->page;
  const unspin_model *m = s->knowledge->model;
  uint32_t article = other_article(s, arc);
  float kept = 0, gain = 0;
  for (uint32_t i = arc->first; i < arc->last; i++) kept += p->context[i].log10;
  unspin_model_state state[2] = {p->context[arc->first].before};
  unsigned now = 0;
  if (article) {
    const us_context_token *before = &p->context[arc->first - 1];
    gain += unspin_model_score(m, &before->before, article, &state[0], NULL) - before->log10;
  }
  for (int i = 0; i < n; i++, now ^= 1)
    gain += unspin_model_score(m, &state[now], words[i].model, &state[now ^ 1], NULL);
  float right = gain_behind(s, arc->last, &state[now]);
  arc->feature[US_F_model] = clip(gain - kept + right, MOST_GAIN);
  arc->feature[US_F_model_right] = clip(right, MOST_RIGHT);
  arc->feature[US_F_model_kept] = kept / (float)(arc->last - arc->first);
}
