#include "phrases/learn_derive.h"

us_role us_role_of(us_pos pos) {
  switch (pos) {
    case US_POS_NOUN: return US_ROLE_NOUN;
    case US_POS_VERB: return US_ROLE_VERB;
    case US_POS_ADJ: return US_ROLE_ADJ;
    case US_POS_ADV: return US_ROLE_ADV;
    case US_POS_NONE:
    case US_POS_FUNCTION:
    case US_POS_COUNT: break;
  }
  return US_ROLE_FIXED;
}

/* A word of a phrase as it may be read there. */
typedef struct word {
  uint32_t text, lemma; /* strings */
  us_word id;
  us_tag tag;
  bool inflects;
} word;

typedef struct phrase {
  word w[US_LEARN_WORDS];
  size_t n;
} phrase;

enum { NONE = -1 };

/* A verb phrase starts with its verb, or has one only. */
static int verb_head(const phrase *p) {
  if (us_tag_pos(p->w[0].tag) == US_POS_VERB) return 0;
  int head = NONE;
  for (size_t i = 1; i < p->n; i++) {
    if (us_tag_pos(p->w[i].tag) != US_POS_VERB) continue;
    if (head != NONE) return NONE;
    head = (int)i;
  }
  return head;
}

/* The last word before the first preposition. */
static int noun_head(const phrase *p) {
  size_t end = 1;
  while (end < p->n && p->w[end].tag != US_TAG_PREP) end++;
  return us_tag_pos(p->w[end - 1].tag) == US_POS_NOUN ? (int)end - 1 : NONE;
}

static int last_head(const phrase *p, us_pos pos) {
  return us_tag_pos(p->w[p->n - 1].tag) == pos ? (int)p->n - 1 : NONE;
}

static int head_of(const phrase *p, us_pos pos) {
  if (pos == US_POS_VERB) return verb_head(p);
  return pos == US_POS_NOUN ? noun_head(p) : last_head(p, pos);
}

static bool load(const us_learn_words *words, const uint32_t *tokens, size_t n, phrase *out) {
  if (n == 0 || n > US_LEARN_WORDS) return false;
  out->n = n;
  for (size_t i = 0; i < n; i++) {
    const us_learn_type *t = us_learn_type_of(words, tokens[i]);
    if (t->flags & US_LT_HARD || (i > 0 && tokens[i] & US_LEARN_BREAK)) return false;
    if (t->flags & US_LT_CLITIC && i == 0) return false;
    out->w[i] = (word){t->text, t->lemma, t->word, (us_tag)t->tag, t->flags & US_LT_INFLECTS};
  }
  return true;
}

/* Reads a word as TAG, if it can be. */
static bool reread(us_learn_words *words, word *w, us_tag tag) {
  if (w->tag == tag) return true;
  us_readings readings = us_forms_readings(words->forms, w->id);
  for (size_t i = 0; i < readings.n; i++) {
    const us_reading *r = &readings.p[i];
    if (r->tag != tag || !r->lemma) continue;
    uint32_t lemma = us_strings_add(&words->strings, us_forms_text(words->forms, r->lemma));
    if (lemma == US_NO_STRING) return false;
    w->tag = tag;
    w->lemma = lemma;
    return true;
  }
  return false;
}

/* Gives two single words the same tag if they can have one: what one of the texts says, or a verb's form, since
 * participles are read as adjectives now and then. */
static void agree(us_learn_words *words, word *spun, word *plain) {
  if (spun->tag == plain->tag || reread(words, spun, plain->tag)) return;
  static const us_tag FORMS[] = {US_TAG_VERB_PART, US_TAG_VERB_PAST, US_TAG_VERB_ING};
  for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
    word s = *spun, p = *plain;
    if (!reread(words, &s, FORMS[i]) || !reread(words, &p, FORMS[i])) continue;
    *spun = s;
    *plain = p;
    return;
  }
}

static void emit(const phrase *p, int head, us_role role, us_learn_phrase *out) {
  out->n = p->n;
  for (size_t i = 0; i < p->n; i++) {
    bool inflected = (int)i == head && role != US_ROLE_ADV; /* r rows do not inflect */
    out->symbol[i] = us_symbol_of(inflected ? p->w[i].lemma : p->w[i].text, (int)i == head ? role : US_ROLE_FIXED);
  }
}

bool us_learn_derive(us_learn_words *words, const uint32_t *spun, size_t n, const uint32_t *plain, size_t m,
                     us_learn_phrase *spun_out, us_learn_phrase *plain_out) {
  phrase s, p;
  if (!load(words, spun, n, &s) || !load(words, plain, m, &p)) return false;
  if (n == 1 && m == 1) agree(words, &s.w[0], &p.w[0]);
  static const us_pos ORDER[] = {US_POS_VERB, US_POS_NOUN, US_POS_ADJ, US_POS_ADV};
  for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++) {
    int a = head_of(&s, ORDER[i]), b = head_of(&p, ORDER[i]);
    if (a == NONE || b == NONE || s.w[a].tag != p.w[b].tag) continue;
    if (ORDER[i] != US_POS_ADV && (!s.w[a].id || !p.w[b].inflects)) continue;
    if (s.w[a].lemma == p.w[b].lemma && n == 1 && m == 1) continue; /* the same word in another spelling */
    emit(&s, a, us_role_of(ORDER[i]), spun_out);
    emit(&p, b, us_role_of(ORDER[i]), plain_out);
    return true;
  }
  emit(&s, NONE, US_ROLE_FIXED, spun_out);
  emit(&p, NONE, US_ROLE_FIXED, plain_out);
  return true;
}

static const char LETTER[] = {
    [US_ROLE_FIXED] = 'x', [US_ROLE_NOUN] = 'n', [US_ROLE_VERB] = 'v', [US_ROLE_ADJ] = 'a', [US_ROLE_ADV] = 'r'};

static void write_words(const us_learn_words *words, const uint32_t *symbols, size_t n, bool starred, us_buf *out) {
  for (size_t i = n; i-- > 0;) {
    us_slice text = us_strings_get(&words->strings, us_symbol_string(symbols[i]));
    bool glued = text.n > 1 && text.p[0] == '\'';
    if (i + 1 < n && !glued) us_buf_putc(out, ' ');
    us_buf_append(out, text);
    if (starred && us_symbol_role(symbols[i])) us_buf_putc(out, '*');
  }
}

/* Whether the notation finds the head, the AT-th word of N, without a star. */
static bool found_unstarred(us_slice text, char pos, size_t at, size_t n, const us_syntax *syntax) {
  if (pos == 'x' || pos == 'r' || n == 1) return true;
  if (pos == 'v' && at == 0) return true;
  if (!syntax) return false;
  us_pattern p;
  if (us_pattern_parse(text, pos, syntax->prepositions, syntax->preposition_count, "", &p, NULL)) return false;
  return p.n == n && p.el[at].kind == US_EL_HEAD;
}

char us_learn_write(const us_learn_words *words, const us_trie *trie, uint32_t node, const us_syntax *syntax,
                    us_buf *out) {
  uint32_t symbols[US_LEARN_WORDS]; /* last word first */
  size_t n = 0, head = 0;
  char pos = 'x';
  for (; node != US_ROOT && n < US_LEARN_WORDS; node = trie->nodes.p[node].parent) {
    symbols[n] = trie->nodes.p[node].symbol;
    us_role role = us_symbol_role(symbols[n]);
    if (role) {
      pos = LETTER[role];
      head = n;
    }
    n++;
  }
  size_t begin = out->n;
  write_words(words, symbols, n, false, out);
  if (out->failed || found_unstarred(us_slice_sub(us_buf_slice(out), begin, out->n), pos, n - 1 - head, n, syntax))
    return pos;
  out->n = begin;
  write_words(words, symbols, n, true, out);
  return pos;
}
