#define _GNU_SOURCE
#include "batch/walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/vec.h"
#include "batch/seen.h"

typedef struct entry {
  char *name;
  unsigned char type; /* DT_ */
} entry;

/* A folder that is being read. */
typedef struct frame {
  US_VEC(entry) entries;
  size_t at;
  size_t path_n; /* of the folder's own path with a slash at its end */
  us_ignore *rules;
  dev_t device;
  ino_t inode;
  bool again; /* it was gone into before, by another path */
} frame;

struct us_walk {
  us_walk_rules rules;
  us_walk_watch watch;
  us_walk_omit omit;
  us_ignore *above; /* what holds in the root from higher up */
  us_buf path;
  size_t root_n; /* of the root's path with a slash at its end */
  US_VEC(frame) frames;
  us_seen entered; /* folders, where links are followed */
};

const char *us_skip_name(us_skip why) {
  switch (why) {
    case US_SKIP_HIDDEN: return "hidden";
    case US_SKIP_IGNORED: return "ignored";
    case US_SKIP_EXCLUDED: return "excluded";
    case US_SKIP_LINK: return "symbolic link";
    case US_SKIP_SPECIAL: return "no regular file";
    case US_SKIP_BINARY: return "binary";
    case US_SKIP_TWICE: return "named twice";
    case US_SKIP_BACKUP: return "backup";
    case US_SKIP_COUNT: break;
  }
  return "?";
}

static int by_name(const void *a, const void *b) {
  const entry *x = a, *y = b;
  return strcmp(x->name, y->name);
}

static void free_frame(us_walk *w, frame *f) {
  for (size_t i = 0; i < f->entries.n; i++) free(f->entries.p[i].name);
  us_vec_free(&f->entries);
  us_ignore_free(f->rules, w->frames.n > 1 ? w->frames.p[w->frames.n - 2].rules : w->above);
}

static bool list(DIR *dir, frame *f, bool *whole) {
  errno = 0;
  for (struct dirent *e; (e = readdir(dir));) {
    if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
    char *name = strdup(e->d_name);
    if (!name) return false;
    if (!us_vec_push(&f->entries, (entry){name, e->d_type})) {
      free(name);
      return false;
    }
    errno = 0;
  }
  *whole = errno == 0;
  if (f->entries.n) qsort(f->entries.p, f->entries.n, sizeof *f->entries.p, by_name);
  return true;
}

static void tell(us_walk *w, const unspin_error *err) {
  if (w->watch.failed) w->watch.failed(w->watch.cookie, err);
}

static void skip(us_walk *w, us_skip why) {
  if (w->watch.skipped) w->watch.skipped(w->watch.cookie, why, w->path.p);
}

static void tell_errno(us_walk *w) {
  unspin_error err;
  us_fail(&err, UNSPIN_ERR_IO, "%s: cannot read the folder: %s", w->path.p, strerror(errno));
  tell(w, &err);
}

/* A link that leads to a folder which it lies in itself. */
static bool is_loop(const us_walk *w, const struct stat *st) {
  for (size_t i = 0; i < w->frames.n; i++)
    if (w->frames.p[i].device == st->st_dev && w->frames.p[i].inode == st->st_ino) return true;
  return false;
}

/* Whether the folder was gone into before, where links are followed. */
static unspin_status enters_again(us_walk *w, const struct stat *st, bool *again, unspin_error *err) {
  *again = false;
  const uint64_t key[] = {st->st_dev, st->st_ino};
  return w->rules.follow ? us_seen_add(&w->entered, (us_slice){(const char *)key, sizeof key}, again, err) : UNSPIN_OK;
}

/* Goes into the folder that w->path names; one that cannot be read is told and passed. In a folder that is gone into
 * again links to such folders are not followed: two in each of forty folders would make 2^40 paths. */
static unspin_status enter(us_walk *w, bool link, unspin_error *err) {
  DIR *dir = opendir(w->path.p);
  struct stat st;
  if (!dir || fstat(dirfd(dir), &st) != 0) {
    tell_errno(w);
    if (dir) closedir(dir);
    return UNSPIN_OK;
  }
  if (is_loop(w, &st) || (st.st_ino == w->omit.inode && st.st_dev == w->omit.device)) {
    if (is_loop(w, &st)) skip(w, US_SKIP_LINK);
    closedir(dir);
    return UNSPIN_OK;
  }
  frame f = {.device = st.st_dev, .inode = st.st_ino};
  unspin_status status = enters_again(w, &st, &f.again, err);
  bool both = link && f.again && w->frames.n && w->frames.p[w->frames.n - 1].again;
  if (both) skip(w, US_SKIP_LINK);
  if (status || both) {
    closedir(dir);
    return status;
  }
  us_ignore *above = w->frames.n ? w->frames.p[w->frames.n - 1].rules : w->above;
  f.rules = above;
  bool whole = true;
  if (!list(dir, &f, &whole)) status = us_nomem(err);
  if (!whole) tell_errno(w); /* what could be read is done */
  closedir(dir);
  unspin_error trouble;
  bool slash = w->path.p[w->path.n - 1] == '/';
  size_t below = w->frames.n ? w->path.n + !slash - w->root_n : 0;
  if (!status && !w->rules.no_ignore && us_ignore_read(w->path.p, "", below, above, &f.rules, &trouble))
    tell(w, &trouble);
  if (!slash) us_buf_putc(&w->path, '/');
  f.path_n = w->path.n;
  if (!w->frames.n) w->root_n = w->path.n;
  if (!status && (w->path.failed || !us_vec_push(&w->frames, f))) status = us_nomem(err);
  if (status) {
    for (size_t i = 0; i < f.entries.n; i++) free(f.entries.p[i].name);
    us_vec_free(&f.entries);
    us_ignore_free(f.rules, above);
  }
  return status;
}

/* What the entry at w->path is, links followed if the rules say so. DT_UNKNOWN: it is gone or cannot be seen. */
static unsigned char type_of(us_walk *w, unsigned char type, bool *link) {
  *link = type == DT_LNK;
  if (type == DT_REG || type == DT_DIR || (type == DT_LNK && !w->rules.follow)) return type;
  if (type != DT_LNK && type != DT_UNKNOWN) return type;
  struct stat st;
  if (lstat(w->path.p, &st) != 0) return DT_UNKNOWN;
  *link = S_ISLNK(st.st_mode);
  if (S_ISLNK(st.st_mode) && (!w->rules.follow || stat(w->path.p, &st) != 0)) return DT_LNK;
  if (S_ISREG(st.st_mode)) return DT_REG;
  return S_ISDIR(st.st_mode) ? DT_DIR : DT_FIFO;
}

/* Whether the rules leave out NAME, which stands at the end of w->path. */
static bool left_out(const us_walk_rules *rules, const us_ignore *ignore, const char *name, const char *below,
                     bool is_dir, us_skip *why) {
  if (name[0] == '.' && !rules->hidden) *why = US_SKIP_HIDDEN;
  else if (us_ignored(ignore, below, is_dir)) *why = US_SKIP_IGNORED;
  else if (us_ignored(rules->exclude, below, is_dir)) *why = US_SKIP_EXCLUDED;
  else if (!is_dir && rules->include && !us_ignored(rules->include, below, false)) *why = US_SKIP_EXCLUDED;
  else return false;
  return true;
}

/* Looks at one entry; true if it is a file to be done. */
static bool take(us_walk *w, const entry *e, unspin_status *status, unspin_error *err) {
  us_ignore *ignore = w->frames.p[w->frames.n - 1].rules;
  bool link;
  unsigned char type = type_of(w, e->type, &link);
  us_skip why;
  if (strcmp(e->name, US_JOB_FOLDER) == 0) return false;
  if (left_out(&w->rules, ignore, e->name, w->path.p + w->root_n, type == DT_DIR, &why)) skip(w, why);
  else if (type == DT_REG || type == DT_UNKNOWN) return true; /* reading will tell what is wrong with it */
  else if (type == DT_DIR) *status = enter(w, link, err);
  else skip(w, type == DT_LNK ? US_SKIP_LINK : US_SKIP_SPECIAL);
  return false;
}

unspin_status us_walk_open(const char *root, const us_walk_rules *rules, const us_walk_watch *watch, us_walk_omit omit,
                           us_walk **out, unspin_error *err) {
  *out = NULL;
  us_walk *w = calloc(1, sizeof *w);
  if (!w) return us_nomem(err);
  w->rules = *rules;
  w->watch = *watch;
  w->omit = omit;
  us_buf_puts(&w->path, root);
  unspin_status status = w->path.failed ? us_nomem(err) : UNSPIN_OK;
  if (!status && !rules->no_ignore) status = us_ignore_above(root, &w->above, err);
  if (!status) status = enter(w, false, err);
  if (status) us_walk_close(w);
  else *out = w;
  return status;
}

unspin_status us_walk_next(us_walk *w, const char **path, const char **below, unspin_error *err) {
  *path = NULL;
  unspin_status status = UNSPIN_OK;
  while (!status && w->frames.n) {
    frame *f = &w->frames.p[w->frames.n - 1];
    w->path.n = f->path_n;
    w->path.p[w->path.n] = 0;
    if (f->at == f->entries.n) {
      free_frame(w, f);
      w->frames.n--;
      continue;
    }
    entry e = f->entries.p[f->at++];
    us_buf_puts(&w->path, e.name);
    if (w->path.failed) return us_nomem(err);
    if (!take(w, &e, &status, err)) continue;
    *path = w->path.p;
    *below = w->path.p + w->root_n;
    break;
  }
  return status;
}

void us_walk_close(us_walk *w) {
  if (!w) return;
  for (; w->frames.n; w->frames.n--) free_frame(w, &w->frames.p[w->frames.n - 1]);
  us_vec_free(&w->frames);
  us_ignore_free(w->above, NULL);
  us_seen_free(&w->entered);
  us_buf_free(&w->path);
  free(w);
}

/* One folder after the other on the way to the file; LEVELS are the rules met so far. */
static unspin_status check_parts(const us_walk_rules *rules, char *path, us_ignore **levels, bool *excluded,
                                 us_skip *why, unspin_error *err) {
  for (char *slash = strchr(path, '/'), *name = path; !*excluded; name = slash + 1, slash = strchr(name, '/')) {
    if (slash) *slash = 0;
    *excluded = left_out(rules, *levels, name, path, slash != NULL, why);
    size_t below = slash ? (size_t)(slash + 1 - path) : 0;
    unspin_status status = UNSPIN_OK;
    if (slash && !*excluded && !rules->no_ignore) status = us_ignore_read(path, "", below, *levels, levels, err);
    if (!slash || status) return status;
    *slash = '/';
  }
  return UNSPIN_OK;
}

unspin_status us_walk_excludes(const us_walk_rules *rules, const char *path, bool *excluded, us_skip *why,
                               unspin_error *err) {
  *excluded = false;
  while (strncmp(path, "./", 2) == 0) path += 2;
  us_ignore *levels = NULL;
  bool inside = path[0] != '/' && strncmp(path, "../", 3) != 0; /* ignore files elsewhere are not ours to find */
  if (inside && !rules->no_ignore) {
    US_TRY(us_ignore_above(".", &levels, err));
    us_ignore *above = levels;
    unspin_status status = us_ignore_read(".", "", 0, above, &levels, err);
    if (status) {
      us_ignore_free(above, NULL);
      return status;
    }
  }
  while (!inside && *path == '/') path++;
  us_walk_rules here = *rules;
  here.no_ignore |= !inside;
  here.hidden |= !inside;
  char *copy = strdup(path);
  unspin_status status = copy ? check_parts(&here, copy, &levels, excluded, why, err) : us_nomem(err);
  free(copy);
  us_ignore_free(levels, NULL);
  return status;
}
