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

typedef enum us_row_state {
  US_ROW_GOOD,
  US_ROW_BAD,       /* something stands behind a closing quotation mark */
  US_ROW_UNFINISHED /* a quotation mark is still open at the end */
} us_row_state;

/* Cuts the row at the beginning of TEXT, cells parted by SEPARATOR, into CELLS (cleared before); *END is behind its
 * line end. With tabs a row is one line, and a quotation mark that does not close there is one like any other
 * character. False when out of memory. */
bool us_row_cells(us_slice text, char separator, us_cell_vec *cells, size_t *end, us_row_state *state);

/* True if the cell may be rewritten: a comma's cell without quotes that holds some cannot be put into any. */
bool us_cell_is_free(us_slice source, const us_cell *cell, char separator);
/* Adds the CELL of SOURCE to PROSE, which is cleared before. */
void us_cell_read(us_slice source, const us_cell *cell, char separator, us_prose *prose);

/* Appends the unquoted text of a cell. */
void us_cell_text(us_slice source, const us_cell *cell, us_buf *out);

#endif
