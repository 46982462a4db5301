/* Unified diff made from the edit list: edits already say what changed, so only their lines need to be found. */
#define _GNU_SOURCE /* memrchr */
#include "report/report.h"
#include "report/safe.h"

#define CONTEXT 3

/* Puts a mark before every line; without OUT it only counts. */
typedef struct line_writer {
  FILE *out;
  const char *color;
  bool safe;
  char mark;
  bool inside; /* a line has been begun and not ended */
  size_t lines;
} line_writer;

static void write_lines(line_writer *w, us_slice s) {
  while (s.n) {
    const char *end = memchr(s.p, '\n', s.n);
    us_slice part = {s.p, end ? (size_t)(end - s.p) : s.n};
    if (!w->inside) {
      w->lines++;
      if (w->out && w->color) fputs(w->color, w->out);
      if (w->out) fputc(w->mark, w->out);
    }
    if (w->out && w->safe) us_safe_write(w->out, part, false);
    else if (w->out) fwrite(part.p, 1, part.n, w->out);
    if (w->out && end) fputs(w->color ? "\x1b[0m\n" : "\n", w->out);
    w->inside = !end;
    s = us_slice_sub(s, part.n + (end ? 1 : 0), s.n);
  }
}

/* Only the last line of a file can lack its end. */
static void end_lines(line_writer *w) {
  if (w->out && w->inside) fprintf(w->out, "%s\n\\ No newline at end of file\n", w->color ? "\x1b[0m" : "");
}

static size_t line_begin(us_slice s, size_t at) {
  const char *end = at ? memrchr(s.p, '\n', at) : NULL;
  return end ? (size_t)(end - s.p) + 1 : 0;
}

/* Just behind the end of the line that AT stands in. */
static size_t line_end(us_slice s, size_t at) {
  const char *end = at < s.n ? memchr(s.p + at, '\n', s.n - at) : NULL;
  return end ? (size_t)(end - s.p) + 1 : s.n;
}

static size_t count_lines(us_slice s) {
  line_writer counter = {0};
  write_lines(&counter, s);
  return counter.lines;
}

/* Lines that touch one another and are all changed: bytes [begin, end) of the input, edits [first, last). */
typedef struct region {
  size_t begin, end, first, last;
} region;

static bool next_region(const us_report *r, size_t first, region *out) {
  if (first >= r->edit_count) return false;
  *out = (region){line_begin(r->input, r->edits[first]->begin), line_end(r->input, r->edits[first]->end), first,
                  first + 1};
  for (; out->last < r->edit_count && r->edits[out->last]->begin < out->end; out->last++) {
    /* a line is searched only once, however many edits it holds */
    size_t end = r->edits[out->last]->end;
    if (end >= out->end) out->end = line_end(r->input, end);
  }
  return true;
}

static void write_region_after(line_writer *w, const us_report *r, const region *g) {
  size_t at = g->begin;
  for (size_t i = g->first; i < g->last; i++) {
    write_lines(w, us_slice_sub(r->input, at, r->edits[i]->begin));
    write_lines(w, (us_slice){r->edits[i]->after.text, r->edits[i]->after.len});
    at = r->edits[i]->end;
  }
  write_lines(w, us_slice_sub(r->input, at, g->end));
}

/* True if G stands so near behind END that their contexts would touch. */
static bool is_near(us_slice s, size_t end, const region *g) {
  for (int i = 0; i < 2 * CONTEXT && end < g->begin; i++) end = line_end(s, end);
  return end >= g->begin;
}

/* A stretch of input with all its regions: those of edits [first, last). */
typedef struct hunk {
  size_t begin, end, first, last;
  size_t lines_after;
} hunk;

static bool next_hunk(const us_report *r, size_t first, hunk *out) {
  region g;
  if (!next_region(r, first, &g)) return false;
  *out = (hunk){g.begin, g.end, first, first, 0};
  for (int i = 0; i < CONTEXT && out->begin > 0; i++) out->begin = line_begin(r->input, out->begin - 1);
  size_t at = out->begin;
  do {
    line_writer counter = {0};
    write_region_after(&counter, r, &g);
    out->lines_after += count_lines(us_slice_sub(r->input, at, g.begin)) + counter.lines;
    at = out->end = g.end;
    out->last = g.last;
  } while (next_region(r, out->last, &g) && is_near(r->input, out->end, &g));
  for (int i = 0; i < CONTEXT && out->end < r->input.n; i++) out->end = line_end(r->input, out->end);
  out->lines_after += count_lines(us_slice_sub(r->input, at, out->end));
  return true;
}

static void put(FILE *out, const us_style *style, const char *color, char mark, us_slice s) {
  line_writer w = {
      .out = out, .color = style->color ? color : NULL, .safe = style->color || style->terminal, .mark = mark};
  write_lines(&w, s);
  end_lines(&w);
}

static void put_hunk(FILE *out, const us_report *r, const us_style *style, const hunk *h) {
  size_t at = h->begin;
  region g;
  for (size_t i = h->first; i < h->last && next_region(r, i, &g); i = g.last) {
    put(out, style, NULL, ' ', us_slice_sub(r->input, at, g.begin));
    put(out, style, "\x1b[31m", '-', us_slice_sub(r->input, g.begin, g.end));
    line_writer w = {
        .out = out, .color = style->color ? "\x1b[32m" : NULL, .safe = style->color || style->terminal, .mark = '+'};
    write_region_after(&w, r, &g);
    end_lines(&w);
    at = g.end;
  }
  put(out, style, NULL, ' ', us_slice_sub(r->input, at, h->end));
}

static void put_range(FILE *out, char sign, size_t before, size_t lines) {
  /* an empty range is named by the line before it */
  fprintf(out, lines == 1 ? "%c%zu" : "%c%zu,%zu", sign, before + (lines > 0), lines);
}

static bool is_ascii(us_slice s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] >= 0x80) return false;
  return true;
}

/* Names as git writes them: quoted where they hold something that would confuse a reader of the diff. ASCII: nothing
 * else may stand there, since the diff is going to be put into another encoding, and the name is not. */
static void put_name(FILE *out, const char *sign, const char *side, us_slice name, bool ascii) {
  us_buf shown = {0};
  us_safe_append(&shown, name);
  bool quote = shown.n != name.n || memchr(name.p, '"', name.n) || memchr(name.p, '\\', name.n);
  quote |= ascii && !is_ascii(name);
  quote |= name.n && name.p[name.n - 1] == ' '; /* which patch would cut off */
  fprintf(out, quote ? "%s \"%s" : "%s %s", sign, side);
  for (size_t i = 0; i < name.n; i++) {
    unsigned char c = (unsigned char)name.p[i];
    if (quote && (c < 0x20 || c >= 0x7F)) fprintf(out, "\\%03o", c);
    else if (quote && (c == '"' || c == '\\')) fprintf(out, "\\%c", c);
    else fputc(c, out);
  }
  /* patch takes a name for ended at its first blank, unless a tab comes later */
  bool blank = memchr(name.p, ' ', name.n);
  fputs(quote ? "\"" : blank ? "\t" : "", out);
  us_buf_free(&shown);
}

static void put_header(FILE *out, const us_report *r, const us_style *style) {
  /* with a/ and b/ both patch -p1 and git apply take it; a full path is left as it is */
  bool full = r->name.n && (r->name.p[0] == '/' || us_slice_eq(r->name, us_slice_of(US_REPORT_STDIN)));
  const char *on = style->color ? "\x1b[1m" : "", *off = style->color ? "\x1b[0m" : "";
  fputs(on, out);
  put_name(out, "---", full ? "" : "a/", r->name, r->encoding);
  fprintf(out, "%s\n%s", off, on);
  put_name(out, "+++", full ? "" : "b/", r->name, r->encoding);
  fprintf(out, "%s\n", off);
}

unspin_status us_render_diff(FILE *out, const us_report *report, const us_style *style, unspin_error *err) {
  if (!us_report_valid(report, err)) return UNSPIN_ERR_INVALID;
  if (report->edit_count) put_header(out, report, style);
  size_t counted = 0, lines_before = 0, lines_after = 0;
  hunk h;
  for (size_t i = 0; next_hunk(report, i, &h); i = h.last) {
    size_t between = count_lines(us_slice_sub(report->input, counted, h.begin));
    size_t inside = count_lines(us_slice_sub(report->input, h.begin, h.end));
    fprintf(out, "%s@@ ", style->color ? "\x1b[36m" : "");
    put_range(out, '-', lines_before + between, inside);
    fputc(' ', out);
    put_range(out, '+', lines_after + between, h.lines_after);
    fprintf(out, " @@%s\n", style->color ? "\x1b[0m" : "");
    put_hunk(out, report, style, &h);
    lines_before += between + inside;
    lines_after += between + h.lines_after;
    counted = h.end;
  }
  return UNSPIN_OK;
}
