#include <inttypes.h>
#include <math.h>

#include "model/model.h"

static unspin_status wrong(unspin_error *err, unsigned k, uint64_t i, const char *what) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "n-gram %" PRIu64 " of order %u: %s", i, k + 1, what);
}

static unspin_status check_layer(const unspin_model *m, unsigned k, unspin_error *err) {
  uint64_t expected = 0; /* where the next children must begin */
  for (uint64_t i = 0; i < m->meta.count[k]; i++) {
    us_entry e = us_model_entry(m, k, i);
    if (!isfinite(e.prob) || !(e.prob <= 0) || !isfinite(e.bow)) return wrong(err, k, i, "impossible value");
    if (e.word >= m->meta.words) return wrong(err, k, i, "no such word");
    if (k + 1 == m->meta.order) continue;
    uint64_t begin, end;
    us_model_children(m, k, i, &begin, &end);
    if (begin != expected || end < begin) return wrong(err, k, i, "its children are elsewhere");
    for (uint64_t c = begin; c + 1 < end; c++)
      if (us_model_entry(m, k + 1, c).word >= us_model_entry(m, k + 1, c + 1).word)
        return wrong(err, k + 1, c, "out of order");
    expected = end;
  }
  if (k + 1 < m->meta.order && expected != m->meta.count[k + 1])
    return wrong(err, k, m->meta.count[k], "too few children");
  return UNSPIN_OK;
}

unspin_status unspin_model_verify(const unspin_model *model, unspin_error *err) {
  for (unsigned k = 0; k < model->meta.order; k++) US_TRY(check_layer(model, k, err));
  us_buf word = {0};
  unspin_status status = UNSPIN_OK;
  for (uint32_t id = US_WORD_FIRST; id < model->meta.words && !status; id++) {
    us_buf_clear(&word);
    us_words_get(&model->words, id, &word);
    if (word.failed) status = us_nomem(err);
    else if (us_words_find(&model->words, us_buf_slice(&word)) != id)
      status = us_fail(err, UNSPIN_ERR_FORMAT, "word %" PRIu32 " is not found", id);
  }
  us_buf_free(&word);
  return status;
}
