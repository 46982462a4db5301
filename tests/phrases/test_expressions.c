/* Fixed expressions: what is built from tests/phrases/expressions.txt, the image's checks, and the shipped file. */
#include <unistd.h>

#include "base/hash.h"
#include "base/image.h"
#include "phrases/expressions_build.h"
#include "support.h"

static const us_slice PREPOSITIONS[] = {{"of", 2}, {"in", 2}};
static const us_syntax SYNTAX = {.prepositions = PREPOSITIONS, .preposition_count = 2};

static us_forms *open_forms(void) {
  us_forms *forms;
  unspin_error err;
  ck_assert_msg(us_forms_open(BUILD_DATA "/forms.bin", &forms, &err) == UNSPIN_OK, "%s", err.message);
  return forms;
}

static void add_row(us_expressions_builder *b, us_slice spun, us_slice plain, char pos) {
  unspin_error err;
  us_row row = {.spun = spun, .plain = plain, .pos = pos, .source = "test"};
  ck_assert_int_eq(us_expressions_builder_add_row(b, &row, &err), UNSPIN_OK);
}

static size_t cut(us_slice line, us_slice field[4]) {
  size_t n = 0;
  while (n < 4 && us_slice_cut(&line, '\t', &field[n])) n++;
  return n;
}

/* The image of all "add" and "row" lines. */
static us_buf build(const us_forms *forms, us_slice text) {
  us_expressions_builder *b = us_expressions_builder_new(forms, &SYNTAX);
  us_slice line, f[4];
  unspin_error err;
  us_buf image = {0};
  while (us_slice_cut(&text, '\n', &line)) {
    size_t n = line.n && line.p[0] != '#' ? cut(line, f) : 0;
    if (n == 3 && us_slice_eq(f[0], US_LIT("add")))
      ck_assert_int_eq(us_expressions_builder_add(b, f[1], f[2].p[0], true, "test", &err), UNSPIN_OK);
    if (n == 4 && us_slice_eq(f[0], US_LIT("row"))) add_row(b, f[1], f[2], f[3].p[0]);
  }
  ck_assert_int_eq(us_expressions_builder_finish(b, &image, &err), UNSPIN_OK);
  us_expressions_builder_free(b);
  return image;
}

static const char *path_of(us_buf *path) {
  const char *folder = getenv("TMPDIR");
  us_buf_printf(path, "%s/unspin-expressions-%d.bin", folder ? folder : "/tmp", (int)getpid());
  return path->p;
}

/* Opens IMAGE by way of a file. */
static unspin_status open_image(const us_buf *image, us_expressions *out, unspin_error *err) {
  us_buf path = {0};
  const char *name = path_of(&path);
  ck_assert_int_eq(us_file_write_atomic(name, us_buf_slice(image), err), UNSPIN_OK);
  unspin_status status = us_expressions_open(name, out, err);
  remove(name);
  us_buf_free(&path);
  return status;
}

static uint32_t word(const us_expressions *e, us_slice text) { return us_expressions_word(e, us_hash(text)); }

static bool is_expression(const us_expressions *e, us_slice phrase) {
  us_slice w;
  uint32_t node = 0;
  for (int n = 0; us_slice_cut(&phrase, ' ', &w); n++) {
    uint32_t id = word(e, w);
    if (id == US_NO_EXPRESSION_WORD) return false;
    node = n ? us_expressions_step(e, node, id) : e->words[id].node;
    if (!node) return false;
  }
  return e->nodes[node].ends;
}

static uint32_t rows_of(const us_expressions *e, us_slice spun, us_slice plain) {
  uint32_t s = word(e, spun), p = word(e, plain);
  if (s == US_NO_EXPRESSION_WORD || p == US_NO_EXPRESSION_WORD) return 0;
  for (uint32_t i = 0; i < e->words[s].parts; i++)
    if (e->parts[e->words[s].part + i].plain == p) return e->parts[e->words[s].part + i].rows;
  return 0;
}

START_TEST(knows_what_was_added) {
  us_forms *forms = open_forms();
  us_buf text = test_read("phrases/expressions.txt"), image = build(forms, us_buf_slice(&text));
  us_expressions e;
  unspin_error err;
  ck_assert_msg(open_image(&image, &e, &err) == UNSPIN_OK, "%s", err.message);
  us_slice rest = us_buf_slice(&text), line, f[4];
  int checked = 0;
  while (us_slice_cut(&rest, '\n', &line)) {
    size_t n = line.n && line.p[0] != '#' ? cut(line, f) : 0;
    if (n < 2) continue;
    bool yes = us_slice_eq(f[0], US_LIT("yes")), part = us_slice_eq(f[0], US_LIT("part"));
    if (yes || us_slice_eq(f[0], US_LIT("no")))
      ck_assert_msg(is_expression(&e, f[1]) == yes, "%.*s", (int)line.n, line.p);
    else if (part || us_slice_eq(f[0], US_LIT("nopart")))
      ck_assert_msg(rows_of(&e, f[1], f[2]) == (part ? (uint32_t)(f[3].p[0] - '0') : 0), "%.*s", (int)line.n, line.p);
    else continue;
    checked++;
  }
  ck_assert_int_gt(checked, 30);
  us_expressions_close(&e);
  us_buf_free(&image);
  us_buf_free(&text);
  us_forms_close(forms);
}
END_TEST

START_TEST(same_text_same_bytes) {
  us_forms *forms = open_forms();
  us_buf text = test_read("phrases/expressions.txt"), a = build(forms, us_buf_slice(&text)),
         b = build(forms, us_buf_slice(&text));
  ck_assert(us_slice_eq(us_buf_slice(&a), us_buf_slice(&b)));
  us_buf_free(&a);
  us_buf_free(&b);
  us_buf_free(&text);
  us_forms_close(forms);
}
END_TEST

START_TEST(faulty_expressions_are_errors) {
  us_forms *forms = open_forms();
  us_expressions_builder *b = us_expressions_builder_new(forms, &SYNTAX);
  unspin_error err;
  ck_assert_int_eq(us_expressions_builder_add(b, US_LIT("a b c d e f g h i j"), 'n', true, "x.txt:7", &err),
                   UNSPIN_ERR_FORMAT);
  ck_assert_ptr_nonnull(strstr(err.message, "x.txt:7"));
  us_expressions_builder_free(b);
  us_forms_close(forms);
}
END_TEST

/* Whole files with sound checksums whose tables point outside: every one is refused. */
START_TEST(false_offsets_are_refused) {
  us_forms *forms = open_forms();
  us_buf text = test_read("phrases/expressions.txt"), good = build(forms, us_buf_slice(&text));
  us_image image;
  unspin_error err;
  ck_assert_int_eq(
      us_image_read(us_buf_slice(&good), "good", US_EXPRESSIONS_KIND, US_EXPRESSIONS_VERSION, &image, &err), UNSPIN_OK);
  const struct {
    uint32_t section, at, value;
  } faults[] = {{1, 0, 1u << 30},  {2, 8, 1u << 30},
                {2, 12, 1u << 30}, {2, 16, 1u << 30},
                {3, 24, 1u << 30}, {4, 0, 1u << 30},
                {4, 4, 1u << 30},  {4, 4, 0}, /* an edge that leads back */
                {5, 0, 1u << 30},  {2, 8, (uint32_t)image.section[0].n + 1}};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
    us_slice sections[8];
    memcpy(sections, image.section, sizeof sections);
    char *copy = malloc(sections[faults[i].section].n);
    memcpy(copy, sections[faults[i].section].p, sections[faults[i].section].n);
    memcpy(copy + faults[i].at, &faults[i].value, 4);
    sections[faults[i].section].p = copy;
    us_buf bad = {0};
    us_image_write(&bad, US_EXPRESSIONS_KIND, US_EXPRESSIONS_VERSION, sections, image.count);
    us_expressions e;
    ck_assert_msg(open_image(&bad, &e, &err) == UNSPIN_ERR_FORMAT, "fault %zu passes", i);
    us_buf_free(&bad);
    free(copy);
  }
  us_buf_free(&good);
  us_buf_free(&text);
  us_forms_close(forms);
}
END_TEST

/* The shipped file, by what everybody expects of it. */
START_TEST(shipped_ones_are_there) {
  us_expressions e;
  unspin_error err;
  ck_assert_msg(us_expressions_open(BUILD_DATA "/expressions.bin", &e, &err) == UNSPIN_OK, "%s", err.message);
  static const char *const known[] = {"artificial intelligence", "breast cancer", "green lights", "interest rates",
                                      "deep learning",           "at least",      "take part",    "took place"};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    ck_assert_msg(is_expression(&e, us_slice_of(known[i])), "%s", known[i]);
  ck_assert(!is_expression(&e, US_LIT("fairway gentle")));
  ck_assert_uint_gt(e.node_count, 20000);
  us_expressions_close(&e);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("expressions");
  TCase *c = tcase_create("expressions");
  tcase_add_test(c, knows_what_was_added);
  tcase_add_test(c, same_text_same_bytes);
  tcase_add_test(c, faulty_expressions_are_errors);
  tcase_add_test(c, false_offsets_are_refused);
  tcase_add_test(c, shipped_ones_are_there);
  suite_add_tcase(suite, c);
  return test_run(suite);
}
