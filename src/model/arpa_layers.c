#include <math.h>
#include <stdlib.h>

#include "model/arpa.h"
#include "model/pack.h"

static int compare(const uint32_t *a, const uint32_t *b, int n) {
  for (int i = 0; i < n; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

/* Words beyond an n-gram's order are 0 in both, so that one comparison serves all orders. */
static int by_reversed(const void *a, const void *b) {
  return compare(((const us_arpa_gram *)a)->reversed, ((const us_arpa_gram *)b)->reversed, US_MODEL_MAX_ORDER);
}

static us_arpa_gram *grams(const us_arpa *a, int k) { return a->gram[k].p; }

static unspin_status sort_order(const us_arpa *a, int k, const char *name, unspin_error *err) {
  us_arpa_gram *g = grams(a, k);
  if (a->n[k]) qsort(g, a->n[k], sizeof *g, by_reversed);
  for (uint32_t i = 1; i < a->n[k]; i++)
    if (by_reversed(&g[i - 1], &g[i]) == 0)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: an n-gram of order %d stands twice", name, k + 1);
  return UNSPIN_OK;
}

/* Puts what order K's n-grams lack in order K - 1 at its end; both are sorted. */
static unspin_status add_parents(us_arpa *a, int k, unspin_error *err) {
  us_scratch memory = {0};
  uint32_t n = a->n[k - 1], p = 0, added = 0;
  us_arpa_gram last = {0};
  for (uint32_t i = 0; i < a->n[k]; i++) {
    us_arpa_gram want = {.prob = NAN};
    memcpy(want.reversed, grams(a, k)[i].reversed, (size_t)k * sizeof *want.reversed);
    while (p < n && by_reversed(&grams(a, k - 1)[p], &want) < 0) p++;
    if (p < n && by_reversed(&grams(a, k - 1)[p], &want) == 0) continue;
    if (added && by_reversed(&last, &want) == 0) continue;
    US_TRY(us_column_reserve(&a->gram[k - 1], &memory, ((size_t)n + added + 1) * sizeof want, err));
    grams(a, k - 1)[n + added++] = last = want;
  }
  a->n[k - 1] += added;
  if (added) qsort(grams(a, k - 1), a->n[k - 1], sizeof last, by_reversed);
  return UNSPIN_OK;
}

static unspin_status fill_layer(const us_arpa *a, int k, us_layers *layers, unspin_error *err) {
  us_layer *l = &layers->layer[k];
  size_t bytes = ((size_t)a->n[k] + 2) * 4;
  l->n = a->n[k];
  US_TRY(us_column_reserve(&l->word, &layers->scratch, bytes, err));
  US_TRY(us_column_reserve(&l->prob, &layers->scratch, bytes, err));
  US_TRY(us_column_reserve(&l->bow, &layers->scratch, bytes, err));
  for (uint32_t i = 0; i < l->n; i++) {
    US_U32(l->word)[i] = grams(a, k)[i].reversed[k];
    US_F32(l->prob)[i] = grams(a, k)[i].prob;
    US_F32(l->bow)[i] = grams(a, k)[i].bow;
  }
  if (k + 1 == a->order) return UNSPIN_OK;
  US_TRY(us_column_reserve(&l->first, &layers->scratch, bytes, err));
  uint32_t child = 0;
  for (uint32_t i = 0; i < l->n; i++) {
    US_U32(l->first)[i] = child;
    while (child < a->n[k + 1] && compare(grams(a, k + 1)[child].reversed, grams(a, k)[i].reversed, k + 1) == 0)
      child++;
  }
  US_U32(l->first)[l->n] = child;
  return UNSPIN_OK;
}

/* Lower orders first, since each value comes from the order below. */
static void back_off_missing(us_layers *layers) {
  for (int k = 1; k < layers->order; k++) {
    us_layer *l = &layers->layer[k], *below = &layers->layer[k - 1];
    for (uint32_t p = 0; p < below->n; p++)
      for (uint32_t i = US_U32(below->first)[p]; i < US_U32(below->first)[p + 1]; i++)
        if (isnan(US_F32(l->prob)[i])) {
          float prob = US_F32(below->bow)[US_U32(l->ctx)[i]] + US_F32(below->prob)[p];
          US_F32(l->prob)[i] = prob > 0 ? 0 : prob;
        }
  }
}

unspin_status us_arpa_layers(us_arpa *arpa, const char *name, us_layers *layers, unspin_error *err) {
  *layers = (us_layers){.order = arpa->order};
  for (int k = 1; k < arpa->order; k++) US_TRY(sort_order(arpa, k, name, err));
  for (int k = arpa->order - 1; k >= 2; k--) US_TRY(add_parents(arpa, k, err));
  for (int k = 0; k < arpa->order; k++) US_TRY(fill_layer(arpa, k, layers, err));
  unspin_error inner;
  unspin_status status = us_layers_contexts(layers, &inner);
  if (status) return us_fail(err, status, "%s: %s", name, inner.message);
  back_off_missing(layers);
  return UNSPIN_OK;
}

unspin_status unspin_model_from_arpa(const char *arpa, const char *path, unsigned bits, unspin_error *err) {
  if (!((bits >= 1 && bits <= 16) || bits == 32))
    return us_fail(err, UNSPIN_ERR_INVALID, "%u bits: must be 1 to 16, or 32", bits);
  us_arpa read;
  us_layers layers = {0};
  us_buf info = {0};
  unspin_status status = us_arpa_parse(arpa, &read, err);
  if (!status) status = us_arpa_layers(&read, arpa, &layers, err);
  if (!status) {
    const char *slash = strrchr(arpa, '/');
    us_buf_printf(&info, "made by: unspin %s\nsource: %s\n", unspin_version(), slash ? slash + 1 : arpa);
    us_pack_job job = {.layers = &layers,
                       .word = read.word,
                       .words = read.words,
                       .prob_bits = bits,
                       .bow_bits = bits,
                       .flags = US_MODEL_TOKENIZED,
                       .info = us_buf_slice(&info)};
    status = info.failed ? us_nomem(err) : us_pack(&job, path, err);
  }
  us_layers_free(&layers);
  us_arpa_free(&read);
  us_buf_free(&info);
  return status;
}
