#include "measure/stream.h"

#include <math.h>
#include <stdlib.h>

#include "text/token.h"
#include "text/window.h"

/* What goes through a window's words. */
typedef struct reader {
  const unspin_model *model;
  us_lexicon *lexicon;
  us_stream *stream;
  size_t window; /* where it begins in the text */
  us_token_vec tokens;
  size_t next; /* of them */
  unspin_model_state state;
  bool failed, astray; /* out of memory; the model cuts words differently */
} reader;

/* The scorer says neither where a word stands nor what its state was: the tokenizer and a second query tell. */
static bool take(void *cookie, const unspin_model_token *t) {
  reader *r = cookie;
  us_stream *s = r->stream;
  us_stream_token token = {.word = us_lexicon_id(r->lexicon, (us_slice){t->word.text, t->word.len}),
                           .id = t->id,
                           .chance = pow(10, (double)t->log10),
                           .sentence = (uint32_t)s->sentences,
                           .sentence_end = t->sentence_end,
                           .state = r->state};
  if (t->sentence_end) {
    token.begin = token.end = s->n ? s->p[s->n - 1].end : r->window;
    unspin_model_state_begin(r->model, &r->state);
    s->sentences++;
  } else {
    r->astray = r->next >= r->tokens.n;
    if (r->astray) return false;
    const us_token *at = &r->tokens.p[r->next++];
    token.begin = r->window + at->begin;
    token.end = r->window + at->end;
    token.is_word = at->kind != US_TOK_PUNCT && at->kind != US_TOK_OTHER;
    token.is_letters = at->kind == US_TOK_WORD;
    s->words += token.is_word;
    unspin_model_score(r->model, &token.state, t->id, &r->state, NULL);
  }
  r->failed = !token.word || !us_vec_push(s, token);
  return !r->failed;
}

/* Window by window, as the scorer cuts too, so that its words and the tokens are the same. */
unspin_status us_stream_read(const unspin_model *model, us_slice text, const char *name, us_lexicon *lexicon,
                             us_stream *stream, unspin_error *err) {
  *stream = (us_stream){0};
  reader r = {.model = model, .lexicon = lexicon, .stream = stream, .astray = unspin_model_tokenized(model)};
  unspin_status status = UNSPIN_OK;
  us_slice window;
  unspin_model_state_begin(model, &r.state);
  for (size_t at = 0; !status && !r.failed && !r.astray && us_window_next(text, &at, &window);) {
    r.tokens.n = r.next = 0;
    r.window = (size_t)(window.p - text.p);
    r.failed = !us_tokenize(window, NULL, &r.tokens);
    if (r.failed) break;
    status = unspin_model_score_text(model, window.p, window.n, take, &r, err);
    r.astray |= !status && !r.failed && r.next != r.tokens.n;
  }
  us_vec_free(&r.tokens);
  if (status) return status;
  if (r.failed) return us_nomem(err);
  if (r.astray) return us_fail(err, UNSPIN_ERR_INVALID, "%s: the language model cuts words differently", name);
  return UNSPIN_OK;
}

void us_stream_free(us_stream *stream) {
  us_vec_free(stream);
  *stream = (us_stream){0};
}
