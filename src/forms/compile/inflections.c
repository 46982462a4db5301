#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "forms/compile/read.h"
#include "forms/compile/steps.h"
#include "forms/rules.h"

#define BOTH (US_DIALECT_BIT_GB | US_DIALECT_BIT_US)

enum { DOUBLING_UNKNOWN, DOUBLING_YES, DOUBLING_NO, DOUBLING_GB };

/* How a lemma's uses are spread over its forms, in running text. */
static double tag_share(us_tag tag) {
  switch ((int)tag) {
    case US_TAG_NOUN_SG: return 0.7;
    case US_TAG_NOUN_PL: return 0.3;
    case US_TAG_VERB_BASE: return 0.3;
    case US_TAG_VERB_S: return 0.1;
    case US_TAG_VERB_PAST: return 0.22;
    case US_TAG_VERB_PART: return 0.22;
    case US_TAG_VERB_ING: return 0.16;
    case US_TAG_ADJ:
    case US_TAG_ADV: return 0.96;
    default: return 0.02;
  }
}

static void give(lexicon *lex, lex_id lemma, us_tag tag, lex_id form, unsigned dialects) {
  if (form == LEX_NONE) return;
  double weight = fmax(lex_at(lex, lemma)->pos[us_tag_pos(tag)], 0.01);
  lex_inflect(lex, lemma, tag, form, dialects);
  lex_read_as(lex, form, lemma, tag, lex_state_of(tag), weight * tag_share(tag));
}

static bool has(const lexicon *lex, lex_id lemma, us_tag tag) {
  const lex_word *w = &lex->words.p[lemma];
  for (size_t i = 0; i < w->forms.n; i++)
    if (w->forms.p[i].tag == tag && w->forms.p[i].dialects) return true;
  return false;
}

/* A form by rule, if some dictionary accepts it; *ACCEPTED says which. */
static lex_id by_rule(lexicon *lex, us_slice lemma, us_tag tag, bool doubled, unsigned *accepted) {
  us_rule_word rule = us_rule_form(lemma, tag, doubled);
  us_slice text = {rule.p, rule.n};
  *accepted = rule.n && lex_is_word(text) ? lex_accepted(lex, text) : 0;
  return *accepted ? lex_add(lex, text) : LEX_NONE;
}

/* stopped, travelled and traveled, visited: which of the two spellings stands where. */
static void give_doubling(lexicon *lex, lex_id lemma, us_tag tag) {
  us_slice text = lex_at(lex, lemma)->text;
  int listed = lex_at(lex, lemma)->doubling;
  unsigned in_single, in_double = 0;
  lex_id single = by_rule(lex, text, tag, false, &in_single), twice = LEX_NONE;
  if (us_rule_can_double(text) || listed == DOUBLING_YES || listed == DOUBLING_GB)
    twice = by_rule(lex, text, tag, true, &in_double);
  bool short_word = us_rule_one_syllable(text);
  unsigned to_double = 0;
  if (listed == DOUBLING_YES || (listed == DOUBLING_UNKNOWN && short_word)) to_double = in_double ? BOTH : 0;
  else if (listed == DOUBLING_GB) to_double = in_double ? US_DIALECT_BIT_GB | (in_single ? 0 : BOTH) : 0;
  else if (listed == DOUBLING_UNKNOWN) {
    bool l = text.p[text.n - 1] == 'l';
    to_double = in_double & ~in_single;
    if (l && (in_double & US_DIALECT_BIT_GB)) to_double |= US_DIALECT_BIT_GB;
  }
  /* "planed" belongs to plane alone: a short word that doubles has no single form */
  if (single != LEX_NONE && (to_double != BOTH || !short_word)) give(lex, lemma, tag, single, BOTH & ~to_double);
  if (twice != LEX_NONE && (to_double || listed != DOUBLING_UNKNOWN || !short_word))
    give(lex, lemma, tag, twice, to_double);
}

/* So that every form fits where the rules leave room for one. */
enum { PLURAL_ENDING_MAX = 12 };

static us_slice changed(us_slice word, size_t cut, const char *ending, char out[US_RULE_WORD_MAX + 8]) {
  size_t n = strlen(ending);
  memcpy(out, word.p, word.n - cut);
  memcpy(out + word.n - cut, ending, n);
  return (us_slice){out, word.n - cut + n};
}

static bool ends(us_slice s, const char *end) {
  size_t n = strlen(end);
  return s.n > n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* spokesmen, analyses, stepchildren; potatoes where that is the commoner spelling. */
static lex_id plural(lexicon *lex, us_slice word) {
  char out[US_RULE_WORD_MAX + 8];
  unsigned accepted;
  if (word.n > US_RULE_WORD_MAX - 8) return LEX_NONE;
  for (size_t i = 0; i < lex->plural_endings.n; i++) {
    lex_plural_ending e = lex->plural_endings.p[i];
    if (!ends(word, e.singular)) continue;
    us_slice form = changed(word, strlen(e.singular), e.plural, out);
    if (lex_accepted(lex, form)) return lex_add(lex, form);
  }
  lex_id regular = by_rule(lex, word, US_TAG_NOUN_PL, false, &accepted);
  if (!ends(word, "o")) return regular;
  us_slice es = changed(word, 0, "es", out);
  if (!lex_accepted(lex, es)) return regular;
  lex_id other = lex_add(lex, es);
  if (regular == LEX_NONE || other == LEX_NONE) return other;
  return lex_at(lex, other)->count > lex_at(lex, regular)->count ? other : regular;
}

static void degrees(lexicon *lex, lex_id lemma) {
  us_slice text = lex_at(lex, lemma)->text;
  if (lex_at(lex, lemma)->no_degree || has(lex, lemma, US_TAG_ADJ_ER) || text.n < 3 || ends(text, "er") ||
      (text.n > 3 && ends(text, "ed")))
    return;
  bool doubled = us_rule_can_double(text) && (us_rule_one_syllable(text) || ends(text, "l"));
  for (int twice = doubled; twice >= 0; twice--) {
    unsigned er, est;
    lex_id more = by_rule(lex, text, US_TAG_ADJ_ER, twice != 0, &er),
           most = by_rule(lex, text, US_TAG_ADJ_EST, twice != 0, &est);
    if (!(er & est) || more == LEX_NONE || most == LEX_NONE) continue;
    /* the dictionaries are free with "-er" (frequenter): believe it of short words and of those that are seen so */
    bool shape =
        us_rule_one_syllable(text) || ends(text, "y") || ends(text, "ble") || ends(text, "ple") || ends(text, "tle");
    bool seen = lex_at(lex, more)->count + lex_at(lex, most)->count > 0;
    if (!seen && (er != BOTH || !shape)) continue;
    give(lex, lemma, US_TAG_ADJ_ER, more, BOTH);
    give(lex, lemma, US_TAG_ADJ_EST, most, BOTH);
    return;
  }
}

void lex_inflect_rules(lexicon *lex, lex_id lemma, us_pos pos) {
  us_tag base = us_pos_base(pos);
  unsigned accepted;
  us_slice text = lex_at(lex, lemma)->text;
  if (!(lex_at(lex, lemma)->flags & US_WF_PLURAL_ONLY) || pos != US_POS_NOUN) give(lex, lemma, base, lemma, BOTH);
  if (pos == US_POS_NOUN && !has(lex, lemma, US_TAG_NOUN_PL)) {
    bool alone = (lex_at(lex, lemma)->flags & US_WF_UNCOUNTABLE) != 0;
    lex_id form = plural(lex, text);
    if (form != lemma) give(lex, lemma, US_TAG_NOUN_PL, form, alone ? 0 : BOTH);
    if (alone) lex_inflect(lex, lemma, US_TAG_NOUN_PL, lemma, BOTH);
  }
  if (pos == US_POS_VERB) {
    if (!has(lex, lemma, US_TAG_VERB_S))
      give(lex, lemma, US_TAG_VERB_S, by_rule(lex, text, US_TAG_VERB_S, false, &accepted), BOTH);
    for (us_tag tag = US_TAG_VERB_PAST; tag <= US_TAG_VERB_ING; tag++)
      if (!has(lex, lemma, tag)) give_doubling(lex, lemma, tag);
  }
  if (pos == US_POS_ADJ) degrees(lex, lemma);
}

/* "form,form@GB": the first unmarked one is preferred, except where a mark says otherwise. "-" stands for none. */
static void give_list(lexicon *lex, lex_id lemma, us_tag tag, us_slice list) {
  us_slice item, all = list;
  unsigned marked = 0, left;
  if (!list.n || us_slice_eq(list, US_LIT("-"))) return;
  while (us_slice_cut(&all, ',', &item)) {
    if (ends(item, "@GB")) marked |= US_DIALECT_BIT_GB;
    if (ends(item, "@US")) marked |= US_DIALECT_BIT_US;
  }
  left = BOTH & ~marked;
  while (us_slice_cut(&list, ',', &item)) {
    bool gb = ends(item, "@GB"), us = ends(item, "@US");
    unsigned dialects = gb ? US_DIALECT_BIT_GB : us ? US_DIALECT_BIT_US : left;
    if (gb || us) item.n -= 3;
    else left = 0;
    give(lex, lemma, tag, lex_add(lex, item), dialects);
  }
}

typedef unspin_status line_handler(lexicon *lex, const reader *r, unspin_error *err);

static lex_id lemma_of(lexicon *lex, us_slice text, us_pos pos) {
  lex_id id = lex_is_word(text) ? lex_add(lex, text) : LEX_NONE;
  if (id != LEX_NONE && lex_at(lex, id)->pos[pos] <= 0) lex_at(lex, id)->pos[pos] = 0.3;
  return id;
}

static unspin_status on_verb(lexicon *lex, const reader *r, unspin_error *err) {
  lex_id id = lemma_of(lex, r->field[0], US_POS_VERB);
  if (id == LEX_NONE || r->count < 3) return reader_fail(r, err, "wanted lemma, past, participle");
  static const us_tag TAG[] = {US_TAG_NONE, US_TAG_VERB_PAST, US_TAG_VERB_PART, US_TAG_VERB_S, US_TAG_VERB_ING};
  for (size_t i = 1; i < r->count && i < 5; i++) give_list(lex, id, TAG[i], r->field[i]);
  return UNSPIN_OK;
}

/* WordNet has better, worse and bacteria as words of their own too; they are hardly ever more than a form. Those that
 * are (last, data, dice) stand in some list of ours themselves. */
static void rarer_alone(lexicon *lex, us_slice list, us_pos pos) {
  us_slice item;
  while (us_slice_cut(&list, ',', &item)) {
    lex_id id = lex_find(lex, ends(item, "@GB") ? us_slice_sub(item, 0, item.n - 3) : item);
    if (id == LEX_NONE || lex_at(lex, id)->no_degree ||
        (lex_at(lex, id)->flags & (US_WF_UNCOUNTABLE | US_WF_PLURAL_ONLY)) || has(lex, id, US_TAG_NOUN_PL))
      continue;
    lex_at(lex, id)->pos[pos] *= 0.01;
  }
}

static unspin_status on_noun(lexicon *lex, const reader *r, unspin_error *err) {
  lex_id id = lemma_of(lex, r->field[0], US_POS_NOUN);
  if (id == LEX_NONE || r->count != 2) return reader_fail(r, err, "wanted singular, plurals");
  if (!us_slice_eq(r->field[0], r->field[1])) rarer_alone(lex, r->field[1], US_POS_NOUN);
  give_list(lex, id, US_TAG_NOUN_PL, r->field[1]);
  return UNSPIN_OK;
}

static unspin_status on_degree(lexicon *lex, const reader *r, unspin_error *err) {
  bool adv = us_slice_eq(r->field[1], US_LIT("adv"));
  if (r->count != 4 || (!adv && !us_slice_eq(r->field[1], US_LIT("adj"))))
    return reader_fail(r, err, "wanted word, adj or adv, two forms");
  lex_id id = lemma_of(lex, r->field[0], adv ? US_POS_ADV : US_POS_ADJ);
  if (id == LEX_NONE) return us_nomem(err);
  if (!adv && us_slice_eq(r->field[2], US_LIT("-"))) lex_at(lex, id)->no_degree = true;
  rarer_alone(lex, r->field[2], adv ? US_POS_ADV : US_POS_ADJ);
  rarer_alone(lex, r->field[3], adv ? US_POS_ADV : US_POS_ADJ);
  give_list(lex, id, adv ? US_TAG_ADV_ER : US_TAG_ADJ_ER, r->field[2]);
  give_list(lex, id, adv ? US_TAG_ADV_EST : US_TAG_ADJ_EST, r->field[3]);
  return UNSPIN_OK;
}

static unspin_status on_doubling(lexicon *lex, const reader *r, unspin_error *err) {
  static const char *const KINDS[] = {"", "yes", "no", "GB"};
  lex_id id = lex_is_word(r->field[0]) ? lex_add(lex, r->field[0]) : LEX_NONE;
  for (int i = 1; i < 4 && id != LEX_NONE; i++) {
    if (!us_slice_eq(r->field[1], us_slice_of(KINDS[i]))) continue;
    lex_at(lex, id)->doubling = i;
    return UNSPIN_OK;
  }
  return reader_fail(r, err, "wanted word, then yes, no or GB");
}

static unspin_status on_uncountable(lexicon *lex, const reader *r, unspin_error *err) {
  lex_id id = lemma_of(lex, r->field[0], US_POS_NOUN);
  if (id == LEX_NONE) return reader_fail(r, err, "wanted one word");
  lex_at(lex, id)->flags |= US_WF_UNCOUNTABLE;
  return UNSPIN_OK;
}

static unspin_status on_plural_only(lexicon *lex, const reader *r, unspin_error *err) {
  lex_id id = lemma_of(lex, r->field[0], US_POS_NOUN);
  if (id == LEX_NONE) return reader_fail(r, err, "wanted one word");
  lex_at(lex, id)->flags |= US_WF_PLURAL_ONLY;
  give(lex, id, US_TAG_NOUN_PL, id, BOTH);
  return UNSPIN_OK;
}

static unspin_status on_plural_ending(lexicon *lex, const reader *r, unspin_error *err) {
  if (r->count != 2 || !r->field[0].n || !r->field[1].n || r->field[1].n > PLURAL_ENDING_MAX)
    return reader_fail(r, err, "wanted the ending of the singular, then that of the plural");
  lex_plural_ending e = {us_arena_copy(&lex->text, r->field[0]), us_arena_copy(&lex->text, r->field[1])};
  return e.singular && e.plural && us_vec_push(&lex->plural_endings, e) ? UNSPIN_OK : us_nomem(err);
}

static unspin_status load(lexicon *lex, const char *dict, const char *name, line_handler *handler, unspin_error *err) {
  reader r;
  unspin_status status = reader_open(&r, dict, name, err);
  while (!status && reader_next(&r)) status = handler(lex, &r, err);
  reader_close(&r);
  return status ? status : lex->failed ? us_nomem(err) : UNSPIN_OK;
}

/* WordNet lists many plurals (glasses) and a few verb forms as words of their own: they are forms where their
 * singular is a common word too, and no lemma. Words of our own lists stand. */
static void drop_plural_lemmas(lexicon *lex) {
  for (lex_id i = 0; i < lex->words.n; i++) {
    lex_word *w = lex_at(lex, i);
    if (w->pos[US_POS_NOUN] <= 0 || w->text.n < 4 || !ends(w->text, "s") || has(lex, i, US_TAG_NOUN_PL) ||
        (w->flags & US_WF_UNCOUNTABLE))
      continue;
    for (size_t cut = 1; cut <= 2; cut++) {
      lex_id one = lex_find(lex, us_slice_sub(w->text, 0, w->text.n - cut));
      if (one == LEX_NONE || lex_at(lex, one)->pos[US_POS_NOUN] <= 0 || !(lex_at(lex, one)->flags & US_WF_LOWER))
        continue;
      us_rule_word rule = us_rule_form(lex_at(lex, one)->text, US_TAG_NOUN_PL, false);
      if (!us_slice_eq((us_slice){rule.p, rule.n}, w->text) || lex_at(lex, one)->text.n < 3) continue;
      if (lex_at(lex, one)->count * 20ull < w->count) continue;
      lex_at(lex, one)->pos[US_POS_NOUN] += w->pos[US_POS_NOUN];
      w->pos[US_POS_NOUN] = 0;
    }
  }
}

/* "stopped stop": a form and its lemmas. Only for lemmas that have no such form yet, or to understand one more. */
static unspin_status load_exceptions(lexicon *lex, const char *wordnet, const char *name, us_pos pos,
                                     unspin_error *err) {
  us_buf path = {0}, text = {0};
  us_buf_printf(&path, "%s/%s", wordnet, name);
  unspin_status status = path.failed ? us_nomem(err) : us_file_read(path.p, &text, err);
  us_slice rest = us_buf_slice(&text), line, form, lemma;
  while (!status && us_slice_cut(&rest, '\n', &line)) {
    if (!us_slice_cut(&line, ' ', &form) || !us_slice_cut(&line, ' ', &lemma) || !lex_is_word(form)) continue;
    lex_id id = lex_find(lex, lemma);
    if (id == LEX_NONE || lex_at(lex, id)->pos[pos] <= 0 || us_slice_eq(form, lemma) || !lex_accepted(lex, form))
      continue;
    lex_id word = lex_add(lex, form);
    if (pos == US_POS_NOUN) give(lex, id, US_TAG_NOUN_PL, word, has(lex, id, US_TAG_NOUN_PL) ? 0 : BOTH);
    else if (!ends(form, "s") && !has(lex, id, US_TAG_VERB_PAST) && !ends(form, "ing")) {
      give(lex, id, US_TAG_VERB_PAST, word, BOTH);
      give(lex, id, US_TAG_VERB_PART, word, has(lex, id, US_TAG_VERB_PART) ? 0 : BOTH);
    }
  }
  us_buf_free(&text);
  us_buf_free(&path);
  return status;
}

unspin_status lex_inflect_all(lexicon *lex, const char *dict, const char *wordnet, unspin_error *err) {
  US_TRY(load(lex, dict, "plural-endings.tsv", on_plural_ending, err));
  US_TRY(load(lex, dict, "doubling.tsv", on_doubling, err));
  US_TRY(load(lex, dict, "uncountable-nouns.txt", on_uncountable, err));
  US_TRY(load(lex, dict, "plural-only-nouns.txt", on_plural_only, err));
  US_TRY(load(lex, dict, "irregular-verbs.tsv", on_verb, err));
  US_TRY(load(lex, dict, "irregular-nouns.tsv", on_noun, err));
  US_TRY(load(lex, dict, "irregular-degrees.tsv", on_degree, err));
  drop_plural_lemmas(lex);
  size_t lemmas = lex->words.n;
  for (lex_id i = 0; i < lemmas; i++)
    for (us_pos pos = US_POS_NOUN; pos <= US_POS_ADV; pos++)
      if (lex_at(lex, i)->pos[pos] > 0) lex_inflect_rules(lex, i, pos);
  US_TRY(load_exceptions(lex, wordnet, "noun.exc", US_POS_NOUN, err));
  US_TRY(load_exceptions(lex, wordnet, "verb.exc", US_POS_VERB, err));
  return lex->failed ? us_nomem(err) : UNSPIN_OK;
}
