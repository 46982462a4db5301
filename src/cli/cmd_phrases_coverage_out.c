/* cmd_phrases_coverage_out.c - what `unspin phrases coverage` found, for people and for programs. */
#include <stdio.h>
#include <string.h>

#include "cli/cmd_phrases_coverage.h"

static double share(size_t left, size_t all) { return all ? 1 - (double)left / (double)all : 0; }
static double mean(const coverage_sum *s, int source) {
  return s->words ? (double)s->candidates[source] / (double)s->words : 0;
}

/* So many candidates or fewer have 99 words of 100. */
static size_t percentile(const coverage_sum *s, int source) {
  size_t seen = 0;
  for (size_t n = 0; n <= COVERAGE_MOST; n++) {
    seen += s->counts[source][n];
    if (seen * 100 >= s->words * 99) return n;
  }
  return COVERAGE_MOST;
}

static int name_width(const coverage_report *r) {
  size_t width = strlen("in all");
  for (size_t i = 0; i < r->documents.n; i++)
    if (strlen(r->documents.p[i]->name) > width) width = strlen(r->documents.p[i]->name);
  return (int)(width > 36 ? 36 : width);
}

static void print_sum(const coverage_sum *s, int width) {
  const char *name = s->name;
  if (strlen(name) > (size_t)width) name += strlen(name) - (size_t)width;
  phrases_put(name);
  printf("%*s  %6zu  %6zu ", width - (int)strlen(name), "", s->words, s->all.substitutions);
  for (int i = 0; i < COVERAGE_SOURCES; i++) printf("  %9.3f", share(s->left[i].substitutions, s->all.substitutions));
  printf("  %6.3f  %6.1f  %4zu\n", share(s->left[0].words, s->all.words), mean(s, 0), percentile(s, 0));
}

void coverage_print_text(const coverage_report *r) {
  int width = name_width(r);
  printf("%-*s  %6s  %6s ", width, "", "words", "subst.");
  for (int i = 0; i < COVERAGE_SOURCES; i++) printf("  %9s", coverage_sources[i].key);
  printf("  %6s  %6s  %4s\n", "edits", "mean", "p99");
  for (size_t i = 0; i < r->documents.n && r->documents.n > 1; i++) print_sum(r->documents.p[i], width);
  print_sum(&r->total, width);
  printf("%-*s  %6s  %6s ", width, "candidates a word: mean", "", "");
  for (int i = 0; i < COVERAGE_SOURCES; i++) printf("  %9.1f", mean(&r->total, i));
  printf("\n%-*s  %6s  %6s ", width, "99th percentile", "", "");
  for (int i = 0; i < COVERAGE_SOURCES; i++) printf("  %9zu", percentile(&r->total, i));
  printf("\n");
  if (r->missing.n) printf("\nNot offered:\n");
  for (size_t i = 0; i < r->missing.n; i++) {
    const coverage_missing *m = &r->missing.p[i];
    printf("%6zu  %c  ", m->count, m->pos);
    phrases_put(m->spun);
    printf(" -> ");
    phrases_put(m->plain);
    printf("\n");
  }
}

static void print_sum_json(const coverage_sum *s) {
  printf("{\"document\":");
  phrases_put_json(s->name);
  printf(",\"texts\":%zu,\"words\":%zu,\"substitutions\":%zu,\"edits\":%zu,\"sources\":{", s->texts, s->words,
         s->all.substitutions, s->all.words);
  for (int i = 0; i < COVERAGE_SOURCES; i++) {
    printf("%s\"%s\":{\"substitutions\":%zu,\"edits\":%zu,\"candidates\":{\"mean\":%.4f,\"p99\":%zu}}", i ? "," : "",
           coverage_sources[i].key, s->all.substitutions - s->left[i].substitutions, s->all.words - s->left[i].words,
           mean(s, i), percentile(s, i));
  }
  printf("}}");
}

void coverage_print_json(const coverage_report *r) {
  printf("{\"documents\":[");
  for (size_t i = 0; i < r->documents.n; i++) {
    if (i) printf(",");
    print_sum_json(r->documents.p[i]);
  }
  printf("],\"all\":");
  print_sum_json(&r->total);
  printf(",\"missing\":[");
  for (size_t i = 0; i < r->missing.n; i++) {
    const coverage_missing *m = &r->missing.p[i];
    printf("%s{\"count\":%zu,\"pos\":\"%c\",\"spun\":", i ? "," : "", m->count, m->pos);
    phrases_put_json(m->spun);
    printf(",\"plain\":");
    phrases_put_json(m->plain);
    printf("}");
  }
  printf("]}\n");
}
