/* import_text.c - other people's phrases, written as our rows are. */
#include "phrases/import.h"
#include "phrases/pattern.h"
#include "text/utf8.h"

enum { NO_BREAK_SPACE = 0xA0, RIGHT_QUOTE = 0x2019 };

void us_import_tidy(us_slice text, us_buf *out) {
  us_buf_clear(out);
  us_buf_reserve(out, text.n + 1);
  bool blank = false;
  for (size_t at = 0; at < text.n;) {
    int32_t cp;
    size_t n = us_utf8_next(text, at, &cp);
    if (us_is_space(cp) || cp == NO_BREAK_SPACE) {
      blank = out->n > 0;
    } else {
      if (blank) us_buf_putc(out, ' ');
      blank = false;
      if (cp == RIGHT_QUOTE) us_buf_putc(out, '\'');
      else us_buf_append(out, us_slice_sub(text, at, at + n));
    }
    at += n;
  }
  if (out->p) out->p[out->n] = 0;
}

void us_import_strip_brackets(us_slice text, us_buf *out) {
  us_buf kept = {0};
  int depth = 0;
  for (size_t i = 0; i < text.n; i++) {
    char c = text.p[i];
    if (c == '(' || c == '[') depth++;
    else if ((c == ')' || c == ']') && depth > 0) depth--;
    else if (depth == 0) us_buf_putc(&kept, c);
    if (depth == 1 && (c == '(' || c == '[')) us_buf_putc(&kept, ' ');
  }
  us_import_tidy(us_buf_slice(&kept), out);
  if (kept.failed) out->failed = true;
  us_buf_free(&kept);
}

static bool is_common(const us_forms *forms, us_slice folded) {
  us_word word = us_forms_word(forms, folded);
  unsigned flags = us_forms_flags(forms, word);
  return word && (!(flags & US_WF_NAME) || (flags & US_WF_LOWER)) && us_forms_capital_share(forms, word) < 128;
}

void us_import_lower(const us_forms *forms, us_buf *phrase) {
  us_buf out = {0}, folded = {0};
  us_slice rest = us_buf_slice(phrase), word;
  for (bool first = true; us_slice_cut(&rest, ' ', &word); first = false) {
    if (!first) us_buf_putc(&out, ' ');
    us_buf_clear(&folded);
    us_fold(&folded, word);
    bool lower = us_shape_of(word) == US_SHAPE_TITLE && word.n > 1 && is_common(forms, us_buf_slice(&folded));
    us_buf_append(&out, lower ? us_buf_slice(&folded) : word);
  }
  if (out.failed || folded.failed) phrase->failed = true;
  us_buf_clear(phrase);
  us_buf_append(phrase, us_buf_slice(&out));
  us_buf_free(&out);
  us_buf_free(&folded);
}

/* ---- part of speech ---- */

/* The head of PHRASE in part of speech POS; an empty slice if there is none. */
static us_slice head_of(us_slice phrase, char pos, const us_syntax *syntax) {
  us_pattern p;
  if (us_pattern_parse(phrase, pos, syntax->prepositions, syntax->preposition_count, "", &p, NULL)) return US_LIT("");
  for (size_t i = 0; i < p.n; i++)
    if (p.el[i].kind == US_EL_HEAD) return p.el[i].text;
  return US_LIT("");
}

/* The usual reading of WORD, if it has part of speech POS; NULL otherwise. */
static const us_reading *usual_reading(const us_forms *forms, us_slice word, us_pos pos) {
  us_readings r = us_forms_analyse(forms, word);
  return r.n && us_tag_pos((us_tag)r.p[0].tag) == pos ? &r.p[0] : NULL;
}

static bool is_base(const us_forms *forms, us_slice word, us_pos pos) {
  const us_reading *r = usual_reading(forms, word, pos);
  return r && r->tag == (uint8_t)us_pos_base(pos) && us_slice_eq(us_forms_text(forms, r->lemma), word);
}

/* Puts the plural HEAD, a slice into PHRASE, into the singular; false if it is no plain plural. */
static bool make_singular(const us_forms *forms, us_slice head, us_buf *phrase) {
  const us_reading *r = usual_reading(forms, head, US_POS_NOUN);
  if (!r || r->tag != US_TAG_NOUN_PL) return false;
  us_slice lemma = us_forms_text(forms, r->lemma);
  us_buf out = {0};
  bool round = us_inflect(forms, lemma, US_TAG_NOUN_PL, UNSPIN_DIALECT_AUTO, &out) &&
               us_slice_eq(us_buf_slice(&out), head) && !us_slice_eq(lemma, head);
  size_t begin = (size_t)(head.p - phrase->p), end = begin + head.n;
  us_buf_clear(&out);
  us_buf_append(&out, us_slice_sub(us_buf_slice(phrase), 0, begin));
  us_buf_append(&out, lemma);
  us_buf_append(&out, us_slice_sub(us_buf_slice(phrase), end, phrase->n));
  if (round && !out.failed) {
    us_buf_clear(phrase);
    us_buf_append(phrase, us_buf_slice(&out));
  }
  us_buf_free(&out);
  return round;
}

static bool is_plural(const us_forms *forms, us_slice head) {
  const us_reading *r = usual_reading(forms, head, US_POS_NOUN);
  return r && r->tag == US_TAG_NOUN_PL;
}

/* Whether WORD can be read as a base noun at all. */
static bool may_be_noun(const us_forms *forms, us_slice word) {
  us_readings r = us_forms_analyse(forms, word);
  for (size_t i = 0; i < r.n; i++)
    if (r.p[i].tag == US_TAG_NOUN_SG && us_slice_eq(us_forms_text(forms, r.p[i].lemma), word)) return true;
  return false;
}

/* "hard disk drive": its last word is more often a verb, but what begins with an adjective, a noun or a name is none.
 */
static bool is_noun_phrase(const us_forms *forms, us_slice phrase, us_slice head) {
  const char *blank = memchr(phrase.p, ' ', phrase.n);
  if (!blank || !may_be_noun(forms, head)) return false;
  us_buf first = {0};
  us_fold(&first, (us_slice){phrase.p, (size_t)(blank - phrase.p)});
  us_readings r = us_forms_analyse(forms, us_buf_slice(&first));
  us_buf_free(&first);
  us_pos pos = r.n ? us_tag_pos((us_tag)r.p[0].tag) : US_POS_NOUN;
  return pos == US_POS_ADJ || pos == US_POS_NOUN || (r.n && r.p[0].tag == US_TAG_NAME);
}

static bool is_noun(const us_forms *forms, us_slice phrase, us_slice head) {
  return is_base(forms, head, US_POS_NOUN) || is_noun_phrase(forms, phrase, head);
}

static bool both_nouns(const us_forms *forms, const us_syntax *syntax, us_buf *spun, us_buf *plain) {
  us_slice s = head_of(us_buf_slice(spun), 'n', syntax), p = head_of(us_buf_slice(plain), 'n', syntax);
  if (is_noun(forms, us_buf_slice(spun), s) && is_noun(forms, us_buf_slice(plain), p)) return true;
  if (!is_plural(forms, s) || !is_plural(forms, p)) return false;
  us_buf singular = {0};
  us_buf_append(&singular, us_buf_slice(spun));
  us_slice head = singular.p
                      ? us_slice_sub(us_buf_slice(&singular), (size_t)(s.p - spun->p), (size_t)(s.p - spun->p) + s.n)
                      : US_LIT("");
  bool ok = head.n && make_singular(forms, head, &singular) && make_singular(forms, p, plain);
  if (ok) {
    us_buf_clear(spun);
    us_buf_append(spun, us_buf_slice(&singular));
  }
  us_buf_free(&singular);
  return ok;
}

char us_import_pos(const us_forms *forms, const us_syntax *syntax, us_buf *spun, us_buf *plain) {
  static const struct {
    us_pos pos;
    char letter;
  } kinds[] = {{US_POS_VERB, 'v'}, {US_POS_ADJ, 'a'}, {US_POS_ADV, 'r'}};
  if (!spun->n || !plain->n) return 'x';
  if (both_nouns(forms, syntax, spun, plain)) return 'n';
  bool single = !memchr(spun->p, ' ', spun->n) && !memchr(plain->p, ' ', plain->n);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    char letter = kinds[i].letter;
    if (letter != 'v' && !single) break;
    us_slice s = head_of(us_buf_slice(spun), letter == 'r' ? 'n' : letter, syntax),
             p = head_of(us_buf_slice(plain), letter == 'r' ? 'n' : letter, syntax);
    if (is_base(forms, s, kinds[i].pos) && is_base(forms, p, kinds[i].pos)) return letter;
  }
  return 'x';
}
