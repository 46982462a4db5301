/* table_rows.c - rows into a table and out of it. */
#include <stdlib.h>
#include <string.h>

#include "phrases/table.h"

void unspin_row_init(unspin_row *row) {
  *row = (unspin_row){.size = sizeof *row, .pos = 'x', .strength = 3, .rate_spun = -1, .rate_plain = -1};
}

/* ---- in ---- */

static us_slice given(const char *s) { return s ? us_slice_of(s) : US_LIT(""); }

static us_row inner(const unspin_row *r) {
  us_row row = {.spun = given(r->spun),
                .plain = given(r->plain),
                .when = given(r->when),
                .note = given(r->note),
                .change = given(r->change),
                .keep = given(r->keep),
                .pos = r->pos,
                .strength = r->strength,
                .source = r->source ? r->source : "",
                .line = r->line,
                .count = r->count,
                .p_plain = r->p_plain,
                .p_spun = r->p_spun,
                .first_hash = r->first_hash};
  us_row_make_id(row.spun, row.plain, row.pos, row.when, row.id);
  return row;
}

unspin_status unspin_table_check_row(const unspin_table *t, const unspin_row *r, unspin_error *err) {
  if (r->size != sizeof *r) return us_fail(err, UNSPIN_ERR_INVALID, "the row was not set up with unspin_row_init");
  us_row row = inner(r);
  us_syntax syntax = us_syntax_of(&t->syntax);
  return us_row_check(&row, &syntax, err);
}

static unspin_status is_there(unspin_table *t, const char *id, bool *there, unspin_error *err) {
  US_TRY(us_sql_prepare(t->db, "SELECT 1 FROM row WHERE id=?1", &t->find_row, t->path, err));
  us_sql_bind(t->find_row, 1, us_slice_of(id));
  int step = sqlite3_step(t->find_row);
  *there = step == SQLITE_ROW;
  unspin_status status = step == SQLITE_ROW || step == SQLITE_DONE ? UNSPIN_OK : us_sql_fail(t->db, t->path, err);
  sqlite3_reset(t->find_row);
  return status;
}

static unspin_status drop_examples(unspin_table *t, const char *id, unspin_error *err) {
  US_TRY(us_sql_prepare(t->db, "DELETE FROM example WHERE row=?1", &t->drop_examples, t->path, err));
  us_sql_bind(t->drop_examples, 1, us_slice_of(id));
  return us_sql_run(t->drop_examples) ? UNSPIN_OK : us_sql_fail(t->db, t->path, err);
}

unspin_status unspin_table_add(unspin_table *t, const unspin_row *r, bool replace, unspin_added *what, char id[9],
                               unspin_error *err) {
  US_TRY(us_table_may_write(t, err));
  US_TRY(unspin_table_check_row(t, r, err));
  us_row row = inner(r);
  us_row_rate rate = {(float)r->rate_spun, (float)r->rate_plain};
  int64_t source;
  bool there;
  if (id) memcpy(id, row.id, sizeof row.id);
  US_TRY(is_there(t, row.id, &there, err));
  if (what) *what = !there ? UNSPIN_ADDED : replace ? UNSPIN_REPLACED : UNSPIN_ALREADY_THERE;
  if (there && !replace) return UNSPIN_OK;
  US_TRY(us_table_source(t, row.source, true, &source, err));
  if (there) US_TRY(drop_examples(t, row.id, err));
  if (!us_sql_write_row(&t->writer, &row, &rate, source)) return us_sql_fail(t->db, t->path, err);
  t->rows_changed = true;
  return UNSPIN_OK;
}

/* ---- out ---- */

enum {
  ID,
  SPUN,
  PLAIN,
  POS,
  STRENGTH,
  WHEN,
  NOTE,
  SOURCE,
  LINE,
  RATE_SPUN,
  RATE_PLAIN,
  COUNT,
  P_PLAIN,
  P_SPUN,
  HASH,
  DISABLED,
  CHANGE,
  KEEP
};

static const char select_rows[] =
    "SELECT row.id, spun, plain, pos, strength, conditions, row.note, source.name, line, rate_spun, rate_plain, count,"
    " p_plain, p_spun, first_hash, disabled.reason,"
    " (SELECT group_concat(sentence,' || ') FROM example WHERE example.row=row.id AND kind='change'),"
    " (SELECT group_concat(sentence,' || ') FROM example WHERE example.row=row.id AND kind='keep')"
    " FROM row JOIN source ON source.id=row.source LEFT JOIN disabled ON disabled.row=row.id";

static double real_or(sqlite3_stmt *q, int column, double none) {
  return sqlite3_column_type(q, column) == SQLITE_NULL ? none : sqlite3_column_double(q, column);
}

static unspin_row row_of(sqlite3_stmt *q) {
  unspin_row r = {.size = sizeof r,
                  .id = us_sql_text(q, ID).p,
                  .spun = us_sql_text(q, SPUN).p,
                  .plain = us_sql_text(q, PLAIN).p,
                  .pos = us_sql_text(q, POS).p[0],
                  .strength = sqlite3_column_int(q, STRENGTH),
                  .when = us_sql_text(q, WHEN).p,
                  .note = us_sql_text(q, NOTE).p,
                  .change = us_sql_text(q, CHANGE).p,
                  .keep = us_sql_text(q, KEEP).p,
                  .source = us_sql_text(q, SOURCE).p,
                  .line = sqlite3_column_int(q, LINE),
                  .rate_spun = real_or(q, RATE_SPUN, -1),
                  .rate_plain = real_or(q, RATE_PLAIN, -1),
                  .count = (uint64_t)sqlite3_column_int64(q, COUNT),
                  .p_plain = real_or(q, P_PLAIN, 0),
                  .p_spun = real_or(q, P_SPUN, 0),
                  .first_hash = strtoull(us_sql_text(q, HASH).p, NULL, 16)};
  if (sqlite3_column_type(q, DISABLED) != SQLITE_NULL) r.disabled = us_sql_text(q, DISABLED).p;
  return r;
}

static void add_condition(us_buf *sql, const char *wanted, const char *condition, int *n) {
  if (!wanted) return;
  us_buf_puts(sql, *n ? " AND " : " WHERE ");
  us_buf_puts(sql, condition);
  ++*n;
}

static unspin_status prepare_rows(unspin_table *t, const unspin_row_filter *f, bool by_plain, sqlite3_stmt **q,
                                  unspin_error *err) {
  const char *const wanted[] = {f->id, f->spun, f->source, f->contains};
  /* not LIKE, whose patterns have a length and signs of their own */
  static const char *const conditions[] = {"row.id=?", "spun=?", "source.name=?",
                                           "instr(lower(spun || char(10) || plain), lower(?))"};
  us_buf sql = {0};
  int n = 0;
  us_buf_puts(&sql, select_rows);
  for (size_t i = 0; i < 4; i++) add_condition(&sql, wanted[i], conditions[i], &n);
  us_buf_puts(&sql, by_plain ? " ORDER BY plain, pos, spun, row.id" : " ORDER BY spun, row.id");
  unspin_status status = sql.failed ? us_nomem(err) : us_sql_prepare(t->db, sql.p, q, t->path, err);
  for (size_t i = 0, at = 1; !status && i < 4; i++)
    if (wanted[i]) sqlite3_bind_text(*q, (int)at++, wanted[i], -1, SQLITE_TRANSIENT);
  us_buf_free(&sql);
  return status;
}

unspin_status us_table_rows(unspin_table *t, const unspin_row_filter *filter, bool by_plain, unspin_row_visit *visit,
                            void *cookie, unspin_error *err) {
  static const unspin_row_filter everything = {0};
  sqlite3_stmt *q = NULL;
  US_TRY(prepare_rows(t, filter ? filter : &everything, by_plain, &q, err));
  unspin_status status = UNSPIN_OK;
  for (bool more = true; more && !status;) {
    int step = sqlite3_step(q);
    if (step == SQLITE_DONE) break;
    unspin_row row;
    if (step != SQLITE_ROW) status = us_sql_fail(t->db, t->path, err);
    else {
      row = row_of(q);
      more = visit(cookie, &row);
    }
  }
  sqlite3_finalize(q);
  return status;
}

unspin_status unspin_table_rows(unspin_table *t, const unspin_row_filter *filter, unspin_row_visit *visit, void *cookie,
                                unspin_error *err) {
  return us_table_rows(t, filter, false, visit, cookie, err);
}

unspin_status unspin_table_disabled(unspin_table *t, unspin_disabled_visit *visit, void *cookie, unspin_error *err) {
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(t->db, "SELECT row, reason FROM disabled ORDER BY row", &q, t->path, err));
  int step = sqlite3_step(q);
  while (step == SQLITE_ROW && visit(cookie, us_sql_text(q, 0).p, us_sql_text(q, 1).p)) step = sqlite3_step(q);
  unspin_status status = step == SQLITE_ROW || step == SQLITE_DONE ? UNSPIN_OK : us_sql_fail(t->db, t->path, err);
  sqlite3_finalize(q);
  return status;
}

unspin_status unspin_table_disabled_reason(unspin_table *t, const char *id, char **reason, unspin_error *err) {
  *reason = NULL;
  US_TRY(us_sql_prepare(t->db, "SELECT reason FROM disabled WHERE row=?1", &t->find_disabled, t->path, err));
  us_sql_bind(t->find_disabled, 1, us_slice_of(id));
  int step = sqlite3_step(t->find_disabled);
  unspin_status status = step == SQLITE_ROW || step == SQLITE_DONE ? UNSPIN_OK : us_sql_fail(t->db, t->path, err);
  if (step == SQLITE_ROW) {
    *reason = strdup(us_sql_text(t->find_disabled, 0).p);
    if (!*reason) status = us_nomem(err);
  }
  sqlite3_reset(t->find_disabled);
  return status;
}

unspin_status unspin_table_has(unspin_table *t, const char *id, bool *there, unspin_error *err) {
  return is_there(t, id, there, err);
}

unspin_status unspin_table_sources(unspin_table *t, unspin_source_visit *visit, void *cookie, unspin_error *err) {
  static const char sql[] =
      "SELECT name, licence, source.note, count(row.id), sum(pos='v'), sum(pos='n'), sum(pos='a'), sum(pos='r'),"
      " sum(pos='x'), sum(strength=1), sum(strength=2), sum(strength=3), sum(strength=4), sum(strength=5),"
      " sum((SELECT count(*) FROM example WHERE example.row=row.id)), count(count), count(rate_spun)"
      " FROM source LEFT JOIN row ON row.source=source.id GROUP BY source.id ORDER BY name";
  sqlite3_stmt *q = NULL;
  US_TRY(us_sql_prepare(t->db, sql, &q, t->path, err));
  int step = sqlite3_step(q);
  for (bool more = true; more && step == SQLITE_ROW;) {
    unspin_source s = {.name = us_sql_text(q, 0).p, .licence = us_sql_text(q, 1).p, .note = us_sql_text(q, 2).p};
    s.rows = (size_t)sqlite3_column_int64(q, 3);
    for (int i = 0; i < 5; i++) {
      s.by_pos[i] = (size_t)sqlite3_column_int64(q, 4 + i);
      s.by_strength[i] = (size_t)sqlite3_column_int64(q, 9 + i);
    }
    s.examples = (size_t)sqlite3_column_int64(q, 14);
    s.learned = (size_t)sqlite3_column_int64(q, 15);
    s.counted = (size_t)sqlite3_column_int64(q, 16);
    more = visit(cookie, &s);
    step = sqlite3_step(q);
  }
  unspin_status status = step == SQLITE_ROW || step == SQLITE_DONE ? UNSPIN_OK : us_sql_fail(t->db, t->path, err);
  sqlite3_finalize(q);
  return status;
}
