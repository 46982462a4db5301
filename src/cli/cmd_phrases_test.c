/* cmd_phrases_test.c - unspin phrases test: every row's own sentences against the engine.
 *
 * A sentence to change asks that the row's words are a candidate at the marked place; where the row says that it is
 * usually right (strength 4 and 5) the place must also come back changed, with which words is for the whole engine to
 * say. A sentence to keep asks that this row makes no edit. The text is taken as spun. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd_phrases_engine.h"

typedef struct bench {
  const phrases_options *o;
  const phrases_stack *s;
  phrases_engine engine;
  size_t table, checked, failed;
  us_buf spun; /* the sentence as the spinner wrote it */
  size_t begin, end;
  us_slice plain; /* what stood at [begin, end) */
  const char *row;
  bool proposed;
  unspin_error err;
  unspin_status status;
} bench;

/* "He {spun|plain} it." into its parts; false if it marks nothing. */
static bool split(bench *b, us_slice s) {
  const char *open = memchr(s.p, '{', s.n), *end = s.p + s.n;
  const char *bar = open ? memchr(open, '|', (size_t)(end - open)) : NULL;
  const char *close = bar ? memchr(bar, '}', (size_t)(end - bar)) : NULL;
  if (!close) return false;
  us_buf_clear(&b->spun);
  us_buf_append(&b->spun, (us_slice){s.p, (size_t)(open - s.p)});
  b->begin = b->spun.n;
  us_buf_append(&b->spun, (us_slice){open + 1, (size_t)(bar - open - 1)});
  b->end = b->spun.n;
  b->plain = (us_slice){bar + 1, (size_t)(close - bar - 1)};
  us_buf_append(&b->spun, (us_slice){close + 1, (size_t)(end - close - 1)});
  return !b->spun.failed;
}

static bool look(void *cookie, const unspin_candidate *c) {
  bench *b = cookie;
  if (c->begin == b->begin && c->end == b->end && us_slice_eq((us_slice){c->after.text, c->after.len}, b->plain))
    b->proposed = true;
  return !b->proposed;
}

/* Whether a place in [BEGIN, END) is changed, by ROW if that is not NULL. */
static bool edited(bench *b, us_slice text, size_t begin, size_t end, const char *row) {
  unspin_result *r = NULL;
  bool any = false;
  b->status = unspin_restore(b->engine.session, text.p, text.n, &b->engine.options, &r, &b->err);
  for (size_t i = 0; !b->status && i < unspin_result_edit_count(r); i++) {
    const unspin_edit *e = unspin_result_edit(r, i);
    any |= e->begin < end && e->end > begin && (!row || strstr(e->row, row));
  }
  unspin_result_free(r);
  return any;
}

/* What is wrong; NULL if nothing is. */
static const char *check_change(bench *b, us_slice sentence, int strength) {
  if (!split(b, sentence)) return "marks no {spun|plain}";
  us_slice text = us_buf_slice(&b->spun);
  b->proposed = false;
  b->status = unspin_candidates(b->engine.session, text.p, text.n, &b->engine.options, look, b, &b->err);
  if (b->status) return NULL;
  if (!b->proposed) return "is not proposed";
  if (strength >= 4 && !edited(b, text, b->begin, b->end, NULL) && !b->status) return "is not changed";
  return NULL;
}

static void complain(bench *b, const unspin_row *r, const char *kind, const char *wrong, us_slice sentence) {
  char *copy = strndup(sentence.p, sentence.n);
  b->failed++;
  phrases_put(r->id);
  printf("\t");
  phrases_put(phrases_stack_name(b->s, b->table));
  printf("\t");
  phrases_put(r->spun);
  printf(" -> ");
  phrases_put(r->plain);
  printf("\t%s %s\t", kind, wrong);
  phrases_put(copy ? copy : "");
  putchar('\n');
  free(copy);
}

static void each_sentence(bench *b, const unspin_row *r, const char *sentences, bool change) {
  us_slice rest = us_slice_of(sentences);
  while (rest.n && !b->status) {
    const char *bar = memmem(rest.p, rest.n, " || ", 4);
    us_slice s = {rest.p, bar ? (size_t)(bar - rest.p) : rest.n};
    const char *wrong = change                        ? check_change(b, s, r->strength)
                        : edited(b, s, 0, s.n, r->id) ? "must be left alone"
                                                      : NULL;
    b->checked++;
    if (wrong && !b->status) complain(b, r, change ? "change:" : "keep:", wrong, s);
    rest = bar ? us_slice_sub(rest, s.n + 4, rest.n) : (us_slice){"", 0};
  }
}

static bool each_row(void *cookie, const unspin_row *r) {
  bench *b = cookie;
  if (!*r->change && !*r->keep) return true;
  if (phrases_row_state(b->s, b->table, r->id, NULL, NULL) != PHRASES_ACTIVE) return true;
  each_sentence(b, r, r->change, true);
  each_sentence(b, r, r->keep, false);
  return !b->status && !ferror(stdout);
}

static bool visit_all(bench *b, const unspin_row_filter *filter) {
  unspin_error err;
  for (b->table = 0; b->table < b->s->n && !b->status; b->table++)
    if (phrases_status(unspin_table_rows(b->s->table[b->table], filter, each_row, b, &err), &err)) return false;
  return phrases_status(b->status, &b->err) == CLI_OK;
}

/* --in says whose rows are tested; the engine has the whole stack all the same. */
static int test(const phrases_options *o, const phrases_stack *all, const phrases_stack *s) {
  bench b = {.o = o, .s = s};
  bool ok = phrases_engine_open(all, &b.engine);
  b.engine.options.dialect = UNSPIN_DIALECT_GB; /* as the sentences are written */
  for (int i = 0; ok && i < o->count; i++) {
    ok = phrases_row_find(s, o->args[i]) < s->n;
    if (!ok) cli_message("phrases test: no row has the id '%s'", o->args[i]);
  }
  errno = 0;
  if (ok && !o->count) ok = visit_all(&b, &(unspin_row_filter){.source = o->source});
  for (int i = 0; ok && i < o->count; i++) ok = visit_all(&b, &(unspin_row_filter){.id = o->args[i]});
  if (ok) printf("%zu sentences, %zu failed\n", b.checked, b.failed);
  if (!cli_flush_stdout()) ok = false;
  us_buf_free(&b.spun);
  phrases_engine_free(&b.engine);
  return !ok ? CLI_ERROR : b.failed ? PHRASES_NOTHING : CLI_OK;
}

int cli_phrases_test(int argc, char **argv) {
  phrases_options o;
  phrases_stack all = {0}, some = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_SOURCE, &o)) {
    phrases_options whole = o;
    whole.in = NULL;
    if (o.help) result = phrases_print_help(argv[0]);
    else if (phrases_stack_open(&whole, &all) && (!o.in || phrases_stack_open(&o, &some)))
      result = test(&o, &all, o.in ? &some : &all);
  }
  phrases_stack_free(&some);
  phrases_stack_free(&all);
  phrases_options_free(&o);
  return result;
}
