/* cmd_phrases_edit.c - unspin phrases add, edit, remove, disable, enable, forget. */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/cmd_phrases.h"

static const char by_hand[] = "by hand";

/* ---- add ---- */

/* Occurrences per million words of plain English; -1 for phrases in our notation, which stand for several. */
static double rate_of(const unspin_model *model, const char *phrase) {
  return strpbrk(phrase, "(*#") ? -1 : 1e6 * pow(10, phrases_log10(model, phrase, strlen(phrase)));
}

/* What nobody has counted is estimated: a row that fires on innocent English must know it. */
static bool estimate_rates(const phrases_options *o, unspin_row *row) {
  unspin_model *model = phrases_open_model(o);
  if (!model) return false;
  if (row->rate_spun < 0 && !(row->when && *row->when)) row->rate_spun = rate_of(model, row->spun);
  if (row->rate_plain < 0) row->rate_plain = rate_of(model, row->plain);
  unspin_model_close(model);
  return true;
}

static void apply_options(const phrases_options *o, unspin_row *row) {
  if (o->spun) row->spun = o->spun;
  if (o->plain) row->plain = o->plain;
  if (o->pos) row->pos = o->pos;
  if (o->strength) row->strength = o->strength;
  if (o->when) row->when = o->when;
  if (o->note) row->note = o->note;
  if (o->change.p) row->change = o->change.p;
  if (o->keep.p) row->keep = o->keep.p;
}

static int add(const phrases_options *o, unspin_table *table, us_buf *said) {
  unspin_error err;
  unspin_row row;
  unspin_added what;
  char id[9];
  unspin_row_init(&row);
  row.strength = 4;
  row.spun = o->args[0];
  row.plain = o->args[1];
  row.source = o->source ? o->source : by_hand;
  if (phrases_status(unspin_table_guess_pos(table, row.spun, row.plain, &row.pos, &err), &err)) return CLI_ERROR;
  apply_options(o, &row);
  if (!estimate_rates(o, &row)) return CLI_ERROR;
  if (phrases_status(unspin_table_add(table, &row, o->replace, &what, id, &err), &err)) return CLI_ERROR;
  if (what == UNSPIN_ALREADY_THERE) {
    cli_message("phrases add: row %s is there already (--replace writes it over)", id);
    return CLI_ERROR;
  }
  us_buf_printf(said, "%s\n", id);
  return CLI_OK;
}

int cli_phrases_add(int argc, char **argv) {
  phrases_options o;
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_ROW, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (o.count != 2) phrases_complain("add", "wants a spun phrase and a plain one");
    else {
      unspin_table *table = phrases_begin(&o);
      us_buf said = {0};
      if (table) {
        result = add(&o, table, &said);
        result = phrases_end(table, &said, result);
      }
    }
  }
  phrases_options_free(&o);
  return result;
}

/* ---- edit ---- */

typedef struct edit {
  const phrases_options *o;
  unspin_table *table;
  bool own; /* the row stands in the table that is written to */
  us_buf *said;
  int result;
} edit;

/* A row whose id stays is written over, in a higher table if it stood in a lower one. A new id makes a new row, and the
 * old one is removed or, where it stands lower, switched off. */
static bool edit_row(void *cookie, const unspin_row *old) {
  edit *e = cookie;
  unspin_error err;
  unspin_row row = *old;
  char id[9], reason[40];
  unspin_status status = UNSPIN_OK;
  row.size = sizeof row;
  if (e->o->source) row.source = e->o->source;
  else if (!e->own) row.source = by_hand;
  if (strcmp(row.source, old->source) != 0) row.line = 0; /* of a file of the old source */
  apply_options(e->o, &row);
  if (e->o->spun || e->o->plain || e->o->pos || e->o->when || e->o->strength) {
    row.count = row.first_hash = 0; /* somebody's word, no longer what learning saw */
    row.p_plain = row.p_spun = 0;
  }
  /* what was counted was counted for other words */
  if (e->o->spun || e->o->pos || e->o->when) row.rate_spun = -1;
  if (e->o->plain || e->o->pos) row.rate_plain = -1;
  if (!estimate_rates(e->o, &row)) return false;
  status = unspin_table_add(e->table, &row, true, NULL, id, &err);
  if (!status && strcmp(id, old->id) != 0) {
    snprintf(reason, sizeof reason, "edited: now %s", id);
    status = e->own ? unspin_table_remove(e->table, old->id, NULL, &err)
                    : unspin_table_disable(e->table, old->id, reason, &err);
  }
  e->result = phrases_status(status, &err);
  if (!status) us_buf_printf(e->said, "%s\n", id);
  return false;
}

static int edit_in_stack(const phrases_options *o, const phrases_stack *s) {
  size_t at = phrases_row_find(s, o->args[0]);
  if (at == s->n) {
    cli_message("phrases edit: no row has the id '%s'", o->args[0]);
    return CLI_ERROR;
  }
  unspin_table *table = phrases_begin(o);
  if (!table) return CLI_ERROR;
  us_buf said = {0};
  edit e = {.o = o, .table = table, .said = &said, .result = CLI_ERROR};
  unspin_error err;
  if (!phrases_status(unspin_table_has(table, o->args[0], &e.own, &err), &err))
    phrases_row_visit(s, at, o->args[0], edit_row, &e);
  return phrases_end(table, &said, e.result);
}

int cli_phrases_edit(int argc, char **argv) {
  phrases_options o;
  phrases_stack s = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_ROW | PHRASES_O_EDIT, &o)) {
    bool nothing =
        !o.spun && !o.plain && !o.pos && !o.strength && !o.when && !o.note && !o.change.p && !o.keep.p && !o.source;
    if (o.help) result = phrases_print_help(argv[0]);
    else if (o.count != 1) phrases_complain("edit", "wants the id of one row");
    else if (nothing) phrases_complain("edit", "what shall be different? Give --plain, --strength and so on");
    else {
      const char *in = o.in; /* the row is looked for in the whole stack, and written to one table */
      o.in = NULL;
      bool open = phrases_stack_open(&o, &s);
      o.in = in;
      if (open) result = edit_in_stack(&o, &s);
    }
  }
  phrases_stack_free(&s);
  phrases_options_free(&o);
  return result;
}

/* ---- remove, disable, enable, forget: the same for each argument, all or none ---- */

typedef int (*change)(const phrases_options *o, unspin_table *table, const char *argument, us_buf *said);

/* EXISTING: a table that is not there is an error, and not made. */
static int each_argument(int argc, char **argv, unsigned known, const char *wants, bool existing, change make) {
  phrases_options o;
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | known, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (!o.count) phrases_complain(argv[0], wants);
    else if (!existing || phrases_target_is_made(&o)) {
      unspin_table *table = phrases_begin(&o);
      if (table) {
        us_buf said = {0};
        result = CLI_OK;
        for (int i = 0; i < o.count && result == CLI_OK; i++) result = make(&o, table, o.args[i], &said);
        result = phrases_end(table, &said, result);
      }
    }
  }
  phrases_options_free(&o);
  return result;
}

static int remove_row(const phrases_options *o, unspin_table *table, const char *id, us_buf *said) {
  (void)o;
  (void)said;
  unspin_error err;
  size_t n;
  if (phrases_status(unspin_table_remove(table, id, &n, &err), &err)) return CLI_ERROR;
  if (n) return CLI_OK;
  cli_message("phrases remove: %s has no row '%s' (rows of lower tables can be disabled)", unspin_table_path(table),
              id);
  return CLI_ERROR;
}

int cli_phrases_remove(int argc, char **argv) {
  return each_argument(argc, argv, 0, "which row? Give its id", true, remove_row);
}

/* A mistyped id would switch off nothing, in silence. */
static int disable_row(const phrases_options *o, unspin_table *table, const char *id, us_buf *said) {
  (void)said;
  unspin_error err;
  phrases_stack s;
  bool there = false;
  if (!o->reason || !*o->reason) return phrases_complain("disable", "why? Give --reason TEXT");
  unspin_status status = unspin_table_has(table, id, &there, &err);
  if (!status && !there) {
    phrases_options whole = *o;
    whole.in = NULL;
    bool open = phrases_stack_open(&whole, &s);
    there = open && phrases_row_find(&s, id) < s.n;
    phrases_stack_free(&s);
    if (!open) return CLI_ERROR;
  }
  if (!status && !there) {
    cli_message("phrases disable: no row has the id '%s'", id);
    return CLI_ERROR;
  }
  if (!status) status = unspin_table_disable(table, id, o->reason, &err);
  return phrases_status(status, &err);
}

int cli_phrases_disable(int argc, char **argv) {
  return each_argument(argc, argv, PHRASES_O_REASON, "which row? Give its id", false, disable_row);
}

static bool copy_row(void *cookie, const unspin_row *row) {
  edit *e = cookie;
  unspin_error err;
  unspin_row copy = *row;
  copy.size = sizeof copy;
  e->result = phrases_status(unspin_table_add(e->table, &copy, true, NULL, NULL, &err), &err);
  return false;
}

/* Where a lower table switches the row off, a copy of it in this one is what brings it back. */
static int enable_row(const phrases_options *o, unspin_table *table, const char *id, us_buf *said) {
  (void)said;
  unspin_error err;
  phrases_stack s;
  size_t n, by = 0;
  char *reason = NULL;
  if (phrases_status(unspin_table_enable(table, id, &n, &err), &err)) return CLI_ERROR;
  if (n) return CLI_OK;
  phrases_options whole = *o;
  whole.in = NULL;
  edit e = {.o = o, .table = table, .result = CLI_ERROR};
  if (phrases_stack_open(&whole, &s)) {
    size_t at = phrases_row_written(&s, id);
    if (at == s.n) cli_message("phrases enable: no row has the id '%s'", id);
    else if (phrases_row_state(&s, at, id, &by, &reason) != PHRASES_DISABLED)
      cli_message("phrases enable: row %s is not switched off", id);
    else phrases_row_visit(&s, at, id, copy_row, &e);
  }
  free(reason);
  phrases_stack_free(&s);
  return e.result;
}

int cli_phrases_enable(int argc, char **argv) {
  return each_argument(argc, argv, 0, "which row? Give its id", false, enable_row);
}

typedef US_VEC(char *) row_ids;

typedef struct switched {
  const char *source;
  row_ids rows;
  bool failed;
} switched;

static bool collect_switched(void *cookie, const char *id, const char *reason) {
  switched *s = cookie;
  const char *by = strstr(reason, PHRASES_OFF_BY);
  if (!by || strcmp(by + strlen(PHRASES_OFF_BY), s->source) != 0) return true;
  char *copy = strdup(id);
  s->failed = !copy || !us_vec_push(&s->rows, copy);
  if (s->failed) free(copy);
  return !s->failed;
}

unspin_status phrases_switch_on(unspin_table *table, const char *source, size_t *n, unspin_error *err) {
  switched s = {.source = source};
  unspin_status status = unspin_table_disabled(table, collect_switched, &s, err);
  if (!status && s.failed) status = us_nomem(err);
  for (size_t i = 0; i < s.rows.n && !status; i++) status = unspin_table_enable(table, s.rows.p[i], NULL, err);
  if (n) *n = s.rows.n;
  for (size_t i = 0; i < s.rows.n; i++) free(s.rows.p[i]);
  us_vec_free(&s.rows);
  return status;
}

static int forget_source(const phrases_options *o, unspin_table *table, const char *name, us_buf *said) {
  (void)o;
  unspin_error err;
  size_t n, on;
  const char *wanted = name;
  if (phrases_status(unspin_table_sources(table, phrases_note_source, &wanted, &err), &err)) return CLI_ERROR;
  if (phrases_status(phrases_switch_on(table, name, &on, &err), &err)) return CLI_ERROR;
  if (wanted && !on) {
    cli_message("phrases forget: %s has no source '%s' (see 'unspin phrases stats')", unspin_table_path(table), name);
    return CLI_ERROR;
  }
  if (phrases_status(unspin_table_forget(table, name, &n, &err), &err)) return CLI_ERROR;
  us_buf_printf(said, "%zu row%s forgotten", n, n == 1 ? "" : "s");
  if (on) us_buf_printf(said, ", %zu switched on again", on);
  us_buf_putc(said, '\n');
  return CLI_OK;
}

int cli_phrases_forget(int argc, char **argv) {
  return each_argument(argc, argv, 0, "which source? Give its name", true, forget_source);
}
