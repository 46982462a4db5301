/* import_spintax.c - {help|assist|lend a hand}: lists, or whole articles written so, lists within lists too; and lines
 * of help|assist without braces. Every alternative but the plain one becomes a row. */
#include <stdlib.h>

#include "base/arena.h"
#include "phrases/import.h"
#include "text/utf8.h"

enum { MOST = 200, DEEPEST = 16, GUESSED = 3 };

typedef struct texts {
  us_slice p[MOST];
  size_t n;
} texts;

typedef struct reader {
  us_import *im;
  us_slice text;
  size_t at;
  int line;
  us_arena arena;
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

static void add_list(reader *r, const texts *list) {
  size_t plain = 0;
  if (list->n < 2) return;
  double best = r->im->options->plain_first ? 0 : usual(r->im, list->p[0]);
  for (size_t i = 1; i < list->n && !r->im->options->plain_first; i++) {
    double u = usual(r->im, list->p[i]);
    if (u <= best) continue;
    best = u;
    plain = i;
  }
  for (size_t i = 0; i < list->n && !r->status; i++) {
    us_slice spun = list->p[i];
    if (i == plain || us_slice_eq(spun, list->p[plain])) continue;
    us_pair pair = us_pair_of(spun, list->p[plain], 0, GUESSED, r->line);
    r->status = us_import_add(r->im, &pair, r->err);
  }
}

/* Appends every text of B to every text of A, as far as there is room and a row could hold it: an article within
 * braces would multiply without bound. */
static void cross(reader *r, texts *a, const texts *b) {
  texts out = {.n = 0};
  us_buf joined = {0};
  for (size_t i = 0; i < a->n; i++)
    for (size_t k = 0; k < b->n && out.n < MOST; k++) {
      us_buf_clear(&joined);
      us_buf_append(&joined, a->p[i]);
      us_buf_append(&joined, b->p[k]);
      if (joined.n > US_PHRASE_BYTES) continue;
      char *copy = joined.failed ? NULL : us_arena_copy(&r->arena, us_buf_slice(&joined));
      if (!copy) r->status = us_nomem(r->err);
      else out.p[out.n++] = (us_slice){copy, joined.n};
    }
  us_buf_free(&joined);
  *a = out;
}

static void add_trimmed(texts *list, us_slice s) {
  s = us_slice_trim(s);
  if (s.n && list->n < MOST) list->p[list->n++] = s;
}

static void read_list(reader *r, int depth, texts *list);

/* One alternative, up to | or }: plain text and lists in turn. */
static void read_alternative(reader *r, int depth, texts *out) {
  *out = (texts){.p = {{"", 0}}, .n = 1};
  while (r->at < r->text.n && r->text.p[r->at] != '|' && r->text.p[r->at] != '}' && !r->status) {
    if (r->text.p[r->at] == '{') {
      texts *inner = malloc(sizeof *inner);
      if (!inner) {
        r->status = us_nomem(r->err);
        return;
      }
      r->at++;
      read_list(r, depth + 1, inner);
      cross(r, out, inner);
      free(inner);
      continue;
    }
    size_t begin = r->at;
    while (r->at < r->text.n && !memchr("{|}", r->text.p[r->at], 3)) r->line += r->text.p[r->at++] == '\n';
    texts piece = {.p = {us_slice_sub(r->text, begin, r->at)}, .n = 1};
    cross(r, out, &piece);
  }
}

/* What stands after {, with its }. */
static void read_list(reader *r, int depth, texts *list) {
  texts *alternative = malloc(sizeof *alternative);
  int begun = r->line;
  list->n = 0;
  if (!alternative) r->status = us_nomem(r->err);
  else if (depth > DEEPEST)
    r->status = us_fail(r->err, UNSPIN_ERR_FORMAT, "%s:%d: lists within lists more than %d deep", r->im->path, r->line,
                        DEEPEST);
  while (!r->status) {
    read_alternative(r, depth, alternative);
    for (size_t i = 0; i < alternative->n; i++) add_trimmed(list, alternative->p[i]);
    if (r->status) break;
    if (r->at >= r->text.n) {
      r->status = us_fail(r->err, UNSPIN_ERR_FORMAT, "%s:%d: a { is never closed", r->im->path, begun);
      break;
    }
    if (r->text.p[r->at++] == '}') {
      add_list(r, list);
      break;
    }
  }
  free(alternative);
}

/* A line of alternatives without braces. */
static void read_bare(reader *r, us_slice line) {
  texts *list = malloc(sizeof *list);
  us_slice part;
  if (!list) {
    r->status = us_nomem(r->err);
    return;
  }
  list->n = 0;
  while (us_slice_cut(&line, '|', &part)) add_trimmed(list, part);
  add_list(r, list);
  free(list);
}

static void read_all(reader *r) {
  while (r->at < r->text.n && !r->status) {
    us_slice rest = us_slice_sub(r->text, r->at, r->text.n), line;
    us_slice_cut(&rest, '\n', &line);
    if (!memchr(line.p, '{', line.n) && memchr(line.p, '|', line.n)) {
      read_bare(r, line);
      r->at += line.n + 1;
      r->line++;
    } else if (r->text.p[r->at] == '{') {
      texts *list = malloc(sizeof *list);
      r->at++;
      if (list) read_list(r, 1, list);
      else r->status = us_nomem(r->err);
      free(list);
      us_arena_reset(&r->arena);
    } else {
      r->line += r->text.p[r->at++] == '\n';
    }
  }
}

unspin_status us_import_spintax(us_import *im, unspin_error *err) {
  us_buf text = {0};
  reader r = {.im = im, .line = 1, .err = err};
  r.status = us_lines_read_all(im->path, &text, err);
  r.text = us_buf_slice(&text);
  if (!r.status) read_all(&r);
  us_arena_free(&r.arena);
  us_buf_free(&text);
  return r.status;
}
