/* keys.c - what each token offers the matcher: its text, and its lemmas with their parts of speech. Found out once for
 * each word of the lexicon that comes along. */
#include <stdlib.h>

#include "restore/page.h"

/* Words that are remembered for each table, a power of two. */
enum { REMEMBERED = 1 << 12 };

typedef struct known {
  us_word word; /* 0: free */
  us_token_key key;
} known;

struct us_keys {
  known *of_table[US_TABLES_MAX];
};

void us_keys_free(unspin_session *s) {
  for (size_t t = 0; s->keys && t < US_TABLES_MAX; t++) free(s->keys->of_table[t]);
  free(s->keys);
}

static char pos_letter(us_pos pos) {
  switch (pos) {
    case US_POS_NOUN: return 'n';
    case US_POS_VERB: return 'v';
    case US_POS_ADJ: return 'a';
    case US_POS_NONE:
    case US_POS_ADV:
    case US_POS_FUNCTION:
    case US_POS_COUNT: break;
  }
  return 0;
}

static uint32_t head_symbol(unspin_session *s, const us_matcher *m, us_slice lemma, char pos) {
  us_buf_clear(&s->text);
  us_buf_append(&s->text, lemma);
  us_buf_putc(&s->text, '/');
  us_buf_putc(&s->text, pos);
  return us_matcher_symbol(m, us_buf_slice(&s->text));
}

static void add_reading(us_token_key *k, uint32_t symbol, uint32_t tags) {
  if (!symbol) return;
  for (uint8_t i = 0; i < k->readings; i++) {
    if (k->reading[i].symbol != symbol) continue;
    k->reading[i].tags |= tags;
    return;
  }
  if (k->readings < US_KEY_READINGS) k->reading[k->readings++] = (us_reading_key){symbol, tags};
}

/* A spinner puts words where their part of speech does not belong ("the corporate said"), and words that no dictionary
 * has
 * ("govt"): a word counts as a base form of each part of speech that a row asks for, and with an s as its plural. */
static void add_guesses(unspin_session *s, const us_matcher *m, us_token_key *k, us_slice word, unsigned known_pos) {
  static const struct {
    us_pos pos;
    us_tag base;
  } bases[] = {{US_POS_NOUN, US_TAG_NOUN_SG}, {US_POS_VERB, US_TAG_VERB_BASE}, {US_POS_ADJ, US_TAG_ADJ}};
  for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
    if (!(known_pos & 1u << bases[i].pos))
      add_reading(k, head_symbol(s, m, word, pos_letter(bases[i].pos)), 1u << bases[i].base | US_KEY_GUESSED);
  if (known_pos & 1u << US_POS_NOUN || word.n < 3 || word.p[word.n - 1] != 's') return;
  add_reading(k, head_symbol(s, m, us_slice_sub(word, 0, word.n - 1), 'n'), 1u << US_TAG_NOUN_PL | US_KEY_GUESSED);
}

/* What a word of the text offers whatever stands around it: all but open and joins. */
static void add_word(unspin_session *s, const us_matcher *m, us_slice folded, us_word word, us_token_key *k) {
  k->literal = us_matcher_symbol(m, folded);
  us_readings r = us_forms_readings(s->knowledge->forms, word);
  unsigned known_pos = 0;
  for (size_t j = 0; j < r.n; j++) {
    us_pos pos = us_tag_pos((us_tag)r.p[j].tag);
    known_pos |= 1u << pos;
    char letter = pos_letter(pos);
    if (letter)
      add_reading(k, head_symbol(s, m, us_forms_text(s->knowledge->forms, r.p[j].lemma), letter), 1u << r.p[j].tag);
  }
  add_guesses(s, m, k, folded, known_pos);
  us_matcher_root(m, k);
}

/* Where WORD is remembered for table T; NULL when out of memory. */
static known *place_of(unspin_session *s, uint32_t t, us_word word) {
  if (!s->keys) s->keys = calloc(1, sizeof *s->keys);
  if (!s->keys) return NULL;
  known **all = &s->keys->of_table[t];
  if (!*all) *all = calloc(REMEMBERED, sizeof **all);
  return *all ? &(*all)[word & (REMEMBERED - 1)] : NULL;
}

void us_page_make_key(unspin_session *s, uint32_t table, size_t i, us_token_key *k) {
  const us_page *p = &s->page;
  const us_matcher *m = &s->knowledge->tables[table].matcher;
  us_token t = p->tokens.p[i];
  bool open = !(t.flags & US_TF_LOCKED) && t.kind != US_TOK_OTHER;
  /* a phrase may go on over a blank or into a clitic or comma, but not over a line end or through "and/or" */
  bool glued_part = t.kind == US_TOK_CLITIC || t.kind == US_TOK_PUNCT;
  bool joins = !(t.flags & (US_TF_LINE | US_TF_SENTENCE)) && (t.flags & US_TF_SPACE || glued_part);
  us_word word = t.kind == US_TOK_WORD ? p->tagged[i].word : 0;
  known *place = open && word ? place_of(s, table, word) : NULL;
  if (place && place->word == word) *k = place->key;
  else {
    *k = (us_token_key){0};
    if (open) {
      us_slice folded = us_page_folded(s, i);
      if (t.kind == US_TOK_WORD) add_word(s, m, folded, word ? word : us_forms_word(s->knowledge->forms, folded), k);
      else k->literal = us_matcher_symbol(m, folded);
      if (t.kind == US_TOK_NUMBER) k->number = us_matcher_symbol(m, US_LIT("#"));
    }
    if (place) *place = (known){word, *k};
  }
  k->open = open;
  k->joins = joins;
}

bool us_page_make_keys(unspin_session *s) {
  for (uint32_t t = 0; t < s->knowledge->table_count; t++)
    for (size_t i = 0; i < s->page.tokens.n; i++) us_page_make_key(s, t, i, &s->page.keys[t * s->page.room + i]);
  return !s->fold.failed && !s->text.failed;
}
