#include "batch/journal.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/beside.h"
#include "base/hash.h"

enum { APPLICATION = 0x75736A6C /* "usjl" */, VERSION = 2 };

struct us_journal {
  sqlite3 *db;
  sqlite3_stmt *find, *add;
  sqlite3_int64 stamp;
  char path[300]; /* for messages */
};

/* WAL with exclusive locking needs no shared memory, so it works on the file systems of clusters too, and keeps a
 * second run out. FULL: what is recorded is on disk before outputs get their names. */
static const char schema[] =
    "CREATE TABLE run(stamp INTEGER PRIMARY KEY, unspin TEXT NOT NULL, data TEXT NOT NULL,"
    " options TEXT NOT NULL);"
    "CREATE TABLE done(path BLOB PRIMARY KEY, stamp INTEGER NOT NULL REFERENCES run, size INTEGER NOT "
    "NULL,"
    " mtime INTEGER NOT NULL, hash INTEGER NOT NULL, racy INTEGER NOT NULL, written INTEGER NOT NULL,"
    " out_size INTEGER NOT NULL, out_mtime INTEGER NOT NULL, out_hash INTEGER NOT NULL, outcome INTEGER NOT NULL, "
    "documents INTEGER NOT NULL,"
    " words INTEGER NOT NULL, edits INTEGER NOT NULL, rejects INTEGER NOT NULL, spin REAL NOT NULL,"
    " seconds REAL NOT NULL, found INTEGER NOT NULL) WITHOUT ROWID;";
static const char find_sql[] =
    "SELECT size, mtime, hash, racy, written, out_size, out_mtime, out_hash, outcome, documents, words, edits, rejects,"
    " spin, seconds, stamp, found FROM done WHERE path = ?1";
static const char add_sql[] =
    "INSERT OR REPLACE INTO done(path, stamp, size, mtime, hash, racy, written, out_size, out_mtime, out_hash,"
    " outcome, documents, words, edits, rejects, spin, seconds, found)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";

static unspin_status fail(us_journal *j, unspin_error *err) {
  int code = sqlite3_errcode(j->db);
  if (code == SQLITE_BUSY) return us_fail(err, UNSPIN_ERR_IO, "%s: another run is at work with this journal", j->path);
  if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: is no journal, or damaged: %s", j->path, sqlite3_errmsg(j->db));
  return us_fail(err, UNSPIN_ERR_IO, "%s: cannot use the journal: %s", j->path, sqlite3_errmsg(j->db));
}

static unspin_status execute(us_journal *j, const char *sql, unspin_error *err) {
  return sqlite3_exec(j->db, sql, NULL, NULL, NULL) == SQLITE_OK ? UNSPIN_OK : fail(j, err);
}

static unspin_status prepare(us_journal *j, const char *sql, sqlite3_stmt **out, unspin_error *err) {
  return sqlite3_prepare_v2(j->db, sql, -1, out, NULL) == SQLITE_OK ? UNSPIN_OK : fail(j, err);
}

static unspin_status read_number(us_journal *j, const char *sql, sqlite3_int64 *out, unspin_error *err) {
  sqlite3_stmt *statement = NULL;
  US_TRY(prepare(j, sql, &statement, err));
  bool got = sqlite3_step(statement) == SQLITE_ROW;
  if (got) *out = sqlite3_column_int64(statement, 0);
  unspin_status status = got ? UNSPIN_OK : fail(j, err);
  sqlite3_finalize(statement);
  return status;
}

/* Whether SQLite made the index by itself, for a PRIMARY KEY: such a one has no text, and nobody else may take its
 * name. */
static bool is_automatic(us_slice name, us_slice sql) {
  const us_slice beginning = US_LIT("sqlite_autoindex_");
  return !sql.n && name.n > beginning.n && us_slice_eq(us_slice_sub(name, 0, beginning.n), beginning);
}

static us_slice text_of(sqlite3_stmt *q, int column) {
  const unsigned char *p = sqlite3_column_text(q, column);
  return us_slice_of(p ? (const char *)p : "");
}

/* A journal lies in a folder that may have come from a stranger: its schema must be ours to the letter, so that nothing
 * in it runs. */
static unspin_status check_schema(us_journal *j, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(prepare(j, "SELECT name, ifnull(sql, '') FROM sqlite_master", &q, err));
  int step, ours = 0;
  while ((step = sqlite3_step(q)) == SQLITE_ROW) {
    us_slice rest = US_LIT(schema), statement, sql = text_of(q, 1);
    if (is_automatic(text_of(q, 0), sql)) continue;
    bool known = false;
    while (!known && us_slice_cut(&rest, ';', &statement)) known = sql.n && us_slice_eq(statement, sql);
    if (!known) break;
    ours++;
  }
  unspin_status status = UNSPIN_OK;
  if (step == SQLITE_ROW || (step == SQLITE_DONE && ours != 2))
    status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: is no journal of a batch job: it holds other tables", j->path);
  else if (step != SQLITE_DONE) status = fail(j, err);
  sqlite3_finalize(q);
  return status;
}

/* A page that lies may lead to wrong records, or to a write in the wrong place. */
static unspin_status check_pages(us_journal *j, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(prepare(j, "PRAGMA quick_check(1)", &q, err));
  unspin_status status = UNSPIN_OK;
  if (sqlite3_step(q) != SQLITE_ROW) status = fail(j, err);
  else status = us_pages_judge(text_of(q, 0), j->path, " (to begin anew, remove it)", err);
  sqlite3_finalize(q);
  return status;
}

static unspin_status create(us_journal *j, unspin_error *err) {
  US_TRY(execute(j, "BEGIN IMMEDIATE; PRAGMA application_id = 1970498156; PRAGMA user_version = 2", err));
  US_TRY(execute(j, schema, err));
  return execute(j, "COMMIT", err);
}

static unspin_status check_kind(us_journal *j, bool *empty, unspin_error *err) {
  sqlite3_int64 application = 0, version = 0, tables = 0;
  US_TRY(read_number(j, "PRAGMA application_id", &application, err));
  US_TRY(read_number(j, "PRAGMA user_version", &version, err));
  US_TRY(read_number(j, "SELECT count(*) FROM sqlite_master", &tables, err));
  *empty = tables == 0;
  if (*empty) return UNSPIN_OK;
  if (application != APPLICATION) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: is no journal of a batch job", j->path);
  if (version == VERSION) {
    US_TRY(check_schema(j, err));
    return check_pages(j, err);
  }
  return us_fail(err, UNSPIN_ERR_VERSION, "%s: is of version %lld; this program knows version %d", j->path,
                 (long long)version, VERSION);
}

static void harden(us_journal *j) {
  static const int settings[][2] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                    {SQLITE_DBCONFIG_ENABLE_VIEW, 0}};
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    sqlite3_db_config(j->db, settings[i][0], settings[i][1], NULL);
  sqlite3_limit(j->db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(j->db, SQLITE_LIMIT_SQL_LENGTH, 10000);
  (void)sqlite3_exec(j->db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL);
}

static unspin_status set_stamp(us_journal *j, const us_journal_stamp *s, unspin_error *err) {
  char text[200], options[17];
  us_hash_hex(s->options, options);
  snprintf(text, sizeof text, "%s %s %s", s->unspin, s->data, options);
  j->stamp = (sqlite3_int64)us_hash(us_slice_of(text));
  sqlite3_stmt *statement = NULL;
  US_TRY(prepare(j, "INSERT OR IGNORE INTO run(stamp, unspin, data, options) VALUES(?1, ?2, ?3, ?4)", &statement, err));
  sqlite3_bind_int64(statement, 1, j->stamp);
  sqlite3_bind_text(statement, 2, s->unspin, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 3, s->data, -1, SQLITE_STATIC);
  sqlite3_bind_text(statement, 4, options, -1, SQLITE_STATIC);
  unspin_status status = sqlite3_step(statement) == SQLITE_DONE ? UNSPIN_OK : fail(j, err);
  sqlite3_finalize(statement);
  return status;
}

static unspin_status set_up(us_journal *j, const us_journal_stamp *stamp, uint64_t *count, unspin_error *err) {
  bool empty;
  harden(j);
  US_TRY(execute(j, "PRAGMA locking_mode = EXCLUSIVE", err));
  US_TRY(check_kind(j, &empty, err));
  US_TRY(execute(j, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", err));
  if (empty) US_TRY(create(j, err));
  US_TRY(set_stamp(j, stamp, err));
  sqlite3_int64 n = 0;
  US_TRY(read_number(j, "SELECT count(*) FROM done", &n, err));
  *count = (uint64_t)n;
  US_TRY(prepare(j, find_sql, &j->find, err));
  return prepare(j, add_sql, &j->add, err);
}

unspin_status us_journal_open(const char *path, const us_journal_stamp *stamp, us_journal **out, uint64_t *count,
                              unspin_error *err) {
  *out = NULL;
  us_journal *j = calloc(1, sizeof *j);
  if (!j) return us_nomem(err);
  snprintf(j->path, sizeof j->path, "%s", path);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
  unspin_status status = us_beside_check(path, err);
  if (!status && sqlite3_open_v2(path, &j->db, flags, NULL) != SQLITE_OK) status = fail(j, err);
  if (!status) status = set_up(j, stamp, count, err);
  if (status) us_journal_close(j);
  else *out = j;
  return status;
}

void us_journal_close(us_journal *journal) {
  if (!journal) return;
  sqlite3_finalize(journal->find);
  sqlite3_finalize(journal->add);
  sqlite3_close(journal->db);
  free(journal);
}

unspin_status us_journal_empty(us_journal *journal, unspin_error *err) {
  return execute(journal, "DELETE FROM done", err);
}

static uint64_t number(sqlite3_stmt *s, int column) { return (uint64_t)sqlite3_column_int64(s, column); }

static us_record record_of(sqlite3_stmt *s, us_slice path, sqlite3_int64 stamp) {
  return (us_record){.path = path,
                     .size = number(s, 0),
                     .mtime = number(s, 1),
                     .hash = number(s, 2),
                     .racy = number(s, 3) != 0,
                     .written = number(s, 4) != 0,
                     .out_size = number(s, 5),
                     .out_mtime = number(s, 6),
                     .out_hash = number(s, 7),
                     .outcome = (us_outcome)number(s, 8),
                     .documents = number(s, 9),
                     .words = number(s, 10),
                     .edits = number(s, 11),
                     .rejects = number(s, 12),
                     .spin = sqlite3_column_double(s, 13),
                     .seconds = sqlite3_column_double(s, 14),
                     .alike = sqlite3_column_int64(s, 15) == stamp,
                     .found = number(s, 16)};
}

unspin_status us_journal_find(us_journal *journal, us_slice path, us_record *record, bool *found, unspin_error *err) {
  sqlite3_stmt *s = journal->find;
  sqlite3_bind_blob64(s, 1, path.p, path.n, SQLITE_STATIC);
  int code = sqlite3_step(s);
  bool row = code == SQLITE_ROW;
  unspin_status status = row || code == SQLITE_DONE ? UNSPIN_OK : fail(journal, err);
  if (row) *record = record_of(s, path, journal->stamp);
  *found = row && record->outcome < US_OUTCOME_FAILED; /* what no run of ours wrote counts as nothing */
  sqlite3_reset(s);
  return status;
}

static bool add_one(us_journal *j, const us_record *r) {
  sqlite3_stmt *s = j->add;
  sqlite3_bind_blob64(s, 1, r->path.p, r->path.n, SQLITE_STATIC);
  const uint64_t numbers[] = {(uint64_t)j->stamp, r->size,     r->mtime,     r->hash,     r->racy,
                              r->written,         r->out_size, r->out_mtime, r->out_hash, (uint64_t)r->outcome,
                              r->documents,       r->words,    r->edits,     r->rejects};
  for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
    sqlite3_bind_int64(s, i + 2, (sqlite3_int64)numbers[i]);
  sqlite3_bind_double(s, 16, r->spin);
  sqlite3_bind_double(s, 17, r->seconds);
  sqlite3_bind_int64(s, 18, (sqlite3_int64)r->found);
  bool ok = sqlite3_step(s) == SQLITE_DONE;
  return sqlite3_reset(s) == SQLITE_OK && ok;
}

unspin_status us_journal_add(us_journal *journal, const us_record *records, size_t n, unspin_error *err) {
  US_TRY(execute(journal, "BEGIN IMMEDIATE", err));
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < n && !status; i++)
    if (!add_one(journal, &records[i])) status = fail(journal, err);
  if (!status) status = execute(journal, "COMMIT", err);
  if (status) (void)sqlite3_exec(journal->db, "ROLLBACK", NULL, NULL, NULL);
  return status;
}
