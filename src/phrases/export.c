/* export.c - rows out of a table, in the formats of others and our own. */
#include <math.h>
#include <stdio.h>

#include "phrases/table.h"

typedef struct exporter {
  unspin_table *table;
  unspin_format format;
  unspin_write *write;
  void *cookie;
  us_buf line;
  us_buf plain; /* spintax and MyThes: whose list is being gathered */
  us_buf list;  /* and the list */
  size_t listed, senses;
  char pos;
  sqlite3_stmt *json;
  bool stopped;
  unspin_status status;
  unspin_error *err;
} exporter;

static void put(exporter *x) {
  if (x->line.failed) x->status = us_nomem(x->err);
  else if (!x->write(x->cookie, us_buf_slice(&x->line).p, x->line.n)) x->stopped = true;
  us_buf_clear(&x->line);
}

/* ---- a row a line ---- */

/* As the reader of TSV wants it: no tab, no line end, single blanks. */
static void tsv_cell(us_buf *out, const char *text) {
  for (bool blank = false, first = true; *text; text++) {
    bool skip = (unsigned char)*text <= 0x20 || *text == 0x7F;
    if (!skip && blank && !first) us_buf_putc(out, ' ');
    if (!skip) us_buf_putc(out, *text);
    blank = skip;
    first &= skip;
  }
}

static void tsv(exporter *x, const unspin_row *r) {
  const char *const cells[] = {r->when, r->note, r->change, r->keep};
  int last = -1;
  for (int i = 0; i < 4; i++)
    if (*cells[i]) last = i;
  if (r->disabled) {
    us_buf_puts(&x->line, "## ");
    tsv_cell(&x->line, r->disabled);
    us_buf_puts(&x->line, ": ");
  }
  tsv_cell(&x->line, r->spun);
  us_buf_putc(&x->line, '\t');
  tsv_cell(&x->line, r->plain);
  us_buf_printf(&x->line, "\t%c\t%d", r->pos, r->strength);
  for (int i = 0; i <= last; i++) {
    us_buf_putc(&x->line, '\t');
    tsv_cell(&x->line, cells[i]);
  }
  us_buf_putc(&x->line, '\n');
}

/* SQLite writes the JSON, as it reads it. */
static const char json_sql[] =
    "SELECT json_patch('{}', json_object('spun',?1,'plain',?2,'pos',?3,'strength',?4,'when',nullif(?5,''),"
    "'note',nullif(?6,''),'change',nullif(?7,''),'keep',nullif(?8,''),'source',?9,'count',nullif(?10,0),"
    "'p_plain',nullif(?11,0.0),'p_spun',nullif(?12,0.0),'first_hash',?13,'rate_spun',?14,'rate_plain',?15))";

static void jsonl(exporter *x, const unspin_row *r) {
  char pos[2] = {r->pos, 0}, hash[17];
  const char *const texts[] = {r->when, r->note, r->change, r->keep, r->source};
  if (!x->json) x->status = us_sql_prepare(x->table->db, json_sql, &x->json, x->table->path, x->err);
  if (x->status) return;
  sqlite3_stmt *q = x->json;
  us_sql_bind(q, 1, us_slice_of(r->spun));
  us_sql_bind(q, 2, us_slice_of(r->plain));
  us_sql_bind(q, 3, us_slice_of(pos));
  sqlite3_bind_int(q, 4, r->strength);
  for (int i = 0; i < 5; i++) us_sql_bind(q, 5 + i, us_slice_of(texts[i]));
  sqlite3_bind_int64(q, 10, (sqlite3_int64)r->count);
  sqlite3_bind_double(q, 11, r->p_plain);
  sqlite3_bind_double(q, 12, r->p_spun);
  snprintf(hash, sizeof hash, "%016llx", (unsigned long long)r->first_hash);
  if (r->first_hash) us_sql_bind(q, 13, us_slice_of(hash));
  if (r->rate_spun >= 0) sqlite3_bind_double(q, 14, r->rate_spun);
  if (r->rate_plain >= 0) sqlite3_bind_double(q, 15, r->rate_plain);
  if (sqlite3_step(q) != SQLITE_ROW) x->status = us_sql_fail(x->table->db, x->table->path, x->err);
  else us_buf_append(&x->line, us_sql_text(q, 0));
  us_buf_putc(&x->line, '\n');
  sqlite3_reset(q);
  sqlite3_clear_bindings(q);
}

static void csv_cell(us_buf *out, const char *text) {
  us_buf_putc(out, '"');
  for (; *text; text++) {
    if (*text == '"') us_buf_putc(out, '"');
    us_buf_putc(out, *text);
  }
  us_buf_putc(out, '"');
}

static void csv(exporter *x, const unspin_row *r) {
  csv_cell(&x->line, r->spun);
  us_buf_putc(&x->line, ',');
  csv_cell(&x->line, r->plain);
  us_buf_printf(&x->line, ",%llu\n", (unsigned long long)r->count);
}

static size_t pos_index(char pos) {
  const char *at = pos ? strchr("vnarx", pos) : NULL;
  return at ? (size_t)(at - "vnarx") : 4;
}

static void ppdb(exporter *x, const unspin_row *r) {
  static const char *const tags[] = {"[VB]", "[NN]", "[JJ]", "[RB]", "[X]"};
  us_buf_printf(&x->line, "%s ||| %s ||| %s ||| PPDB2.0Score=%d", tags[pos_index(r->pos)], r->plain, r->spun,
                r->strength);
  if (r->p_spun > 0) us_buf_printf(&x->line, " p(e|f)=%.6f", -log(r->p_spun));
  if (r->p_plain > 0) us_buf_printf(&x->line, " p(f|e)=%.6f", -log(r->p_plain));
  us_buf_puts(&x->line, " ||| 0-0 ||| OtherRelated\n");
}

/* ---- lists by plain phrase ---- */

static void end_list(exporter *x) {
  if (!x->listed) return;
  us_slice plain = us_buf_slice(&x->plain);
  if (x->format == UNSPIN_FORMAT_SPINTAX) us_buf_putc(&x->line, '{');
  us_buf_append(&x->line, plain);
  if (x->format == UNSPIN_FORMAT_MYTHES) us_buf_printf(&x->line, "|%zu", x->senses);
  us_buf_append(&x->line, us_buf_slice(&x->list));
  us_buf_puts(&x->line, x->format == UNSPIN_FORMAT_SPINTAX ? "}\n" : "\n");
  us_buf_clear(&x->list);
  x->listed = x->senses = 0;
  put(x);
}

static void list(exporter *x, const unspin_row *r) {
  static const char *const names[] = {"verb", "noun", "adj", "adv", "fixed"};
  if (x->listed && !us_slice_eq(us_buf_slice(&x->plain), us_slice_of(r->plain))) end_list(x);
  if (!x->listed) {
    us_buf_clear(&x->plain);
    us_buf_puts(&x->plain, r->plain);
  }
  if (x->format == UNSPIN_FORMAT_MYTHES && (!x->listed || x->pos != r->pos)) {
    us_buf_printf(&x->list, "\n(%s)", names[pos_index(r->pos)]);
    x->senses++;
  }
  us_buf_putc(&x->list, '|');
  us_buf_puts(&x->list, r->spun);
  x->pos = r->pos;
  x->listed++;
  if (x->plain.failed || x->list.failed) x->status = us_nomem(x->err);
}

static bool each(void *cookie, const unspin_row *r) {
  exporter *x = cookie;
  if (r->disabled && x->format != UNSPIN_FORMAT_TSV) return true;
  switch (x->format) {
    case UNSPIN_FORMAT_TSV: tsv(x, r); break;
    case UNSPIN_FORMAT_JSONL: jsonl(x, r); break;
    case UNSPIN_FORMAT_CSV: csv(x, r); break;
    case UNSPIN_FORMAT_PPDB: ppdb(x, r); break;
    case UNSPIN_FORMAT_SPINTAX:
    case UNSPIN_FORMAT_MYTHES: list(x, r); return !x->status && !x->stopped;
    case UNSPIN_FORMAT_AUTO:
    case UNSPIN_FORMAT_WORDNET:
    case UNSPIN_FORMAT_COUNT: return false;
  }
  if (!x->status) put(x);
  return !x->status && !x->stopped;
}

unspin_status unspin_table_export(unspin_table *t, unspin_format format, const unspin_row_filter *filter,
                                  unspin_write *write, void *cookie, unspin_error *err) {
  if (format <= UNSPIN_FORMAT_AUTO || format >= UNSPIN_FORMAT_COUNT || format == UNSPIN_FORMAT_WORDNET)
    return us_fail(err, UNSPIN_ERR_INVALID, "no table is written in the format %s",
                   format < UNSPIN_FORMAT_COUNT ? unspin_format_name(format) : "of that number");
  exporter x = {.table = t, .format = format, .write = write, .cookie = cookie, .err = err};
  bool lists = format == UNSPIN_FORMAT_SPINTAX || format == UNSPIN_FORMAT_MYTHES;
  if (format == UNSPIN_FORMAT_MYTHES) us_buf_puts(&x.line, "UTF-8\n");
  if (format == UNSPIN_FORMAT_CSV) us_buf_puts(&x.line, "\"spun\",\"plain\",\"count\"\n");
  if (x.line.n) put(&x);
  unspin_status status = us_table_rows(t, filter, lists, each, &x, err);
  if (!status && !x.status && !x.stopped) end_list(&x);
  if (!status) status = x.status;
  if (!status && x.stopped) status = us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
  sqlite3_finalize(x.json);
  us_buf_free(&x.line);
  us_buf_free(&x.plain);
  us_buf_free(&x.list);
  return status;
}
