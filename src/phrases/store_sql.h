/* store_sql.h - the phrase table's SQL in one place: opening, binding, and how a row is written; and (store_guard.c) the
 * schema, and what keeps a table from a stranger from doing harm.
 * Known by store.c (whole tables) and table*.c (changing them) only. */
#ifndef US_PHRASES_STORE_SQL_H
#define US_PHRASES_STORE_SQL_H

#include <sqlite3.h>

#include "phrases/builder.h"

typedef enum us_sql_mode {
  US_SQL_READ,  /* never writes, nor leaves files behind it */
  US_SQL_WRITE, /* an existing table, journalled ahead (WAL) while it is open */
  US_SQL_NEW    /* a file that is not there yet, without a journal: for whole tables that are renamed into place */
} us_sql_mode;

/* Opens PATH and, unless NEW, hardens it and checks that it is a table of our version. Errors: IO, FORMAT, VERSION,
 * INVALID (no regular file), NOMEM, all naming PATH. */
unspin_status us_sql_open(const char *path, us_sql_mode mode, sqlite3 **out, unspin_error *err);
/* Closes; a table that was written to goes back to one single file where no other reader is in the way. */
unspin_status us_sql_close(sqlite3 *db, us_sql_mode mode, const char *path, unspin_error *err);

/* What DB's last failed call said, as one of our statuses. Always fails. */
unspin_status us_sql_fail(sqlite3 *db, const char *path, unspin_error *err);
/* Runs statements that return nothing. */
unspin_status us_sql_exec(sqlite3 *db, const char *sql, const char *path, unspin_error *err);
/* Prepares SQL into *OUT unless that is there already. */
unspin_status us_sql_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **out, const char *path, unspin_error *err);

/* Borrows S until the statement is reset. */
int us_sql_bind(sqlite3_stmt *q, int at, us_slice s);
/* Valid until the next step. Text always ends in a NUL. */
us_slice us_sql_text(sqlite3_stmt *q, int column);
/* Runs a bound statement that returns nothing and makes it ready for the next values. */
bool us_sql_run(sqlite3_stmt *q);

/* The one number that SQL gives. */
unspin_status us_sql_number(sqlite3 *db, const char *sql, int *value, const char *path, unspin_error *err);

/* Takes from DB what a hostile schema could use: triggers, views, functions that are not harmless, large limits. */
void us_sql_harden(sqlite3 *db);
/* Whether DB holds the tables and indexes of our version to the letter, and nothing else. Errors: FORMAT, VERSION, IO. */
unspin_status us_sql_check(sqlite3 *db, const char *path, unspin_error *err);
/* Whether its pages hold together; reads all of them. Errors: FORMAT, IO. */
unspin_status us_sql_check_pages(sqlite3 *db, const char *path, unspin_error *err);
/* Creates the tables of an empty file. */
unspin_status us_sql_create(sqlite3 *db, const char *path, unspin_error *err);

/* Statements that write a row; zero-initialised is ready. */
typedef struct us_sql_writer {
  sqlite3 *db;
  sqlite3_stmt *row, *example;
} us_sql_writer;

/* Writes ROW and its sentences, in place of what stood under its id. RATE may be NULL. */
bool us_sql_write_row(us_sql_writer *w, const us_row *row, const us_row_rate *rate, int64_t source);
void us_sql_writer_free(us_sql_writer *w);

#endif
