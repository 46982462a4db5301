/* records.c - where records end, and which of their columns are meant. */
#include <stdlib.h>

#include "format/documents.h"

/* Behind the first line end at or behind AT, or 0. */
static size_t line_end(us_slice text, size_t at) {
  const char *end = at < text.n ? memchr(text.p + at, '\n', text.n - at) : NULL;
  return end ? (size_t)(end - text.p) + 1 : 0;
}

/* Goes over what stands in quotation marks; false where the next byte may be a second mark. */
static bool scan_quoted(us_slice text, bool final, us_record_scan *s) {
  const char *quote = memchr(text.p + s->at, '"', text.n - s->at);
  s->at = quote ? (size_t)(quote - text.p) : text.n;
  if (!quote) return true;
  bool last = s->at + 1 == text.n;
  if (last && !final) return false;
  bool twice = !last && text.p[s->at + 1] == '"';
  s->at += twice ? 2 : 1;
  if (!twice) s->place = US_AT_CLOSED;
  return true;
}

/* Behind the row's line end, or 0 where TEXT ends before. */
static size_t scan_row(us_slice text, bool final, us_record_scan *s) {
  while (s->at < text.n) {
    char c = text.p[s->at];
    if (s->place == US_AT_QUOTED) {
      if (!scan_quoted(text, final, s)) return 0;
      continue;
    }
    if (s->place == US_AT_CELL && c == '"') s->place = US_AT_QUOTED;
    else if (c == ',') s->place = US_AT_CELL;
    else if (c == '\n') return s->at + 1;
    else if (c == '\r' && s->at + 1 == text.n) return final ? text.n : 0; /* a line feed may follow */
    else if (c == '\r' && text.p[s->at + 1] == '\n') return s->at + 2;
    else {
      s->bad |= s->place == US_AT_CLOSED;
      s->place = US_AT_PLAIN;
    }
    s->at++;
  }
  return 0;
}

static size_t find_row(us_slice text, bool final, us_record_scan *s, const char **why) {
  if (s->first && !s->at) {
    if (!final && text.n < 3 && memcmp(text.p, "\xEF\xBB\xBF", text.n) == 0) return 0;
    s->at = us_mark_length(text);
  }
  size_t end = scan_row(text, final, s);
  bool open = !end && s->place == US_AT_QUOTED;
  if (open && (final || text.n >= US_ROW_MAX)) {
    *why = "a quotation mark that is never closed";
    end = line_end(text, s->no_line_until);
    s->no_line_until = text.n;
    return end;
  }
  if (s->bad) *why = "something stands behind a closing quotation mark";
  return end;
}

void us_record_find(unspin_text_format format, us_slice text, bool final, us_record_scan *scan, us_record *record) {
  *record = (us_record){0};
  if (format == UNSPIN_TEXT_CSV) record->end = find_row(text, final, scan, &record->why);
  else {
    record->end = line_end(text, scan->at);
    scan->at = text.n;
  }
  if (!record->end && final) record->end = text.n;
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
  return us_slice_eq(us_slice_trim(us_buf_slice(scratch)), us_slice_of(name));
}

/* SIZE_MAX if there is none. */
static size_t column_named(const char *name, us_table_row header, us_buf *scratch) {
  us_cell cell;
  for (size_t at = 0; us_table_row_next(&header, &cell); at++)
    if (name_is(header.record, &cell, name, scratch)) return at;
  return SIZE_MAX;
}

static unspin_status no_column(const char *name, us_table_row header, unspin_error *err) {
  us_buf names = {0};
  us_cell cell;
  for (size_t i = 0; names.n < 200 && us_table_row_next(&header, &cell); i++) {
    if (i) us_buf_puts(&names, ", ");
    us_cell_text(header.record, &cell, &names);
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

unspin_status us_columns_find(const char *const *fields, size_t count, us_table_row header, us_columns *out,
                              unspin_error *err) {
  static const char *const usual[] = {"text"};
  out->at.n = 0;
  out->by_name = us_columns_by_name(fields, count);
  if (!count) fields = usual;
  us_buf scratch = {0};
  bool ok = true;
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; ok && !status && i < (count ? count : 1); i++) {
    size_t number = number_of(fields[i]), at = number ? number - 1 : column_named(fields[i], header, &scratch);
    if (at == SIZE_MAX) status = no_column(fields[i], header, err);
    else ok = add_column(out, at);
  }
  ok = ok && !scratch.failed;
  us_buf_free(&scratch);
  if (out->at.n) qsort(out->at.p, out->at.n, sizeof *out->at.p, by_size);
  return ok ? status : us_nomem(err);
}
