/* Restores standard input to standard output, and says on standard error what was done:
 *   cc example.c $(pkg-config --cflags --libs unspin) -o example
 *   ./example "$(pkg-config --variable=pkgdatadir unspin)" < spun.txt */
#include <stdio.h>
#include <unspin.h>

static int restore(unspin_session *session, const char *text, size_t len, unspin_error *err) {
  unspin_options options;
  unspin_options_init(&options);
  options.dialect = UNSPIN_DIALECT_GB;
  unspin_result *result;
  if (unspin_restore(session, text, len, &options, &result, err)) return 1;
  for (size_t i = 0; i < unspin_result_edit_count(result); i++) {
    const unspin_edit *edit = unspin_result_edit(result, i);
    fprintf(stderr, "%zu:%zu: %.*s -> %.*s (%.2f)\n", edit->line, edit->column, (int)edit->before.len,
            edit->before.text, (int)edit->after.len, edit->after.text, edit->confidence);
  }
  unspin_text plain = unspin_result_text(result);
  int failed = fwrite(plain.text, 1, plain.len, stdout) != plain.len;
  unspin_result_free(result);
  return failed;
}

int main(int argc, char **argv) {
  static char text[1 << 20];
  if (argc != 2) return 2;
  size_t len = fread(text, 1, sizeof text, stdin);
  unspin_error err = {UNSPIN_OK, ""};
  unspin_knowledge *knowledge = NULL; /* shared by all threads of a program */
  unspin_session *session = NULL;     /* one a thread */
  int failed = unspin_knowledge_open(argv[1], &knowledge, &err) || unspin_session_new(knowledge, &session, &err) ||
               restore(session, text, len, &err);
  if (failed) fprintf(stderr, "example: %s\n", err.message);
  unspin_session_free(session);
  unspin_knowledge_close(knowledge);
  return failed;
}
