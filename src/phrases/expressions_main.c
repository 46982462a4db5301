/* unspin-compile-expressions --forms FILE --syntax FILE [--wordnet DIR] [--rows TSV]... -o OUT TXT...: fixed
 * expressions into expressions.bin (build time). --rows: what rows of several words say of their single words. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "phrases/expressions_build.h"

static void check(unspin_status status, const unspin_error *err) {
  if (!status) return;
  fprintf(stderr, "unspin-compile-expressions: %s\n", err->message);
  exit(1);
}

static void add_rows(us_expressions_builder *b, const char *path) {
  unspin_error err;
  us_buf text = {0};
  us_row_vec rows = {0};
  const char *slash = strrchr(path, '/');
  check(us_file_read(path, &text, &err), &err);
  check(us_rows_parse(us_buf_slice(&text), slash ? slash + 1 : path, &rows, &err), &err);
  for (size_t i = 0; i < rows.n; i++) check(us_expressions_builder_add_row(b, &rows.p[i], &err), &err);
  us_vec_free(&rows);
  us_buf_free(&text);
}

/* What everything else needs, whatever the order of the options. */
typedef struct context {
  us_forms *forms;
  us_buf syntax_text;
  us_syntax_lists lists;
  const char *wordnet, *output;
  US_VEC(const char *) rows;
} context;

static void take(context *c, int option, const char *value) {
  unspin_error err;
  if (option == 'f') check(us_forms_open(value, &c->forms, &err), &err);
  if (option == 's') {
    check(us_file_read(value, &c->syntax_text, &err), &err);
    check(us_syntax_parse(us_buf_slice(&c->syntax_text), value, &c->lists, &err), &err);
  }
  if (option == 'w') c->wordnet = value;
  if (option == 'o') c->output = value;
  if (option == 'r' && !us_vec_push(&c->rows, value)) abort();
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"forms", 1, 0, 'f'}, {"syntax", 1, 0, 's'}, {"wordnet", 1, 0, 'w'},
                                          {"rows", 1, 0, 'r'},  {"output", 1, 0, 'o'}, {0, 0, 0, 0}};
  context c = {0};
  for (int o; (o = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
    if (o == '?') return 2;
    take(&c, o, optarg);
  }
  if (!c.output || !c.forms || !c.syntax_text.n) {
    fprintf(stderr,
            "usage: unspin-compile-expressions --forms FILE --syntax FILE [--wordnet DIR] [--rows TSV]... -o FILE "
            "TXT...\n");
    return 2;
  }
  unspin_error err;
  us_syntax syntax = us_syntax_of(&c.lists);
  us_expressions_builder *b = us_expressions_builder_new(c.forms, &syntax);
  if (!b) abort();
  for (int i = optind; i < argc; i++) check(us_expressions_add_file(b, argv[i], &err), &err);
  if (c.wordnet) check(us_expressions_add_wordnet(b, c.forms, c.wordnet, &err), &err);
  for (size_t i = 0; i < c.rows.n; i++) add_rows(b, c.rows.p[i]);
  us_buf image = {0};
  check(us_expressions_builder_finish(b, &image, &err), &err);
  check(us_file_write_atomic(c.output, us_buf_slice(&image), &err), &err);
  size_t ours, all;
  us_expressions_builder_counts(b, &ours, &all);
  printf("%zu expressions, %zu of them our own\n", all, ours);
  us_buf_free(&image);
  us_expressions_builder_free(b);
  us_vec_free(&c.rows);
  us_syntax_free(&c.lists);
  us_buf_free(&c.syntax_text);
  us_forms_close(c.forms);
  return 0;
}
