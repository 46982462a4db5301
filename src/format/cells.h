/* cells.h - where in a record its prose stands: strings of a JSON object, cells of a table's row. */
#ifndef US_FORMAT_CELLS_H
#define US_FORMAT_CELLS_H

#include "base/error.h"
#include "base/vec.h"
#include "format/prose.h"

typedef struct us_cell {
  size_t begin, end; /* bytes of the record, without quotation marks */
  bool quoted;
} us_cell;
typedef US_VEC(us_cell) us_cell_vec;

/* The length of the byte order mark at the beginning of TEXT, or 0. */
static inline size_t us_mark_length(us_slice text) {
  return text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* ---- JSON ---- */

/* Appends the strings of the object RECORD whose keys (a.b for b in the object a) are among FIELDS, and adds to the set
 * *FOUND a bit for each of the first 64 that has one. *WHY is NULL, or says what is wrong with the record. False when
 * out of memory. */
bool us_json_cells(us_slice record, const char *const *fields, size_t count, us_cell_vec *out, uint64_t *found,
                   const char **why);

/* Adds the string between SOURCE[begin, end) to PROSE, which is cleared before. ASCII: replacements are to be written
 * without other characters. */
void us_json_read(us_slice source, size_t begin, size_t end, bool ascii, us_prose *prose);

/* The length of the escape sequence at the beginning of S, a backslash; a pair of surrogates is one. *CODE is the code
 * point, or -1 for half a pair. 0 if it is none. */
size_t us_json_escape(us_slice s, int32_t *code);

/* ---- tables ---- */

/* Walks over the cells of one row, which none of them leaves. */
typedef struct us_table_row {
  us_slice record;
  char separator;
  size_t at; /* of the next cell */
  bool ended;
} us_table_row;

/* The row RECORD, as us_record_find cut it off, with cells parted by SEPARATOR. FIRST: of its text, so that a byte
 * order mark may stand before it. A quotation mark that does not close its cell is one like any other character. */
us_table_row us_table_row_of(us_slice record, char separator, bool first);
/* False at the end of the row. */
bool us_table_row_next(us_table_row *row, us_cell *cell);

/* True if the cell may be rewritten: a comma's cell without quotes that holds some cannot be put into any. */
bool us_cell_is_free(us_slice source, const us_cell *cell, char separator);
/* Adds the CELL of SOURCE to PROSE, which is cleared before. */
void us_cell_read(us_slice source, const us_cell *cell, char separator, us_prose *prose);

/* Appends the unquoted text of a cell. */
void us_cell_text(us_slice source, const us_cell *cell, us_buf *out);

#endif
