#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cmd_phrases.h"
#include "report/safe.h"

int phrases_status(unspin_status status, const unspin_error *err) {
  if (!status) return CLI_OK;
  cli_message("%s", err->message);
  return CLI_ERROR;
}

int phrases_complain(const char *part, const char *what) {
  cli_message("phrases %s: %s (see 'unspin help phrases')", part, what);
  return CLI_ERROR;
}

void phrases_put(const char *text) { us_safe_write(stdout, us_slice_of(text), false); }

void phrases_put_json_slice(us_slice text) {
  putchar('"');
  for (size_t i = 0; i < text.n;) {
    us_glyph glyph;
    unsigned char c = (unsigned char)text.p[i];
    i += us_glyph_next(text, i, &glyph);
    if (c < 0x80 && glyph.changed) printf("\\u%04x", c);
    else if (c == '"' || c == '\\') printf("\\%c", c);
    else if (glyph.changed && glyph.text[1] == 'x') printf("\\\\x%02X", c);
    else fwrite(glyph.text, 1, glyph.n, stdout); /* \u202E means the same in JSON */
  }
  putchar('"');
}

void phrases_put_json(const char *text) { phrases_put_json_slice(us_slice_of(text)); }

/* ---- reading ---- */

static bool is_layer(const char *where) {
  for (cli_layer layer = CLI_LAYER_SHIPPED; layer < CLI_LAYER_FILE; layer++)
    if (strcmp(where, cli_layer_name(layer)) == 0) return true;
  return false;
}

/* A layer that nobody has written to is no fault of the system's: the message says how it comes to be. */
static bool is_made(const char *where, const char *path) {
  if (!is_layer(where) || access(path, F_OK) == 0 || errno != ENOENT) return true;
  cli_message("there is no %s table yet (%s): add, import or learn makes it", where, path);
  return false;
}

bool phrases_target_is_made(const phrases_options *o) {
  us_buf data_dir = {0}, path = {0};
  const char *where = o->in ? o->in : cli_layer_name(CLI_LAYER_USER);
  bool ok = cli_data_dir(o->data, &data_dir);
  if (!ok) cli_message("out of memory");
  ok = ok && cli_table_place(where, data_dir.p, &path) && is_made(where, path.p);
  if (ok && access(path.p, F_OK) != 0) {
    cli_message("%s: %s", path.p, strerror(errno));
    ok = false;
  }
  us_buf_free(&data_dir);
  us_buf_free(&path);
  return ok;
}

static bool find_paths(const phrases_options *o, phrases_stack *s) {
  if (!o->in) return cli_tables_find(s->data_dir.p, o->tables.p, o->tables.n, &s->paths);
  us_buf path = {0};
  cli_layer layer = CLI_LAYER_SHIPPED;
  while (layer < CLI_LAYER_FILE && strcmp(o->in, cli_layer_name(layer)) != 0) layer++;
  bool ok = cli_table_place(o->in, s->data_dir.p, &path) && is_made(o->in, path.p);
  char *copy = ok ? strdup(path.p) : NULL;
  if (ok && (!copy || !us_vec_push(&s->paths, (cli_table){copy, layer}))) {
    free(copy);
    cli_message("out of memory");
    ok = false;
  }
  us_buf_free(&path);
  return ok;
}

bool phrases_stack_open(const phrases_options *o, phrases_stack *s) {
  unspin_error err;
  *s = (phrases_stack){0};
  if (!cli_data_dir(o->data, &s->data_dir)) {
    cli_message("out of memory");
    return false;
  }
  if (!find_paths(o, s)) return false;
  s->table = calloc(s->paths.n + 1, sizeof *s->table);
  if (!s->table) cli_message("out of memory");
  for (; s->table && s->n < s->paths.n; s->n++)
    if (phrases_status(unspin_table_open(s->paths.p[s->n].path, UNSPIN_TABLE_READ, NULL, &s->table[s->n], &err), &err))
      return false;
  return s->table != NULL;
}

void phrases_stack_free(phrases_stack *s) {
  for (size_t i = 0; i < s->n; i++) unspin_table_close(s->table[i]);
  free(s->table);
  cli_tables_free(&s->paths);
  us_buf_free(&s->data_dir);
}

const char *phrases_stack_name(const phrases_stack *s, size_t i) {
  const cli_table *t = &s->paths.p[i];
  return t->layer == CLI_LAYER_FILE ? t->path : cli_layer_name(t->layer);
}

/* ---- rows in the stack ---- */

bool phrases_row_visit(const phrases_stack *s, size_t i, const char *id, unspin_row_visit *visit, void *cookie) {
  unspin_error err;
  unspin_row_filter filter = {.id = id};
  return phrases_status(unspin_table_rows(s->table[i], &filter, visit, cookie, &err), &err) == CLI_OK;
}

static bool has_row(const phrases_stack *s, size_t i, const char *id) {
  bool there = false;
  unspin_error err;
  phrases_status(unspin_table_has(s->table[i], id, &there, &err), &err);
  return there;
}

bool phrases_note_source(void *cookie, const unspin_source *source) {
  const char **wanted = cookie;
  if (strcmp(source->name, *wanted) == 0) *wanted = NULL;
  return *wanted != NULL;
}

/* What was learned adds to a row below, and takes its place no more than a count replaces a word. */
static bool note_written(void *cookie, const unspin_row *row) {
  *(bool *)cookie = row->count == 0 || row->p_plain <= 0;
  return false;
}
static bool has_written_row(const phrases_stack *s, size_t i, const char *id) {
  bool written = false;
  return phrases_row_visit(s, i, id, note_written, &written) && written;
}

size_t phrases_row_find(const phrases_stack *s, const char *id) {
  for (size_t i = s->n; i-- > 0;)
    if (has_row(s, i, id)) return i;
  return s->n;
}

size_t phrases_row_written(const phrases_stack *s, const char *id) {
  for (size_t i = s->n; i-- > 0;)
    if (has_written_row(s, i, id)) return i;
  return phrases_row_find(s, id);
}

phrases_state phrases_row_state(const phrases_stack *s, size_t i, const char *id, size_t *by, char **reason) {
  unspin_error err;
  if (reason) *reason = NULL;
  for (size_t k = s->n; k-- > i;) {
    if (by) *by = k;
    char *why = NULL;
    unspin_status status = unspin_table_disabled_reason(s->table[k], id, &why, &err);
    if (status) phrases_status(status, &err);
    if (why) {
      if (reason) *reason = why;
      else free(why);
      return PHRASES_DISABLED;
    }
    if (k > i && has_written_row(s, k, id)) return PHRASES_OVERRIDDEN;
  }
  return PHRASES_ACTIVE;
}

/* ---- writing ---- */

unspin_table *phrases_begin(const phrases_options *o) {
  unspin_error err;
  us_buf data_dir = {0}, path = {0};
  unspin_table *table = NULL;
  const char *where = o->in ? o->in : cli_layer_name(CLI_LAYER_USER);
  if (!cli_data_dir(o->data, &data_dir)) cli_message("out of memory");
  else if (strcmp(where, cli_layer_name(CLI_LAYER_SHIPPED)) == 0)
    cli_message("the shipped table is not written to: disable its rows in another one, or add better ones there");
  else if (cli_table_place(where, data_dir.p, &path) && (!is_layer(where) || cli_table_make_folder(path.p))) {
    unspin_status status = unspin_table_open(path.p, UNSPIN_TABLE_WRITE, data_dir.p, &table, &err);
    if (!status) status = unspin_table_begin(table, &err);
    if (phrases_status(status, &err)) {
      unspin_table_close(table);
      table = NULL;
    }
  }
  us_buf_free(&data_dir);
  us_buf_free(&path);
  return table;
}

int phrases_end(unspin_table *table, us_buf *said, int result) {
  unspin_error err;
  if (result == CLI_OK && said && said->failed) {
    cli_message("out of memory");
    result = CLI_ERROR;
  }
  if (result == CLI_OK) result = phrases_status(unspin_table_commit(table, &err), &err);
  unspin_table_close(table);
  if (result == CLI_OK && said && said->n) fwrite(said->p, 1, said->n, stdout);
  if (said) us_buf_free(said);
  if (!cli_flush_stdout()) result = CLI_ERROR;
  return result;
}

/* ---- how usual phrases are ---- */

unspin_model *phrases_open_model(const phrases_options *o) {
  us_buf path = {0};
  unspin_error err;
  unspin_model *model = NULL;
  bool ok = cli_data_dir(o->data, &path);
  us_buf_puts(&path, "/plain.lm");
  if (!ok || path.failed) cli_message("out of memory");
  else phrases_status(unspin_model_open(path.p, &model, &err), &err);
  us_buf_free(&path);
  return model;
}

double phrases_log10(const unspin_model *model, const char *phrase, size_t len) {
  unspin_model_state state, next;
  us_buf lower = {0};
  double sum = 0;
  for (size_t i = 0; i < len; i++)
    us_buf_putc(&lower, phrase[i] >= 'A' && phrase[i] <= 'Z' ? (char)(phrase[i] + 32) : phrase[i]);
  us_slice rest = us_buf_slice(&lower), word;
  unspin_model_state_empty(&state);
  while (us_slice_cut(&rest, ' ', &word)) {
    sum += (double)unspin_model_score(model, &state, unspin_model_word(model, word.p, word.n), &next, NULL);
    state = next;
  }
  us_buf_free(&lower);
  return sum;
}
