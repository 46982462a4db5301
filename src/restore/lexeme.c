/* lexeme.c - what lexicon, language model and vectors know of a word, looked up once: spun text repeats itself, and so
 * do the candidates for it. */
#include <math.h>
#include <stdlib.h>

#include "model/model_token.h"
#include "restore/page.h"

/* CACHE_SIZE: of words; MOST_WORDS: of one replacement. */
enum { CACHE_SIZE = 1 << 14, MOST_WORDS = 16 };

/* A word that was never counted is taken to stand in a hundred million words once. */
#define RAREST (-2.0f)

float us_word_common(const unspin_session *s, us_word word) {
  const us_forms *f = s->knowledge->forms;
  uint32_t n = us_forms_count(f, word);
  float common = n ? log10f((float)n * 1e6f / (float)us_forms_total(f)) : RAREST;
  return common < RAREST ? RAREST : common;
}

us_lexeme us_lexeme_of(unspin_session *s, us_slice folded) {
  const unspin_knowledge *k = s->knowledge;
  uint64_t key = us_evidence_key(folded);
  us_lexeme *cached = s->lexeme_cache ? &s->lexeme_cache[key & (CACHE_SIZE - 1)] : NULL;
  if (cached && cached->key == key) return *cached;
  us_word form = us_forms_word(k->forms, folded);
  us_lexeme x = {.key = key, .flags = us_forms_flags(k->forms, form), .common = us_word_common(s, form)};
  x.expression = k->expressions.words ? us_expressions_word(&k->expressions, key) : US_NO_EXPRESSION_WORD;
  if (k->model) x.model = unspin_model_word(k->model, folded.p, folded.n);
  if (k->vectors) x.vector = unspin_vectors_word(k->vectors, folded.p, folded.n);
  if (!s->lexeme_cache) s->lexeme_cache = calloc(CACHE_SIZE, sizeof *s->lexeme_cache);
  if (s->lexeme_cache) s->lexeme_cache[key & (CACHE_SIZE - 1)] = x;
  return x;
}

/* Most replacements are one plain lower-case word, which needs no tokenizer. */
static bool is_one_word(us_slice text) {
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] < 'a' || text.p[i] > 'z') return false;
  return text.n > 0;
}

static int lexemes_of(unspin_session *s, us_slice text, us_lexeme *out, int most) {
  if (is_one_word(text)) {
    out[0] = us_lexeme_of(s, text);
    return 1;
  }
  s->after_tokens.n = 0;
  if (!us_tokenize(text, NULL, &s->after_tokens)) return -1;
  int n = 0;
  for (size_t i = 0; i < s->after_tokens.n && n < most; i++) {
    us_buf_clear(&s->text);
    us_model_token(&s->text, text, s->after_tokens.p[i]);
    out[n++] = us_lexeme_of(s, us_buf_slice(&s->text));
  }
  return s->text.failed ? -1 : n;
}

bool us_words_keep(unspin_session *s, us_slice text, us_arena *arena, const us_lexeme **words, uint8_t *count) {
  us_lexeme found[MOST_WORDS];
  int n = lexemes_of(s, text, found, MOST_WORDS);
  if (n < 0) return false;
  us_lexeme *copy = us_arena_alloc(arena, ((size_t)n + 1) * sizeof *copy);
  if (!copy) return false;
  memcpy(copy, found, (size_t)n * sizeof *copy);
  *words = copy;
  *count = (uint8_t)n;
  return true;
}
