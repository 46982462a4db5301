/* unspin-compile-phrases -o OUT.db --syntax FILE [--rates FILE] TSV...: text rows into the shipped phrase table (build
 * time). */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "phrases/store.h"
#include "phrases/syntax.h"

static void die(const unspin_error *err) {
  fprintf(stderr, "unspin-compile-phrases: %s\n", err->message);
  exit(1);
}

/* Rows point into the text that they were read from, so it is kept in TEXTS until the end. */
typedef US_VEC(us_buf) text_vec;

static us_slice read_or_die(const char *path, text_vec *texts) {
  unspin_error err;
  us_buf buf = {0};
  if (us_file_read(path, &buf, &err)) die(&err);
  if (!us_vec_push(texts, buf)) abort();
  return us_buf_slice(&buf);
}

static int by_id(const void *a, const void *b) {
  const us_row *x = *(us_row *const *)a, *y = *(us_row *const *)b;
  return strcmp(x->id, y->id);
}

/* Of equal ids the row that was read first. */
static int by_id_and_place(const void *a, const void *b) {
  const us_row *x = *(us_row *const *)a, *y = *(us_row *const *)b;
  int order = strcmp(x->id, y->id);
  return order ? order : (x > y) - (x < y);
}

/* A row that a spinner's own file repeats stands once, in the file that is not its own, and is noted as one of that
 * spinner's. Of two such files the first has it. */
static void join_families(us_row_vec *rows, const us_syntax *syntax) {
  us_row **sorted = malloc((rows->n + 1) * sizeof *sorted);
  if (!sorted) abort();
  for (size_t i = 0; i < rows->n; i++) sorted[i] = &rows->p[i];
  qsort(sorted, rows->n, sizeof *sorted, by_id_and_place);
  for (size_t i = 0, end; i < rows->n; i = end) {
    us_row *stays = NULL;
    for (end = i; end < rows->n && strcmp(sorted[end]->id, sorted[i]->id) == 0; end++) {
      bool own = us_family_of(syntax, sorted[end]->source) != 0;
      if (!stays || (us_family_of(syntax, stays->source) && !own)) stays = sorted[end];
    }
    for (size_t k = i; k < end; k++) {
      uint8_t family = us_family_of(syntax, sorted[k]->source);
      if (sorted[k] == stays || !family || strcmp(sorted[k]->source, stays->source) == 0) continue;
      stays->families |= family;
      sorted[k]->pos = 0; /* gone */
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < rows->n; i++)
    if (rows->p[i].pos) rows->p[kept++] = rows->p[i];
  rows->n = kept;
  free(sorted);
}

/* Rows in id order, and an error for each pair with the same id. */
static const us_row **sort_rows(const us_row_vec *rows) {
  const us_row **sorted = malloc((rows->n + 1) * sizeof *sorted);
  if (!sorted) abort();
  for (size_t i = 0; i < rows->n; i++) sorted[i] = &rows->p[i];
  qsort(sorted, rows->n, sizeof *sorted, by_id);
  bool duplicate = false;
  for (size_t i = 1; i < rows->n; i++) {
    const us_row *a = sorted[i - 1], *b = sorted[i];
    if (strcmp(a->id, b->id) != 0) continue;
    fprintf(stderr, "%s:%d: the same row as %s:%d (%.*s -> %.*s)\n", b->source, b->line, a->source, a->line,
            (int)b->spun.n, b->spun.p, (int)b->plain.n, b->plain.p);
    duplicate = true;
  }
  if (duplicate) exit(1);
  return sorted;
}

/* "id TAB spun per million TAB plain per million" lines into RATES, by id. Rows that were not counted stay at -1;
 * counts of rows that are gone are passed over. */
static void read_rates(const char *path, text_vec *texts, const us_row_vec *rows, const us_row **sorted,
                       us_row_rate *rates) {
  us_slice rest = read_or_die(path, texts), line;
  while (us_slice_cut(&rest, '\n', &line)) {
    char id[US_ROW_ID_LEN + 1];
    us_row_rate r;
    if (!line.n || line.p[0] == '#' || sscanf(line.p, "%8[0-9a-z]\t%f\t%f", id, &r.spun, &r.plain) != 3) continue;
    us_row wanted = {0};
    memcpy(wanted.id, id, sizeof wanted.id);
    const us_row *key = &wanted, **hit = bsearch(&key, sorted, rows->n, sizeof *sorted, by_id);
    if (hit) rates[*hit - rows->p] = r;
  }
}

int main(int argc, char **argv) {
  static const struct option options[] = {
      {"output", 1, 0, 'o'}, {"syntax", 1, 0, 's'}, {"rates", 1, 0, 'r'}, {0, 0, 0, 0}};
  const char *output = NULL, *syntax_path = NULL, *rates_path = NULL;
  for (int c; (c = getopt_long(argc, argv, "o:s:r:", options, NULL)) != -1;) {
    if (c == 'o') output = optarg;
    else if (c == 's') syntax_path = optarg;
    else if (c == 'r') rates_path = optarg;
    else return 1;
  }
  if (!output || !syntax_path || optind == argc) {
    fprintf(stderr, "usage: unspin-compile-phrases -o OUT.db --syntax FILE [--rates FILE] TSV...\n");
    return 1;
  }
  unspin_error err;
  text_vec texts = {0};
  us_syntax_lists lists;
  if (us_syntax_parse(read_or_die(syntax_path, &texts), syntax_path, &lists, &err)) die(&err);
  us_syntax syntax = us_syntax_of(&lists);
  us_row_vec rows = {0};
  for (int i = optind; i < argc; i++) {
    const char *slash = strrchr(argv[i], '/');
    if (us_rows_parse(read_or_die(argv[i], &texts), slash ? slash + 1 : argv[i], &rows, &err)) die(&err);
  }
  join_families(&rows, &syntax);
  const us_row **sorted = sort_rows(&rows);
  us_row_rate *rates = malloc((rows.n + 1) * sizeof *rates);
  if (!rates) abort();
  for (size_t i = 0; i < rows.n; i++) rates[i] = (us_row_rate){-1, -1};
  if (rates_path) read_rates(rates_path, &texts, &rows, sorted, rates);
  us_buf image = {0};
  if (us_matcher_build(rows.p, rates, rows.n, &syntax, &image, &err) ||
      us_store_write(output, rows.p, rates, rows.n, us_buf_slice(&image), &err))
    die(&err);
  us_buf_free(&image);
  free((void *)sorted);
  free(rates);
  us_vec_free(&rows);
  us_syntax_free(&lists);
  for (size_t i = 0; i < texts.n; i++) us_buf_free(&texts.p[i]);
  us_vec_free(&texts);
  return 0;
}
