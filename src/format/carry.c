#include "format/carry.h"

#include <stdint.h>

#include "format/documents.h"

static bool make_patches(const us_carrier *c, us_patch_vec *out) {
  out->n = 0;
  for (size_t i = 0; i < c->count; i++) {
    us_prose_edit *e = &c->edits[i];
    bool possible;
    if (e->dropped) continue;
    if (!us_patch_add(c->prose, e->begin, e->end, e->after, i, c->arena, out, &possible)) return false;
    e->dropped = !possible;
  }
  return us_patch_wrap(c->prose, 0, c->arena, out);
}

void us_patches_apply(us_slice source, const us_patch_vec *patches, us_buf *out) {
  size_t at = 0;
  for (size_t i = 0; i < patches->n; i++) {
    us_buf_append(out, us_slice_sub(source, at, patches->p[i].begin));
    us_buf_append(out, patches->p[i].after);
    at = patches->p[i].end;
  }
  us_buf_append(out, us_slice_sub(source, at, source.n));
}

static size_t skip_blanks(us_slice s, size_t at) {
  while (at < s.n && us_prose_is_blank(s.p[at])) at++;
  return at;
}

/* Compares two texts, any white space being as good as any other: SIZE_MAX if they are the same, or the place in A. */
static size_t first_difference(us_slice a, us_slice b) {
  size_t i = skip_blanks(a, 0), k = skip_blanks(b, 0);
  while (i < a.n && k < b.n) {
    bool blank = us_prose_is_blank(a.p[i]);
    if (blank ? !us_prose_is_blank(b.p[k]) : a.p[i] != b.p[k]) return i;
    i = blank ? skip_blanks(a, i) : i + 1;
    k = blank ? skip_blanks(b, k) : k + 1;
  }
  return skip_blanks(a, i) == a.n && skip_blanks(b, k) == b.n ? SIZE_MAX : i;
}

/* The prose as it should be now. */
static void expect(const us_carrier *c, us_buf *out) {
  size_t at = 0;
  us_slice prose = us_buf_slice(&c->prose->text);
  us_buf_clear(out);
  for (size_t i = 0; i < c->count; i++) {
    const us_prose_edit *e = &c->edits[i];
    if (e->dropped) continue;
    us_buf_append(out, us_slice_sub(prose, at, e->begin));
    us_buf_append(out, e->after);
    at = e->end;
  }
  us_buf_append(out, us_slice_sub(prose, at, prose.n));
}

/* The last edit that begins before PLACE in that prose, or the first one. */
static size_t edit_before(const us_carrier *c, size_t place) {
  size_t found = SIZE_MAX;
  ptrdiff_t shift = 0;
  for (size_t i = 0; i < c->count; i++) {
    const us_prose_edit *e = &c->edits[i];
    if (e->dropped) continue;
    if (found != SIZE_MAX && (ptrdiff_t)e->begin + shift > (ptrdiff_t)place) break;
    found = i;
    shift += (ptrdiff_t)e->after.n - (ptrdiff_t)(e->end - e->begin);
  }
  return found;
}

/* So often it is tried to find the edit that is to blame: then all go. */
enum { MOST_ROUNDS = 40 };

typedef struct check {
  us_buf written, expected;
  us_prose again;
} check;

/* *PLACE is where the prose of what was written differs from what was meant, SIZE_MAX if nowhere. */
static unspin_status read_again(const us_carrier *c, const us_patch_vec *patches, check *k, size_t *place,
                                unspin_error *err) {
  us_buf_clear(&k->written);
  us_patches_apply(c->source, patches, &k->written);
  expect(c, &k->expected);
  if (k->written.failed || k->expected.failed) return us_nomem(err);
  US_TRY(us_prose_read(c->format, us_buf_slice(&k->written), c->quotes, &k->again, err));
  *place = first_difference(us_buf_slice(&k->expected), us_buf_slice(&k->again.text));
  return UNSPIN_OK;
}

static unspin_status check_markup(const us_carrier *c, us_patch_vec *patches, check *k, unspin_error *err) {
  for (int round = 0; patches->n; round++) {
    size_t place = SIZE_MAX;
    US_TRY(read_again(c, patches, k, &place, err));
    if (place == SIZE_MAX) break;
    size_t wrong = edit_before(c, place);
    for (size_t i = 0; i < c->count; i++) c->edits[i].dropped |= i == wrong || round == MOST_ROUNDS;
    if (!make_patches(c, patches)) return us_nomem(err);
  }
  return UNSPIN_OK;
}

unspin_status us_carry_back(const us_carrier *c, us_patch_vec *out, unspin_error *err) {
  if (!make_patches(c, out)) return us_nomem(err);
  if (us_format_has_records(c->format)) return UNSPIN_OK; /* what is escaped there cannot be misread */
  check k = {.again = {.failed = false}};
  unspin_status status = check_markup(c, out, &k, err);
  us_buf_free(&k.written);
  us_buf_free(&k.expected);
  us_prose_free(&k.again);
  return status;
}
