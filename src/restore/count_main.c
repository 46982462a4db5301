/* unspin-count-phrases --data DIR --syntax FILE TSV... < TEXT > RATES: how often a row would fire on clean text, and
 * how often its plain side stands there. A tool for developers: its output is data/rates.tsv (see
 * data/tools/count-rates.sh). */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "phrases/syntax.h"
#include "restore/page.h"
#include "text/window.h"

static void check(unspin_status status, const unspin_error *err) {
  if (!status) return;
  fprintf(stderr, "unspin-count-phrases: %s\n", err->message);
  exit(1);
}

static us_slice read_all(const char *path) {
  unspin_error err;
  us_buf buf = {0};
  check(us_file_read(path, &buf, &err), &err);
  return us_buf_slice(&buf); /* lives until the program ends */
}

/* One side of the rows as a matcher of its own, with a session to run it. */
typedef struct side {
  unspin_knowledge knowledge;
  unspin_session *session;
  uint64_t *count;
} side;

static void side_open(side *s, const unspin_knowledge *base, const us_row *rows, size_t n, const us_syntax *syntax,
                      const unspin_options *options) {
  unspin_error err;
  s->knowledge = *base;
  /* what fires is counted, however likely it is: no model, no other candidates */
  s->knowledge.model = NULL;
  s->knowledge.vectors = NULL;
  s->knowledge.channel = (us_channel){0};
  s->knowledge.expressions = (us_expressions){0};
  s->knowledge.table_count = 1;
  us_table *t = &s->knowledge.tables[0];
  *t = (us_table){0};
  check(us_matcher_build(rows, NULL, n, syntax, &t->image.owned, &err), &err);
  check(us_matcher_open(us_buf_slice(&t->image.owned), "rows", &t->matcher, &err), &err);
  us_knowledge_number(&s->knowledge);
  check(unspin_session_new(&s->knowledge, &s->session, &err), &err);
  s->session->options = options;
  s->session->dialect = UNSPIN_DIALECT_GB;
  s->count = calloc(n + 1, sizeof *s->count);
  if (!s->count || !us_evidence_reset(&s->session->evidence, s->knowledge.symbol_count)) abort();
}

static size_t side_count(side *s, us_slice window) {
  if (!us_page_load(s->session, window, 0) || !us_suggest(s->session)) abort();
  us_page *p = &s->session->page;
  for (size_t i = 0; i < p->arcs.n; i++)
    if (p->arcs.p[i].row && p->arcs.p[i].tag_other < 0.5f)
      s->count[p->arcs.p[i].row - s->knowledge.tables[0].matcher.rows]++;
  size_t words = 0;
  for (size_t i = 0; i < p->tokens.n; i++) words += p->tokens.p[i].kind == US_TOK_WORD;
  return words;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"data", 1, 0, 'd'}, {"syntax", 1, 0, 's'}, {0, 0, 0, 0}};
  const char *data = NULL, *syntax_path = NULL;
  for (int c; (c = getopt_long(argc, argv, "d:s:", options, NULL)) != -1;) {
    if (c == 'd') data = optarg;
    else if (c == 's') syntax_path = optarg;
    else return 1;
  }
  if (!data || !syntax_path || optind == argc) {
    fprintf(stderr, "usage: unspin-count-phrases --data DIR --syntax FILE TSV... < TEXT > RATES\n");
    return 1;
  }
  unspin_error err;
  unspin_knowledge *base;
  check(unspin_knowledge_open(data, &base, &err), &err);
  us_syntax_lists lists;
  check(us_syntax_parse(read_all(syntax_path), syntax_path, &lists, &err), &err);
  us_syntax syntax = us_syntax_of(&lists);
  us_row_vec rows = {0}, plain = {0};
  for (int i = optind; i < argc; i++) check(us_rows_parse(read_all(argv[i]), argv[i], &rows, &err), &err);
  for (size_t i = 0; i < rows.n; i++) {
    us_row r = rows.p[i];
    r.spun = r.plain;
    r.plain = US_LIT("zzz"); /* something that is put back for every match */
    r.when = (us_slice){0};
    if (!us_vec_push(&plain, r)) abort();
  }
  unspin_options opts;
  unspin_options_init(&opts);
  opts.quotes = UNSPIN_QUOTES_ALWAYS;
  side spun_side, plain_side;
  side_open(&spun_side, base, rows.p, rows.n, &syntax, &opts);
  side_open(&plain_side, base, plain.p, plain.n, &syntax, &opts);
  uint64_t words = 0;
  char line[1 << 16];
  while (fgets(line, sizeof line, stdin)) { /* a paragraph a line */
    us_slice rest = us_slice_of(line), window;
    for (size_t at = 0; us_window_next(rest, &at, &window);) {
      words += side_count(&spun_side, window);
      side_count(&plain_side, window);
    }
  }
  printf("# row\tspun per million\tplain per million; of %llu clean words\n", (unsigned long long)words);
  for (size_t i = 0; i < rows.n; i++)
    printf("%s\t%.4g\t%.4g\n", rows.p[i].id, (double)spun_side.count[i] * 1e6 / (double)words,
           (double)plain_side.count[i] * 1e6 / (double)words);
  return fflush(stdout) == 0 ? 0 : 1;
}
