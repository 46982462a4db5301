/* store.h - the phrase table as an SQLite file: rows for people and tools, a matcher image for the engine.
 * The schema is described in data/README.md. */
#ifndef US_PHRASES_STORE_H
#define US_PHRASES_STORE_H

#include "base/file.h"
#include "phrases/builder.h"

/* "uspn"; PRAGMA application_id tells our tables from other SQLite files. */
enum { US_STORE_APPLICATION_ID = 0x7573706E, US_STORE_VERSION = 2 };

/* Writes a new table at PATH (replacing what is there, whole or not at all). The same arguments and SQLite version give
 * the same bytes. Rows of one source stand together. Errors: IO, FORMAT, NOMEM. */
unspin_status us_store_write(const char *path, const us_row *rows, const us_row_rate *rates, size_t n, us_slice image,
                             unspin_error *err);

/* Reads the matcher image out of the table at PATH into BYTES, which the caller frees. The file is opened read-only and
 * closed again. Errors: IO, FORMAT, VERSION (a table of another version), NOMEM, all naming PATH. */
unspin_status us_store_read_image(const char *path, us_buf *bytes, unspin_error *err);

/* The id of a row that a table switches off, in itself and in the tables below it. */
typedef struct us_row_id {
  char id[US_ROW_ID_LEN + 1];
} us_row_id;
typedef US_VEC(us_row_id) us_row_id_vec;

/* The same, and the rows that the table disables, sorted, both from one moment of the table. Free DISABLED in any case.
 */
unspin_status us_store_read(const char *path, us_buf *image, us_row_id_vec *disabled, unspin_error *err);

/* The image of an open table; BYTES points into what it owns. Zero-initialised is empty. */
typedef struct us_store_image {
  us_slice bytes;
  us_buf owned;
  us_map map;
} us_store_image;

/* us_store_read of a table that nobody writes to while the image is in use: a large one that was compiled stays in the
 * file and is shared with all who read it. Free IMAGE and DISABLED in any case. */
unspin_status us_store_map(const char *path, us_store_image *image, us_row_id_vec *disabled, unspin_error *err);
void us_store_image_free(us_store_image *image);

#endif
