/* How fast: open, analyse, inflect, tag. usage: bench_forms FORMS.BIN SENTENCES */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "forms/forms.h"
#include "forms/tagger.h"

#define ROUNDS 300u
#define COMMON 20000u

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void report(const char *what, size_t count, double seconds) {
  printf("%-10s %9.0f a second (%zu in %.3f s)\n", what, (double)count / seconds, count, seconds);
}

int main(int argc, char **argv) {
  us_forms *forms = NULL;
  unspin_error err = {0};
  us_buf text = {0}, out = {0};
  us_token_vec tokens = {0};
  us_tag_scratch *scratch = us_tag_scratch_new();
  if (argc != 3 || !scratch) return 2;
  double begin = now();
  if (us_forms_open(argv[1], &forms, &err) || us_file_read(argv[2], &text, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return 1;
  }
  printf("%-10s %9.2f ms\n", "open", 1e3 * (now() - begin));
  size_t found = 0, count = 0;
  begin = now();
  for (unsigned round = 0; round < 20; round++)
    for (us_word w = 1; w <= COMMON; w++, count++) found += us_forms_analyse(forms, us_forms_text(forms, w)).n;
  report("analyse", count, now() - begin);
  count = 0;
  begin = now();
  for (us_word w = 1; w <= COMMON; w++)
    for (us_tag tag = US_TAG_NOUN_PL; tag <= US_TAG_VERB_ING; tag++, count++) {
      us_buf_clear(&out);
      found += us_inflect(forms, us_forms_text(forms, w), tag, UNSPIN_DIALECT_GB, &out);
    }
  report("inflect", count, now() - begin);
  if (!us_tokenize(us_buf_slice(&text), us_forms_abbreviations(forms), &tokens)) return 1;
  us_tagged *tagged = calloc(tokens.n + 1, sizeof *tagged);
  if (!tagged) return 1;
  begin = now();
  for (unsigned round = 0; round < ROUNDS; round++)
    if (!us_tag_window(forms, us_buf_slice(&text), tokens.p, tokens.n, scratch, tagged)) return 1;
  report("tag", tokens.n * ROUNDS, now() - begin);
  free(tagged);
  us_tag_scratch_free(scratch);
  us_vec_free(&tokens);
  us_buf_free(&text);
  us_buf_free(&out);
  us_forms_close(forms);
  return found ? 0 : 1;
}
