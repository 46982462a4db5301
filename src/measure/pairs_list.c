#define _POSIX_C_SOURCE 200809L
#include "measure/pairs_list.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/buf.h"

enum { DEPTH_MAX = 64 };

static bool ends_with(const char *path, const char *ending) {
  size_t n = strlen(path), m = strlen(ending);
  return n > m && memcmp(path + n - m, ending, m) == 0 && path[n - m - 1] != '/';
}

/* Both halves of a pair of documents are DOCUMENTS here. */
static us_pair_kind kind_of(const char *path) {
  if (ends_with(path, US_PAIR_SPUN) || ends_with(path, US_PAIR_PLAIN)) return US_PAIR_DOCUMENTS;
  if (ends_with(path, ".txt")) return US_PAIR_MARKUP;
  if (ends_with(path, ".jsonl")) return US_PAIR_JSONL;
  return ends_with(path, ".tsv") ? US_PAIR_TSV : US_PAIR_NONE;
}

static bool is_file(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* PATH with its ending OLD replaced by FRESH; NULL when out of memory. */
static char *with_ending(us_arena *arena, const char *path, const char *old, const char *fresh) {
  size_t n = strlen(path) - strlen(old), m = strlen(fresh);
  char *p = us_arena_alloc(arena, n + m + 1);
  if (!p) return NULL;
  memcpy(p, path, n);
  memcpy(p + n, fresh, m + 1);
  return p;
}

/* The directory of a text, the file itself of what holds many pairs. */
static const char *suite_of(us_arena *arena, const char *path, us_pair_kind kind) {
  if (kind == US_PAIR_JSONL || kind == US_PAIR_TSV) return path;
  const char *slash = strrchr(path, '/');
  if (!slash) return ".";
  return us_arena_copy(arena, (us_slice){path, slash == path ? 1 : (size_t)(slash - path)});
}

static unspin_status add_file(us_pair_list *list, const char *path, us_pair_kind kind, unspin_error *err) {
  if (kind == US_PAIR_DOCUMENTS) {
    bool plain = ends_with(path, US_PAIR_PLAIN);
    const char *have = plain ? US_PAIR_PLAIN : US_PAIR_SPUN, *want = plain ? US_PAIR_SPUN : US_PAIR_PLAIN;
    char *partner = with_ending(&list->arena, path, have, want);
    if (!partner) return us_nomem(err);
    if (!is_file(partner)) return us_fail(err, UNSPIN_ERR_INVALID, "%s: has no partner: %s is missing", path, partner);
    if (plain) path = partner;
  }
  const char *suite = suite_of(&list->arena, path, kind);
  if (!suite || !us_vec_push(&list->files, (us_pair_file){path, suite, kind})) return us_nomem(err);
  return UNSPIN_OK;
}

static unspin_status add_directory(us_pair_list *list, const char *path, int depth, unspin_error *err);

/* What a directory holds: links to directories are not followed, lest they lead in circles. */
static unspin_status add_entry(us_pair_list *list, const char *directory, const char *name, int depth,
                               unspin_error *err) {
  us_buf buf = {0};
  us_buf_puts(&buf, directory);
  if (!ends_with(directory, "/") && strcmp(directory, "/") != 0) us_buf_putc(&buf, '/');
  us_buf_puts(&buf, name);
  const char *path = buf.failed ? NULL : us_arena_copy(&list->arena, us_buf_slice(&buf));
  us_buf_free(&buf);
  if (!path) return us_nomem(err);
  struct stat st;
  if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) return add_directory(list, path, depth + 1, err);
  us_pair_kind kind = kind_of(path);
  return kind == US_PAIR_NONE || !is_file(path) ? UNSPIN_OK : add_file(list, path, kind, err);
}

static unspin_status add_directory(us_pair_list *list, const char *path, int depth, unspin_error *err) {
  if (depth > DEPTH_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "%s: nested too deep", path);
  struct dirent **entries = NULL;
  int n = scandir(path, &entries, NULL, alphasort);
  if (n < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read the directory: %s", path, strerror(errno));
  unspin_status status = UNSPIN_OK;
  for (int i = 0; i < n; i++) {
    if (!status && entries[i]->d_name[0] != '.') status = add_entry(list, path, entries[i]->d_name, depth, err);
    free(entries[i]);
  }
  free(entries);
  return status;
}

unspin_status us_pair_list_add(us_pair_list *list, const char *path, unspin_error *err) {
  struct stat st;
  if (stat(path, &st) != 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
  char *copy = us_arena_copy(&list->arena, us_slice_of(path));
  if (!copy) return us_nomem(err);
  size_t n = strlen(copy);
  while (n > 1 && copy[n - 1] == '/') copy[--n] = 0;
  if (!S_ISDIR(st.st_mode)) {
    us_pair_kind kind = kind_of(copy);
    if (kind != US_PAIR_NONE) return add_file(list, copy, kind, err);
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: no file of pairs: expected .jsonl, .tsv or .txt", path);
  }
  size_t before = list->files.n;
  US_TRY(add_directory(list, copy, 0, err));
  if (list->files.n > before) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: holds no pairs (.txt, .jsonl, .tsv)", path);
}

typedef struct ranked {
  const char *path;
  size_t rank;
} ranked;

static int by_path_and_rank(const void *a, const void *b) {
  const ranked *x = a, *y = b;
  int c = strcmp(x->path, y->path);
  return c ? c : (x->rank > y->rank) - (x->rank < y->rank);
}

unspin_status us_pair_list_unique(us_pair_list *list, unspin_error *err) {
  size_t n = list->files.n, kept = 0;
  ranked *order = calloc(n + 1, sizeof *order);
  if (!order) return us_nomem(err);
  for (size_t i = 0; i < n; i++) order[i] = (ranked){list->files.p[i].path, i};
  qsort(order, n, sizeof *order, by_path_and_rank);
  for (size_t i = 1; i < n; i++)
    if (strcmp(order[i].path, order[i - 1].path) == 0) list->files.p[order[i].rank].kind = US_PAIR_NONE;
  for (size_t i = 0; i < n; i++)
    if (list->files.p[i].kind != US_PAIR_NONE) list->files.p[kept++] = list->files.p[i];
  list->files.n = kept;
  free(order);
  return UNSPIN_OK;
}

void us_pair_list_free(us_pair_list *list) {
  us_vec_free(&list->files);
  us_arena_free(&list->arena);
}
