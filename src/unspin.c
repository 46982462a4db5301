/* unspin.c - the library's face: sessions, and documents restored pass after pass until nothing changes. */
#include "unspin.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "restore/pass.h"

/* Restoring what one pass wrote must change nothing, so passes are made until one changes nothing. Two are usual; where
 * a circle has to be walked round twice it may be a dozen. */
enum { MOST_PASSES = 24 };

const char *unspin_version(void) { return UNSPIN_VERSION; }

void unspin_options_init(unspin_options *options) {
  *options = (unspin_options){.size = sizeof *options, .max_reasons = 6, .max_alternatives = 4};
}

unspin_status unspin_session_new(const unspin_knowledge *knowledge, unspin_session **out, unspin_error *err) {
  *out = NULL;
  unspin_session *s = calloc(1, sizeof *s);
  if (!s) return us_nomem(err);
  s->knowledge = knowledge;
  s->tag_scratch = us_tag_scratch_new();
  if (!s->tag_scratch) {
    unspin_session_free(s);
    return us_nomem(err);
  }
  *out = s;
  return UNSPIN_OK;
}

void unspin_session_free(unspin_session *s) {
  if (!s) return;
  us_tag_scratch_free(s->tag_scratch);
  us_page_free(&s->page);
  us_vec_free(&s->kept);
  us_arena_free(&s->kept_arena);
  us_remembered_free(&s->remembered);
  us_evidence_free(&s->evidence);
  us_vec_free(&s->matches);
  free(s->lexeme_cache);
  us_votes_free(s);
  free(s->topic);
  free(s->company);
  us_vec_free(&s->protect);
  us_vec_free(&s->after_tokens);
  us_arena_free(&s->arena);
  us_arena_free(&s->protect_arena);
  us_buf_free(&s->fold);
  us_buf_free(&s->text);
  free(s);
}

struct unspin_result {
  us_arena arena;
  us_edit_vec edits;
  us_buf text;
  unspin_totals totals;
};

/* What the passes so far have led to. */
typedef struct state {
  us_slice text;     /* after the last pass */
  us_buf owned;      /* holds it from the first change on */
  us_edit_vec edits; /* from the input to TEXT */
  uint64_t seen[MOST_PASSES + 1];
} state;

/* Applies a pass's edits: TEXT and EDITS move on. */
static bool advance(state *st, const us_edit_vec *pass, us_arena *arena) {
  us_buf next = {0};
  us_edits_apply(st->text, pass, &next);
  us_edit_vec joined = {0};
  bool ok = !next.failed && us_edits_compose(&st->edits, st->text, pass, arena, &joined);
  if (!ok) {
    us_buf_free(&next);
    us_vec_free(&joined);
    return false;
  }
  us_buf_free(&st->owned);
  us_vec_free(&st->edits);
  st->owned = next;
  st->text = us_buf_slice(&st->owned);
  st->edits = joined;
  return true;
}

/* Passes that go round in a circle stop at the member of the circle with the smallest hash, wherever they entered it,
 * so that restoring that text again gives that text. */
static bool circle_ends_here(const state *st, int pass) {
  int begin = -1;
  for (int i = 0; i < pass; i++)
    if (st->seen[i] == st->seen[pass]) begin = i;
  if (begin < 0) return false;
  for (int i = begin; i < pass; i++)
    if (st->seen[i] < st->seen[pass]) return false;
  return true;
}

static bool restore(unspin_session *s, us_slice input, unspin_result *r) {
  state st = {.text = input};
  us_edit_vec pass = {0};
  bool ok = true;
  for (int i = 0; i < MOST_PASSES && ok; i++) {
    unspin_totals totals;
    pass.n = 0;
    ok = us_pass(s, st.text, &r->arena, &pass, &totals);
    if (i == 0) r->totals = totals;
    else r->totals.dropped += totals.dropped;
    if (!ok || pass.n == 0) break;
    st.seen[i] = us_hash(st.text);
    if (circle_ends_here(&st, i)) break;
    ok = advance(&st, &pass, &r->arena);
  }
  us_vec_free(&pass);
  r->edits = st.edits;
  r->text = st.owned;
  if (!ok) return false;
  us_edits_finish(input, &r->edits);
  if (!r->text.n) us_buf_append(&r->text, input);
  r->totals.edits = r->edits.n;
  return !r->text.failed;
}

unspin_status unspin_restore(unspin_session *s, const char *text, size_t len, const unspin_options *options,
                             unspin_result **out, unspin_error *err) {
  *out = NULL;
  unspin_options defaults;
  unspin_options_init(&defaults);
  if (!options) options = &defaults;
  if (options->size != sizeof *options)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_options_init");
  if (!(options->min_confidence >= 0 && options->min_confidence <= 1))
    return us_fail(err, UNSPIN_ERR_INVALID, "min_confidence is not between 0 and 1");
  if (!(options->lean >= -10 && options->lean <= 10))
    return us_fail(err, UNSPIN_ERR_INVALID, "lean is not between -10 and 10");
  if (len >= UINT32_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "a document of %zu bytes: 4 GiB is the limit", len);
  unspin_result *r = calloc(1, sizeof *r);
  s->options = options;
  bool ok = r && us_guard_set_protected(s, options) && restore(s, (us_slice){len ? text : "", len}, r);
  s->options = NULL;
  s->fold.failed = s->text.failed = false;
  if (!ok) {
    unspin_result_free(r);
    return us_nomem(err);
  }
  *out = r;
  return UNSPIN_OK;
}

void unspin_result_free(unspin_result *r) {
  if (!r) return;
  us_vec_free(&r->edits);
  us_buf_free(&r->text);
  us_arena_free(&r->arena);
  free(r);
}

size_t unspin_result_edit_count(const unspin_result *r) { return r->edits.n; }
const unspin_edit *unspin_result_edit(const unspin_result *r, size_t index) {
  return index < r->edits.n ? &r->edits.p[index] : NULL;
}
const unspin_totals *unspin_result_totals(const unspin_result *r) { return &r->totals; }
unspin_text unspin_result_text(const unspin_result *r) {
  us_slice s = us_buf_slice(&r->text);
  return (unspin_text){s.p, s.n};
}
