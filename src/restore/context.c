/* context.c - what the language model says of a candidate: how much more likely the words become, the phrase itself and
 * those behind it, when it stands there instead of what the text has. */
#include "model/layers.h"
#include "model/model_token.h"
#include "restore/page.h"

/* Words of left and right context that are looked at; a model of order 5 sees no further. */
enum { REACH = 4, LONGEST_AFTER = 32 };
#define MOST_GAIN 8.0f
#define MOST_RIGHT 6.0f

static uint32_t model_word(unspin_session *s, us_slice window, us_token t) {
  us_buf_clear(&s->text);
  us_model_token(&s->text, window, t);
  return unspin_model_word(s->knowledge->model, s->text.p, s->text.n);
}

static void fill_words(unspin_session *s) {
  us_page *p = &s->page;
  for (size_t i = 0; i < p->tokens.n; i++) p->model_words[i] = model_word(s, p->text, p->tokens.p[i]);
  p->has_model_words = true;
}

/* The sentence's tokens around [first, last) that are looked at: [from, to), and whether it begins and ends within
 * reach. */
typedef struct view {
  uint32_t from, to;
  bool begins, ends;
} view;

static view view_of(const us_page *p, const us_arc *arc) {
  view v = {arc->first, arc->last, false, false};
  while (!(p->tokens.p[v.from].flags & US_TF_SENTENCE) && v.from > 0 && arc->first - v.from < REACH) v.from--;
  v.begins = p->tokens.p[v.from].flags & US_TF_SENTENCE || v.from == 0;
  while (v.to < p->tokens.n && v.to - arc->last < REACH && !(p->tokens.p[v.to].flags & US_TF_SENTENCE)) v.to++;
  v.ends = v.to == p->tokens.n || p->tokens.p[v.to].flags & US_TF_SENTENCE;
  return v;
}

typedef struct gain {
  float phrase, right;
} gain; /* log10 */

/* Log10 probability of the phrase WORDS in that view, and of what stands behind it. The word right before the phrase
 * counts with it; ARTICLE, if not 0, stands there instead. */
static gain probability(const unspin_session *s, const view *v, const us_arc *arc, const uint32_t *words, size_t n,
                        uint32_t article) {
  const unspin_model *m = s->knowledge->model;
  const us_page *p = &s->page;
  unspin_model_state state[2];
  unsigned now = 0;
  gain g = {0, 0};
  if (v->begins) unspin_model_state_begin(m, &state[0]);
  else unspin_model_state_empty(&state[0]);
  for (uint32_t i = v->from; i < arc->first; i++, now ^= 1) {
    uint32_t word = article && i + 1 == arc->first ? article : p->model_words[i];
    float score = unspin_model_score(m, &state[now], word, &state[now ^ 1], NULL);
    if (i + 1 == arc->first) g.phrase += score;
  }
  for (size_t i = 0; i < n; i++, now ^= 1)
    g.phrase += unspin_model_score(m, &state[now], words[i], &state[now ^ 1], NULL);
  for (uint32_t i = arc->last; i < v->to; i++, now ^= 1)
    g.right += unspin_model_score(m, &state[now], p->model_words[i], &state[now ^ 1], NULL);
  if (v->ends) g.right += unspin_model_score(m, &state[now], US_WORD_END, &state[now ^ 1], NULL);
  return g;
}

static float clip(float v, float most) { return v < -most ? -most : v > most ? most : v; }

/* The word that the article before ARC would become if AFTER were there, 0 if it stays. */
static uint32_t other_article(unspin_session *s, const us_arc *arc) {
  if (arc->first == 0 || s->page.tokens.p[arc->first].flags & US_TF_SENTENCE) return 0;
  us_slice better = us_better_article(s, us_page_token(&s->page, arc->first - 1), us_first_word(arc->after));
  return better.n ? unspin_model_word(s->knowledge->model, better.p, better.n) : 0;
}

bool us_context(unspin_session *s, us_arc *arc) {
  if (!s->knowledge->model) return true;
  us_page *p = &s->page;
  if (!p->has_model_words) fill_words(s);
  uint32_t words[LONGEST_AFTER];
  s->after_tokens.n = 0;
  if (!us_tokenize(arc->after, NULL, &s->after_tokens)) return false;
  size_t n = s->after_tokens.n < LONGEST_AFTER ? s->after_tokens.n : LONGEST_AFTER;
  for (size_t i = 0; i < n; i++) words[i] = model_word(s, arc->after, s->after_tokens.p[i]);
  view v = view_of(p, arc);
  gain kept = probability(s, &v, arc, p->model_words + arc->first, arc->last - arc->first, 0);
  gain changed = probability(s, &v, arc, words, n, other_article(s, arc));
  float right = changed.right - kept.right;
  arc->feature[US_F_model] = clip(changed.phrase - kept.phrase + right, MOST_GAIN);
  arc->feature[US_F_model_right] = clip(right, MOST_RIGHT);
  return !s->text.failed && !s->fold.failed;
}
