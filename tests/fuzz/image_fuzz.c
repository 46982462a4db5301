/* Any bytes as one of the compiled data files (lexicon, channel, expressions, vectors, matcher): what opens can be
 * asked anything. Header and checksum are put right first unless the last byte is 0xff. us_map_open is replaced
 * (--wrap), so that the file lies in memory whose ends a sanitizer guards. */
#include "base/hash.h"
#include "base/image.h"
#include "forms/forms_impl.h"
#include "forms/tagger.h"
#include "fuzz/fuzz.h"
#include "model/vectors.h"
#include "phrases/channel.h"
#include "phrases/expressions.h"
#include "phrases/matcher.h"

static us_slice mapped; /* what the next us_map_open gives */

unspin_status __wrap_us_map_open(const char *path, us_map *out, unspin_error *err);
unspin_status __wrap_us_map_open(const char *path, us_map *out, unspin_error *err) {
  (void)path;
  char *copy = malloc(mapped.n ? mapped.n : 1);
  if (!copy) return us_nomem(err);
  if (mapped.n) memcpy(copy, mapped.p, mapped.n);
  *out = (us_map){(const unsigned char *)copy, mapped.n};
  return UNSPIN_OK;
}

void __wrap_us_map_close(us_map *map);
void __wrap_us_map_close(us_map *map) {
  free((void *)(uintptr_t)map->p);
  *map = (us_map){0};
}

static us_forms *tiny_forms(void) {
  static us_forms *forms;
  static us_buf bytes;
  char path[4096];
  if (forms) return forms;
  us_slice before = mapped;
  snprintf(path, sizeof path, "%s/forms.bin", fuzz_data());
  FUZZ_CHECK(us_file_read(path, &bytes, NULL) == UNSPIN_OK);
  mapped = us_buf_slice(&bytes);
  FUZZ_CHECK(us_forms_open(path, &forms, NULL) == UNSPIN_OK);
  mapped = before;
  return forms;
}

static void use_forms(void) {
  static const char text[] =
      "The ministers' plans weren't helping 12 greener countries' governments, she said: colour it now.";
  us_forms *f = NULL;
  us_buf out = {0};
  us_token_vec tokens = {0};
  if (us_forms_open("forms", &f, NULL)) return;
  us_word words = us_forms_word_count(f);
  for (us_word w = 0; w < words + 2 && w < 300; w++) {
    us_slice word = us_forms_text(f, w);
    (void)us_forms_word(f, word);
    us_readings r = us_forms_analyse(f, word);
    for (size_t i = 0; i < r.n; i++) (void)us_tag_name((us_tag)r.p[i].tag);
    for (int tag = 0; tag < US_TAG_COUNT; tag++) (void)us_inflect_word(f, w, (us_tag)tag, UNSPIN_DIALECT_GB);
    us_buf_clear(&out);
    (void)us_inflect(f, word, US_TAG_NOUN_PL, UNSPIN_DIALECT_US, &out);
    (void)us_dialect_spelling(f, w, UNSPIN_DIALECT_US), (void)us_dialect_of(f, w);
    (void)us_starts_with_vowel_sound(f, word);
  }
  us_tag_scratch *scratch = us_tag_scratch_new();
  us_tagged tagged[64];
  FUZZ_CHECK(us_tokenize(US_LIT(text), us_forms_abbreviations(f), &tokens) && tokens.n <= 64);
  (void)us_tag_window(f, US_LIT(text), tokens.p, tokens.n, scratch, tagged);
  us_tag_scratch_free(scratch);
  us_vec_free(&tokens);
  us_buf_free(&out);
  us_forms_close(f);
}

static void use_channel(void) {
  us_channel c;
  if (us_channel_open("channel", tiny_forms(), &c, NULL)) return;
  uint32_t sum = 0;
  for (uint32_t i = 0; i <= c.mask && i < 200; i++) {
    const us_channel_group *g = us_channel_find(&c, c.groups[i].key ? c.groups[i].key : i + 1);
    for (uint32_t k = 0; g && k < g->count; k++) {
      uint32_t plain = c.pairs[g->first + k].plain;
      if (!(plain & US_CHANNEL_PHRASE)) continue;
      us_channel_phrase p = c.phrases[plain & ~US_CHANNEL_PHRASE];
      for (uint8_t w = 0; w < p.words; w++) sum += c.words[p.first + w];
    }
    (void)us_channel_starts(&c, i);
  }
  (void)sum;
  us_channel_close(&c);
}

static void walk(const us_expressions *e, uint32_t node, unsigned depth, unsigned *steps) {
  for (uint32_t w = 0; w < e->word_count && w < 40 && *steps < 5000; w++) {
    uint32_t next = us_expressions_step(e, node, w);
    (*steps)++;
    FUZZ_CHECK(next < e->node_count);
    if (next && depth < 8) walk(e, next, depth + 1, steps);
  }
}

static void use_expressions(void) {
  us_expressions e;
  unsigned steps = 0, sum = 0;
  if (us_expressions_open("expressions", &e, NULL)) return;
  for (uint32_t w = 0; w < e.word_count && w < 200; w++) {
    us_slice text = us_expression_text(&e, w);
    for (size_t i = 0; i < text.n; i++) sum += (unsigned char)text.p[i];
    uint32_t found = us_expressions_word(&e, e.words[w].key);
    FUZZ_CHECK(found == US_NO_EXPRESSION_WORD || found < e.word_count);
    for (uint16_t p = 0; p < e.words[w].parts; p++) sum += e.words[e.parts[e.words[w].part + p].plain].len;
    if (e.words[w].node) walk(&e, e.words[w].node, 0, &steps);
  }
  (void)sum;
  us_expressions_close(&e);
}

static void use_vectors(void) {
  unspin_vectors *v = NULL;
  char word[64];
  float sum[US_VECTORS_MAX_DIMENSIONS] = {0};
  if (unspin_vectors_open("vectors", &v, NULL)) return;
  uint32_t n = unspin_vectors_word_count(v);
  for (uint32_t i = 0; i < n && i < 100; i++) {
    uint32_t len = unspin_vectors_text(v, i, word, sizeof word);
    (void)unspin_vectors_word(v, word, len);
    (void)unspin_vectors_similarity(v, i, n - 1 - i);
    (void)unspin_vectors_fit(v, sum, i), (void)unspin_vectors_cosine(v, sum, i);
    us_vectors_prefetch(v, i);
  }
  unspin_vectors_close(v);
}

static void use_matcher(void) {
  us_matcher m;
  us_token_key keys[16] = {{0}};
  us_match_vec found = {0};
  char *copy = malloc(mapped.n ? mapped.n : 1);
  FUZZ_CHECK(copy);
  if (mapped.n) memcpy(copy, mapped.p, mapped.n);
  if (us_matcher_open((us_slice){copy, mapped.n}, "matcher", &m, NULL) == UNSPIN_OK) {
    static const char *const words[] = {"lend", "a",     "hand",   "to",     "govt", "at",
                                        "all",  "times", "lend/v", "hand/n", "#"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
      uint32_t symbol = us_matcher_symbol(&m, us_slice_of(words[i]));
      FUZZ_CHECK(symbol < m.symbol_count);
      keys[i] = (us_token_key){.literal = symbol, .open = true, .joins = true};
      for (uint8_t k = 0; k < US_KEY_READINGS; k++) keys[i].reading[k].symbol = (uint32_t)(i + k) % m.symbol_count;
      keys[i].readings = US_KEY_READINGS;
    }
    for (uint32_t start = 0; start < 16; start++) {
      found.n = 0;
      FUZZ_CHECK(us_matcher_find(&m, keys, 16, start, &found));
      for (size_t i = 0; i < found.n; i++) FUZZ_CHECK(found.p[i].row < m.row_count && found.p[i].last <= 16);
    }
  }
  us_vec_free(&found);
  free(copy);
}

/* A channel says for which lexicon it was made. */
static void mend_channel(char *p, size_t n) {
  uint64_t at, hash = us_forms_hash(tiny_forms());
  if (n < 56) return;
  memcpy(&at, p + 40, 8);
  if (at >= 56 && at <= n - 8) memcpy(p + at, &hash, 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct {
    uint32_t kind, version;
    void (*use)(void);
  } kinds[] = {{US_IMAGE_KIND('F', 'O', 'R', 'M'), US_FORMS_VERSION, use_forms},
               {US_CHANNEL_KIND, US_CHANNEL_VERSION, use_channel},
               {US_EXPRESSIONS_KIND, US_EXPRESSIONS_VERSION, use_expressions},
               {US_VECTORS_KIND, US_VECTORS_VERSION, use_vectors},
               {US_MATCHER_KIND, US_MATCHER_VERSION, use_matcher}};
  enum { KINDS = sizeof kinds / sizeof *kinds };
  if (size < 12 || size > 1 << 17) return 0;
  uint32_t kind;
  size_t at = 0;
  memcpy(&kind, data + 8, 4);
  while (at < KINDS && kinds[at].kind != kind) at++;
  if (at == KINDS) at = data[8] % KINDS;
  char *bytes = malloc(size);
  FUZZ_CHECK(bytes);
  memcpy(bytes, data, size);
  if (kinds[at].use == use_channel) mend_channel(bytes, size);
  if (data[size - 1] != 0xff) fuzz_mend_image(bytes, size, kinds[at].kind, kinds[at].version);
  mapped = (us_slice){bytes, size};
  kinds[at].use();
  free(bytes);
  return 0;
}
