#include "restore/knowledge.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "model/vectors.h"
#include "phrases/table.h"

static unspin_status path_in(const char *dir, const char *name, us_buf *path, unspin_error *err) {
  us_buf_clear(path);
  us_buf_printf(path, "%s/%s", dir, name);
  return path->failed ? us_nomem(err) : UNSPIN_OK;
}

static bool set_off(us_table *t, uint32_t row) {
  if (!t->off) t->off = calloc(t->matcher.row_count / 8 + 1, 1);
  if (t->off) t->off[row / 8] |= (uint8_t)(1u << row % 8);
  return t->off != NULL;
}

/* Rows of table I that IDS (each US_ROW_ID_LEN characters and a NUL, sorted) names are switched off. */
static bool switch_off(us_table *t, us_slice ids) {
  enum { STRIDE = US_ROW_ID_LEN + 1 };
  for (uint32_t r = 0; ids.n && r < t->matcher.row_count; r++) {
    size_t low = 0, high = ids.n / STRIDE;
    while (low < high) {
      size_t mid = (low + high) / 2;
      int order = strcmp(ids.p + mid * STRIDE, t->matcher.rows[r].id);
      if (order == 0) {
        if (!set_off(t, r)) return false;
        break;
      }
      if (order < 0) low = mid + 1;
      else high = mid;
    }
  }
  return true;
}

static int by_id(const void *a, const void *b) { return strcmp(a, b); }

/* The ids of the rows that stand in for those below, as switch_off wants them: what was merely counted adds to what
 * somebody wrote, and takes nothing away from it. */
static bool ids_of(const us_table *t, us_buf *out) {
  for (uint32_t r = 0; r < t->matcher.row_count; r++)
    if (!us_row_is_learned(&t->matcher.rows[r]))
      us_buf_append(out, (us_slice){t->matcher.rows[r].id, US_ROW_ID_LEN + 1});
  if (!out->failed && out->n) qsort(out->p, out->n / (US_ROW_ID_LEN + 1), US_ROW_ID_LEN + 1, by_id);
  return !out->failed;
}

/* The rows of a user's table outlive the version that compiled them; what is shipped comes with the program. */
static unspin_status open_matcher(us_table *t, const char *path, const char *dir, bool shipped, unspin_error *err) {
  unspin_status status = us_matcher_open(t->image.bytes, path, &t->matcher, err);
  if (status != UNSPIN_ERR_VERSION || shipped) return status;
  us_buf_clear(&t->image.owned);
  US_TRY(us_table_image_anew(path, dir, &t->image.owned, err));
  t->image.bytes = us_buf_slice(&t->image.owned);
  return us_matcher_open(t->image.bytes, path, &t->matcher, err);
}

/* A table on top of those that are open: what it disables and what it has itself is switched off below. The SHIPPED one
 * is never written to, others may be at any time. */
static unspin_status open_table(unspin_knowledge *k, const char *dir, const char *path, bool shipped,
                                unspin_error *err) {
  if (k->table_count == US_TABLES_MAX)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s: more than %d phrase tables", path, US_TABLES_MAX);
  us_table *t = &k->tables[k->table_count++];
  us_row_id_vec disabled = {0};
  us_buf own = {0};
  unspin_status status =
      shipped ? us_store_map(path, &t->image, &disabled, err) : us_store_read(path, &t->image.owned, &disabled, err);
  if (!shipped) t->image.bytes = us_buf_slice(&t->image.owned);
  if (!status) status = open_matcher(t, path, dir, shipped, err);
  us_slice off = {disabled.n ? (const char *)disabled.p : "", disabled.n * sizeof *disabled.p};
  bool lowest = k->table_count == 1;
  if (!status && (!switch_off(t, off) || (!lowest && !ids_of(t, &own)))) status = us_nomem(err);
  for (uint32_t i = 0; !status && i + 1 < k->table_count; i++)
    if (!switch_off(&k->tables[i], off) || !switch_off(&k->tables[i], us_buf_slice(&own))) status = us_nomem(err);
  us_vec_free(&disabled);
  us_buf_free(&own);
  return status;
}

void us_knowledge_number(unspin_knowledge *k) {
  k->symbol_count = 0;
  for (uint32_t i = 0; i < k->table_count; i++) {
    k->tables[i].symbol_base = k->symbol_count;
    k->symbol_count += k->tables[i].matcher.symbol_count;
  }
}

static unspin_status open_all(unspin_knowledge *k, const char *dir, const char *const *tables, size_t n, us_buf *path,
                              unspin_error *err) {
  US_TRY(path_in(dir, "forms.bin", path, err));
  US_TRY(us_forms_open(path->p, &k->forms, err));
  US_TRY(path_in(dir, "phrases.db", path, err));
  US_TRY(open_table(k, dir, path->p, true, err));
  for (size_t i = 0; i < n; i++) US_TRY(open_table(k, dir, tables[i], false, err));
  us_knowledge_number(k);
  US_TRY(path_in(dir, "channel.bin", path, err));
  US_TRY(us_channel_open(path->p, k->forms, &k->channel, err));
  US_TRY(path_in(dir, "expressions.bin", path, err));
  US_TRY(us_expressions_open(path->p, &k->expressions, err));
  US_TRY(path_in(dir, "engine.tsv", path, err));
  US_TRY(us_engine_read(path->p, &k->engine, err));
  US_TRY(path_in(dir, "weights.tsv", path, err));
  US_TRY(us_scorer_read(path->p, &k->scorer_text, &k->scorer, err));
  US_TRY(path_in(dir, "weights-fast.tsv", path, err));
  k->fast_scorer = k->scorer;
  if (access(path->p, F_OK) == 0) US_TRY(us_scorer_read(path->p, &k->fast_text, &k->fast_scorer, err));
  US_TRY(path_in(dir, "plain.lm", path, err));
  US_TRY(unspin_model_open(path->p, &k->model, err));
  US_TRY(path_in(dir, "plain.vec", path, err));
  US_TRY(unspin_vectors_open(path->p, &k->vectors, err));
  uint64_t h = us_hash_seed(us_buf_slice(&k->engine.text),
                            us_forms_hash(k->forms) ^ k->channel.hash ^ k->expressions.hash ^ k->vectors->hash);
  for (uint32_t i = 0; i < k->table_count; i++)
    h = us_hash_seed((us_slice){(const char *)&k->tables[i].matcher.hash, sizeof(uint64_t)}, h);
  for (uint32_t i = 0; i < k->table_count; i++)
    if (k->tables[i].off)
      h = us_hash_seed((us_slice){(const char *)k->tables[i].off, k->tables[i].matcher.row_count / 8 + 1}, h);
  h = us_hash_seed(us_buf_slice(&k->scorer_text), h);
  h = us_hash_seed(us_buf_slice(&k->fast_text), h);
  h = us_hash_seed(us_slice_of(unspin_model_hash(k->model)), h);
  us_hash_hex(h, k->hash);
  return UNSPIN_OK;
}

unspin_status unspin_knowledge_open_tables(const char *data_dir, const char *const *tables, size_t count,
                                           unspin_knowledge **out, unspin_error *err) {
  *out = NULL;
  unspin_knowledge *k = calloc(1, sizeof *k);
  if (!k) return us_nomem(err);
  us_buf path = {0};
  unspin_status status = open_all(k, data_dir, tables, count, &path, err);
  us_buf_free(&path);
  if (status) unspin_knowledge_close(k);
  else *out = k;
  return status;
}

unspin_status unspin_knowledge_open(const char *data_dir, unspin_knowledge **out, unspin_error *err) {
  return unspin_knowledge_open_tables(data_dir, NULL, 0, out, err);
}

void unspin_knowledge_close(unspin_knowledge *k) {
  if (!k) return;
  us_forms_close(k->forms);
  for (uint32_t i = 0; i < k->table_count; i++) {
    us_store_image_free(&k->tables[i].image);
    free(k->tables[i].off);
  }
  us_channel_close(&k->channel);
  us_expressions_close(&k->expressions);
  us_engine_free(&k->engine);
  us_buf_free(&k->scorer_text);
  us_buf_free(&k->fast_text);
  unspin_model_close(k->model);
  unspin_vectors_close(k->vectors);
  free(k);
}

const char *unspin_knowledge_hash(const unspin_knowledge *k) { return k->hash; }
