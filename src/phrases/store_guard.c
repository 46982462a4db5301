/* store_guard.c - what a phrase table is made of, and nothing else may stand in one that comes from a stranger. */
#include <stdio.h>

#include "base/beside.h"
#include "phrases/store.h"
#include "phrases/store_sql.h"

static const char schema[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, licence TEXT NOT NULL DEFAULT '',"
    " note TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE row(id TEXT PRIMARY KEY, spun TEXT NOT NULL, plain TEXT NOT NULL,"
    " pos TEXT NOT NULL CHECK(pos IN ('v','n','a','r','x')), strength INTEGER NOT NULL CHECK(strength BETWEEN 1 AND 5),"
    " conditions TEXT NOT NULL, note TEXT NOT NULL, source INTEGER NOT NULL REFERENCES source(id), line INTEGER NOT "
    "NULL,"
    " rate_spun REAL, rate_plain REAL, count INTEGER, p_plain REAL, p_spun REAL, first_hash TEXT) WITHOUT ROWID;"
    "CREATE INDEX row_by_spun ON row(spun);"
    "CREATE TABLE example(row TEXT NOT NULL REFERENCES row(id), kind TEXT NOT NULL CHECK(kind IN ('change','keep')),"
    " sentence TEXT NOT NULL);"
    "CREATE INDEX example_by_row ON example(row);"
    "CREATE TABLE disabled(row TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE image(name TEXT PRIMARY KEY, bytes BLOB NOT NULL);";

unspin_status us_sql_create(sqlite3 *db, const char *path, unspin_error *err) {
  char pragma[96];
  snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d; PRAGMA user_version=%d;", US_STORE_APPLICATION_ID,
           US_STORE_VERSION);
  US_TRY(us_sql_exec(db, schema, path, err));
  return us_sql_exec(db, pragma, path, err);
}

/* What SQLite's own advice on files from strangers asks for, as far as our statements leave it. */
void us_sql_harden(sqlite3 *db) {
  static const int limits[][2] = {
      {SQLITE_LIMIT_SQL_LENGTH, 10000},        {SQLITE_LIMIT_COLUMN, 64},
      {SQLITE_LIMIT_EXPR_DEPTH, 50},           {SQLITE_LIMIT_COMPOUND_SELECT, 10},
      {SQLITE_LIMIT_FUNCTION_ARG, 32},         {SQLITE_LIMIT_ATTACHED, 1}, /* VACUUM's own */
      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100}, {SQLITE_LIMIT_VARIABLE_NUMBER, 32},
      {SQLITE_LIMIT_TRIGGER_DEPTH, 1},         {SQLITE_LIMIT_WORKER_THREADS, 0}};
  static const int settings[][2] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}, {SQLITE_DBCONFIG_DQS_DML, 0}};
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) sqlite3_limit(db, limits[i][0], limits[i][1]);
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    sqlite3_db_config(db, settings[i][0], settings[i][1], NULL);
  sqlite3_exec(db, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
}

unspin_status us_sql_number(sqlite3 *db, const char *sql, int *value, const char *path, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, sql, &q, path, err));
  unspin_status status = UNSPIN_OK;
  if (sqlite3_step(q) == SQLITE_ROW) *value = sqlite3_column_int(q, 0);
  else status = us_sql_fail(db, path, err);
  sqlite3_finalize(q);
  return status;
}

/* Whether SQL, which made the object NAME, is one of the statements of the schema, to the letter. */
static bool is_ours(us_slice name, us_slice sql) {
  us_slice rest = {schema, sizeof schema - 1}, statement;
  while (us_slice_cut(&rest, ';', &statement)) {
    if (!sql.n || !us_slice_eq(statement, sql)) continue;
    const size_t at = 13; /* behind "CREATE TABLE " or "CREATE INDEX " */
    return sql.n > at + name.n && memcmp(sql.p + at, name.p, name.n) == 0 && strchr("( ", sql.p[at + name.n]);
  }
  return false;
}

/* Expressions in a schema (generated columns, checks, partial indexes) run when rows are touched: there are none but
 * our own. An index that SQLite made by itself has no text. */
static unspin_status check_schema(sqlite3 *db, const char *path, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, "SELECT type, name, sql FROM sqlite_master", &q, path, err));
  unspin_status status = UNSPIN_OK;
  int step, ours = 0, expected = 0;
  for (const char *c = schema; *c; c++) expected += *c == ';';
  while (!status && (step = sqlite3_step(q)) == SQLITE_ROW) {
    us_slice type = us_sql_text(q, 0), name = us_sql_text(q, 1), sql = us_sql_text(q, 2);
    bool own = us_slice_eq(type, US_LIT("index")) && !sql.n && name.n > 17 && !memcmp(name.p, "sqlite_autoindex_", 17);
    if (us_slice_eq(type, US_LIT("trigger")) || us_slice_eq(type, US_LIT("view")))
      status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: holds triggers or views, which no phrase table does", path);
    else if (is_ours(name, sql)) ours++;
    else if (!own)
      status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: holds something that no phrase table does: %.*s %.*s", path,
                       (int)(type.n < 10 ? type.n : 10), type.p, (int)(name.n < 60 ? name.n : 60), name.p);
  }
  if (!status && step != SQLITE_DONE) status = us_sql_fail(db, path, err);
  sqlite3_finalize(q);
  if (!status && ours != expected)
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: a part of the phrase table is missing", path);
  return status;
}

/* A table may come from anywhere (a project that was downloaded, say): nothing in it may run. */
unspin_status us_sql_check(sqlite3 *db, const char *path, unspin_error *err) {
  int application = 0, version = 0;
  US_TRY(us_sql_number(db, "PRAGMA application_id", &application, path, err));
  if (application != US_STORE_APPLICATION_ID)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: not an unspin phrase table", path);
  US_TRY(us_sql_number(db, "PRAGMA user_version", &version, path, err));
  if (version != US_STORE_VERSION)
    return us_fail(err, UNSPIN_ERR_VERSION, "%s: a phrase table of version %d, but this program reads version %d", path,
                   version, US_STORE_VERSION);
  return check_schema(db, path, err);
}

unspin_status us_sql_check_pages(sqlite3 *db, const char *path, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(db, "PRAGMA quick_check(1)", &q, path, err));
  unspin_status status = UNSPIN_OK;
  if (sqlite3_step(q) != SQLITE_ROW) status = us_sql_fail(db, path, err);
  else status = us_pages_judge(us_sql_text(q, 0), path, "", err);
  sqlite3_finalize(q);
  return status;
}
