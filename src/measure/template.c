#include "measure/template.h"

#include "measure/markup.h"
#include "text/token.h"
#include "text/window.h"

/* A longer stretch is cut, so that the restored text is compared only near the place where it belongs. */
enum { STRETCH_MAX = 32 };

static void clear(us_template *t) {
  us_lexicon_clear(&t->lexicon);
  t->reader.lexicon = &t->lexicon;
  t->words.n = t->plain.n = t->spun_ids.n = t->ids.n = t->options.n = t->segments.n = t->sentences.n = 0;
}

void us_template_free(us_template *t) {
  us_lexicon_free(&t->lexicon);
  us_buf_free(&t->reader.folded);
  us_vec_free(&t->words);
  us_vec_free(&t->plain);
  us_vec_free(&t->spun_ids);
  us_vec_free(&t->ids);
  us_vec_free(&t->options);
  us_vec_free(&t->segments);
  us_vec_free(&t->sentences);
  us_vec_free(&t->scratch);
  us_aligner_free(&t->aligner);
  free(t->row.p);
  *t = (us_template){0};
}

int32_t us_ids_apart(us_template *t, const uint32_t *a, size_t n, const uint32_t *b, size_t m) {
  if (m + 1 > t->row.cap) {
    free(t->row.p);
    t->row.p = malloc((m + 1) * 2 * sizeof *t->row.p);
    t->row.cap = t->row.p ? (m + 1) * 2 : 0;
    if (!t->row.p) return -1;
  }
  int32_t *row = t->row.p;
  for (size_t j = 0; j <= m; j++) row[j] = (int32_t)j * US_UNIT;
  for (size_t i = 0; i < n; i++) {
    int32_t corner = row[0];
    row[0] += US_UNIT;
    for (size_t j = 1; j <= m; j++) {
      int32_t best = corner + (a[i] == b[j - 1] ? 0 : US_UNIT);
      corner = row[j];
      if (row[j] + US_UNIT < best) best = row[j] + US_UNIT;
      if (row[j - 1] + US_UNIT < best) best = row[j - 1] + US_UNIT;
      row[j] = best;
    }
  }
  return row[m];
}

/* Sentences are those of the house's tokenizer; nothing but the exact-sentence rate depends on them. */
static bool find_sentences(us_template *t, us_slice spun, size_t base) {
  us_token_vec tokens = {0};
  us_slice window;
  bool ok = true;
  for (size_t at = 0; ok && us_window_next(spun, &at, &window);) {
    tokens.n = 0;
    ok = us_tokenize(window, NULL, &tokens);
    size_t from = base + (size_t)(window.p - spun.p);
    for (size_t i = 0; ok && i < tokens.n; i++)
      if (tokens.p[i].flags & US_TF_SENTENCE) ok = us_vec_push(&t->sentences, from + tokens.p[i].begin);
  }
  us_vec_free(&tokens);
  return ok;
}

/* Marks the words from FROM on that begin a sentence; *NEXT goes along the sentences. */
static void mark_sentences(us_template *t, size_t from, size_t *next) {
  for (size_t i = from; i < t->words.n; i++) {
    us_word *w = &t->words.p[i];
    for (; *next < t->sentences.n && t->sentences.p[*next] <= w->begin; ++*next) w->sentence = true;
  }
}

/* There must be one. */
static us_segment *last_segment(us_template *t) { return &t->segments.p[t->segments.n - 1]; }

/* Takes over word I of the spun text as it is. */
static bool keep_word(us_template *t, size_t i) {
  const us_word *w = &t->words.p[i];
  bool fresh = !t->segments.n || last_segment(t)->slot || w->sentence ||
               last_segment(t)->spun.end - last_segment(t)->spun.first >= STRETCH_MAX;
  if (fresh && !us_vec_push(&t->segments, (us_segment){.sentence = w->sentence, .spun = {i, i}})) return false;
  last_segment(t)->spun.end = i + 1;
  return us_vec_push(&t->spun_ids, w->id);
}

/* A slot over words FIRST to END - 1 of the spun text; its options follow. */
static us_segment *open_slot(us_template *t, size_t first, size_t end) {
  us_segment slot = {.slot = true, .spun = {first, end}, .accepted = {t->options.n, t->options.n}};
  slot.sentence = first < end && t->words.p[first].sentence;
  for (size_t i = first; i < end; i++)
    if (!us_vec_push(&t->spun_ids, t->words.p[i].id)) return NULL;
  return us_vec_push(&t->segments, slot) ? last_segment(t) : NULL;
}

static bool add_option(us_template *t, const us_word *words, size_t n) {
  us_span option = {t->ids.n, t->ids.n + n};
  for (size_t i = 0; i < n; i++)
    if (!us_vec_push(&t->ids, words[i].id)) return false;
  last_segment(t)->accepted.end++;
  return us_vec_push(&t->options, option);
}

/* Once all options of the last slot are there. */
static bool close_slot(us_template *t) {
  us_segment *slot = last_segment(t);
  const uint32_t *spun = us_ids_at(&t->spun_ids, slot->spun.first);
  int32_t nearest = INT32_MAX;
  for (size_t i = slot->accepted.first; i < slot->accepted.end; i++) {
    us_span option = t->options.p[i];
    int32_t apart = us_ids_apart(t, spun, slot->spun.end - slot->spun.first, us_ids_at(&t->ids, option.first),
                                 option.end - option.first);
    if (apart < 0) return false;
    if (apart < nearest) nearest = apart;
  }
  slot->leave = nearest == 0;
  slot->penalty = nearest - 1;
  return true;
}

/* Where words FIRST to END - 1 stand in TEXT; no words: between their neighbours. BASE is where TEXT begins. */
static us_span bytes_of(const us_word_vec *words, size_t first, size_t end, size_t base, size_t n) {
  if (first < end) return (us_span){words->p[first].begin, words->p[end - 1].end};
  size_t begin = first ? words->p[first - 1].end : base;
  return (us_span){begin, first < words->n ? words->p[first].begin : base + n};
}

typedef struct both {
  us_slice spun, plain;
  size_t base;
} both;

/* Words I0 to I1 - 1 of the spun text stand where J0 to J1 - 1 of the plain one belong. */
static bool add_difference(us_template *t, const both *b, size_t i0, size_t i1, size_t j0, size_t j1) {
  us_segment *slot = open_slot(t, i0, i1);
  if (!slot) return false;
  us_span here = bytes_of(&t->words, i0, i1, b->base, b->spun.n), there = bytes_of(&t->plain, j0, j1, 0, b->plain.n);
  slot->begin = here.first;
  slot->end = here.end;
  slot->want = j0 < j1 ? us_slice_sub(b->plain, there.first, there.end) : US_LIT("");
  return add_option(t, j0 < j1 ? t->plain.p + j0 : NULL, j1 - j0) && close_slot(t);
}

unspin_status us_template_from_pair(us_template *t, us_slice spun, us_slice plain, size_t base, unspin_error *err) {
  clear(t);
  both b = {spun, plain, base};
  size_t next = 0;
  if (!find_sentences(t, spun, base) || !us_words_read(&t->reader, spun, base, &t->words) ||
      !us_words_read(&t->reader, plain, 0, &t->plain))
    return us_nomem(err);
  mark_sentences(t, 0, &next);
  US_TRY(us_align(&t->aligner, &t->words, &t->plain, err));
  size_t i = 0, j = 0, i0 = 0, j0 = 0; /* from i0 and j0 on nothing has been used */
  bool ok = true;
  for (size_t k = t->aligner.path.n; ok && k-- > 0;) {
    uint8_t step = t->aligner.path.p[k];
    if (step == US_STEP_SAME) {
      if (i0 < i || j0 < j) ok = add_difference(t, &b, i0, i, j0, j);
      ok = ok && keep_word(t, i);
      i0 = i + 1;
      j0 = j + 1;
    }
    i += step != US_STEP_ADD;
    j += step != US_STEP_DROP;
  }
  if (ok && (i0 < i || j0 < j)) ok = add_difference(t, &b, i0, i, j0, j);
  return ok ? UNSPIN_OK : us_nomem(err);
}

static bool add_marked(us_template *t, const us_markup_piece *piece, size_t from, size_t at) {
  us_segment *slot = open_slot(t, from, t->words.n);
  if (!slot) return false;
  slot->begin = at;
  slot->end = at + piece->text.n;
  slot->want = piece->accepted;
  us_slice rest = piece->accepted, option;
  while (us_slice_cut(&rest, '|', &option)) {
    t->scratch.n = 0;
    if (!us_words_read(&t->reader, option, 0, &t->scratch) || !add_option(t, t->scratch.p, t->scratch.n)) return false;
  }
  return close_slot(t);
}

unspin_status us_template_from_markup(us_template *t, us_slice markup, us_slice spun, size_t base, unspin_error *err) {
  clear(t);
  if (!find_sentences(t, spun, base)) return us_nomem(err);
  us_markup_piece piece;
  size_t next = 0, offset = base;
  for (size_t at = 0; us_markup_next(markup, &at, &piece);) {
    size_t from = t->words.n;
    bool ok = us_words_read(&t->reader, piece.text, offset, &t->words);
    if (ok) mark_sentences(t, from, &next);
    if (piece.slot) ok = ok && add_marked(t, &piece, from, offset);
    for (size_t i = from; ok && !piece.slot && i < t->words.n; i++) ok = keep_word(t, i);
    if (!ok) return us_nomem(err);
    offset += piece.text.n;
  }
  return UNSPIN_OK;
}
