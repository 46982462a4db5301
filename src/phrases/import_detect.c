/* import_detect.c - which format a file is in. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/stat.h>

#include "phrases/import.h"

static bool ends_with(us_slice s, const char *end) {
  size_t n = strlen(end);
  return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* By the name alone; AUTO if it does not tell. */
static unspin_format by_name(const char *path) {
  const char *slash = strrchr(path, '/');
  us_slice name = us_slice_of(slash ? slash + 1 : path);
  struct stat st;
  if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) return UNSPIN_FORMAT_WORDNET;
  static const char *const packed[] = {".gz", ".zst", ".xz"};
  for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
    if (ends_with(name, packed[i])) name.n -= strlen(packed[i]);
  if (ends_with(name, ".jsonl") || ends_with(name, ".ndjson")) return UNSPIN_FORMAT_JSONL;
  if (ends_with(name, ".dat") || ends_with(name, ".idx")) return UNSPIN_FORMAT_MYTHES;
  if (ends_with(name, ".csv")) return UNSPIN_FORMAT_CSV;
  static const char *const parts[] = {".noun", ".verb", ".adj", ".adv"};
  bool begins = (name.n > 6 && memcmp(name.p, "index.", 6) == 0) || (name.n > 5 && memcmp(name.p, "data.", 5) == 0);
  for (size_t i = 0; begins && i < 4; i++)
    if (ends_with(name, parts[i])) return UNSPIN_FORMAT_WORDNET;
  return UNSPIN_FORMAT_AUTO;
}

static size_t count(us_slice line, char c) {
  size_t n = 0;
  for (size_t i = 0; i < line.n; i++) n += line.p[i] == c;
  return n;
}

static bool is_digits(us_slice s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] < '0' || s.p[i] > '9') return false;
  return s.n > 0;
}

/* Four columns, the third one letter and the fourth a number: ours, if perhaps with a fault. */
static bool is_row(us_slice line) {
  us_slice f;
  bool letter = false;
  for (int i = 0; us_slice_cut(&line, '\t', &f); i++) {
    if (i == 2) letter = f.n == 1 && f.p[0] >= 'a' && f.p[0] <= 'z';
    if (i == 3) return letter && is_digits(f);
  }
  return false;
}

static unspin_format by_line(us_slice line) {
  if (memmem(line.p, line.n, " ||| ", 5)) return UNSPIN_FORMAT_PPDB;
  if (line.n > 1 && line.p[0] == '{' && (line.p[1] == '"' || line.p[1] == '}')) return UNSPIN_FORMAT_JSONL;
  if (is_row(line)) return UNSPIN_FORMAT_TSV;
  if (count(line, '|')) return UNSPIN_FORMAT_SPINTAX;
  if (count(line, '\t') || count(line, ',') || count(line, ';')) return UNSPIN_FORMAT_CSV;
  return UNSPIN_FORMAT_AUTO;
}

unspin_status us_import_detect(const char *path, unspin_format *out, unspin_error *err) {
  us_lines lines;
  us_slice line;
  bool more = true;
  *out = by_name(path);
  if (*out) return UNSPIN_OK;
  if (strcmp(path, "-") == 0) return us_fail(err, UNSPIN_ERR_INVALID, "the format of standard input must be named");
  US_TRY(us_lines_open(path, &lines, err));
  unspin_status status = UNSPIN_OK;
  while (!*out && !status && more && lines.number < 100) {
    status = us_lines_next(&lines, &line, &more, err);
    if (!status && more && line.n && !(line.p[0] == '#' && !memchr(line.p, '\t', line.n))) *out = by_line(line);
  }
  us_lines_close(&lines);
  if (!status && !*out)
    status = us_fail(err, UNSPIN_ERR_INVALID, "%s: the format cannot be told: it must be named", path);
  return status;
}
