#define _GNU_SOURCE /* memmem */
#include "format/markdown.h"

#include <md4c.h>

#include "format/html.h"
#include "format/html_text.h"

/* The parser fills up short rows of tables: one of a few bytes can be built to have cells for hours. */
enum { CELLS_BASE = 100000, CELLS_BY_BYTE = 4 };

typedef struct reader {
  us_slice source;
  us_prose *prose;
  bool quotes;
  size_t at;        /* behind the last text */
  unsigned spared;  /* spans and blocks around that are no prose */
  unsigned html;    /* inline HTML elements around that are no prose */
  size_t cells;     /* of tables, that may still come */
  bool full;        /* more came */
  bool comment;     /* between <!-- and -->, which come line by line */
  bool off;         /* between unspin:off and unspin:on */
  us_buf href;      /* of the link around; the parser's own does not live long enough */
  bool break_ahead; /* a soft line break stands between AT and the next text */
} reader;

size_t us_front_matter(us_slice source) {
  size_t at = source.n >= 3 && memcmp(source.p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  us_slice rest = us_slice_sub(source, at, source.n), line;
  us_slice first = {0};
  while (us_slice_cut(&rest, '\n', &line)) {
    bool crlf = line.n && line.p[line.n - 1] == '\r';
    us_slice text = us_slice_sub(line, 0, line.n - crlf);
    if (!first.p) {
      if (!us_slice_eq(text, US_LIT("---")) && !us_slice_eq(text, US_LIT("+++"))) return 0;
      first = text;
      continue;
    }
    bool closes = us_slice_eq(text, first) || (first.p[0] == '-' && us_slice_eq(text, US_LIT("...")));
    if (!closes) continue;
    size_t end = (size_t)(line.p - source.p) + line.n;
    return end < source.n ? end + 1 : end;
  }
  return 0;
}

/* ---- blocks and spans ---- */

static bool block_is_spared(const reader *r, MD_BLOCKTYPE type) {
  return type == MD_BLOCK_CODE || type == MD_BLOCK_HTML || (type == MD_BLOCK_QUOTE && !r->quotes);
}

static void end_block(reader *r) {
  us_prose_end_paragraph(r->prose);
  r->html = 0;
  r->break_ahead = r->comment = false;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *cookie) {
  (void)detail;
  reader *r = cookie;
  end_block(r);
  r->spared += block_is_spared(r, type);
  if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
    r->full = r->cells == 0;
    r->cells -= !r->full;
  }
  return r->prose->failed || r->full;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *cookie) {
  (void)detail;
  reader *r = cookie;
  r->spared -= block_is_spared(r, type);
  end_block(r);
  return r->prose->failed;
}

static bool span_is_spared(MD_SPANTYPE type) { return type == MD_SPAN_CODE || type == MD_SPAN_IMG; }

static int enter_span(MD_SPANTYPE type, void *detail, void *cookie) {
  reader *r = cookie;
  if (type == MD_SPAN_A) {
    const MD_ATTRIBUTE *href = &((const MD_SPAN_A_DETAIL *)detail)->href;
    us_buf_clear(&r->href);
    us_buf_append(&r->href, (us_slice){href->text, href->size});
  }
  if (!span_is_spared(type)) return 0;
  if (!r->spared) us_prose_add_object(r->prose);
  r->spared++;
  return r->prose->failed;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *cookie) {
  (void)detail;
  reader *r = cookie;
  if (type == MD_SPAN_A) us_buf_clear(&r->href);
  r->spared -= span_is_spared(type);
  return 0;
}

/* ---- text ---- */

static bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

/* <https://example.com>, www.example.com, me@example.com: the text is the target. */
static bool is_address(const reader *r, us_slice text) {
  us_slice href = us_buf_slice(&r->href);
  return text.n && href.n >= text.n && memcmp(href.p + href.n - text.n, text.p, text.n) == 0 &&
         (memchr(text.p, '.', text.n) || memchr(text.p, ':', text.n));
}

static bool ends_with(us_slice s, us_slice end) { return s.n >= end.n && memcmp(s.p + s.n - end.n, end.p, end.n) == 0; }

/* Behind what SOURCE[begin, end) holds of the comment around it. */
static size_t leave_comment(reader *r, size_t begin, size_t end) {
  const char *close = memmem(r->source.p + begin, end - begin, "-->", 3);
  size_t stop = close ? (size_t)(close - r->source.p) + 3 : end;
  us_html_switch(us_slice_sub(r->source, begin, stop), &r->off);
  r->comment = !close;
  return stop;
}

/* A comment whose first line is empty, which older parsers take for text. */
static bool opens_comment(const reader *r, size_t begin, size_t end) {
  if (!ends_with(us_slice_sub(r->source, begin, end), US_LIT("<!--"))) return false;
  while (end < r->source.n && (r->source.p[end] == ' ' || r->source.p[end] == '\t')) end++;
  return end < r->source.n && (r->source.p[end] == '\n' || r->source.p[end] == '\r');
}

static void add_text(reader *r, size_t begin, size_t end) {
  if (is_address(r, us_slice_sub(r->source, begin, end))) {
    us_prose_add_object(r->prose);
    return;
  }
  bool escaped = begin > r->at && r->source.p[begin - 1] == '\\' && is_punctuation(r->source.p[begin]);
  if (escaped) us_prose_add(r->prose, US_STRETCH_FIXED, us_slice_sub(r->source, begin, begin + 1), begin - 1, 2);
  us_prose_add_plain(r->prose, r->source, begin + escaped, end);
}

/* Tags and comments, line by line. */
static void add_html(reader *r, us_slice html) {
  r->comment |= html.n >= 4 && memcmp(html.p, "<!--", 4) == 0;
  if (r->comment || (html.n > 3 && html.p[1] == '!')) {
    us_html_switch(html, &r->off);
    r->comment &= !ends_with(html, US_LIT("-->"));
    return;
  }
  if (!html.n || html.p[0] != '<') return;
  bool closes = html.n > 1 && html.p[1] == '/';
  size_t begin = closes ? 2 : 1, end = begin;
  while (end < html.n && ((html.p[end] | 32) >= 'a' && (html.p[end] | 32) <= 'z')) end++;
  us_slice name = us_slice_sub(html, begin < html.n ? begin : html.n, end);
  if (name.n == 2 && (name.p[0] | 32) == 'b' && (name.p[1] | 32) == 'r') us_prose_end_line(r->prose);
  else if (us_html_spares(name)) {
    if (!closes && !r->html) us_prose_add_object(r->prose);
    bool alone = html.n > 1 && html.p[html.n - 2] == '/';
    bool empty = us_slice_eq(name, US_LIT("img")) || us_slice_eq(name, US_LIT("input"));
    if (closes) r->html -= r->html > 0;
    else r->html += !alone && !empty;
  }
}

static bool inside(const reader *r, const MD_CHAR *text) {
  return (uintptr_t)text >= (uintptr_t)r->source.p && (uintptr_t)text < (uintptr_t)r->source.p + r->source.n;
}

static void add_inside(reader *r, MD_TEXTTYPE type, size_t begin, size_t end) {
  if (type == MD_TEXT_HTML) {
    add_html(r, us_slice_sub(r->source, begin, end));
    return;
  }
  if (r->break_ahead) us_prose_add_blank(r->prose, r->at, 0);
  r->break_ahead = false;
  if (r->html) return; /* its object stands there */
  if (r->comment) begin = leave_comment(r, begin, end);
  if (begin == end) return;
  r->comment = opens_comment(r, begin, end);
  if (r->off) us_prose_add_object(r->prose);
  else if (type == MD_TEXT_ENTITY) us_html_reference(r->prose, r->source, begin, end);
  else add_text(r, begin, end);
}

static int add(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *cookie) {
  reader *r = cookie;
  if (r->spared) {
    /* blocks of HTML are comments too */
    if (type == MD_TEXT_HTML && inside(r, text)) us_html_switch((us_slice){text, size}, &r->off);
  } else if (type == MD_TEXT_BR) us_prose_end_line(r->prose);
  else if (type == MD_TEXT_SOFTBR) r->break_ahead = true;
  else if (inside(r, text) && size) {
    size_t begin = (size_t)(text - r->source.p);
    add_inside(r, type, begin, begin + size);
  }
  if (inside(r, text)) r->at = (size_t)(text - r->source.p) + size;
  return r->prose->failed;
}

unspin_status us_markdown_read(us_slice source, bool quotes, us_prose *prose, unspin_error *err) {
  us_prose_clear(prose);
  prose->strict = true;
  if (source.n >= UINT32_MAX)
    return us_fail(err, UNSPIN_ERR_LIMIT, "a text of %zu bytes: 4 GiB is the limit", source.n);
  us_buf text = {0}; /* md4c looks for the end of a line up to a NUL, whatever length it is told */
  us_buf_append(&text, source);
  us_buf_putc(&text, 0);
  if (text.failed) {
    us_buf_free(&text);
    return us_nomem(err);
  }
  reader r = {.source = {text.p, source.n}, .prose = prose, .quotes = quotes};
  r.cells = CELLS_BASE + source.n * CELLS_BY_BYTE;
  r.at = us_front_matter(source);
  if (!r.at && source.n >= 3 && memcmp(source.p, "\xEF\xBB\xBF", 3) == 0) r.at = 3;
  MD_PARSER parser = {.flags = MD_DIALECT_GITHUB,
                      .enter_block = enter_block,
                      .leave_block = leave_block,
                      .enter_span = enter_span,
                      .leave_span = leave_span,
                      .text = add};
  int status = md_parse(text.p + r.at, (MD_SIZE)(source.n - r.at), &parser, &r);
  bool failed = status || prose->failed || r.href.failed;
  us_buf_free(&r.href);
  us_buf_free(&text);
  if (r.full)
    return us_fail(err, UNSPIN_ERR_LIMIT, "a text of %zu bytes with tables of more than %zu cells", source.n,
                   CELLS_BASE + source.n * CELLS_BY_BYTE);
  return failed ? us_nomem(err) : UNSPIN_OK;
}
