#include "restore/knowledge.h"

#include <stdlib.h>

#include "base/hash.h"
#include "phrases/store.h"

static unspin_status path_in(const char *dir, const char *name, us_buf *path, unspin_error *err) {
  us_buf_clear(path);
  us_buf_printf(path, "%s/%s", dir, name);
  return path->failed ? us_nomem(err) : UNSPIN_OK;
}

static unspin_status open_table(unspin_knowledge *k, const char *path, unspin_error *err) {
  us_table *t = &k->tables[k->table_count++];
  US_TRY(us_store_read_image(path, &t->bytes, err));
  return us_matcher_open(us_buf_slice(&t->bytes), path, &t->matcher, err);
}

void us_knowledge_number(unspin_knowledge *k) {
  k->symbol_count = 0;
  for (uint32_t i = 0; i < k->table_count; i++) {
    k->tables[i].symbol_base = k->symbol_count;
    k->symbol_count += k->tables[i].matcher.symbol_count;
  }
}

static unspin_status open_all(unspin_knowledge *k, const char *dir, us_buf *path, unspin_error *err) {
  US_TRY(path_in(dir, "forms.bin", path, err));
  US_TRY(us_forms_open(path->p, &k->forms, err));
  US_TRY(path_in(dir, "phrases.db", path, err));
  US_TRY(open_table(k, path->p, err));
  us_knowledge_number(k);
  US_TRY(path_in(dir, "channel.bin", path, err));
  US_TRY(us_channel_open(path->p, k->forms, &k->channel, err));
  US_TRY(path_in(dir, "engine.tsv", path, err));
  US_TRY(us_engine_read(path->p, &k->engine, err));
  US_TRY(path_in(dir, "weights.tsv", path, err));
  US_TRY(us_scorer_read(path->p, &k->scorer_text, &k->scorer, err));
  US_TRY(path_in(dir, "plain.lm", path, err));
  US_TRY(unspin_model_open(path->p, &k->model, err));
  US_TRY(path_in(dir, "plain.vec", path, err));
  US_TRY(unspin_vectors_open(path->p, &k->vectors, err));
  uint64_t h = us_hash_seed(us_buf_slice(&k->engine.text), us_forms_hash(k->forms) ^ k->channel.hash);
  for (uint32_t i = 0; i < k->table_count; i++)
    h = us_hash_seed((us_slice){(const char *)&k->tables[i].matcher.hash, sizeof(uint64_t)}, h);
  h = us_hash_seed(us_buf_slice(&k->scorer_text), h);
  h = us_hash_seed(us_slice_of(unspin_model_hash(k->model)), h);
  us_hash_hex(h, k->hash);
  return UNSPIN_OK;
}

unspin_status unspin_knowledge_open(const char *data_dir, unspin_knowledge **out, unspin_error *err) {
  *out = NULL;
  unspin_knowledge *k = calloc(1, sizeof *k);
  if (!k) return us_nomem(err);
  us_buf path = {0};
  unspin_status status = open_all(k, data_dir, &path, err);
  us_buf_free(&path);
  if (status) unspin_knowledge_close(k);
  else *out = k;
  return status;
}

void unspin_knowledge_close(unspin_knowledge *k) {
  if (!k) return;
  us_forms_close(k->forms);
  for (uint32_t i = 0; i < k->table_count; i++) {
    us_buf_free(&k->tables[i].bytes);
    free(k->tables[i].off);
  }
  us_channel_close(&k->channel);
  us_engine_free(&k->engine);
  us_buf_free(&k->scorer_text);
  unspin_model_close(k->model);
  unspin_vectors_close(k->vectors);
  free(k);
}

const char *unspin_knowledge_hash(const unspin_knowledge *k) { return k->hash; }
