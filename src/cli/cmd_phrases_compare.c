/* cmd_phrases_compare.c - unspin phrases learn --comparable: proposals as a table that a person looks through. */
#define _GNU_SOURCE /* fts */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "cli/cmd_phrases_learn.h"
#include "cli/output.h"

/* Texts of one side; they own their bytes. */
typedef struct texts {
  US_VEC(unspin_text) list;
} texts;

static void free_texts(texts *t) {
  for (size_t i = 0; i < t->list.n; i++) free((char *)(uintptr_t)t->list.p[i].text);
  us_vec_free(&t->list);
}

static unspin_status add_text(texts *t, const char *path, unspin_error *err) {
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, err);
  bool binary = !status && text.n && memchr(text.p, 0, text.n);
  if (!status && text.n && !binary && !us_vec_push(&t->list, (unspin_text){text.p, text.n})) status = us_nomem(err);
  else if (!status && text.n && !binary) return UNSPIN_OK; /* the list owns it now */
  us_buf_free(&text);
  return status;
}

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

/* A file, or all files of a folder. */
static unspin_status read_texts(texts *t, const char *path, unspin_error *err) {
  char *root = strdup(path);
  if (!root) return us_nomem(err);
  FTS *fts = fts_open((char *const[]){root, NULL}, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
  unspin_status status = fts ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  for (FTSENT *e; !status && (e = fts_read(fts));) {
    if (e->fts_level > 0 && e->fts_name[0] == '.') fts_set(fts, e, FTS_SKIP);
    else if (e->fts_info == FTS_F || e->fts_info == FTS_DEFAULT) status = add_text(t, e->fts_path, err);
    else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS)
      status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", e->fts_path, strerror(e->fts_errno));
  }
  if (fts) fts_close(fts);
  free(root);
  if (!status && t->list.n == 0) status = us_fail(err, UNSPIN_ERR_INVALID, "%s: there is no text in it", path);
  return status;
}

typedef struct sheet {
  us_buf text;
  size_t rows;
} sheet;

static unspin_status put(void *cookie, const unspin_proposal *p, unspin_error *err) {
  static const char *const known[] = {"no table relates them", "a table has it the other way round", "a table has it"};
  sheet *s = cookie;
  s->rows++;
  us_buf_printf(&s->text,
                "%s\t%s\t%c\t%d\t\tscore %.2f: %u times in the spun text and %u in the clean one, against %u and %u; "
                "%s, similarity %.2f, model %+.1f, topic %+.1f\n",
                p->spun, p->plain, p->pos, p->strength, p->score, p->spun_in_spun, p->spun_in_clean, p->plain_in_spun,
                p->plain_in_clean, known[p->known], p->similarity, p->model_gain, p->topic_gain);
  return s->text.failed ? us_nomem(err) : UNSPIN_OK;
}

static int compare(const phrases_stack *stack, const texts *spun, const texts *clean, sheet *s, size_t most,
                   double least) {
  unspin_error err;
  unspin_compare_options o;
  unspin_compare_options_init(&o);
  o.most = most;
  o.least = least;
  o.tables = stack->table;
  o.table_count = stack->n;
  us_buf_puts(&s->text, "## Proposals: strike out what is wrong, then 'unspin phrases import' it.\n");
  us_buf_puts(&s->text, "## spun\tplain\tpos\tstrength\twhen\tnote\n");
  return phrases_status(
      unspin_compare(stack->data_dir.p, &o, spun->list.p, spun->list.n, clean->list.p, clean->list.n, put, s, &err),
      &err);
}

int learn_comparable(const phrases_options *o, const char *spun_path, const char *clean_path, const char *output,
                     size_t most, double least, bool quiet) {
  unspin_error err;
  texts spun = {0}, clean = {0};
  phrases_stack stack = {0};
  sheet s = {0};
  int result = phrases_status(read_texts(&spun, spun_path, &err), &err);
  if (result == CLI_OK) result = phrases_status(read_texts(&clean, clean_path, &err), &err);
  if (result == CLI_OK && !phrases_stack_open(o, &stack)) result = CLI_ERROR;
  if (result == CLI_OK) result = compare(&stack, &spun, &clean, &s, most, least);
  errno = 0;
  if (result == CLI_OK)
    result = phrases_status(cli_output_write(output ? output : "-", us_buf_slice(&s.text), &err), &err);
  if (!cli_flush_stdout()) result = CLI_ERROR;
  if (result == CLI_OK && !quiet) fprintf(stderr, "%zu proposals\n", s.rows);
  us_buf_free(&s.text);
  phrases_stack_free(&stack);
  free_texts(&spun);
  free_texts(&clean);
  return result;
}
