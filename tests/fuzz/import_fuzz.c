/* Any bytes as a list of substitutions in any of the formats. What was taken can be written out as TSV, and that is
 * taken again. Input: a byte for the format, then the file. */
#include <unistd.h>

#include "base/buf.h"
#include "fuzz/fuzz.h"
#include "unspin.h"

static unspin_table *table;

static void open_once(void) {
  char path[256];
  unspin_error err;
  if (table) return;
  snprintf(path, sizeof path, "%s/table.db", fuzz_folder());
  bool ok = unspin_table_open(path, UNSPIN_TABLE_WRITE, fuzz_data(), &table, &err) == UNSPIN_OK;
  if (!ok) fprintf(stderr, "%s\n", err.message);
  FUZZ_CHECK(ok);
}

static bool keep(void *cookie, const char *text, size_t len) {
  us_buf_append(cookie, (us_slice){text, len});
  return true;
}

static void take_again(us_slice tsv) {
  unspin_import_options o;
  unspin_error err;
  unspin_import_options_init(&o);
  o.format = UNSPIN_FORMAT_TSV;
  o.source = "again";
  const char *path = fuzz_file(".tsv", (const uint8_t *)tsv.p, tsv.n);
  FUZZ_CHECK(unspin_table_begin(table, NULL) == UNSPIN_OK);
  bool ok = unspin_table_import(table, path, &o, NULL, &err) == UNSPIN_OK;
  if (!ok) fprintf(stderr, "%s\n%.*s\n", err.message, (int)tsv.n, tsv.p);
  FUZZ_CHECK(ok);
  unspin_table_rollback(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > 1 << 15) return 0;
  open_once();
  unspin_import_options o;
  unspin_import_report report;
  us_buf tsv = {0};
  unspin_import_options_init(&o);
  o.format = (unspin_format)(data[0] % UNSPIN_FORMAT_COUNT);
  o.context = data[0] & 32;
  o.plain_first = data[0] & 64;
  o.source = "fuzz";
  const char *path = fuzz_file(".list", data + 1, size - 1);
  FUZZ_CHECK(unspin_table_begin(table, NULL) == UNSPIN_OK);
  bool taken = unspin_table_import(table, path, &o, &report, NULL) == UNSPIN_OK && report.added;
  if (taken) FUZZ_CHECK(unspin_table_export(table, UNSPIN_FORMAT_TSV, NULL, keep, &tsv, NULL) == UNSPIN_OK);
  unspin_table_rollback(table);
  if (taken) take_again(us_buf_slice(&tsv));
  us_buf_free(&tsv);
  return 0;
}
