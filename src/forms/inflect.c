#include "forms/forms_impl.h"
#include "forms/rules.h"

static unsigned dialect_bit(unspin_dialect dialect) {
  if (dialect == UNSPIN_DIALECT_GB) return US_DIALECT_BIT_GB;
  if (dialect == UNSPIN_DIALECT_US) return US_DIALECT_BIT_US;
  return 0;
}

/* A word with some open-class reading has those forms that the compiler found, and no others. */
static bool is_open(const us_forms *f, us_word word) {
  us_readings all = us_forms_readings(f, word);
  for (size_t i = 0; i < all.n; i++)
    if (us_tag_pos((us_tag)all.p[i].tag) != US_POS_FUNCTION) return true;
  return false;
}

static us_word stored_form(const us_forms *f, us_word lemma, us_tag tag, unsigned bit) {
  us_word best = 0, any = 0;
  for (uint32_t i = f->words[lemma].form_at; i < f->words[lemma + 1].form_at; i++) {
    const us_inflection *in = &f->inflections[i];
    if (in->tag != tag || !in->dialects) continue;
    if (!best && (in->dialects & bit)) best = in->form;
    if (!any || us_forms_count(f, in->form) > us_forms_count(f, any)) any = in->form;
  }
  return best ? best : any; /* any: AUTO, or a lemma of the other dialect */
}

us_word us_inflect_word(const us_forms *f, us_word lemma, us_tag tag, unspin_dialect dialect) {
  if (!lemma || lemma > f->header.words || tag == US_TAG_NONE) return 0;
  us_word local = us_dialect_spelling(f, lemma, dialect);
  if (tag == us_pos_base(us_tag_pos(tag))) return local;
  us_word form = stored_form(f, local, tag, dialect_bit(dialect));
  if (form || local == lemma) return form;
  /* license has no such form as a verb of its own, or is not known as one: respell that of licence */
  form = stored_form(f, lemma, tag, dialect_bit(dialect));
  return form ? us_dialect_spelling(f, form, dialect) : 0;
}

bool us_inflect(const us_forms *f, us_slice lemma, us_tag tag, unspin_dialect dialect, us_buf *out) {
  if (tag == US_TAG_NONE || tag > US_TAG_ADV_EST) return false;
  us_word id = us_forms_word(f, lemma);
  us_word form = us_inflect_word(f, id, tag, dialect);
  us_slice text = us_forms_text(f, form);
  us_rule_word rule;
  if (!form) {
    us_pos pos = us_tag_pos(tag);
    bool degree = pos == US_POS_ADJ || pos == US_POS_ADV;
    if (degree) return false; /* never invented */
    const us_reading *noun = us_forms_reading_as(f, id, US_POS_NOUN);
    bool open = is_open(f, id);
    us_word local = us_dialect_spelling(f, id, dialect);
    us_slice spelt = local ? us_forms_text(f, local) : lemma; /* harborings, not harbourings */
    if (open && (tag != US_TAG_NOUN_PL || (!noun && !us_forms_reading_as(f, id, US_POS_VERB)))) return false;
    if (open && noun && noun->lemma == id) text = spelt; /* a noun whose plural no dictionary has: peace, happiness */
    else { /* no word of ours, or one the dictionaries have as a verb only: downloads, stabbings */
      rule = us_rule_form(spelt, tag, us_rule_can_double(spelt) && us_rule_one_syllable(spelt));
      text = (us_slice){rule.p, rule.n};
    }
  }
  if (!text.n) return false;
  us_buf_append(out, text);
  return !out->failed;
}
