#include "cli/clean_stats.h"

#include "base/file.h"
#include "base/json_read.h"
#include "report/json_object.h"

static json_t *count_value(uint64_t n) { return json_integer((json_int_t)n); }

static json_t *skipped_value(const clean_counts *c) {
  json_t *all = json_object();
  for (int i = 0; all && i < US_SKIP_COUNT; i++)
    if (c->skipped[i]) json_object_set_new(all, us_skip_name((us_skip)i), count_value(c->skipped[i]));
  return all;
}

static int append_json(const char *bytes, size_t n, void *buffer) {
  us_buf_append(buffer, (us_slice){bytes, n});
  return 0;
}

void clean_stats_format(const clean_counts *c, const clean_stamp *stamp, us_buf *out) {
  const us_doc_tally *t = &c->tally;
  json_t *all = US_JSON_OBJECT({"unspin", json_string(stamp->unspin)}, {"data", json_string(stamp->data)},
                               {"options", json_string(stamp->options)}, {"shard", count_value(stamp->shard.index)},
                               {"shards", count_value(stamp->shard.count)}, {"by_lines", json_boolean(stamp->parts)},
                               {"files", count_value(c->files)}, {"changed", count_value(c->changed)},
                               {"unchanged", count_value(c->unchanged)}, {"with_rejects", count_value(c->with_rejects)},
                               {"failed", count_value(c->failed)}, {"current", count_value(c->current)},
                               {"without_field", count_value(c->without_field)}, {"left_out", skipped_value(c)},
                               {"documents", count_value(t->records.documents)}, {"words", count_value(t->words)},
                               {"edits", count_value(t->edits)}, {"rejects", count_value(t->rejects)},
                               {"spun_words", json_real(t->spun_words)}, {"bytes_in", count_value(t->bytes_in)},
                               {"bytes_out", count_value(t->bytes_out)}, {"work_seconds", json_real(t->seconds)},
                               {"seconds", json_real(c->wall)});
  if (!all || json_dump_callback(all, append_json, out, JSON_COMPACT | JSON_REAL_PRECISION(9)) != 0) out->failed = true;
  us_buf_putc(out, '\n');
  json_decref(all);
}

static uint64_t count_of(const json_t *all, const char *key) {
  return (uint64_t)json_integer_value(json_object_get(all, key));
}

static void copy_text(const json_t *all, const char *key, char *out, size_t room) {
  const char *text = json_string_value(json_object_get(all, key));
  snprintf(out, room, "%s", text ? text : "");
}

bool clean_stats_read(const char *path, clean_counts *c, clean_stamp *stamp) {
  unspin_error err;
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, &err);
  if (status) cli_message("%s", err.message);
  json_error_t why;
  json_t *all = status ? NULL : us_json_load(us_buf_slice(&text), 0, &why);
  us_buf_free(&text);
  if (!all || !json_is_integer(json_object_get(all, "files"))) {
    if (!status && !all && !why.text[0]) cli_message("%s: out of memory", path);
    else if (!status) cli_message("%s: holds no figures of a run%s%s", path, all ? "" : ": ", all ? "" : why.text);
    json_decref(all);
    return false;
  }
  *stamp = (clean_stamp){.shard = {(uint32_t)count_of(all, "shard"), (uint32_t)count_of(all, "shards")},
                         .parts = json_is_true(json_object_get(all, "by_lines"))};
  copy_text(all, "unspin", stamp->unspin, sizeof stamp->unspin);
  copy_text(all, "data", stamp->data, sizeof stamp->data);
  copy_text(all, "options", stamp->options, sizeof stamp->options);
  *c = (clean_counts){.files = count_of(all, "files"),
                      .changed = count_of(all, "changed"),
                      .unchanged = count_of(all, "unchanged"),
                      .with_rejects = count_of(all, "with_rejects"),
                      .failed = count_of(all, "failed"),
                      .current = count_of(all, "current"),
                      .without_field = count_of(all, "without_field"),
                      .wall = json_number_value(json_object_get(all, "seconds"))};
  c->tally = (us_doc_tally){.bytes_in = count_of(all, "bytes_in"),
                            .bytes_out = count_of(all, "bytes_out"),
                            .records = {.documents = count_of(all, "documents")},
                            .words = count_of(all, "words"),
                            .edits = count_of(all, "edits"),
                            .rejects = count_of(all, "rejects"),
                            .spun_words = json_number_value(json_object_get(all, "spun_words")),
                            .seconds = json_number_value(json_object_get(all, "work_seconds"))};
  const json_t *skipped = json_object_get(all, "left_out");
  for (int i = 0; i < US_SKIP_COUNT; i++) c->skipped[i] = count_of(skipped, us_skip_name((us_skip)i));
  json_decref(all);
  return true;
}

void clean_counts_add(clean_counts *sum, const clean_counts *part) {
  sum->files += part->files;
  sum->changed += part->changed;
  sum->unchanged += part->unchanged;
  sum->with_rejects += part->with_rejects;
  sum->failed += part->failed;
  sum->current += part->current;
  sum->without_field += part->without_field;
  for (int i = 0; i < US_SKIP_COUNT; i++) sum->skipped[i] += part->skipped[i];
  us_doc_tally_add(&sum->tally, &part->tally);
  if (part->wall > sum->wall) sum->wall = part->wall; /* they ran side by side */
}
