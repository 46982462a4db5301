#include "phrases/syntax.h"

typedef US_VEC(us_slice) word_list;

static bool add_words(void *list, us_slice line) {
  word_list *out = list;
  us_slice word;
  while (us_slice_cut(&line, ' ', &word))
    if (word.n && !us_vec_push(out, word)) return false;
  return true;
}

unspin_status us_syntax_parse(us_slice text, const char *source, us_syntax_lists *out, unspin_error *err) {
  *out = (us_syntax_lists){{0}, {0}, {0}};
  us_slice line, name;
  for (int number = 1; us_slice_cut(&text, '\n', &line); number++) {
    if (!line.n || line.p[0] == '#') continue;
    us_slice_cut(&line, ':', &name);
    void *list = us_slice_eq(name, US_LIT("prepositions")) ? (void *)&out->prepositions
                 : us_slice_eq(name, US_LIT("owners"))     ? (void *)&out->owners
                 : us_slice_eq(name, US_LIT("families"))   ? (void *)&out->families
                                                           : NULL;
    if (!list || !line.p)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%d: expected 'prepositions:', 'owners:' or 'families:'", source,
                     number);
    if (!add_words(list, line)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

void us_syntax_free(us_syntax_lists *lists) {
  us_vec_free(&lists->prepositions);
  us_vec_free(&lists->owners);
  us_vec_free(&lists->families);
}
