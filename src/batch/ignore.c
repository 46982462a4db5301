#define _GNU_SOURCE /* realpath */
#include "batch/ignore.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "batch/glob.h"

enum { LARGEST = 1 << 20 }; /* bytes of a file of rules */

typedef struct rule {
  us_slice pattern; /* in TEXT */
  bool negated, dirs_only;
  bool anchored; /* has a slash: fits the whole path, not any name on it */
} rule;

struct us_ignore {
  us_ignore *above;
  us_buf text; /* of both files */
  us_buf lead;
  size_t below;
  US_VEC(rule) rules;
};

static us_slice without_trailing_blanks(us_slice line) {
  if (line.n && line.p[line.n - 1] == '\r') line.n--;
  while (line.n && line.p[line.n - 1] == ' ' && !(line.n > 1 && line.p[line.n - 2] == '\\')) line.n--;
  return line;
}

static bool add_rule(us_ignore *set, us_slice line) {
  line = without_trailing_blanks(line);
  if (!line.n || line.p[0] == '#') return true;
  rule r = {0};
  if (line.p[0] == '!') {
    r.negated = true;
    line = us_slice_sub(line, 1, line.n);
  }
  if (line.n && line.p[line.n - 1] == '/') {
    r.dirs_only = true;
    line.n--;
  }
  r.anchored = line.n && memchr(line.p, '/', line.n) != NULL;
  if (line.n && line.p[0] == '/') line = us_slice_sub(line, 1, line.n);
  if (!line.n) return true;
  r.pattern = line;
  return us_vec_push(&set->rules, r);
}

static bool cut_rules(us_ignore *set) {
  us_slice rest = us_buf_slice(&set->text), line;
  if (rest.n >= 3 && memcmp(rest.p, "\xEF\xBB\xBF", 3) == 0) rest = us_slice_sub(rest, 3, rest.n);
  while (us_slice_cut(&rest, '\n', &line))
    if (!add_rule(set, line)) return false;
  return true;
}

/* Reads on to the end, but not without one. */
static unspin_status append_rules(int fd, const char *path, us_buf *text, unspin_error *err) {
  size_t begin = text->n;
  ssize_t n = 1;
  while (n && text->n - begin <= LARGEST) {
    if (!us_buf_reserve(text, LARGEST / 16)) return us_nomem(err);
    do n = read(fd, text->p + text->n, LARGEST / 16);
    while (n < 0 && errno == EINTR);
    if (n < 0) return us_fail(err, UNSPIN_ERR_IO, "%s: cannot read: %s", path, strerror(errno));
    text->n += (size_t)n;
  }
  if (n) return us_fail(err, UNSPIN_ERR_LIMIT, "%s: is larger than %d KiB", path, LARGEST / 1024);
  us_buf_putc(text, '\n');
  return UNSPIN_OK;
}

/* A folder may have come from a stranger: what has the name and is no regular file (a FIFO that nobody writes to, a
 * link to a device) is as good as not there, as for git. */
static unspin_status append_file(const char *dir, const char *name, us_buf *text, unspin_error *err) {
  us_buf path = {0};
  us_buf_printf(&path, "%s%s%s", dir, *dir && dir[strlen(dir) - 1] == '/' ? "" : "/", name);
  unspin_status status = UNSPIN_OK;
  struct stat st;
  if (path.failed) status = us_nomem(err);
  else if (stat(path.p, &st) == 0 && S_ISREG(st.st_mode)) {
    int fd = open(path.p, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) status = us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", path.p, strerror(errno));
    else status = append_rules(fd, path.p, text, err);
    if (fd >= 0) close(fd);
  }
  us_buf_free(&path);
  return status;
}

unspin_status us_ignore_read(const char *dir, const char *lead, size_t below, us_ignore *above, us_ignore **out,
                             unspin_error *err) {
  *out = above;
  us_buf text = {0};
  unspin_status status = append_file(dir, ".gitignore", &text, err);
  if (!status) status = append_file(dir, ".unspinignore", &text, err);
  us_ignore *set = !status && text.n ? calloc(1, sizeof *set) : NULL;
  if (!status && text.n && !set) status = us_nomem(err);
  if (!set) {
    us_buf_free(&text);
    return status;
  }
  set->above = above;
  set->text = text;
  set->below = below;
  us_buf_puts(&set->lead, lead);
  if (text.failed || set->lead.failed || !cut_rules(set)) {
    us_ignore_free(set, above);
    return us_nomem(err);
  }
  *out = set;
  return UNSPIN_OK;
}

/* The length of the path of the folder above ROOT[0, n) that holds .git; 0 if there is none. */
static size_t repository_of(const char *root, size_t n) {
  us_buf path = {0};
  for (; n > 0; n--) {
    if (root[n] != '/' && root[n]) continue;
    us_buf_clear(&path);
    us_buf_append(&path, (us_slice){root, n});
    us_buf_puts(&path, "/.git");
    if (path.failed || access(path.p, F_OK) == 0) break;
  }
  us_buf_free(&path);
  return n;
}

static unspin_status read_above(char *root, size_t top, us_ignore **out, unspin_error *err) {
  size_t n = strlen(root);
  for (size_t i = top; i < n; i++) {
    if (root[i] != '/') continue;
    us_buf lead = {0};
    us_buf_puts(&lead, root + i + 1);
    us_buf_putc(&lead, '/');
    root[i] = 0;
    us_ignore *above = *out;
    unspin_status status = lead.failed ? us_nomem(err) : us_ignore_read(root, lead.p, 0, above, out, err);
    root[i] = '/';
    us_buf_free(&lead);
    if (status) return status;
  }
  return UNSPIN_OK;
}

unspin_status us_ignore_above(const char *root, us_ignore **out, unspin_error *err) {
  *out = NULL;
  char *real = realpath(root, NULL);
  if (!real) return UNSPIN_OK; /* whoever walks will say what is wrong with it */
  size_t top = repository_of(real, strlen(real));
  unspin_status status = top ? read_above(real, top, out, err) : UNSPIN_OK;
  free(real);
  if (status) us_ignore_free(*out, NULL);
  if (status) *out = NULL;
  return status;
}

unspin_status us_ignore_patterns(const char *const *patterns, size_t n, us_ignore **out, unspin_error *err) {
  *out = NULL;
  if (!n) return UNSPIN_OK;
  us_ignore *set = calloc(1, sizeof *set);
  if (!set) return us_nomem(err);
  for (size_t i = 0; i < n; i++) {
    us_buf_puts(&set->text, patterns[i]);
    us_buf_putc(&set->text, '\n');
  }
  if (set->text.failed || !cut_rules(set)) {
    us_ignore_free(set, NULL);
    return us_nomem(err);
  }
  *out = set;
  return UNSPIN_OK;
}

static bool fits(const rule *r, us_slice path, us_slice name, bool is_dir) {
  if (r->dirs_only && !is_dir) return false;
  return us_glob_match(r->pattern, r->anchored ? path : name);
}

/* 1: left out, 0: taken, -1: no rule says so. */
static int verdict(const us_ignore *set, us_slice path, us_slice name, bool is_dir) {
  for (size_t i = set->rules.n; i-- > 0;)
    if (fits(&set->rules.p[i], path, name, is_dir)) return !set->rules.p[i].negated;
  return -1;
}

bool us_ignored(const us_ignore *rules, const char *path, bool is_dir) {
  const char *slash = strrchr(path, '/');
  us_slice name = us_slice_of(slash ? slash + 1 : path);
  us_buf joined = {0};
  int answer = -1;
  for (const us_ignore *set = rules; set && answer < 0; set = set->above) {
    us_slice own = us_slice_of(path);
    own = us_slice_sub(own, set->below < own.n ? set->below : own.n, own.n);
    if (set->lead.n) {
      us_buf_clear(&joined);
      us_buf_append(&joined, us_buf_slice(&set->lead));
      us_buf_append(&joined, own);
      own = us_buf_slice(&joined);
    }
    answer = verdict(set, own, name, is_dir);
  }
  us_buf_free(&joined);
  return answer == 1;
}

void us_ignore_free(us_ignore *rules, const us_ignore *above) {
  while (rules && rules != above) {
    us_ignore *next = rules->above;
    us_buf_free(&rules->text);
    us_buf_free(&rules->lead);
    us_vec_free(&rules->rules);
    free(rules);
    rules = next;
  }
}
