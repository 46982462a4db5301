/* company.c - which of two words keeps the company that stands around: features from the word vectors. */
#include <stdlib.h>

#include "model/vectors.h"
#include "restore/page.h"

/* Words on either side whose company counts, as in training. */
enum { AROUND = 6 };

/* What is known of a word of the vectors: its length, squared (0: not yet), and how it fits the topic of the year. */
typedef struct known {
  int square;
  uint32_t year;
  float topic;
} known;

struct us_company {
  uint32_t year; /* of the topic: counted on when that changes */
  float mean[US_VECTORS_MAX_DIMENSIONS];  /* of the words around the place */
  double wide[US_VECTORS_MAX_DIMENSIONS]; /* the same */
  known known[];
};

bool us_company_begin(unspin_session *s) {
  const unspin_vectors *v = s->knowledge->vectors;
  if (!v) return true;
  size_t bytes = v->dimensions * sizeof(float);
  if (!s->topic) s->topic = malloc(bytes);
  if (!s->company) s->company = calloc(1, sizeof *s->company + v->words.n * sizeof *s->company->known);
  if (!s->topic || !s->company) return false;
  memset(s->topic, 0, bytes);
  us_company_set_topic(s);
  return true;
}

void us_company_set_topic(unspin_session *s) {
  if (!s->company) return;
  s->topic_square = us_vectors_square(s->knowledge->vectors, s->topic);
  s->company->year++;
}

void us_company_free(unspin_session *s) {
  free(s->company);
  free(s->topic);
}

static int square_of(const unspin_session *s, uint32_t word) {
  known *k = &s->company->known[word];
  if (!k->square) k->square = us_vectors_word_square(s->knowledge->vectors, word);
  return k->square;
}

static float topic_of(const unspin_session *s, uint32_t word) {
  known *k = &s->company->known[word];
  if (k->year == s->company->year) return k->topic;
  k->year = s->company->year;
  return k->topic = us_vectors_cosine(s->knowledge->vectors, s->topic, s->topic_square, word);
}

static bool is_content(const unspin_session *s, size_t i) {
  const us_page *p = &s->page;
  return p->tokens.p[i].kind == US_TOK_WORD &&
         !(us_forms_flags(s->knowledge->forms, p->tagged[i].word) & US_WF_FUNCTION);
}

void us_topic_add(unspin_session *s) {
  const unspin_vectors *v = s->knowledge->vectors;
  if (!v || !s->topic) return;
  for (size_t i = 0; i < s->page.tokens.n; i++) {
    if (!is_content(s, i)) continue;
    us_lexeme x = us_lexeme_of(s, us_page_folded(s, i));
    if (x.vector) unspin_vectors_add(v, x.vector, 1, s->topic);
  }
}

/* The mean vector of the words around tokens [first, last) of the same sentence. */
static void look_around(unspin_session *s, uint32_t first, uint32_t last) {
  const us_page *p = &s->page;
  const unspin_vectors *v = s->knowledge->vectors;
  unsigned dimensions = unspin_vectors_dimensions(v), n = 0;
  float *mean = s->company->mean;
  memset(mean, 0, dimensions * sizeof *mean);
  for (uint32_t i = first, k = 0; k < AROUND && i > 0 && !(p->tokens.p[i].flags & US_TF_SENTENCE); k++) {
    i--;
    if (!p->lexemes[i].vector) continue;
    unspin_vectors_add(v, p->lexemes[i].vector, 1, mean);
    n++;
  }
  for (uint32_t i = last, k = 0; k < AROUND && i < p->tokens.n && !(p->tokens.p[i].flags & US_TF_SENTENCE); k++, i++) {
    if (!p->lexemes[i].vector) continue;
    unspin_vectors_add(v, p->lexemes[i].vector, 1, mean);
    n++;
  }
  for (unsigned d = 0; n && d < dimensions; d++) mean[d] /= (float)n;
  for (unsigned d = 0; d < dimensions; d++) s->company->wide[d] = (double)mean[d];
}

/* The word that says most: the rarest that has a vector. */
static uint32_t speaker(const us_lexeme *words, size_t n) {
  const us_lexeme *best = NULL;
  for (size_t i = 0; i < n; i++)
    if (words[i].vector && (!best || words[i].common < best->common)) best = &words[i];
  return best ? best->vector : 0;
}

void us_company_place(unspin_session *s, us_place *place) {
  const unspin_vectors *v = s->knowledge->vectors;
  if (!v || !s->topic) return;
  place->speaker = speaker(s->page.lexemes + place->first, place->last - place->first);
  if (!place->speaker) return;
  look_around(s, place->first, place->last);
  place->company = us_vectors_fit_wide(v, s->company->wide, place->speaker);
  place->topic = topic_of(s, place->speaker);
}

void us_company_prefetch(const unspin_session *s, const us_arc *arc) {
  if (!s->company || !arc->word_count) return;
  us_vectors_prefetch(s->knowledge->vectors, arc->words[0].vector);
  __builtin_prefetch(&s->company->known[arc->words[0].vector]);
}

void us_company_features(const unspin_session *s, const us_arc *arc, float feature[US_FEATURE_COUNT]) {
  const unspin_vectors *v = s->knowledge->vectors;
  uint32_t plain = s->place.speaker ? speaker(arc->words, arc->word_count) : 0;
  if (!plain) return;
  feature[US_F_alike] = us_vectors_alike(v, plain, square_of(s, plain), s->place.speaker, square_of(s, s->place.speaker));
  feature[US_F_company] = us_vectors_fit_wide(v, s->company->wide, plain) - s->place.company;
  feature[US_F_topic] = topic_of(s, plain) - s->place.topic;
}
