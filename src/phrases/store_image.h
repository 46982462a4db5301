/* store_image.h - where a phrase table keeps its matcher image.
 *
 * A small one is a blob of the table `image`, under the name "matcher": whoever changes rows writes it anew in the same
 * transaction. A large one that was compiled stands behind SQLite's last page, in one piece, so that it can be mapped;
 * the file's own count of pages leaves it out, and SQLite never looks there. Then the table `image` holds the image's
 * first bytes, its checksum among them, under the name "behind". A blob, once there is one, is the newer of the two. */
#ifndef US_PHRASES_STORE_IMAGE_H
#define US_PHRASES_STORE_IMAGE_H

#include "base/file.h"
#include "phrases/store_sql.h"

/* Puts IMAGE into the new table DB, or what tells of it if it is to stand behind. Errors: IO, LIMIT, NOMEM. */
unspin_status us_store_image_put(sqlite3 *db, us_slice image, const char *path, unspin_error *err);
/* Writes it behind the pages of the new file FILE, which was closed, if it is to stand there. Errors: IO. */
unspin_status us_store_image_append(const char *file, us_slice image, const char *path, unspin_error *err);
/* Appends the image of DB, the table at PATH, to BYTES. Errors: FORMAT (also where there is none), IO, NOMEM. */
unspin_status us_store_image_read(sqlite3 *db, const char *path, us_buf *bytes, unspin_error *err);
/* Maps it if it stands behind the pages: *BYTES is then a part of MAP, and else NULL. Errors: FORMAT, IO. */
unspin_status us_store_image_map(sqlite3 *db, const char *path, us_map *map, us_slice *bytes, unspin_error *err);
/* Whether it stands behind the pages: then it does not outlive the next change to the file. */
bool us_store_image_is_behind(sqlite3 *db);

#endif
