#include "base/slice.h"

bool us_slice_cut(us_slice *rest, char sep, us_slice *part) {
  if (!rest->p) return false;
  const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
  if (!at) {
    *part = *rest;
    *rest = (us_slice){NULL, 0};
    return true;
  }
  size_t n = (size_t)(at - rest->p);
  *part = (us_slice){rest->p, n};
  *rest = (us_slice){at + 1, rest->n - n - 1};
  return true;
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

us_slice us_slice_trim(us_slice s) {
  while (s.n && is_blank(s.p[0])) s = us_slice_sub(s, 1, s.n);
  while (s.n && is_blank(s.p[s.n - 1])) s.n--;
  return s;
}
