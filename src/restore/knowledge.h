/* knowledge.h - everything the engine knows, opened once and shared read-only. */
#ifndef US_RESTORE_KNOWLEDGE_H
#define US_RESTORE_KNOWLEDGE_H

#include "forms/forms.h"
#include "phrases/matcher.h"
#include "restore/engine.h"

struct unspin_knowledge {
  us_forms *forms;
  us_buf table; /* the matcher's bytes */
  us_matcher matcher;
  us_engine engine;
  unspin_model *model; /* never NULL once open, but for tools that count candidates and do not judge them */
  char hash[17];
};

#endif
