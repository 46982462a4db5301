#include <stdlib.h>

#include "base/hash.h"
#include "report/safe.h"
#include "report/undo_list.h"

/* ---- the list for a text ---- */

typedef int comparison(const undo_list *a, const undo_list *b);

static int compare_sides(const undo_side *a, const undo_side *b) {
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

static int by_output(const undo_list *a, const undo_list *b) { return compare_sides(&a->output, &b->output); }
static int by_input(const undo_list *a, const undo_list *b) { return compare_sides(&a->input, &b->input); }

static int by_output_and_name(const undo_list *a, const undo_list *b) {
  int c = by_output(a, b);
  return c ? c : us_slice_cmp(a->name, b->name);
}

/* Lists stand in one array, in the order of the file. */
static int sort_by_output(const void *x, const void *y) {
  const undo_list *a = *(const undo_list *const *)x, *b = *(const undo_list *const *)y;
  int c = by_output_and_name(a, b);
  return c ? c : (a > b) - (a < b);
}

static int sort_by_input(const void *x, const void *y) {
  const undo_list *a = *(const undo_list *const *)x, *b = *(const undo_list *const *)y;
  int c = by_input(a, b);
  return c ? c : (a > b) - (a < b);
}

bool us_undo_sort(us_undo *undo) {
  size_t n = undo->lists.n;
  undo->by_output = calloc(n, sizeof *undo->by_output);
  undo->by_input = calloc(n, sizeof *undo->by_input);
  if (!undo->by_output || !undo->by_input) return false;
  for (size_t i = 0; i < n; i++) undo->by_output[i] = undo->by_input[i] = &undo->lists.p[i];
  qsort(undo->by_output, n, sizeof *undo->by_output, sort_by_output);
  qsort(undo->by_input, n, sizeof *undo->by_input, sort_by_input);
  return true;
}

/* How many of the N lists in SORTED come before KEY, or before and with it. */
static size_t count_before(const undo_list *const *sorted, size_t n, const undo_list *key, comparison *compare,
                           bool with) {
  size_t low = 0;
  for (size_t high = n; low < high;) {
    size_t middle = low + (high - low) / 2;
    int c = compare(sorted[middle], key);
    if (c < 0 || (with && c == 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/* Says why there is no list. */
static void none(const us_undo *undo, undo_side text, us_slice name, unspin_error *err) {
  int n = name.n < 200 ? (int)name.n : 200;
  undo_list key = {.input = text};
  size_t at = count_before(undo->by_input, undo->lists.n, &key, by_input, false);
  if (at < undo->lists.n && by_input(undo->by_input[at], &key) == 0) {
    us_fail(err, UNSPIN_ERR_INVALID, "%.*s: is already as it was before the edits of %s:%zu", n, name.p, undo->path,
            undo->by_input[at]->line);
    return;
  }
  if (undo->lists.n == 1) {
    const undo_side *wanted = &undo->lists.p[0].output;
    us_fail(err, UNSPIN_ERR_INVALID,
            "%.*s: is not the text that %s was written for: %zu bytes with hash %016llx, it asks for %zu with %016llx",
            n, name.p, undo->path, text.bytes, (unsigned long long)text.hash, wanted->bytes,
            (unsigned long long)wanted->hash);
  } else {
    us_fail(err, UNSPIN_ERR_INVALID,
            "%.*s: none of the %zu edit lists in %s was written for this text (%zu bytes with hash %016llx)", n, name.p,
            undo->lists.n, undo->path, text.bytes, (unsigned long long)text.hash);
  }
}

/* The last list that made the text of KEY out of a file of its name. */
static const undo_list *find_named(const us_undo *undo, const undo_list *key) {
  size_t n = count_before(undo->by_output, undo->lists.n, key, by_output_and_name, true);
  return n && by_output_and_name(undo->by_output[n - 1], key) == 0 ? undo->by_output[n - 1] : NULL;
}

static const undo_list *find(const us_undo *undo, us_slice restored, us_slice name, unspin_error *err) {
  us_buf shown = {0};
  us_safe_append(&shown, name);
  undo_list key = {.output = {restored.n, us_hash(restored)}, .name = us_buf_slice(&shown)};
  const undo_list *named = find_named(undo, &key);
  us_buf_free(&shown);
  if (named) return named;
  size_t first = count_before(undo->by_output, undo->lists.n, &key, by_output, false);
  size_t end = count_before(undo->by_output, undo->lists.n, &key, by_output, true);
  if (first == end) {
    none(undo, key.output, name, err);
    return NULL;
  }
  for (size_t i = first + 1; i < end; i++) {
    if (undo->by_output[i]->input.hash == undo->by_output[first]->input.hash) continue;
    us_fail(err, UNSPIN_ERR_INVALID,
            "%.*s: edit lists in %s lead here from different texts, and none is for a file of this name",
            name.n < 200 ? (int)name.n : 200, name.p, undo->path);
    return NULL;
  }
  return undo->by_output[end - 1];
}

/* ---- back ---- */

/* Walks both texts at once: AT is a place in the restored text. */
static unspin_status put_back(const us_undo *undo, const undo_list *r, us_slice restored, us_undone *out,
                              unspin_error *err) {
  size_t at = 0, spun_at = 0;
  for (size_t i = 0; i < r->count; i++) {
    const undo_edit *edit = &r->edits[i];
    size_t between = edit->begin - spun_at;
    if (between > restored.n - at || edit->after.n > restored.n - at - between ||
        !us_slice_eq(us_slice_sub(restored, at + between, at + between + edit->after.n), edit->after)) {
      return us_fail(err, UNSPIN_ERR_FORMAT,
                     "%s:%zu: damaged edit list: edit %zu does not stand in the text that it made", undo->path, r->line,
                     i + 1);
    }
    us_buf_append(&out->text, us_slice_sub(restored, at, at + between));
    us_buf_append(&out->text, edit->before);
    at += between;
    out->edits[i] = (unspin_edit){.begin = at,
                                  .end = at + edit->after.n,
                                  .before = {edit->after.p, edit->after.n},
                                  .after = {edit->before.p, edit->before.n}};
    out->pointers[i] = &out->edits[i];
    at += edit->after.n;
    spun_at = edit->end;
  }
  us_buf_append(&out->text, us_slice_sub(restored, at, restored.n));
  if (out->text.failed) return us_nomem(err);
  if (out->text.n != r->input.bytes || us_hash(us_buf_slice(&out->text)) != r->input.hash) {
    return us_fail(err, UNSPIN_ERR_FORMAT,
                   "%s:%zu: damaged edit list: the text that it leads back to is not the one it names", undo->path,
                   r->line);
  }
  return UNSPIN_OK;
}

unspin_status us_undo_apply(const us_undo *undo, us_slice restored, us_slice name, us_undone *out, unspin_error *err) {
  *out = (us_undone){0};
  const undo_list *r = find(undo, restored, name, err);
  if (!r) return UNSPIN_ERR_INVALID;
  out->edits = calloc(r->count + 1, sizeof *out->edits);
  out->pointers = calloc(r->count + 1, sizeof *out->pointers);
  if (!out->edits || !out->pointers) return us_nomem(err);
  US_TRY(put_back(undo, r, restored, out, err));
  out->report = (us_report){.name = name,
                            .input = restored,
                            .output = us_buf_slice(&out->text),
                            .edits = out->pointers,
                            .edit_count = r->count};
  return UNSPIN_OK;
}

void us_undone_free(us_undone *undone) {
  us_buf_free(&undone->text);
  free(undone->edits);
  free(undone->pointers);
  *undone = (us_undone){0};
}
