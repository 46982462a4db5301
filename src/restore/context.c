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
  const unspin_model *m = s->options && s->options->fast ? NULL : s->knowledge->model;
  unspin_model_state state, next;
  if (m && !s->answers && !(s->answers = us_answers_new())) return false;
  for (size_t i = 0; i < p->tokens.n; i++) {
    us_buf_clear(&s->text);
    us_model_token(&s->text, p->text, p->tokens.p[i]);
    p->lexemes[i] = us_lexeme_of(s, us_buf_slice(&s->text));
    p->context[i] = (us_context_token){0};
    if (!m) continue;
    if (i == 0 || p->tokens.p[i].flags & US_TF_SENTENCE) unspin_model_state_begin(m, &state);
    us_context_token *c = &p->context[i];
    c->before = state;
    c->log10 = us_answers_ask(s->answers, m, &state, p->lexemes[i].model, &next);
    c->ends = i + 1 == p->tokens.n || p->tokens.p[i + 1].flags & US_TF_SENTENCE;
    c->end = c->ends ? us_answers_ask(s->answers, m, &next, US_WORD_END, &state) : 0;
    state = next;
  }
  p->has_context = true;
  return !s->text.failed;
}

static float clip(float v, float most) { return v < -most ? -most : v > most ? most : v; }

/* The word that the article before ARC would become if AFTER were there, 0 if it stays. */
static uint32_t other_article(unspin_session *s, const us_arc *arc) {
  us_page *p = &s->page;
  if (!us_may_mend_before(p, arc->first)) return 0;
  us_token before = p->tokens.p[arc->first - 1];
  if (before.end - before.begin > 2) return 0; /* no article is longer */
  us_slice better = us_better_article(s, us_page_token(p, arc->first - 1), us_first_word(arc->after));
  return better.n ? us_lexeme_of(s, better).model : 0;
}

/* ---- candidates, many at once ----
 *
 * A query to the model mostly waits for memory, so candidates go through it side by side, a word each a turn. Those
 * for the same place soon come to ask the same: it is asked once, and what was answered before is not asked again. */

enum { TEAM = 64 };

/* A candidate on its way: first what the article before becomes, its own words, then those behind, or the sentence's
 * end. */
typedef enum stage { STAGE_ARTICLE, STAGE_WORDS, STAGE_BEHIND, STAGE_END } stage;
typedef struct runner {
  us_arc *arc;
  unspin_model_state state; /* behind all that was asked */
  stage stage;
  uint32_t at;    /* of its words, then token behind */
  uint32_t asked; /* word */
  uint32_t query; /* of the turn */
  us_answer *answer; /* where the answer may be */
  bool more;         /* something is still to be asked */
  float gain, right;
} runner;

typedef struct turn {
  unspin_model_query query[TEAM];
  unspin_model_state out[TEAM];
  us_answer *answer[TEAM]; /* where each is remembered; NULL: nowhere */
  size_t n;
} turn;

static runner set_out(unspin_session *s, us_arc *arc) {
  const us_page *p = &s->page;
  runner r = {.arc = arc, .stage = STAGE_WORDS, .asked = other_article(s, arc)};
  if (r.asked) r.stage = STAGE_ARTICLE;
  r.state = p->context[r.asked ? arc->first - 1 : arc->first].before;
  return r;
}

/* What R asks next goes to r->asked; false once nothing is left. */
static bool go_on(const us_page *p, runner *r) {
  const us_arc *arc = r->arc;
  if (r->stage == STAGE_ARTICLE) return true;
  if (r->stage == STAGE_END) return false;
  if (r->stage == STAGE_WORDS && r->at < arc->word_count) {
    r->asked = arc->words[r->at].model;
    return true;
  }
  if (r->stage == STAGE_WORDS) {
    r->stage = STAGE_BEHIND;
    r->at = arc->last;
  }
  if (r->at == arc->last + REACH) return false;
  if (r->at == p->tokens.n || p->tokens.p[r->at].flags & US_TF_SENTENCE) {
    r->stage = STAGE_END;
    r->asked = US_WORD_END;
    return true;
  }
  r->asked = p->lexemes[r->at].model;
  return !unspin_model_state_equal(&r->state, &p->context[r->at].before);
}

/* The same, and memory is asked for the answer. */
static void poise(const unspin_session *s, runner *r) {
  r->more = go_on(&s->page, r);
  if (!r->more) return;
  r->answer = us_answers_place(s->answers, &r->state, r->asked);
  __builtin_prefetch(r->answer);
}

/* Books the answer. */
static void arrive(const us_page *p, runner *r, float log10) {
  switch (r->stage) {
    case STAGE_ARTICLE:
      r->gain += log10 - p->context[r->arc->first - 1].log10;
      r->stage = STAGE_WORDS;
      return;
    case STAGE_WORDS:
      r->gain += log10;
      r->at++;
      return;
    case STAGE_BEHIND:
      r->right += log10 - p->context[r->at].log10;
      r->at++;
      return;
    case STAGE_END: r->right = r->right + log10 - p->context[r->at - 1].end; return;
  }
}

/* True if the answer to what R asks is known; else it is asked in this turn. */
static bool is_answered(turn *t, runner *r, float *log10) {
  us_answer *a = r->answer;
  bool same = us_answer_is(a, &r->state, r->asked), free = a->asked == US_NOT_ASKED || !a->taken;
  if (same && free) {
    *log10 = a->log10;
    us_answer_state(a, &r->state);
    return true;
  }
  r->query = same ? a->asked : (uint32_t)t->n;
  if (same) return false;
  if (free) us_answer_begin(a, &r->state, r->asked, (uint16_t)t->n);
  t->answer[t->n] = free ? a : NULL;
  t->query[t->n] = (unspin_model_query){.in = &r->state, .out = &t->out[t->n], .word = r->asked};
  t->n++;
  return false;
}

static void ask_model(const unspin_session *s, turn *t) {
  unspin_model_score_many(s->knowledge->model, t->query, t->n);
  for (size_t i = 0; i < t->n; i++)
    if (t->answer[i]) us_answer_finish(t->answer[i], t->query[i].log10, &t->out[i]);
}

static void finish(const us_page *p, const runner *r) {
  us_arc *arc = r->arc;
  float kept = 0;
  for (uint32_t i = arc->first; i < arc->last; i++) kept += p->context[i].log10;
  arc->model = clip(r->gain - kept + r->right, MOST_GAIN);
  arc->model_right = clip(r->right, MOST_RIGHT);
  arc->model_kept = kept / (float)(arc->last - arc->first);
}

static void run_team(const unspin_session *s, runner *team, size_t n) {
  const us_page *p = &s->page;
  runner *under_way[TEAM];
  turn t;
  for (size_t i = 0; i < n; i++) under_way[i] = &team[i];
  while (n) {
    size_t left = 0;
    t.n = 0;
    for (size_t i = 0; i < n; i++) {
      runner *r = under_way[i];
      float log10;
      while (r->more && is_answered(&t, r, &log10)) {
        arrive(p, r, log10);
        poise(s, r);
      }
      if (r->more) under_way[left++] = r;
      else finish(p, r);
    }
    n = left;
    ask_model(s, &t);
    for (size_t i = 0; i < n; i++) {
      runner *r = under_way[i];
      arrive(p, r, t.query[r->query].log10);
      r->state = t.out[r->query];
      poise(s, r);
    }
  }
}

/* Going fast, every candidate is taken to fit as a plain word usually does. */
static void assume_gains(unspin_session *s) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  for (size_t i = 0; i < s->page.arcs.n; i++) {
    us_arc *arc = &s->page.arcs.p[i];
    arc->model = (float)g->fast_model;
    arc->model_right = (float)g->fast_model_right;
    arc->model_kept = (float)g->fast_model_kept;
  }
  s->page.has_gains = true;
}

void us_context_gains(unspin_session *s) {
  us_page *p = &s->page;
  runner team[TEAM];
  size_t n = 0;
  if (p->has_gains || !s->knowledge->model) return;
  if (s->options && s->options->fast) {
    assume_gains(s);
    return;
  }
  for (size_t i = 0; i < p->arcs.n; i++) {
    if (!p->arcs.p[i].word_count) continue;
    team[n] = set_out(s, &p->arcs.p[i]);
    poise(s, &team[n++]);
    if (n < TEAM) continue;
    run_team(s, team, n);
    n = 0;
  }
  run_team(s, team, n);
  p->has_gains = true;
}
