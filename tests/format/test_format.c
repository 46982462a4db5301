/* Cases of cases.txt, and edits by chance over the example files: outside of them not one byte may differ, and what is
 * read afterwards must be what was meant. */
#define _GNU_SOURCE /* memmem */
#include "format/carry.h"
#include "format/documents.h"
#include "support.h"

/* ---- cases ---- */

static void replace(us_buf *text, const char *from, const char *to) {
  us_buf out = {0};
  const char *at = us_buf_slice(text).p;
  for (const char *hit; (hit = strstr(at, from)) != NULL; at = hit + strlen(from)) {
    us_buf_append(&out, (us_slice){at, (size_t)(hit - at)});
    us_buf_puts(&out, to);
  }
  us_buf_puts(&out, at);
  us_buf_free(text);
  *text = out;
}

static void unescape(us_slice raw, us_buf *out) {
  us_buf_clear(out);
  us_buf_append(out, raw);
  us_buf_append(out, US_LIT(""));
  replace(out, "¶", "\n");
  replace(out, "⏎", "\r");
  replace(out, "→", "\t");
}

typedef struct test_case {
  unspin_text_format format;
  us_slice title;
  us_buf source;
  unspin_options options;
  us_documents documents;
} test_case;

static void open_case(test_case *c) {
  unspin_error err = {0};
  bool more;
  unspin_options_init(&c->options);
  c->options.text_format = c->format;
  us_documents_begin(&c->documents, us_buf_slice(&c->source), &c->options);
  ck_assert_msg(us_documents_next(&c->documents, &more, &err) == UNSPIN_OK, "%s", err.message);
  ck_assert_msg(more, "%.*s: no document", (int)c->title.n, c->title.p);
}

static void check_prose(const test_case *c, us_slice wanted) {
  us_slice got = us_slice_trim(us_buf_slice(&c->documents.prose.text));
  ck_assert_msg(us_slice_eq(got, wanted), "%.*s: the prose is\n%.*s\n---- not\n%.*s", (int)c->title.n, c->title.p,
                (int)got.n, got.p, (int)wanted.n, wanted.p);
}

/* Carries EDITS back; the patches stand in PATCHES. */
static void carry(const test_case *c, us_prose_edit *edits, size_t n, us_arena *arena, us_patch_vec *patches) {
  unspin_error err = {0};
  us_carrier carrier = {.format = c->format,
                        .source = us_buf_slice(&c->source),
                        .prose = &c->documents.prose,
                        .edits = edits,
                        .count = n,
                        .arena = arena};
  ck_assert_msg(us_carry_back(&carrier, patches, &err) == UNSPIN_OK, "%s", err.message);
}

static void check_edit(const test_case *c, us_slice what, us_slice wanted) {
  us_slice arrow = US_LIT(" => "), cannot = US_LIT(" (cannot)");
  const char *at = memmem(what.p, what.n, arrow.p, arrow.n);
  us_slice old = {what.p, (size_t)(at - what.p)}, new = us_slice_sub(what, old.n + arrow.n, what.n);
  bool possible = !(new.n >= cannot.n &&memcmp(new.p + new.n - cannot.n, cannot.p, cannot.n) == 0);
  if (!possible) new.n -= cannot.n;
  us_slice prose = us_buf_slice(&c->documents.prose.text);
  const char *place = memmem(prose.p, prose.n, old.p, old.n);
  ck_assert_msg(place, "%.*s: no such words: %.*s", (int)c->title.n, c->title.p, (int)old.n, old.p);
  size_t begin = (size_t)(place - prose.p);
  us_prose_edit edit = {.begin = begin, .end = begin + old.n, .after = new};
  us_arena arena = {0};
  us_patch_vec patches = {0};
  us_buf out = {0};
  carry(c, &edit, 1, &arena, &patches);
  us_patches_apply(us_buf_slice(&c->source), &patches, &out);
  us_slice got = us_buf_slice(&out);
  if (!possible) wanted = us_buf_slice(&c->source);
  ck_assert_msg(us_slice_eq(got, wanted) && edit.dropped == !possible, "%.*s: %.*s gives\n%.*s\n---- not\n%.*s",
                (int)c->title.n, c->title.p, (int)what.n, what.p, (int)got.n, got.p, (int)wanted.n, wanted.p);
  us_buf_free(&out);
  us_vec_free(&patches);
  us_arena_free(&arena);
}

/* Cuts the part up to the next line that begins with MARK off REST. */
static us_slice cut_part(us_slice *rest, const char *mark) {
  us_buf needle = {0};
  us_buf_printf(&needle, "\n%s", mark);
  const char *at = memmem(rest->p, rest->n, needle.p, needle.n);
  us_slice part = at ? us_slice_sub(*rest, 0, (size_t)(at - rest->p)) : *rest;
  *rest = at ? us_slice_sub(*rest, part.n + 1, rest->n) : (us_slice){"", 0};
  us_buf_free(&needle);
  return part;
}

static us_slice cut_line(us_slice *part) {
  us_slice line;
  us_slice_cut(part, '\n', &line);
  if (!part->p) *part = (us_slice){"", 0};
  return line;
}

static void run_case(us_slice text) {
  test_case c = {.title = cut_line(&text)};
  us_slice rest = c.title, name;
  us_slice_cut(&rest, ':', &name);
  char format[16] = {0};
  memcpy(format, name.p + 4, name.n - 4);
  c.format = unspin_text_format_named(format);
  ck_assert_msg(c.format != UNSPIN_TEXT_COUNT, "no format %s", format);
  unescape(cut_part(&text, "==="), &c.source);
  open_case(&c);
  us_buf what = {0}, wanted = {0};
  while (text.n) {
    us_slice part = cut_part(&text, "===");
    us_slice line = cut_line(&part), head = us_slice_sub(line, 4, line.n);
    unescape(head, &what);
    unescape(part, &wanted);
    if (us_slice_eq(head, US_LIT("prose"))) check_prose(&c, us_buf_slice(&wanted));
    else check_edit(&c, us_buf_slice(&what), us_buf_slice(&wanted));
  }
  us_buf_free(&what);
  us_buf_free(&wanted);
  us_documents_free(&c.documents);
  us_buf_free(&c.source);
}

START_TEST(cases) {
  us_buf text = test_read("format/cases.txt");
  us_slice rest = us_buf_slice(&text);
  size_t count = 0;
  cut_part(&rest, "###");
  while (rest.n) {
    us_slice part = cut_part(&rest, "###");
    while (part.n && part.p[part.n - 1] == '\n') part.n--;
    run_case(part);
    count++;
  }
  ck_assert_uint_gt(count, 40);
  us_buf_free(&text);
}
END_TEST

/* Words of one edit that stand far apart: sharing them out takes as many steps as there are gaps, not their square. */
START_TEST(gaps) {
  enum { GAPS = 500000 };
  test_case c = {.format = UNSPIN_TEXT_HTML, .title = US_LIT("gaps")};
  us_buf_puts(&c.source, "<p>lend");
  for (int i = 0; i < GAPS; i++) us_buf_puts(&c.source, "</x> ");
  us_buf_puts(&c.source, "a hand.");
  open_case(&c);
  us_slice prose = us_buf_slice(&c.documents.prose.text);
  ck_assert_uint_eq(prose.n, GAPS + 11);
  us_prose_edit edit = {.begin = 0, .end = prose.n - 1, .after = US_LIT("help out")};
  us_arena arena = {0};
  us_patch_vec patches = {0};
  carry(&c, &edit, 1, &arena, &patches);
  ck_assert(!edit.dropped);
  us_vec_free(&patches);
  us_arena_free(&arena);
  us_documents_free(&c.documents);
  us_buf_free(&c.source);
}
END_TEST

/* ---- edits by chance ---- */

static const char *const examples[] = {"article.html", "blog.html", "legacy.html",  "table.html",
                                       "readme.md",    "notes.md",  "corpus.jsonl", "ascii.jsonl",
                                       "posts.csv",    "crlf.csv",  "posts.tsv"};
/* Some of them are markup where they are put, if nobody takes care. */
static const char *const words[] = {"plain",      "two words", "three plain words",
                                    "R&D",        "a <b> c",   "\"said\", or so",
                                    "caff\u00E8", "*star*",    "x_y_z",
                                    "`code`",     "[a](b)",    "# head",
                                    "1. item",    "- item",    "a\\b",
                                    "<!-- x",     "&amp;",     ""};
enum { ROUNDS = 400, MOST_EDITS = 40 };

/* The same numbers on every machine. */
static size_t chance(uint64_t *state, size_t below) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (size_t)(*state >> 33) % below;
}

static bool is_word(const us_slice *s, size_t at) { return at < s->n && !us_prose_is_blank(s->p[at]); }

/* Runs of up to five words, with gaps between them. */
static size_t invent_edits(us_slice prose, uint64_t *state, us_prose_edit *edits) {
  size_t n = 0, step = 3 + chance(state, 25);
  for (size_t at = 0; at < prose.n && n < MOST_EDITS;) {
    for (size_t skip = chance(state, step); skip > 0 && at < prose.n; skip--) {
      while (is_word(&prose, at)) at++;
      while (at < prose.n && !is_word(&prose, at)) at++;
    }
    size_t begin = at, end = at;
    for (size_t take = 1 + chance(state, 5); take > 0 && end < prose.n; take--) {
      size_t next = end + (end > begin && prose.p[end] == ' ');
      if (end > begin && next == end) break;
      if (!is_word(&prose, next)) break;
      while (is_word(&prose, next)) next++;
      end = next;
    }
    if (end == begin) break;
    const char *after = words[chance(state, sizeof words / sizeof *words)];
    edits[n++] = (us_prose_edit){.begin = begin, .end = end, .after = us_slice_of(after)};
    at = end;
  }
  return n;
}

static void check_order(const char *name, us_slice source, const us_patch_vec *patches) {
  size_t end = 0;
  for (size_t i = 0; i < patches->n; i++) {
    const us_patch *p = &patches->p[i];
    ck_assert_msg(p->begin >= end && p->end >= p->begin && p->end <= source.n, "%s: patch %zu is out of order", name,
                  i);
    end = p->end;
  }
}

/* Takes the patches back again. */
static void check_undo(const char *name, us_slice source, us_slice out, const us_patch_vec *patches) {
  us_buf back = {0};
  size_t at = 0, source_at = 0;
  for (size_t i = 0; i < patches->n; i++) {
    const us_patch *p = &patches->p[i];
    us_buf_append(&back, us_slice_sub(out, at, at + p->begin - source_at));
    at += p->begin - source_at;
    ck_assert(us_slice_eq(us_slice_sub(out, at, at + p->after.n), p->after));
    at += p->after.n;
    us_buf_append(&back, us_slice_sub(source, p->begin, p->end));
    source_at = p->end;
  }
  us_buf_append(&back, us_slice_sub(out, at, out.n));
  ck_assert_msg(us_slice_eq(us_buf_slice(&back), source), "%s does not come back", name);
  us_buf_free(&back);
}

/* White space of any kind is one blank. */
static void append_words(us_buf *out, us_slice s) {
  bool blank = true;
  for (size_t i = 0; i < s.n; i++) {
    bool is_blank = us_prose_is_blank(s.p[i]);
    if (!is_blank) us_buf_putc(out, s.p[i]);
    else if (!blank) us_buf_putc(out, ' ');
    blank = is_blank;
  }
  if (out->n && out->p[out->n - 1] == ' ') out->n--;
  us_buf_putc(out, '\n');
}

static void append_expected(us_buf *out, us_slice prose, const us_prose_edit *edits, size_t n) {
  us_buf text = {0};
  size_t at = 0;
  for (size_t i = 0; i < n; i++) {
    if (edits[i].dropped) continue;
    us_buf_append(&text, us_slice_sub(prose, at, edits[i].begin));
    us_buf_append(&text, edits[i].after);
    at = edits[i].end;
  }
  us_buf_append(&text, us_slice_sub(prose, at, prose.n));
  append_words(out, us_buf_slice(&text));
  us_buf_free(&text);
}

/* What all documents of SOURCE say; returns the number of rejects. */
static size_t append_read(us_buf *out, us_slice source, const unspin_options *options, const char *name) {
  us_documents documents;
  unspin_error err = {0};
  bool more;
  us_documents_begin(&documents, source, options);
  for (;;) {
    ck_assert_msg(us_documents_next(&documents, &more, &err) == UNSPIN_OK, "%s: %s", name, err.message);
    if (!more) break;
    append_words(out, us_buf_slice(&documents.prose.text));
  }
  size_t rejects = documents.rejects.n;
  us_documents_free(&documents);
  return rejects;
}

typedef struct tally {
  size_t edits, dropped;
} tally;

static void one_round(const char *name, us_slice source, unspin_text_format format, uint64_t *state, tally *sum) {
  unspin_options options;
  unspin_error err = {0};
  unspin_options_init(&options);
  options.text_format = format;
  /* by number, so that a damaged header does no harm */
  static const char *const columns[] = {"2", "3"};
  options.fields = columns;
  options.field_count = format == UNSPIN_TEXT_CSV || format == UNSPIN_TEXT_TSV ? 2 : 0;
  us_documents documents;
  us_arena arena = {0};
  us_patch_vec all = {0}, patches = {0};
  us_buf expected = {0}, out = {0}, got = {0};
  us_prose_edit edits[MOST_EDITS];
  us_documents_begin(&documents, source, &options);
  for (bool more = true;;) {
    ck_assert_msg(us_documents_next(&documents, &more, &err) == UNSPIN_OK, "%s: %s", name, err.message);
    if (!more) break;
    us_slice prose = us_buf_slice(&documents.prose.text);
    us_carrier c = {.format = format, .source = source, .prose = &documents.prose, .edits = edits, .arena = &arena};
    c.count = invent_edits(prose, state, edits);
    ck_assert_msg(us_carry_back(&c, &patches, &err) == UNSPIN_OK, "%s: %s", name, err.message);
    for (size_t i = 0; i < patches.n; i++) ck_assert(us_vec_push(&all, patches.p[i]));
    for (size_t i = 0; i < c.count; i++) sum->dropped += edits[i].dropped;
    sum->edits += c.count;
    append_expected(&expected, prose, edits, c.count);
  }
  check_order(name, source, &all);
  us_patches_apply(source, &all, &out);
  check_undo(name, source, us_buf_slice(&out), &all);
  size_t rejects = append_read(&got, us_buf_slice(&out), &options, name);
  ck_assert_uint_eq(rejects, documents.rejects.n);
  ck_assert_msg(us_slice_eq(us_buf_slice(&got), us_buf_slice(&expected)),
                "%s: reads\n%.*s\n---- not\n%.*s\n---- in\n%.*s", name, (int)got.n, got.p, (int)expected.n, expected.p,
                (int)out.n, out.p);
  us_documents_free(&documents);
  us_vec_free(&all);
  us_vec_free(&patches);
  us_buf_free(&expected);
  us_buf_free(&out);
  us_buf_free(&got);
  us_arena_free(&arena);
}

START_TEST(edits_by_chance) {
  us_buf path = {0};
  us_buf_printf(&path, "format/%s", examples[_i]);
  us_buf text = test_read(path.p);
  unspin_text_format format = unspin_text_format_guess(examples[_i], text.p, text.n);
  ck_assert_int_ne(format, UNSPIN_TEXT_PLAIN);
  uint64_t state = (uint64_t)_i + 1;
  tally sum = {0};
  for (int i = 0; i < ROUNDS; i++) one_round(examples[_i], us_buf_slice(&text), format, &state, &sum);
  printf("%-14s %zu edits, %zu dropped\n", examples[_i], sum.edits, sum.dropped);
  ck_assert_uint_gt(sum.edits, 800);
  /* in Markdown nearly half of the words here are markup */
  ck_assert_msg(sum.dropped * 100 < sum.edits * (format == UNSPIN_TEXT_MARKDOWN ? 65 : 30), "%s: %zu of %zu dropped",
                examples[_i], sum.dropped, sum.edits);
  us_buf_free(&path);
  us_buf_free(&text);
}
END_TEST

/* Bytes changed, cut out and doubled: nothing may break, and what can still be read must hold to the same rules. */
static void damage(us_slice text, uint64_t *state, us_buf *out) {
  static const char marks[] = "<>&\"'\\{}[](),\n\r\t*`-|#!/ ;:x\x80\xC3\xFF";
  us_buf_clear(out);
  us_buf_append(out, text);
  for (size_t i = chance(state, 8) + 1; i > 0; i--) {
    size_t at = chance(state, out->n), n = chance(state, 40);
    if (n > out->n - at) n = out->n - at;
    switch (chance(state, 4)) {
      case 0: out->p[at] = marks[chance(state, sizeof marks - 1)]; break;
      case 1:
        memmove(out->p + at, out->p + at + n, out->n - at - n);
        out->n -= n < out->n ? n : 0;
        break;
      case 2: out->n = at + 1; break;
      default: us_buf_append(out, us_slice_sub(text, text.n / 2, text.n / 2 + (n < text.n / 2 ? n : 0)));
    }
  }
}

START_TEST(damage_by_chance) {
  us_buf path = {0}, damaged = {0};
  us_buf_printf(&path, "format/%s", examples[_i]);
  us_buf text = test_read(path.p);
  unspin_text_format format = unspin_text_format_guess(examples[_i], text.p, text.n);
  uint64_t state = (uint64_t)_i + 100;
  tally sum = {0};
  for (int i = 0; i < ROUNDS; i++) {
    damage(us_buf_slice(&text), &state, &damaged);
    us_buf_puts(&damaged, ""); /* ends in NUL again */
    one_round(examples[_i], us_buf_slice(&damaged), format, &state, &sum);
  }
  ck_assert_uint_gt(sum.edits, 100);
  us_buf_free(&path);
  us_buf_free(&damaged);
  us_buf_free(&text);
}
END_TEST

int main(void) {
  Suite *suite = suite_create("format");
  TCase *tests = tcase_create("format");
  tcase_set_timeout(tests, 300);
  tcase_add_test(tests, cases);
  tcase_add_test(tests, gaps);
  tcase_add_loop_test(tests, edits_by_chance, 0, sizeof examples / sizeof *examples);
  tcase_add_loop_test(tests, damage_by_chance, 0, sizeof examples / sizeof *examples);
  suite_add_tcase(suite, tests);
  return test_run(suite);
}
