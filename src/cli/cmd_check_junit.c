/* JUnit's XML, for build servers: a test suite for each suite, a test case for each pair. */
#include "cli/cmd_check.h"
#include "cli/output.h"
#include "report/safe.h"

/* XML has no form for control characters: they are shown as \x1B. */
static void put_text(us_buf *out, us_slice text) {
  us_buf safe = {0};
  us_safe_append(&safe, text);
  for (size_t i = 0; i < safe.n; i++) {
    switch (safe.p[i]) {
      case '&': us_buf_puts(out, "&amp;"); break;
      case '<': us_buf_puts(out, "&lt;"); break;
      case '>': us_buf_puts(out, "&gt;"); break;
      case '"': us_buf_puts(out, "&quot;"); break;
      default: us_buf_putc(out, safe.p[i]);
    }
  }
  out->failed |= safe.failed;
  us_buf_free(&safe);
}

static void put_string(us_buf *out, const char *text) { put_text(out, us_slice_of(text)); }

static void put_fault(us_buf *out, const check_case *c, const check_fault *fault) {
  us_slice spun = us_slice_trim(us_slice_sub(c->pair->spun, fault->begin, fault->end));
  put_string(out, c->pair->path);
  us_buf_printf(out, ":%zu: %s: ", check_line(c->pair, fault->begin), check_fault_name(fault->kind));
  put_text(out, spun);
  if (fault->kind != CHECK_KEPT) {
    us_buf_puts(out, " -&gt; ");
    put_text(out, fault->now);
  }
  if (fault->kind != CHECK_FALSE) {
    us_buf_puts(out, "; want ");
    put_text(out, us_slice_trim(fault->want));
  }
  for (size_t i = 0; i < fault->edit_count; i++) {
    us_buf_puts(out, i ? ", " : "; row ");
    put_string(out, unspin_result_edit(c->result, fault->first_edit + i)->row);
  }
  us_buf_putc(out, '\n');
}

static void put_failure(us_buf *out, const check_case *c) {
  const us_tally *t = &c->tally;
  us_buf_printf(out, "<failure type=\"%s\" message=\"", c->falls ? "fall" : "failure");
  if (c->clean) us_buf_printf(out, "%zu words changed", t->false_words);
  else
    us_buf_printf(out, "%zu of %zu right, %zu kept, %zu wrong, %zu words false", t->right, t->slots - t->free, t->kept,
                  t->wrong, t->false_words);
  us_buf_puts(out, "\">");
  for (size_t i = 0; i < c->faults.n; i++) put_fault(out, c, &c->faults.p[i]);
  us_buf_puts(out, "</failure>");
}

static bool junit_pair(check_run *run, const check_case *c, const check_changes *changes) {
  (void)changes;
  check_suite *suite = check_suite_of(run, c->pair->suite);
  if (!suite) return false;
  us_buf *out = &suite->junit;
  us_buf_puts(out, "<testcase classname=\"");
  put_string(out, c->pair->suite);
  us_buf_puts(out, "\" name=\"");
  put_text(out, c->pair->id);
  us_buf_puts(out, "\" file=\"");
  put_string(out, c->pair->path);
  us_buf_printf(out, "\" line=\"%zu\">", c->pair->line);
  if (c->verdict == CHECK_FAILS || c->falls) {
    suite->junit_failures++;
    put_failure(out, c);
  } else if (c->verdict == CHECK_PASSES_NOW && run->strict) {
    suite->junit_failures++;
    us_buf_puts(out, "<failure type=\"strict\" message=\"known-failing, and passes now\"/>");
  } else if (!c->passes) {
    suite->junit_skipped++;
    us_buf_printf(out, "<skipped message=\"%s\"/>", check_verdict_name(c->verdict));
  }
  us_buf_puts(out, "</testcase>\n");
  return !out->failed;
}

static bool junit_error(check_run *run, const char *message) {
  us_buf *out = &run->junit_errors;
  us_buf_puts(out, "<testcase classname=\"errors\" name=\"");
  put_string(out, message);
  us_buf_puts(out, "\"><error message=\"");
  put_string(out, message);
  us_buf_puts(out, "\"/></testcase>\n");
  return !out->failed;
}

static void put_suite(us_buf *out, const char *name, size_t tests, size_t failures, size_t errors, size_t skipped,
                      us_slice cases) {
  us_buf_puts(out, "<testsuite name=\"");
  put_string(out, name);
  us_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n", tests, failures, errors,
                skipped);
  us_buf_append(out, cases);
  us_buf_puts(out, "</testsuite>\n");
}

static void put_falls(us_buf *out, const check_run *run) {
  us_buf cases = {0};
  for (size_t i = 0; i < run->falls.n; i++) {
    const check_fall *fall = &run->falls.p[i];
    us_buf_puts(&cases, "<testcase classname=\"baseline\" name=\"");
    put_string(&cases, fall->suite);
    us_buf_printf(&cases, " %s\"><failure type=\"fall\" message=\"%.4f, was %.4f\"/></testcase>\n",
                  check_figure_name(fall->figure), fall->now, fall->then);
  }
  out->failed |= cases.failed;
  put_suite(out, "baseline", run->falls.n, run->falls.n, 0, 0, us_buf_slice(&cases));
  us_buf_free(&cases);
}

static bool junit_end(check_run *run) {
  us_buf out = {0};
  us_buf_puts(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"unspin check\">\n");
  for (size_t i = 0; i < run->suites.n; i++) {
    const check_suite *s = &run->suites.p[i];
    put_suite(&out, s->name, s->pairs, s->junit_failures, 0, s->junit_skipped, us_buf_slice(&s->junit));
  }
  if (run->falls.n) put_falls(&out, run);
  if (run->errors) put_suite(&out, "errors", run->errors, 0, run->errors, 0, us_buf_slice(&run->junit_errors));
  us_buf_puts(&out, "</testsuites>\n");
  unspin_error err = {0};
  unspin_status status = out.failed ? us_fail(&err, UNSPIN_ERR_NOMEM, "%s: out of memory", run->junit)
                                    : cli_output_write(run->junit, us_buf_slice(&out), &err);
  if (status) cli_message("%s", err.message);
  us_buf_free(&out);
  return !status;
}

const check_reporter check_junit = {.pair = junit_pair, .error = junit_error, .end = junit_end};
