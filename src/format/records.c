/* records.c - where records end, and which of their columns are meant. */
#include <stdlib.h>

#include "format/documents.h"

static size_t line_end(us_slice text) {
  const char *end = memchr(text.p, '\n', text.n);
  return end ? (size_t)(end - text.p) + 1 : 0;
}

bool us_record_find(unspin_text_format format, us_slice text, bool final, us_cell_vec *cells, us_record *record) {
  *record = (us_record){0};
  if (format != UNSPIN_TEXT_CSV) record->end = line_end(text);
  else {
    us_row_state state;
    if (!us_row_cells(text, ',', cells, &record->end, &state)) return false;
    bool open = state == US_ROW_UNFINISHED;
    if (open && !final && text.n < US_ROW_MAX) record->end = 0;
    else if (open) record->why = "a quotation mark that is never closed";
    else if (state == US_ROW_BAD) record->why = "something stands behind a closing quotation mark";
    /* the next byte may be a second quotation mark, or the line feed of a carriage return */
    if (record->end == text.n && text.p[text.n - 1] != '\n') record->end = 0;
  }
  if (!record->end && final) record->end = text.n;
  return true;
}

/* 0: no number. */
static size_t number_of(const char *field) {
  char *end;
  if (*field < '1' || *field > '9') return 0;
  unsigned long n = strtoul(field, &end, 10);
  return *end || n > UINT32_MAX ? 0 : (size_t)n;
}

bool us_columns_by_name(const char *const *fields, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!number_of(fields[i])) return true;
  return count == 0;
}

static bool name_is(us_slice source, const us_cell *cell, const char *name, us_buf *scratch) {
  us_buf_clear(scratch);
  us_cell_text(source, cell, scratch);
  us_slice text = us_buf_slice(scratch);
  if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0) text = us_slice_sub(text, 3, text.n);
  return us_slice_eq(us_slice_trim(text), us_slice_of(name));
}

static unspin_status no_column(const char *name, us_slice source, const us_cell_vec *header, unspin_error *err) {
  us_buf names = {0};
  for (size_t i = 0; header && i < header->n && names.n < 200; i++) {
    if (i) us_buf_puts(&names, ", ");
    us_cell_text(source, &header->p[i], &names);
  }
  int shown = names.n < 200 ? (int)names.n : 200;
  us_fail(err, UNSPIN_ERR_INVALID, "no column '%.100s'; there are: %.*s", name, shown, names.n ? names.p : "");
  us_buf_free(&names);
  return UNSPIN_ERR_INVALID;
}

static int by_size(const void *a, const void *b) {
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  return (x > y) - (x < y);
}

static bool add_column(us_columns *columns, size_t at) {
  for (size_t i = 0; i < columns->at.n; i++)
    if (columns->at.p[i] == at) return true;
  return us_vec_push(&columns->at, at);
}

unspin_status us_columns_find(const char *const *fields, size_t count, us_slice source, const us_cell_vec *header,
                              us_columns *out, unspin_error *err) {
  static const char *const usual[] = {"text"};
  out->at.n = 0;
  out->by_name = us_columns_by_name(fields, count);
  if (!count) fields = usual;
  us_buf scratch = {0};
  bool ok = true;
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; ok && !status && i < (count ? count : 1); i++) {
    size_t number = number_of(fields[i]), at = 0;
    while (!number && header && at < header->n && !name_is(source, &header->p[at], fields[i], &scratch)) at++;
    if (!number && (!header || at == header->n)) status = no_column(fields[i], source, header, err);
    else ok = add_column(out, number ? number - 1 : at);
  }
  ok = ok && !scratch.failed;
  us_buf_free(&scratch);
  if (out->at.n) qsort(out->at.p, out->at.n, sizeof *out->at.p, by_size);
  return ok ? status : us_nomem(err);
}
