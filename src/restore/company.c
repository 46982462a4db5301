/* company.c - which of two words keeps the company that stands around: features from the word vectors. */
#include <stdlib.h>

#include "model/vectors.h"
#include "restore/page.h"

/* Words on either side whose company counts, as in training. */
enum { AROUND = 6 };

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
  memset(s->company, 0, dimensions * sizeof *s->company);
  for (uint32_t i = first, k = 0; k < AROUND && i > 0 && !(p->tokens.p[i].flags & US_TF_SENTENCE); k++) {
    i--;
    if (!p->lexemes[i].vector) continue;
    unspin_vectors_add(v, p->lexemes[i].vector, 1, s->company);
    n++;
  }
  for (uint32_t i = last, k = 0; k < AROUND && i < p->tokens.n && !(p->tokens.p[i].flags & US_TF_SENTENCE); k++, i++) {
    if (!p->lexemes[i].vector) continue;
    unspin_vectors_add(v, p->lexemes[i].vector, 1, s->company);
    n++;
  }
  for (unsigned d = 0; n && d < dimensions; d++) s->company[d] /= (float)n;
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
  place->company = unspin_vectors_fit(v, s->company, place->speaker);
  place->topic = us_vectors_cosine(v, s->topic, s->topic_square, place->speaker);
}

void us_company_prefetch(const unspin_session *s, const us_arc *arc) {
  if (s->knowledge->vectors && arc->word_count) us_vectors_prefetch(s->knowledge->vectors, arc->words[0].vector);
}

void us_company_features(const unspin_session *s, const us_arc *arc, float feature[US_FEATURE_COUNT]) {
  const unspin_vectors *v = s->knowledge->vectors;
  uint32_t plain = s->place.speaker ? speaker(arc->words, arc->word_count) : 0;
  if (!plain) return;
  feature[US_F_alike] = unspin_vectors_similarity(v, plain, s->place.speaker);
  feature[US_F_company] = unspin_vectors_fit(v, s->company, plain) - s->place.company;
  feature[US_F_topic] = us_vectors_cosine(v, s->topic, s->topic_square, plain) - s->place.topic;
}
