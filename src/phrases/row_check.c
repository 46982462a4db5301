/* row_check.c - whether a row that comes from outside can be written so. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "phrases/pattern.h"
#include "phrases/table.h"
#include "phrases/when.h"
#include "text/utf8.h"

static unspin_status check_text(us_slice s, size_t most, const char *what, unspin_error *err) {
  if (s.n > most) return us_fail(err, UNSPIN_ERR_INVALID, "%s is longer than %zu bytes", what, most);
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
      return us_fail(err, UNSPIN_ERR_INVALID, "%s holds a control character", what);
  if (!us_utf8_valid(s)) return us_fail(err, UNSPIN_ERR_INVALID, "%s is not UTF-8", what);
  us_slice t = us_slice_trim(s);
  if (t.n != s.n) return us_fail(err, UNSPIN_ERR_INVALID, "%s begins or ends with a blank", what);
  return UNSPIN_OK;
}

/* A pattern's complaint begins with the place of the row, for which there is none here. */
static unspin_status without_place(unspin_status status, const char *what, unspin_error *err) {
  if (!status || !err || status == UNSPIN_ERR_NOMEM) return status;
  char said[sizeof err->message];
  const char *colon = strstr(err->message, ": ");
  snprintf(said, sizeof said, "%s", colon ? colon + 2 : err->message);
  return us_fail(err, UNSPIN_ERR_INVALID, "%s: %.400s", what, said);
}

static unspin_status check_phrase(us_slice phrase, char pos, const us_syntax *syntax, const char *what, us_pattern *out,
                                  unspin_error *err) {
  US_TRY(check_text(phrase, US_PHRASE_BYTES, what, err));
  if (!phrase.n) return us_fail(err, UNSPIN_ERR_INVALID, "%s is empty", what);
  if (memmem(phrase.p, phrase.n, "  ", 2)) return us_fail(err, UNSPIN_ERR_INVALID, "%s holds two blanks", what);
  return without_place(us_pattern_parse(phrase, pos, syntax->prepositions, syntax->preposition_count, "row", out, err),
                       what, err);
}

static size_t count_kind(const us_pattern *p, us_element_kind kind) {
  size_t n = 0;
  for (size_t i = 0; i < p->n; i++) n += p->el[i].kind == kind;
  return n;
}

/* One slot is all that a match remembers; several would also multiply the ways to write the phrase. */
static unspin_status check_slots(const us_pattern *spun, const us_pattern *plain, unspin_error *err) {
  size_t owners = count_kind(spun, US_EL_OWNER), numbers = count_kind(spun, US_EL_NUMBER);
  if (owners + numbers > 1) return us_fail(err, UNSPIN_ERR_INVALID, "the spun side has more than one slot");
  if ((count_kind(plain, US_EL_OWNER) && !owners) || (count_kind(plain, US_EL_NUMBER) && !numbers))
    return us_fail(err, UNSPIN_ERR_INVALID, "the plain side copies a slot that the spun side does not have");
  return UNSPIN_OK;
}

static unspin_status check_when(us_slice when, unspin_error *err) {
  us_condition c;
  bool more = true;
  US_TRY(check_text(when, US_WHEN_BYTES, "the condition", err));
  for (int n = 0; more; n++) {
    if (n > US_WHEN_MOST) return us_fail(err, UNSPIN_ERR_INVALID, "more than %d conditions", US_WHEN_MOST);
    US_TRY(without_place(us_when_next(&when, "row", &c, &more, err), "condition", err));
  }
  return UNSPIN_OK;
}

/* "A {spun|plain} sentence." in every part. */
static unspin_status check_change(us_slice sentences, unspin_error *err) {
  if (!sentences.n || !sentences.p) return UNSPIN_OK;
  for (const char *end = sentences.p; end;) {
    end = memmem(sentences.p, sentences.n, " || ", 4);
    us_slice s = {sentences.p, end ? (size_t)(end - sentences.p) : sentences.n};
    const char *open = memchr(s.p, '{', s.n);
    const char *bar = open ? memchr(open, '|', (size_t)(s.p + s.n - open)) : NULL;
    if (!bar || !memchr(bar, '}', (size_t)(s.p + s.n - bar)))
      return us_fail(err, UNSPIN_ERR_INVALID, "a sentence to change marks no {spun|plain}");
    if (end) sentences = us_slice_sub(sentences, s.n + 4, sentences.n);
  }
  return UNSPIN_OK;
}

unspin_status us_row_check(const us_row *row, const us_syntax *syntax, unspin_error *err) {
  us_pattern spun, plain;
  if (!row->pos || !strchr("vnarx", row->pos))
    return us_fail(err, UNSPIN_ERR_INVALID, "the part of speech is none of v n a r x");
  if (row->strength < 1 || row->strength > US_STRENGTH_MAX)
    return us_fail(err, UNSPIN_ERR_INVALID, "the strength %d is not 1 to 5", row->strength);
  US_TRY(check_phrase(row->spun, row->pos, syntax, "the spun phrase", &spun, err));
  US_TRY(check_phrase(row->plain, row->pos, syntax, "the plain phrase", &plain, err));
  if (us_slice_eq(row->spun, row->plain)) return us_fail(err, UNSPIN_ERR_INVALID, "both sides are the same");
  US_TRY(check_slots(&spun, &plain, err));
  US_TRY(check_when(row->when, err));
  US_TRY(check_text(row->note, US_TEXT_BYTES, "the note", err));
  US_TRY(check_text(row->change, US_TEXT_BYTES, "the sentence to change", err));
  US_TRY(check_text(row->keep, US_TEXT_BYTES, "the sentence to keep", err));
  return check_change(row->change, err);
}
