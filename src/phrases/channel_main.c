/* unspin-compile-channel --forms FILE --syntax FILE [--wordnet DIR] [--mythes FILE] [--simulated FILE]...
 * [--observed FILE]... [--learned FILE] [--judged FILE]... [--rows FILE]... [--list FILE] -o OUT: thesauri, what was learned and our own
 * rows into channel.bin (build time). --list writes what --learned reads. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "phrases/channel_build.h"

static void check(unspin_status status, const unspin_error *err) {
  if (!status) return;
  fprintf(stderr, "unspin-compile-channel: %s\n", err->message);
  exit(1);
}

typedef struct context {
  us_forms *forms;
  us_buf syntax_text;
  us_syntax_lists lists;
  us_syntax syntax;
  us_channel_builder *builder;
  const char *output, *list;
  US_VEC(const char *) rows;
} context;

static void need_builder(context *c) {
  if (c->builder) return;
  if (!c->forms || !c->syntax_text.n) {
    fprintf(stderr, "unspin-compile-channel: --forms and --syntax come first\n");
    exit(2);
  }
  c->builder = us_channel_builder_new(c->forms, &c->syntax);
  if (!c->builder) abort();
}

static void take(context *c, int option, const char *value) {
  unspin_error err;
  if (option == 'f') check(us_forms_open(value, &c->forms, &err), &err);
  else if (option == 's') {
    check(us_file_read(value, &c->syntax_text, &err), &err);
    check(us_syntax_parse(us_buf_slice(&c->syntax_text), value, &c->lists, &err), &err);
    c->syntax = us_syntax_of(&c->lists);
  } else if (option == 'o') c->output = value;
  else if (option == 'l') c->list = value;
  else {
    need_builder(c);
    if (option == 'w') check(us_channel_add_wordnet(c->builder, value, &err), &err);
    if (option == 'm') check(us_channel_add_mythes(c->builder, value, &err), &err);
    if (option == 'i') check(us_channel_add_counts(c->builder, value, false, &err), &err);
    if (option == 'e') check(us_channel_add_learned(c->builder, value, &err), &err);
    if (option == 'j') check(us_channel_add_judged(c->builder, value, &err), &err);
    if (option == 'p' && !us_vec_push(&c->rows, value)) abort();
    if (option == 'r') check(us_channel_add_counts(c->builder, value, true, &err), &err);
  }
}

static void write_list(context *c) {
  unspin_error err;
  us_buf list = {0};
  if (!us_channel_builder_list(c->builder, &list)) abort();
  check(us_file_write_atomic(c->list, us_buf_slice(&list), &err), &err);
  us_buf_free(&list);
}

static int end(context *c, int status) {
  us_channel_builder_free(c->builder);
  us_vec_free(&c->rows);
  us_syntax_free(&c->lists);
  us_buf_free(&c->syntax_text);
  us_forms_close(c->forms);
  return status;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"forms", 1, 0, 'f'},
                                          {"syntax", 1, 0, 's'},
                                          {"wordnet", 1, 0, 'w'},
                                          {"mythes", 1, 0, 'm'},
                                          {"simulated", 1, 0, 'i'},
                                          {"observed", 1, 0, 'r'},
                                          {"learned", 1, 0, 'e'},
                                          {"judged", 1, 0, 'j'},
                                          {"rows", 1, 0, 'p'},
                                          {"list", 1, 0, 'l'},
                                          {"output", 1, 0, 'o'},
                                          {0, 0, 0, 0}};
  context c = {0};
  for (int o; (o = getopt_long(argc, argv, "o:", options, NULL)) != -1;) {
    if (o == '?') return end(&c, 2);
    take(&c, o, optarg);
  }
  if (!c.output || optind != argc) {
    fprintf(stderr, "usage: unspin-compile-channel --forms FILE --syntax FILE [SOURCE]... -o FILE\n");
    return end(&c, 2);
  }
  need_builder(&c);
  unspin_error err;
  if (c.rows.n) check(us_channel_add_rows(c.builder, c.rows.p, c.rows.n, &err), &err);
  us_buf image = {0};
  check(us_channel_builder_finish(c.builder, &image, &err), &err);
  check(us_file_write_atomic(c.output, us_buf_slice(&image), &err), &err);
  if (c.list) write_list(&c);
  us_buf_free(&image);
  return end(&c, 0);
}
