/* cmd_phrases_engine.h - an engine over the stack of tables, for the parts of `unspin phrases` that run it. */
#ifndef US_CLI_CMD_PHRASES_ENGINE_H
#define US_CLI_CMD_PHRASES_ENGINE_H

#include "cli/cmd_phrases.h"

typedef struct phrases_engine {
  unspin_knowledge *knowledge;
  unspin_session *session;
  unspin_options options; /* taken as spun, quotations too */
} phrases_engine;

/* False with a message. Free OUT in any case. */
bool phrases_engine_open(const phrases_stack *s, phrases_engine *out);
void phrases_engine_free(phrases_engine *e);

#endif
