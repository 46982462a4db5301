/* import_tsv.c - our own rows. A fault is an error: whoever writes them wants to know. */
#include <stdio.h>

#include "phrases/import.h"

static unspin_status add(us_import *im, const us_row *row, unspin_error *err) {
  us_buf text = {0};
  us_slice parts[] = {row->when, row->note, row->change, row->keep};
  size_t at[4];
  for (size_t i = 0; i < 4; i++) {
    at[i] = text.n;
    us_buf_append(&text, parts[i]);
    us_buf_putc(&text, 0);
  }
  if (text.failed) return us_nomem(err);
  us_pair pair = us_pair_of(row->spun, row->plain, row->pos, row->strength, row->line);
  pair.ours = true;
  pair.row.when = text.p + at[0];
  pair.row.note = text.p + at[1];
  pair.row.change = text.p + at[2];
  pair.row.keep = text.p + at[3];
  size_t skipped = im->report->skipped;
  unspin_status status = us_import_add(im, &pair, err);
  if (!status && im->report->skipped > skipped) {
    unspin_error why;
    unspin_table_check_row(im->table, &pair.row, &why);
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: %.400s", im->path, row->line, why.message);
  }
  us_buf_free(&text);
  return status;
}

unspin_status us_import_tsv(us_import *im, unspin_error *err) {
  us_buf text = {0};
  us_row_vec rows = {0};
  unspin_status status = us_lines_read_all(im->path, &text, err);
  if (!status && memchr(us_buf_slice(&text).p, 0, text.n))
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: holds NUL bytes", im->path);
  if (!status) status = us_rows_parse(us_buf_slice(&text), im->path, &rows, err);
  for (size_t i = 0; i < rows.n && !status; i++) status = add(im, &rows.p[i], err);
  us_vec_free(&rows);
  us_buf_free(&text);
  return status;
}
