/* import_jsonl.c - an object a line, read by SQLite's own JSON functions. */
#include <stdio.h>

#include "phrases/import.h"

enum {
  VALID,
  SPUN,
  PLAIN,
  POS,
  STRENGTH,
  WHEN,
  NOTE,
  CHANGE,
  KEEP,
  COUNT,
  P_PLAIN,
  P_SPUN,
  HASH,
  RATE_SPUN,
  RATE_PLAIN
};

static const char fields[] =
    "SELECT 1, json_extract(?1,'$.spun'), json_extract(?1,'$.plain'), json_extract(?1,'$.pos'),"
    " json_extract(?1,'$.strength'), json_extract(?1,'$.when'), json_extract(?1,'$.note'), json_extract(?1,'$.change'),"
    " json_extract(?1,'$.keep'), json_extract(?1,'$.count'), json_extract(?1,'$.p_plain'),"
    " json_extract(?1,'$.p_spun'), json_extract(?1,'$.first_hash'), json_extract(?1,'$.rate_spun'),"
    " json_extract(?1,'$.rate_plain')";

static bool is_text(sqlite3_stmt *q, int column) { return sqlite3_column_type(q, column) == SQLITE_TEXT; }

static double real(sqlite3_stmt *q, int column, double none) {
  int type = sqlite3_column_type(q, column);
  return type == SQLITE_INTEGER || type == SQLITE_FLOAT ? sqlite3_column_double(q, column) : none;
}

/* What is wrong with the object's fields; NULL if nothing is. */
static const char *fault(sqlite3_stmt *q) {
  if (!is_text(q, SPUN) || !is_text(q, PLAIN)) return "needs the texts \"spun\" and \"plain\"";
  if (sqlite3_column_type(q, POS) != SQLITE_NULL && us_sql_text(q, POS).n != 1) return "\"pos\" is none of v n a r x";
  if (sqlite3_column_type(q, STRENGTH) != SQLITE_NULL) {
    sqlite3_int64 strength = sqlite3_column_int64(q, STRENGTH);
    if (sqlite3_column_type(q, STRENGTH) != SQLITE_INTEGER || strength < 1 || strength > US_STRENGTH_MAX)
      return "\"strength\" is not 1 to 5";
  }
  for (int i = WHEN; i <= KEEP; i++)
    if (sqlite3_column_type(q, i) != SQLITE_NULL && !is_text(q, i))
      return "a field that is a text holds something else";
  double p = real(q, P_PLAIN, 0), s = real(q, P_SPUN, 0);
  if (!(p >= 0 && p <= 1 && s >= 0 && s <= 1)) return "a probability is not 0 to 1";
  if (real(q, COUNT, 0) < 0) return "\"count\" is negative";
  return NULL;
}

static unspin_status add(us_import *im, sqlite3_stmt *q, int line, unspin_error *err) {
  const char *wrong = fault(q);
  if (wrong) {
    us_import_skip(im, line, wrong);
    return UNSPIN_OK;
  }
  char pos = is_text(q, POS) ? us_sql_text(q, POS).p[0] : 0;
  us_pair pair = us_pair_of(us_sql_text(q, SPUN), us_sql_text(q, PLAIN), pos, 3, line);
  pair.ours = true;
  unspin_row *r = &pair.row;
  if (sqlite3_column_type(q, STRENGTH) == SQLITE_INTEGER) r->strength = sqlite3_column_int(q, STRENGTH);
  r->when = us_sql_text(q, WHEN).p;
  r->note = us_sql_text(q, NOTE).p;
  r->change = us_sql_text(q, CHANGE).p;
  r->keep = us_sql_text(q, KEEP).p;
  r->count = (uint64_t)sqlite3_column_int64(q, COUNT);
  r->p_plain = real(q, P_PLAIN, 0);
  r->p_spun = real(q, P_SPUN, 0);
  r->first_hash = strtoull(us_sql_text(q, HASH).p, NULL, 16);
  r->rate_spun = real(q, RATE_SPUN, -1);
  r->rate_plain = real(q, RATE_PLAIN, -1);
  return us_import_add(im, &pair, err);
}

static unspin_status read_line(us_import *im, sqlite3_stmt *valid, sqlite3_stmt *q, us_slice line, int number,
                               unspin_error *err) {
  us_sql_bind(valid, 1, line);
  bool known = sqlite3_step(valid) == SQLITE_ROW, object = known && sqlite3_column_int(valid, 0);
  unspin_status status = known ? UNSPIN_OK : us_sql_fail(im->table->db, im->path, err);
  sqlite3_reset(valid);
  if (status) return status;
  if (!object) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: not a JSON object", im->path, number);
  us_sql_bind(q, 1, line);
  status = sqlite3_step(q) == SQLITE_ROW ? add(im, q, number, err) : us_sql_fail(im->table->db, im->path, err);
  sqlite3_reset(q);
  return status;
}

unspin_status us_import_jsonl(us_import *im, unspin_error *err) {
  sqlite3_stmt *valid = NULL, *q = NULL;
  us_lines lines = {0};
  us_slice line;
  bool more = true;
  sqlite3 *db = im->table->db;
  unspin_status status;
  US_TRY_GOTO(us_sql_prepare(db, "SELECT json_valid(?1) AND CASE WHEN json_valid(?1) THEN json_type(?1) END='object'",
                             &valid, im->path, err),
              done);
  US_TRY_GOTO(us_sql_prepare(db, fields, &q, im->path, err), done);
  US_TRY_GOTO(us_lines_open(im->path, &lines, err), done);
  while (!status) {
    status = us_lines_next(&lines, &line, &more, err);
    if (status || !more) break;
    if (us_slice_trim(line).n) status = read_line(im, valid, q, line, lines.number, err);
  }
done:
  us_lines_close(&lines);
  sqlite3_finalize(valid);
  sqlite3_finalize(q);
  return status;
}
