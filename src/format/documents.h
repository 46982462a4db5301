/* documents.h - the documents of a text in some format, one after another. */
#ifndef US_FORMAT_DOCUMENTS_H
#define US_FORMAT_DOCUMENTS_H

#include "base/arena.h"
#include "format/cells.h"

/* ---- records ---- */

/* Whether FORMAT comes in records: JSONL, CSV, TSV. */
static inline bool us_format_has_records(unspin_text_format format) {
  return format == UNSPIN_TEXT_JSONL || format == UNSPIN_TEXT_CSV || format == UNSPIN_TEXT_TSV;
}

/* A row of more bytes than this whose quotation marks do not close is cut at its first line end: what follows may be
 * sound. */
enum { US_ROW_MAX = 1 << 24 };

/* The record at the beginning of TEXT, which is not empty. */
typedef struct us_record {
  size_t end;      /* behind its line end; 0: it goes on behind TEXT */
  const char *why; /* NULL, or what is wrong with its form */
} us_record;
/* How far a record has been looked through, so that one that comes in pieces is gone through once. Zeroed before each,
 * but for FIRST. */
typedef struct us_record_scan {
  bool first; /* of its text: a byte order mark may stand before it */
  bool bad;   /* something stands behind a closing quotation mark */
  size_t at;
  size_t no_line_until; /* of a row without an end: up to here there is no line end either */
  enum { US_AT_CELL, US_AT_PLAIN, US_AT_QUOTED, US_AT_CLOSED } place; /* of a table's row */
} us_record_scan;
/* FINAL: nothing follows behind TEXT. Where the record goes on behind TEXT, call again with the same SCAN once there is
 * more of it. */
void us_record_find(unspin_text_format format, us_slice text, bool final, us_record_scan *scan, us_record *record);

/* Columns by name or number. */
typedef struct us_columns {
  US_VEC(size_t) at; /* from 0, ascending, each once */
  bool by_name;      /* the first record names them */
} us_columns;
/* Looks FIELDS (none: the column "text") up; HEADER is the first record. Errors: INVALID (no such column), NOMEM. */
bool us_columns_by_name(const char *const *fields, size_t count);
unspin_status us_columns_find(const char *const *fields, size_t count, us_table_row header, us_columns *out,
                              unspin_error *err);

/* ---- documents ---- */

typedef US_VEC(unspin_reject) us_reject_vec;

/* Walks over a whole text. */
typedef struct us_documents {
  us_slice source;
  const unspin_options *options;
  us_prose prose; /* of the current document; its source offsets are those of SOURCE */
  us_reject_vec rejects;
  size_t records;
  uint64_t found; /* as in unspin_record_totals */
  /* about the current record */
  size_t at, line;
  us_slice record;
  size_t record_begin, next_cell;
  us_cell_vec cells;
  us_columns columns;
  bool has_columns, ascii, done;
} us_documents;

/* Borrows SOURCE and OPTIONS, which say format, fields and quotes. */
void us_documents_begin(us_documents *documents, us_slice source, const unspin_options *options);
void us_documents_free(us_documents *documents);
/* Reads the next document into documents->prose; *MORE is false at the end. Errors: INVALID (no such column), LIMIT,
 * NOMEM. */
unspin_status us_documents_next(us_documents *documents, bool *more, unspin_error *err);

/* The prose of a whole SOURCE in HTML or Markdown. */
unspin_status us_prose_read(unspin_text_format format, us_slice source, bool quotes, us_prose *prose,
                            unspin_error *err);

#endif
