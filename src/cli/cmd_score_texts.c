#include <string.h>

#include "cli/cmd_score.h"
#include "cli/input.h"
#include "cli/tables.h"
#include "measure/halves.h"
#include "report/report.h"

unspin_status score_open_knowledge(score_run *run, unspin_error *err) {
  if (run->session) return UNSPIN_OK;
  us_buf dir = {0};
  unspin_status status = cli_data_dir(run->data, &dir) ? UNSPIN_OK : us_nomem(err);
  if (!status && !run->knowledge) status = cli_knowledge_open(dir.p, NULL, 0, &run->knowledge, err);
  us_buf_free(&dir);
  if (!status) status = unspin_session_new(run->knowledge, &run->session, err);
  return status;
}

void score_close_knowledge(score_run *run) {
  unspin_session_free(run->session);
  unspin_knowledge_close(run->knowledge);
  run->session = NULL;
  run->knowledge = NULL;
}

static bool has_text(us_slice text) { return us_slice_trim(text).n > 0; }

/* A byte order mark is no part of the text: a pair of which only one file has it would differ there. */
static void drop_mark(us_buf *text) {
  if (text->n < 3 || memcmp(text->p, "\xEF\xBB\xBF", 3) != 0) return;
  memmove(text->p, text->p + 3, text->n - 3);
  text->n -= 3;
  text->p[text->n] = 0;
}

static unspin_status read_text(const char *path, us_buf *text, unspin_error *err) {
  const char *name = strcmp(path, "-") == 0 ? US_REPORT_STDIN : path;
  US_TRY(cli_input_read(path, text, err));
  US_TRY(cli_input_check(us_buf_slice(text), name, err));
  drop_mark(text);
  if (!has_text(us_buf_slice(text))) return us_fail(err, UNSPIN_ERR_INVALID, "%s: there is no text in it", name);
  return UNSPIN_OK;
}

static unspin_status restore(score_run *run, score_item *item, unspin_error *err) {
  US_TRY(score_open_knowledge(run, err));
  unspin_options options;
  unspin_options_init(&options);
  options.max_reasons = options.max_alternatives = 0;
  options.assume_spun = run->assume_spun;
  unspin_result *result = NULL;
  us_slice before = us_buf_slice(&item->before_text);
  us_halves halves = {0};
  unspin_status status = UNSPIN_OK;
  if (run->like && !us_halves_split(us_buf_slice(&item->reference_text), &halves)) status = us_nomem(err);
  options.like = us_buf_slice(&halves.half[US_HALF_DECODE]).p;
  options.like_len = halves.half[US_HALF_DECODE].n;
  if (!status) status = unspin_restore(run->session, before.p, before.n, &options, &result, err);
  us_halves_free(&halves);
  if (status) {
    unspin_error told = err ? *err : (unspin_error){0};
    return us_fail(err, status, "%s: %s", item->before, told.message);
  }
  unspin_text after = unspin_result_text(result);
  us_buf_clear(&item->after_text);
  us_buf_append(&item->after_text, (us_slice){after.len ? after.text : "", after.len});
  unspin_result_free(result);
  return item->after_text.failed ? us_nomem(err) : UNSPIN_OK;
}

unspin_status score_item_load(score_run *run, score_item *item, unspin_error *err) {
  US_TRY(read_text(item->reference, &item->reference_text, err));
  US_TRY(read_text(item->before, &item->before_text, err));
  return item->after ? read_text(item->after, &item->after_text, err) : restore(run, item, err);
}

void score_item_unload(score_item *item) {
  us_buf_free(&item->reference_text);
  us_buf_free(&item->before_text);
  us_buf_free(&item->after_text);
}
