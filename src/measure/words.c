#include "measure/words.h"

#include <utf8proc.h>

#include "measure/blank.h"

/* What Python's re takes for \d and for [^\W\d_]: the developers' scorer finds its words with these. */
static bool is_digit(int32_t cp) {
  if (cp < 0x80) return cp >= '0' && cp <= '9';
  return utf8proc_category(cp) == UTF8PROC_CATEGORY_ND;
}

static bool is_letter(int32_t cp) {
  if (cp < 0x80) return us_is_letter(cp);
  utf8proc_category_t c = utf8proc_category(cp);
  return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) || c == UTF8PROC_CATEGORY_NL ||
         c == UTF8PROC_CATEGORY_NO;
}

typedef bool is_kind(int32_t cp);

/* Behind the run of KIND that begins at AT. */
static size_t skip(us_slice s, size_t at, is_kind *kind) {
  while (at < s.n) {
    int32_t cp;
    size_t n = us_utf8_next(s, at, &cp);
    if (cp == US_INVALID || !kind(cp)) break;
    at += n;
  }
  return at;
}

/* Runs of KIND joined by single joiners. */
static size_t skip_joined(us_slice s, size_t at, is_kind *kind, is_kind *joiner) {
  at = skip(s, at, kind);
  while (at < s.n) {
    int32_t cp;
    size_t next = at + us_utf8_next(s, at, &cp);
    if (!joiner(cp)) break;
    size_t end = skip(s, next, kind);
    if (end == next) break;
    at = end;
  }
  return at;
}

static bool joins_digits(int32_t cp) { return cp == '.' || cp == ','; }
static bool joins_letters(int32_t cp) { return cp == '\'' || cp == '-' || cp == 0x2019; }

/* Where the token that begins at AT (no blank) ends. */
static size_t token_end(us_slice s, size_t at) {
  int32_t cp;
  size_t n = us_utf8_next(s, at, &cp);
  if (cp == US_INVALID) return at + 1;
  if (is_letter(cp)) return skip_joined(s, at, is_letter, joins_letters);
  if (!is_digit(cp)) return at + n;
  at = skip_joined(s, at, is_digit, joins_digits);
  return at < s.n && s.p[at] == '%' ? at + 1 : at;
}

static void append_code_point(us_buf *out, int32_t cp) {
  utf8proc_uint8_t bytes[4];
  utf8proc_ssize_t n = utf8proc_encode_char(cp, bytes);
  for (utf8proc_ssize_t i = 0; i < n; i++) us_buf_putc(out, (char)bytes[i]);
}

/* Full case folding: one code point may become three. */
static void fold(us_buf *out, us_slice s) {
  for (size_t at = 0; at < s.n;) {
    int32_t cp;
    size_t n = us_utf8_next(s, at, &cp);
    if (cp == US_INVALID) us_buf_putc(out, s.p[at]);
    else if (cp < 0x80) us_buf_putc(out, (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp));
    else if (cp == 0x2018 || cp == 0x2019) us_buf_putc(out, '\'');
    else if (cp == 0x201C || cp == 0x201D) us_buf_putc(out, '"');
    else {
      utf8proc_int32_t folded[8];
      utf8proc_ssize_t count = utf8proc_decompose_char(cp, folded, 8, UTF8PROC_CASEFOLD, NULL);
      for (utf8proc_ssize_t i = 0; i < count && i < 8; i++) append_code_point(out, folded[i]);
    }
    at += n;
  }
}

static bool add(us_word_reader *r, us_slice folded, size_t begin, size_t end, us_word_vec *out) {
  int32_t first;
  us_utf8_next(folded, 0, &first);
  us_word word = {.id = us_lexicon_id(r->lexicon, folded),
                  .alnum = first != US_INVALID && (is_letter(first) || is_digit(first)),
                  .begin = begin,
                  .end = end};
  return word.id && us_vec_push(out, word);
}

static bool add_token(us_word_reader *r, us_slice text, size_t begin, size_t end, size_t base, us_word_vec *out) {
  us_buf_clear(&r->folded);
  fold(&r->folded, us_slice_sub(text, begin, end));
  us_slice folded = us_buf_slice(&r->folded);
  if (r->folded.failed) return false;
  bool possessive = folded.n > 2 && memcmp(folded.p + folded.n - 2, "'s", 2) == 0;
  if (!possessive) return add(r, folded, base + begin, base + end, out);
  size_t cut = us_utf8_prev(text, us_utf8_prev(text, end));
  return add(r, us_slice_sub(folded, 0, folded.n - 2), base + begin, base + cut, out) &&
         add(r, US_LIT("'s"), base + cut, base + end, out);
}

bool us_words_read(us_word_reader *reader, us_slice text, size_t base, us_word_vec *out) {
  for (size_t at = 0; at < text.n;) {
    int32_t cp;
    size_t n = us_utf8_next(text, at, &cp);
    if (us_is_blank(cp)) {
      at += n;
      continue;
    }
    size_t end = token_end(text, at);
    if (!add_token(reader, text, at, end, base, out)) return false;
    at = end;
  }
  return true;
}

static bool is_ascii_blank(char c) { return (unsigned char)c < 0x80 && us_is_blank((unsigned char)c); }

bool us_words_part(us_buf *scratch, us_slice before, us_slice after) {
  size_t begin = before.n, end = 0;
  while (begin > 0 && !is_ascii_blank(before.p[begin - 1])) begin--;
  while (end < after.n && !is_ascii_blank(after.p[end])) end++;
  size_t meet = before.n - begin;
  us_buf_clear(scratch);
  us_buf_append(scratch, us_slice_sub(before, begin, before.n));
  us_buf_append(scratch, us_slice_sub(after, 0, end));
  us_slice both = us_buf_slice(scratch);
  size_t at = 0;
  while (at < meet && at < both.n) at = token_end(both, at);
  return at == meet;
}
