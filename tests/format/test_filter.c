/* Streams through the engine: however the bytes come in, the same come out, packed or not, record by record or whole.
 */
#include <string.h>

#include "support_engine.h"
#include "unspin.h"

/* Both ends of a filter. */
typedef struct ends {
  us_slice in;
  size_t step; /* bytes a read */
  us_buf out, rejects;
  size_t visits, reject_line;
  uint64_t next; /* offset that the next visit must have */
  bool broken;   /* writing fails */
} ends;

static unspin_status read_bytes(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  (void)err;
  ends *e = cookie;
  *got = room < e->step ? room : e->step;
  if (*got > e->in.n) *got = e->in.n;
  memcpy(bytes, e->in.p, *got);
  e->in = us_slice_sub(e->in, *got, e->in.n);
  return UNSPIN_OK;
}

static unspin_status write_bytes(void *cookie, const char *bytes, size_t len, unspin_error *err) {
  ends *e = cookie;
  us_buf_append(&e->out, (us_slice){bytes, len});
  return e->broken ? us_fail(err, UNSPIN_ERR_IO, "disk full") : UNSPIN_OK;
}

static unspin_status take_reject(void *cookie, unspin_text record, uint64_t line, const char *why, unspin_error *err) {
  (void)err;
  ends *e = cookie;
  ck_assert_ptr_nonnull(why);
  us_buf_append(&e->rejects, (us_slice){record.text, record.len});
  e->reject_line = (size_t)line;
  return UNSPIN_OK;
}

static unspin_status visit(void *cookie, const unspin_filter_step *step, unspin_error *err) {
  (void)err;
  ends *e = cookie;
  ck_assert_uint_eq(step->offset, e->next);
  e->next += step->input.len;
  e->visits++;
  return UNSPIN_OK;
}

static unspin_status filter(ends *e, const char *name, us_slice in, unspin_packing packing, unspin_options *engine,
                            unspin_filter_report *report, unspin_error *err) {
  unspin_filter_options o;
  unspin_filter_options_init(&o);
  o.source.name = name;
  o.engine = engine;
  o.pack_as_input = false;
  o.packing = packing;
  o.read = read_bytes;
  o.write = write_bytes;
  o.reject = take_reject;
  o.visit = visit;
  o.cookie = e;
  e->in = in;
  return unspin_filter(session, &o, report, err);
}

static void free_ends(ends *e) {
  us_buf_free(&e->out);
  us_buf_free(&e->rejects);
}

static const char *const examples[] = {"article.html", "readme.md", "corpus.jsonl", "posts.csv",
                                       "crlf.csv",     "posts.tsv", "plain.txt"};
enum { MANY = 300 };

/* The whole text restored at once says what has to come out. */
START_TEST(same_as_whole) {
  us_buf path = {0};
  us_buf_printf(&path, "format/%s", examples[_i]);
  us_buf text = test_read(path.p);
  unspin_options options;
  unspin_options_init(&options);
  options.assume_spun = true;
  options.text_format = unspin_text_format_guess(examples[_i], text.p, text.n);
  unspin_result *whole;
  ck_assert_int_eq(unspin_restore(session, text.p, text.n, &options, &whole, NULL), UNSPIN_OK);
  unspin_text wanted = unspin_result_text(whole);
  ck_assert_uint_gt(unspin_result_edit_count(whole), 0);
  for (size_t step = 1; step < 100000; step = step * 9 + 1) {
    ends plain = {.step = step}, packed = {.step = step}, again = {.step = step};
    unspin_filter_report report, report_of_packed;
    unspin_error err = {0};
    ck_assert_msg(!filter(&plain, examples[_i], us_buf_slice(&text), UNSPIN_PACKING_NONE, &options, &report, &err),
                  "%s", err.message);
    ck_assert(us_slice_eq(us_buf_slice(&plain.out), (us_slice){wanted.text, wanted.len}));
    ck_assert_uint_eq(report.edits, unspin_result_edit_count(whole));
    ck_assert_uint_eq(report.words, unspin_result_totals(whole)->words);
    ck_assert_uint_eq(report.rejects, 0);
    ck_assert_uint_eq(plain.next, text.n);
    unspin_packing packing = (unspin_packing)(1 + step % 3);
    ck_assert_int_eq(filter(&packed, examples[_i], us_buf_slice(&text), packing, &options, NULL, &err), UNSPIN_OK);
    ck_assert_int_eq(unspin_packing_found(packed.out.p, packed.out.n), packing);
    ck_assert_int_eq(
        filter(&again, examples[_i], us_buf_slice(&packed.out), UNSPIN_PACKING_NONE, &options, &report_of_packed, &err),
        UNSPIN_OK);
    ck_assert(us_slice_eq(us_buf_slice(&again.out), (us_slice){wanted.text, wanted.len}));
    ck_assert_uint_eq(report_of_packed.bytes_in, packed.out.n);
    free_ends(&plain);
    free_ends(&packed);
    free_ends(&again);
  }
  unspin_result_free(whole);
  us_buf_free(&path);
  us_buf_free(&text);
}
END_TEST

/* Lines go through one by one, bad ones as they are. */
START_TEST(lines) {
  us_buf text = {0}, wanted = {0};
  for (int i = 0; i < MANY; i++) {
    us_buf_printf(&text,
                  i % 50 == 7 ? "{\"text\": %d,}\n" : "{\"id\": %d, \"text\": \"The govt will lend a hand.\"}\r\n", i);
    us_buf_printf(&wanted,
                  i % 50 == 7 ? "{\"text\": %d,}\n" : "{\"id\": %d, \"text\": \"The government will help.\"}\r\n", i);
  }
  unspin_options options;
  unspin_options_init(&options);
  options.assume_spun = true;
  ends e = {.step = 1000};
  unspin_filter_report report;
  ck_assert_int_eq(filter(&e, "a.jsonl", us_buf_slice(&text), UNSPIN_PACKING_NONE, &options, &report, NULL), UNSPIN_OK);
  ck_assert(us_slice_eq(us_buf_slice(&e.out), us_buf_slice(&wanted)));
  ck_assert_uint_eq(report.rejects, MANY / 50);
  ck_assert_uint_eq(report.records.records, MANY - MANY / 50);
  ck_assert_uint_eq(report.records.changed, MANY - MANY / 50);
  ck_assert_uint_eq(e.visits, MANY);
  ck_assert_uint_eq(e.reject_line, MANY - 50 + 8);
  ck_assert(strncmp(e.rejects.p, "{\"text\": 7,}\n{\"text\": 57,}\n", 27) == 0);
  free_ends(&e);
  us_buf_free(&text);
  us_buf_free(&wanted);
}
END_TEST

/* ---- records, without an engine ---- */

static unspin_records *open_records(ends *e, us_slice text, unspin_text_format format, unspin_options *options) {
  unspin_records *records;
  static const char *const first[] = {"1"};
  unspin_options_init(options);
  options->text_format = format;
  options->fields = first;
  options->field_count = 1;
  e->in = text;
  ck_assert_int_eq(unspin_records_new(options, "records", read_bytes, e, &records, NULL), UNSPIN_OK);
  return records;
}

/* Where the records of TEXT end, when STEP bytes at a time come in. */
static void append_ends(us_slice text, unspin_text_format format, size_t step, us_buf *out) {
  ends e = {.step = step};
  unspin_options options;
  unspin_record record;
  unspin_records *records = open_records(&e, text, format, &options);
  for (bool more = true; more;) {
    ck_assert_int_eq(unspin_records_next(records, &record, &more, NULL), UNSPIN_OK);
    if (more) us_buf_printf(out, "%zu ", (size_t)record.offset + record.text.len);
  }
  unspin_records_free(records);
}

/* A record is cut at the same place however its bytes come in. */
START_TEST(records_in_pieces) {
  static const char pieces[][12] = {"\xEF\xBB\xBF", "\"",     "\"\"",         "a",  ",",   "\r", "\n",
                                    "\r\n",         "\"a\",", "\"a\r\nb\"\n", "\t", "\xEF"};
  uint64_t state = 7;
  for (int round = 0; round < 3000; round++) {
    us_buf text = {0}, whole = {0};
    for (int i = 0; i < 12; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      us_buf_puts(&text, pieces[(state >> 33) % (sizeof pieces / sizeof *pieces)]);
    }
    unspin_text_format format = round % 3 ? UNSPIN_TEXT_CSV : UNSPIN_TEXT_TSV;
    append_ends(us_buf_slice(&text), format, 1000, &whole);
    for (size_t step = 1; step < 5; step++) {
      us_buf cut = {0};
      append_ends(us_buf_slice(&text), format, step, &cut);
      ck_assert_msg(strcmp(cut.p, whole.p) == 0, "%s\ncut at %s, not at %s", text.p, cut.p, whole.p);
      us_buf_free(&cut);
    }
    us_buf_free(&text);
    us_buf_free(&whole);
  }
}
END_TEST

/* One of 32 MiB that comes in by 64 bytes: were each of its beginnings looked through, it would take hours. */
START_TEST(long_records) {
  static const struct {
    unspin_text_format format;
    const char *piece;
  } records[] = {{UNSPIN_TEXT_CSV, "a"},
                 {UNSPIN_TEXT_CSV, "a,"},
                 {UNSPIN_TEXT_CSV, "\"\""},
                 {UNSPIN_TEXT_JSONL, "a"},
                 {UNSPIN_TEXT_TSV, "\t"}};
  for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
    us_buf text = {0}, found = {0}, wanted = {0};
    us_buf_puts(&text, "\"");
    while (text.n < 1 << 25) us_buf_puts(&text, records[i].piece);
    us_buf_puts(&text, records[i].format == UNSPIN_TEXT_CSV ? "\"\nb\n" : "\nb\n");
    us_buf_printf(&wanted, "%zu %zu ", text.n - 2, text.n);
    append_ends(us_buf_slice(&text), records[i].format, 64, &found);
    ck_assert_str_eq(found.p, wanted.p);
    us_buf_free(&text);
    us_buf_free(&found);
    us_buf_free(&wanted);
  }
}
END_TEST

/* ---- members of gzip ---- */

/* A pipe may give the head of the next member byte by byte. */
START_TEST(members_byte_by_byte) {
  unspin_error err = {0};
  ends packed = {.step = 100000};
  ck_assert_int_eq(filter(&packed, "a.txt", US_LIT("The govt. "), UNSPIN_PACKING_GZIP, NULL, NULL, &err), UNSPIN_OK);
  us_buf twice = {0};
  us_buf_append(&twice, us_buf_slice(&packed.out));
  us_buf_append(&twice, us_buf_slice(&packed.out));
  for (size_t step = 1; step < 8; step++) {
    ends e = {.step = step};
    ck_assert_msg(!filter(&e, "a.txt", us_buf_slice(&twice), UNSPIN_PACKING_NONE, NULL, NULL, &err), "%s", err.message);
    ck_assert_str_eq(e.out.p, "The govt. The govt. ");
    free_ends(&e);
  }
  free_ends(&packed);
  us_buf_free(&twice);
}
END_TEST

START_TEST(errors) {
  unspin_error err = {0};
  ends e = {.step = 100};
  ck_assert_int_eq(filter(&e, "a.jsonl", US_LIT(""), UNSPIN_PACKING_GZIP, NULL, NULL, &err), UNSPIN_OK);
  ck_assert_uint_eq(e.out.n, 0);
  ck_assert_int_eq(filter(&e, "a.csv", US_LIT("a,b\n1,2\n"), UNSPIN_PACKING_NONE, NULL, NULL, &err),
                   UNSPIN_ERR_INVALID);
  ck_assert_str_eq(err.message, "a.csv: no column 'text'; there are: a, b");
  ck_assert_int_eq(filter(&e, "a.txt", US_LIT("a\0b"), UNSPIN_PACKING_NONE, NULL, NULL, &err), UNSPIN_ERR_INVALID);
  ck_assert_ptr_nonnull(strstr(err.message, "offset 1"));
  ck_assert_int_eq(filter(&e, "a.gz", US_LIT("\x1F\x8B\x08\0\0"), UNSPIN_PACKING_NONE, NULL, NULL, &err),
                   UNSPIN_ERR_FORMAT);
  e.broken = true;
  ck_assert_int_eq(filter(&e, "a.txt", US_LIT("text"), UNSPIN_PACKING_NONE, NULL, NULL, &err), UNSPIN_ERR_IO);
  ck_assert_str_eq(err.message, "disk full");
  free_ends(&e);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("filter");
  TCase *tests = tcase_create("filter");
  tcase_set_timeout(tests, 300);
  tcase_add_unchecked_fixture(tests, engine_open, engine_close);
  tcase_add_loop_test(tests, same_as_whole, 0, sizeof examples / sizeof *examples);
  tcase_add_test(tests, lines);
  tcase_add_test(tests, records_in_pieces);
  tcase_add_test(tests, long_records);
  tcase_add_test(tests, members_byte_by_byte);
  tcase_add_test(tests, errors);
  suite_add_tcase(suite, tests);
  return test_run(suite);
}
