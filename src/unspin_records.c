/* unspin_records.c - a stream cut into records. */
#include <stdio.h>
#include <stdlib.h>

#include "format/documents.h"
#include "unspin_result.h"

enum { STEP = 1 << 16, LONGEST = 1 << 30, NUMBER = 24 };

struct unspin_records {
  unspin_options options; /* as they were given, then with columns as numbers */
  const char *name;
  unspin_read_bytes *read;
  void *cookie;
  us_buf buf;
  size_t at;              /* of the next record in it */
  us_record_scan scan;    /* of that record */
  uint64_t offset, line;  /* of that record */
  bool ended, has_header; /* the columns are known */
  US_VEC(char *) columns; /* numbers, NUL-terminated */
};

unspin_status unspin_records_new(const unspin_options *options, const char *name, unspin_read_bytes *read, void *cookie,
                                 unspin_records **out, unspin_error *err) {
  *out = NULL;
  if (!us_format_has_records(options->text_format))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: only JSONL, CSV and TSV come in records", name);
  unspin_records *r = calloc(1, sizeof *r);
  if (!r) return us_nomem(err);
  *r = (unspin_records){.options = *options, .name = name, .read = read, .cookie = cookie, .line = 1};
  r->scan.first = true;
  r->has_header =
      options->text_format == UNSPIN_TEXT_JSONL || !us_columns_by_name(options->fields, options->field_count);
  *out = r;
  return UNSPIN_OK;
}

void unspin_records_free(unspin_records *r) {
  if (!r) return;
  for (size_t i = 0; i < r->columns.n; i++) free(r->columns.p[i]);
  us_vec_free(&r->columns);
  us_buf_free(&r->buf);
  free(r);
}

const unspin_options *unspin_records_options(const unspin_records *r) { return &r->options; }

static unspin_status refill(unspin_records *r, unspin_error *err) {
  if (r->at) {
    memmove(r->buf.p, r->buf.p + r->at, r->buf.n - r->at);
    r->buf.n -= r->at;
    r->at = 0;
  }
  if (r->buf.n > LONGEST)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s:%llu: a record of more than 1 GiB", r->name, (unsigned long long)r->line);
  if (!us_buf_reserve(&r->buf, STEP)) return us_nomem(err);
  size_t got = 0;
  US_TRY(r->read(r->cookie, r->buf.p + r->buf.n, r->buf.cap - r->buf.n - 1, &got, err));
  r->ended = got == 0;
  r->buf.n += got;
  return UNSPIN_OK;
}

/* The columns by which the header says that the rest of the table goes. */
static unspin_status take_header(unspin_records *r, us_slice header, unspin_error *err) {
  us_columns columns = {.by_name = false};
  us_table_row row = us_table_row_of(header, r->options.text_format == UNSPIN_TEXT_TSV ? '\t' : ',', r->offset == 0);
  unspin_error told = {0};
  unspin_status status = us_columns_find(r->options.fields, r->options.field_count, row, &columns, &told);
  if (status) us_fail(err, status, "%s: %s", r->name, told.message);
  for (size_t i = 0; !status && i < columns.at.n; i++) {
    char *number = malloc(NUMBER);
    if (number) snprintf(number, NUMBER, "%zu", columns.at.p[i] + 1);
    if (!number || !us_vec_push(&r->columns, number)) {
      free(number);
      status = us_nomem(err);
    }
  }
  us_vec_free(&columns.at);
  r->has_header = true;
  r->options.fields = (const char *const *)r->columns.p;
  r->options.field_count = r->columns.n;
  return status;
}

unspin_status unspin_records_next(unspin_records *r, unspin_record *record, bool *more, unspin_error *err) {
  us_record found = {0};
  *more = false;
  for (;;) {
    us_slice rest = us_slice_sub(us_buf_slice(&r->buf), r->at, r->buf.n);
    if (rest.n) us_record_find(r->options.text_format, rest, r->ended, &r->scan, &found);
    if (found.end) break;
    if (r->ended) return UNSPIN_OK;
    US_TRY(refill(r, err));
  }
  us_slice text = {r->buf.p + r->at, found.end};
  *record = (unspin_record){.text = {text.p, text.n}, .offset = r->offset, .line = r->line};
  if (!r->has_header && !found.why && us_slice_trim(text).n) {
    record->header = true;
    US_TRY(take_header(r, text, err));
  }
  *more = true;
  r->scan = (us_record_scan){0};
  r->at += found.end;
  r->offset += found.end;
  for (size_t i = 0; i < text.n; i++) r->line += text.p[i] == '\n';
  return UNSPIN_OK;
}
