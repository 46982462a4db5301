#include "measure/reference.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "measure/divergence.h"

/* A shorter sentence ("He said.") may well stand in two texts. */
enum { SENTENCE_WORDS = 5 };
/* So many tokens are enough to weigh the topic model by. */
enum { WEIGHING_TOKENS = 5000 };

/* ---- sentences ---- */

bool us_sentences_visit(const us_stream *text, us_sentence_visit *visit, void *cookie) {
  uint64_t hash = 0;
  size_t words = 0;
  for (size_t i = 0; i < text->n; i++) {
    const us_stream_token *t = &text->p[i];
    if (!t->sentence_end) {
      hash = us_hash_seed((us_slice){(const char *)&t->word, sizeof t->word}, hash);
      words += t->is_word;
      continue;
    }
    if (words >= SENTENCE_WORDS && !visit(cookie, hash)) return false;
    hash = words = 0;
  }
  return true;
}

static bool keep_sentence(void *cookie, uint64_t hash) {
  us_reference *r = cookie;
  return us_vec_push(&r->sentences, hash);
}

static int ascending(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* ---- words ---- */

static bool read_function_words(us_reference *r, us_slice list) {
  us_slice line, word;
  while (us_slice_cut(&list, '\n', &line)) {
    us_slice rest = line;
    if (!us_slice_cut(&rest, '\t', &word)) continue;
    word = us_slice_trim(word);
    if (!word.n || word.p[0] == '#') continue;
    uint32_t id = us_lexicon_id(&r->lexicon, word);
    if (!id || !us_vec_push(&r->function_words, id)) return false;
    if (id >= r->function_count) r->function_count = id + 1;
  }
  r->is_function = calloc(r->function_count + 1, sizeof *r->is_function);
  for (size_t i = 0; r->is_function && i < r->function_words.n; i++) r->is_function[r->function_words.p[i]] = true;
  return r->is_function;
}

static bool count_words(const us_reference *r, const us_stream *text, us_judge *j) {
  for (size_t i = 0; i < text->n; i++)
    if (text->p[i].word >= j->counted) j->counted = text->p[i].word + 1;
  j->words = calloc(j->counted + 1, sizeof *j->words);
  j->content = calloc(j->counted + 1, sizeof *j->content);
  if (!j->words || !j->content) return false;
  for (size_t i = 0; i < text->n; i++) {
    const us_stream_token *t = &text->p[i];
    if (!t->is_word) continue;
    j->words[t->word]++;
    j->word_total++;
    if (!us_reference_is_content(r, t)) continue;
    j->content[t->word]++;
    j->content_total++;
  }
  return true;
}

/* ---- half against half ---- */

/* Chi-square takes the commonest words only: it is no good for rare ones. */
static double floor_chi_square(const us_judge *a, const us_judge *b) {
  size_t n = a->counted > b->counted ? a->counted : b->counted;
  us_word_count *list = calloc(n + 1, sizeof *list);
  uint32_t left[US_CHI_WORDS], right[US_CHI_WORDS];
  if (!list) return US_NAN;
  for (uint32_t w = 0; w < n; w++)
    list[w] = (us_word_count){w, (uint64_t)us_judge_count(a, a->words, w) + us_judge_count(b, b->words, w)};
  qsort(list, n, sizeof *list, us_by_word_count);
  size_t used = n < US_CHI_WORDS ? n : US_CHI_WORDS;
  for (size_t i = 0; i < used; i++) {
    left[i] = us_judge_count(a, a->words, list[i].word);
    right[i] = us_judge_count(b, b->words, list[i].word);
  }
  free(list);
  return us_chi_square(left, a->word_total, right, b->word_total, used);
}

static double floor_divergence(const us_judge *a, const us_judge *b) {
  size_t both = a->counted < b->counted ? a->counted : b->counted;
  return us_jensen_shannon(a->content, a->content_total, b->content, b->content_total, both);
}

/* ---- opening ---- */

static unspin_status refuse(const us_reference_options *o, const us_halves *h, unspin_error *err) {
  size_t words = h->words[0] + h->words[1];
  if (!words) return us_fail(err, UNSPIN_ERR_INVALID, "%s: no words to score against", o->name);
  if (words < US_REFERENCE_FEWEST_WORDS && !o->force)
    return us_fail(err, UNSPIN_ERR_INVALID,
                   "%s: a reference of %zu word%s makes figures too uncertain: at least %d are wanted (or --force)",
                   o->name, words, words == 1 ? "" : "s", US_REFERENCE_FEWEST_WORDS);
  if (!h->words[0] || !h->words[1])
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: a reference of one sentence cannot be cut into halves", o->name);
  return UNSPIN_OK;
}

/* How well the model of half K foretells the other half says what weight it deserves. */
static unspin_status weigh(us_reference *r, const us_stream *half, int k, unspin_error *err) {
  US_TRY(us_topic_new(r->model, &half[k], &r->judge[k].topic, err));
  us_stream other = half[1 - k];
  if (other.n > WEIGHING_TOKENS) other.n = WEIGHING_TOKENS;
  double *ratios = malloc(other.n * sizeof *ratios);
  bool ok = ratios && us_topic_ratios(r->judge[k].topic, &other, ratios);
  if (ok) r->facts.weight[k] = us_topic_weight(ratios, other.n);
  free(ratios);
  return ok ? UNSPIN_OK : us_nomem(err);
}

static unspin_status read_halves(us_reference *r, const us_halves *h, const us_reference_options *o, us_stream *half,
                                 unspin_error *err) {
  for (int k = 0; k < 2; k++) {
    US_TRY(us_stream_read(o->model, us_buf_slice(&h->half[k]), o->name, &r->lexicon, &half[k], err));
    if (!count_words(r, &half[k], &r->judge[k]) || !us_sentences_visit(&half[k], keep_sentence, r))
      return us_nomem(err);
    r->facts.half_words[k] = h->words[k];
    r->facts.content_words[k] = r->judge[k].content_total;
  }
  if (r->sentences.n) qsort(r->sentences.p, r->sentences.n, sizeof *r->sentences.p, ascending);
  for (int k = o->both ? 0 : US_HALF_JUDGE; k < 2; k++) US_TRY(weigh(r, half, k, err));
  return UNSPIN_OK;
}

static unspin_status fill(us_reference *r, const us_halves *h, const us_reference_options *o, unspin_error *err) {
  if (!read_function_words(r, o->function_words)) return us_nomem(err);
  us_stream half[2] = {0};
  unspin_status status = read_halves(r, h, o, half, err);
  us_stream_free(&half[0]);
  us_stream_free(&half[1]);
  if (status) return status;
  unspin_model_info info;
  unspin_model_describe(o->model, &info);
  r->facts.vocabulary = unspin_model_word_count(o->model) + info.unknown_types;
  r->facts.words = h->words[0] + h->words[1];
  r->facts.sentences = h->sentences;
  r->facts.both = o->both;
  r->facts.floor_divergence = floor_divergence(&r->judge[0], &r->judge[1]);
  r->facts.floor_chi_square = floor_chi_square(&r->judge[0], &r->judge[1]);
  return UNSPIN_OK;
}

unspin_status us_reference_open(us_slice text, const us_reference_options *options, us_reference **out,
                                unspin_error *err) {
  *out = NULL;
  us_halves halves;
  us_reference *r = calloc(1, sizeof *r);
  unspin_status status = us_halves_split(text, &halves) && r ? UNSPIN_OK : us_nomem(err);
  if (!status) status = refuse(options, &halves, err);
  if (!status) {
    r->model = options->model;
    status = fill(r, &halves, options, err);
  }
  us_halves_free(&halves);
  if (status) us_reference_close(r);
  else *out = r;
  return status;
}

void us_reference_close(us_reference *r) {
  if (!r) return;
  for (int k = 0; k < 2; k++) {
    us_topic_free(r->judge[k].topic);
    free(r->judge[k].words);
    free(r->judge[k].content);
  }
  us_lexicon_free(&r->lexicon);
  us_vec_free(&r->function_words);
  us_vec_free(&r->sentences);
  free(r->is_function);
  free(r);
}

const us_reference_facts *us_reference_about(const us_reference *r) { return &r->facts; }
