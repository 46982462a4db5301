/* cmd_phrases_learn_texts.c - where the pairs to learn from come from. */
#define _GNU_SOURCE /* fts, getline */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json_read.h"
#include "cli/cmd_phrases_learn.h"
#include "measure/pairs_json.h"

static unspin_status add(unspin_learner *l, us_slice spun, us_slice plain, unspin_error *err) {
  return unspin_learner_add(l, spun.p, spun.n, plain.p, plain.n, err);
}

/* ---- pairs ---- */

static unspin_status each_line(FILE *file, const char *name, void *cookie,
                               unspin_status (*line)(void *cookie, us_slice text, const char *name, size_t number,
                                                     unspin_error *err),
                               unspin_error *err) {
  char *text = NULL;
  size_t cap = 0, number = 0;
  unspin_status status = UNSPIN_OK;
  errno = 0;
  for (ssize_t n; !status && (n = getline(&text, &cap, file)) >= 0; errno = 0) {
    us_slice s = us_slice_trim((us_slice){text, (size_t)n});
    number++;
    if (s.n) status = line(cookie, s, name, number, err);
  }
  if (!status && (ferror(file) || errno == ENOMEM))
    status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", name, strerror(errno));
  free(text);
  return status;
}

static unspin_status pair_line(void *cookie, us_slice text, const char *name, size_t number, unspin_error *err) {
  json_t *object = NULL;
  us_pair pair = {.path = name};
  us_slices plain = {0};
  unspin_status status = us_pairs_json_read(text, name, number, &object, &pair, &plain, err);
  if (!status) status = add(cookie, pair.spun, plain.p[0], err);
  us_vec_free(&plain);
  json_decref(object);
  return status;
}

static unspin_status learn_files(unspin_learner *l, const char *const *paths, size_t n, unspin_error *err) {
  us_pairs *pairs = NULL;
  US_TRY(us_pairs_open(paths, n, &pairs, err));
  const us_pair *pair = NULL;
  unspin_status status = us_pairs_next(pairs, &pair, err);
  while (!status && pair) {
    status = add(l, pair->spun, pair->plain[0], err);
    if (!status) status = us_pairs_next(pairs, &pair, err);
  }
  us_pairs_close(pairs);
  return status;
}

unspin_status learn_pairs(unspin_learner *l, const char *const *paths, size_t n, unspin_error *err) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(paths[i], "-") == 0) US_TRY(each_line(stdin, "standard input", l, pair_line, err));
    else US_TRY(learn_files(l, paths + i, 1, err));
  }
  return UNSPIN_OK;
}

/* ---- two versions ---- */

typedef struct versions {
  unspin_learner *learner;
  const char *plain;
  size_t left_out;
  us_buf partner, spun_text, plain_text;
} versions;

static bool is_text(const us_buf *b) { return b->n == 0 || !memchr(b->p, 0, b->n); }

static unspin_status add_files(versions *v, const char *spun, const char *plain, unspin_error *err) {
  us_buf_clear(&v->spun_text);
  us_buf_clear(&v->plain_text);
  US_TRY(us_file_read(spun, &v->spun_text, err));
  US_TRY(us_file_read(plain, &v->plain_text, err));
  if (is_text(&v->spun_text) && is_text(&v->plain_text))
    return add(v->learner, us_buf_slice(&v->spun_text), us_buf_slice(&v->plain_text), err);
  v->left_out++;
  return UNSPIN_OK;
}

/* FILE lies below the spun folder, whose path is ROOT bytes long. */
static unspin_status add_version(versions *v, const char *file, size_t root, unspin_error *err) {
  struct stat st;
  us_buf_clear(&v->partner);
  us_buf_printf(&v->partner, "%s%s", v->plain, file + root);
  if (v->partner.failed) return us_nomem(err);
  if (stat(v->partner.p, &st) == 0 && S_ISREG(st.st_mode)) return add_files(v, file, v->partner.p, err);
  v->left_out++;
  return UNSPIN_OK;
}

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

static unspin_status walk(versions *v, const char *spun, unspin_error *err) {
  char *root = strdup(spun);
  if (!root) return us_nomem(err);
  for (size_t n = strlen(root); n > 1 && root[n - 1] == '/'; n--) root[n - 1] = 0;
  FTS *fts = fts_open((char *const[]){root, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
  unspin_status status = fts ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_IO, "%s: %s", spun, strerror(errno));
  for (FTSENT *e; !status && (e = fts_read(fts));) {
    if (e->fts_level > 0 && e->fts_name[0] == '.') fts_set(fts, e, FTS_SKIP);
    else if (e->fts_info == FTS_F) status = add_version(v, e->fts_path, strlen(root), err);
    else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS)
      status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", e->fts_path, strerror(e->fts_errno));
  }
  if (fts) fts_close(fts);
  free(root);
  return status;
}

unspin_status learn_versions(unspin_learner *l, const char *spun, const char *plain, size_t *left_out,
                             unspin_error *err) {
  struct stat a, b;
  if (stat(spun, &a) != 0) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", spun, strerror(errno));
  if (stat(plain, &b) != 0) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", plain, strerror(errno));
  if (!S_ISDIR(a.st_mode) != !S_ISDIR(b.st_mode))
    return us_fail(err, UNSPIN_ERR_INVALID, "%s and %s: one is a folder, the other is not", spun, plain);
  versions v = {.learner = l, .plain = plain};
  unspin_status status = S_ISDIR(a.st_mode) ? walk(&v, spun, err) : add_files(&v, spun, plain, err);
  *left_out = v.left_out;
  us_buf_free(&v.partner);
  us_buf_free(&v.spun_text);
  us_buf_free(&v.plain_text);
  return status;
}

/* ---- decisions ---- */

typedef struct review {
  unspin_learner *learner;
  learn_verdicts *verdicts;
  us_buf spun, plain;
} review;

/* The text of KEY; empty if there is none. *WRONG is set if it is something else. */
static us_slice text_of(const json_t *object, const char *key, bool *wrong) {
  const json_t *value = json_object_get(object, key);
  if (!value || json_is_null(value)) return (us_slice){"", 0};
  if (json_is_string(value)) return (us_slice){json_string_value(value), json_string_length(value)};
  *wrong = true;
  return (us_slice){"", 0};
}

static unspin_status note_verdict(learn_verdicts *v, us_slice row, bool accepted, unspin_error *err) {
  learn_verdict *found = NULL;
  for (size_t i = 0; i < v->rows.n && !found; i++)
    if (us_slice_eq(us_slice_of(v->rows.p[i].row), row)) found = &v->rows.p[i];
  if (!found) {
    const char *id = us_arena_copy(&v->arena, row);
    if (!id || !us_vec_push(&v->rows, (learn_verdict){.row = id})) return us_nomem(err);
    found = &v->rows.p[v->rows.n - 1];
  }
  if (accepted) found->accepted++;
  else found->rejected++;
  return UNSPIN_OK;
}

static void join(us_buf *out, us_slice before, us_slice middle, us_slice after) {
  us_buf_clear(out);
  us_buf_append(out, before);
  us_buf_append(out, middle);
  us_buf_append(out, after);
}

static unspin_status decide(review *r, const json_t *object, const char *name, size_t number, unspin_error *err) {
  bool wrong = !json_is_object(object);
  us_slice spun = text_of(object, "spun", &wrong), plain = text_of(object, "plain", &wrong);
  us_slice decision = text_of(object, "decision", &wrong), instead = text_of(object, "instead", &wrong);
  us_slice before = text_of(object, "before", &wrong), after = text_of(object, "after", &wrong);
  us_slice row = text_of(object, "row", &wrong);
  bool accept = us_slice_eq(decision, US_LIT("accept")), edit = us_slice_eq(decision, US_LIT("edit"));
  bool reject = us_slice_eq(decision, US_LIT("reject")), skip = us_slice_eq(decision, US_LIT("skip"));
  if (wrong || !spun.n || (accept && !plain.n) || (edit && !instead.n) || !(accept || edit || reject || skip))
    return us_fail(err, UNSPIN_ERR_FORMAT,
                   "%s:%zu: no decision: it needs \"spun\", \"plain\" and \"decision\": accept, edit (with "
                   "\"instead\"), reject or skip",
                   name, number);
  if (skip) return UNSPIN_OK;
  join(&r->spun, before, spun, after);
  join(&r->plain, before, accept ? plain : edit ? instead : spun, after);
  if (r->spun.failed || r->plain.failed) return us_nomem(err);
  /* what no single row did names something else */
  if (unspin_is_row_id(row.p)) US_TRY(note_verdict(r->verdicts, row, accept, err));
  return add(r->learner, us_buf_slice(&r->spun), us_buf_slice(&r->plain), err);
}

static unspin_status review_line(void *cookie, us_slice text, const char *name, size_t number, unspin_error *err) {
  json_error_t wrong;
  json_t *object = us_json_load(text, 0, &wrong);
  if (!object && !wrong.text[0]) return us_nomem(err);
  if (!object) return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu:%d: no JSON: %s", name, number, wrong.column, wrong.text);
  unspin_status status = decide(cookie, object, name, number, err);
  json_decref(object);
  return status;
}

unspin_status learn_review(unspin_learner *l, const char *path, learn_verdicts *out, unspin_error *err) {
  bool standard = strcmp(path, "-") == 0;
  FILE *file = standard ? stdin : fopen(path, "rb");
  if (!file) return us_fail(err, UNSPIN_ERR_IO, "%s: %s", path, strerror(errno));
  review r = {.learner = l, .verdicts = out};
  unspin_status status = each_line(file, standard ? "standard input" : path, &r, review_line, err);
  us_buf_free(&r.spun);
  us_buf_free(&r.plain);
  if (!standard) fclose(file);
  return status;
}

void learn_verdicts_free(learn_verdicts *v) {
  us_vec_free(&v->rows);
  us_arena_free(&v->arena);
}
