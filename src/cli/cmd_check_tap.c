/* TAP, version 14: one test a pair, and one for each figure of a suite that fell. */
#include "cli/cmd_check.h"
#include "report/safe.h"

/* TAP gives a meaning to # and to line ends. */
static void put_name(const char *name) {
  us_buf safe = {0};
  for (const char *p = name; *p; p++) {
    if (*p == '#' || *p == '\\') us_buf_putc(&safe, '\\');
    us_buf_putc(&safe, *p);
  }
  us_safe_write(stdout, us_buf_slice(&safe), false);
  us_buf_free(&safe);
}

static void put_result(check_run *run, bool ok, const char *name, const char *todo) {
  printf("%s %zu - ", ok ? "ok" : "not ok", ++run->tap_tests);
  put_name(name);
  if (todo) printf(" # TODO %s", todo);
  fputc('\n', stdout);
}

static void put_fault(const check_case *c, const check_fault *fault) {
  us_slice spun = us_slice_trim(us_slice_sub(c->pair->spun, fault->begin, fault->end));
  fputs("# ", stdout);
  us_safe_write(stdout, us_slice_of(c->pair->path), false);
  printf(":%zu: %s: '", check_line(c->pair, fault->begin), check_fault_name(fault->kind));
  us_safe_write(stdout, spun, false);
  if (fault->kind != CHECK_KEPT) {
    fputs("' became '", stdout);
    us_safe_write(stdout, fault->now, false);
  }
  if (fault->kind != CHECK_FALSE) {
    fputs("', want '", stdout);
    us_safe_write(stdout, us_slice_trim(fault->want), false);
  }
  fputc('\'', stdout);
  for (size_t i = 0; i < fault->edit_count; i++) {
    const unspin_edit *edit = unspin_result_edit(c->result, fault->first_edit + i);
    printf(", row %s", edit->row);
  }
  fputc('\n', stdout);
}

static void put_cure(const check_case *c, const check_cure *cure) {
  fputs("# without", stdout);
  for (size_t i = 0; i < cure->row_count; i++) printf(" %s", cure->rows[i]);
  printf(": %zu words apart, not %zu%s\n", cure->after, c->tally.after, cure->mends ? ": passes" : "");
}

static bool tap_begin(check_run *run) {
  (void)run;
  puts("TAP version 14");
  return true;
}

static bool tap_pair(check_run *run, const check_case *c, const check_changes *changes) {
  (void)changes;
  bool ok = c->passes;
  const char *todo = NULL;
  if (c->verdict == CHECK_KNOWN_FAILING) todo = "known-failing";
  if (c->verdict == CHECK_FAILS_AS_BEFORE && !c->falls) todo = "failed in the baseline";
  if (c->verdict == CHECK_PASSES_NOW) {
    if (run->strict) ok = false;
    else todo = "known-failing, and passes now";
  }
  if (c->falls) ok = false;
  put_result(run, ok, c->key, todo);
  if (run->strict && c->verdict == CHECK_PASSES_NOW) puts("# known-failing, and passes now");
  if (c->falls && c->old) printf("# %zu words apart, in the baseline %zu\n", c->tally.after, c->old->tally.after);
  for (size_t i = 0; i < c->faults.n && (run->all || c->verdict == CHECK_FAILS || c->falls); i++)
    put_fault(c, &c->faults.p[i]);
  for (size_t i = 0; i < c->cures.n; i++) put_cure(c, &c->cures.p[i]);
  return true;
}

static bool tap_error(check_run *run, const char *message) {
  put_result(run, false, message, NULL);
  return true;
}

static bool tap_end(check_run *run) {
  for (size_t i = 0; i < run->falls.n; i++) {
    const check_fall *fall = &run->falls.p[i];
    us_buf name = {0};
    us_buf_printf(&name, "baseline: %s of %s is %.4f, was %.4f", check_figure_name(fall->figure), fall->suite,
                  fall->now, fall->then);
    if (name.failed) return false;
    put_result(run, false, name.p, NULL);
    us_buf_free(&name);
  }
  printf("1..%zu\n", run->tap_tests);
  return true;
}

const check_reporter check_tap = {.begin = tap_begin, .pair = tap_pair, .error = tap_error, .end = tap_end};
