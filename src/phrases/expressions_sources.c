/* expressions_sources.c - expressions from text files of ours and from WordNet. */
#include <stdio.h>

#include "phrases/expressions_build.h"
#include "phrases/wordnet.h"

/* A word that 75 million words of text hold less often stands in no expression that an author would use. */
enum { LEAST_COUNT = 60 };

static unspin_status add_line(us_expressions_builder *b, us_slice line, const char *where, unspin_error *err) {
  us_slice phrase;
  us_slice_cut(&line, '\t', &phrase);
  if (!phrase.n || line.n != 1 || !strchr("vnarx", line.p[0]))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: expected an expression and a part of speech (v n a r x)", where);
  return us_expressions_builder_add(b, phrase, line.p[0], true, where, err);
}

unspin_status us_expressions_add_file(us_expressions_builder *b, const char *path, unspin_error *err) {
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, err);
  us_slice rest = us_buf_slice(&text), line;
  const char *slash = strrchr(path, '/');
  for (int number = 1; !status && us_slice_cut(&rest, '\n', &line); number++) {
    char where[256];
    snprintf(where, sizeof where, "%s:%d", slash ? slash + 1 : path, number);
    if (line.n && line.p[0] != '#') status = add_line(b, line, where, err);
  }
  us_buf_free(&text);
  return status;
}

/* ---- WordNet ---- */

static const struct {
  const char *name;
  char pos;
} FILES[] = {{"noun", 'n'}, {"verb", 'v'}, {"adj", 'x'}, {"adv", 'x'}};

/* Lower case, no digits, every word common enough. */
static bool is_wanted(const us_forms *forms, us_slice phrase) {
  us_slice word;
  size_t words = 0;
  for (size_t i = 0; i < phrase.n; i++)
    if (!((phrase.p[i] >= 'a' && phrase.p[i] <= 'z') || memchr(" -'", phrase.p[i], 3))) return false;
  while (us_slice_cut(&phrase, ' ', &word)) {
    words++;
    if (us_forms_count(forms, us_forms_word(forms, word)) < LEAST_COUNT) return false;
  }
  return words > 1;
}

static unspin_status add_data(us_expressions_builder *b, const us_forms *forms, us_slice rest, char pos,
                              unspin_error *err) {
  us_wordnet_synset s;
  us_buf text = {0};
  unspin_status status = UNSPIN_OK;
  while (!status && us_wordnet_next(&rest, &s)) {
    us_slice members = s.members, word;
    for (unsigned k = 0; !status && k < s.count && us_wordnet_member(&members, &word); k++) {
      us_slice phrase = us_wordnet_spaced(word, &text);
      if (is_wanted(forms, phrase)) status = us_expressions_builder_add(b, phrase, pos, false, "WordNet", err);
    }
  }
  if (!status && text.failed) status = us_nomem(err);
  us_buf_free(&text);
  return status;
}

unspin_status us_expressions_add_wordnet(us_expressions_builder *b, const us_forms *forms, const char *dir,
                                         unspin_error *err) {
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; !status && i < sizeof FILES / sizeof *FILES; i++) {
    us_buf data = {0};
    status = us_wordnet_read(dir, "data", FILES[i].name, &data, err);
    if (!status) status = add_data(b, forms, us_buf_slice(&data), FILES[i].pos, err);
    us_buf_free(&data);
  }
  return status;
}
