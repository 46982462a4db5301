#include "measure/blank.h"

bool us_blank_word(us_slice *rest, us_slice *word) {
  size_t at = 0, begin = 0;
  bool inside = false;
  while (at < rest->n) {
    int32_t cp;
    size_t step = us_utf8_next(*rest, at, &cp);
    if (us_is_blank(cp)) {
      if (inside) break;
    } else if (!inside) {
      inside = true;
      begin = at;
    }
    at += step;
  }
  *word = us_slice_sub(*rest, inside ? begin : at, at);
  *rest = us_slice_sub(*rest, at, rest->n);
  return inside;
}

us_slice us_blank_rstrip(us_slice s) {
  while (s.n) {
    size_t last = us_utf8_prev(s, s.n);
    int32_t cp;
    us_utf8_next(s, last, &cp);
    if (!us_is_blank(cp)) break;
    s.n = last;
  }
  return s;
}
