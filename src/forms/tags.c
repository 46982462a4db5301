#include "forms/forms.h"

static const char *const NAMES[US_TAG_COUNT] = {
    "none",    "noun_sg", "noun_pl", "verb_base", "verb_s", "verb_past", "verb_part", "verb_ing", "adj",   "adj_er",
    "adj_est", "adv",     "adv_er",  "adv_est",   "name",   "num",       "det",       "pron",     "poss",  "modal",
    "aux",     "prep",    "conj",    "wh",        "to",     "neg",       "exist",     "interj",   "punct", "other"};

us_pos us_tag_pos(us_tag tag) {
  if (tag == US_TAG_NONE || tag >= US_TAG_COUNT) return US_POS_NONE;
  if (tag <= US_TAG_NOUN_PL) return US_POS_NOUN;
  if (tag <= US_TAG_VERB_ING) return US_POS_VERB;
  if (tag <= US_TAG_ADJ_EST) return US_POS_ADJ;
  if (tag <= US_TAG_ADV_EST) return US_POS_ADV;
  return US_POS_FUNCTION;
}

const char *us_tag_name(us_tag tag) { return NAMES[tag < US_TAG_COUNT ? tag : US_TAG_NONE]; }

us_tag us_tag_parse(us_slice name) {
  for (unsigned i = 0; i < US_TAG_COUNT; i++)
    if (us_slice_eq(name, us_slice_of(NAMES[i]))) return (us_tag)i;
  return US_TAG_COUNT;
}

us_tag us_pos_base(us_pos pos) {
  static const us_tag BASE[US_POS_COUNT] = {US_TAG_NONE, US_TAG_NOUN_SG, US_TAG_VERB_BASE,
                                            US_TAG_ADJ,  US_TAG_ADV,     US_TAG_NONE};
  return pos < US_POS_COUNT ? BASE[pos] : US_TAG_NONE;
}
