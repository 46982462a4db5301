/* support.h - what the Check programs share: finding test data, failing with a message, running a suite. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

/* A file below the tests folder, read whole; aborts the test if it cannot be. The caller frees it. */
static inline us_buf test_read(const char *name) {
  us_buf path = {0}, text = {0};
  unspin_error err = {0};
  us_buf_printf(&path, "%s/%s", TESTS_DIR, name);
  ck_assert_msg(us_file_read(path.p, &text, &err) == UNSPIN_OK, "%s", err.message);
  us_buf_free(&path);
  return text;
}

static inline int test_run(Suite *suite) {
  SRunner *runner = srunner_create(suite);
  srunner_run_all(runner, CK_ENV);
  int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
