/* cmd_phrases_lint.c - unspin phrases lint. */
#include <errno.h>
#include <stdio.h>

#include "cli/cmd_phrases.h"

typedef struct report {
  const phrases_options *o;
  const phrases_stack *s;
  size_t n;
} report;

static bool each(void *cookie, const unspin_finding *f) {
  report *r = cookie;
  const char *table = phrases_stack_name(r->s, f->table);
  r->n++;
  if (r->o->json) {
    const char *const fields[][2] = {{"kind", f->kind}, {"row", f->row},     {"table", table},
                                     {"spun", f->spun}, {"plain", f->plain}, {"message", f->message}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
      printf("%s\"%s\":", i ? "," : "{", fields[i][0]);
      phrases_put_json(fields[i][1]);
    }
    printf("}\n");
    return !ferror(stdout);
  }
  const char *const columns[] = {f->kind, f->row, table, f->spun, f->plain, f->message};
  for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
    if (i) putchar('\t');
    phrases_put(columns[i]);
  }
  putchar('\n');
  return !ferror(stdout);
}

int cli_phrases_lint(int argc, char **argv) {
  phrases_options o;
  phrases_stack s = {0};
  int result = CLI_ERROR;
  if (phrases_options_read(argc, argv, PHRASES_O_STACK | PHRASES_O_JSON, &o)) {
    if (o.help) result = phrases_print_help(argv[0]);
    else if (o.count) phrases_complain("lint", "takes no argument");
    else if (phrases_stack_open(&o, &s)) {
      report r = {.o = &o, .s = &s};
      unspin_error err;
      errno = 0;
      result = phrases_status(unspin_tables_lint(s.table, s.n, s.data_dir.p, each, &r, &err), &err);
      if (result == CLI_OK && r.n) result = PHRASES_NOTHING;
      if (!cli_flush_stdout()) result = CLI_ERROR;
    }
  }
  phrases_stack_free(&s);
  phrases_options_free(&o);
  return result;
}
