#include <math.h>
#include <stdlib.h>

#include "forms/compile/read.h"
#include "forms/compile/steps.h"

/* What a function word's first reading says about its flags. */
static unsigned flags_of(us_slice lemma, us_tag tag) {
  if (tag == US_TAG_MODAL) return US_WF_MODAL;
  bool verb = us_tag_pos(tag) == US_POS_VERB || tag == US_TAG_AUX;
  if (verb && us_slice_eq(lemma, US_LIT("be"))) return US_WF_BE;
  if (verb && us_slice_eq(lemma, US_LIT("have"))) return US_WF_HAVE;
  if (verb && us_slice_eq(lemma, US_LIT("do"))) return US_WF_DO;
  return 0;
}

/* Contracted words have no lemma that says which verb is in them; their state does. */
static unsigned flags_of_state(us_slice state) {
  if (state.n > 3 && memcmp(state.p + state.n - 3, "_BE", 3) == 0) return US_WF_BE;
  if (state.n > 3 && memcmp(state.p + state.n - 3, "_HV", 3) == 0) return US_WF_HAVE;
  if (state.n > 3 && memcmp(state.p + state.n - 3, "_MD", 3) == 0) return US_WF_MODAL;
  return 0;
}

static unspin_status load_function_words(lexicon *lex, reader *r, const char *dict, unspin_error *err) {
  US_TRY(reader_open(r, dict, "function-words.tsv", err));
  while (reader_next(r)) {
    double share;
    us_tag tag = us_tag_parse(r->field[2]);
    int state = lex_state(lex, r->field[3]);
    if (r->count != 5 || !lex_is_word(r->field[0]) || !lex_is_word(r->field[1]) || tag == US_TAG_COUNT || state < 0 ||
        !read_number(r->field[4], &share))
      return reader_fail(r, err, "wanted word, lemma, tag, state, share");
    lex_id id = lex_add(lex, r->field[0]), lemma = lex_add(lex, r->field[1]);
    if (id == LEX_NONE || lemma == LEX_NONE) return us_nomem(err);
    lex_word *w = lex_at(lex, id);
    if (!(w->flags & US_WF_FUNCTION)) w->readings.n = 0;
    w->flags |= US_WF_FUNCTION | US_WF_LOWER | flags_of(r->field[1], tag) | flags_of_state(r->field[3]);
    lex_read_as(lex, id, lemma, tag, (unsigned)state, share);
  }
  return lex->failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status load_negations(lexicon *lex, reader *r, const char *dict, unspin_error *err) {
  US_TRY(reader_open(r, dict, "negation-words.txt", err));
  while (reader_next(r)) {
    lex_id id = lex_is_word(r->field[0]) ? lex_add(lex, r->field[0]) : LEX_NONE;
    if (id == LEX_NONE) return reader_fail(r, err, "wanted one word");
    lex_at(lex, id)->flags |= US_WF_NEGATION;
  }
  return UNSPIN_OK;
}

static unspin_status load_abbreviations(lexicon *lex, reader *r, const char *dict, unspin_error *err) {
  US_TRY(reader_open(r, dict, "abbreviations.txt", err));
  while (reader_next(r)) {
    lex_id id = lex_is_word(r->field[0]) ? lex_add(lex, r->field[0]) : LEX_NONE;
    if (id == LEX_NONE) return reader_fail(r, err, "wanted one word");
    lex_at(lex, id)->flags |= US_WF_ABBREVIATION;
    if (!us_vec_push(&lex->abbreviations, id)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

/* Names get a reading; its share is how often the word stood with a capital. */
static void name_readings(lexicon *lex) {
  for (lex_id i = 0; i < lex->words.n; i++) {
    lex_word *w = lex_at(lex, i);
    if (w->flags & US_WF_FUNCTION) continue;
    bool known = (w->flags & (US_WF_GB | US_WF_US)) != 0;
    if (!known && w->count && w->capital > 0.6) w->flags |= US_WF_NAME;
    if (!(w->flags & US_WF_NAME) && (w->capital < 0.25 || !w->readings.n)) continue;
    double others = 0, share = w->count >= 5 ? w->capital : w->flags & US_WF_LOWER ? 0.1 : 0.9;
    for (size_t k = 0; k < w->readings.n; k++) others += w->readings.p[k].share;
    share = fmin(fmax(share, 0.01), 0.98);
    lex_read_as(lex, i, i, US_TAG_NAME, US_ST_NP, others > 0 ? others * share / (1 - share) : 1);
  }
}

unspin_status lex_load_closed(lexicon *lex, const char *dict, unspin_error *err) {
  reader r;
  unspin_status (*const STEPS[])(lexicon *, reader *, const char *, unspin_error *) = {
      load_function_words, load_negations, load_abbreviations};
  for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) {
    unspin_status status = STEPS[i](lex, &r, dict, err);
    reader_close(&r);
    if (status) return status;
  }
  name_readings(lex);
  return lex->failed ? us_nomem(err) : UNSPIN_OK;
}
