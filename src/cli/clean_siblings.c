/* clean_siblings.c - the texts that --siblings names: other spins of the article. */
#include "base/file.h"
#include "cli/clean_options.h"

/* Packed or in another encoding, as articles themselves may be. */
static bool open_sibling(const char *path, us_slice bytes, unspin_file **out) {
  unspin_error err;
  unspin_file_options options;
  unspin_file_options_init(&options);
  options.name = path;
  if (unspin_file_open(bytes.p, bytes.n, &options, out, &err) == UNSPIN_OK) return true;
  cli_message("--siblings: %s", err.message);
  return false;
}

static bool keep(clean_options *o, us_buf *bytes, unspin_file *file) {
  unspin_text text = unspin_file_text(file);
  if (us_vec_push(&o->siblings, text) && us_vec_push(&o->sibling_bytes, *bytes) && us_vec_push(&o->sibling_files, file))
    return true;
  unspin_file_close(file);
  cli_message("out of memory");
  return false;
}

bool clean_sibling_add(clean_options *o, const char *path) {
  unspin_error err;
  us_buf bytes = {0};
  unspin_file *file = NULL;
  if (us_file_read(path, &bytes, &err) != UNSPIN_OK) {
    cli_message("--siblings: %s", err.message);
    us_buf_free(&bytes);
    return false;
  }
  size_t before = o->sibling_bytes.n;
  bool ok = open_sibling(path, us_buf_slice(&bytes), &file) && keep(o, &bytes, file);
  if (o->sibling_bytes.n == before) us_buf_free(&bytes);
  return ok;
}

void clean_siblings_free(clean_options *o) {
  for (size_t i = 0; i < o->sibling_files.n; i++) unspin_file_close(o->sibling_files.p[i]);
  for (size_t i = 0; i < o->sibling_bytes.n; i++) us_buf_free(&o->sibling_bytes.p[i]);
  us_vec_free(&o->sibling_files);
  us_vec_free(&o->sibling_bytes);
  us_vec_free(&o->siblings);
}
