/* unspin_tune.c - the library's face: learning the scorer's weights. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/numbering.h"
#include "restore/tune.h"

/* What one call of unspin_tuner_add left behind. */
typedef struct piece {
  size_t first, count; /* examples */
  uint64_t key, damage;
  uint32_t document;
  uint32_t text; /* its number among the examples */
  char *group;   /* owned; NULL: none */
  bool clean;    /* it is its own original */
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
  *options = (unspin_tune_options){.size = sizeof *options,
                                   .folds = 5,
                                   .hidden = 32,
                                   .networks = 1,
                                   .epochs = 8,
                                   .rate = 0.004,
                                   .decay = 0.0003,
                                   .seed = 1};
}

void unspin_tune_text_init(unspin_tune_text *text) { *text = (unspin_tune_text){.size = sizeof *text, .weight = 1}; }

static unspin_status check_options(const unspin_tune_options *o, unspin_error *err) {
  if (o->size != sizeof *o)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_tune_options_init");
  if (o->folds == 1 || o->folds > UNSPIN_TUNE_FOLDS_MAX)
    return us_fail(err, UNSPIN_ERR_INVALID, "folds: 0, or 2 to %d", UNSPIN_TUNE_FOLDS_MAX);
  if (!o->hidden || o->hidden > US_HIDDEN_MAX)
    return us_fail(err, UNSPIN_ERR_INVALID, "hidden units: 1 to %d", US_HIDDEN_MAX);
  if (!o->networks || o->networks > US_HIDDEN_MAX / o->hidden)
    return us_fail(err, UNSPIN_ERR_INVALID, "networks: at least 1, with at most %d units in all", US_HIDDEN_MAX);
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
  for (size_t i = 0; i < t->texts.n; i++) free(t->texts.p[i].group);
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
  piece one = {.first = t->examples.list.n,
               .damage = t->examples.damage,
               .text = t->examples.texts,
               .clean = us_slice_eq(spun, plain)};
  /* seeds, so that a document's name is never another text's own words */
  one.key = text->document ? us_hash_seed(us_slice_of(text->document), 1) : us_hash(plain);
  t->trained = false;
  unspin_status status =
      us_examples_add(&t->examples, session, spun, plain, (float)text->weight,
                      (us_example_kind){.assume_spun = text->assume_spun, .fast = text->fast}, err);
  one.count = t->examples.list.n - one.first;
  one.damage = t->examples.damage - one.damage;
  if (!status && text->group && !(one.group = strdup(text->group))) status = us_nomem(err);
  if (!status && !us_vec_push(&t->texts, one)) status = us_nomem(err);
  if (status) { /* half a text teaches nothing */
    free(one.group);
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

/* Examples of the texts that are LEFT out (NULL: of all), those of clean ones or the others, into VIEW, which has the
 * room. */
static void choose(const unspin_tuner *t, bool clean, const bool *left, us_examples *view) {
  view->list.n = 0;
  for (size_t i = 0; i < t->texts.n; i++) {
    const piece *x = &t->texts.p[i];
    if (x->clean != clean || (left && !left[x->text])) continue;
    for (size_t k = 0; k < x->count; k++) view->list.p[view->list.n++] = t->examples.list.p[x->first + k];
  }
}

static void finish(unspin_tune_figures *f, double loss) {
  uint64_t all = f->stretches;
  f->loss = all ? loss / (double)all : 0;
}

/* Documents of which some text is LEFT out (NULL: all), and the damage of these texts. False when out of memory. */
static bool count_documents(const unspin_tuner *t, const bool *left, unspin_tune_figures *out) {
  bool *met = calloc(t->report.documents + 1, sizeof *met);
  if (!met) return false;
  for (size_t i = 0; i < t->texts.n; i++) {
    const piece *x = &t->texts.p[i];
    if (left && !left[x->text]) continue;
    out->documents += !met[x->document];
    met[x->document] = true;
    out->damage += x->damage;
  }
  free(met);
  return true;
}

/* On the texts that are LEFT out; NULL: on all. */
static bool measure(const unspin_tuner *t, const us_scorer *scorer, const bool *left, unspin_tune_figures *out) {
  us_examples view = t->examples;
  view.list.p = malloc((t->examples.list.n + 1) * sizeof *view.list.p);
  if (!view.list.p) return false;
  choose(t, false, left, &view);
  us_tune_score spun = us_tune_test(&view, scorer);
  size_t spun_count = view.list.n;
  choose(t, true, left, &view);
  us_tune_score clean = us_tune_test(&view, scorer);
  *out = (unspin_tune_figures){.stretches = spun_count + view.list.n,
                               .mendable = spun.reachable,
                               .changed = spun.changed,
                               .right = spun.right,
                               .gained = spun.gained,
                               .clean_stretches = view.list.n,
                               .clean_changed = clean.changed};
  finish(out, spun.loss * (double)spun_count + clean.loss * (double)view.list.n);
  free(view.list.p);
  return count_documents(t, left, out);
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

/* Without the texts that are LEFT out (NULL: with all) and BLIND to some features (NULL: to none). The stage's share of
 * progress is set by the caller. */
static unspin_status train(unspin_tuner *t, const bool *left, const bool *blind, us_scorer *out, unspin_error *err) {
  us_tune_options o = {.hidden = (int)t->options.hidden,
                       .epochs = (int)t->options.epochs,
                       .networks = (int)t->options.networks,
                       .rate = (float)t->options.rate,
                       .decay = (float)t->options.decay,
                       .seed = t->options.seed,
                       .leave = left,
                       .blind = blind,
                       .watch = watch_training,
                       .cookie = t};
  US_TRY(us_tune(&t->examples, &o, out, err));
  if (all_finite(out)) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "the weights run away: the rate %g is too high", t->options.rate);
}

static void set_stage(unspin_tuner *t, const char *stage, double begin, double share) {
  t->stage = stage;
  t->stage_begin = begin;
  t->stage_share = share;
}

static unspin_status cross_validate(unspin_tuner *t, bool *left, us_scorer *scorer, unspin_error *err) {
  unspin_tune_report *r = &t->report;
  for (unsigned i = 0; i < r->folds; i++) {
    for (size_t k = 0; k < t->texts.n; k++) left[t->texts.p[k].text] = t->texts.p[k].document % r->folds == i;
    set_stage(t, "checking", (double)i / r->folds, 1.0 / r->folds);
    US_TRY(train(t, left, NULL, scorer, err));
    if (!measure(t, scorer, left, &r->fold[i])) return us_nomem(err);
  }
  add_up(r);
  return UNSPIN_OK;
}

static unspin_status begin(unspin_tuner *t, unsigned *folds, bool **left, unspin_error *err) {
  uint32_t some = 0, all = 0;
  t->trained = false;
  *left = calloc((size_t)t->examples.texts + 1, sizeof **left);
  if (!*left || !number_documents(t, &some, &all)) return us_nomem(err);
  *folds = some < t->options.folds ? some : t->options.folds;
  t->report = (unspin_tune_report){
      .texts = t->texts.n, .documents = all, .stretches = t->examples.list.n, .candidates = t->examples.count};
  return UNSPIN_OK;
}

static unspin_status train_all(unspin_tuner *t, bool *left, unsigned folds, unspin_error *err) {
  t->report.folds = folds < 2 ? 0 : folds;
  US_TRY(cross_validate(t, left, &t->scorer, err)); /* the scorer is trained anew each time */
  set_stage(t, "training", 0, 1);
  US_TRY(train(t, NULL, NULL, &t->scorer, err));
  return measure(t, &t->scorer, NULL, &t->report.seen) ? UNSPIN_OK : us_nomem(err);
}

unspin_status unspin_tuner_train(unspin_tuner *t, unspin_tune_report *report, unspin_error *err) {
  unsigned folds = 0;
  bool *left = NULL;
  if (report) *report = (unspin_tune_report){0};
  unspin_status status = begin(t, &folds, &left, err);
  if (!status) status = train_all(t, left, folds, err);
  free(left);
  t->trained = !status;
  if (!status && report) *report = t->report;
  return status;
}

/* Whether GROUP is one of GROUPS, separated by commas, or below one of them. */
static bool belongs(const char *group, const char *groups) {
  us_slice rest = us_slice_of(groups), one;
  while (group && us_slice_cut(&rest, ',', &one)) {
    if (!one.n || strncmp(group, one.p, one.n) != 0) continue;
    if (!group[one.n] || group[one.n] == '/') return true;
  }
  return false;
}

static unspin_status find_features(const char *names, bool *out, unspin_error *err) {
  us_slice rest = us_slice_of(names ? names : ""), one;
  while (rest.n && us_slice_cut(&rest, ',', &one)) {
    us_feature f = 0;
    while (f < US_FEATURE_COUNT && !us_slice_eq(one, us_slice_of(us_feature_name(f)))) f++;
    if (f == US_FEATURE_COUNT)
      return us_fail(err, UNSPIN_ERR_INVALID, "no feature of the name '%.*s'", (int)one.n, one.p);
    out[f] = true;
  }
  return UNSPIN_OK;
}

static unspin_status train_without(unspin_tuner *t, const char *groups, const char *features, bool *left,
                                   unspin_error *err) {
  bool blind[US_FEATURE_COUNT] = {0};
  size_t found = 0;
  US_TRY(find_features(features, blind, err));
  for (size_t i = 0; i < t->texts.n; i++) {
    const piece *x = &t->texts.p[i];
    left[x->text] = belongs(x->group, groups);
    found += left[x->text];
  }
  if (!found) return us_fail(err, UNSPIN_ERR_INVALID, "no text belongs to the group '%s'", groups);
  set_stage(t, "training", 0, 1);
  US_TRY(train(t, left, blind, &t->scorer, err));
  return measure(t, &t->scorer, left, &t->report.unseen) ? UNSPIN_OK : us_nomem(err);
}

unspin_status unspin_tuner_train_without(unspin_tuner *t, const char *groups, const char *features,
                                         unspin_tune_report *report, unspin_error *err) {
  unsigned folds = 0;
  bool *left = NULL;
  if (report) *report = (unspin_tune_report){0};
  unspin_status status = begin(t, &folds, &left, err);
  if (!status) status = train_without(t, groups, features, left, err);
  free(left);
  t->trained = !status;
  if (!status && report) *report = t->report;
  return status;
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
                "\n# hidden %u, networks %u, epochs %u, rate %g, decay %g, seed %" PRIu64 "\n",
                r->texts, r->documents, r->stretches, r->candidates, o->hidden, o->networks, o->epochs, o->rate,
                o->decay, o->seed);
  if (r->folds) us_buf_printf(out, "# Cross-validated by document, %u folds.\n", r->folds);
  if (r->unseen.documents) write_figures(out, "unseen documents", &r->unseen);
  if (r->seen.documents) write_figures(out, "these documents", &r->seen);
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
