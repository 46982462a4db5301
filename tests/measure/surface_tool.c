/* surface_tool: the measures of lines "text TAB reference [TAB reference]...", a line of figures for each and one for
 * all together: BLEU, chrF2, chrF++, TER, then the counts behind BLEU and TER. For test_surface.py. */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure/surface.h"

enum { MOST_REFERENCES = 8 };

static void print(const us_surface_counts *c) {
  us_surface_scores s = us_surface_score(c);
  printf("%.17g\t%.17g\t%.17g\t%.17g", s.bleu, s.chrf2, s.chrf_plus, s.ter);
  for (int i = 0; i < US_BLEU_ORDERS; i++) printf("\t%" PRIu64 "/%" PRIu64, c->bleu.matches[i], c->bleu.totals[i]);
  printf("\t%" PRIu64 "\t%.17g\n", c->ter.edits, c->ter.reference_words);
}

int main(void) {
  us_surface surface = {0};
  us_surface_counts all = {0};
  char *line = NULL;
  size_t room = 0;
  for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
    us_slice rest = {line, (size_t)(line[n - 1] == '\n' ? n - 1 : n)}, text = {0}, references[MOST_REFERENCES];
    size_t count = 0;
    us_slice_cut(&rest, '\t', &text);
    while (count < MOST_REFERENCES && us_slice_cut(&rest, '\t', &references[count])) count++;
    us_surface_counts counts = {0};
    if (!count || !us_surface_add(&surface, text, references, count, &counts)) return EXIT_FAILURE;
    us_surface_sum(&all, &counts);
    print(&counts);
  }
  print(&all);
  free(line);
  us_surface_free(&surface);
  return EXIT_SUCCESS;
}
