/* Compiled data files from strangers: sizes that lie, tables without an end, links that lead outside. Each is a tiny good
 * file with one thing changed and the checksum put right, so that only the check of the contents stands in the way. */
#include "base/file.h"
#include "forms/layout.h"
#include "fuzz/fuzz.h"
#include "model/model.h"
#include "model/vectors.h"
#include "phrases/channel.h"
#include "phrases/expressions.h"
#include "phrases/matcher.h"
#include "support.h"

enum { SECTION_AT = 40, SECTION_ENTRY = 16 };

typedef struct kind {
  const char *file;
  uint32_t kind, version;
} kind;
static const kind kinds[] = {{"forms.bin", US_FORMS_KIND, US_FORMS_VERSION},
                             {"channel.bin", US_CHANNEL_KIND, US_CHANNEL_VERSION},
                             {"expressions.bin", US_EXPRESSIONS_KIND, US_EXPRESSIONS_VERSION},
                             {"plain.vec", US_VECTORS_KIND, US_VECTORS_VERSION},
                             {"seed-matcher.bin", US_MATCHER_KIND, US_MATCHER_VERSION},
                             {"plain.lm", US_MODEL_KIND, US_MODEL_VERSION}};
enum { FORMS, CHANNEL, EXPRESSIONS, VECTORS, MATCHER, MODEL, KINDS };

static us_buf load(int k) {
  char path[4096];
  us_buf bytes = {0};
  snprintf(path, sizeof path, "%s/%s", TINY_DATA, kinds[k].file);
  ck_assert_int_eq(us_file_read(path, &bytes, NULL), UNSPIN_OK);
  return bytes;
}

static unspin_status open_matcher(us_slice bytes, unspin_error *err) {
  us_matcher m;
  return us_matcher_open(bytes, "matcher", &m, err);
}

/* How the file opens as what it is. */
static unspin_status open_as(int k, us_slice bytes, unspin_error *err) {
  char path[4096];
  us_forms *forms = NULL;
  us_channel channel = {0};
  us_expressions expressions = {0};
  unspin_vectors *vectors = NULL;
  unspin_model *model = NULL;
  unspin_status status = UNSPIN_OK;
  const char *file = fuzz_file(".bin", (const uint8_t *)bytes.p, bytes.n);
  if (k == FORMS) status = us_forms_open(file, &forms, err);
  if (k == CHANNEL) {
    snprintf(path, sizeof path, "%s/forms.bin", TINY_DATA);
    ck_assert_int_eq(us_forms_open(path, &forms, NULL), UNSPIN_OK);
    status = us_channel_open(file, forms, &channel, err);
  }
  if (k == EXPRESSIONS) status = us_expressions_open(file, &expressions, err);
  if (k == VECTORS) status = unspin_vectors_open(file, &vectors, err);
  if (k == MATCHER) status = open_matcher(bytes, err);
  if (k == MODEL) status = unspin_model_open(file, &model, err);
  us_forms_close(forms);
  us_channel_close(&channel);
  us_expressions_close(&expressions);
  unspin_vectors_close(vectors);
  unspin_model_close(model);
  return status;
}

/* The file with N bytes at AT changed must be refused. */
static void refuse(int k, size_t at, const void *with, size_t n) {
  us_buf bytes = load(k);
  unspin_error err = {0};
  ck_assert_uint_le(at + n, bytes.n);
  memcpy(bytes.p + at, with, n);
  fuzz_mend_image(bytes.p, bytes.n, kinds[k].kind, kinds[k].version);
  ck_assert_msg(open_as(k, us_buf_slice(&bytes), &err) == UNSPIN_ERR_FORMAT, "%s: taken with another %zu bytes at %zu",
                kinds[k].file, n, at);
  ck_assert(err.message[0]);
  us_buf_free(&bytes);
}

static uint64_t number_at(const us_buf *bytes, size_t at) {
  uint64_t value;
  memcpy(&value, bytes->p + at, sizeof value);
  return value;
}

/* Where section S of the file begins. */
static size_t section(int k, unsigned s) {
  us_buf bytes = load(k);
  size_t at = number_at(&bytes, SECTION_AT + s * SECTION_ENTRY);
  us_buf_free(&bytes);
  return at;
}

START_TEST(good_files_open) {
  us_buf bytes = load(_i);
  unspin_error err = {0};
  ck_assert_msg(open_as(_i, us_buf_slice(&bytes), &err) == UNSPIN_OK, "%s", err.message);
  us_buf_free(&bytes);
}
END_TEST

START_TEST(lying_sections_are_refused) {
  us_buf bytes = load(_i);
  uint32_t count = (uint32_t)number_at(&bytes, 32), many = 65, none = 0;
  for (uint32_t s = 0; s < count; s++) {
    size_t entry = SECTION_AT + s * SECTION_ENTRY;
    const uint64_t huge = UINT64_MAX, behind = bytes.n + 8, odd = number_at(&bytes, entry) + 1,
                   longer = bytes.n - number_at(&bytes, entry) + 1;
    refuse(_i, entry, &behind, 8);
    refuse(_i, entry, &huge, 8);
    refuse(_i, entry, &odd, 8);
    refuse(_i, entry + 8, &longer, 8);
    refuse(_i, entry + 8, &huge, 8);
  }
  refuse(_i, 32, &many, 4);
  refuse(_i, 32, &none, 4);
  us_buf_free(&bytes);
}
END_TEST

/* Cut short anywhere, the checksum right: never taken. */
START_TEST(short_files_are_refused) {
  us_buf bytes = load(_i);
  for (size_t n = 0; n < bytes.n; n += 1 + bytes.n / 97) {
    us_buf part = {0};
    us_buf_append(&part, (us_slice){bytes.p, n});
    if (n) fuzz_mend_image(part.p, n, kinds[_i].kind, kinds[_i].version);
    ck_assert_msg(open_as(_i, us_buf_slice(&part), NULL) != UNSPIN_OK, "%s: taken with %zu bytes", kinds[_i].file, n);
    us_buf_free(&part);
  }
  us_buf_free(&bytes);
}
END_TEST

START_TEST(lexicon_that_leads_outside) {
  const uint32_t far = 0x00FFFFFF;
  size_t words = section(FORMS, US_FS_WORDS) + 2 * sizeof(us_word_entry);
  refuse(FORMS, words + offsetof(us_word_entry, text_at), &far, 4);
  refuse(FORMS, words + offsetof(us_word_entry, reading_at), &far, 4);
  refuse(FORMS, words + offsetof(us_word_entry, form_at), &far, 4);
  refuse(FORMS, section(FORMS, US_FS_READINGS), &far, 4);
  refuse(FORMS, section(FORMS, US_FS_READINGS) + offsetof(us_reading, state), "\xFE", 1);
  refuse(FORMS, section(FORMS, US_FS_READINGS) + offsetof(us_reading, tag), "\xFE", 1);
  refuse(FORMS, section(FORMS, US_FS_INFLECTIONS), &far, 4);
  refuse(FORMS, section(FORMS, US_FS_STATES) + offsetof(us_state, enter), "\xFE", 1);
  refuse(FORMS, section(FORMS, US_FS_STATES) + offsetof(us_state, carry), "\xFE", 1);
  refuse(FORMS, section(FORMS, US_FS_STATES) + offsetof(us_state, leave), "\xFF", 1); /* the edge carries nothing */
  refuse(FORMS, section(FORMS, US_FS_SOUND_KEYS), &far, 4);
  refuse(FORMS, section(FORMS, US_FS_SUFFIX_KEYS), &far, 4);
}
END_TEST

/* A hash table without an empty slot: a look-up would never end. */
START_TEST(full_tables_are_refused) {
  const struct {
    int k;
    unsigned section;
    size_t step;
    uint32_t fill;
  } tables[] = {{FORMS, US_FS_SLOTS, 4, 1}, {EXPRESSIONS, 1, 4, 1}, {MATCHER, 1, 4, 1}};
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
    us_buf bytes = load(tables[t].k);
    size_t entry = SECTION_AT + tables[t].section * SECTION_ENTRY;
    size_t at = number_at(&bytes, entry), n = number_at(&bytes, entry + 8);
    char *full = malloc(n);
    ck_assert_ptr_nonnull(full);
    for (size_t i = 0; i + 4 <= n; i += tables[t].step) memcpy(full + i, &tables[t].fill, 4);
    refuse(tables[t].k, at, full, n);
    free(full);
    us_buf_free(&bytes);
  }
}
END_TEST

/* One empty slot among thousands is an end, but each look-up that misses would go all the way to it. */
START_TEST(crowded_tables_are_refused) {
  const uint32_t one = 1, edge[3] = {0, 1, 1};
  const us_channel_group group = {.key = 1};
  const struct {
    int k;
    unsigned section;
    const void *fill;
    size_t size;
  } tables[] = {{EXPRESSIONS, 1, &one, sizeof one},
                {MATCHER, 1, &one, sizeof one},
                {MATCHER, 3, edge, sizeof edge},
                {CHANNEL, 1, &group, sizeof group}};
  enum { MANY = 4 * US_PROBE_MOST };
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
    us_buf bytes = load(tables[t].k), slots = {0}, crowded = {0};
    us_image image;
    unspin_error err = {0};
    fuzz_mend_image(bytes.p, bytes.n, kinds[tables[t].k].kind, kinds[tables[t].k].version);
    ck_assert_int_eq(
        us_image_read(us_buf_slice(&bytes), "good", kinds[tables[t].k].kind, kinds[tables[t].k].version, &image, &err),
        UNSPIN_OK);
    for (size_t i = 0; i < MANY; i++) us_buf_append(&slots, (us_slice){tables[t].fill, tables[t].size});
    memset(slots.p + (MANY - 7) * tables[t].size, 0, tables[t].size);
    image.section[tables[t].section] = us_buf_slice(&slots);
    us_image_write(&crowded, image.kind, image.version, image.section, image.count);
    ck_assert(!slots.failed && !crowded.failed);
    ck_assert_msg(open_as(tables[t].k, us_buf_slice(&crowded), &err) == UNSPIN_ERR_FORMAT, "%s: taken, section %u",
                  kinds[tables[t].k].file, tables[t].section);
    us_buf_free(&bytes);
    us_buf_free(&slots);
    us_buf_free(&crowded);
  }
}
END_TEST

/* What a row says of itself chooses among features, and its words are looked at without asking how many there are. */
START_TEST(rows_beyond_the_scale) {
  us_buf bytes = load(MATCHER);
  size_t rows = section(MATCHER, 6), elements = section(MATCHER, 7);
  uint64_t strings = number_at(&bytes, SECTION_AT + 8);
  uint32_t behind = (uint32_t)strings;
  refuse(MATCHER, rows + offsetof(us_row_record, strength), "\0", 1);
  refuse(MATCHER, rows + offsetof(us_row_record, strength), "\6", 1);
  refuse(MATCHER, rows + offsetof(us_row_record, strength), "\xFF", 1);
  refuse(MATCHER, rows + offsetof(us_row_record, spun_count), "\0", 1);
  us_element_record empty = {.text = behind};
  refuse(MATCHER, elements, &empty, sizeof empty);
  us_buf_free(&bytes);
}
END_TEST

/* Every edge that is one: to a node, or by a symbol, that is not there. */
START_TEST(tries_that_lead_outside) {
  enum { EDGES = 3 };
  const uint32_t far = 0x00FFFFFF;
  us_buf bytes = load(MATCHER);
  size_t begin = section(MATCHER, EDGES), n = number_at(&bytes, SECTION_AT + EDGES * SECTION_ENTRY + 8), tried = 0;
  for (size_t at = begin; at < begin + n && tried < 50; at += sizeof(us_edge)) {
    us_edge edge;
    memcpy(&edge, bytes.p + at, sizeof edge);
    if (!edge.symbol) continue;
    refuse(MATCHER, at + offsetof(us_edge, symbol), &far, 4);
    refuse(MATCHER, at + offsetof(us_edge, to), &far, 4);
    tried++;
  }
  ck_assert_uint_gt(tried, 0);
  us_buf_free(&bytes);
}
END_TEST

/* A trie that leads back to itself on every symbol: eight ways at each of eight words, 16 million walks. */
START_TEST(endless_tries_are_bounded) {
  us_buf bytes = load(MATCHER);
  us_matcher m;
  us_match_vec found = {0};
  us_token_key keys[16] = {{0}};
  fuzz_mend_image(bytes.p, bytes.n, US_MATCHER_KIND, US_MATCHER_VERSION);
  ck_assert_int_eq(us_matcher_open(us_buf_slice(&bytes), "matcher", &m, NULL), UNSPIN_OK);
  us_edge *edges = calloc((size_t)1 << 12, sizeof *edges);
  us_node nodes[2] = {{0, m.variant_count}, {0, m.variant_count}};
  ck_assert_ptr_nonnull(edges);
  for (uint32_t symbol = 1; symbol <= 8; symbol++)
    for (uint32_t node = 0; node < 2; node++) {
      uint32_t at = us_edge_hash(node, symbol) & 4095;
      while (edges[at].symbol) at = (at + 1) & 4095;
      edges[at] = (us_edge){node, symbol, 1};
    }
  m.edges = edges;
  m.edge_mask = 4095;
  m.nodes = nodes;
  m.node_count = 2;
  for (size_t i = 0; i < 16; i++) {
    keys[i] = (us_token_key){.literal = 1, .number = 2, .readings = US_KEY_READINGS, .open = true, .joins = true};
    for (uint8_t k = 0; k < US_KEY_READINGS; k++) keys[i].reading[k].symbol = 3u + k;
  }
  ck_assert(us_matcher_find(&m, keys, 16, 0, &found));
  ck_assert_uint_gt(found.n, 0);
  ck_assert_uint_le(found.n, 1024);
  us_vec_free(&found);
  free(edges);
  us_buf_free(&bytes);
}
END_TEST

int main(void) {
  TCase *all = tcase_create("images");
  tcase_set_timeout(all, 60);
  tcase_add_loop_test(all, good_files_open, 0, KINDS);
  tcase_add_loop_test(all, lying_sections_are_refused, 0, KINDS);
  tcase_add_loop_test(all, short_files_are_refused, 0, KINDS);
  tcase_add_test(all, lexicon_that_leads_outside);
  tcase_add_test(all, full_tables_are_refused);
  tcase_add_test(all, crowded_tables_are_refused);
  tcase_add_test(all, rows_beyond_the_scale);
  tcase_add_test(all, tries_that_lead_outside);
  tcase_add_test(all, endless_tries_are_bounded);
  Suite *suite = suite_create("hostile images");
  suite_add_tcase(suite, all);
  return test_run(suite);
}
