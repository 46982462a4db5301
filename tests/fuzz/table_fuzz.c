/* Any bytes as a phrase table, read and written: it is refused with a message, or does no harm. */
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "phrases/store.h"
#include "unspin.h"

static bool see_row(void *cookie, const unspin_row *row) {
  size_t *seen = cookie;
  FUZZ_CHECK(row->id && row->spun && row->plain && row->source && row->when && row->note && row->change && row->keep);
  return ++*seen < 5000;
}
static bool see_source(void *cookie, const unspin_source *source) {
  size_t *seen = cookie;
  FUZZ_CHECK(source->name && source->licence);
  return ++*seen < 5000;
}
static bool see_disabled(void *cookie, const char *id, const char *reason) {
  size_t *seen = cookie;
  FUZZ_CHECK(id && reason);
  return ++*seen < 5000;
}
static bool see_text(void *cookie, const char *text, size_t len) {
  size_t *seen = cookie;
  (void)text;
  return (*seen += len) < 1 << 20;
}

static void read_table(const char *path) {
  unspin_table *t = NULL;
  unspin_error err = {0};
  size_t seen = 0;
  if (unspin_table_open(path, UNSPIN_TABLE_READ, NULL, &t, &err)) {
    FUZZ_CHECK(!t && err.message[0]);
    return;
  }
  const unspin_row_filter filter = {.contains = "the"};
  (void)unspin_table_rows(t, NULL, see_row, &seen, NULL);
  (void)unspin_table_rows(t, &filter, see_row, &seen, NULL);
  (void)unspin_table_sources(t, see_source, &seen, NULL);
  (void)unspin_table_disabled(t, see_disabled, &seen, NULL);
  (void)unspin_table_export(t, UNSPIN_FORMAT_TSV, NULL, see_text, &seen, NULL);
  unspin_table_close(t);
}

static void read_store(const char *path) {
  us_buf image = {0};
  us_row_id_vec disabled = {0};
  (void)us_store_read(path, &image, &disabled, NULL);
  us_buf_free(&image);
  us_vec_free(&disabled);
}

static void write_table(const char *path) {
  unspin_table *t = NULL;
  unspin_row row;
  unspin_row_init(&row);
  row.spun = "lend a hand";
  row.plain = "help";
  row.source = "fuzz";
  if (unspin_table_open(path, UNSPIN_TABLE_WRITE, fuzz_data(), &t, NULL)) return;
  if (unspin_table_begin(t, NULL) == UNSPIN_OK) {
    bool added = unspin_table_add(t, &row, true, NULL, NULL, NULL) == UNSPIN_OK;
    if (!added || unspin_table_commit(t, NULL)) unspin_table_rollback(t);
  }
  unspin_table_close(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 1 << 17) return 0;
  const char *path = fuzz_file(".db", data, size);
  read_table(path);
  read_store(path);
  if (size % 2) write_table(path);
  return 0;
}
