/* import_wordnet.c - WordNet's index.POS (a word's senses, most frequent first) and data.POS (what stands for a sense,
 * found by its byte offset). Every other word of a sense is what a spinner may put for the word. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "phrases/import.h"

enum { FIRST_SENSE = 2, OTHER = 1, MOST_SENSES = 12 };
/* What the counts of a sense can say: two hexadecimal digits, three decimal ones. */
enum { MOST_WORDS = 0xFF, MOST_POINTERS = 999 };

typedef struct part {
  const char *name;
  char pos;
} part;
static const part parts[] = {{"noun", 'n'}, {"verb", 'v'}, {"adj", 'a'}, {"adv", 'r'}};

typedef struct wordnet {
  us_import *im;
  us_buf index, data, word, lemma;
  char pos;
  int line; /* of the index */
} wordnet;

/* The next blank-separated field of *REST; empty at the end. */
static us_slice field(us_slice *rest) {
  us_slice f;
  while (us_slice_cut(rest, ' ', &f))
    if (f.n) return f;
  return US_LIT("");
}

static unsigned long number(us_slice f, int base) {
  char text[24] = {0};
  memcpy(text, f.p, f.n < sizeof text ? f.n : sizeof text - 1);
  return strtoul(text, NULL, base);
}

static void put_word(us_slice written, us_buf *out) {
  us_buf_clear(out);
  for (size_t i = 0; i < written.n && written.p[i] != '('; i++)
    us_buf_putc(out, written.p[i] == '_' ? ' ' : written.p[i]);
}

static bool has_capital(us_slice s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] >= 'A' && s.p[i] <= 'Z') return true;
  return false;
}

/* The fields of the sense at OFFSET of data, from its number of words on. */
static unspin_status sense_at(wordnet *w, unsigned long offset, us_slice *rest, unspin_error *err) {
  us_slice all = us_buf_slice(&w->data);
  if (offset < all.n) {
    us_slice from = us_slice_sub(all, offset, all.n);
    us_slice_cut(&from, '\n', rest);
    bool sense = number(field(rest), 10) == offset && field(rest).n && field(rest).n;
    us_slice words = *rest;
    if (sense && number(field(&words), 16) <= MOST_WORDS) return UNSPIN_OK;
  }
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: index line %d names offset %lu, where no sense stands", w->im->path,
                 w->line, offset);
}

/* Adds a row for each word of a sense but the lemma itself; REST moves behind them. */
static unspin_status add_words(wordnet *w, us_slice *rest, int strength, unspin_error *err) {
  unsigned long n = number(field(rest), 16);
  for (unsigned long i = 0; i < n; i++) {
    us_slice written = field(rest);
    field(rest); /* lex_id */
    put_word(written, &w->word);
    us_slice word = us_buf_slice(&w->word);
    if (!word.n || has_capital(word) || us_slice_eq(word, us_buf_slice(&w->lemma))) continue;
    us_pair pair = us_pair_of(word, us_buf_slice(&w->lemma), w->pos, strength, w->line);
    US_TRY(us_import_add(w->im, &pair, err));
  }
  return UNSPIN_OK;
}

/* A name's senses are all names: nothing that a spinner would turn. The lemma itself tells, as data writes it. */
static bool is_name(const wordnet *w, us_slice rest) {
  us_buf written = {0};
  bool name = true;
  unsigned long n = number(field(&rest), 16);
  for (unsigned long i = 0; i < n; i++) {
    put_word(field(&rest), &written);
    field(&rest);
    if (us_slice_eq(us_buf_slice(&written), us_buf_slice(&w->lemma))) name = false;
  }
  us_buf_free(&written);
  return name;
}

static unspin_status add_related(wordnet *w, us_slice rest, unspin_error *err) {
  unsigned long n = number(field(&rest), 10);
  for (unsigned long i = 0; i < n && i < MOST_POINTERS; i++) {
    us_slice symbol = field(&rest), offset = field(&rest), pos = field(&rest), words;
    field(&rest); /* which words */
    bool wanted = us_slice_eq(symbol, US_LIT("@")) || us_slice_eq(symbol, US_LIT("&"));
    bool same = pos.n == 1 && (pos.p[0] == w->pos || (w->pos == 'a' && pos.p[0] == 's'));
    if (!wanted || !same) continue;
    US_TRY(sense_at(w, number(offset, 10), &words, err));
    US_TRY(add_words(w, &words, OTHER, err));
  }
  return UNSPIN_OK;
}

/* lemma pos senses n symbol... senses tagged offset... */
static unspin_status read_lemma(wordnet *w, us_slice line, unspin_error *err) {
  put_word(field(&line), &w->lemma);
  us_slice pos = field(&line);
  unsigned long senses = number(field(&line), 10), symbols = number(field(&line), 10);
  if (pos.n != 1 || senses == 0 || symbols > 100)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: line %d of the index is none", w->im->path, w->line);
  for (unsigned long i = 0; i < symbols + 2; i++) field(&line);
  for (unsigned long i = 0; i < senses && i < MOST_SENSES; i++) {
    us_slice words;
    US_TRY(sense_at(w, number(field(&line), 10), &words, err));
    if (is_name(w, words)) continue;
    US_TRY(add_words(w, &words, i == 0 ? FIRST_SENSE : OTHER, err));
    if (w->im->options->related) US_TRY(add_related(w, words, err));
  }
  return UNSPIN_OK;
}

static unspin_status read_part(wordnet *w, const char *dir, const char *name, unspin_error *err) {
  us_buf path = {0};
  us_buf_clear(&w->index);
  us_buf_clear(&w->data);
  w->line = 0;
  us_buf_printf(&path, "%s/index.%s", dir, name);
  unspin_status status = path.failed ? us_nomem(err) : us_lines_read_all(path.p, &w->index, err);
  us_buf_clear(&path);
  us_buf_printf(&path, "%s/data.%s", dir, name);
  if (!status) status = us_lines_read_all(path.p, &w->data, err);
  us_buf_free(&path);
  us_slice rest = us_buf_slice(&w->index), line;
  while (!status && us_slice_cut(&rest, '\n', &line)) {
    w->line++;
    if (line.n && line.p[0] != ' ') status = read_lemma(w, line, err); /* the licence is set in by blanks */
  }
  return status;
}

/* PATH is the folder, or one of its files: then that part of speech alone. */
unspin_status us_import_wordnet(us_import *im, unspin_error *err) {
  wordnet w = {.im = im};
  us_buf dir = {0};
  struct stat st;
  const char *slash = strrchr(im->path, '/'), *base = slash ? slash + 1 : im->path, *dot = strrchr(base, '.');
  bool whole = stat(im->path, &st) == 0 && S_ISDIR(st.st_mode);
  if (whole) us_buf_puts(&dir, im->path);
  else if (slash) us_buf_append(&dir, (us_slice){im->path, (size_t)(slash - im->path)});
  else us_buf_puts(&dir, ".");
  unspin_status status = dir.failed ? us_nomem(err) : UNSPIN_OK;
  int read = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++) {
    if (!whole && (!dot || strcmp(dot + 1, parts[i].name) != 0)) continue;
    w.pos = parts[i].pos;
    status = read_part(&w, dir.p, parts[i].name, err);
    read++;
  }
  if (!status && read == 0)
    status =
        us_fail(err, UNSPIN_ERR_INVALID, "%s: neither WordNet's folder nor one of its index and data files", im->path);
  us_buf_free(&dir);
  us_buf_free(&w.index);
  us_buf_free(&w.data);
  us_buf_free(&w.word);
  us_buf_free(&w.lemma);
  return status;
}
