/* tables.h - which phrase tables a command works with: shipped, system, user, project, and those named by --table. */
#ifndef US_CLI_TABLES_H
#define US_CLI_TABLES_H

#include "base/buf.h"
#include "base/vec.h"
#include "unspin.h"

typedef enum cli_layer {
  CLI_LAYER_SHIPPED, /* phrases.db in the data folder */
  CLI_LAYER_SYSTEM,  /* unspin/phrases.db in a folder of $XDG_CONFIG_DIRS, /etc/xdg if that is not set */
  CLI_LAYER_USER,    /* $XDG_DATA_HOME/unspin/phrases.db, or ~/.local/share/unspin/phrases.db */
  CLI_LAYER_PROJECT, /* .unspin/phrases.db in the working folder or the nearest one above it */
  CLI_LAYER_FILE     /* --table FILE */
} cli_layer;
/* "shipped" and so on. */
const char *cli_layer_name(cli_layer layer);

typedef struct cli_table {
  char *path; /* owned */
  cli_layer layer;
} cli_table;
typedef US_VEC(cli_table) cli_tables;

/* Appends the tables that there are, lowest first, and the N files of --table, whether they are there or not. False,
 * with a message, when out of memory. Free OUT in any case. */
bool cli_tables_find(const char *data_dir, const char *const *files, size_t n, cli_tables *out);
void cli_tables_free(cli_tables *tables);

/* Opens the data in DATA_DIR with every table that there is on top, and the N files of --table. Errors: as
 * unspin_knowledge_open_tables. */
unspin_status cli_knowledge_open(const char *data_dir, const char *const *files, size_t n, unspin_knowledge **out,
                                 unspin_error *err);

/* Appends the path at which the table of WHERE lies or would be made: "shipped", "system", "user", "project", or a
 * file's own path. False, with a message, if there is no such place (no home) or memory is out. */
bool cli_table_place(const char *where, const char *data_dir, us_buf *path);
/* Makes the folders that PATH needs. False with a message. */
bool cli_table_make_folder(const char *path);

#endif
