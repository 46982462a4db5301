/* candidates_bench DATA FILE...: how fast everything that could have stood there before is found in running text, on
 * one core, by words a second: rows of the compiled table alone (the matcher), rows and pairs of the channel as
 * candidates with their words written. Nothing is scored. Also what opening the shipped table costs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "phrases/store.h"
#include "restore/pass.h"

enum { ROUNDS = 20 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef struct bench {
  double matching, suggesting;
  uint64_t words, matches, candidates;
} bench;

static bool match_page(unspin_session *s, bench *b) {
  us_page *p = &s->page;
  const us_table *t = &s->knowledge->tables[0];
  for (uint32_t i = 0; i < p->tokens.n; i++) {
    if (!p->keys[i].open) continue;
    s->matches.n = 0;
    if (!us_matcher_find(&t->matcher, p->keys, (uint32_t)p->tokens.n, i, &s->matches)) return false;
    b->matches += s->matches.n;
  }
  return true;
}

static bool time_page(unspin_session *s, void *cookie) {
  bench *b = cookie;
  us_page *p = &s->page;
  for (size_t i = 0; i < p->tokens.n; i++) b->words += p->tokens.p[i].kind == US_TOK_WORD;
  double begin = now();
  bool ok = us_page_make_keys(s) && match_page(s, b);
  double middle = now();
  ok = ok && us_suggest(s);
  b->suggesting += now() - middle;
  b->matching += middle - begin;
  b->candidates += p->arcs.n;
  return ok;
}

/* Kilobytes of FIELD in /proc/self/smaps_rollup. */
static long memory(const char *field) {
  FILE *f = fopen("/proc/self/smaps_rollup", "r");
  char line[200];
  long sum = 0;
  while (f && fgets(line, sizeof line, f))
    if (strncmp(line, field, strlen(field)) == 0) sum += strtol(line + strlen(field), NULL, 10);
  if (f) fclose(f);
  return sum;
}

static long private_memory(void) { return memory("Private_Clean:") + memory("Private_Dirty:"); }

static void open_table(const char *dir) {
  char path[1000];
  snprintf(path, sizeof path, "%s/phrases.db", dir);
  us_store_image image;
  us_row_id_vec disabled = {0};
  us_matcher matcher;
  unspin_error err;
  long before = private_memory();
  double begin = now();
  if (us_store_map(path, &image, &disabled, &err) || us_matcher_open(image.bytes, path, &matcher, &err)) {
    fprintf(stderr, "%s\n", err.message);
    exit(1);
  }
  double took = now() - begin;
  printf("opening the shipped table: %.1f ms, %.1f MB private memory\n", took * 1e3,
         (double)(private_memory() - before) / 1024);
  us_vec_free(&disabled);
  us_store_image_free(&image);
}

int main(int argc, char **argv) {
  unspin_error err;
  unspin_knowledge *k = NULL;
  unspin_session *s = NULL;
  us_buf text = {0};
  if (argc < 3) return 2;
  open_table(argv[1]);
  for (int round = 0; round < ROUNDS; round++)
    for (int i = 2; i < argc; i++)
      if (us_file_read(argv[i], &text, &err)) return 1;
  if (unspin_knowledge_open(argv[1], &k, &err) || unspin_session_new(k, &s, &err)) {
    fprintf(stderr, "%s\n", err.message);
    return 1;
  }
  unspin_options options;
  unspin_options_init(&options);
  options.assume_spun = true;
  s->options = &options;
  bench b = {0};
  us_slice document = us_buf_slice(&text);
  if (!us_guard_set_protected(s, &options) || !us_look(s, document) || !us_each_page(s, document, time_page, &b))
    return 1;
  printf("rows found by the matcher: %.2f million words a second (%" PRIu64 " words, %.2f matches a word)\n",
         (double)b.words / b.matching / 1e6, b.words, (double)b.matches / (double)b.words);
  printf("candidates, rows and channel: %.3f million words a second (%.1f a word)\n",
         (double)b.words / b.suggesting / 1e6, (double)b.candidates / (double)b.words);
  unspin_session_free(s);
  unspin_knowledge_close(k);
  us_buf_free(&text);
  return 0;
}
