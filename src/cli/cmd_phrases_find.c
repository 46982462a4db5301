/* cmd_phrases_find.c - unspin phrases find, explain: the engine at work on a text or a phrase. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "cli/cmd_phrases_engine.h"
#include "report/safe.h"

bool phrases_engine_open(const phrases_stack *s, phrases_engine *e) {
  unspin_error err;
  *e = (phrases_engine){0};
  unspin_options_init(&e->options);
  e->options.assume_spun = true;
  e->options.quotes = UNSPIN_QUOTES_ALWAYS;
  const char **paths = calloc(s->n + 1, sizeof *paths);
  size_t count = 0;
  for (size_t i = 0; paths && i < s->n; i++)
    if (s->paths.p[i].layer != CLI_LAYER_SHIPPED) paths[count++] = s->paths.p[i].path;
  unspin_status status =
      paths ? unspin_knowledge_open_tables(s->data_dir.p, paths, count, &e->knowledge, &err) : us_nomem(&err);
  free(paths);
  if (!status) status = unspin_session_new(e->knowledge, &e->session, &err);
  return phrases_status(status, &err) == CLI_OK;
}

void phrases_engine_free(phrases_engine *e) {
  unspin_session_free(e->session);
  unspin_knowledge_close(e->knowledge);
}

/* ---- find ---- */

typedef struct found {
  const phrases_options *o;
  const phrases_stack *s;
  us_slice text;
  const unspin_result *result;
  size_t n, hidden;
} found;

/* Thesauri offer dozens for every word: without --all those are passed over that hardly anything speaks for. */
static const double SHOWN_FROM = 0.005;

/* Thesauri and learned pairs (channel.bin) and compositions (expressions.bin) have no rows: all their candidates carry
 * one of these in a row's place. */
static bool has_row(const unspin_candidate *c) {
  return strcmp(c->row, "channel") != 0 && strcmp(c->row, "composed") != 0;
}

/* Whether a final edit carries the candidate's row, or without one its words, and covers its place. */
static bool was_made(const found *f, const unspin_candidate *c) {
  for (size_t i = 0; i < unspin_result_edit_count(f->result); i++) {
    const unspin_edit *e = unspin_result_edit(f->result, i);
    if (e->begin > c->begin || e->end < c->end || !strstr(e->row, c->row)) continue;
    if (has_row(c) || memmem(e->after.text, e->after.len, c->after.text, c->after.len)) return true;
  }
  return false;
}

static void put_slice(us_slice s) {
  us_safe_write(stdout, s, false); /* without a copy: where memory is short, nothing is left out in silence */
}

static void put_candidate_json(const found *f, const unspin_candidate *c, const char *table, bool made) {
  printf("{\"begin\":%zu,\"end\":%zu,\"before\":", c->begin, c->end);
  phrases_put_json_slice(us_slice_sub(f->text, c->begin, c->end));
  printf(",\"after\":");
  phrases_put_json_slice((us_slice){c->after.text, c->after.len});
  printf(",\"row\":\"%s\",\"source\":", c->row);
  phrases_put_json(c->source);
  printf(",\"table\":");
  phrases_put_json(table);
  printf(",\"score\":%.3f,\"confidence\":%.3f,\"fired\":%s,\"reasons\":{", c->score, c->confidence,
         made ? "true" : "false");
  for (size_t i = 0; i < c->reason_count; i++)
    printf("%s\"%s\":%.3f", i ? "," : "", c->reasons[i].feature, c->reasons[i].value);
  printf("}}\n");
}

static bool each_candidate(void *cookie, const unspin_candidate *c) {
  found *f = cookie;
  bool made = was_made(f, c);
  size_t at = has_row(c) ? phrases_row_written(f->s, c->row) : f->s->n;
  const char *table = at < f->s->n ? phrases_stack_name(f->s, at) : cli_layer_name(CLI_LAYER_SHIPPED);
  f->n++;
  if (f->o->json) {
    put_candidate_json(f, c, table, made);
    return !ferror(stdout);
  }
  if (!made && !has_row(c) && c->confidence < SHOWN_FROM && !f->o->all) {
    f->hidden++;
    return true;
  }
  printf("%c %4zu  %s  %6.2f  %3.0f%%  ", made ? '*' : ' ', c->begin, c->row, c->score, c->confidence * 100);
  put_slice(us_slice_sub(f->text, c->begin, c->end));
  printf(" -> ");
  put_slice((us_slice){c->after.text, c->after.len});
  printf("  (");
  phrases_put(table);
  printf(", ");
  phrases_put(c->source);
  printf(")\n");
  return !ferror(stdout);
}

static int find_in(const phrases_options *o, const phrases_stack *s, us_slice text) {
  phrases_engine e;
  unspin_result *result = NULL;
  unspin_error err;
  int status = CLI_ERROR;
  if (phrases_engine_open(s, &e) &&
      phrases_status(unspin_restore(e.session, text.p, text.n, &e.options, &result, &err), &err) == CLI_OK) {
    found f = {.o = o, .s = s, .text = text, .result = result};
    errno = 0;
    status = phrases_status(unspin_candidates(e.session, text.p, text.n, &e.options, each_candidate, &f, &err), &err);
    if (status == CLI_OK && f.n == 0) status = PHRASES_NOTHING;
    if (f.hidden)
      printf("  and %zu of thesauri and learned pairs at less than %.1f%% (--all)\n", f.hidden, SHOWN_FROM * 100);
    if (!o->json && f.n) {
      unspin_text after = unspin_result_text(result);
      printf("= ");
      put_slice((us_slice){after.text, after.len});
      putchar('\n');
    }
    if (!cli_flush_stdout()) status = CLI_ERROR;
  }
  unspin_result_free(result);
  phrases_engine_free(&e);
  return status;
}

/* The arguments joined by blanks, or standard input for "-". */
static bool text_of(const phrases_options *o, us_buf *text) {
  unspin_error err;
  if (o->count == 1 && strcmp(o->args[0], "-") == 0)
    return phrases_status(us_fd_read(STDIN_FILENO, "standard input", text, &err), &err) == CLI_OK;
  for (int i = 0; i < o->count; i++) {
    if (i) us_buf_putc(text, ' ');
    us_buf_puts(text, o->args[i]);
  }
  if (text->failed) cli_message("out of memory");
  return !text->failed;
}

static int run_on_text(int argc, char **argv, unsigned known,
                       int (*work)(const phrases_options *, const phrases_stack *, us_slice)) {
  phrases_options o;
  phrases_stack s = {0};
  us_buf text = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_JSON | known, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (!o.count) phrases_complain(argv[0], "which text?");
    else if (o.in) phrases_complain(argv[0], "works with the whole stack: --in has no place here");
    else if (phrases_stack_open(&o, &s) && text_of(&o, &text)) result = work(&o, &s, us_buf_slice(&text));
  }
  us_buf_free(&text);
  phrases_stack_free(&s);
  phrases_options_free(&o);
  return result;
}

int cli_phrases_find(int argc, char **argv) { return run_on_text(argc, argv, PHRASES_O_LIST, find_in); }

/* ---- explain ---- */

/* A row that concerns the phrase: it has it as its spun side, or the engine found it there. */
typedef struct contender {
  char id[9];
  char *spun, *plain, *source;
  size_t table;
  int strength;
  phrases_state state;
  size_t by;
  char *reason;
  bool weighed; /* by the engine, at the whole phrase */
  double score;
} contender;

typedef struct contest {
  const phrases_options *o;
  const phrases_stack *s;
  US_VEC(contender) rows;
  us_slice phrase;
  size_t table;
  bool failed;
} contest;

static bool known(const contest *c, const char *id, size_t table) {
  for (size_t i = 0; i < c->rows.n; i++)
    if (c->rows.p[i].table == table && strcmp(c->rows.p[i].id, id) == 0) return true;
  return false;
}

static void free_contender(contender *r) {
  free(r->spun);
  free(r->plain);
  free(r->source);
  free(r->reason);
}

static bool each_row(void *cookie, const unspin_row *r) {
  contest *c = cookie;
  if (known(c, r->id, c->table)) return true;
  contender n = {.spun = strdup(r->spun), .plain = strdup(r->plain), .source = strdup(r->source), .table = c->table};
  snprintf(n.id, sizeof n.id, "%s", r->id);
  n.strength = r->strength;
  n.state = phrases_row_state(c->s, c->table, r->id, &n.by, &n.reason);
  c->failed = !n.spun || !n.plain || !n.source || !us_vec_push(&c->rows, n);
  if (c->failed) free_contender(&n);
  return !c->failed;
}

static void gather(contest *c, const unspin_row_filter *filter) {
  unspin_error err;
  for (c->table = 0; c->table < c->s->n; c->table++)
    if (phrases_status(unspin_table_rows(c->s->table[c->table], filter, each_row, c, &err), &err)) c->failed = true;
}

static bool weigh(void *cookie, const unspin_candidate *candidate) {
  contest *c = cookie;
  if (candidate->begin != 0 || candidate->end != c->phrase.n) return true;
  gather(c, &(unspin_row_filter){.id = candidate->row});
  for (size_t i = 0; i < c->rows.n; i++) {
    contender *r = &c->rows.p[i];
    if (strcmp(r->id, candidate->row) != 0 || r->state != PHRASES_ACTIVE) continue;
    r->weighed = true;
    r->score = candidate->score;
  }
  return true;
}

static int by_standing(const void *a, const void *b) {
  const contender *x = a, *y = b;
  if (x->weighed != y->weighed) return x->weighed ? -1 : 1;
  if (x->weighed && x->score != y->score) return x->score > y->score ? -1 : 1;
  if (x->state != y->state) return (int)x->state - (int)y->state;
  if (x->table != y->table) return x->table > y->table ? -1 : 1;
  return strcmp(x->id, y->id);
}

static void put_standing(const contest *c, const contender *r, bool won) {
  printf("  ");
  if (r->state == PHRASES_OVERRIDDEN) {
    printf("overridden by the table ");
    phrases_put(phrases_stack_name(c->s, r->by));
  } else if (r->state == PHRASES_DISABLED) {
    printf("disabled in the table ");
    phrases_put(phrases_stack_name(c->s, r->by));
    printf(": ");
    phrases_put(r->reason ? r->reason : "");
  } else if (!r->weighed) {
    printf("no candidate here (conditions, capitals, or a surer row with the same words)");
  } else {
    const char *standing = !won ? "lost" : r->score > 0 ? "won" : "the best, but by itself the phrase is left as it is";
    printf("%s: score %.2f", standing, r->score);
  }
}

static void put_contender(const contest *c, const contender *r, bool won) {
  static const char *const states[] = {"active", "overridden", "disabled"};
  if (c->o->json) {
    printf("{\"row\":\"%s\",\"spun\":", r->id);
    phrases_put_json(r->spun);
    printf(",\"plain\":");
    phrases_put_json(r->plain);
    printf(",\"table\":");
    phrases_put_json(phrases_stack_name(c->s, r->table));
    printf(",\"source\":");
    phrases_put_json(r->source);
    printf(",\"strength\":%d,\"state\":\"%s\",\"won\":%s", r->strength, states[r->state], won ? "true" : "false");
    if (r->weighed) printf(",\"score\":%.3f", r->score);
    if (r->state != PHRASES_ACTIVE) {
      printf(",\"by\":");
      phrases_put_json(phrases_stack_name(c->s, r->by));
    }
    printf("}\n");
    return;
  }
  printf("%c %s  ", won ? '*' : ' ', r->id);
  phrases_put(r->spun);
  printf(" -> ");
  phrases_put(r->plain);
  printf("  strength %d  (", r->strength);
  phrases_put(phrases_stack_name(c->s, r->table));
  printf(", ");
  phrases_put(r->source);
  printf(")\n");
  put_standing(c, r, won);
  putchar('\n');
}

/* The row that stands FIRST, and what was learned of the same row in another table. */
static bool is_winner(const contender *first, const contender *r) {
  return first->weighed && r->weighed && strcmp(first->id, r->id) == 0;
}

static int explain(const phrases_options *o, const phrases_stack *s, us_slice phrase) {
  contest c = {.o = o, .s = s, .phrase = phrase};
  phrases_engine e;
  unspin_error err;
  int result = CLI_ERROR;
  gather(&c, &(unspin_row_filter){.spun = phrase.p});
  if (phrases_engine_open(s, &e) && !c.failed)
    result = phrases_status(unspin_candidates(e.session, phrase.p, phrase.n, &e.options, weigh, &c, &err), &err);
  if (c.failed) result = CLI_ERROR;
  errno = 0;
  if (c.rows.n) qsort(c.rows.p, c.rows.n, sizeof *c.rows.p, by_standing);
  for (size_t i = 0; i < c.rows.n && result == CLI_OK; i++)
    put_contender(&c, &c.rows.p[i], is_winner(&c.rows.p[0], &c.rows.p[i]));
  if (result == CLI_OK && c.rows.n == 0) result = PHRASES_NOTHING;
  if (!cli_flush_stdout()) result = CLI_ERROR;
  for (size_t i = 0; i < c.rows.n; i++) free_contender(&c.rows.p[i]);
  us_vec_free(&c.rows);
  phrases_engine_free(&e);
  return result;
}

int cli_phrases_explain(int argc, char **argv) { return run_on_text(argc, argv, 0, explain); }
