#include <stdlib.h>

#include "model/chunk.h"
#include "model/model.h"

/* A text is worked on in pieces of about this size, cut after a line. */
enum { PIECE = 1 << 20 };

static bool visit_words(const unspin_model *m, us_slice words, unspin_model_visit *visit, void *cookie) {
  unspin_model_state state[2];
  unsigned now = 0;
  unspin_model_state_begin(m, &state[0]);
  for (size_t i = 0; i < words.n;) {
    unspin_model_token t = {0};
    if (words.p[i] == '\n') {
      t.sentence_end = true;
      t.word = (unspin_text){"</s>", 4};
      t.id = US_WORD_END;
      i++;
    } else {
      size_t end = i;
      while (end < words.n && words.p[end] != ' ') end++;
      t.word = (unspin_text){words.p + i, end - i};
      t.id = unspin_model_word(m, t.word.text, t.word.len);
      if (t.id == US_WORD_BEGIN || t.id == US_WORD_END) t.id = US_WORD_UNKNOWN; /* as in training */
      i = end + 1;
    }
    t.log10 = unspin_model_score(m, &state[now], t.id, &state[now ^ 1], &t.matched);
    now ^= 1;
    if (t.sentence_end) unspin_model_state_begin(m, &state[now]);
    if (!visit(cookie, &t)) return false;
  }
  return true;
}

static size_t piece_end(us_slice text, size_t at) {
  if (text.n - at <= PIECE) return text.n;
  for (size_t i = at + PIECE; i > at; i--)
    if (text.p[i - 1] == '\n') return i;
  for (size_t i = at + PIECE; i > at; i--)
    if (text.p[i - 1] == ' ') return i;
  return at + PIECE;
}

typedef US_VEC(us_slice) slice_vec;

/* The words that training knew; they are sorted in the file. False when out of memory. */
static bool abbreviations_of(const unspin_model *m, slice_vec *out) {
  us_slice rest = m->info, line, word;
  while (us_slice_cut(&rest, '\n', &line)) {
    if (!us_slice_cut(&line, ' ', &word) || !us_slice_eq(word, US_LIT(US_INFO_ABBREVIATIONS))) continue;
    while (us_slice_cut(&line, ' ', &word))
      if (!us_vec_push(out, word)) return false;
  }
  return true;
}

unspin_status unspin_model_score_text(const unspin_model *model, const char *text, size_t len,
                                      unspin_model_visit *visit, void *cookie, unspin_error *err) {
  us_slice all = {text, len};
  slice_vec words = {0};
  us_chunk chunk = {.tokenized = unspin_model_tokenized(model), .failed = !abbreviations_of(model, &words)};
  us_abbreviations abbreviations = {words.p, words.n};
  chunk.abbreviations = &abbreviations;
  bool go_on = true;
  for (size_t at = 0; at < len && go_on && !chunk.failed;) {
    size_t end = piece_end(all, at);
    chunk.text = us_slice_sub(all, at, end);
    us_chunk_run(&chunk);
    if (!chunk.failed) go_on = visit_words(model, us_buf_slice(&chunk.words), visit, cookie);
    at = end;
  }
  bool failed = chunk.failed;
  us_chunk_free(&chunk);
  us_vec_free(&words);
  return failed ? us_nomem(err) : UNSPIN_OK;
}

void unspin_model_describe(const unspin_model *model, unspin_model_info *info) {
  *info = (unspin_model_info){.order = model->meta.order,
                              .file_size = model->map.n,
                              .unknown_types = model->meta.unknown_types,
                              .words = model->meta.tokens,
                              .sentences = model->meta.sentences,
                              .notes = {model->info.p, model->info.n}};
  for (int s = US_SEC_WORD_GROUPS; s <= US_SEC_WORD_SLOTS; s++) info->word_size += model->image.section[s].n;
  for (unsigned k = 0; k < info->order; k++) {
    info->ngrams[k] = model->meta.count[k];
    info->prob_bits[k] = model->meta.prob_bits[k];
    info->backoff_bits[k] = k + 1 < info->order ? model->meta.bow_bits[k] : 0;
    for (unsigned s = 0; s < US_SEC_PER_LAYER; s++)
      info->layer_size[k] += model->image.section[US_SEC_LAYERS + US_SEC_PER_LAYER * k + s].n;
  }
}
