#include "document.h"

#include <check.h>
#include <stdlib.h>

static const unspin_reason reasons[] = {{"first", 2.0}, {"second", -1.0}, {"third", 0.5}, {"fourth", 0.25}};
static const unspin_alternative alternatives[] = {{{"other", 5}, "row9", 1.5}, {{"", 0}, NULL, -0.25}};

static size_t code_points(us_slice s) {
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
  return n;
}

static void add_edit(document *doc, us_slice old, us_slice new) {
  us_slice so_far = us_buf_slice(&doc->input);
  size_t line = 1, line_begin = 0;
  for (size_t i = 0; i < so_far.n; i++)
    if (so_far.p[i] == '\n') line++, line_begin = i + 1;
  size_t number = doc->edits.n + 1;
  us_buf row = {0}, source = {0};
  us_buf_printf(&row, "row%zu", number);
  us_buf_printf(&source, "cases:%zu", number);
  unspin_edit edit = {.begin = so_far.n,
                      .end = so_far.n + old.n,
                      .begin_cp = code_points(so_far),
                      .line = line,
                      .column = code_points(us_slice_sub(so_far, line_begin, so_far.n)) + 1,
                      .before = {us_arena_copy(&doc->arena, old), old.n},
                      .after = {us_arena_copy(&doc->arena, new), new.n},
                      .confidence = 0.5,
                      .row = us_arena_copy(&doc->arena, us_buf_slice(&row)),
                      .source = us_arena_copy(&doc->arena, us_buf_slice(&source)),
                      .model_gain = 0.5,
                      .reasons = reasons,
                      .reason_count = 4,
                      .alternatives = alternatives,
                      .alternative_count = 2};
  edit.end_cp = edit.begin_cp + code_points(old);
  ck_assert(us_vec_push(&doc->edits, edit));
  us_buf_append(&doc->input, old);
  us_buf_append(&doc->output, new);
  us_buf_free(&row);
  us_buf_free(&source);
}

void document_make(document *doc, us_slice name, us_slice marked) {
  *doc = (document){0};
  for (size_t i = 0; i < marked.n; i++) {
    if (marked.p[i] == '{') {
      const char *bar = memchr(marked.p + i, '|', marked.n - i), *close = memchr(marked.p + i, '}', marked.n - i);
      ck_assert_msg(bar && close && bar < close, "bad markup in: %.*s", (int)marked.n, marked.p);
      size_t b = (size_t)(bar - marked.p), c = (size_t)(close - marked.p);
      add_edit(doc, us_slice_sub(marked, i + 1, b), us_slice_sub(marked, b + 1, c));
      i = c;
      continue;
    }
    if (marked.p[i] == '\\' && i + 1 < marked.n && marked.p[i + 1] == '{') i++;
    us_buf_putc(&doc->input, marked.p[i]);
    us_buf_putc(&doc->output, marked.p[i]);
  }
  doc->pointers = calloc(doc->edits.n + 1, sizeof *doc->pointers);
  ck_assert_ptr_nonnull(doc->pointers);
  for (size_t i = 0; i < doc->edits.n; i++) doc->pointers[i] = &doc->edits.p[i];
  doc->totals = (unspin_totals){.bytes = doc->input.n,
                                .words = 7,
                                .sentences = 2,
                                .candidates = 9,
                                .edits = doc->edits.n,
                                .dropped = 1,
                                .spin_share = 0.125,
                                .dialect = UNSPIN_DIALECT_GB};
  doc->report = (us_report){.name = name,
                            .input = us_buf_slice(&doc->input),
                            .output = us_buf_slice(&doc->output),
                            .edits = doc->pointers,
                            .edit_count = doc->edits.n,
                            .totals = &doc->totals,
                            .knowledge_hash = "00112233445566ff"};
}

void document_free(document *doc) {
  us_buf_free(&doc->input);
  us_buf_free(&doc->output);
  us_vec_free(&doc->edits);
  us_arena_free(&doc->arena);
  free(doc->pointers);
}

us_buf render_to_buf(us_renderer *renderer, const us_report *report, const us_style *style, unspin_status *status,
                     unspin_error *err) {
  char *bytes = NULL;
  size_t n = 0;
  FILE *out = open_memstream(&bytes, &n);
  ck_assert_ptr_nonnull(out);
  unspin_status got = renderer(out, report, style, err);
  if (status) *status = got;
  else ck_assert_int_eq(got, UNSPIN_OK);
  fclose(out);
  us_buf buf = {0};
  us_buf_append(&buf, (us_slice){bytes, n});
  free(bytes);
  return buf;
}

void unescape(us_buf *out, us_slice s) {
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] != '\\' || i + 1 >= s.n) {
      us_buf_putc(out, s.p[i]);
      continue;
    }
    i++;
    switch (s.p[i]) {
      case 'e': us_buf_putc(out, '\x1b'); break;
      case 'r': us_buf_putc(out, '\r'); break;
      case 't': us_buf_putc(out, '\t'); break;
      case '\\': us_buf_putc(out, '\\'); break;
      case '{': us_buf_puts(out, "\\{"); break;
      case 'c': return; /* and with it the line end that follows */
      case 'x': {
        ck_assert(i + 2 < s.n);
        char digits[3] = {s.p[i + 1], s.p[i + 2], 0};
        us_buf_putc(out, (char)strtol(digits, NULL, 16));
        i += 2;
        break;
      }
      default: ck_abort_msg("no escape: \\%c", s.p[i]);
    }
  }
}
