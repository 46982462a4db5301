/* Restores pair after pair, scores and judges it, and hands it to the reports. */
#include <math.h>
#include <stdlib.h>

#include "cli/cmd_check.h"
#include "cli/tables.h"

static unspin_status open_rows(check_run *run, unspin_error *err) {
  phrases_options o = {.data = run->data};
  for (size_t i = 0; i < run->tables.n; i++)
    if (!us_vec_push(&o.tables, run->tables.p[i])) {
      us_vec_free(&o.tables);
      return us_nomem(err);
    }
  bool ok = phrases_stack_open(&o, &run->rows_of);
  us_vec_free(&o.tables);
  return ok ? UNSPIN_OK : us_fail(err, UNSPIN_ERR_IO, "%s", ""); /* it has said why */
}

static unspin_status open_knowledge(check_run *run, unspin_error *err) {
  us_buf dir = {0};
  unspin_status status = cli_data_dir(run->data, &dir) ? UNSPIN_OK : us_nomem(err);
  if (!status) status = cli_knowledge_open(dir.p, run->tables.p, run->tables.n, &run->knowledge, err);
  us_buf_free(&dir);
  if (!status) status = open_rows(run, err);
  if (!status) status = unspin_session_new(run->knowledge, &run->session, err);
  run->scorer = us_scorer_new();
  return status || run->scorer ? status : us_nomem(err);
}

check_suite check_total(const check_run *run) {
  check_suite total = {.name = "all"};
  for (size_t i = 0; i < run->suites.n; i++) {
    const check_suite *s = &run->suites.p[i];
    us_tally_add(&total.spun, &s->spun);
    us_tally_add(&total.clean, &s->clean);
    us_tally_add(&total.now, &s->now);
    us_tally_add(&total.then, &s->then);
    total.pairs += s->pairs;
    total.failed += s->failed;
    total.clean_pairs += s->clean_pairs;
    total.clean_changed += s->clean_changed;
  }
  return total;
}

check_suite *check_suite_of(check_run *run, const char *name) {
  for (size_t i = run->suites.n; i-- > 0;) /* most likely the last */
    if (strcmp(run->suites.p[i].name, name) == 0) return &run->suites.p[i];
  if (!us_vec_push(&run->suites, (check_suite){.name = name})) return NULL;
  return &run->suites.p[run->suites.n - 1];
}

/* The last part of the suite's name and the id: the same from whichever directory the run is started. A second pair of
 * that name gets a number. */
static const char *key_of(check_run *run, const us_pair *pair) {
  const char *slash = strrchr(pair->suite, '/');
  us_buf name = {0};
  us_buf_puts(&name, slash && slash[1] ? slash + 1 : pair->suite);
  us_buf_putc(&name, '/');
  us_buf_append(&name, pair->id);
  size_t plain = name.n;
  for (unsigned n = 2; !name.failed; n++) {
    size_t before = run->keys.ends.n;
    if (!us_lexicon_id(&run->keys, us_buf_slice(&name))) name.failed = true;
    if (run->keys.ends.n != before) break;
    name.n = plain;
    us_buf_printf(&name, "#%u", n);
  }
  const char *key = name.failed ? NULL : us_arena_copy(&run->arena, us_buf_slice(&name));
  us_buf_free(&name);
  return key;
}

static check_verdict judge(const check_run *run, const check_case *c) {
  if (c->pair->expect == US_EXPECT_KNOWN_FAIL) return c->passes ? CHECK_PASSES_NOW : CHECK_KNOWN_FAILING;
  if (c->passes) return CHECK_PASSES;
  return run->has_baseline && c->old && !c->old->passes ? CHECK_FAILS_AS_BEFORE : CHECK_FAILS;
}

typedef enum deed { DEED_RIGHT, DEED_WRONG, DEED_FALSE, DEED_GAINED, DEED_LOST } deed;

/* Puts DEED down to each of the rows that ID names, "+" between them; SOURCE is that of the first. */
static bool count_deed(check_run *run, const char *id, const char *source, deed d) {
  us_slice rest = us_slice_of(id), name;
  for (; us_slice_cut(&rest, '+', &name); source = NULL) {
    check_row *row = check_row_of(&run->rows, name, source);
    if (!row) return false;
    row->right += d == DEED_RIGHT;
    row->wrong += d == DEED_WRONG;
    row->false_edits += d == DEED_FALSE;
    row->gained += d == DEED_GAINED;
    row->lost += d == DEED_LOST;
  }
  return true;
}

static bool count_rows(check_run *run, const check_case *c) {
  for (size_t i = 0; i < c->slots.n; i++) {
    const us_slot *slot = &c->slots.p[i];
    bool right = slot->state == US_SLOT_RIGHT || slot->state == US_SLOT_FREE;
    size_t first, n = check_edits_at(c, slot->begin, slot->end, &first);
    for (size_t e = first; e < first + n; e++) {
      const unspin_edit *edit = unspin_result_edit(c->result, e);
      if (!count_deed(run, edit->row, edit->source, right ? DEED_RIGHT : DEED_WRONG)) return false;
    }
  }
  for (size_t i = 0; i < c->faults.n; i++) {
    if (c->faults.p[i].kind != CHECK_FALSE) continue;
    const unspin_edit *edit = unspin_result_edit(c->result, c->faults.p[i].first_edit);
    if (!count_deed(run, edit->row, edit->source, DEED_FALSE)) return false;
  }
  return true;
}

static bool count_changes(check_run *run, const check_changes *changes) {
  for (size_t i = 0; i < changes->n; i++) {
    const check_change *change = &changes->p[i];
    const char *id = change->row ? change->row : change->old_row;
    run->gained += change->gained;
    run->lost += !change->gained;
    if (id && !count_deed(run, id, NULL, change->gained ? DEED_GAINED : DEED_LOST)) return false;
  }
  return true;
}

/* Whether the pair makes the run end with status 1. */
static bool ends_badly(const check_run *run, const check_case *c) {
  return c->verdict == CHECK_FAILS || c->falls || (run->strict && c->verdict == CHECK_PASSES_NOW);
}

static bool count(check_run *run, const check_case *c, const check_changes *changes) {
  check_suite *suite = check_suite_of(run, c->pair->suite);
  if (!suite || !count_rows(run, c) || !count_changes(run, changes)) return false;
  us_tally_add(c->clean ? &suite->clean : &suite->spun, &c->tally);
  suite->pairs++;
  suite->clean_pairs += c->clean;
  suite->clean_changed += c->clean && !us_slice_eq(c->restored, c->pair->spun);
  bool bad = ends_badly(run, c);
  suite->failed += bad;
  run->pairs++;
  run->failed += bad;
  run->fallen += c->falls;
  if (!c->old) return true;
  run->common++;
  us_tally_add(&suite->now, &c->tally);
  us_tally_add(&suite->then, &c->old->tally);
  return true;
}

/* The suite outlives the reader. */
static const char *keep_name(check_run *run, const char *name) {
  for (size_t i = run->suites.n; i-- > 0;)
    if (strcmp(run->suites.p[i].name, name) == 0) return run->suites.p[i].name;
  return us_arena_copy(&run->arena, us_slice_of(name));
}

static unspin_status report(check_run *run, const check_case *c, unspin_error *err) {
  check_changes changes = {0};
  unspin_status status = c->old ? check_baseline_changes(&run->baseline, c, &changes, err) : UNSPIN_OK;
  if (run->update) check_update_pair(&run->update_lines, c);
  if (!status && !count(run, c, &changes)) status = us_nomem(err);
  if (!status && !run->reporter->pair(run, c, &changes)) status = us_nomem(err);
  if (!status && run->junit && !check_junit.pair(run, c, &changes)) status = us_nomem(err);
  if (!status && run->html && !check_html.pair(run, c, &changes)) status = us_nomem(err);
  us_vec_free(&changes);
  return status;
}

static unspin_status examine(check_run *run, check_case *c, unspin_error *err) {
  US_TRY(us_scorer_score(run->scorer, c->pair, c->restored, &c->tally, &c->slots, err));
  c->key = key_of(run, c->pair);
  if (!c->key) return us_nomem(err);
  c->clean = c->tally.before == 0;
  if (c->pair->expect == US_EXPECT_CHANGE && c->clean)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: must-change, but nothing is marked that could", c->pair->path,
                   c->pair->line);
  c->passes = check_passes(c->pair, &c->tally, c->restored);
  if (run->has_baseline) check_baseline_match(&run->baseline, run->tolerance[CHECK_PAIR], c);
  c->verdict = judge(run, c);
  US_TRY(check_blame(c, err));
  if (!run->quiet) US_TRY(check_find_offers(&run->rows_of, &run->arena, c, err));
  if (run->bisect && !c->passes) US_TRY(check_bisect(run, c, err));
  return report(run, c, err);
}

static unspin_status check_pair(check_run *run, us_pair pair, unspin_error *err) {
  pair.suite = keep_name(run, pair.suite);
  if (!pair.suite) return us_nomem(err);
  unspin_result *result = NULL;
  unspin_status status = unspin_restore(run->session, pair.spun.p, pair.spun.n, &run->engine, &result, err);
  if (status) {
    unspin_error told = *err;
    return us_fail(err, status, "%s:%zu: %s", pair.path, pair.line, told.message);
  }
  unspin_text text = unspin_result_text(result);
  check_case c = {.pair = &pair, .result = result, .restored = {text.len ? text.text : "", text.len}};
  status = examine(run, &c, err);
  us_vec_free(&c.slots);
  us_vec_free(&c.faults);
  us_vec_free(&c.cures);
  unspin_result_free(result);
  return status;
}

static bool tell_error(check_run *run, const unspin_error *err) {
  run->errors++;
  fflush(stdout); /* the message stands where it belongs; a failed write shows at the end */
  cli_message("%s", err->message);
  bool ok = !run->reporter->error || run->reporter->error(run, err->message);
  ok = (!run->junit || check_junit.error(run, err->message)) && ok;
  return (!run->html || check_html.error(run, err->message)) && ok;
}

static bool check_pairs(check_run *run, us_pairs *pairs) {
  unspin_error err = {0};
  bool going = true;
  for (const us_pair *pair = NULL; going;) {
    unspin_status status = us_pairs_next(pairs, &pair, &err);
    if (!status && !pair) break;
    if (!status) status = check_pair(run, *pair, &err);
    if (status) going = tell_error(run, &err) && status != UNSPIN_ERR_NOMEM;
  }
  return going;
}

/* Compares what is in the run and in the baseline, suite by suite. */
static bool find_falls(check_run *run) {
  for (size_t i = 0; i < run->suites.n; i++) {
    const check_suite *s = &run->suites.p[i];
    for (check_figure f = CHECK_UNDONE; f <= CHECK_FALSE_PER_1000; f++) {
      double then = check_figure_of(f, &s->then), now = check_figure_of(f, &s->now);
      double fall = f == CHECK_FALSE_PER_1000 ? now - then : then - now;
      if (!(fall > run->tolerance[f] + 1e-9)) continue;
      if (!us_vec_push(&run->falls, (check_fall){s->name, f, then, now})) return false;
    }
  }
  return true;
}

static bool read_baseline(check_run *run, unspin_error *err) {
  double tolerance[CHECK_FIGURE_COUNT];
  memcpy(tolerance, run->tolerance, sizeof tolerance);
  check_tolerance_default(run->tolerance);
  if (run->has_baseline) {
    if (check_baseline_read(run->baseline_path, &run->baseline, err)) return false;
    memcpy(run->tolerance, run->baseline.tolerance, sizeof run->tolerance);
  }
  for (size_t i = 0; i < CHECK_FIGURE_COUNT; i++)
    if (run->tolerance_given[i]) run->tolerance[i] = tolerance[i];
  return true;
}

static unspin_status write_update(check_run *run, unspin_error *err) {
  if (run->errors)
    return us_fail(err, UNSPIN_ERR_INVALID, "%s: not updated, because of the errors", run->baseline_path);
  size_t kept = 0;
  for (size_t i = 0; i < run->baseline.pairs.n; i++) {
    if (run->baseline.pairs.p[i].seen) continue;
    check_update_keep(&run->update_lines, &run->baseline.pairs.p[i]);
    kept++;
  }
  if (run->update_lines.failed) return us_nomem(err);
  if (kept)
    cli_message("%s: %zu pair%s that this run did not see stay%s in it", run->baseline_path, kept, kept == 1 ? "" : "s",
                kept == 1 ? "s" : "");
  return check_update_write(run->baseline_path, us_buf_slice(&run->update_lines), unspin_knowledge_hash(run->knowledge),
                            run->tolerance, err);
}

/* Neither can be told from the pairs themselves. */
static void check_baseline_use(check_run *run) {
  if (!run->has_baseline || run->update || run->common || !run->pairs) return;
  cli_message("%s: knows none of these pairs (see --update)", run->baseline_path);
  run->errors++;
}

static bool no_memory(void) {
  cli_message("out of memory");
  return false;
}

static bool begin_reports(check_run *run) {
  bool ok = (!run->reporter->begin || run->reporter->begin(run)) && (!run->html || check_html.begin(run));
  return ok || no_memory();
}

/* The reports in files say themselves what went wrong. */
static bool end_reports(check_run *run) {
  if (run->reporter->end && !run->reporter->end(run)) return no_memory();
  return (!run->junit || check_junit.end(run)) && (!run->html || check_html.end(run));
}

int check_all(check_run *run) {
  unspin_error err = {0};
  us_pairs *pairs = NULL;
  if (!read_baseline(run, &err) || us_pairs_open((const char *const *)run->paths, run->path_count, &pairs, &err) ||
      open_knowledge(run, &err)) {
    if (*err.message) cli_message("%s", err.message);
    us_pairs_close(pairs);
    return CLI_ERROR;
  }
  bool ok = begin_reports(run) && check_pairs(run, pairs);
  us_pairs_close(pairs);
  if (ok && !find_falls(run)) ok = no_memory();
  if (ok) {
    check_baseline_use(run);
    ok = end_reports(run);
  }
  if (ok && run->update && write_update(run, &err)) {
    cli_message("%s", err.message);
    ok = false;
  }
  if (!cli_flush_stdout() || !ok || run->errors) return CLI_ERROR;
  bool fell = !run->update && (run->falls.n || run->fallen);
  /* what an update records is accepted */
  return fell || (run->failed && !run->update) ? CLI_CHANGES : CLI_OK;
}
