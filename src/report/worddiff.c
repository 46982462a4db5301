/* The whole text with its changes shown in place, wrapped to the width of the terminal. */
#include "report/report.h"
#include "report/safe.h"

typedef enum ink { INK_PLAIN, INK_OLD, INK_NEW } ink;

/* A word longer than this is not held together: it bounds what is kept in memory. */
#define WORD_MAX 4096

/* Text flows through word by word; a word may change its ink in the middle. */
typedef struct flow {
  FILE *out;
  const us_style *style;
  us_buf word;  /* bytes to send, colours included */
  us_buf space; /* what stands before the word */
  size_t word_width, space_width, column;
  ink ink;      /* of what comes next */
  ink word_ink; /* of what has been sent: the word begins in it */
} flow;

static const char *ink_code(ink i) {
  switch (i) {
    case INK_OLD: return "\x1b[31;9m";
    case INK_NEW: return "\x1b[32;1m";
    case INK_PLAIN: break;
  }
  return "\x1b[0m";
}

static void flush_word(flow *f) {
  if (f->word.n) {
    if (f->style->width && f->column && f->column + f->space_width + f->word_width > f->style->width) {
      /* the line ends in plain ink, or a terminal would paint its whole rest */
      bool inked = f->style->color && f->word_ink != INK_PLAIN;
      fprintf(f->out, "%s\n%s", inked ? ink_code(INK_PLAIN) : "", inked ? ink_code(f->word_ink) : "");
      f->column = 0;
    } else {
      fwrite(us_buf_slice(&f->space).p, 1, f->space.n, f->out);
      f->column += f->space_width;
    }
    fwrite(f->word.p, 1, f->word.n, f->out);
    f->column += f->word_width;
    us_buf_clear(&f->space);
    f->space_width = 0;
  }
  us_buf_clear(&f->word);
  f->word_width = 0;
  f->word_ink = f->ink;
}

static void put_glyph(flow *f, us_slice text, size_t width) {
  if (f->word.n > WORD_MAX) flush_word(f);
  us_buf_append(&f->word, text);
  f->word_width += width;
}

static void put_space(flow *f, char c) {
  if (f->word.n) flush_word(f);
  if (f->space.n > WORD_MAX) { /* a run of blanks is bounded too */
    fwrite(f->space.p, 1, f->space.n, f->out);
    us_buf_clear(&f->space);
    f->column += f->space_width;
    f->space_width = 0;
  }
  us_buf_putc(&f->space, c);
  f->space_width += c == '\t' ? 8 - (f->column + f->space_width) % 8 : 1;
}

static void end_line(flow *f) {
  flush_word(f);
  fwrite(us_buf_slice(&f->space).p, 1, f->space.n, f->out);
  us_buf_clear(&f->space);
  f->space_width = f->column = 0;
  fputc('\n', f->out);
}

static void put_text(flow *f, us_slice s) {
  for (size_t at = 0; at < s.n;) {
    us_glyph glyph;
    size_t n = us_glyph_next(s, at, &glyph);
    if (s.p[at] == '\n') end_line(f);
    else if (s.p[at] == ' ' || s.p[at] == '\t') put_space(f, s.p[at]);
    else if (s.p[at] == '\r' && at + 1 < s.n && s.p[at + 1] == '\n') n = 1; /* half of a line end */
    else if (f->style->color || f->style->terminal) put_glyph(f, (us_slice){glyph.text, glyph.n}, glyph.width);
    else put_glyph(f, us_slice_sub(s, at, at + n), glyph.width);
    at += n;
  }
}

static void set_ink(flow *f, ink next) {
  f->ink = next;
  if (f->style->color) us_buf_puts(&f->word, ink_code(next));
}

static void put_change(flow *f, us_slice s, ink side) {
  if (!s.n) return;
  set_ink(f, side);
  if (!f->style->color) put_glyph(f, side == INK_OLD ? US_LIT("[-") : US_LIT("{+"), 2);
  put_text(f, s);
  if (!f->style->color) put_glyph(f, side == INK_OLD ? US_LIT("-]") : US_LIT("+}"), 2);
  set_ink(f, INK_PLAIN);
}

static void put_heading(FILE *out, const us_report *report, const us_style *style) {
  fputs(style->color ? "\x1b[1m==> " : "==> ", out);
  us_safe_write(out, report->name, false);
  fputs(style->color ? " <==\x1b[0m\n" : " <==\n", out);
}

unspin_status us_render_word_diff(FILE *out, const us_report *report, const us_style *style, unspin_error *err) {
  if (!us_report_valid(report, err)) return UNSPIN_ERR_INVALID;
  if (style->heading) put_heading(out, report, style);
  flow f = {.out = out, .style = style};
  size_t at = 0;
  for (size_t i = 0; i < report->edit_count; i++) {
    const unspin_edit *edit = report->edits[i];
    us_slice after = {edit->after.text, edit->after.len};
    put_text(&f, us_slice_sub(report->input, at, edit->begin));
    put_change(&f, us_slice_sub(report->input, edit->begin, edit->end), INK_OLD);
    /* in colour nothing but a blank parts the old from the new */
    if (style->color && edit->end > edit->begin && after.n) put_space(&f, ' ');
    put_change(&f, after, INK_NEW);
    at = edit->end;
  }
  put_text(&f, us_slice_sub(report->input, at, report->input.n));
  if (f.word.n || f.space.n || f.column) {
    flush_word(&f);
    fwrite(us_buf_slice(&f.space).p, 1, f.space.n, out);
    fputc('\n', out);
  }
  bool failed = f.word.failed || f.space.failed;
  us_buf_free(&f.word);
  us_buf_free(&f.space);
  return failed ? us_nomem(err) : UNSPIN_OK;
}
