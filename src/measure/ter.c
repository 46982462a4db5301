#include "measure/ter.h"

#include "measure/lower.h"

static bool words_of(us_ter *t, us_slice segment, us_ids *out) {
  us_buf_clear(&t->folded);
  us_lower(&t->folded, segment);
  out->n = 0;
  return !t->folded.failed && us_lexicon_words(&t->lexicon, us_buf_slice(&t->folded), out);
}

bool us_ter_add(us_ter *t, us_slice text, const us_slice *references, size_t count, us_ter_counts *counts) {
  us_lexicon_clear(&t->lexicon);
  uint64_t fewest = UINT64_MAX;
  size_t words = 0;
  for (size_t i = 0; i < count; i++) {
    uint64_t edits;
    /* read anew for each: the search moves its words about */
    if (!words_of(t, text, &t->text) || !words_of(t, references[i], &t->reference) || !us_ter_edits(t, &edits))
      return false;
    words += t->reference.n;
    if (edits < fewest) fewest = edits;
  }
  counts->edits += fewest;
  counts->reference_words += (double)words / (double)count;
  return true;
}

double us_ter_score(const us_ter_counts *c) {
  if (c->reference_words > 0) return 100 * ((double)c->edits / c->reference_words);
  return c->edits ? 100 : 0;
}

void us_ter_free(us_ter *t) {
  us_buf_free(&t->folded);
  us_lexicon_free(&t->lexicon);
  us_vec_free(&t->text);
  us_vec_free(&t->reference);
  us_vec_free(&t->moved);
  us_ter_band_free(&t->band);
  free(t->steps);
  free(t->place);
  free(t->first);
  free(t->next);
  free(t->text_wrong);
  free(t->reference_wrong);
}
