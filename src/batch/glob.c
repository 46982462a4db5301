#include "batch/glob.h"

/* Where to go on if what follows a star did not fit. */
typedef struct retry {
  bool set;
  size_t pattern, path;
} retry;

static bool in_class(us_slice p, size_t *at, unsigned char c, bool *matched) {
  size_t i = *at + 1;
  bool negated = i < p.n && (p.p[i] == '!' || p.p[i] == '^');
  if (negated) i++;
  bool found = false;
  for (size_t first = i; i < p.n && (p.p[i] != ']' || i == first); i++) {
    if (p.p[i] == '\\' && i + 1 < p.n) i++;
    unsigned char low = (unsigned char)p.p[i], high = low;
    if (i + 2 < p.n && p.p[i + 1] == '-' && p.p[i + 2] != ']') {
      i += 2;
      if (p.p[i] == '\\' && i + 1 < p.n) i++;
      high = (unsigned char)p.p[i];
    }
    found |= low <= c && c <= high;
  }
  if (i >= p.n) return false; /* no closing bracket: no class */
  *at = i + 1;
  *matched = found != negated;
  return true;
}

/* One byte of the path against the pattern at *AT, which is no star; moves *AT past it. */
static bool match_one(us_slice pattern, size_t *at, char c) {
  char want = pattern.p[*at];
  bool matched;
  if (want == '[' && c != '/' && in_class(pattern, at, (unsigned char)c, &matched)) return matched;
  if (want == '?') {
    (*at)++;
    return c != '/';
  }
  if (want == '\\' && *at + 1 < pattern.n) want = pattern.p[++*at];
  (*at)++;
  return want == c;
}

/* "**" as a whole part: between slashes or the ends. */
static bool is_double_star(us_slice p, size_t at) {
  return at + 1 < p.n && p.p[at + 1] == '*' && (at == 0 || p.p[at - 1] == '/') && (at + 2 == p.n || p.p[at + 2] == '/');
}

static bool go_back(us_slice path, retry *star, retry *stars, size_t *p, size_t *t) {
  if (star->set && star->path < path.n && path.p[star->path] != '/') {
    *p = star->pattern;
    *t = ++star->path;
    return true;
  }
  if (!stars->set) return false;
  const char *slash = memchr(path.p + stars->path, '/', path.n - stars->path);
  if (!slash) return false;
  star->set = false;
  *p = stars->pattern;
  *t = stars->path = (size_t)(slash - path.p) + 1;
  return true;
}

bool us_glob_match(us_slice pattern, us_slice path) {
  retry star = {0}, stars = {0};
  for (size_t p = 0, t = 0;;) {
    if (p < pattern.n && pattern.p[p] == '*') {
      if (is_double_star(pattern, p)) {
        if (p + 2 == pattern.n) return t < path.n;
        p += 3;
        stars = (retry){true, p, t};
        star.set = false;
      } else {
        while (p < pattern.n && pattern.p[p] == '*') p++;
        star = (retry){true, p, t};
      }
      continue;
    }
    if (p == pattern.n && t == path.n) return true;
    if (p < pattern.n && t < path.n && match_one(pattern, &p, path.p[t])) {
      t++;
      continue;
    }
    if (!go_back(path, &star, &stars, &p, &t)) return false;
  }
}
