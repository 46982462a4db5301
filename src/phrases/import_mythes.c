/* import_mythes.c - the office suites' thesauri: an encoding, then "word|N" and N lines "(noun)|synonym|..." each. */
#define _GNU_SOURCE
#include <stdio.h>

#include "phrases/import.h"

enum { NEAR = 2, FAR = 1 };

static char pos_of(us_slice mark) {
  static const struct {
    const char *name;
    char pos;
  } names[] = {{"(noun)", 'n'}, {"(verb)", 'v'}, {"(adj)", 'a'}, {"(adv)", 'r'}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (us_slice_eq(mark, us_slice_of(names[i].name))) return names[i].pos;
  return 0;
}

static bool ends_with(us_slice s, const char *end) {
  size_t n = strlen(end);
  return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

static unspin_status add_sense(us_import *im, us_slice word, us_slice line, int number, unspin_error *err) {
  us_slice part;
  char pos = 0;
  for (bool first = true; us_slice_cut(&line, '|', &part); first = false) {
    if (first && part.n && part.p[0] == '(') {
      pos = pos_of(part);
      continue;
    }
    int strength = ends_with(part, "(generic term)") || ends_with(part, "(related term)") ? FAR : NEAR;
    if (ends_with(part, "(antonym)")) continue;
    const char *bracket = memmem(part.p, part.n, " (", 2);
    us_slice spun = us_slice_trim((us_slice){part.p, bracket ? (size_t)(bracket - part.p) : part.n});
    if (!spun.n || us_slice_eq(spun, word)) continue;
    us_pair pair = us_pair_of(spun, word, pos, strength, number);
    US_TRY(us_import_add(im, &pair, err));
  }
  return UNSPIN_OK;
}

static void latin1_to_utf8(us_slice line, us_buf *out) {
  us_buf_clear(out);
  us_buf_reserve(out, line.n * 2 + 1);
  for (size_t i = 0; i < line.n; i++) {
    unsigned char c = (unsigned char)line.p[i];
    if (c >= 0x80) us_buf_putc(out, (char)(0xC0 | c >> 6));
    us_buf_putc(out, (char)(c < 0x80 ? c : 0x80 | (c & 0x3F)));
  }
}

typedef struct mythes {
  us_lines lines;
  bool latin1;
  us_buf utf8, word;
} mythes;

static unspin_status next_line(mythes *m, us_slice *line, bool *more, unspin_error *err) {
  US_TRY(us_lines_next(&m->lines, line, more, err));
  if (!*more || !m->latin1) return UNSPIN_OK;
  latin1_to_utf8(*line, &m->utf8);
  *line = us_buf_slice(&m->utf8);
  return m->utf8.failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status read_encoding(mythes *m, unspin_error *err) {
  us_slice line;
  bool more;
  US_TRY(us_lines_next(&m->lines, &line, &more, err));
  us_slice name = more ? us_slice_trim(line) : US_LIT("");
  m->latin1 = us_slice_eq(name, US_LIT("ISO8859-1")) || us_slice_eq(name, US_LIT("ISO-8859-1"));
  if (m->latin1 || us_slice_eq(name, US_LIT("UTF-8"))) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:1: '%.*s' is no encoding that is read here (UTF-8, ISO8859-1)",
                 m->lines.name, (int)(name.n < 40 ? name.n : 40), name.p);
}

/* "word|3" and its three senses. */
static unspin_status read_entry(us_import *im, mythes *m, us_slice line, unspin_error *err) {
  us_slice word;
  us_slice_cut(&line, '|', &word);
  long senses = line.p ? strtol(line.p, NULL, 10) : 0;
  if (!word.n || senses < 1 || senses > 10000)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: expected 'word|number of senses'", m->lines.name, m->lines.number);
  us_buf_clear(&m->word);
  us_buf_append(&m->word, word);
  if (m->word.failed) return us_nomem(err);
  for (long i = 0; i < senses; i++) {
    bool more;
    US_TRY(next_line(m, &line, &more, err));
    if (!more)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: ends in the middle of an entry", m->lines.name, m->lines.number);
    US_TRY(add_sense(im, us_buf_slice(&m->word), line, m->lines.number, err));
  }
  return UNSPIN_OK;
}

/* Of the two files the .dat holds the words: the .idx only says where they stand. */
static void dat_path(const char *path, us_buf *out) {
  us_slice s = us_slice_of(path);
  bool index = ends_with(s, ".idx");
  us_buf_append(out, us_slice_sub(s, 0, index ? s.n - 4 : s.n));
  if (index) us_buf_puts(out, ".dat");
}

unspin_status us_import_mythes(us_import *im, unspin_error *err) {
  mythes m = {0};
  us_buf path = {0};
  us_slice line;
  bool more = true;
  dat_path(im->path, &path);
  unspin_status status = path.failed ? us_nomem(err) : us_lines_open(path.p, &m.lines, err);
  if (!status) status = read_encoding(&m, err);
  while (!status) {
    status = next_line(&m, &line, &more, err);
    if (status || !more) break;
    if (us_slice_trim(line).n) status = read_entry(im, &m, line, err);
  }
  us_lines_close(&m.lines);
  us_buf_free(&m.utf8);
  us_buf_free(&m.word);
  us_buf_free(&path);
  return status;
}
