/* table.c - rows of CSV and TSV by their places in the source. */
#include "format/cells.h"

/* Behind the quotation mark that closes the cell whose text begins at AT, or SIZE_MAX. */
static size_t close_quote(us_slice text, size_t at) {
  while (at < text.n) {
    const char *quote = memchr(text.p + at, '"', text.n - at);
    if (!quote) return SIZE_MAX;
    at = (size_t)(quote - text.p) + 1;
    if (at == text.n || text.p[at] != '"') return at;
    at++;
  }
  return SIZE_MAX;
}

/* A place that is not inside a cell. */
static bool ends_cell(us_slice text, size_t at, char separator) {
  if (at >= text.n || text.p[at] == separator || text.p[at] == '\n') return true;
  return text.p[at] == '\r' && (at + 1 == text.n || text.p[at + 1] == '\n');
}

us_table_row us_table_row_of(us_slice record, char separator, bool first) {
  return (us_table_row){.record = record, .separator = separator, .at = first ? us_mark_length(record) : 0};
}

bool us_table_row_next(us_table_row *row, us_cell *cell) {
  if (row->ended) return false;
  us_slice text = row->record;
  size_t at = row->at;
  *cell = (us_cell){.begin = at};
  if (at < text.n && text.p[at] == '"') {
    size_t close = close_quote(text, at + 1);
    /* with commas something behind it makes the row a bad one, which nobody walks over */
    cell->quoted = close != SIZE_MAX && (row->separator != '\t' || ends_cell(text, close, '\t'));
    if (cell->quoted) at = close;
  }
  size_t stop = at;
  while (!ends_cell(text, stop, row->separator)) stop++;
  cell->end = cell->quoted ? at - 1 : stop;
  cell->begin += cell->quoted;
  row->ended = stop == text.n || text.p[stop] != row->separator;
  row->at = stop + 1;
  return true;
}

bool us_cell_is_free(us_slice source, const us_cell *cell, char separator) {
  return cell->quoted || separator == '\t' || !memchr(source.p + cell->begin, '"', cell->end - cell->begin);
}

static void write_quoted(const void *cookie, us_slice text, us_buf *out) {
  (void)cookie;
  for (size_t i = 0; i < text.n; i++) {
    if (text.p[i] == '"') us_buf_putc(out, '"');
    us_buf_putc(out, text.p[i]);
  }
}

static bool needs_quotes(const void *cookie, us_slice text) {
  const char *separator = cookie;
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] == *separator || text.p[i] == '\n' || text.p[i] == '\r' || text.p[i] == '"') return true;
  return false;
}

void us_cell_read(us_slice source, const us_cell *cell, char separator, us_prose *prose) {
  static const char comma = ',', tab = '\t';
  us_prose_clear(prose);
  prose->cookie = separator == '\t' ? &tab : &comma;
  if (cell->quoted || separator != '\t') prose->write = write_quoted;
  if (!cell->quoted && separator != '\t') {
    prose->needs_quotes = needs_quotes;
    prose->wrap_begin = cell->begin;
    prose->wrap_end = cell->end;
  }
  for (size_t at = cell->begin; at < cell->end;) {
    const char *quote = cell->quoted ? memchr(source.p + at, '"', cell->end - at) : NULL;
    size_t stop = quote ? (size_t)(quote - source.p) : cell->end;
    if (stop > at) us_prose_add_plain(prose, source, at, stop);
    if (quote) us_prose_add(prose, US_STRETCH_ESCAPE, US_LIT("\""), stop, 2);
    at = quote ? stop + 2 : stop;
  }
}

void us_cell_text(us_slice source, const us_cell *cell, us_buf *out) {
  for (size_t at = cell->begin; at < cell->end; at++) {
    us_buf_putc(out, source.p[at]);
    if (cell->quoted && source.p[at] == '"') at++;
  }
}
