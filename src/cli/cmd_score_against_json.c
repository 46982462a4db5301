/* One object on one line: "articles" in their order, each with its figures and edits, and "average" where there are
 * several. What cannot be told is null. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>

#include "cli/cmd_score_against.h"
#include "report/json_object.h"

static json_t *count(size_t n) { return json_integer((json_int_t)n); }
static json_t *real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

/* Bytes that are no text are shown as \xHH. */
static json_t *text(us_slice s) {
  json_t *value = json_stringn(s.p, s.n);
  return value ? value : us_json_shown(s);
}

static json_t *verdict(const us_shift *s, int sign) {
  against_verdict v = against_judge(s, sign);
  return v == AGAINST_UNKNOWN ? json_null() : json_string(against_verdict_name(v));
}

/* json_pack takes over what it is given by o, and gives NULL if any of it is. */
static json_t *shift(const us_shift *s, int sign) {
  return json_pack("{so so so s[oo] so}", "before", real(s->before), "after", real(s->after), "change", real(s->change),
                   "interval", real(s->interval.low), real(s->interval.high), "verdict", verdict(s, sign));
}

static json_t *reference(const against_result *r) {
  const us_reference_facts *f = &r->facts;
  return json_pack("{so so s[oo] ss so s[oo] so so so}", "name", text(us_slice_of(against_shown(r->item->reference))),
                   "words", count(f->words), "half_words", count(f->half_words[0]), count(f->half_words[1]), "cut_by",
                   f->sentences ? "sentences" : "paragraphs", "both_halves_judge", json_boolean(f->both), "weight",
                   f->both ? real(f->weight[0]) : json_null(), real(f->weight[1]), "vocabulary", count(f->vocabulary),
                   "floor_divergence", real(f->floor_divergence), "floor_chi_square", real(f->floor_chi_square));
}

static json_t *edit(const against_result *r, const us_comparable_edit *e) {
  us_slice before = us_slice_sub(us_buf_slice(&r->item->before_text), e->before_begin, e->before_end);
  us_slice after = us_slice_sub(us_buf_slice(&r->item->after_text), e->after_begin, e->after_end);
  return json_pack("{so so so so so so so so so so}", "line", count(e->line), "begin", count(e->before_begin), "end",
                   count(e->before_end), "before", text(before), "after", text(after), "gain", real(e->gain), "removed",
                   count(e->removed), "removed_attested", count(e->removed_held), "made", count(e->made),
                   "made_attested", count(e->made_held));
}

static json_t *edits(const against_result *r) {
  json_t *list = json_array();
  for (size_t i = 0; list && i < r->figures.edit_count; i++) {
    if (json_array_append_new(list, edit(r, &r->figures.edits[i])) == 0) continue;
    json_decref(list);
    return NULL;
  }
  return list;
}

static json_t *article(const against_result *r) {
  const us_comparable *c = &r->figures;
  return json_pack("{so so so so so so so so so so so so so so}", "name", text(us_slice_of(r->item->name)), "reference",
                   reference(r), "before", text(us_slice_of(against_shown(r->item->before))), "after",
                   r->item->after ? text(us_slice_of(against_shown(r->item->after))) : json_null(), "tokens",
                   count(c->tokens), "sentences", count(c->sentences), "words_before", count(c->words_before),
                   "words_after", count(c->words_after), "shared_sentences", count(c->shared_sentences), "difference",
                   shift(&c->difference, 1), "attestation", shift(&c->attestation, -1), "divergence",
                   shift(&c->divergence, 1), "chi_square", shift(&c->chi_square, 1), "edits", edits(r));
}

static json_t *average_value(const against_average *a) {
  if (!a) return json_null();
  return json_pack("{s{so so so} s{so so so so}}", "micro", "difference", shift(&a->micro_difference, 1), "attestation",
                   shift(&a->micro_attestation, -1), "length_ratio", real(a->length_ratio), "macro", "difference",
                   shift(&a->difference, 1), "attestation", shift(&a->attestation, -1), "divergence",
                   shift(&a->divergence, 1), "chi_square", shift(&a->chi_square, 1));
}

unspin_status against_print_json(const score_run *run, const against_result_vec *results,
                                 const against_average *average, unspin_error *err) {
  json_t *articles = json_array();
  for (size_t i = 0; articles && i < results->n; i++) {
    if (json_array_append_new(articles, article(&results->p[i])) == 0) continue;
    json_decref(articles);
    articles = NULL;
  }
  json_t *all = json_pack("{ss ss so so so so}", "format", "unspin-score-against", "unspin", unspin_version(), "seed",
                          json_integer((json_int_t)run->seed), "rounds", count(run->rounds), "articles", articles,
                          "average", average_value(average));
  if (!all) return us_nomem(err);
  bool ok = json_dumpf(all, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9)) == 0 || ferror(stdout);
  putchar('\n');
  json_decref(all);
  return ok ? UNSPIN_OK : us_nomem(err); /* what could not be written is told at the end */
}
