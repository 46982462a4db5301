#include <stdlib.h>

#include "base/file.h"
#include "forms/compile/read.h"
#include "forms/compile/steps.h"

/* A sense counts a little even where the tagged text of WordNet never had it. */
#define SENSE_WEIGHT 0.2

static const struct {
  const char *file;
  us_pos pos;
} INDEX[] = {
    {"index.noun", US_POS_NOUN}, {"index.verb", US_POS_VERB}, {"index.adj", US_POS_ADJ}, {"index.adv", US_POS_ADV}};

static unspin_status read_all(const char *dir, const char *name, us_buf *text, unspin_error *err) {
  us_buf path = {0};
  us_buf_printf(&path, "%s/%s", dir, name);
  unspin_status status = path.failed ? us_nomem(err) : us_file_read(path.p, text, err);
  us_buf_free(&path);
  return status;
}

/* Lines are "lemma pos senses ...", lemmas of several words joined by "_"; the licence at the top begins with a blank.
 */
static unspin_status load_index(lexicon *lex, const char *dir, const char *name, us_pos pos, unspin_error *err) {
  us_buf text = {0};
  unspin_status status = read_all(dir, name, &text, err);
  us_slice rest = us_buf_slice(&text), line, lemma, field;
  while (!status && us_slice_cut(&rest, '\n', &line)) {
    double senses = 1;
    if (!line.n || line.p[0] == ' ' || !us_slice_cut(&line, ' ', &lemma) || !lex_is_word(lemma)) continue;
    if (!us_slice_cut(&line, ' ', &field) || !us_slice_cut(&line, ' ', &field) || !read_number(field, &senses))
      continue;
    lex_id id = lex_find(lex, lemma);
    if (id == LEX_NONE && !lex_spell(lex, lemma)) continue;
    if (id == LEX_NONE) id = lex_add(lex, lemma);
    if (id == LEX_NONE) break;
    lex_word *w = lex_at(lex, id);
    bool name_only = (w->flags & (US_WF_NAME | US_WF_LOWER)) == US_WF_NAME;
    if (!name_only || pos != US_POS_NOUN) w->pos[pos] += SENSE_WEIGHT * senses;
  }
  us_buf_free(&text);
  return status ? status : lex->failed ? us_nomem(err) : UNSPIN_OK;
}

/* Lines are "lemma%type:... sense count"; types 1 noun, 2 verb, 3 and 5 adjective, 4 adverb. */
static unspin_status load_counts(lexicon *lex, const char *dir, unspin_error *err) {
  static const us_pos TYPE[] = {US_POS_NONE, US_POS_NOUN, US_POS_VERB, US_POS_ADJ, US_POS_ADV, US_POS_ADJ};
  us_buf text = {0};
  unspin_status status = read_all(dir, "cntlist.rev", &text, err);
  us_slice rest = us_buf_slice(&text), line, lemma;
  while (!status && us_slice_cut(&rest, '\n', &line)) {
    if (!us_slice_cut(&line, '%', &lemma) || !line.n || line.p[0] < '1' || line.p[0] > '5') continue;
    us_pos pos = TYPE[line.p[0] - '0'];
    size_t blank = line.n;
    while (blank > 0 && line.p[blank - 1] != ' ') blank--;
    double count;
    lex_id id = lex_find(lex, lemma);
    if (id == LEX_NONE || !read_number(us_slice_sub(line, blank, line.n), &count)) continue;
    if (lex_at(lex, id)->pos[pos] > 0) lex_at(lex, id)->pos[pos] += count;
  }
  us_buf_free(&text);
  return status;
}

unspin_status lex_load_wordnet(lexicon *lex, const char *wordnet, unspin_error *err) {
  for (size_t i = 0; i < sizeof INDEX / sizeof *INDEX; i++)
    US_TRY(load_index(lex, wordnet, INDEX[i].file, INDEX[i].pos, err));
  return load_counts(lex, wordnet, err);
}
