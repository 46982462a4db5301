/* sure.c - what a document that looks clean as a whole has to give up all the same: a term of which every word was
 * swapped, which no author writes by chance ("counterfeit consciousness" in an abstract that is otherwise untouched).
 */
#include <math.h>

#include "phrases/row.h"
#include "restore/pass.h"

/* Natural log of times per million words. */
#define MOST_TAUGHT_RATE 0.0f
/* One word that was swapped beside one that stands proves less than two: so much less doubt is allowed. */
#define ONE_WORD_DOUBT 0.25

/* Whether ARC makes a fixed expression out of words that hardly ever stand together. */
static bool is_telling(const unspin_session *s, const us_arc *arc) {
  if (!(arc->expression & US_ARC_COMPLETES) || arc->expression & US_ARC_BREAKS) return false;
  return (double)arc->model >= s->knowledge->engine.gate.sure_gain;
}

/* Whether a row says outright what the phrase stands for: of several words, at full strength, and nothing that plain
 * text often holds. Of the user's own tables that is enough. */
static bool is_outright(const us_arc *arc) {
  const us_row_record *r = arc->row;
  if (!us_row_is_written(r) || r->strength < US_STRENGTH_MAX || arc->last - arc->first < 2) return false;
  return isnan(r->rate_spun) || r->rate_spun < MOST_TAUGHT_RATE;
}
static bool is_taught(const us_arc *arc) { return arc->table > 0 && is_outright(arc); }

/* A shipped row that says so, of a term of which every word was swapped. */
static bool is_vouched(const unspin_session *s, const us_arc *arc) {
  return arc->changed > 1 && is_outright(arc) && is_telling(s, arc);
}

double us_taught_odds(const unspin_session *s, const us_arc *arc) {
  const us_gate_settings *g = &s->knowledge->engine.gate;
  return is_taught(arc) ? g->taught : is_vouched(s, arc) ? g->vouched : 0;
}

us_sureness us_sureness_of(const unspin_session *s, const us_arc *arc) {
  if (!is_taught(arc) && !is_telling(s, arc)) return US_NOT_SURE;
  double doubt = 1 - us_confidence(&s->page, arc), most = 1 - s->knowledge->engine.gate.sure_confidence;
  if (is_taught(arc) || arc->changed > 1) return doubt <= most ? US_SURE : US_NOT_SURE;
  return doubt <= most * ONE_WORD_DOUBT ? US_SURE_TOGETHER : US_NOT_SURE;
}

void us_keep_sure(us_edit_vec *edits, const uint8_t *sureness) {
  unsigned sum = 0;
  size_t kept = 0;
  for (size_t i = 0; i < edits->n; i++)
    if (!(sureness[i] & US_SURE_REPAIR)) sum += sureness[i];
  for (size_t i = 0; i < edits->n; i++)
    if (sureness[i] && sum >= US_SURE) edits->p[kept++] = edits->p[i];
  edits->n = kept;
}
