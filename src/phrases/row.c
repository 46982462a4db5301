#define _GNU_SOURCE
#include "phrases/row.h"

#include <stdio.h>

#include "base/hash.h"

enum { COLUMNS = 8 };

void us_row_make_id(us_slice spun, us_slice plain, char pos, us_slice when, char out[US_ROW_ID_LEN + 1]) {
  uint64_t h = us_hash_seed(spun, (uint64_t)pos);
  h = us_hash_seed(plain, h);
  if (when.n) h = us_hash_seed(when, h);
  for (int i = 0; i < US_ROW_ID_LEN; i++, h >>= 5) out[i] = US_ROW_ID_DIGITS[h & 31];
  out[US_ROW_ID_LEN] = 0;
}

static bool has_stray_blank(us_slice s) {
  us_slice t = us_slice_trim(s);
  return t.n != s.n || memmem(s.p, s.n, "  ", 2) != NULL;
}

static unspin_status parse_line(us_slice line, const char *source, int number, us_row_vec *out, unspin_error *err) {
  us_slice field[COLUMNS] = {{0}}, rest = line;
  int n = 0;
  us_slice cell;
  while (us_slice_cut(&rest, '\t', &cell)) {
    if (n == COLUMNS) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: more than %d columns", source, number, COLUMNS);
    field[n++] = cell;
  }
  if (n < 4)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: needs at least spun, plain, pos and strength", source, number);
  for (int i = 0; i < n; i++)
    if (has_stray_blank(field[i]))
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: stray blanks in column %d", source, number, i + 1);
  if (!field[0].n || !field[1].n) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: an empty phrase", source, number);
  if (us_slice_eq(field[0], field[1]))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: both sides are the same", source, number);
  if (field[2].n != 1 || !memchr("vnarx", field[2].p[0], 5))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: part of speech '%.*s' is none of v n a r x", source, number,
                   (int)field[2].n, field[2].p);
  if (field[3].n != 1 || field[3].p[0] < '1' || field[3].p[0] > '0' + US_STRENGTH_MAX)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: strength '%.*s' is not 1 to 5", source, number, (int)field[3].n,
                   field[3].p);
  us_row row = {.spun = field[0],
                .plain = field[1],
                .pos = field[2].p[0],
                .strength = field[3].p[0] - '0',
                .when = field[4],
                .note = field[5],
                .change = field[6],
                .keep = field[7],
                .source = source,
                .line = number};
  us_row_make_id(row.spun, row.plain, row.pos, row.when, row.id);
  return us_vec_push(out, row) ? UNSPIN_OK : us_nomem(err);
}

/* "# of goods" may begin a row, so a comment is a line with # that holds no tab, or any line with ##. */
static bool is_comment(us_slice line) {
  return line.p[0] == '#' && ((line.n > 1 && line.p[1] == '#') || !memchr(line.p, '\t', line.n));
}

unspin_status us_rows_parse(us_slice text, const char *source, us_row_vec *out, unspin_error *err) {
  us_slice line;
  for (int number = 1; us_slice_cut(&text, '\n', &line); number++) {
    if (us_slice_trim(line).n == 0 || is_comment(line)) continue;
    US_TRY(parse_line(line, source, number, out, err));
  }
  return UNSPIN_OK;
}
