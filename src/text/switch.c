#include "text/switch.h"

/* Any byte beyond ASCII is taken for no letter: a dash or a quotation mark may follow. */
static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

size_t us_switch_at(us_slice text, size_t at, bool *off) {
  const us_slice words[] = {US_LIT("unspin:off"), US_LIT("unspin:on")};
  us_slice rest = us_slice_sub(text, at, text.n);
  if (at > 0 && is_letter(text.p[at - 1])) return 0;
  for (size_t k = 0; k < 2; k++) {
    size_t n = words[k].n, next = n;
    if (rest.n < n || memcmp(rest.p, words[k].p, n) != 0) continue;
    if (next < rest.n && rest.p[next] == '-') next++; /* but a comment may end there: --> */
    if (next < rest.n && is_letter(rest.p[next])) continue;
    *off = k == 0;
    return n;
  }
  return 0;
}
