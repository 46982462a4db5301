/* A large table for which there is no memory is told of: a document is never restored without what others are restored
 * with. --wrap lets one such request fail. */
#include "support.h"
#include "unspin.h"

enum { LARGE = 1 << 20 }; /* bytes */

static int asked, fails; /* large requests since; which of them fails, from 1 on */

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size) {
  if (n * size >= LARGE && ++asked == fails) return NULL;
  return __real_calloc(n, size);
}

static const char text[] =
    "The govt will lend a hand to the firms at all times, and the attorneys gave the fairway gentle to the plan.";

/* A new session each time, for it keeps its tables. */
static unspin_status restore(const unspin_knowledge *knowledge, int which, unspin_result **result, unspin_error *err) {
  unspin_session *session;
  unspin_options o;
  unspin_options_init(&o);
  o.assume_spun = true;
  fails = 0;
  ck_assert_int_eq(unspin_session_new(knowledge, &session, NULL), UNSPIN_OK);
  asked = 0;
  fails = which;
  unspin_status status = unspin_restore(session, text, sizeof text - 1, &o, result, err);
  fails = 0;
  unspin_session_free(session);
  return status;
}

START_TEST(missing_tables_are_told_of) {
  unspin_knowledge *knowledge;
  unspin_result *right, *result;
  unspin_error err = {0};
  ck_assert_msg(unspin_knowledge_open(BUILD_DATA, &knowledge, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_int_eq(restore(knowledge, 0, &right, &err), UNSPIN_OK);
  int requests = asked;
  ck_assert_uint_gt(unspin_result_edit_count(right), 0);
  unspin_result_free(right);
  ck_assert_int_gt(requests, 0);
  for (int i = 1; i <= requests; i++) {
    ck_assert_msg(restore(knowledge, i, &result, &err) == UNSPIN_ERR_NOMEM, "request %d of %d fails unnoticed", i,
                  requests);
    ck_assert(err.message[0]);
  }
  unspin_knowledge_close(knowledge);
}
END_TEST

int main(void) {
  Suite *s = suite_create("memory");
  TCase *c = tcase_create("memory");
  tcase_set_timeout(c, 120);
  tcase_add_test(c, missing_tables_are_told_of);
  suite_add_tcase(s, c);
  return test_run(s);
}
