#include "forms/speller.h"

#include <hunspell/hunspell.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "text/utf8.h"

#define WORD_MAX_BYTES 100u

struct us_speller {
  char *dir;
  Hunhandle *handle[2]; /* GB, US: bit i of the answer */
  bool tried;
  unspin_status status; /* of the load, with its message */
  unspin_error error;
};

static const char *const NAMES[2] = {"en_GB", "en_US"};

us_speller *us_speller_new(const char *dir) {
  us_speller *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  s->dir = strdup(dir);
  if (s->dir) return s;
  free(s);
  return NULL;
}

void us_speller_free(us_speller *s) {
  if (!s) return;
  for (size_t i = 0; i < 2; i++)
    if (s->handle[i]) Hunspell_destroy(s->handle[i]);
  free(s->dir);
  free(s);
}

/* Hunspell makes a handle that knows nothing, and writes to stderr, where a file is missing: so look first. */
static unspin_status load_one(us_speller *s, size_t i) {
  us_buf aff = {0}, dic = {0};
  us_buf_printf(&aff, "%s/%s.aff", s->dir, NAMES[i]);
  us_buf_printf(&dic, "%s/%s.dic", s->dir, NAMES[i]);
  unspin_status status = UNSPIN_OK;
  if (aff.failed || dic.failed) status = us_nomem(&s->error);
  else if (access(aff.p, R_OK) != 0)
    status = us_fail(&s->error, UNSPIN_ERR_IO,
                     "%s: cannot read the spelling dictionary (Debian: hunspell-en-us, hunspell-en-gb)", aff.p);
  else if (access(dic.p, R_OK) != 0)
    status = us_fail(&s->error, UNSPIN_ERR_IO,
                     "%s: cannot read the spelling dictionary (Debian: hunspell-en-us, hunspell-en-gb)", dic.p);
  else {
    s->handle[i] = Hunspell_create(aff.p, dic.p);
    if (!s->handle[i]) status = us_nomem(&s->error);
    else if (Hunspell_spell(s->handle[i], "the") == 0 || Hunspell_spell(s->handle[i], "countries") == 0)
      status = us_fail(&s->error, UNSPIN_ERR_FORMAT, "%s: the spelling dictionary does not know common English words",
                       dic.p);
  }
  us_buf_free(&aff);
  us_buf_free(&dic);
  return status;
}

unspin_status us_speller_load(us_speller *s, unspin_error *err) {
  if (!s->tried) {
    s->tried = true;
    for (size_t i = 0; i < 2 && !s->status; i++) s->status = load_one(s, i);
  }
  if (s->status && err) *err = s->error;
  return s->status;
}

unspin_status us_speller_check(us_speller *s, us_slice word, unsigned *accepted, unspin_error *err) {
  *accepted = 0;
  unspin_status status = us_speller_load(s, err);
  if (status) return status;
  if (!word.n || word.n > WORD_MAX_BYTES || memchr(word.p, 0, word.n) || !us_utf8_valid(word)) return UNSPIN_OK;
  char copy[WORD_MAX_BYTES + 1];
  memcpy(copy, word.p, word.n);
  copy[word.n] = 0;
  for (size_t i = 0; i < 2; i++)
    if (Hunspell_spell(s->handle[i], copy) != 0) *accepted |= 1u << i;
  return UNSPIN_OK;
}
