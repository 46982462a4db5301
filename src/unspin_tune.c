/* unspin_tune.c - the library's face: learning the scorer's weights. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/numbering.h"
#include "restore/tune.h"

/* What one call of unspin_tuner_add left behind. */
typedef struct piece {
  size_t first, count; /* examples */
  uint64_t key, damage;
  uint32_t document;
  bool clean; /* it is its own original */
} piece;

struct unspin_tuner {
  unspin_tune_options options;
  us_examples examples;
  US_VEC(piece) texts;
  us_scorer scorer;
  unspin_tune_report report;
  const char *stage;
  double stage_begin, stage_share; /* what the training that runs is of the stage */
  bool trained;
};

void unspin_tune_options_init(unspin_tune_options *options) {
  *options = (unspin_tune_options){
      .size = sizeof *options, .folds = 5, .hidden = 32, .epochs = 8, .rate = 0.004, .decay = 0.0003, .seed = 1};
}

void unspin_tune_text_init(unspin_tune_text *text) { *text = (unspin_tune_text){.size = sizeof *text, .weight = 1}; }

static unspin_status check_options(const unspin_tune_options *o, unspin_error *err) {
  if (o->size != sizeof *o)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_tune_options_init");
  if (o->folds == 1 || o->folds > UNSPIN_TUNE_FOLDS_MAX)
    return us_fail(err, UNSPIN_ERR_INVALID, "folds: 0, or 2 to %d", UNSPIN_TUNE_FOLDS_MAX);
  if (!o->hidden || o->hidden > US_HIDDEN_MAX)
    return us_fail(err, UNSPIN_ERR_INVALID, "hidden units: 1 to %d", US_HIDDEN_MAX);
  if (!o->epochs || o->epochs > 1000) return us_fail(err, UNSPIN_ERR_INVALID, "epochs: 1 to 1000");
  if (!(o->rate > 0 && o->rate <= 1)) return us_fail(err, UNSPIN_ERR_INVALID, "rate: above 0, at most 1");
  if (!(o->decay >= 0 && o->decay <= 1)) return us_fail(err, UNSPIN_ERR_INVALID, "decay: 0 to 1");
  return UNSPIN_OK;
}

unspin_status unspin_tuner_new(const unspin_tune_options *options, unspin_tuner **out, unspin_error *err) {
  *out = NULL;
  unspin_tune_options defaults;
  unspin_tune_options_init(&defaults);
  if (!options) options = &defaults;
  US_TRY(check_options(options, err));
  unspin_tuner *t = calloc(1, sizeof *t);
  if (!t) return us_nomem(err);
  t->options = *options;
  *out = t;
  return UNSPIN_OK;
}

void unspin_tuner_free(unspin_tuner *t) {
  if (!t) return;
  us_examples_free(&t->examples);
  us_vec_free(&t->texts);
  free(t);
}

/* ---- texts ---- */

static bool watch(const unspin_tuner *t, const char *stage, double share) {
  unspin_tune_progress progress = {.stage = stage, .share = share, .texts = t->texts.n};
  return !t->options.watch || t->options.watch(t->options.cookie, &progress);
}

unspin_status unspin_tuner_add(unspin_tuner *t, unspin_session *session, const unspin_tune_text *text,
                               unspin_error *err) {
  if (text->size != sizeof *text)
    return us_fail(err, UNSPIN_ERR_INVALID, "the text was not set up with unspin_tune_text_init");
  if (!(text->weight > 0 && text->weight <= 1000))
    return us_fail(err, UNSPIN_ERR_INVALID, "a text's weight: above 0, at most 1000");
  us_slice spun = {text->spun_len ? text->spun : "", text->spun_len};
  us_slice plain = {text->plain_len ? text->plain : "", text->plain_len};
  piece one = {.first = t->examples.list.n, .damage = t->examples.damage, .clean = us_slice_eq(spun, plain)};
  /* seeds, so that a document's name is never another text's own words */
  one.key = text->document ? us_hash_seed(us_slice_of(text->document), 1) : us_hash(plain);
  t->trained = false;
  unspin_status status =
      us_examples_add(&t->examples, session, spun, plain, (float)text->weight, text->assume_spun, err);
  one.count = t->examples.list.n - one.first;
  one.damage = t->examples.damage - one.damage;
  if (!status && !us_vec_push(&t->texts, one)) status = us_nomem(err);
  if (status) { /* half a text teaches nothing */
    t->examples.list.n = one.first;
    return status;
  }
  return watch(t, "reading", -1) ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
}

/* Numbers the documents, those with examples first, so that no fold is empty. *SOME gets how many of these there are.
 */
static bool number_documents(unspin_tuner *t, uint32_t *some, uint32_t *all) {
  us_numbering numbers = {0};
  bool ok = true;
  for (int empty = 0; empty < 2; empty++) {
    for (size_t i = 0; ok && i < t->texts.n; i++) {
      piece *x = &t->texts.p[i];
      if ((x->count == 0) != empty) continue;
      x->document = us_number_of(&numbers, x->key);
      ok = x->document != UINT32_MAX;
      for (size_t k = 0; k < x->count; k++) t->examples.list.p[x->first + k].document = x->document;
    }
    if (!empty) *some = numbers.n;
  }
  *all = numbers.n;
  us_numbering_free(&numbers);
  return ok;
}

/* ---- figures ---- */

/* Examples of a fold's texts (FOLDS 0: of all), those of clean ones or the others, into VIEW, which has the room. */
static void choose(const unspin_tuner *t, bool clean, unsigned fold, unsigned folds, us_examples *view) {
  view->list.n = 0;
  for (size_t i = 0; i < t->texts.n; i++) {
    const piece *x = &t->texts.p[i];
    if (x->clean != clean || (folds && x->document % folds != fold)) continue;
    for (size_t k = 0; k < x->count; k++) view->list.p[view->list.n++] = t->examples.list.p[x->first + k];
  }
}

static void finish(unspin_tune_figures *f, double loss) {
  uint64_t all = f->stretches;
  f->loss = all ? loss / (double)all : 0;
}

static bool measure(const unspin_tuner *t, const us_scorer *scorer, unsigned fold, unsigned folds,
                    unspin_tune_figures *out) {
  us_examples view = t->examples;
  view.list.p = malloc((t->examples.list.n + 1) * sizeof *view.list.p);
  if (!view.list.p) return false;
  choose(t, false, fold, folds, &view);
  us_tune_score spun = us_tune_test(&view, scorer, 0, 0);
  size_t spun_count = view.list.n;
  choose(t, true, fold, folds, &view);
  us_tune_score clean = us_tune_test(&view, scorer, 0, 0);
  *out = (unspin_tune_figures){.stretches = spun_count + view.list.n,
                               .mendable = spun.reachable,
                               .changed = spun.changed,
                               .right = spun.right,
                               .gained = spun.gained,
                               .clean_stretches = view.list.n,
                               .clean_changed = clean.changed};
  finish(out, spun.loss * (double)spun_count + clean.loss * (double)view.list.n);
  free(view.list.p);
  uint64_t documents = t->report.documents;
  out->documents = folds ? documents / folds + (fold < documents % folds) : documents;
  for (size_t i = 0; i < t->texts.n; i++)
    if (!folds || t->texts.p[i].document % folds == fold) out->damage += t->texts.p[i].damage;
  return true;
}

static void add_up(unspin_tune_report *r) {
  unspin_tune_figures sum = {0};
  double loss = 0;
  for (unsigned i = 0; i < r->folds; i++) {
    const unspin_tune_figures *f = &r->fold[i];
    sum.documents += f->documents;
    sum.stretches += f->stretches;
    sum.mendable += f->mendable;
    sum.changed += f->changed;
    sum.right += f->right;
    sum.gained += f->gained;
    sum.damage += f->damage;
    sum.clean_stretches += f->clean_stretches;
    sum.clean_changed += f->clean_changed;
    loss += f->loss * (double)f->stretches;
  }
  finish(&sum, loss);
  r->unseen = sum;
}

/* ---- training ---- */

static bool watch_training(void *cookie, double share) {
  const unspin_tuner *t = cookie;
  return watch(t, t->stage, t->stage_begin + t->stage_share * share);
}

static bool all_finite(const us_scorer *s) {
  double sum = (double)s->bias; /* what is not finite stays so in a sum */
  for (int k = 0; k < s->hidden; k++) sum += fabs((double)s->hidden_bias[k]) + fabs((double)s->out[k]);
  for (int f = 0; f < US_FEATURE_COUNT; f++) {
    sum += fabs((double)s->mean[f]) + fabs((double)s->scale[f]) + fabs((double)s->skip[f]);
    for (int k = 0; k < s->hidden; k++) sum += fabs((double)s->in[f][k]);
  }
  return isfinite(sum) && fabs(sum) < 1e30;
}

/* Leaves fold LEAVE of FOLDS out. */
static unspin_status train(unspin_tuner *t, unsigned leave, unsigned folds, us_scorer *out, unspin_error *err) {
  us_tune_options o = {.hidden = (int)t->options.hidden,
                       .epochs = (int)t->options.epochs,
                       .rate = (float)t->options.rate,
                       .decay = (float)t->options.decay,
                       .seed = t->options.seed,
                       .leave = leave,
                       .folds = folds,
                       .watch = watch_training,
                       .cookie = t};
  t->stage = folds ? "checking" : "training";
  t->stage_begin = folds ? (double)leave / folds : 0;
  t->stage_share = folds ? 1.0 / folds : 1;
  US_TRY(us_tune(&t->examples, &o, out, err));
  if (all_finite(out)) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "the weights run away: the rate %g is too high", t->options.rate);
}

static unspin_status cross_validate(unspin_tuner *t, us_scorer *scorer, unspin_error *err) {
  unspin_tune_report *r = &t->report;
  for (unsigned i = 0; i < r->folds; i++) {
    US_TRY(train(t, i, r->folds, scorer, err));
    if (!measure(t, scorer, i, r->folds, &r->fold[i])) return us_nomem(err);
  }
  add_up(r);
  return UNSPIN_OK;
}

unspin_status unspin_tuner_train(unspin_tuner *t, unspin_tune_report *report, unspin_error *err) {
  uint32_t some = 0, all = 0;
  t->trained = false;
  if (report) *report = (unspin_tune_report){0};
  if (!number_documents(t, &some, &all)) return us_nomem(err);
  unsigned folds = some < t->options.folds ? some : t->options.folds;
  t->report = (unspin_tune_report){.texts = t->texts.n,
                                   .documents = all,
                                   .stretches = t->examples.list.n,
                                   .candidates = t->examples.count,
                                   .folds = folds < 2 ? 0 : folds};
  US_TRY(cross_validate(t, &t->scorer, err)); /* the scorer is trained anew each time */
  US_TRY(train(t, 0, 0, &t->scorer, err));
  if (!measure(t, &t->scorer, 0, 0, &t->report.seen)) return us_nomem(err);
  t->trained = true;
  if (report) *report = t->report;
  return UNSPIN_OK;
}

/* ---- the file ---- */

static void write_note(us_buf *out, const char *note) {
  us_slice rest = us_slice_of(note), line;
  while (rest.n && us_slice_cut(&rest, '\n', &line)) {
    us_buf_puts(out, line.n ? "# " : "#");
    us_buf_append(out, line);
    us_buf_putc(out, '\n');
  }
}

static void write_figures(us_buf *out, const char *what, const unspin_tune_figures *f) {
  us_buf_printf(out,
                "# %s: loss %.4f; %" PRIu64 " stretches changed, %" PRIu64 " of them rightly, of %" PRIu64
                " that can be mended; %" PRId64 " words gained of %" PRIu64 "; %" PRIu64 " of %" PRIu64
                " clean stretches changed\n",
                what, f->loss, f->changed, f->right, f->mendable, f->gained, f->damage, f->clean_changed,
                f->clean_stretches);
}

static void write_head(const unspin_tuner *t, const char *note, us_buf *out) {
  const unspin_tune_report *r = &t->report;
  const unspin_tune_options *o = &t->options;
  us_buf_printf(out, "# How candidates are judged: the weights of src/restore/scorer.h. Made by unspin %s.\n",
                unspin_version());
  write_note(out, note ? note : "");
  us_buf_printf(out,
                "# texts: %" PRIu64 ", documents: %" PRIu64 ", stretches of words: %" PRIu64 ", candidates: %" PRIu64
                "\n# hidden %u, epochs %u, rate %g, decay %g, seed %" PRIu64 "\n",
                r->texts, r->documents, r->stretches, r->candidates, o->hidden, o->epochs, o->rate, o->decay, o->seed);
  if (r->folds) {
    us_buf_printf(out, "# Cross-validated by document, %u folds.\n", r->folds);
    write_figures(out, "unseen documents", &r->unseen);
  }
  write_figures(out, "these documents", &r->seen);
}

unspin_status unspin_tuner_write(const unspin_tuner *t, const char *path, const char *note, unspin_error *err) {
  if (!t->trained) return us_fail(err, UNSPIN_ERR_INVALID, "%s: there are no weights yet to write", path);
  us_buf out = {0};
  write_head(t, note, &out);
  us_scorer_write(&t->scorer, &out);
  unspin_status status = out.failed ? us_nomem(err) : us_file_write_atomic(path, us_buf_slice(&out), err);
  us_buf_free(&out);
  return status;
}
