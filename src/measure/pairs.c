#define _POSIX_C_SOURCE 200809L
#include "measure/pairs.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "measure/markup.h"
#include "measure/pairs_json.h"
#include "measure/pairs_list.h"
#include "text/utf8.h"

struct us_pairs {
  us_pair_list list;
  size_t next_file;
  const us_pair_file *file;
  FILE *stream; /* of a file with many pairs, or NULL */
  char *line;   /* getline's */
  size_t line_cap, line_number;
  json_t *json;
  us_buf spun, plain, gold, id;
  us_slices plains;
  us_pair pair;
};

const char *us_expect_name(us_expect expect) {
  switch (expect) {
    case US_EXPECT_CHANGE: return "must-change";
    case US_EXPECT_NO_CHANGE: return "must-not-change";
    case US_EXPECT_KNOWN_FAIL: return "known-failing";
    case US_EXPECT_NONE: break;
  }
  return "none";
}

bool us_expect_read(us_slice name, us_expect *out) {
  for (us_expect e = US_EXPECT_CHANGE; e <= US_EXPECT_KNOWN_FAIL; e++) {
    if (!us_slice_eq(name, us_slice_of(us_expect_name(e)))) continue;
    *out = e;
    return true;
  }
  return false;
}

unspin_status us_pairs_open(const char *const *paths, size_t count, us_pairs **out, unspin_error *err) {
  *out = NULL;
  us_pairs *pairs = calloc(1, sizeof *pairs);
  if (!pairs) return us_nomem(err);
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < count && !status; i++) status = us_pair_list_add(&pairs->list, paths[i], err);
  if (!status) status = us_pair_list_unique(&pairs->list, err);
  if (status) us_pairs_close(pairs);
  else *out = pairs;
  return status;
}

void us_pairs_close(us_pairs *pairs) {
  if (!pairs) return;
  if (pairs->stream) fclose(pairs->stream);
  free(pairs->line);
  json_decref(pairs->json);
  us_buf_free(&pairs->spun);
  us_buf_free(&pairs->plain);
  us_buf_free(&pairs->gold);
  us_buf_free(&pairs->id);
  us_vec_free(&pairs->plains);
  us_pair_list_free(&pairs->list);
  free(pairs);
}

/* Text is valid UTF-8 without NUL: anything else was not meant to be scored. LINE is that of its first byte. */
static unspin_status check_text(us_slice text, const char *path, size_t line, unspin_error *err) {
  int32_t cp;
  for (size_t at = 0; at < text.n; at += us_utf8_next(text, at, &cp)) {
    int32_t here;
    us_utf8_next(text, at, &here);
    if (here == US_INVALID)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: not UTF-8: byte 0x%02X", path, line,
                     (unsigned)(unsigned char)text.p[at]);
    if (here == 0) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: a NUL byte: this is no text", path, line);
    line += here == '\n';
  }
  return UNSPIN_OK;
}

static us_slice without_bom(us_slice text) {
  bool bom = text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0;
  return us_slice_sub(text, bom ? 3 : 0, text.n);
}

static us_slice without_line_end(us_slice line) {
  while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r')) line.n--;
  return line;
}

/* ---- files with a pair in each line ---- */

static unspin_status read_tsv(us_pairs *p, us_slice line, unspin_error *err) {
  us_slice rest = line, field;
  us_slice_cut(&rest, '\t', &p->pair.spun);
  p->plains.n = 0;
  while (us_slice_cut(&rest, '\t', &field))
    if (!us_vec_push(&p->plains, field)) return us_nomem(err);
  if (p->plains.n) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: no tab: expected the spun text, a tab, the plain text", p->file->path,
                 p->line_number);
}

/* A heading such as a spreadsheet writes. */
static bool is_heading(const us_pairs *p, us_slice line) {
  us_slice first, second;
  return p->file->kind == US_PAIR_TSV && p->line_number == 1 && us_slice_cut(&line, '\t', &first) &&
         us_slice_cut(&line, '\t', &second) && us_slice_eq(first, US_LIT("spun")) &&
         (us_slice_eq(second, US_LIT("plain")) || us_slice_eq(second, US_LIT("original")));
}

static unspin_status read_line(us_pairs *p, us_slice line, unspin_error *err) {
  US_TRY(check_text(line, p->file->path, p->line_number, err));
  us_buf_clear(&p->id);
  us_buf_printf(&p->id, "line %zu", p->line_number);
  if (p->id.failed) return us_nomem(err);
  p->pair =
      (us_pair){.id = us_buf_slice(&p->id), .path = p->file->path, .suite = p->file->suite, .line = p->line_number};
  if (p->file->kind == US_PAIR_TSV) return read_tsv(p, line, err);
  json_decref(p->json);
  return us_pairs_json_read(line, p->file->path, p->line_number, &p->json, &p->pair, &p->plains, err);
}

/* *FOUND is false at the end of the file, which is closed then. */
static unspin_status next_line(us_pairs *p, bool *found, unspin_error *err) {
  *found = false;
  for (;;) {
    errno = 0;
    ssize_t n = getline(&p->line, &p->line_cap, p->stream);
    if (n < 0) break;
    us_slice line = {p->line, (size_t)n};
    if (p->line_number++ == 0) line = without_bom(line);
    line = without_line_end(line);
    if (us_slice_trim(line).n == 0 || is_heading(p, line)) continue;
    *found = true;
    return read_line(p, line, err);
  }
  unspin_status status = UNSPIN_OK;
  if (ferror(p->stream) || errno == ENOMEM)
    status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", p->file->path, strerror(errno));
  fclose(p->stream);
  p->stream = NULL;
  return status;
}

/* ---- files with one text ---- */

static unspin_status read_header(us_pairs *p, us_slice line, size_t number, unspin_error *err) {
  us_slice key, value = us_slice_sub(line, 1, line.n);
  us_slice_cut(&value, ':', &key);
  const char *path = p->file->path;
  if (!value.p) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expected '# key: value'", path, number);
  key = us_slice_trim(key);
  value = us_slice_trim(value);
  if (us_slice_eq(key, US_LIT("id")) && value.n) p->pair.id = value;
  if (!us_slice_eq(key, US_LIT("expect")) && !us_slice_eq(key, US_LIT("expectation"))) return UNSPIN_OK;
  if (us_expect_read(value, &p->pair.expect)) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expect: not must-change, must-not-change or known-failing", path,
                 number);
}

/* Moves TEXT behind the header lines. */
static unspin_status read_headers(us_pairs *p, us_slice *text, unspin_error *err) {
  size_t number = 1;
  us_slice rest = *text, line;
  for (; rest.n && rest.p[0] == '#'; number++) {
    us_slice_cut(&rest, '\n', &line);
    US_TRY(read_header(p, line, number, err));
  }
  us_slice after = rest;
  if (number > 1 && rest.n && us_slice_cut(&after, '\n', &line) && us_slice_trim(line).n == 0) {
    rest = after;
    number++;
  }
  p->pair.line = number;
  *text = rest.p ? rest : US_LIT("");
  return UNSPIN_OK;
}

static unspin_status read_markup(us_pairs *p, unspin_error *err) {
  const char *path = p->file->path;
  us_buf_clear(&p->gold);
  US_TRY(us_file_read(path, &p->gold, err));
  us_slice text = without_bom(us_buf_slice(&p->gold));
  US_TRY(check_text(text, path, 1, err));
  US_TRY(read_headers(p, &text, err));
  if (us_slice_trim(text).n == 0) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: no text", path, p->pair.line);
  US_TRY(us_markup_check(text, path, p->pair.line, err));
  us_buf_clear(&p->spun);
  us_buf_clear(&p->plain);
  us_markup_spun(&p->spun, text);
  us_markup_plain(&p->plain, text);
  p->plains.n = 0;
  if (p->spun.failed || p->plain.failed || !us_vec_push(&p->plains, us_buf_slice(&p->plain))) return us_nomem(err);
  p->pair.gold = text;
  p->pair.spun = us_buf_slice(&p->spun);
  return UNSPIN_OK;
}

/* Lines of a text, without empty ones at its end. */
static size_t count_lines(us_slice text) {
  size_t n = 0;
  text = without_line_end(text);
  for (us_slice line; text.n && us_slice_cut(&text, '\n', &line);) n++;
  return n;
}

static unspin_status read_documents(us_pairs *p, unspin_error *err) {
  const char *path = p->file->path;
  size_t stem = strlen(path) - strlen(US_PAIR_SPUN);
  us_buf name = {0};
  us_buf_append(&name, (us_slice){path, stem});
  us_buf_puts(&name, US_PAIR_PLAIN);
  us_buf_clear(&p->spun);
  us_buf_clear(&p->plain);
  unspin_status status = name.failed ? us_nomem(err) : us_file_read(path, &p->spun, err);
  if (!status) status = us_file_read(name.p, &p->plain, err);
  us_slice spun = without_bom(us_buf_slice(&p->spun)), plain = without_bom(us_buf_slice(&p->plain));
  if (!status) status = check_text(spun, path, 1, err);
  if (!status) status = check_text(plain, name.p, 1, err);
  size_t have = count_lines(spun), want = count_lines(plain);
  if (!status && have != want)
    status =
        us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: the pair does not agree line by line: %s has %zu line%s, this %zu",
                path, (have < want ? have : want) + 1, name.p, want, want == 1 ? "" : "s", have);
  us_buf_free(&name);
  if (status) return status;
  p->plains.n = 0;
  if (!us_vec_push(&p->plains, plain)) return us_nomem(err);
  p->pair.spun = spun;
  return UNSPIN_OK;
}

static us_slice stem_of(const us_pair_file *file) {
  const char *slash = strrchr(file->path, '/'), *name = slash ? slash + 1 : file->path;
  size_t ending = strlen(file->kind == US_PAIR_DOCUMENTS ? US_PAIR_SPUN : ".txt");
  return (us_slice){name, strlen(name) - ending};
}

static unspin_status read_text(us_pairs *p, unspin_error *err) {
  p->spun.failed = p->plain.failed = p->gold.failed = false;
  p->pair =
      (us_pair){.id = stem_of(p->file), .path = p->file->path, .suite = p->file->suite, .line = 1, .by_line = true};
  return p->file->kind == US_PAIR_MARKUP ? read_markup(p, err) : read_documents(p, err);
}

static unspin_status open_next(us_pairs *p, unspin_error *err) {
  p->file = &p->list.files.p[p->next_file++];
  if (p->file->kind == US_PAIR_MARKUP || p->file->kind == US_PAIR_DOCUMENTS) return read_text(p, err);
  p->line_number = 0;
  p->stream = fopen(p->file->path, "re");
  if (p->stream) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", p->file->path, strerror(errno));
}

unspin_status us_pairs_next(us_pairs *pairs, const us_pair **pair, unspin_error *err) {
  *pair = NULL;
  bool found = false;
  while (!found) {
    if (!pairs->stream && pairs->next_file == pairs->list.files.n) return UNSPIN_OK;
    if (!pairs->stream) US_TRY(open_next(pairs, err));
    if (pairs->stream) US_TRY(next_line(pairs, &found, err));
    else found = true;
  }
  pairs->pair.plain = pairs->plains.p;
  pairs->pair.plain_count = pairs->plains.n;
  *pair = &pairs->pair;
  return UNSPIN_OK;
}
