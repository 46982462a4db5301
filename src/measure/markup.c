#include "measure/markup.h"

#include "measure/words.h"
#include "text/utf8.h"

bool us_markup_next(us_slice markup, size_t *at, us_markup_piece *piece) {
  if (*at >= markup.n) return false;
  us_slice rest = us_slice_sub(markup, *at, markup.n);
  bool slot = rest.p[0] == '{';
  const char *end = memchr(rest.p, slot ? '}' : '{', rest.n);
  *piece = (us_markup_piece){.slot = slot, .text = {rest.p, end ? (size_t)(end - rest.p) : rest.n}};
  *at += piece->text.n + slot;
  if (!slot) return true;
  us_slice inner = us_slice_sub(piece->text, 1, piece->text.n);
  us_slice_cut(&inner, '|', &piece->text);
  piece->accepted = inner;
  return true;
}

static unspin_status broken(us_slice line, size_t at, const char *path, size_t number, const char *what,
                            unspin_error *err) {
  size_t column = us_utf8_count(us_slice_sub(line, 0, at)) + 1;
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu:%zu: %s", path, number, column, what);
}

/* Words are compared, so a slot over a part of one could never be right. OPEN and CLOSE are its braces. */
static unspin_status check_ends(us_slice line, size_t open, size_t close, const char *path, size_t number,
                                unspin_error *err) {
  us_slice before = us_slice_sub(line, 0, open), after = us_slice_sub(line, close + 1, line.n);
  us_slice rest = us_slice_sub(line, open + 1, close), phrase;
  us_buf scratch = {0};
  bool parted = true;
  while (us_slice_cut(&rest, '|', &phrase))
    parted = parted && us_words_part(&scratch, before, phrase) && us_words_part(&scratch, phrase, after);
  bool failed = scratch.failed;
  us_buf_free(&scratch);
  if (failed) return us_nomem(err);
  if (parted) return UNSPIN_OK;
  return broken(line, open, path, number, "a slot over a part of a word: take the whole word in", err);
}

static unspin_status check_line(us_slice line, const char *path, size_t number, unspin_error *err) {
  size_t open = SIZE_MAX;
  bool bar = false;
  for (size_t i = 0; i < line.n; i++) {
    char c = line.p[i];
    if (c == '|') bar = true;
    if (c == '{') {
      if (open != SIZE_MAX) return broken(line, i, path, number, "a slot '{' inside another one", err);
      open = i;
      bar = false;
    }
    if (c == '}') {
      if (open == SIZE_MAX) return broken(line, i, path, number, "'}' without a '{' before it", err);
      if (!bar)
        return broken(line, open, path, number, "a slot without '|': expected {spun|plain} with what is accepted", err);
      US_TRY(check_ends(line, open, i, path, number, err));
      open = SIZE_MAX;
    }
  }
  if (open == SIZE_MAX) return UNSPIN_OK;
  return broken(line, open, path, number, "'{' without a '}' in the same line", err);
}

unspin_status us_markup_check(us_slice markup, const char *path, size_t line, unspin_error *err) {
  us_slice rest = markup, text;
  for (; us_slice_cut(&rest, '\n', &text); line++) US_TRY(check_line(text, path, line, err));
  return UNSPIN_OK;
}

void us_markup_spun(us_buf *out, us_slice markup) {
  us_markup_piece piece;
  for (size_t at = 0; us_markup_next(markup, &at, &piece);) us_buf_append(out, piece.text);
}

void us_markup_plain(us_buf *out, us_slice markup) {
  us_markup_piece piece;
  for (size_t at = 0; us_markup_next(markup, &at, &piece);) {
    us_slice rest = piece.accepted, first = piece.text;
    if (piece.slot) us_slice_cut(&rest, '|', &first);
    us_buf_append(out, first);
  }
}
