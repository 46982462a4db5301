/* cmd_phrases_list.c - unspin phrases list, show, stats. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd_phrases.h"

static const char *const state_names[] = {"active", "overridden", "disabled"};

/* ---- one row ---- */

static void put_field(const char *name, const char *text) {
  if (!*text) return;
  printf(",\"%s\":", name);
  phrases_put_json(text);
}

static void put_json(const unspin_row *r, const char *table, phrases_state state, const char *reason) {
  printf("{\"id\":");
  phrases_put_json(r->id);
  put_field("spun", r->spun);
  put_field("plain", r->plain);
  printf(",\"pos\":\"%c\",\"strength\":%d", r->pos, r->strength);
  put_field("when", r->when);
  put_field("note", r->note);
  put_field("change", r->change);
  put_field("keep", r->keep);
  put_field("source", r->source);
  if (r->line) printf(",\"line\":%d", r->line);
  if (r->rate_spun >= 0) printf(",\"rate_spun\":%.4f", r->rate_spun);
  if (r->rate_plain >= 0) printf(",\"rate_plain\":%.4f", r->rate_plain);
  if (r->count) printf(",\"count\":%" PRIu64, r->count);
  if (r->p_plain > 0) printf(",\"p_plain\":%.6g", r->p_plain);
  if (r->p_spun > 0) printf(",\"p_spun\":%.6g", r->p_spun);
  if (r->first_hash) printf(",\"first_hash\":\"%016" PRIx64 "\"", r->first_hash);
  put_field("table", table);
  printf(",\"state\":\"%s\"", state_names[state]);
  if (reason) put_field("reason", reason);
  printf("}\n");
}

static void put_line(const unspin_row *r, const char *table, phrases_state state) {
  const char *const texts[] = {r->id, r->spun, r->plain};
  for (size_t i = 0; i < 3; i++) {
    phrases_put(texts[i]);
    putchar('\t');
  }
  printf("%c\t%d\t", r->pos, r->strength);
  phrases_put(r->when);
  putchar('\t');
  phrases_put(r->source);
  putchar('\t');
  phrases_put(table);
  printf("\t%s\n", state_names[state]);
}

static void put_named(const char *name, const char *text) {
  if (!*text) return;
  printf("  %-9s ", name);
  phrases_put(text);
  putchar('\n');
}

static void put_whole(const unspin_row *r, const char *table, phrases_state state, const char *by, const char *reason) {
  static const char *const pos[] = {"verb", "noun", "adjective", "adverb", "fixed"};
  static const char *const strength[] = {"seldom", "sometimes", "half the time", "usually", "practically always"};
  size_t kind = strcspn("vnarx", (char[]){r->pos, 0});
  phrases_put(r->id);
  printf("  ");
  phrases_put(r->spun);
  printf(" -> ");
  phrases_put(r->plain);
  printf("\n  %-9s %s; strength %d: %s\n", "kind", kind < 5 ? pos[kind] : "?", r->strength,
         r->strength >= 1 && r->strength <= 5 ? strength[r->strength - 1] : "?");
  put_named("when", r->when);
  put_named("note", r->note);
  put_named("change", r->change);
  put_named("keep", r->keep);
  printf("  %-9s ", "source");
  phrases_put(r->source);
  if (r->line) printf(":%d", r->line);
  printf("\n");
  put_named("table", table);
  printf("  %-9s %s", "state", state_names[state]);
  if (state == PHRASES_OVERRIDDEN) printf(" by the table ");
  if (state == PHRASES_DISABLED) printf(" in the table ");
  if (state != PHRASES_ACTIVE) phrases_put(by);
  if (reason) {
    printf(": ");
    phrases_put(reason);
  }
  putchar('\n');
  if (r->rate_spun >= 0)
    printf("  %-9s spun %.3f, plain %.3f per million words of clean English\n", "rates", r->rate_spun,
           r->rate_plain >= 0 ? r->rate_plain : 0.0);
  if (r->count)
    printf("  %-9s seen %" PRIu64 " times; P(plain|spun) %.3g, P(spun|plain) %.3g; first example %016" PRIx64 "\n",
           "learned", r->count, r->p_plain, r->p_spun, r->first_hash);
}

/* ---- list, show ---- */

typedef struct listing {
  const phrases_options *o;
  const phrases_stack *s;
  size_t table, shown;
  bool whole;
} listing;

static bool each(void *cookie, const unspin_row *r) {
  listing *l = cookie;
  size_t by;
  char *reason;
  phrases_state state = phrases_row_state(l->s, l->table, r->id, &by, &reason);
  const char *table = phrases_stack_name(l->s, l->table);
  if (state == PHRASES_ACTIVE || l->o->all || l->whole) {
    if (l->o->json) put_json(r, table, state, reason);
    else if (l->whole) put_whole(r, table, state, phrases_stack_name(l->s, by), reason);
    else put_line(r, table, state);
    l->shown++;
  }
  free(reason);
  return !ferror(stdout);
}

static int visit(listing *l, const unspin_row_filter *filter) {
  unspin_error err;
  for (size_t i = 0; i < l->s->n; i++) {
    l->table = i;
    if (phrases_status(unspin_table_rows(l->s->table[i], filter, each, l, &err), &err)) return CLI_ERROR;
  }
  return CLI_OK;
}

int cli_phrases_list(int argc, char **argv) {
  phrases_options o;
  phrases_stack s = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_JSON | PHRASES_O_LIST | PHRASES_O_SOURCE, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (o.count > 1) phrases_complain("list", "wants one text at most");
    else if (phrases_stack_open(&o, &s)) {
      unspin_row_filter filter = {.source = o.source, .contains = o.count ? o.args[0] : NULL};
      listing l = {.o = &o, .s = &s};
      errno = 0;
      result = visit(&l, &filter);
      if (result == CLI_OK && !l.shown) result = PHRASES_NOTHING;
      if (!cli_flush_stdout()) result = CLI_ERROR;
    }
  }
  phrases_stack_free(&s);
  phrases_options_free(&o);
  return result;
}

int cli_phrases_show(int argc, char **argv) {
  phrases_options o;
  phrases_stack s = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_JSON, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (!o.count) phrases_complain("show", "which row? Give its id or its spun phrase");
    else if (phrases_stack_open(&o, &s)) {
      result = CLI_OK;
      errno = 0;
      for (int i = 0; i < o.count && result != CLI_ERROR; i++) {
        listing l = {.o = &o, .s = &s, .whole = true};
        result = visit(&l, &(unspin_row_filter){.id = o.args[i]});
        if (result == CLI_OK && !l.shown) result = visit(&l, &(unspin_row_filter){.spun = o.args[i]});
        if (result == CLI_OK && !l.shown) {
          cli_message("phrases show: no row has the id or the spun phrase '%s'", o.args[i]);
          result = CLI_ERROR;
        }
      }
      if (!cli_flush_stdout()) result = CLI_ERROR;
    }
  }
  phrases_stack_free(&s);
  phrases_options_free(&o);
  return result;
}

/* ---- stats ---- */

typedef struct totals {
  const phrases_options *o;
  const char *table;
  unspin_source sum;
  size_t sources;
} totals;

static void put_counts(const unspin_source *s) {
  printf("%8zu", s->rows);
  for (int i = 0; i < 5; i++) printf(" %7zu", s->by_pos[i]);
  for (int i = 0; i < 5; i++) printf(" %6zu", s->by_strength[i]);
  printf(" %8zu %8zu  ", s->examples, s->learned);
}

static void put_source_json(const unspin_source *s, const char *table) {
  static const char letters[] = "vnarx";
  printf("{\"table\":");
  phrases_put_json(table);
  printf(",\"source\":");
  phrases_put_json(s->name);
  printf(",\"licence\":");
  phrases_put_json(s->licence);
  printf(",\"note\":");
  phrases_put_json(s->note);
  printf(",\"rows\":%zu,\"pos\":{", s->rows);
  for (int i = 0; i < 5; i++) printf("%s\"%c\":%zu", i ? "," : "", letters[i], s->by_pos[i]);
  printf("},\"strength\":[");
  for (int i = 0; i < 5; i++) printf("%s%zu", i ? "," : "", s->by_strength[i]);
  printf("],\"examples\":%zu,\"learned\":%zu,\"counted\":%zu}\n", s->examples, s->learned, s->counted);
}

static bool each_source(void *cookie, const unspin_source *s) {
  totals *t = cookie;
  t->sources++;
  t->sum.rows += s->rows;
  t->sum.examples += s->examples;
  t->sum.learned += s->learned;
  for (int i = 0; i < 5; i++) {
    t->sum.by_pos[i] += s->by_pos[i];
    t->sum.by_strength[i] += s->by_strength[i];
  }
  if (t->o->json) {
    put_source_json(s, t->table);
    return true;
  }
  put_counts(s);
  phrases_put(s->name);
  if (*s->licence) {
    printf("  (");
    phrases_put(s->licence);
    putchar(')');
  }
  putchar('\n');
  return true;
}

static bool count_disabled(void *cookie, const char *id, const char *reason) {
  (void)id;
  (void)reason;
  ++*(size_t *)cookie;
  return true;
}

static int put_table(const phrases_options *o, const phrases_stack *s, size_t i) {
  unspin_error err;
  totals t = {.o = o, .table = phrases_stack_name(s, i)};
  size_t disabled = 0;
  if (!o->json) {
    phrases_put(t.table);
    printf(": ");
    phrases_put(s->paths.p[i].path);
    printf(
        "\n    rows    verb    noun     adj     adv   fixed     s1     s2     s3     s4     s5 examples  learned  "
        "source\n");
  }
  unspin_status status = unspin_table_sources(s->table[i], each_source, &t, &err);
  if (!status) status = unspin_table_disabled(s->table[i], count_disabled, &disabled, &err);
  if (phrases_status(status, &err)) return CLI_ERROR;
  if (o->json) return CLI_OK;
  if (t.sources != 1) {
    put_counts(&t.sum);
    printf("%zu sources\n", t.sources);
  }
  if (disabled) printf("%8zu rows are switched off here\n", disabled);
  return CLI_OK;
}

int cli_phrases_stats(int argc, char **argv) {
  phrases_options o;
  phrases_stack s = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_JSON, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (o.count) phrases_complain("stats", "takes no argument");
    else if (phrases_stack_open(&o, &s)) {
      result = CLI_OK;
      errno = 0;
      for (size_t i = 0; i < s.n && result == CLI_OK; i++) result = put_table(&o, &s, i);
      if (!cli_flush_stdout()) result = CLI_ERROR;
    }
  }
  phrases_stack_free(&s);
  phrases_options_free(&o);
  return result;
}
