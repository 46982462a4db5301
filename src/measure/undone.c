#include "measure/undone.h"

#include <stdlib.h>

#include "measure/lattice.h"

struct us_scorer {
  us_template t;
  us_lattice lattice;
  us_word_vec out; /* words of the restored text */
  us_ids out_ids;
  US_VEC(size_t) reach[2];
  us_slot_vec found; /* slots of one of several plain texts */
};

us_scorer *us_scorer_new(void) { return calloc(1, sizeof(us_scorer)); }

void us_scorer_free(us_scorer *u) {
  if (!u) return;
  us_template_free(&u->t);
  us_lattice_free(&u->lattice);
  us_vec_free(&u->out);
  us_vec_free(&u->out_ids);
  us_vec_free(&u->reach[0]);
  us_vec_free(&u->reach[1]);
  us_vec_free(&u->found);
  free(u);
}

/* A text as it is scored: the template stands in u->t. */
typedef struct text {
  us_slice restored;
  size_t base; /* of the restored text */
  us_tally *tally;
  us_slot_vec *slots; /* or NULL */
} text;

static size_t whole_words(int32_t cost) { return cost > 0 ? (size_t)((cost + US_UNIT - 1) / US_UNIT) : 0; }

/* What the whole of segments K and what is before and behind it cost if K covers words J to J2 - 1 for COST. */
static int32_t through(const us_lattice *l, size_t k, size_t j, size_t j2, int32_t cost) {
  return us_lattice_at(l, l->ahead, k, j) + cost + us_lattice_at(l, l->behind, k + 1, j2);
}

static bool same_words(const us_lattice *l, size_t j, const uint32_t *ids, size_t n) {
  return n == 0 || memcmp(l->out + j, ids, n * sizeof *ids) == 0;
}

/* Whether a cheapest path has the phrase IDS, word for word, in slot K for COST; *AT is where. */
static bool stands_here(const us_lattice *l, size_t k, const uint32_t *ids, size_t n, int32_t cost, size_t *at) {
  const struct window *w = &l->windows[k];
  for (size_t j = w->low; j <= w->high && j + n <= l->n; j++) {
    if (through(l, k, j, j + n, cost) != l->best || !same_words(l, j, ids, n)) continue;
    *at = j;
    return true;
  }
  return false;
}

/* The distance of the nearest accepted phrase of SLOT from words J to J2 - 1; -1 when out of memory. */
static int32_t nearest_phrase(us_scorer *u, const us_segment *slot, size_t j, size_t j2) {
  int32_t best = INT32_MAX;
  for (size_t i = slot->accepted.first; i < slot->accepted.end; i++) {
    us_span option = u->t.options.p[i];
    int32_t apart = us_ids_apart(&u->t, us_ids_at(&u->t.ids, option.first), option.end - option.first,
                                 us_ids_at(&u->out_ids, j), j2 - j);
    if (apart < best) best = apart;
  }
  return best;
}

/* What stands in a slot that holds neither an accepted phrase nor the spun one. */
typedef struct guess {
  int32_t cost;
  size_t begin, end; /* words of the restored text */
} guess;

/* Looks at stretches of LENGTH words that a path of cost GOAL has in slot K; the cheapest, then the first, is kept. */
static bool try_length(us_scorer *u, size_t k, size_t length, int32_t goal, guess *best) {
  us_lattice *l = &u->lattice;
  const struct window *w = &l->windows[k];
  for (size_t j = w->low; j <= w->high && j + length <= l->n; j++) {
    int32_t outside = through(l, k, j, j + length, 0);
    if (outside > goal || goal - outside > best->cost) continue;
    if (goal - outside == best->cost && j >= best->begin) continue;
    int32_t cost = nearest_phrase(u, &l->t->segments.p[k], j, j + length);
    if (cost < 0) return false;
    if (cost == goal - outside) *best = (guess){cost, j, j + length};
  }
  return true;
}

/* What a cheapest path has in slot K, by preference as many words as the spun phrase. False when out of memory. */
static bool find_wrong(us_scorer *u, size_t k, guess *found) {
  const us_segment *slot = &u->t.segments.p[k];
  size_t n = slot->spun.end - slot->spun.first, most = n + u->lattice.n;
  /* a path through the spun phrase, changed, can be cheaper by 1 than all through an accepted one */
  for (int32_t goal = u->lattice.best; goal <= u->lattice.best + 1; goal++) {
    for (size_t off = 0; off <= most; off++) {
      *found = (guess){.cost = INT32_MAX};
      if (off <= n && !try_length(u, k, n - off, goal, found)) return false;
      if (off && !try_length(u, k, n + off, goal, found)) return false;
      if (found->cost < INT32_MAX) return true;
    }
  }
  *found = (guess){.cost = 0};
  return true;
}

/* Finds out what became of slot K; *COST is what it costs. False when out of memory. */
static bool judge(us_scorer *u, size_t k, us_slot_state *state, guess *found) {
  const us_lattice *l = &u->lattice;
  const us_segment *slot = &u->t.segments.p[k];
  const uint32_t *spun = us_ids_at(&u->t.spun_ids, slot->spun.first);
  size_t n = slot->spun.end - slot->spun.first;
  *found = (guess){0};
  *state = US_SLOT_RIGHT;
  if (slot->leave && stands_here(l, k, spun, n, 0, &found->begin)) {
    *state = US_SLOT_FREE;
    found->end = found->begin + n;
    return true;
  }
  for (size_t i = slot->accepted.first; i < slot->accepted.end; i++) {
    us_span option = u->t.options.p[i];
    size_t m = option.end - option.first;
    if (!stands_here(l, k, us_ids_at(&u->t.ids, option.first), m, 0, &found->begin)) continue;
    found->end = found->begin + m;
    return true;
  }
  *state = US_SLOT_KEPT;
  found->cost = slot->penalty;
  if (stands_here(l, k, spun, n, slot->penalty, &found->begin)) {
    found->end = found->begin + n;
    return true;
  }
  *state = US_SLOT_WRONG;
  return find_wrong(u, k, found);
}

static void count_slot(us_tally *tally, us_slot_state state) {
  tally->slots++;
  tally->free += state == US_SLOT_FREE;
  tally->right += state == US_SLOT_RIGHT;
  tally->kept += state == US_SLOT_KEPT;
  tally->wrong += state == US_SLOT_WRONG;
}

static bool report_slot(const us_scorer *u, const text *x, const us_segment *segment, us_slot_state state,
                        const guess *found) {
  if (!x->slots) return true;
  us_slot slot = {.state = state, .begin = segment->begin, .end = segment->end, .want = segment->want};
  const us_word *words = u->out.p;
  if (found->begin < found->end) {
    slot.out_begin = words[found->begin].begin;
    slot.out_end = words[found->end - 1].end;
  } else {
    slot.out_begin = found->begin ? words[found->begin - 1].end : x->base;
    slot.out_end = found->begin < u->out.n ? words[found->begin].begin : x->base + x->restored.n;
  }
  return us_vec_push(x->slots, slot);
}

static bool judge_slots(us_scorer *u, const text *x) {
  int32_t inside = 0;
  for (size_t k = 0; k < u->t.segments.n; k++) {
    const us_segment *segment = &u->t.segments.p[k];
    us_slot_state state;
    guess found;
    if (!segment->slot) continue;
    if (!judge(u, k, &state, &found)) return false;
    inside += found.cost;
    count_slot(x->tally, state);
    if (!report_slot(u, x, segment, state, &found)) return false;
  }
  x->tally->false_words += whole_words(u->lattice.best - inside);
  return true;
}

/* ---- exact sentences: those that some cheapest path goes through for nothing ---- */

/* From the places in reach[0] before segment K to those in reach[1] behind it. */
static bool reach_over(us_scorer *u, size_t k, const uint32_t *ids, size_t n) {
  const us_lattice *l = &u->lattice;
  for (size_t i = 0; i < u->reach[0].n; i++) {
    size_t j = u->reach[0].p[i];
    if (j + n > l->n || through(l, k, j, j + n, 0) != l->best || !same_words(l, j, ids, n)) continue;
    bool known = false;
    for (size_t o = 0; o < u->reach[1].n; o++) known |= u->reach[1].p[o] == j + n;
    if (!known && !us_vec_push(&u->reach[1], j + n)) return false;
  }
  return true;
}

static bool reach_segment(us_scorer *u, size_t k) {
  const us_segment *s = &u->t.segments.p[k];
  u->reach[1].n = 0;
  if (!s->slot)
    if (!reach_over(u, k, us_ids_at(&u->t.spun_ids, s->spun.first), s->spun.end - s->spun.first)) return false;
  for (size_t i = s->accepted.first; s->slot && i < s->accepted.end; i++) {
    us_span option = u->t.options.p[i];
    if (!reach_over(u, k, us_ids_at(&u->t.ids, option.first), option.end - option.first)) return false;
  }
  for (size_t i = u->reach[0].n = 0; i < u->reach[1].n; i++)
    if (!us_vec_push(&u->reach[0], u->reach[1].p[i])) return false;
  return true;
}

/* Segments FIRST to END - 1. */
static bool count_sentence(us_scorer *u, size_t first, size_t end, us_tally *tally) {
  const us_lattice *l = &u->lattice;
  const struct window *w = &l->windows[first];
  u->reach[0].n = 0;
  for (size_t j = w->low; j <= w->high; j++) {
    bool on_path = us_lattice_at(l, l->ahead, first, j) + us_lattice_at(l, l->behind, first, j) == l->best;
    if (on_path && !us_vec_push(&u->reach[0], j)) return false;
  }
  for (size_t k = first; k < end && u->reach[0].n; k++)
    if (!reach_segment(u, k)) return false;
  tally->sentences++;
  tally->exact += u->reach[0].n > 0;
  return true;
}

static bool count_sentences(us_scorer *u, us_tally *tally) {
  size_t first = 0, count = u->t.segments.n;
  for (size_t k = 1; k <= count; k++) {
    if (k < count && !u->t.segments.p[k].sentence) continue;
    if (!count_sentence(u, first, k, tally)) return false;
    first = k;
  }
  return true;
}

/* ---- texts and pairs ---- */

static void take_ids(const us_word_vec *words, us_ids *ids, bool *ok) {
  ids->n = 0;
  for (size_t i = 0; *ok && i < words->n; i++) *ok = us_vec_push(ids, words->p[i].id);
}

static bool same_ids(const us_ids *a, const us_ids *b) {
  return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n * sizeof *a->p) == 0);
}

/* Scores one text whose template stands in u->t; adds to the tally. */
static unspin_status score_text(us_scorer *u, const text *x, unspin_error *err) {
  us_template *t = &u->t;
  us_lattice *l = &u->lattice;
  bool ok = true;
  u->out.n = 0;
  if (!us_words_read(&t->reader, x->restored, x->base, &u->out)) return us_nomem(err);
  take_ids(&u->out, &u->out_ids, &ok);
  if (!ok) return us_nomem(err);
  int32_t left = 0; /* what the spun text costs at most */
  for (size_t k = 0; k < t->segments.n; k++)
    if (t->segments.p[k].slot && !t->segments.p[k].leave) left += t->segments.p[k].penalty;
  US_TRY(us_lattice_ahead(l, t, &t->spun_ids, whole_words(left), err));
  x->tally->before += whole_words(l->best);
  if (!same_ids(&t->spun_ids, &u->out_ids)) US_TRY(us_lattice_ahead(l, t, &u->out_ids, whole_words(left) / 2 + 4, err));
  us_lattice_behind(l);
  x->tally->after += whole_words(l->best);
  x->tally->texts++;
  x->tally->whole += l->best == 0;
  for (size_t i = 0; i < t->words.n; i++) x->tally->words += t->words.p[i].alnum;
  return judge_slots(u, x) && count_sentences(u, x->tally) ? UNSPIN_OK : us_nomem(err);
}

static us_slice without_last_line_ends(us_slice s) {
  while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r')) s.n--;
  return s;
}

static size_t count_lines(us_slice s) {
  size_t n = s.n > 0;
  for (size_t i = 0; i < s.n; i++) n += s.p[i] == '\n';
  return n;
}

/* Empty lines at the end may be there or not; where the pair has text there, they are its restored lines. */
static unspin_status check_lines(const us_pair *pair, us_slice restored, size_t want, unspin_error *err) {
  size_t have = count_lines(without_last_line_ends(restored));
  if (have == want || (have < want && want <= count_lines(restored) + (restored.n == 0))) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "%s:%zu: the restored text has %zu line%s and the pair %zu", pair->path,
                 pair->line, have, have == 1 ? "" : "s", want);
}

/* The next line of REST, or the empty place at its end. */
static us_slice next_line(us_slice *rest) {
  us_slice line;
  const char *newline = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
  line = us_slice_sub(*rest, 0, newline ? (size_t)(newline - rest->p) : rest->n);
  *rest = us_slice_sub(*rest, line.n + (newline != NULL), rest->n);
  return line;
}

static unspin_status score_lines(us_scorer *u, const us_pair *pair, us_slice restored, us_tally *tally,
                                 us_slot_vec *slots, unspin_error *err) {
  us_slice gold = pair->gold.p ? pair->gold : pair->plain[0], spun = pair->spun, out = restored;
  size_t want = count_lines(without_last_line_ends(spun)), golden = count_lines(without_last_line_ends(gold));
  if (golden > want) want = golden; /* a last line with nothing but a slot that is empty as spun */
  US_TRY(check_lines(pair, restored, want, err));
  for (size_t i = 0; i < want; i++) {
    us_slice spun_line = next_line(&spun), gold_line = next_line(&gold), out_line = next_line(&out);
    size_t base = (size_t)(spun_line.p - pair->spun.p);
    if (pair->gold.p) US_TRY(us_template_from_markup(&u->t, gold_line, spun_line, base, err));
    else US_TRY(us_template_from_pair(&u->t, spun_line, gold_line, base, err));
    text x = {.restored = out_line, .base = (size_t)(out_line.p - restored.p), .tally = tally, .slots = slots};
    US_TRY(score_text(u, &x, err));
  }
  return UNSPIN_OK;
}

static unspin_status keep_slots(const us_slot_vec *from, us_slot_vec *to, unspin_error *err) {
  if (!to) return UNSPIN_OK;
  to->n = 0;
  for (size_t i = 0; i < from->n; i++)
    if (!us_vec_push(to, from->p[i])) return us_nomem(err);
  return UNSPIN_OK;
}

static unspin_status score_whole(us_scorer *u, const us_pair *pair, us_slice restored, us_tally *tally,
                                 us_slot_vec *slots, unspin_error *err) {
  for (size_t i = 0; i < pair->plain_count; i++) {
    us_tally one = {0};
    u->found.n = 0;
    text x = {.restored = restored, .tally = &one, .slots = slots ? &u->found : NULL};
    US_TRY(us_template_from_pair(&u->t, pair->spun, pair->plain[i], 0, err));
    US_TRY(score_text(u, &x, err));
    if (i && one.after >= tally->after) continue;
    *tally = one;
    US_TRY(keep_slots(&u->found, slots, err));
  }
  return UNSPIN_OK;
}

unspin_status us_scorer_score(us_scorer *undone, const us_pair *pair, us_slice restored, us_tally *tally,
                              us_slot_vec *slots, unspin_error *err) {
  *tally = (us_tally){0};
  if (slots) slots->n = 0;
  return pair->by_line ? score_lines(undone, pair, restored, tally, slots, err)
                       : score_whole(undone, pair, restored, tally, slots, err);
}
