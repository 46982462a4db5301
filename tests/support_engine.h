/* support_engine.h - a fixture: the knowledge that was built with the tests, and a session. */
#ifndef TESTS_SUPPORT_ENGINE_H
#define TESTS_SUPPORT_ENGINE_H

#include "support.h"

static unspin_knowledge *knowledge;
static unspin_session *session;

static inline void engine_open(void) {
  unspin_error err = {0};
  ck_assert_msg(unspin_knowledge_open(BUILD_DATA, &knowledge, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(unspin_session_new(knowledge, &session, &err) == UNSPIN_OK, "%s", err.message);
}

static inline void engine_close(void) {
  unspin_session_free(session);
  unspin_knowledge_close(knowledge);
}

#endif
