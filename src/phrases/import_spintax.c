/* import_spintax.c - {help|assist|lend a hand}: lists, or whole articles written so, lists within lists too; and lines
 * of help|assist without braces. Every alternative but the plain one becomes a row. */
#include <stdlib.h>

#include "phrases/import.h"
#include "text/utf8.h"

enum { MOST = 200, DEEPEST = 16, GUESSED = 3 };

/* Each with bytes of its own: what a list holds is bounded, however long the article around it. */
typedef struct texts {
  struct {
    uint8_t n;
    char p[US_PHRASE_BYTES];
  } text[MOST];
  size_t n;
} texts;
_Static_assert(US_PHRASE_BYTES <= UINT8_MAX, "the length of a text");

typedef struct reader {
  us_import *im;
  us_slice text;
  size_t at;
  int line;
  unspin_error *err;
  unspin_status status;
} reader;

/* How usual PHRASE is: natural log of the product of its words' shares, so that shorter is more usual. */
static double by_counts(const us_forms *forms, us_slice phrase) {
  us_buf folded = {0};
  double sum = 0;
  us_slice word;
  while (us_slice_cut(&phrase, ' ', &word)) {
    us_buf_clear(&folded);
    us_fold(&folded, word);
    us_word id = us_forms_word(forms, us_buf_slice(&folded));
    sum += __builtin_log(((double)us_forms_count(forms, id) + 0.5) / ((double)us_forms_total(forms) + 1));
  }
  us_buf_free(&folded);
  return sum;
}

static double usual(const us_import *im, us_slice phrase) {
  const unspin_import_options *o = im->options;
  return o->usual ? o->usual(o->cookie, phrase.p, phrase.n) : by_counts(im->forms, phrase);
}

static us_slice text_of(const texts *list, size_t i) { return (us_slice){list->text[i].p, list->text[i].n}; }

/* Appends the text A + B, if a row could hold it and there is room. */
static void push(texts *list, us_slice a, us_slice b) {
  if (list->n == MOST || b.n > US_PHRASE_BYTES || a.n > US_PHRASE_BYTES - b.n) return;
  char *p = list->text[list->n].p;
  if (a.n) memcpy(p, a.p, a.n);
  if (b.n) memcpy(p + a.n, b.p, b.n);
  list->text[list->n++].n = (uint8_t)(a.n + b.n);
}

static texts *new_texts(reader *r) {
  texts *list = malloc(sizeof *list);
  if (list) list->n = 0;
  else r->status = us_nomem(r->err);
  return list;
}

static void add_list(reader *r, const us_slice *list, size_t n) {
  size_t plain = 0;
  if (n < 2) return;
  double best = r->im->options->plain_first ? 0 : usual(r->im, list[0]);
  for (size_t i = 1; i < n && !r->im->options->plain_first; i++) {
    double u = usual(r->im, list[i]);
    if (u <= best) continue;
    best = u;
    plain = i;
  }
  for (size_t i = 0; i < n && !r->status; i++) {
    if (i == plain || us_slice_eq(list[i], list[plain])) continue;
    us_pair pair = us_pair_of(list[i], list[plain], 0, GUESSED, r->line);
    r->status = us_import_add(r->im, &pair, r->err);
  }
}

static void add_texts(reader *r, const texts *list) {
  us_slice p[MOST];
  for (size_t i = 0; i < list->n; i++) p[i] = text_of(list, i);
  add_list(r, p, list->n);
}

/* Appends every text of B to every text of A, as far as there is room and a row could hold it: an article within
 * braces would multiply without bound. */
static void cross(reader *r, texts *a, const texts *b) {
  texts *out = new_texts(r);
  if (!out) return;
  for (size_t i = 0; i < a->n; i++)
    for (size_t k = 0; k < b->n && out->n < MOST; k++) push(out, text_of(a, i), text_of(b, k));
  *a = *out;
  free(out);
}

/* The same with one piece of plain text. */
static void append(texts *a, us_slice piece) {
  size_t n = a->n;
  a->n = 0;
  for (size_t i = 0; i < n; i++) {
    char kept[US_PHRASE_BYTES];
    us_slice text = text_of(a, i);
    memcpy(kept, text.p, text.n);
    push(a, (us_slice){kept, text.n}, piece);
  }
}

static void read_list(reader *r, int depth, texts *list);

/* One alternative, up to | or }: plain text and lists in turn. */
static void read_alternative(reader *r, int depth, texts *out) {
  out->n = 0;
  push(out, US_LIT(""), US_LIT(""));
  while (r->at < r->text.n && r->text.p[r->at] != '|' && r->text.p[r->at] != '}' && !r->status) {
    if (r->text.p[r->at] == '{') {
      texts *inner = new_texts(r);
      if (!inner) return;
      r->at++;
      read_list(r, depth + 1, inner);
      cross(r, out, inner);
      free(inner);
      continue;
    }
    size_t begin = r->at;
    while (r->at < r->text.n && !memchr("{|}", r->text.p[r->at], 3)) r->line += r->text.p[r->at++] == '\n';
    append(out, us_slice_sub(r->text, begin, r->at));
  }
}

/* What stands after {, with its }. */
static void read_list(reader *r, int depth, texts *list) {
  int begun = r->line;
  if (depth > DEEPEST) {
    r->status = us_fail(r->err, UNSPIN_ERR_FORMAT, "%s:%d: lists within lists more than %d deep", r->im->path, r->line,
                        DEEPEST);
    return;
  }
  texts *alternative = new_texts(r);
  while (!r->status) {
    read_alternative(r, depth, alternative);
    for (size_t i = 0; i < alternative->n; i++) {
      us_slice text = us_slice_trim(text_of(alternative, i));
      if (text.n) push(list, text, US_LIT(""));
    }
    if (r->status) break;
    if (r->at >= r->text.n) {
      r->status = us_fail(r->err, UNSPIN_ERR_FORMAT, "%s:%d: a { is never closed", r->im->path, begun);
      break;
    }
    if (r->text.p[r->at++] == '}') {
      add_texts(r, list);
      break;
    }
  }
  free(alternative);
}

/* A line of alternatives without braces. */
static void read_bare(reader *r, us_slice line) {
  us_slice list[MOST], part;
  size_t n = 0;
  while (n < MOST && us_slice_cut(&line, '|', &part)) {
    part = us_slice_trim(part);
    if (part.n) list[n++] = part;
  }
  add_list(r, list, n);
}

static void read_braces(reader *r) {
  texts *list = new_texts(r);
  if (!list) return;
  r->at++;
  read_list(r, 1, list);
  free(list);
}

/* The end of the line is looked for once a line, not once a list: a line may be a whole article. */
static void read_all(reader *r) {
  size_t end = 0;
  while (r->at < r->text.n && !r->status) {
    if (r->at >= end) {
      const char *lf = memchr(r->text.p + r->at, '\n', r->text.n - r->at);
      end = lf ? (size_t)(lf - r->text.p) : r->text.n;
    }
    us_slice rest = us_slice_sub(r->text, r->at, end);
    const char *brace = rest.n ? memchr(rest.p, '{', rest.n) : NULL;
    if (brace) {
      r->at = (size_t)(brace - r->text.p);
      read_braces(r);
    } else {
      if (rest.n && memchr(rest.p, '|', rest.n)) read_bare(r, rest);
      r->at = end + 1;
      r->line++;
    }
  }
}

unspin_status us_import_spintax(us_import *im, unspin_error *err) {
  us_buf text = {0};
  reader r = {.im = im, .line = 1, .err = err};
  r.status = us_lines_read_all(im->path, &text, err);
  r.text = us_buf_slice(&text);
  if (!r.status) read_all(&r);
  us_buf_free(&text);
  return r.status;
}
