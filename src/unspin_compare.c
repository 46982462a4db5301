/* unspin_compare.c - the library's face: proposals from texts that are not aligned. */
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "phrases/compare.h"
#include "phrases/learn_tally.h"

enum { MODEL_LEFT = 4, MODEL_RIGHT = 4, MOST_DIMENSIONS = 512 };

typedef struct knowledge {
  us_forms *forms;
  unspin_model *model;
  unspin_vectors *vectors; /* NULL: none */
  us_learn_tally rows;     /* hashes of (spun, plain) */
} knowledge;

void unspin_compare_options_init(unspin_compare_options *options) {
  *options = (unspin_compare_options){.size = sizeof *options, .most = 3, .least = 0.3};
}

/* ---- what is known ---- */

static uint64_t row_hash(us_slice spun, us_slice plain) { return us_hash_seed(plain, us_hash(spun)); }

typedef struct loading {
  us_learn_tally *rows;
  bool failed;
} loading;

static bool load_row(void *cookie, const unspin_row *row) {
  loading *l = cookie;
  l->failed = !us_learn_tally_add(l->rows, row_hash(us_slice_of(row->spun), us_slice_of(row->plain)));
  return !l->failed;
}

static unspin_status load_rows(knowledge *k, const unspin_compare_options *o, unspin_error *err) {
  loading l = {.rows = &k->rows};
  k->rows.limit = SIZE_MAX / 64;
  for (size_t i = 0; i < o->table_count; i++) {
    US_TRY(unspin_table_rows(o->tables[i], NULL, load_row, &l, err));
    if (l.failed) return us_nomem(err);
  }
  return UNSPIN_OK;
}

static unspin_status open_file(knowledge *k, us_buf *path, const char *dir, const char *name, unspin_error *err) {
  us_buf_clear(path);
  us_buf_printf(path, "%s/%s", dir, name);
  if (path->failed) return us_nomem(err);
  if (strcmp(name, "forms.bin") == 0) return us_forms_open(path->p, &k->forms, err);
  if (strcmp(name, "plain.lm") == 0) return unspin_model_open(path->p, &k->model, err);
  return access(path->p, F_OK) == 0 ? unspin_vectors_open(path->p, &k->vectors, err) : UNSPIN_OK;
}

static unspin_status open_knowledge(knowledge *k, const char *dir, const unspin_compare_options *o, unspin_error *err) {
  static const char *const names[] = {"forms.bin", "plain.lm", "plain.vec"};
  us_buf path = {0};
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < 3 && !status; i++) status = open_file(k, &path, dir, names[i], err);
  us_buf_free(&path);
  if (!status && k->vectors && unspin_vectors_dimensions(k->vectors) > MOST_DIMENSIONS)
    status = us_fail(err, UNSPIN_ERR_LIMIT, "%s/plain.vec: more than %d dimensions", dir, MOST_DIMENSIONS);
  return status ? status : load_rows(k, o, err);
}

static void close_knowledge(knowledge *k) {
  us_forms_close(k->forms);
  unspin_model_close(k->model);
  unspin_vectors_close(k->vectors);
  us_learn_tally_free(&k->rows);
}

/* ---- answers ---- */

static int known(void *cookie, us_slice spun, us_slice plain) {
  const knowledge *k = cookie;
  if (us_learn_tally_get(&k->rows, row_hash(spun, plain))) return 2;
  return us_learn_tally_get(&k->rows, row_hash(plain, spun)) ? 1 : 0;
}

static uint32_t vector_of(const knowledge *k, us_slice word) {
  return k->vectors ? unspin_vectors_word(k->vectors, word.p, word.n) : 0;
}

static double similar(void *cookie, us_slice a, us_slice b) {
  const knowledge *k = cookie;
  uint32_t x = vector_of(k, a), y = vector_of(k, b);
  return x && y ? (double)unspin_vectors_similarity(k->vectors, x, y) : 0;
}

/* log10 P of PHRASE and of what follows it, after what stands before it. */
static double phrase_score(const knowledge *k, const us_compare_place *place, us_slice phrase) {
  unspin_model_state state, next;
  size_t left = place->before_n < MODEL_LEFT ? place->before_n : MODEL_LEFT;
  size_t right = place->after_n < MODEL_RIGHT ? place->after_n : MODEL_RIGHT;
  double sum = 0;
  if (left < MODEL_LEFT) unspin_model_state_begin(k->model, &state);
  else unspin_model_state_empty(&state);
  for (size_t i = left; i-- > 0; state = next)
    unspin_model_score(k->model, &state, unspin_model_word(k->model, place->before[i].p, place->before[i].n), &next,
                       NULL);
  us_slice word;
  for (; us_slice_cut(&phrase, ' ', &word); state = next)
    sum += (double)unspin_model_score(k->model, &state, unspin_model_word(k->model, word.p, word.n), &next, NULL);
  for (size_t i = 0; i < right; i++, state = next)
    sum += (double)unspin_model_score(k->model, &state,
                                      unspin_model_word(k->model, place->after[i].p, place->after[i].n), &next, NULL);
  return sum;
}

static us_slice last_word(us_slice phrase) {
  size_t at = phrase.n;
  while (at > 0 && phrase.p[at - 1] != ' ') at--;
  return us_slice_sub(phrase, at, phrase.n);
}

static double topic_gain(const knowledge *k, const us_compare_place *place, us_slice spun, us_slice plain) {
  uint32_t s = vector_of(k, last_word(spun)), p = vector_of(k, last_word(plain));
  size_t words = place->before_n + place->after_n;
  if (!s || !p || !words) return 0;
  float mean[MOST_DIMENSIONS] = {0};
  for (size_t i = 0; i < words; i++) {
    us_slice w = i < place->before_n ? place->before[i] : place->after[i - place->before_n];
    unspin_vectors_add(k->vectors, vector_of(k, w), 1.0f / (float)words, mean);
  }
  return (double)(unspin_vectors_fit(k->vectors, mean, p) - unspin_vectors_fit(k->vectors, mean, s));
}

static void gain(void *cookie, const us_compare_place *place, us_slice spun, us_slice plain, double *model,
                 double *fit) {
  const knowledge *k = cookie;
  *model = phrase_score(k, place, plain) - phrase_score(k, place, spun);
  *fit = topic_gain(k, place, spun, plain);
}

/* ---- the whole ---- */

typedef struct bridge {
  unspin_proposal_visit *visit;
  void *cookie;
  us_buf spun, plain;
} bridge;

static unspin_status hand_over(void *cookie, const us_proposal *p, unspin_error *err) {
  bridge *b = cookie;
  us_buf_clear(&b->spun);
  us_buf_clear(&b->plain);
  us_buf_append(&b->spun, p->spun);
  us_buf_append(&b->plain, p->plain);
  if (b->spun.failed || b->plain.failed) return us_nomem(err);
  unspin_proposal out = {.spun = b->spun.p, .plain = b->plain.p, .pos = p->pos, .score = p->score};
  out.strength = p->score >= 0.8 ? 4 : p->score >= 0.5 ? 3 : p->score >= 0.25 ? 2 : 1; /* never sure: guesses */
  out.known = p->why.known;
  out.similarity = p->why.similar;
  out.model_gain = p->why.model;
  out.topic_gain = p->why.fit;
  out.spun_in_spun = p->why.spun_in_spun;
  out.spun_in_clean = p->why.spun_in_clean;
  out.plain_in_spun = p->why.plain_in_spun;
  out.plain_in_clean = p->why.plain_in_clean;
  return b->visit(b->cookie, &out, err);
}

static bool add_texts(us_compare *c, bool spun, const unspin_text *texts, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (!us_compare_add(c, spun, (us_slice){texts[i].text, texts[i].len})) return false;
  return true;
}

unspin_status unspin_compare(const char *data_dir, const unspin_compare_options *options, const unspin_text *spun,
                             size_t spun_count, const unspin_text *clean, size_t clean_count,
                             unspin_proposal_visit *visit, void *cookie, unspin_error *err) {
  knowledge k = {0};
  us_compare c = {0};
  bridge b = {.visit = visit, .cookie = cookie};
  unspin_status status = open_knowledge(&k, data_dir, options, err);
  if (!status && (!us_compare_init(&c, k.forms) || !add_texts(&c, true, spun, spun_count) ||
                  !add_texts(&c, false, clean, clean_count)))
    status = us_nomem(err);
  us_compare_options o = {.most = options->most, .least = options->least};
  us_compare_kin kin = {.known = known, .similar = similar, .gain = gain, .cookie = &k};
  if (!status) status = us_compare_run(&c, &o, &kin, hand_over, &b, err);
  us_compare_free(&c);
  close_knowledge(&k);
  us_buf_free(&b.spun);
  us_buf_free(&b.plain);
  return status;
}
