#include <stdlib.h>

#include "cli/cmd_review.h"

static bool is_repair(const unspin_edit *e) { return strcmp(e->row, "repair") == 0; }

/* Whether edit I, a repair, belongs to the edit behind it rather than to the one before. */
static bool belongs_behind(const unspin_result *r, size_t i) {
  const unspin_edit *before = i ? unspin_result_edit(r, i - 1) : NULL, *e = unspin_result_edit(r, i),
                    *behind = unspin_result_edit(r, i + 1);
  if (!before || !behind) return behind != NULL;
  return behind->begin - e->end <= e->begin - before->end;
}

bool review_list_make(review_list *list, us_slice text, const unspin_result *result) {
  *list = (review_list){.text = text, .result = result};
  size_t n = unspin_result_edit_count(result);
  for (size_t i = 0; i < n;) {
    review_item item = {.first = i};
    while (i + 1 < n && is_repair(unspin_result_edit(result, i)) && belongs_behind(result, i)) i++;
    item.main = i++;
    while (i < n && is_repair(unspin_result_edit(result, i)) && !belongs_behind(result, i)) i++;
    item.last = i;
    if (!us_vec_push(&list->items, item)) return false;
  }
  return true;
}

void review_list_free(review_list *list) {
  for (size_t i = 0; i < list->items.n; i++) free(list->items.p[i].instead);
  us_vec_free(&list->items);
}

size_t review_next_open(const review_list *list, size_t from) {
  size_t n = list->items.n;
  for (size_t i = 0; i < n; i++) {
    size_t at = (from + i) % n;
    if (list->items.p[at].decision == REVIEW_OPEN) return at;
  }
  return n;
}

static void reopen(review_item *item) {
  free(item->instead);
  item->instead = NULL;
  item->decision = REVIEW_OPEN;
  item->step = 0;
  item->for_row = false;
}

static bool set(review_list *list, size_t at, review_decision decision, bool all, const char *instead) {
  review_item *item = &list->items.p[at];
  char *copy = instead ? strdup(instead) : NULL;
  if (instead && !copy) return false;
  reopen(item);
  *item = (review_item){.first = item->first,
                        .last = item->last,
                        .main = item->main,
                        .decision = decision,
                        .step = list->step,
                        .for_row = all,
                        .instead = copy};
  return true;
}

bool review_decide(review_list *list, size_t at, review_decision decision, bool all, const char *instead) {
  list->step++;
  if (!set(list, at, decision, all, instead)) return false;
  const char *row = review_main(list, at)->row;
  for (size_t i = 0; all && i < list->items.n; i++) {
    bool same = list->items.p[i].decision == REVIEW_OPEN && strcmp(review_main(list, i)->row, row) == 0;
    if (same && !set(list, i, decision, true, NULL)) return false;
  }
  return true;
}

size_t review_undo(review_list *list) {
  unsigned last = 0;
  for (size_t i = 0; i < list->items.n; i++)
    if (list->items.p[i].step > last) last = list->items.p[i].step;
  size_t first = list->items.n;
  for (size_t i = list->items.n; last && i-- > 0;) {
    if (list->items.p[i].step != last) continue;
    reopen(&list->items.p[i]);
    first = i;
  }
  return first;
}

size_t review_count(const review_list *list, review_decision decision) {
  size_t n = 0;
  for (size_t i = 0; i < list->items.n; i++) n += list->items.p[i].decision == decision;
  return n;
}

/* What edit I of ITEM becomes; NULL leaves what stands there. */
static const char *text_of(const review_list *list, const review_item *item, size_t i, size_t *n) {
  const unspin_edit *e = unspin_result_edit(list->result, i);
  if (item->decision == REVIEW_ACCEPT) {
    *n = e->after.len;
    return e->after.text;
  }
  if (item->decision != REVIEW_EDIT || i != item->main) return NULL;
  *n = strlen(item->instead);
  return item->instead;
}

void review_apply(const review_list *list, us_buf *out) {
  size_t at = 0;
  for (size_t k = 0; k < list->items.n; k++) {
    const review_item *item = &list->items.p[k];
    for (size_t i = item->first; i < item->last; i++) {
      const unspin_edit *e = unspin_result_edit(list->result, i);
      size_t n = 0;
      const char *text = text_of(list, item, i, &n);
      if (!text) continue;
      us_buf_append(out, us_slice_sub(list->text, at, e->begin));
      us_buf_append(out, (us_slice){text, n});
      at = e->end;
    }
  }
  us_buf_append(out, us_slice_sub(list->text, at, list->text.n));
}
