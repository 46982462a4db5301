#include "forms/compile/read.h"
#include "forms/compile/steps.h"
#include "forms/rules.h"

static bool accepted_form(lexicon *lex, us_slice lemma, us_tag tag) {
  us_rule_word rule = us_rule_form(lemma, tag, us_rule_can_double(lemma) && us_rule_one_syllable(lemma));
  return rule.n && lex_accepted(lex, (us_slice){rule.p, rule.n});
}

static bool ends(us_slice s, us_slice end) { return s.n > end.n + 1 && memcmp(s.p + s.n - end.n, end.p, end.n) == 0; }

/* What the ending says of a headword that WordNet does not have, as far as its forms agree. */
static void guess(lexicon *lex, lex_id id, const us_slice *adjective_endings, size_t endings) {
  us_slice text = lex_at(lex, id)->text;
  double pos[US_POS_COUNT] = {0};
  if (accepted_form(lex, text, US_TAG_VERB_ING) && accepted_form(lex, text, US_TAG_VERB_PAST) &&
      accepted_form(lex, text, US_TAG_VERB_S))
    pos[US_POS_VERB] = 0.3;
  bool adjective = false;
  for (size_t i = 0; i < endings; i++) adjective = adjective || ends(text, adjective_endings[i]);
  if (ends(text, US_LIT("ly"))) pos[US_POS_ADV] = 0.3;
  else if (adjective) pos[US_POS_ADJ] = 0.3;
  if (accepted_form(lex, text, US_TAG_NOUN_PL) && (!adjective || pos[US_POS_VERB] <= 0)) pos[US_POS_NOUN] = 0.3;
  if (pos[US_POS_NOUN] + pos[US_POS_VERB] + pos[US_POS_ADJ] + pos[US_POS_ADV] <= 0) return;
  for (us_pos p = US_POS_NOUN; p <= US_POS_ADV; p++) {
    if (pos[p] <= 0) continue;
    lex_at(lex, id)->pos[p] = pos[p];
    lex_inflect_rules(lex, id, p);
  }
}

unspin_status lex_guess_pos(lexicon *lex, const char *dict, unspin_error *err) {
  us_slice endings[64];
  size_t count = 0;
  reader r;
  unspin_status status = reader_open(&r, dict, "suffix-guesses.tsv", err);
  while (!status && reader_next(&r)) { /* endings that are nearly always adjectives */
    us_slice first = r.field[1], state;
    double share;
    if (count < 64 && us_slice_cut(&first, ' ', &state) && us_slice_eq(state, US_LIT("JJ")) &&
        read_number(first, &share) && share >= 80)
      endings[count++] = r.field[0];
  }
  for (lex_id i = 0, n = (lex_id)lex->words.n; !status && i < n; i++) {
    const lex_word *w = lex_at(lex, i);
    if (!w->readings.n && (w->flags & US_WF_LOWER) && (w->entry || w->count)) guess(lex, i, endings, count);
  }
  reader_close(&r);
  return status ? status : lex->failed ? us_nomem(err) : UNSPIN_OK;
}
