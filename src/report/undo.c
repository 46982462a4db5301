#include <stdlib.h>

#include "base/hash.h"
#include "report/safe.h"
#include "report/undo_list.h"

static bool is_side(const undo_side *side, us_slice text, uint64_t hash) {
  return side->bytes == text.n && side->hash == hash;
}

/* Says why there is no list. */
static void none(const us_undo *undo, us_slice restored, uint64_t hash, us_slice name, unspin_error *err) {
  int n = name.n < 200 ? (int)name.n : 200;
  for (size_t i = 0; i < undo->lists.n; i++) {
    if (!is_side(&undo->lists.p[i].input, restored, hash)) continue;
    us_fail(err, UNSPIN_ERR_INVALID, "%.*s: is already as it was before the edits of %s:%zu", n, name.p, undo->path,
            undo->lists.p[i].line);
    return;
  }
  if (undo->lists.n == 1) {
    const undo_side *wanted = &undo->lists.p[0].output;
    us_fail(err, UNSPIN_ERR_INVALID,
            "%.*s: is not the text that %s was written for: %zu bytes with hash %016llx, it asks for %zu with %016llx",
            n, name.p, undo->path, restored.n, (unsigned long long)hash, wanted->bytes,
            (unsigned long long)wanted->hash);
  } else {
    us_fail(err, UNSPIN_ERR_INVALID,
            "%.*s: none of the %zu edit lists in %s was written for this text (%zu bytes with hash %016llx)", n, name.p,
            undo->lists.n, undo->path, restored.n, (unsigned long long)hash);
  }
}

static const undo_list *find(const us_undo *undo, us_slice restored, us_slice name, unspin_error *err) {
  uint64_t hash = us_hash(restored);
  const undo_list *by_text = NULL, *by_name = NULL;
  bool several = false;
  us_buf shown = {0};
  us_safe_append(&shown, name);
  for (size_t i = 0; i < undo->lists.n; i++) {
    const undo_list *list = &undo->lists.p[i];
    if (!is_side(&list->output, restored, hash)) continue;
    several |= by_text && by_text->input.hash != list->input.hash;
    by_text = list;
    if (us_slice_eq(list->name, us_buf_slice(&shown))) by_name = list;
  }
  us_buf_free(&shown);
  if (by_name || (by_text && !several)) return by_name ? by_name : by_text;
  if (!by_text) none(undo, restored, hash, name, err);
  else {
    us_fail(err, UNSPIN_ERR_INVALID,
            "%.*s: edit lists in %s lead here from different texts, and none is for a file of this name",
            name.n < 200 ? (int)name.n : 200, name.p, undo->path);
  }
  return NULL;
}

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
