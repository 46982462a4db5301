#include "phrases/learn_words.h"

#include "base/hash.h"
#include "text/window.h"

enum { FIRST_SLOTS = 1024, MAX_STRINGS = 1 << 29, SMALL_NUMBER = 2 };

/* Room for one more in a table of SLOT_COUNT slots that holds N; REHASH fills the new slots. */
static uint32_t *new_slots(size_t *slot_count) {
  size_t wanted = *slot_count ? *slot_count * 2 : FIRST_SLOTS;
  uint32_t *slots = calloc(wanted, sizeof *slots);
  if (slots) *slot_count = wanted;
  return slots;
}

/* ---- strings ---- */

us_slice us_strings_get(const us_strings *s, uint32_t id) {
  uint32_t begin = id ? s->ends.p[id - 1] : 0;
  return (us_slice){s->pool.p + begin, s->ends.p[id] - begin};
}

static bool grow_strings(us_strings *s) {
  uint32_t *slots = new_slots(&s->slot_count);
  if (!slots) return false;
  free(s->slots);
  s->slots = slots;
  for (uint32_t id = 0; id < s->ends.n; id++) {
    size_t at = us_hash(us_strings_get(s, id)) & (s->slot_count - 1);
    while (slots[at]) at = (at + 1) & (s->slot_count - 1);
    slots[at] = id + 1;
  }
  return true;
}

uint32_t us_strings_add(us_strings *s, us_slice text) {
  if (s->ends.n * 2 >= s->slot_count && !grow_strings(s)) return US_NO_STRING;
  size_t at = us_hash(text) & (s->slot_count - 1);
  for (; s->slots[at]; at = (at + 1) & (s->slot_count - 1))
    if (us_slice_eq(us_strings_get(s, s->slots[at] - 1), text)) return s->slots[at] - 1;
  if (s->ends.n == MAX_STRINGS || s->pool.n + text.n > UINT32_MAX) return US_NO_STRING;
  us_buf_append(&s->pool, text);
  if (s->pool.failed || !us_buf_reserve(&s->pool, 1)) return US_NO_STRING;
  if (!us_vec_push(&s->ends, (uint32_t)s->pool.n)) return US_NO_STRING;
  s->slots[at] = (uint32_t)s->ends.n;
  return (uint32_t)s->ends.n - 1;
}

void us_strings_free(us_strings *s) {
  us_buf_free(&s->pool);
  us_vec_free(&s->ends);
  free(s->slots);
}

/* ---- types ---- */

bool us_learn_words_init(us_learn_words *w, const us_forms *forms, const us_slice *article) {
  *w = (us_learn_words){.forms = forms, .scratch = us_tag_scratch_new()};
  for (size_t i = 0; article && i < 2; i++) w->article[i] = article[i];
  return w->scratch;
}

void us_learn_words_free(us_learn_words *w) {
  us_strings_free(&w->strings);
  us_vec_free(&w->types);
  free(w->slots);
  us_tag_scratch_free(w->scratch);
  us_vec_free(&w->tokens);
  us_vec_free(&w->tagged);
  us_buf_free(&w->folded);
  us_buf_free(&w->inflected);
}

/* What makes two tokens the same type. */
static size_t type_hash(uint32_t text, uint32_t lemma, uint8_t tag) {
  uint64_t h = ((uint64_t)text << 32 | lemma) * 0x9E3779B97F4A7C15ull;
  return (size_t)((h ^ h >> 29) + tag * 0xBF58476D1CE4E5B9ull) >> 7;
}

static bool grow_types(us_learn_words *w) {
  uint32_t *slots = new_slots(&w->slot_count);
  if (!slots) return false;
  free(w->slots);
  w->slots = slots;
  for (uint32_t i = 0; i < w->types.n; i++) {
    const us_learn_type *t = &w->types.p[i];
    size_t at = type_hash(t->text, t->lemma, t->tag) & (w->slot_count - 1);
    while (slots[at]) at = (at + 1) & (w->slot_count - 1);
    slots[at] = i + 1;
  }
  return true;
}

static bool inflects(us_learn_words *w, us_slice lemma, us_tag tag, us_slice folded) {
  for (unspin_dialect d = UNSPIN_DIALECT_AUTO; d <= UNSPIN_DIALECT_US; d++) {
    us_buf_clear(&w->inflected);
    if (us_inflect(w->forms, lemma, tag, d, &w->inflected) && us_slice_eq(us_buf_slice(&w->inflected), folded))
      return true;
  }
  return false;
}

static bool hard(const us_token *token, us_slice text) {
  switch ((us_token_kind)token->kind) {
    case US_TOK_WORD:
    case US_TOK_CLITIC:
    case US_TOK_ABBREV: return false;
    case US_TOK_NUMBER: return text.n > SMALL_NUMBER; /* "7" may stand for "seven" */
    case US_TOK_PUNCT:
    case US_TOK_VERBATIM:
    case US_TOK_OTHER: return true;
  }
  return true;
}

/* The type with these three, or where it goes. */
static uint32_t *find_type(us_learn_words *w, uint32_t text, uint32_t lemma, uint8_t tag) {
  size_t at = type_hash(text, lemma, tag) & (w->slot_count - 1);
  for (; w->slots[at]; at = (at + 1) & (w->slot_count - 1)) {
    const us_learn_type *t = &w->types.p[w->slots[at] - 1];
    if (t->text == text && t->lemma == lemma && t->tag == tag) break;
  }
  return &w->slots[at];
}

/* Whether a row should write the word with its capitals. At the start of a sentence only what is known as a name is. */
static bool is_name(const us_learn_words *w, const us_token *token, const us_tagged *tagged) {
  if (tagged->tag != US_TAG_NAME || token->shape == US_SHAPE_LOWER || token->shape == US_SHAPE_NONE) return false;
  if (!(token->flags & US_TF_SENTENCE) || token->shape != US_SHAPE_TITLE) return true;
  return (us_forms_flags(w->forms, tagged->word) & (US_WF_NAME | US_WF_LOWER)) == US_WF_NAME;
}

static bool add_type(us_learn_words *w, us_slice raw, const us_token *token, const us_tagged *tagged, uint32_t *out) {
  us_buf_clear(&w->folded);
  us_fold(&w->folded, raw);
  if (w->folded.failed) return false;
  us_slice folded = us_buf_slice(&w->folded);
  bool name = is_name(w, token, tagged), article = folded.n && us_slice_eq(folded, w->article[1]);
  uint32_t fold = us_strings_add(&w->strings, article ? w->article[0] : folded);
  uint32_t text = name ? us_strings_add(&w->strings, raw) : us_strings_add(&w->strings, folded);
  us_slice lemma_text = tagged->lemma ? us_forms_text(w->forms, tagged->lemma) : folded;
  uint32_t lemma = tagged->lemma ? us_strings_add(&w->strings, lemma_text) : fold;
  if (fold == US_NO_STRING || text == US_NO_STRING || lemma == US_NO_STRING) return false;
  if (w->types.n * 2 >= w->slot_count && !grow_types(w)) return false;
  uint32_t *slot = find_type(w, text, lemma, tagged->tag);
  if (!*slot) {
    us_learn_type t = {.fold = fold, .text = text, .lemma = lemma, .word = tagged->word, .tag = tagged->tag};
    if (folded.n >= sizeof t.prefix) memcpy(&t.prefix, folded.p, sizeof t.prefix);
    if (hard(token, raw)) t.flags |= US_LT_HARD;
    if (token->kind == US_TOK_CLITIC) t.flags |= US_LT_CLITIC;
    if (name) t.flags |= US_LT_NAME;
    if (tagged->lemma && inflects(w, lemma_text, (us_tag)tagged->tag, folded)) t.flags |= US_LT_INFLECTS;
    if (w->types.n >= US_LEARN_BREAK || !us_vec_push(&w->types, t)) return false;
    *slot = (uint32_t)w->types.n;
  }
  *out = *slot - 1;
  return true;
}

static bool read_window(us_learn_words *w, us_slice window, us_stream *out) {
  w->tokens.n = 0;
  if (!us_tokenize(window, us_forms_abbreviations(w->forms), &w->tokens)) return false;
  size_t n = w->tokens.n;
  while (w->tagged.cap < n)
    if (!us_vec_grow((void **)&w->tagged.p, w->tagged.cap, &w->tagged.cap, sizeof *w->tagged.p)) return false;
  if (!us_tag_window(w->forms, window, w->tokens.p, n, w->scratch, w->tagged.p)) return false;
  for (size_t i = 0; i < n; i++) {
    const us_token *token = &w->tokens.p[i];
    uint32_t type = 0;
    if (!add_type(w, us_token_text(window, *token), token, &w->tagged.p[i], &type)) return false;
    if (token->flags & (US_TF_SENTENCE | US_TF_LINE)) type |= US_LEARN_BREAK;
    if (!us_vec_push(out, type)) return false;
  }
  return true;
}

bool us_learn_words_read(us_learn_words *w, us_slice text, us_stream *out) {
  size_t at = 0;
  us_slice window;
  while (us_window_next(text, &at, &window))
    if (!read_window(w, window, out)) return false;
  return true;
}
