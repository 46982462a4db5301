/* table.h - an open phrase table, as the parts of table*.c share it. The public functions stand in unspin.h. */
#ifndef US_PHRASES_TABLE_H
#define US_PHRASES_TABLE_H

#include "phrases/store_sql.h"
#include "phrases/syntax.h"

/* Limits of one row; longer ones are refused. */
enum { US_PHRASE_BYTES = 200, US_WHEN_BYTES = 4000, US_WHEN_MOST = 16, US_TEXT_BYTES = 20000, US_SOURCE_BYTES = 120 };

struct unspin_table {
  char *path, *data_dir; /* DATA_DIR only to write */
  us_sql_mode mode;
  sqlite3 *db;
  us_sql_writer writer;
  sqlite3_stmt *find_row, *drop_row, *drop_examples, *find_source, *add_source, *find_disabled;
  us_buf syntax_text;
  us_syntax_lists syntax;
  char *last_source; /* of the row added last, whose number is LAST_SOURCE_ID */
  int64_t last_source_id;
  bool begun, rows_changed;
};

/* Whether T is open for writing and a change has begun: INVALID if not. */
unspin_status us_table_may_write(const unspin_table *t, unspin_error *err);
/* The number of source NAME, which is made if MAKE and it is not there; 0 if there is none. */
unspin_status us_table_source(unspin_table *t, const char *name, bool make, int64_t *id, unspin_error *err);
/* Fails with INVALID and the reason if ROW cannot be written so. */
unspin_status us_row_check(const us_row *row, const us_syntax *syntax, unspin_error *err);
/* As unspin_table_rows; BY_PLAIN: in the order of the plain phrases. */
unspin_status us_table_rows(unspin_table *t, const unspin_row_filter *filter, bool by_plain, unspin_row_visit *visit,
                            void *cookie, unspin_error *err);
/* The rows of T that it does not itself switch off, compiled into its image. Inside a change. */
unspin_status us_table_compile(unspin_table *t, unspin_error *err);

/* What it says of how phrases are read, from DIR; needed to compile. */
unspin_status us_table_read_syntax(unspin_table *table, const char *dir, unspin_error *err);
/* The rows of the table at PATH compiled anew into IMAGE, for one whose own image another version made. The file stays
 * as it is. DATA_DIR holds syntax.txt. */
unspin_status us_table_image_anew(const char *path, const char *data_dir, us_buf *image, unspin_error *err);

#endif
