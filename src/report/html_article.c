/* The text of a page, every edit in its place, and the strip that shows where they are dense. Readable without script.
 */
#include "report/html.h"

/* Browsers lay out blocks of this size only when they come into view: a book stays quick. */
enum { BLOCK_BYTES = 3000, BARS = 100 };

/* Above the first an edit is shown as sure, below the second as doubtful. */
static const double sure = 0.9, doubtful = 0.7;

static char sureness(double confidence) {
  if (confidence >= sure) return 's';
  return confidence >= doubtful ? 'm' : 'u';
}

static void put_edit(FILE *out, const unspin_edit *edit, size_t number) {
  fprintf(out, "<span class=\"e %c\" data-e=\"%zu\"><del>", sureness(edit->confidence), number);
  us_web_bytes(out, (us_slice){edit->before.text, edit->before.len}, 0);
  fputs("</del><ins>", out);
  us_web_bytes(out, (us_slice){edit->after.text, edit->after.len}, 0);
  fputs("</ins></span>", out);
}

/* One line of the input, its end excluded, from edit *NEXT on. */
static void put_line(FILE *out, const us_report *r, size_t at, size_t end, size_t *next) {
  for (; *next < r->edit_count && r->edits[*next]->begin <= end && r->edits[*next]->end <= end; ++*next) {
    const unspin_edit *edit = r->edits[*next];
    us_web_bytes(out, us_slice_sub(r->input, at, edit->begin), 0);
    put_edit(out, edit, *next);
    at = edit->end;
  }
  us_web_bytes(out, us_slice_sub(r->input, at, end), end < r->input.n ? '\n' : 0);
}

static size_t newline_from(us_slice s, size_t at) {
  const char *close = at < s.n ? memchr(s.p + at, '\n', s.n - at) : NULL;
  return close ? (size_t)(close - s.p) : s.n;
}

/* Where the line that begins at AT ends. No edit that unspin makes holds a line end; one that does makes two lines one.
 */
static size_t line_end(const us_report *r, size_t at, size_t next) {
  size_t end = newline_from(r->input, at);
  for (; next < r->edit_count && r->edits[next]->begin <= end; next++)
    if (r->edits[next]->end > end) end = newline_from(r->input, r->edits[next]->end);
  return end;
}

bool us_web_article(FILE *out, const void *cookie) {
  const us_report *r = cookie;
  size_t block = 0, next = 0, line = 1;
  fputs("<section>", out);
  for (size_t at = 0; at < r->input.n; line++) {
    size_t end = line_end(r, at, next);
    if (at - block > BLOCK_BYTES) {
      fputs("</section>\n<section>", out);
      block = at;
    }
    fprintf(out, "<div class=\"l\" id=\"L%zu\"%s><p>", line, end < r->input.n ? "" : " data-open");
    put_line(out, r, at, end, &next);
    fputs("</p></div>", out);
    at = end + 1;
  }
  fputs("</section>", out);
  return true;
}

/* Share of [BEGIN, END) that edits replace; *NEXT is the first edit that ends behind BEGIN. */
static double density(const us_report *r, size_t begin, size_t end, size_t *next) {
  size_t changed = 0;
  while (*next < r->edit_count && r->edits[*next]->end <= begin) ++*next;
  for (size_t i = *next; i < r->edit_count && r->edits[i]->begin < end; i++) {
    const unspin_edit *e = r->edits[i];
    size_t from = e->begin > begin ? e->begin : begin, to = e->end < end ? e->end : end;
    if (to > from) changed += to - from;
  }
  return (double)changed / (double)(end - begin);
}

bool us_web_strip(FILE *out, const void *cookie) {
  const us_report *r = cookie;
  size_t bars = r->input.n < BARS ? r->input.n : BARS, line = 1, next = 0, begin = 0;
  for (size_t i = 0; i < bars; i++) {
    size_t end = (size_t)((double)r->input.n * (double)(i + 1) / (double)bars);
    if (i + 1 == bars) end = r->input.n;
    double share = density(r, begin, end, &next);
    /* half of a stretch replaced is as dense as it gets */
    double height = share * 2 < 1 ? share * 2 : 1;
    fprintf(
        out,
        "<a href=\"#L%zu\" tabindex=\"-1\" title=\"line %zu: %.0f %% replaced\"><i style=\"height:%.0f%%\"></i></a>",
        line, line, share * 100, height * 100);
    for (; begin < end; begin++) line += r->input.p[begin] == '\n' && begin + 1 < r->input.n;
  }
  return true;
}
