#include "format/documents.h"

#include "format/html.h"
#include "format/markdown.h"

void us_documents_begin(us_documents *d, us_slice source, const unspin_options *options) {
  /* a table without a column that is asked for is refused; of JSON each line may hold something else */
  bool objects = options->text_format == UNSPIN_TEXT_JSONL;
  *d = (us_documents){.source = source, .options = options, .line = 1, .found = objects ? 0 : UINT64_MAX};
}

void us_documents_free(us_documents *d) {
  us_prose_free(&d->prose);
  us_vec_free(&d->rejects);
  us_vec_free(&d->cells);
  us_vec_free(&d->columns.at);
}

unspin_status us_prose_read(unspin_text_format format, us_slice source, bool quotes, us_prose *prose,
                            unspin_error *err) {
  if (format == UNSPIN_TEXT_HTML) return us_html_read(source, quotes, prose, err);
  if (format == UNSPIN_TEXT_MARKDOWN) return us_markdown_read(source, quotes, prose, err);
  us_prose_clear(prose);
  if (source.n) us_prose_add_plain(prose, source, 0, source.n);
  return prose->failed ? us_nomem(err) : UNSPIN_OK;
}

static bool is_blank_line(us_slice record) { return us_slice_trim(record).n == 0; }

static bool is_ascii(us_slice s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] >= 0x80) return false;
  return true;
}

static bool cut_object(us_documents *d, us_record *record) {
  static const char *const usual[] = {"text"};
  const unspin_options *o = d->options;
  size_t skipped = d->record_begin == 0 ? us_mark_length(d->record) : 0;
  us_slice line = us_slice_sub(d->record, skipped, d->record.n);
  d->ascii = is_ascii(line);
  bool ok = us_json_cells(line, o->field_count ? o->fields : usual, o->field_count ? o->field_count : 1, &d->cells,
                          &d->found, &record->why);
  for (size_t i = 0; i < d->cells.n; i++) {
    d->cells.p[i].begin += skipped;
    d->cells.p[i].end += skipped;
  }
  return ok;
}

/* Finds the cells of the columns that are meant. */
static unspin_status cut_row(us_documents *d, us_record *record, unspin_error *err) {
  const unspin_options *o = d->options;
  char separator = o->text_format == UNSPIN_TEXT_TSV ? '\t' : ',';
  us_table_row row = us_table_row_of(d->record, separator, d->record_begin == 0);
  if (!d->has_columns) {
    d->has_columns = true;
    US_TRY(us_columns_find(o->fields, o->field_count, row, &d->columns, err));
    if (d->columns.by_name) {
      d->records--;
      return UNSPIN_OK;
    }
  }
  us_cell cell;
  size_t met = 0;
  for (size_t at = 0; met < d->columns.at.n && us_table_row_next(&row, &cell); at++) {
    if (at != d->columns.at.p[met]) continue;
    met++;
    if (us_cell_is_free(d->record, &cell, separator) && !us_vec_push(&d->cells, cell)) return us_nomem(err);
  }
  if (met < d->columns.at.n) record->why = "fewer cells than columns are asked for";
  return UNSPIN_OK;
}

static unspin_status next_record(us_documents *d, bool *more, unspin_error *err) {
  d->next_cell = d->cells.n = 0;
  *more = d->at < d->source.n;
  if (!*more) return UNSPIN_OK;
  us_slice rest = us_slice_sub(d->source, d->at, d->source.n);
  us_record_scan scan = {.first = d->at == 0};
  us_record record;
  us_record_find(d->options->text_format, rest, true, &scan, &record);
  d->record = us_slice_sub(rest, 0, record.end);
  d->record_begin = d->at;
  if (!is_blank_line(d->record)) {
    d->records++;
    bool json = d->options->text_format == UNSPIN_TEXT_JSONL;
    if (json && !cut_object(d, &record)) return us_nomem(err);
    if (!json && !record.why) US_TRY(cut_row(d, &record, err));
  }
  if (record.why) {
    d->cells.n = 0;
    d->records--;
    unspin_reject reject = {d->at, d->at + record.end, d->line, record.why};
    if (!us_vec_push(&d->rejects, reject)) return us_nomem(err);
  }
  d->at += record.end;
  for (size_t i = 0; i < d->record.n; i++) d->line += d->record.p[i] == '\n';
  return UNSPIN_OK;
}

static void read_cell(us_documents *d) {
  us_cell cell = d->cells.p[d->next_cell++];
  cell.begin += d->record_begin;
  cell.end += d->record_begin;
  unspin_text_format format = d->options->text_format;
  if (format == UNSPIN_TEXT_JSONL) us_json_read(d->source, cell.begin, cell.end, d->ascii, &d->prose);
  else us_cell_read(d->source, &cell, format == UNSPIN_TEXT_TSV ? '\t' : ',', &d->prose);
}

unspin_status us_documents_next(us_documents *d, bool *more, unspin_error *err) {
  *more = false;
  if (d->done) return UNSPIN_OK;
  if (!us_format_has_records(d->options->text_format)) {
    d->done = *more = true;
    d->records = 1;
    return us_prose_read(d->options->text_format, d->source, d->options->quotes == UNSPIN_QUOTES_ALWAYS, &d->prose, err);
  }
  do {
    *more = true;
    if (d->next_cell == d->cells.n) US_TRY(next_record(d, more, err));
    if (!*more) return UNSPIN_OK;
  } while (d->next_cell == d->cells.n);
  read_cell(d);
  return d->prose.failed ? us_nomem(err) : UNSPIN_OK;
}
