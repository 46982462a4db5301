/* unspin_learn.c - the library's face: learning from pairs. */
#include <stdlib.h>

#include "base/file.h"
#include "phrases/learn.h"
#include "phrases/syntax.h"
#include "restore/engine.h"

struct unspin_learner {
  us_forms *forms;
  us_engine engine; /* knows the articles */
  us_buf syntax_text;
  us_syntax_lists lists;
  us_syntax syntax;
  us_learner *core;
  char *source;
  unspin_learn_watch *watch;
  void *cookie;
};

void unspin_learn_options_init(unspin_learn_options *options) {
  us_learn_options core;
  us_learn_options_init(&core);
  *options =
      (unspin_learn_options){.size = sizeof *options, .min_significance = core.min_significance, .min_p = core.min_p};
}

static bool watch(void *cookie, const char *stage, double share, uint64_t pairs) {
  const unspin_learner *l = cookie;
  unspin_learn_progress progress = {.stage = stage, .share = share, .pairs = pairs};
  return l->watch(l->cookie, &progress);
}

static unspin_status open_data(unspin_learner *l, const char *dir, us_buf *path, unspin_error *err) {
  us_buf_printf(path, "%s/forms.bin", dir);
  if (path->failed) return us_nomem(err);
  US_TRY(us_forms_open(path->p, &l->forms, err));
  us_buf_clear(path);
  us_buf_printf(path, "%s/engine.tsv", dir);
  if (path->failed) return us_nomem(err);
  US_TRY(us_engine_read(path->p, &l->engine, err));
  us_buf_clear(path);
  us_buf_printf(path, "%s/syntax.txt", dir);
  if (path->failed) return us_nomem(err);
  US_TRY(us_file_read(path->p, &l->syntax_text, err));
  US_TRY(us_syntax_parse(us_buf_slice(&l->syntax_text), path->p, &l->lists, err));
  l->syntax = us_syntax_of(&l->lists);
  return UNSPIN_OK;
}

static unspin_status open_learner(unspin_learner *l, const char *dir, const unspin_learn_options *options,
                                  unspin_error *err) {
  us_buf path = {0};
  unspin_status status = open_data(l, dir, &path, err);
  us_buf_free(&path);
  if (status) return status;
  us_slice source = us_slice_of(options->source ? options->source : "learned");
  l->source = strdup(source.p);
  if (!l->source) return us_nomem(err);
  us_learn_options core;
  us_learn_options_init(&core);
  core.min_count = options->min_count;
  core.min_significance = options->min_significance;
  core.min_p = options->min_p;
  core.decisions = options->decisions;
  if (options->scratch_dir) core.scratch_dir = options->scratch_dir;
  core.syntax = &l->syntax;
  core.article[0] = l->engine.article[0];
  core.article[1] = l->engine.article[1];
  l->watch = options->watch;
  l->cookie = options->cookie;
  core.watch = l->watch ? watch : NULL;
  core.cookie = l;
  return us_learner_new(l->forms, &core, &l->core, err);
}

unspin_status unspin_learner_new(const char *data_dir, const unspin_learn_options *options, unspin_learner **out,
                                 unspin_error *err) {
  *out = NULL;
  unspin_learner *l = calloc(1, sizeof *l);
  if (!l) return us_nomem(err);
  unspin_status status = open_learner(l, data_dir, options, err);
  if (status) unspin_learner_free(l);
  else *out = l;
  return status;
}

void unspin_learner_free(unspin_learner *l) {
  if (!l) return;
  us_learner_free(l->core);
  us_forms_close(l->forms);
  us_engine_free(&l->engine);
  us_syntax_free(&l->lists);
  us_buf_free(&l->syntax_text);
  free(l->source);
  free(l);
}

unspin_status unspin_learner_add(unspin_learner *l, const char *spun, size_t spun_len, const char *plain,
                                 size_t plain_len, unspin_error *err) {
  return us_learner_add(l->core, (us_slice){spun, spun_len}, (us_slice){plain, plain_len}, err);
}

/* Between the core's rows and the public ones. */
typedef struct bridge {
  const unspin_learner *learner;
  unspin_learned_visit *visit;
  void *cookie;
  us_buf spun, plain; /* with their NULs */
} bridge;

static unspin_status hand_over(void *cookie, const us_learned *r, unspin_error *err) {
  bridge *b = cookie;
  us_buf_clear(&b->spun);
  us_buf_clear(&b->plain);
  us_buf_append(&b->spun, r->spun);
  us_buf_append(&b->plain, r->plain);
  if (b->spun.failed || b->plain.failed) return us_nomem(err);
  unspin_row row;
  unspin_row_init(&row);
  row.spun = b->spun.p;
  row.plain = b->plain.p;
  row.pos = r->pos;
  row.strength = r->strength;
  row.source = b->learner->source;
  row.count = r->count;
  row.p_plain = r->p_plain;
  row.p_spun = r->p_spun;
  row.first_hash = r->first;
  unspin_learned learned = {
      .row = &row, .spun_count = r->spun_count, .plain_count = r->plain_count, .significance = r->significance};
  return b->visit(b->cookie, &learned, err);
}

unspin_status unspin_learner_finish(unspin_learner *l, unspin_learned_visit *visit, void *cookie, unspin_error *err) {
  bridge b = {.learner = l, .visit = visit, .cookie = cookie};
  unspin_status status = us_learner_finish(l->core, hand_over, &b, err);
  us_buf_free(&b.spun);
  us_buf_free(&b.plain);
  return status;
}

void unspin_learner_totals(const unspin_learner *l, unspin_learn_totals *totals) {
  const us_learn_totals *t = us_learner_totals(l->core);
  *totals = (unspin_learn_totals){.pairs = t->pairs,
                                  .spun_words = t->spun_words,
                                  .changed_words = t->changed_words,
                                  .substitutions = t->observations,
                                  .distinct = t->distinct,
                                  .rows = t->rows,
                                  .skipped_runs = t->skipped_runs};
}
