/* compile_main.c - unspin-compile-forms: dict/, two spelling dictionaries and WordNet in, forms.bin out. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "forms/compile/steps.h"

typedef struct options {
  const char *dict, *hunspell, *wordnet, *output;
} options;

static bool parse(int argc, char **argv, options *o) {
  const struct {
    const char *name;
    const char **value;
  } known[] = {{"--dict", &o->dict}, {"--hunspell", &o->hunspell}, {"--wordnet", &o->wordnet}, {"-o", &o->output}};
  for (int i = 1; i < argc; i += 2) {
    size_t k = 0;
    while (k < 4 && strcmp(argv[i], known[k].name) != 0) k++;
    if (k == 4 || i + 1 == argc) return false;
    *known[k].value = argv[i + 1];
  }
  return o->dict && o->hunspell && o->wordnet && o->output;
}

static unspin_status build(lexicon *lex, const options *o, us_buf *image, unspin_error *err) {
  lex->speller = us_speller_new(o->hunspell);
  if (!lex->speller) return us_nomem(err);
  US_TRY(us_speller_load(lex->speller, err));
  US_TRY(lex_load_states(lex, o->dict, err));
  US_TRY(lex_load_counts(lex, o->dict, err));
  US_TRY(lex_load_entries(lex, o->hunspell, err));
  US_TRY(lex_load_wordnet(lex, o->wordnet, err));
  US_TRY(lex_pair_spellings(lex, o->dict, err));
  lex_share_pos(lex);
  US_TRY(lex_inflect_all(lex, o->dict, o->wordnet, err));
  US_TRY(lex_guess_pos(lex, o->dict, err));
  US_TRY(lex_load_closed(lex, o->dict, err));
  US_TRY(lex_pair_spellings(lex, o->dict, err)); /* forms have joined: colours, colors */
  return lex_write(lex, o->dict, image, err);
}

int main(int argc, char **argv) {
  options o = {0};
  if (!parse(argc, argv, &o)) {
    fputs("usage: unspin-compile-forms --dict DIR --hunspell DIR --wordnet DIR -o FILE\n", stderr);
    return 2;
  }
  unspin_error err = {0};
  lexicon lex = {0};
  us_buf image = {0};
  unspin_status status = build(&lex, &o, &image, &err);
  if (!status) status = us_file_write_atomic(o.output, us_buf_slice(&image), &err);
  if (status) fprintf(stderr, "unspin-compile-forms: %s\n", err.message);
  us_buf_free(&image);
  lex_free(&lex);
  return status ? 1 : 0;
}
