#define _GNU_SOURCE
#include "cli/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static const char *const names[] = {"shipped", "system", "user", "project", "file"};

const char *cli_layer_name(cli_layer layer) { return names[layer]; }

static bool exists(const char *path) { return access(path, F_OK) == 0; }

/* ---- places ---- */

/* The first folder of $XDG_CONFIG_DIRS that holds a table; the first at all if none does. */
static void system_place(us_buf *path) {
  const char *dirs = getenv("XDG_CONFIG_DIRS");
  us_slice rest = us_slice_of(dirs && *dirs ? dirs : "/etc/xdg"), dir;
  us_buf first = {0};
  size_t begin = path->n;
  while (us_slice_cut(&rest, ':', &dir)) {
    if (!dir.n || dir.p[0] != '/') continue; /* the standard: relative ones are not to be looked at */
    path->n = begin;
    us_buf_append(path, dir);
    us_buf_puts(path, "/unspin/phrases.db");
    if (path->failed || exists(path->p + begin)) break;
    if (!first.n) us_buf_append(&first, us_slice_sub(us_buf_slice(path), begin, path->n));
    path->n = begin;
  }
  if (path->n == begin) us_buf_append(path, us_buf_slice(&first));
  path->failed |= first.failed;
  us_buf_free(&first);
}

static void user_place(us_buf *path) {
  const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
  if (data && data[0] == '/') us_buf_printf(path, "%s/unspin/phrases.db", data);
  else if (home && home[0] == '/') us_buf_printf(path, "%s/.local/share/unspin/phrases.db", home);
}

/* Found upwards; where none is found, in the working folder. */
static void project_place(us_buf *path) {
  char *cwd = getcwd(NULL, 0);
  size_t begin = path->n, n = cwd ? strlen(cwd) : 0;
  path->failed |= !cwd && errno == ENOMEM;
  while (n > 0 && !path->failed) {
    path->n = begin;
    us_buf_append(path, (us_slice){cwd, n == 1 ? 0 : n});
    us_buf_puts(path, "/.unspin/phrases.db");
    if (!path->failed && exists(path->p + begin)) break;
    path->n = begin;
    if (n == 1) break;
    while (n > 1 && cwd[n - 1] != '/') n--;
    if (n > 1) n--;
  }
  if (path->n == begin) us_buf_puts(path, ".unspin/phrases.db");
  free(cwd);
}

bool cli_table_place(const char *where, const char *data_dir, us_buf *path) {
  size_t begin = path->n;
  if (strcmp(where, names[CLI_LAYER_SHIPPED]) == 0) us_buf_printf(path, "%s/phrases.db", data_dir);
  else if (strcmp(where, names[CLI_LAYER_SYSTEM]) == 0) system_place(path);
  else if (strcmp(where, names[CLI_LAYER_USER]) == 0) user_place(path);
  else if (strcmp(where, names[CLI_LAYER_PROJECT]) == 0) project_place(path);
  else us_buf_puts(path, where);
  if (path->failed) cli_message("out of memory");
  else if (path->n == begin && strcmp(where, names[CLI_LAYER_SYSTEM]) == 0)
    cli_message("no place for the system table: XDG_CONFIG_DIRS names no folder");
  else if (path->n == begin) cli_message("no place for the %s table: neither XDG_DATA_HOME nor HOME is set", where);
  return !path->failed && path->n > begin;
}

bool cli_table_make_folder(const char *path) {
  char *copy = strdup(path);
  if (!copy) {
    cli_message("out of memory");
    return false;
  }
  bool ok = true;
  for (char *p = copy + 1; ok && (p = strchr(p, '/')); *p++ = '/') {
    *p = 0;
    if (mkdir(copy, 0777) == 0 || errno == EEXIST) continue;
    cli_message("%s: cannot make the folder: %s", copy, strerror(errno));
    ok = false;
    break;
  }
  free(copy);
  return ok;
}

/* ---- the stack ---- */

static bool add(cli_tables *out, const char *path, cli_layer layer) {
  char *copy = strdup(path);
  if (copy && us_vec_push(out, (cli_table){copy, layer})) return true;
  free(copy);
  cli_message("out of memory");
  return false;
}

/* Of the user's and the system's own the environment may name none. */
static bool has_place(cli_layer layer) {
  us_buf path = {0};
  if (layer == CLI_LAYER_USER) user_place(&path);
  else if (layer == CLI_LAYER_SYSTEM) system_place(&path);
  else return true;
  bool has = path.n || path.failed;
  us_buf_free(&path);
  return has;
}

bool cli_tables_find(const char *data_dir, const char *const *files, size_t n, cli_tables *out) {
  us_buf path = {0};
  bool ok = true;
  for (cli_layer layer = CLI_LAYER_SHIPPED; layer < CLI_LAYER_FILE && ok; layer++) {
    if (!has_place(layer)) continue;
    us_buf_clear(&path);
    ok = cli_table_place(names[layer], data_dir, &path);
    if (ok && exists(path.p)) ok = add(out, path.p, layer);
  }
  for (size_t i = 0; i < n && ok; i++) ok = add(out, files[i], CLI_LAYER_FILE);
  us_buf_free(&path);
  return ok;
}

void cli_tables_free(cli_tables *tables) {
  for (size_t i = 0; i < tables->n; i++) free(tables->p[i].path);
  us_vec_free(tables);
}

unspin_status cli_knowledge_open(const char *data_dir, const char *const *files, size_t n, unspin_knowledge **out,
                                 unspin_error *err) {
  cli_tables tables = {0};
  *out = NULL;
  *err = (unspin_error){UNSPIN_ERR_NOMEM, "out of memory"};
  unspin_status status = UNSPIN_ERR_NOMEM;
  const char **paths = NULL;
  if (cli_tables_find(data_dir, files, n, &tables) && (paths = calloc(tables.n + 1, sizeof *paths))) {
    size_t count = 0;
    for (size_t i = 0; i < tables.n; i++)
      if (tables.p[i].layer != CLI_LAYER_SHIPPED) paths[count++] = tables.p[i].path;
    status = unspin_knowledge_open_tables(data_dir, paths, count, out, err);
  }
  free(paths);
  cli_tables_free(&tables);
  return status;
}
