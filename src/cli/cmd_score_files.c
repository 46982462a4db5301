/* Which reference, text before and text after belong together: by place on the command line, or by name in folders. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cmd_score.h"

enum { DEEPEST = 40 }; /* folders in folders */

typedef enum role { ROLE_REFERENCE, ROLE_BEFORE, ROLE_AFTER, ROLE_COUNT } role;

static const char *const role_name[ROLE_COUNT] = {"reference", "text before", "text after"};
static const char *const role_words[ROLE_COUNT][4] = {
    {"plain", "original", "clean", NULL}, {"spun", "before", NULL}, {"restored", "after", NULL}};

typedef struct entry {
  char *key; /* the path below the folder, without the word that tells the role: what partners have in common */
  char *path;
  bool said; /* the name told the role */
  bool used;
} entry;

typedef US_VEC(entry) listing;

static void free_listing(listing *l) {
  for (size_t i = 0; i < l->n; i++) {
    free(l->p[i].key);
    free(l->p[i].path);
  }
  us_vec_free(l);
}

static bool no_memory(void) {
  cli_message("out of memory");
  return false;
}

static bool cannot(const char *what, const char *path) {
  cli_message("%s: cannot %s: %s", path, what, strerror(errno));
  return false;
}

static role role_of(us_slice word) {
  for (int r = 0; r < ROLE_COUNT; r++)
    for (int i = 0; role_words[r][i]; i++)
      if (us_slice_eq(word, us_slice_of(role_words[r][i]))) return (role)r;
  return ROLE_COUNT;
}

/* The role that stands in a name: "spun" in article.spun.txt. AT and END get where the word and its dot stand. */
static role role_in(const char *name, size_t *at, size_t *end) {
  const char *base = strrchr(name, '/');
  base = base ? base + 1 : name;
  const char *ending = strrchr(base, '.');
  *at = *end = strlen(name);
  if (!ending || ending == base) return ROLE_COUNT;
  const char *dot = ending - 1;
  while (dot > base && *dot != '.') dot--;
  if (dot == base || *dot != '.') return ROLE_COUNT;
  *at = (size_t)(dot - name);
  *end = (size_t)(ending - name);
  return role_of((us_slice){dot + 1, (size_t)(ending - dot - 1)});
}

/* NAME without the word for its role; NULL when out of memory. */
static char *key_of(const char *name) {
  size_t at, end;
  us_buf key = {0};
  us_slice all = us_slice_of(name);
  bool has_role = role_in(name, &at, &end) != ROLE_COUNT;
  us_buf_append(&key, us_slice_sub(all, 0, has_role ? at : all.n));
  us_buf_append(&key, us_slice_sub(all, has_role ? end : all.n, all.n));
  us_buf_append(&key, US_LIT(""));
  if (key.failed) us_buf_free(&key);
  return key.p;
}

static bool add_entry(listing *l, const char *path, const char *below, role wanted) {
  size_t at, end;
  role r = role_in(below, &at, &end);
  if (r != ROLE_COUNT && r != wanted) return true; /* another side of some pair in the same folder */
  entry e = {.key = key_of(below), .path = strdup(path), .said = r == wanted};
  if (e.key && e.path && us_vec_push(l, e)) return true;
  free(e.key);
  free(e.path);
  return no_memory();
}

static bool list_folder(listing *l, us_buf *path, size_t root, role wanted, int depth);

/* PATH is what stands in a folder. Neither hidden files nor the folders behind links are looked into. */
static bool list_one(listing *l, us_buf *path, size_t root, role wanted, int depth) {
  struct stat st, target;
  if (lstat(path->p, &st) != 0 || stat(path->p, &target) != 0) return cannot("look at it", path->p);
  if (S_ISDIR(st.st_mode)) return list_folder(l, path, root, wanted, depth + 1);
  return !S_ISREG(target.st_mode) || add_entry(l, path->p, path->p + root, wanted);
}

static bool list_folder(listing *l, us_buf *path, size_t root, role wanted, int depth) {
  if (depth > DEEPEST) {
    cli_message("%s: folders lie too deep in each other", path->p);
    return false;
  }
  DIR *folder = opendir(path->p);
  if (!folder) return cannot("open", path->p);
  bool ok = true;
  size_t length = path->n;
  for (;;) {
    errno = 0;
    const struct dirent *found = ok ? readdir(folder) : NULL;
    if (!found) {
      if (ok && errno) ok = cannot("read", path->p);
      break;
    }
    if (found->d_name[0] == '.') continue;
    us_buf_putc(path, '/');
    us_buf_puts(path, found->d_name);
    ok = path->failed ? no_memory() : list_one(l, path, root, wanted, depth);
    if (path->failed) break;
    path->n = length;
    path->p[length] = 0;
  }
  closedir(folder);
  return ok;
}

static int by_key(const void *a, const void *b) {
  const entry *x = a, *y = b;
  int c = strcmp(x->key, y->key);
  return c ? c : (int)y->said - (int)x->said;
}

/* Of two files with one key the one whose name tells its role stays. */
static bool settle(listing *l, const char *folder, role wanted) {
  if (!l->n) {
    cli_message("%s: there are no files in it", folder);
    return false;
  }
  qsort(l->p, l->n, sizeof *l->p, by_key);
  bool ok = true;
  size_t kept = 1;
  for (size_t i = 1; i < l->n; i++) {
    entry *last = &l->p[kept - 1], *e = &l->p[i];
    if (strcmp(last->key, e->key) != 0) {
      l->p[kept++] = *e;
      continue;
    }
    if (e->said) {
      cli_message("%s and %s: which of the two is the %s?", last->path, e->path, role_name[wanted]);
      ok = false;
    }
    free(e->key);
    free(e->path);
  }
  l->n = kept;
  return ok;
}

static bool list(listing *l, const char *folder, role wanted) {
  us_buf path = {0};
  us_buf_puts(&path, folder);
  while (path.n > 1 && path.p[path.n - 1] == '/') path.p[--path.n] = 0;
  bool ok = path.failed ? no_memory() : list_folder(l, &path, path.n + 1, wanted, 0) && settle(l, folder, wanted);
  us_buf_free(&path);
  return ok;
}

/* One place on the command line: a file, or a folder that was looked through. */
typedef struct place {
  const char *path; /* NULL: there is none */
  role role;
  bool is_folder;
  listing files;
} place;

static bool open_place(place *p, const char *path, role r) {
  *p = (place){.path = path, .role = r};
  struct stat st;
  if (!path || strcmp(path, "-") == 0) return true;
  if (stat(path, &st) != 0) return cannot("open", path);
  p->is_folder = S_ISDIR(st.st_mode);
  return !p->is_folder || list(&p->files, path, r);
}

/* The file at P that goes with KEY; NULL if there is none, which is said. ASKED is the file that looks for it. */
static const char *partner(place *p, const char *key, const char *asked) {
  if (!p->is_folder) return p->path;
  size_t from = 0, to = p->files.n;
  while (from < to) {
    size_t middle = (from + to) / 2;
    int c = strcmp(p->files.p[middle].key, key);
    if (c == 0) {
      p->files.p[middle].used = true;
      return p->files.p[middle].path;
    }
    if (c < 0) from = middle + 1;
    else to = middle;
  }
  cli_message("%s: has no partner: %s holds no %s of that name", asked, p->path, role_name[p->role]);
  return NULL;
}

static bool add_item(score_run *run, const char *name, const char *reference, const char *before, const char *after) {
  score_item item = {.name = strdup(name),
                     .reference = strdup(reference),
                     .before = strdup(before),
                     .after = after ? strdup(after) : NULL};
  bool whole = item.name && item.reference && item.before && (item.after || !after);
  if (whole && us_vec_push(&run->items, item)) return true;
  free(item.name);
  free(item.reference);
  free(item.before);
  free(item.after);
  return no_memory();
}

static bool pair_up(score_run *run, place *reference, place *after, const char *key, const char *before) {
  const char *found = partner(reference, key, before), *there = after->path ? partner(after, key, before) : NULL;
  if (!found || (after->path && !there)) return false;
  return add_item(run, key, found, before, there);
}

/* Where all arguments were folders, every file in the others must have been asked for. */
static bool all_used(const place *p) {
  bool ok = true;
  for (size_t i = 0; p->is_folder && i < p->files.n; i++) {
    if (p->files.p[i].used) continue;
    cli_message("%s: has no partner: there is no %s of that name", p->files.p[i].path, role_name[ROLE_BEFORE]);
    ok = false;
  }
  return ok;
}

static bool pair_file(score_run *run, place *reference, place *after, const char *path) {
  const char *given = strcmp(path, "-") == 0 && !reference->is_folder ? reference->path : path;
  const char *slash = strrchr(given, '/');
  char *key = key_of(slash ? slash + 1 : given);
  bool ok = key ? pair_up(run, reference, after, key, path) : no_memory();
  free(key);
  return ok;
}

static bool pair_folder(score_run *run, place *reference, place *after, const place *before) {
  bool ok = true;
  for (size_t i = 0; i < before->files.n; i++)
    ok &= pair_up(run, reference, after, before->files.p[i].key, before->files.p[i].path);
  return ok;
}

/* Pairs up one argument; *IS_FOLDER tells whether it is one. */
static bool pair_argument(score_run *run, place *reference, place *after, const char *path, bool *is_folder) {
  place before;
  bool ok = open_place(&before, path, ROLE_BEFORE);
  *is_folder = before.is_folder;
  if (ok && before.is_folder && after->path && !after->is_folder) {
    cli_message("%s: %s is a folder, so the text after must be one too", after->path, path);
    ok = *is_folder = false;
  } else if (ok) {
    ok = before.is_folder ? pair_folder(run, reference, after, &before) : pair_file(run, reference, after, path);
  }
  free_listing(&before.files);
  return ok;
}

static bool check_stdin(const score_run *run, char *const *arguments, size_t count) {
  size_t uses = strcmp(run->original ? run->original : run->against, "-") == 0;
  for (size_t i = 0; i < count; i++) uses += strcmp(arguments[i], "-") == 0;
  if (uses <= 1) return true;
  cli_message("score: - for standard input can stand for one text only");
  return false;
}

/* A reference is read for each text that goes with it, and standard input only once. */
static bool check_shared(const score_run *run) {
  if (run->items.n < 2 || strcmp(run->items.p[0].reference, "-") != 0) return true;
  cli_message("score: - for standard input can be the reference of one text only, and here there are %zu",
              run->items.n);
  return false;
}

bool score_find_items(score_run *run, char *const *arguments, size_t count) {
  if (!check_stdin(run, arguments, count)) return false;
  place reference, after;
  size_t befores = run->restore ? count : 1;
  bool ok = open_place(&reference, run->original ? run->original : run->against, ROLE_REFERENCE);
  ok &= open_place(&after, run->restore || count < 2 ? NULL : arguments[1], ROLE_AFTER);
  bool ready = ok, folders = true;
  for (size_t i = 0; i < befores && ready; i++) {
    bool is_folder;
    ok &= pair_argument(run, &reference, &after, arguments[i], &is_folder);
    folders &= is_folder;
  }
  if (ready && folders) {
    ok &= all_used(&reference);
    ok &= all_used(&after);
  }
  free_listing(&reference.files);
  free_listing(&after.files);
  return ok && check_shared(run);
}

void score_free_items(score_run *run) {
  for (size_t i = 0; i < run->items.n; i++) {
    score_item_unload(&run->items.p[i]);
    free(run->items.p[i].name);
    free(run->items.p[i].reference);
    free(run->items.p[i].before);
    free(run->items.p[i].after);
  }
  us_vec_free(&run->items);
}
