/* table_image.c - the rows of a table, compiled into what the engine runs on. */
#include "base/arena.h"
#include "phrases/table.h"

typedef struct loaded {
  us_arena arena;
  us_row_vec rows;
  US_VEC(us_row_rate) rates;
  char *source; /* of the last row */
  us_syntax syntax;
  const char *path; /* of the table */
  bool failed;      /* out of memory */
  unspin_status status;
  unspin_error *err;
} loaded;

static us_slice keep(loaded *l, const char *s) {
  us_slice text = us_slice_of(s);
  char *copy = us_arena_copy(&l->arena, text);
  if (!copy) l->failed = true;
  return (us_slice){copy ? copy : "", text.n};
}

/* Who wrote the table may not have asked us: a row that we would not add is not compiled either. */
static bool is_sound(loaded *l, const us_row *row, const char *id) {
  unspin_error why;
  unspin_status status = l->failed ? UNSPIN_OK : us_row_check(row, &l->syntax, &why);
  if (status == UNSPIN_ERR_NOMEM) l->failed = true;
  else if (status) l->status = us_fail(l->err, UNSPIN_ERR_FORMAT, "%s: row %.20s: %.300s", l->path, id, why.message);
  return !status;
}

static bool load(void *cookie, const unspin_row *r) {
  loaded *l = cookie;
  if (r->disabled) return true;
  if (!l->source || strcmp(l->source, r->source) != 0) l->source = us_arena_copy(&l->arena, us_slice_of(r->source));
  us_row row = {.spun = keep(l, r->spun),
                .plain = keep(l, r->plain),
                .when = keep(l, r->when),
                .pos = r->pos,
                .strength = r->strength,
                .source = l->source,
                .line = r->line,
                .count = r->count,
                .p_plain = r->p_plain,
                .p_spun = r->p_spun,
                .first_hash = r->first_hash};
  if (strlen(r->id) == US_ROW_ID_LEN) memcpy(row.id, r->id, sizeof row.id);
  us_row_rate rate = {(float)r->rate_spun, (float)r->rate_plain};
  if (!is_sound(l, &row, r->id)) return false;
  if (!l->source || !us_vec_push(&l->rows, row) || !us_vec_push(&l->rates, rate)) l->failed = true;
  return !l->failed;
}

static unspin_status build_image(unspin_table *t, us_buf *image, unspin_error *err) {
  loaded l = {.syntax = us_syntax_of(&t->syntax), .path = t->path, .err = err};
  unspin_status status = unspin_table_rows(t, NULL, load, &l, err);
  if (!status) status = l.failed ? us_nomem(err) : l.status;
  if (!status) status = us_matcher_build(l.rows.p, l.rates.p, l.rows.n, &l.syntax, image, err);
  us_vec_free(&l.rows);
  us_vec_free(&l.rates);
  us_arena_free(&l.arena);
  return status;
}

unspin_status us_table_image_anew(const char *path, const char *data_dir, us_buf *image, unspin_error *err) {
  unspin_table *t;
  US_TRY(unspin_table_open(path, UNSPIN_TABLE_READ, NULL, &t, err));
  unspin_status status = us_table_read_syntax(t, data_dir, err);
  if (!status) status = build_image(t, image, err);
  unspin_table_close(t);
  return status;
}

unspin_status us_table_compile(unspin_table *t, unspin_error *err) {
  us_buf image = {0};
  sqlite3_stmt *q = NULL;
  unspin_status status = build_image(t, &image, err);
  if (!status) status = us_sql_prepare(t->db, "REPLACE INTO image VALUES('matcher',?1)", &q, t->path, err);
  if (!status) {
    sqlite3_bind_blob64(q, 1, image.p, image.n, SQLITE_STATIC);
    if (!us_sql_run(q)) status = us_sql_fail(t->db, t->path, err);
  }
  sqlite3_finalize(q);
  us_buf_free(&image);
  return status;
}
