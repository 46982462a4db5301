#include "phrases/syntax.h"

static bool add_words(us_syntax_lists *out, bool prepositions, us_slice line) {
  us_slice word;
  while (us_slice_cut(&line, ' ', &word)) {
    if (!word.n) continue;
    if (!(prepositions ? us_vec_push(&out->prepositions, word) : us_vec_push(&out->owners, word))) return false;
  }
  return true;
}

unspin_status us_syntax_parse(us_slice text, const char *source, us_syntax_lists *out, unspin_error *err) {
  *out = (us_syntax_lists){{0}, {0}};
  us_slice line, name;
  for (int number = 1; us_slice_cut(&text, '\n', &line); number++) {
    if (!line.n || line.p[0] == '#') continue;
    us_slice_cut(&line, ':', &name);
    bool prepositions = us_slice_eq(name, US_LIT("prepositions"));
    if ((!prepositions && !us_slice_eq(name, US_LIT("owners"))) || !line.p)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: expected 'prepositions:' or 'owners:'", source, number);
    if (!add_words(out, prepositions, line)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

void us_syntax_free(us_syntax_lists *lists) {
  us_vec_free(&lists->prepositions);
  us_vec_free(&lists->owners);
}
