/* cmd_model_tune_texts.c - the texts that weights are learned from: pairs, clean texts, the phrase table's sentences.
 */
#define _GNU_SOURCE /* fts, memmem */
#include <errno.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/numbering.h"
#include "cli/cmd_model_tune.h"
#include "cli/input.h"
#include "measure/markup.h"
#include "measure/pairs.h"

/* A document that is put together from the sentences of a file. */
typedef struct document {
  char *name;
  us_buf spun, plain;
  size_t line; /* of the first one */
} document;

typedef struct reading {
  const tune_input *input;
  unspin_tuner *tuner;
  unspin_session *session;
  tune_count *count;
  /* the documents of the file that is being read */
  US_VEC(document) documents;
  us_numbering names;
  us_buf path;
  us_buf spun, plain; /* of one sentence */
  unspin_error *err;  /* for rows */
  unspin_status status;
} reading;

/* DOCUMENT may be NULL. PATH and LINE are for messages; LINE 0 is left out. */
static unspin_status add(reading *r, us_slice spun, us_slice plain, const char *name, const char *path, size_t line,
                         unspin_error *err) {
  unspin_tune_text text;
  unspin_tune_text_init(&text);
  text.spun = spun.p;
  text.spun_len = spun.n;
  text.plain = plain.p;
  text.plain_len = plain.n;
  text.weight = r->input->weight;
  text.group = r->input->group;
  text.fast = r->input->fast;
  text.assume_spun = r->input->kind == TUNE_SENTENCES || r->input->kind == TUNE_ROWS;
  text.document = name;
  r->count->texts++;
  unspin_error why;
  unspin_status status = unspin_tuner_add(r->tuner, r->session, &text, &why);
  if (status != UNSPIN_ERR_LIMIT) {
    if (status && err) *err = why;
    return status;
  }
  return line ? us_fail(err, status, "%s:%zu: %s", path, line, why.message)
              : us_fail(err, status, "%s: %s", path, why.message);
}

/* ---- pairs ---- */

static void forget_documents(reading *r) {
  for (size_t i = 0; i < r->documents.n; i++) {
    document *d = &r->documents.p[i];
    free(d->name);
    us_buf_free(&d->spun);
    us_buf_free(&d->plain);
  }
  r->documents.n = 0;
  us_numbering_free(&r->names);
}

/* Adds the documents of the file that has been read to its end. */
static unspin_status add_documents(reading *r, unspin_error *err) {
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; i < r->documents.n && !status; i++) {
    const document *d = &r->documents.p[i];
    status = add(r, us_buf_slice(&d->spun), us_buf_slice(&d->plain), d->name, r->path.p, d->line, err);
  }
  forget_documents(r);
  return status;
}

static document *document_of(reading *r, const us_pair *pair) {
  uint32_t number = us_number_of(&r->names, us_hash(pair->doc));
  if (number == UINT32_MAX) return NULL;
  if (number < r->documents.n) return &r->documents.p[number];
  document fresh = {.name = strndup(pair->doc.p, pair->doc.n), .line = pair->line};
  if (fresh.name && us_vec_push(&r->documents, fresh)) return &r->documents.p[number];
  free(fresh.name);
  return NULL;
}

static unspin_status keep_sentence(reading *r, const us_pair *pair, unspin_error *err) {
  document *d = document_of(r, pair);
  if (!d) return us_nomem(err);
  if (d->spun.n) us_buf_putc(&d->spun, '\n');
  if (d->plain.n) us_buf_putc(&d->plain, '\n');
  us_buf_append(&d->spun, pair->spun);
  us_buf_append(&d->plain, pair->plain[0]);
  return d->spun.failed || d->plain.failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status add_sentence(reading *r, const us_pair *pair, unspin_error *err) {
  char *name = pair->doc.p ? strndup(pair->doc.p, pair->doc.n) : NULL;
  if (pair->doc.p && !name) return us_nomem(err);
  unspin_status status = add(r, pair->spun, pair->plain[0], name, pair->path, pair->line, err);
  free(name);
  return status;
}

static unspin_status take_pair(reading *r, const us_pair *pair, unspin_error *err) {
  bool together = r->input->kind == TUNE_PAIRS && pair->doc.p;
  if (!r->path.n || strcmp(r->path.p, pair->path) != 0) {
    US_TRY(add_documents(r, err));
    us_buf_clear(&r->path);
    us_buf_puts(&r->path, pair->path);
    if (r->path.failed) return us_nomem(err);
  }
  return together ? keep_sentence(r, pair, err) : add_sentence(r, pair, err);
}

static unspin_status read_pairs(reading *r, unspin_error *err) {
  us_pairs *pairs = NULL;
  US_TRY(us_pairs_open(&r->input->path, 1, &pairs, err));
  const us_pair *pair = NULL;
  unspin_status status = us_pairs_next(pairs, &pair, err);
  while (!status && pair) {
    status = take_pair(r, pair, err);
    if (!status) status = us_pairs_next(pairs, &pair, err);
  }
  if (!status) status = add_documents(r, err);
  us_pairs_close(pairs);
  return status;
}

/* ---- clean texts ---- */

static unspin_status add_clean(reading *r, const char *path, unspin_error *err) {
  us_buf_clear(&r->spun);
  US_TRY(cli_input_read(path, &r->spun, err));
  us_slice text = us_buf_slice(&r->spun);
  const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
  US_TRY(cli_input_check(text, name, err));
  if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0) text = us_slice_sub(text, 3, text.n);
  if (!us_slice_trim(text).n) return us_fail(err, UNSPIN_ERR_INVALID, "%s: there is no text in it", name);
  return add(r, text, text, NULL, name, 0, err);
}

static int by_name(const FTSENT **a, const FTSENT **b) { return strcmp((*a)->fts_name, (*b)->fts_name); }

static unspin_status walk(reading *r, char *root, unspin_error *err) {
  FTS *fts = fts_open((char *const[]){root, NULL}, FTS_LOGICAL | FTS_NOCHDIR, by_name);
  unspin_status status = fts ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_IO, "%s: %s", root, strerror(errno));
  for (FTSENT *e; !status && (e = fts_read(fts));) {
    if (e->fts_level > 0 && e->fts_name[0] == '.') fts_set(fts, e, FTS_SKIP);
    else if (e->fts_info == FTS_F) status = add_clean(r, e->fts_path, err);
    else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR || e->fts_info == FTS_NS)
      status = us_fail(err, UNSPIN_ERR_IO, "%s: %s", e->fts_path, strerror(e->fts_errno));
  }
  if (fts) fts_close(fts);
  if (!status && !r->count->texts) return us_fail(err, UNSPIN_ERR_INVALID, "%s: no texts in this folder", root);
  return status;
}

static unspin_status read_clean(reading *r, unspin_error *err) {
  struct stat st;
  if (stat(r->input->path, &st) != 0 || !S_ISDIR(st.st_mode)) return add_clean(r, r->input->path, err);
  char *root = strdup(r->input->path);
  if (!root) return us_nomem(err);
  for (size_t n = strlen(root); n > 1 && root[n - 1] == '/'; n--) root[n - 1] = 0;
  unspin_status status = walk(r, root, err);
  free(root);
  return status;
}

/* ---- the phrase table's sentences ---- */

static void row_sentence(reading *r, us_slice sentence, bool change, const char *id) {
  us_slice spun = sentence, plain = sentence;
  if (change) {
    us_buf_clear(&r->spun);
    us_buf_clear(&r->plain);
    if (us_markup_check(sentence, id, 1, NULL)) {
      r->count->skipped++;
      return;
    }
    us_markup_spun(&r->spun, sentence);
    us_markup_plain(&r->plain, sentence);
    if (r->spun.failed || r->plain.failed) {
      r->status = us_nomem(r->err);
      return;
    }
    spun = us_buf_slice(&r->spun);
    plain = us_buf_slice(&r->plain);
  }
  r->status = add(r, spun, plain, id, id, 0, r->err);
}

static void row_sentences(reading *r, const char *sentences, bool change, const char *id) {
  us_slice rest = us_slice_of(sentences);
  while (rest.n && !r->status) {
    const char *bar = memmem(rest.p, rest.n, " || ", 4);
    us_slice one = {rest.p, bar ? (size_t)(bar - rest.p) : rest.n};
    row_sentence(r, one, change, id);
    rest = bar ? us_slice_sub(rest, one.n + 4, rest.n) : (us_slice){"", 0};
  }
}

static bool take_row(void *cookie, const unspin_row *row) {
  reading *r = cookie;
  if (row->disabled) return true;
  row_sentences(r, row->change, true, row->id);
  row_sentences(r, row->keep, false, row->id);
  return !r->status;
}

static unspin_status read_rows(reading *r, const char *dir, unspin_error *err) {
  unspin_table *table = NULL;
  us_buf_clear(&r->path);
  us_buf_printf(&r->path, "%s/phrases.db", dir);
  if (r->path.failed) return us_nomem(err);
  US_TRY(unspin_table_open(r->path.p, UNSPIN_TABLE_READ, NULL, &table, err));
  r->err = err;
  unspin_status status = unspin_table_rows(table, NULL, take_row, r, err);
  unspin_table_close(table);
  if (r->status) return r->status;
  return status;
}

/* ---- all of them ---- */

unspin_status tune_read(const tune_input *input, const char *dir, unspin_tuner *tuner, unspin_session *session,
                        tune_count *count, unspin_error *err) {
  reading r = {.input = input, .tuner = tuner, .session = session, .count = count};
  *count = (tune_count){0};
  unspin_status status = input->kind == TUNE_ROWS    ? read_rows(&r, dir, err)
                         : input->kind == TUNE_CLEAN ? read_clean(&r, err)
                                                     : read_pairs(&r, err);
  forget_documents(&r);
  us_vec_free(&r.documents);
  us_buf_free(&r.path);
  us_buf_free(&r.spun);
  us_buf_free(&r.plain);
  return status;
}
