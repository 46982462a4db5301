/* Any bytes as a model file: opening, checking and querying must neither crash nor step outside.
 * The container's fixed fields and its checksum are put right first, so that what lies behind them is reached. */
#include "fuzz.h"
#include "model/model.h"

static bool ignore(void *cookie, const unspin_model_token *t) {
  (void)cookie;
  return t->word.len < 1000;
}

static void use(const unspin_model *m, const uint8_t *data, size_t size) {
  (void)unspin_model_verify(m, NULL);
  unspin_model_state s[2];
  unspin_model_state_begin(m, &s[0]);
  for (size_t i = 0; i + 1 < size && i < 400; i++)
    unspin_model_score(m, &s[i & 1], (uint32_t)data[size - 1 - i] % (m->meta.words + 3), &s[~i & 1], NULL);
  us_buf word = {0};
  for (uint32_t i = 0; i < 40; i++) {
    us_buf_clear(&word);
    us_words_get(&m->words, i, &word);
    us_words_find(&m->words, us_buf_slice(&word));
  }
  us_buf_free(&word);
  (void)unspin_model_score_text(m, (const char *)data, size < 200 ? size : 200, ignore, NULL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > 1 << 20) return 0;
  char *copy = malloc(size);
  if (!copy) return 0;
  memcpy(copy, data, size);
  if (data[size - 1] != 0xff) fuzz_mend_image(copy, size, US_MODEL_KIND, US_MODEL_VERSION);
  unspin_model m = {0};
  if (us_model_attach(&m, (us_slice){copy, size}, "bytes", NULL) == UNSPIN_OK) use(&m, data, size);
  free(copy);
  return 0;
}
