/* import_csv.c - lists of two or three columns: the spun phrase, the plain one, a count. Also what the Problematic
 * Paper Screener exports: there the first column is a search, whose first quoted phrase is the tortured one.
 *
 *   "malignant growth" AND "cancer"      the second term shows the sense; --context makes a near: condition of it
 *   "highlight extraction" NOT specular  what follows NOT is left out
 *   "disappearing gradient problem"~5    taken as the phrase that it is
 *   artificial intelligence (AI)         brackets are remarks; of "a / b" and "a; b" the first is taken */
#define _GNU_SOURCE
#include <stdio.h>

#include "phrases/import.h"
#include "text/utf8.h"

enum { COLUMNS = 3, SURE = 5, LESS_SURE = 4, TERMS = 8 };

typedef struct csv {
  us_lines lines;
  char separator;
  us_buf field[COLUMNS];
  int line;    /* where the record begins */
  us_buf near; /* the condition of the pair at hand */
} csv;

/* ---- records ---- */

/* Reads the rest of a quoted field, over line ends if need be, from *REST into OUT. */
static unspin_status quoted(csv *c, us_slice *rest, us_buf *out, unspin_error *err) {
  for (;;) {
    size_t i = 0;
    for (; i < rest->n; i++) {
      if (rest->p[i] != '"') {
        us_buf_putc(out, rest->p[i]);
      } else if (i + 1 < rest->n && rest->p[i + 1] == '"') {
        us_buf_putc(out, '"');
        i++;
      } else {
        *rest = us_slice_sub(*rest, i + 1, rest->n);
        return UNSPIN_OK;
      }
    }
    bool more;
    us_buf_putc(out, ' ');
    US_TRY(us_lines_next(&c->lines, rest, &more, err));
    if (!more || c->lines.number - c->line > 100)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: a quotation mark is never closed", c->lines.name, c->line);
  }
}

/* One record into FIELDs; columns beyond the third are passed over. */
static unspin_status record(csv *c, us_slice line, unspin_error *err) {
  us_buf beyond = {0};
  unspin_status status = UNSPIN_OK;
  c->line = c->lines.number;
  for (int i = 0; i < COLUMNS; i++) us_buf_clear(&c->field[i]);
  for (int i = 0; !status; i++) {
    us_buf *out = i < COLUMNS ? &c->field[i] : &beyond;
    if (line.n && line.p[0] == '"') {
      line = us_slice_sub(line, 1, line.n);
      status = quoted(c, &line, out, err);
    }
    const char *end = line.n ? memchr(line.p, c->separator, line.n) : NULL;
    if (status) break;
    us_buf_append(out, (us_slice){line.p, end ? (size_t)(end - line.p) : line.n});
    if (!end) break;
    line = us_slice_sub(line, (size_t)(end - line.p) + 1, line.n);
  }
  us_buf_free(&beyond);
  for (int i = 0; i < COLUMNS; i++)
    if (c->field[i].failed) return us_nomem(err);
  return status;
}

/* ---- searches ---- */

typedef struct term {
  us_slice text;
  char joined; /* '&' AND, '!' NOT, '|' OR, 0 for the first */
} term;

static char operator_of(us_slice word) {
  if (us_slice_eq(word, US_LIT("AND"))) return '&';
  if (us_slice_eq(word, US_LIT("NOT"))) return '!';
  return us_slice_eq(word, US_LIT("OR")) ? '|' : 0;
}

/* The next word, or the next "quoted phrase" with its ~N, off *REST. */
static us_slice next_piece(us_slice *rest) {
  *rest = us_slice_trim(*rest);
  us_slice all = *rest;
  size_t end = 0;
  if (all.n && all.p[0] == '"') {
    const char *close = memchr(all.p + 1, '"', all.n - 1);
    size_t n = close ? (size_t)(close - all.p) : all.n;
    end = close ? n + 1 : n;
    while (end < all.n && all.p[end] != ' ' && all.p[end] != '"') end++; /* ~10 */
    *rest = us_slice_sub(all, end, all.n);
    return us_slice_sub(all, 1, n);
  }
  while (end < all.n && all.p[end] != ' ') end++;
  *rest = us_slice_sub(all, end, all.n);
  return us_slice_sub(all, 0, end);
}

/* Cuts a search into its terms. A cell without operators is one term as it stands. */
static size_t cut_terms(us_slice cell, term *out) {
  size_t n = 0;
  char joined = 0;
  bool open = false; /* words without quotes make one term */
  us_slice rest = cell;
  while (us_slice_trim(rest).n && n < TERMS) {
    us_slice before = us_slice_trim(rest), piece = next_piece(&rest);
    bool is_quoted = before.p[0] == '"';
    char op = is_quoted ? 0 : operator_of(piece);
    if (op && n) {
      joined = op;
      open = false;
    } else if (open && !is_quoted) {
      out[n - 1].text.n = (size_t)(piece.p + piece.n - out[n - 1].text.p);
    } else {
      out[n++] = (term){piece, joined};
      open = !is_quoted;
    }
  }
  return n;
}

/* "near:cancer" from the words of what was joined by AND. */
static void make_near(us_import *im, const term *terms, size_t n, us_slice spun, us_buf *out) {
  us_buf word = {0};
  us_buf_clear(out);
  for (size_t i = 1; i < n; i++) {
    us_slice rest = terms[i].text, w;
    while (terms[i].joined == '&' && us_slice_cut(&rest, ' ', &w)) {
      us_buf_clear(&word);
      us_fold(&word, w);
      us_slice folded = us_buf_slice(&word);
      bool plain = folded.n > 2 && !memchr(folded.p, ',', folded.n) && !memchr(folded.p, '*', folded.n);
      if (!plain || memmem(spun.p, spun.n, folded.p, folded.n)) continue;
      const us_reading *r = us_forms_reading_as(im->forms, us_forms_word(im->forms, folded), US_POS_NONE);
      us_buf_puts(out, out->n ? "," : "near:");
      us_buf_append(out, r ? us_forms_text(im->forms, r->lemma) : folded);
    }
  }
  if (out->p) out->p[out->n] = 0;
  us_buf_free(&word);
}

/* ---- pairs ---- */

/* The first of several proposals, without remarks and quotation marks. */
static void expected(us_slice cell, us_buf *out) {
  us_buf bare = {0};
  for (size_t i = 0; i < cell.n; i++)
    if (!strchr("\"\\?", cell.p[i])) us_buf_putc(&bare, cell.p[i]);
  us_import_strip_brackets(us_buf_slice(&bare), out);
  us_slice s = us_buf_slice(out);
  static const char *const ends[] = {";", " / ", "/", ", ", " or "};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    const char *at = memmem(s.p, s.n, ends[i], strlen(ends[i]));
    if (at) s.n = (size_t)(at - s.p);
  }
  out->n = us_slice_trim(s).n;
  if (out->p) out->p[out->n] = 0;
  if (bare.failed) out->failed = true;
  us_buf_free(&bare);
}

static bool has_capital(us_slice s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] >= 'A' && s.p[i] <= 'Z') return true;
  return false;
}

/* A list's own capital at the beginning of an entry is none of the phrase. */
static void lower_first(us_import *im, us_buf *phrase) {
  const char *blank = phrase->n ? memchr(phrase->p, ' ', phrase->n) : NULL;
  if (blank && has_capital((us_slice){blank, (size_t)(phrase->p + phrase->n - blank)})) return;
  us_import_lower(im->forms, phrase);
}

static unspin_status add(us_import *im, csv *c, unspin_error *err) {
  term terms[TERMS];
  size_t n = cut_terms(us_buf_slice(&c->field[0]), terms);
  us_buf spun = {0}, plain = {0};
  unspin_status status = UNSPIN_OK;
  if (n) us_import_strip_brackets(terms[0].text, &spun);
  expected(us_buf_slice(&c->field[1]), &plain);
  lower_first(im, &spun);
  if (!has_capital(us_buf_slice(&spun))) us_import_lower(im->forms, &plain);
  us_slice s = us_buf_slice(&spun), p = us_buf_slice(&plain);
  if (spun.failed || plain.failed) status = us_nomem(err);
  else if (n > 1 && terms[1].joined == '&' && !im->options->context && !memchr(s.p, ' ', s.n))
    us_import_skip(im, c->line,
                   "one word that is tortured only where others stand: --context makes a condition of them");
  else if (!s.n || !p.n) us_import_skip(im, c->line, s.n ? "no expected phrase" : "no phrase");
  else {
    us_pair pair = us_pair_of(s, p, 0, n > 1 ? LESS_SURE : SURE, c->line);
    us_slice count = us_slice_trim(us_buf_slice(&c->field[2]));
    bool counted = count.n && count.n < 20;
    for (size_t i = 0; i < count.n; i++) counted &= count.p[i] >= '0' && count.p[i] <= '9';
    if (im->options->context) make_near(im, terms, n, s, &c->near);
    if (im->options->context && c->near.n) pair.row.when = c->near.p;
    us_buf_clear(&im->note);
    if (n > 1) us_import_tidy(us_buf_slice(&c->field[0]), &im->note);
    if (counted && im->note.n < 2000)
      us_buf_printf(&im->note, "%smet %.*s times", im->note.n ? "; " : "", (int)count.n, count.p);
    if (im->note.n) pair.row.note = im->note.p;
    status = us_import_add(im, &pair, err);
  }
  us_buf_free(&spun);
  us_buf_free(&plain);
  return status;
}

static bool is_number(us_slice s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] != ',' && !(s.p[i] >= '0' && s.p[i] <= '9')) return false;
  return s.n > 0;
}

/* The head of a list names its columns; ours and the Screener's are known by their words. Where a number stands in the
 * third, it is no head: "plain phrase" may be what somebody lists. */
static bool is_header(const csv *c) {
  if (is_number(us_slice_trim(us_buf_slice(&c->field[2])))) return false;
  us_slice a = us_buf_slice(&c->field[0]), b = us_buf_slice(&c->field[1]);
  static const char *const left[] = {"fingerprint", "tortured", "spun", "phrase"};
  static const char *const right[] = {"expected", "plain", "correct", "original"};
  bool l = false, r = false;
  for (size_t i = 0; i < 4; i++) {
    l |= a.n && strcasestr(a.p, left[i]) != NULL;
    r |= b.n && strcasestr(b.p, right[i]) != NULL;
  }
  return l && r;
}

static char guess_separator(us_slice line) {
  size_t tabs = 0, semicolons = 0, commas = 0;
  bool inside = false;
  for (size_t i = 0; i < line.n; i++) {
    if (line.p[i] == '"') inside = !inside;
    if (inside) continue;
    tabs += line.p[i] == '\t';
    semicolons += line.p[i] == ';';
    commas += line.p[i] == ',';
  }
  return tabs ? '\t' : semicolons > commas ? ';' : ',';
}

unspin_status us_import_csv(us_import *im, unspin_error *err) {
  csv c = {0};
  us_slice line;
  bool more = true, first = true;
  US_TRY(us_lines_open(im->path, &c.lines, err));
  unspin_status status = UNSPIN_OK;
  while (!status) {
    status = us_lines_next(&c.lines, &line, &more, err);
    if (status || !more) break;
    if (!us_slice_trim(line).n || (line.p[0] == '#' && first)) continue;
    if (first) c.separator = guess_separator(line);
    status = record(&c, line, err);
    if (!status && !(first && is_header(&c))) status = add(im, &c, err);
    first = false;
  }
  us_lines_close(&c.lines);
  for (int i = 0; i < COLUMNS; i++) us_buf_free(&c.field[i]);
  us_buf_free(&c.near);
  return status;
}
