/* unspin.c - the library's face: sessions, and documents restored pass after pass until nothing changes. */
#include "unspin.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "restore/pass.h"
#include "restore/siblings.h"
#include "unspin_result.h"

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
  us_keys_free(s);
  us_answers_free(s->answers);
  us_votes_free(s);
  us_lessons_free(s);
  us_composer_free(s);
  us_siblings_free(s);
  free(s->suspicion);
  free(s->odds_share);
  us_company_free(s);
  us_vec_free(&s->protect);
  us_vec_free(&s->after_tokens);
  us_arena_free(&s->arena);
  us_arena_free(&s->protect_arena);
  us_buf_free(&s->fold);
  us_buf_free(&s->text);
  free(s);
}

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

/* Drops the edits of a document that is not spun enough. */
static bool leave_alone(unspin_session *s, us_slice input, us_edit_vec *pass, unspin_totals *totals) {
  bool enough;
  if (!us_is_spun_enough(s, input, &enough)) return false;
  if (enough) return true;
  pass->n = 0;
  totals->dropped = 0;
  totals->gated = true;
  return true;
}

/* Suggestions over the text that FIRST makes of the input, as ones over the input that leave alone what EDITS change. */
static void keep_apart(us_edit_vec *suggestions, const us_edit_vec *first, const us_edit_vec *edits) {
  size_t kept = 0, i = 0, k = 0;
  ptrdiff_t shift = 0;
  for (size_t j = 0; j < suggestions->n; j++) {
    unspin_edit e = suggestions->p[j];
    for (; i < first->n && (ptrdiff_t)first->p[i].begin + shift < (ptrdiff_t)e.begin; i++)
      shift += (ptrdiff_t)first->p[i].after.len - (ptrdiff_t)(first->p[i].end - first->p[i].begin);
    if ((ptrdiff_t)e.begin < shift) continue; /* in the first edit */
    e.begin = (size_t)((ptrdiff_t)e.begin - shift);
    e.end = (size_t)((ptrdiff_t)e.end - shift);
    while (k < edits->n && edits->p[k].end <= e.begin) k++;
    if (k < edits->n && edits->p[k].begin < e.end) continue;
    suggestions->p[kept++] = e;
  }
  suggestions->n = kept;
}

/* What a spinner failed to expand comes first: nothing around it can be judged before. FIRST: the edits of that.
 * *GATED: the document is not spun enough to have any. */
static bool mend_spintax(unspin_session *s, state *st, us_edit_vec *first, bool *gated, unspin_result *r) {
  unspin_totals totals = {0};
  if (!us_spintax(s, st->text, &r->arena, first)) return false;
  if (first->n && s->options->if_spun > 0 && !leave_alone(s, st->text, first, &totals)) return false;
  *gated = totals.gated;
  return first->n == 0 || advance(st, first, &r->arena);
}

bool us_restore_plain(unspin_session *s, us_slice input, unspin_result *r) {
  state st = {.text = input};
  us_edit_vec pass = {0}, spintax = {0};
  s->quotations = US_QUOTATIONS_ASK;
  bool gated = false, ok = mend_spintax(s, &st, &spintax, &gated, r);
  for (int i = 0; i < MOST_PASSES && ok; i++) {
    unspin_totals totals;
    pass.n = 0;
    ok = us_pass(s, st.text, &r->arena, &pass, i == 0 && s->options->suggest ? &r->suggestions : NULL, &totals);
    if (i == 0) r->totals = totals;
    else r->totals.dropped += totals.dropped;
    if (ok && i == 0 && pass.n && s->options->if_spun > 0) ok = leave_alone(s, input, &pass, &r->totals);
    if (!ok || pass.n == 0) break;
    st.seen[i] = us_hash(st.text);
    if (circle_ends_here(&st, i)) break;
    ok = advance(&st, &pass, &r->arena);
  }
  us_vec_free(&pass);
  s->quotations = US_QUOTATIONS_ASK;
  r->edits = st.edits;
  r->text = st.owned;
  if (!ok) {
    us_vec_free(&spintax);
    return false;
  }
  keep_apart(&r->suggestions, &spintax, &r->edits);
  us_vec_free(&spintax);
  us_edits_finish(input, &r->edits);
  us_edits_finish(input, &r->suggestions);
  r->totals.bytes = input.n;
  r->totals.gated = (r->totals.gated || gated) && r->edits.n == 0;
  if (!r->text.n) us_buf_append(&r->text, input);
  r->totals.edits = r->edits.n;
  return !r->text.failed;
}

static void count_plain(unspin_result *r) {
  r->records = (unspin_record_totals){1, 1, r->edits.n > 0, UINT64_MAX};
  r->gated = r->totals.gated;
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
  if (!(options->suggest_from >= 0 && options->suggest_from <= 1))
    return us_fail(err, UNSPIN_ERR_INVALID, "suggest_from is not between 0 and 1");
  if (!(options->lean >= -10 && options->lean <= 10))
    return us_fail(err, UNSPIN_ERR_INVALID, "lean is not between -10 and 10");
  if (!(options->if_spun >= 0 && options->if_spun <= 1))
    return us_fail(err, UNSPIN_ERR_INVALID, "if_spun is not between 0 and 1");
  if (options->if_spun > 0 && !s->knowledge->engine.detect.documents)
    return us_fail(err, UNSPIN_ERR_FORMAT, "engine.tsv: holds no calibration of scores");
  if (len >= UINT32_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "a document of %zu bytes: 4 GiB is the limit", len);
  if (options->text_format >= UNSPIN_TEXT_COUNT)
    return us_fail(err, UNSPIN_ERR_INVALID, "no text format has the number %u", (unsigned)options->text_format);
  us_slice input = {len ? text : "", len};
  unspin_result *r = calloc(1, sizeof *r);
  s->options = options;
  unspin_status status = r && us_guard_set_protected(s, options) && us_siblings_begin(s) ? UNSPIN_OK : us_nomem(err);
  if (!status && options->text_format != UNSPIN_TEXT_PLAIN) status = us_restore_documents(s, input, options, r, err);
  else if (!status && us_restore_plain(s, input, r)) count_plain(r);
  else if (!status) status = us_nomem(err);
  us_siblings_free(s);
  s->options = NULL;
  s->fold.failed = s->text.failed = false;
  if (status) unspin_result_free(r);
  else *out = r;
  return status;
}

void unspin_result_free(unspin_result *r) {
  if (!r) return;
  us_vec_free(&r->edits);
  us_vec_free(&r->suggestions);
  us_vec_free(&r->rejects);
  us_buf_free(&r->text);
  us_arena_free(&r->arena);
  free(r);
}

size_t unspin_result_edit_count(const unspin_result *r) { return r->edits.n; }
const unspin_edit *unspin_result_edit(const unspin_result *r, size_t index) {
  return index < r->edits.n ? &r->edits.p[index] : NULL;
}
size_t unspin_result_suggestion_count(const unspin_result *r) { return r->suggestions.n; }
const unspin_edit *unspin_result_suggestion(const unspin_result *r, size_t index) {
  return index < r->suggestions.n ? &r->suggestions.p[index] : NULL;
}
const unspin_totals *unspin_result_totals(const unspin_result *r) { return &r->totals; }
const unspin_record_totals *unspin_result_records(const unspin_result *r) { return &r->records; }
size_t unspin_result_reject_count(const unspin_result *r) { return r->rejects.n; }
const unspin_reject *unspin_result_reject(const unspin_result *r, size_t index) {
  return index < r->rejects.n ? &r->rejects.p[index] : NULL;
}
unspin_text unspin_result_text(const unspin_result *r) {
  us_slice s = us_buf_slice(&r->text);
  return (unspin_text){s.p, s.n};
}
