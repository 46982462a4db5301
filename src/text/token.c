#include "text/token.h"

/* What the scanner knows while it walks over one window. */
typedef struct scanner {
  us_slice text;
  size_t at;
  /* up to here runs were looked through that turned out to be no address and no abbreviation: nor is one that begins
   * further on in the same run, and each is gone through once only */
  size_t no_address_until, no_dots_until;
  const us_abbreviations *abbreviations;
  us_token_vec *out;
} scanner;

static int32_t peek(const scanner *s, size_t at) {
  int32_t cp = 0;
  if (at < s->text.n) us_utf8_next(s->text, at, &cp);
  return at < s->text.n ? cp : ' ';
}

static size_t step(const scanner *s, size_t at) {
  int32_t cp;
  return at + us_utf8_next(s->text, at, &cp);
}

static bool word_letter(int32_t cp) { return us_is_letter(cp) || us_is_mark(cp); }
static bool ascii_alnum(int32_t cp) { return cp < 0x80 && cp > 0 && (us_is_letter(cp) || us_is_digit(cp)); }

static size_t letters_end(const scanner *s, size_t at) {
  while (at < s->text.n && word_letter(peek(s, at))) at = step(s, at);
  return at;
}

/* ---- verbatim runs: URLs, addresses, handles, tags, file names ---- */

static bool starts_with(const scanner *s, size_t at, us_slice prefix) {
  if (s->text.n - at < prefix.n) return false;
  for (size_t i = 0; i < prefix.n; i++) {
    char c = s->text.p[at + i];
    if ((c >= 'A' && c <= 'Z' ? (char)(c | 32) : c) != prefix.p[i]) return false;
  }
  return true;
}

static bool url_char(char c) { return (unsigned char)c > 32 && (unsigned char)c < 127 && !memchr("<>\"`{}|\\^", c, 9); }

static size_t url_end(const scanner *s, size_t at) {
  while (at < s->text.n && url_char(s->text.p[at])) at++;
  /* marks that close the sentence around it do not belong to the address */
  bool bracket = memchr(s->text.p + s->at, '(', at - s->at);
  while (at > s->at && memchr(".,;:!?')]", s->text.p[at - 1], 9)) {
    if (s->text.p[at - 1] == ')' && bracket) break;
    at--;
  }
  return at;
}

/* name@host.tld, @handle and #tag; S->at if there is none here */
static size_t address_end(scanner *s) {
  size_t at = s->at;
  int32_t first = peek(s, at);
  if (first == '@' || first == '#') {
    size_t end = at + 1;
    while (end < s->text.n && (word_letter(peek(s, end)) || us_is_digit(peek(s, end)) || peek(s, end) == '_'))
      end = step(s, end);
    return end > at + 1 ? end : at;
  }
  if (at < s->no_address_until) return at;
  size_t host = at;
  while (host < s->text.n && (ascii_alnum(peek(s, host)) || memchr("._%+-", s->text.p[host], 5))) host++;
  s->no_address_until = host;
  if (host == at || host >= s->text.n || s->text.p[host] != '@') return at;
  size_t end = host + 1, dot = 0;
  while (end < s->text.n && (ascii_alnum(peek(s, end)) || s->text.p[end] == '-' || s->text.p[end] == '.')) {
    if (s->text.p[end] == '.') dot = end;
    end++;
  }
  if (dot && dot + 1 == end) end--; /* the sentence's own full stop */
  return dot > host + 1 ? end : at;
}

/* A word that goes on with digits, underscores or dots inside (file.txt, x86_64, example.co.uk/path), or AT if it is a
 * plain one. "end.The" is two words whose space was lost. */
static size_t mixed_end(const scanner *s, size_t at) {
  size_t end = at;
  bool mixed = false;
  while (end < s->text.n) {
    int32_t cp = peek(s, end);
    if (word_letter(cp)) end = step(s, end);
    else if (us_is_digit(cp) || cp == '_') {
      mixed = true;
      end = step(s, end);
    }
    else if (cp == '.' && end > at) {
      int32_t next = peek(s, end + 1);
      if (!(us_is_lower(next) || us_is_digit(next))) break;
      mixed = true;
      end++;
    } else if ((cp == '/' || cp == '\\') && mixed && memchr(s->text.p + at, '.', end - at)) return url_end(s, end);
    else break;
  }
  return mixed ? end : at;
}

/* ---- numbers, words, abbreviations ---- */

static size_t number_end(const scanner *s, size_t at) {
  for (;;) {
    while (us_is_digit(peek(s, at))) at = step(s, at);
    int32_t cp = peek(s, at);
    if ((cp == '.' || cp == ',' || cp == ':' || cp == '/') && us_is_digit(peek(s, at + 1))) at++;
    else break;
  }
  if (peek(s, at) == '%') return at + 1;
  return letters_end(s, at); /* 5G, 2nd, 10am, 80s */
}

/* U.S. / e.g. / a single capital with its dot (J. Smith); AT if none */
static size_t dotted_end(scanner *s, size_t at) {
  if (at < s->no_dots_until) return at;
  size_t end = at, parts = 0;
  while (us_is_letter(peek(s, end)) && peek(s, step(s, end)) == '.') {
    end = step(s, end) + 1;
    parts++;
  }
  if (parts >= 2 && !word_letter(peek(s, end))) return end;
  if (parts >= 2) s->no_dots_until = end;
  /* a single capital: an initial, unless it is the pronoun or article that ends a sentence */
  if (parts == 1 && us_is_upper(peek(s, at)) && peek(s, at) != 'I' && peek(s, at) != 'A' && peek(s, end) == ' ' &&
      us_is_upper(peek(s, end + 1)))
    return end;
  return at;
}

/* Letters with inner apostrophes and hyphens. */
static size_t word_end(const scanner *s, size_t at) {
  size_t end = letters_end(s, at);
  for (;;) {
    int32_t cp = peek(s, end);
    if (!us_is_apostrophe(cp) && !us_is_hyphen(cp)) return end;
    size_t next = step(s, end);
    if (!word_letter(peek(s, next)) && !(us_is_hyphen(cp) && us_is_digit(peek(s, next)))) return end;
    end = letters_end(s, next);
    while (us_is_hyphen(cp) && us_is_digit(peek(s, end))) end = step(s, end);
  }
}

/* Where the 's at the end of the word [begin, end) starts, or END. */
static size_t clitic_at(const scanner *s, size_t begin, size_t end) {
  if (end - begin < 3 || (s->text.p[end - 1] | 32) != 's') return end;
  size_t mark = us_utf8_prev(s->text, end - 1);
  return mark > begin && us_is_apostrophe(peek(s, mark)) ? mark : end;
}

static bool push(scanner *s, size_t begin, size_t end, us_token_kind kind, unsigned flags) {
  us_token t = {.begin = (uint32_t)begin,
                .end = (uint32_t)end,
                .kind = (uint8_t)kind,
                .shape = (uint8_t)us_shape_of(us_slice_sub(s->text, begin, end)),
                .flags = (uint16_t)flags};
  return us_vec_push(s->out, t);
}

static bool scan_word(scanner *s, unsigned flags) {
  size_t begin = s->at, end = word_end(s, begin), clitic = clitic_at(s, begin, end);
  s->at = end;
  if (!push(s, begin, clitic, US_TOK_WORD, flags)) return false;
  return clitic == end || push(s, clitic, end, US_TOK_CLITIC, 0);
}

/* Adds the token that ends at END and goes on behind it. */
static bool push_and_pass(scanner *s, size_t end, us_token_kind kind, unsigned flags) {
  size_t begin = s->at;
  s->at = end;
  return push(s, begin, end, kind, flags);
}

static bool scan_one(scanner *s, unsigned flags) {
  size_t begin = s->at, end;
  int32_t cp = peek(s, begin);
  if (us_is_letter(cp) || us_is_digit(cp) || cp == '@' || cp == '#' || cp == '_') {
    bool after_space = flags & US_TF_SPACE || begin == 0 || !word_letter(peek(s, us_utf8_prev(s->text, begin)));
    if (after_space && (starts_with(s, begin, US_LIT("http://")) || starts_with(s, begin, US_LIT("https://")) ||
                        starts_with(s, begin, US_LIT("www."))))
      end = url_end(s, begin);
    else end = address_end(s);
    if (end > begin) return push_and_pass(s, end, US_TOK_VERBATIM, flags);
  }
  if (us_is_letter(cp)) {
    if ((end = dotted_end(s, begin)) > begin) return push_and_pass(s, end, US_TOK_ABBREV, flags);
    if ((end = mixed_end(s, begin)) > begin) return push_and_pass(s, end, US_TOK_VERBATIM, flags);
    return scan_word(s, flags);
  }
  if (us_is_digit(cp)) return push_and_pass(s, number_end(s, begin), US_TOK_NUMBER, flags);
  end = step(s, begin);
  if (cp == '.')
    while (peek(s, end) == '.') end++;
  bool punct =
      cp > 0 && (cp < 0x80 ? cp > 32 && cp < 127
                           : (cp >= 0x2010 && cp <= 0x2049) || cp == 0xAB || cp == 0xBB || cp == 0xA1 || cp == 0xBF);
  return push_and_pass(s, end, punct ? US_TOK_PUNCT : US_TOK_OTHER, flags);
}

/* ---- sentences ---- */

static bool is_abbreviation(const us_abbreviations *list, us_slice word) {
  char folded[24];
  if (!list || word.n == 0 || word.n > sizeof folded) return false;
  for (size_t i = 0; i < word.n; i++)
    folded[i] = word.p[i] >= 'A' && word.p[i] <= 'Z' ? (char)(word.p[i] | 32) : word.p[i];
  us_slice key = {folded, word.n};
  for (size_t lo = 0, hi = list->n; lo < hi;) {
    size_t mid = (lo + hi) / 2;
    int c = us_slice_cmp(list->p[mid], key);
    if (c == 0) return true;
    if (c < 0) lo = mid + 1;
    else hi = mid;
  }
  return false;
}

static bool closes(us_slice t) {
  return us_slice_eq(t, US_LIT("\"")) || us_slice_eq(t, US_LIT("'")) || us_slice_eq(t, US_LIT(")")) ||
         us_slice_eq(t, US_LIT("]")) || us_slice_eq(t, US_LIT("\u201d")) || us_slice_eq(t, US_LIT("\u2019")) ||
         us_slice_eq(t, US_LIT("\u00bb"));
}

/* Whether the full stop, question or exclamation mark at tokens[i] ends its sentence. */
static bool ends_sentence(const scanner *s, const us_token *t, size_t i, size_t n) {
  us_slice mark = us_token_text(s->text, t[i]);
  if (t[i].kind == US_TOK_ABBREV) {
    /* "the U.S. The plan": only before a capitalised word that often opens a sentence would one know; a following
     * capital after a several-letter abbreviation is taken as a new sentence only at a line end */
    return i + 1 < n && (t[i + 1].flags & US_TF_LINE);
  }
  if (t[i].kind != US_TOK_PUNCT || !memchr(".!?", mark.p[0], 3)) return us_slice_eq(mark, US_LIT("\u2026"));
  if (mark.p[0] != '.' || mark.n > 1) return true;
  if (i == 0 || i + 1 >= n) return true;
  bool glued = !(t[i].flags & US_TF_SPACE);
  if (glued && t[i - 1].kind == US_TOK_WORD && is_abbreviation(s->abbreviations, us_token_text(s->text, t[i - 1])))
    return t[i + 1].flags & US_TF_LINE;
  return true;
}

/* A line of at least this many bytes that ends without a full stop was probably wrapped by the width of a page. */
enum { WRAPPED_LINE = 55 };

/* Whether the line end before tokens[i] goes through the middle of a sentence. */
static bool is_soft_wrap(const us_token *t, size_t i, size_t line_begin, bool sentence_ended) {
  if (sentence_ended) return false;
  return t[i].shape == US_SHAPE_LOWER || t[i - 1].end - line_begin >= WRAPPED_LINE;
}

static void mark_sentences(const scanner *s, us_token *t, size_t n) {
  bool start = true;
  size_t line_begin = n ? t[0].begin : 0;
  for (size_t i = 0; i < n; i++) {
    if (i && (t[i].flags & US_TF_LINE)) {
      start = !is_soft_wrap(t, i, line_begin, start);
      line_begin = t[i].begin;
    }
    if (start) t[i].flags |= US_TF_SENTENCE;
    start = ends_sentence(s, t, i, n);
    if (!start) continue;
    /* closing quotes and brackets right behind the mark belong to the sentence that ends */
    while (i + 1 < n && !(t[i + 1].flags & US_TF_SPACE) && closes(us_token_text(s->text, t[i + 1]))) i++;
    /* a lower-case word goes on with the sentence: "Yahoo! said", "... and", "'Why?' he asked" */
    if (i + 1 < n && !(t[i + 1].flags & US_TF_LINE) && t[i + 1].shape == US_SHAPE_LOWER) start = false;
    if (i + 1 < n && !(t[i + 1].flags & (US_TF_SPACE | US_TF_LINE)) && t[i + 1].kind != US_TOK_WORD) start = false;
  }
}

bool us_tokenize(us_slice window, const us_abbreviations *abbreviations, us_token_vec *out) {
  scanner s = {.text = window, .abbreviations = abbreviations, .out = out};
  size_t first = out->n;
  unsigned flags = US_TF_SPACE | US_TF_LINE;
  while (s.at < window.n) {
    int32_t cp = peek(&s, s.at);
    if (us_is_space(cp)) {
      flags |= US_TF_SPACE;
      if (cp == '\n' || cp == '\r' || cp == 0x2028 || cp == 0x2029) flags |= US_TF_LINE;
      s.at = step(&s, s.at);
      continue;
    }
    if (!scan_one(&s, flags)) return false;
    flags = 0;
  }
  if (out->n > first) mark_sentences(&s, out->p + first, out->n - first);
  return true;
}
