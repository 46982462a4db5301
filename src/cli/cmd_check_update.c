/* Writes a baseline: JSON with a line for each pair, so that a version control system shows what changed. */
#include <jansson.h>

#include "base/file.h"
#include "cli/cmd_check.h"

static char letter_of(us_slot_state state) {
  switch (state) {
    case US_SLOT_RIGHT: return 'R';
    case US_SLOT_FREE: return 'F';
    case US_SLOT_KEPT: return 'K';
    case US_SLOT_WRONG: return 'W';
  }
  return '?';
}

static void put_string(us_buf *out, const char *text) {
  json_t *string = json_string(text);
  char *dumped = string ? json_dumps(string, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
  if (dumped) us_buf_puts(out, dumped);
  else out->failed = true;
  free(dumped);
  json_decref(string);
}

static void put_score(us_buf *out, const us_tally *t) {
  us_buf_printf(out,
                "{\"texts\":%zu,\"whole\":%zu,\"words\":%zu,\"slots\":%zu,\"free\":%zu,\"right\":%zu,\"kept\":%zu,"
                "\"wrong\":%zu,\"false\":%zu,\"before\":%zu,\"after\":%zu,\"sentences\":%zu,\"exact\":%zu}",
                t->texts, t->whole, t->words, t->slots, t->free, t->right, t->kept, t->wrong, t->false_words, t->before,
                t->after, t->sentences, t->exact);
}

static void put_places(us_buf *out, const check_case *c) {
  for (size_t i = 0; i < c->slots.n; i++) {
    size_t first, n = check_edits_at(c, c->slots.p[i].begin, c->slots.p[i].end, &first);
    if (i) us_buf_putc(out, ' ');
    us_buf_putc(out, letter_of(c->slots.p[i].state));
    if (!n) continue;
    us_buf_putc(out, ':');
    us_buf_puts(out, unspin_result_edit(c->result, first)->row);
  }
}

static void put_false_rows(us_buf *out, const check_case *c) {
  bool begun = false;
  for (size_t i = 0; i < c->faults.n; i++) {
    if (c->faults.p[i].kind != CHECK_FALSE) continue;
    if (begun) us_buf_putc(out, ' ');
    us_buf_puts(out, unspin_result_edit(c->result, c->faults.p[i].first_edit)->row);
    begun = true;
  }
}

static void put_head(us_buf *out, const char *key, bool passes, const us_tally *tally) {
  us_buf_puts(out, out->n ? ",\n" : "");
  put_string(out, key);
  us_buf_printf(out, ":{\"passes\":%s,\"score\":", passes ? "true" : "false");
  put_score(out, tally);
}

void check_update_keep(us_buf *out, const check_old *old) {
  put_head(out, old->key, old->passes, &old->tally);
  us_buf_puts(out, ",\"places\":");
  put_string(out, old->slots);
  us_buf_puts(out, ",\"false_rows\":");
  put_string(out, old->false_rows);
  us_buf_puts(out, "}");
}

void check_update_pair(us_buf *out, const check_case *c) {
  put_head(out, c->key, c->passes, &c->tally);
  us_buf_puts(out, ",\"places\":\"");
  put_places(out, c);
  us_buf_puts(out, "\",\"false_rows\":\"");
  put_false_rows(out, c);
  us_buf_puts(out, "\"}");
}

unspin_status check_update_write(const char *path, us_slice lines, const char *knowledge,
                                 const double tolerance[CHECK_FIGURE_COUNT], unspin_error *err) {
  us_buf out = {0};
  us_buf_puts(&out, "{\"format\":\"unspin-baseline\",\"version\":1,\n\"knowledge\":");
  put_string(&out, knowledge);
  us_buf_puts(&out, ",\n\"tolerance\":{");
  for (check_figure f = CHECK_UNDONE; f < CHECK_FIGURE_COUNT; f++)
    us_buf_printf(&out, "%s\"%s\":%g", f ? "," : "", check_figure_name(f), tolerance[f]);
  us_buf_puts(&out, "},\n\"pairs\":{\n");
  us_buf_append(&out, lines);
  us_buf_puts(&out, "\n}}\n");
  unspin_status status = out.failed ? us_nomem(err) : us_file_write_atomic(path, us_buf_slice(&out), err);
  us_buf_free(&out);
  return status;
}
