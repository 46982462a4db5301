#include <math.h>
#include <stdlib.h>

#include "forms/compile/read.h"
#include "forms/compile/steps.h"

static const char *const KNOWN[US_ST_KNOWN_COUNT] = {"^",   "NN", "NNS", "VB",  "VBZ", "VBD", "VBN", "VBG", "JJ", "JJR",
                                                     "JJS", "RB", "RBR", "RBS", "NP",  "CD",  "CM",  "PE",  "SY"};

/* The side that a carrying state shows to its right. */
#define CARRIER "RB"

int lex_state(const lexicon *lex, us_slice name) {
  for (size_t i = 0; i < lex->state_names.n; i++)
    if (us_slice_eq(lex->state_names.p[i], name)) return (int)i;
  return -1;
}

unsigned lex_state_of(us_tag tag) {
  static const unsigned STATE[] = {
      [US_TAG_NOUN_SG] = US_ST_NN,   [US_TAG_NOUN_PL] = US_ST_NNS,   [US_TAG_VERB_BASE] = US_ST_VB,
      [US_TAG_VERB_S] = US_ST_VBZ,   [US_TAG_VERB_PAST] = US_ST_VBD, [US_TAG_VERB_PART] = US_ST_VBN,
      [US_TAG_VERB_ING] = US_ST_VBG, [US_TAG_ADJ] = US_ST_JJ,        [US_TAG_ADJ_ER] = US_ST_JJR,
      [US_TAG_ADJ_EST] = US_ST_JJS,  [US_TAG_ADV] = US_ST_RB,        [US_TAG_ADV_ER] = US_ST_RBR,
      [US_TAG_ADV_EST] = US_ST_RBS,  [US_TAG_NAME] = US_ST_NP};
  return tag < sizeof STATE / sizeof *STATE ? STATE[tag] : US_ST_SY;
}

static int find_end(const lexicon *lex, us_slice name) {
  for (size_t i = 0; i < lex->ends.n; i++)
    if (us_slice_eq(lex->ends.p[i], name)) return (int)i;
  return -1;
}

static uint8_t add_end(lexicon *lex, us_slice name) {
  int at = find_end(lex, name);
  if (at >= 0) return (uint8_t)at;
  char *copy = us_arena_copy(&lex->text, name);
  if (!copy || !us_vec_push(&lex->ends, (us_slice){copy, name.n})) lex->failed = true;
  return (uint8_t)(lex->ends.n - 1);
}

static uint8_t carried(lexicon *lex, us_slice memory) {
  us_buf name = {0};
  us_buf_puts(&name, CARRIER);
  if (!us_slice_eq(memory, US_LIT("-"))) {
    us_buf_putc(&name, '.');
    us_buf_append(&name, memory);
  }
  if (name.failed) lex->failed = true;
  uint8_t end = add_end(lex, us_buf_slice(&name));
  us_buf_free(&name);
  return end;
}

static unspin_status put_state(lexicon *lex, const reader *r, unspin_error *err) {
  us_tag tag = us_tag_parse(r->field[1]);
  if (r->count != 5 || tag == US_TAG_COUNT)
    return reader_fail(r, err, "wanted state, tag, left side, right side, memory");
  int at = lex_state(lex, r->field[0]);
  if (at < 0) {
    char *copy = us_arena_copy(&lex->text, r->field[0]);
    if (!copy || !us_vec_push(&lex->states, (us_state){0}) ||
        !us_vec_push(&lex->state_names, (us_slice){copy, r->field[0].n}))
      return us_nomem(err);
    at = (int)lex->states.n - 1;
  }
  bool carries = us_slice_eq(r->field[3], US_LIT("*"));
  us_state *s = &lex->states.p[at];
  s->tag = (uint8_t)tag;
  s->enter = add_end(lex, r->field[2]);
  s->leave = carries ? US_CARRIES : add_end(lex, r->field[3]);
  s->carry = carried(lex, r->field[4]);
  return UNSPIN_OK;
}

static unspin_status load_states(lexicon *lex, reader *r, const char *dict, unspin_error *err) {
  for (size_t i = 0; i < US_ST_KNOWN_COUNT; i++)
    if (!us_vec_push(&lex->states, (us_state){0}) || !us_vec_push(&lex->state_names, us_slice_of(KNOWN[i])))
      return us_nomem(err);
  us_state *edge = &lex->states.p[US_ST_EDGE];
  edge->enter = add_end(lex, US_LIT("$"));
  edge->leave = add_end(lex, US_LIT("^"));
  edge->carry = carried(lex, US_LIT("-"));
  edge->tag = US_TAG_OTHER;
  US_TRY(reader_open(r, dict, "tag-states.tsv", err));
  while (reader_next(r)) US_TRY(put_state(lex, r, err));
  for (size_t i = 0; i < US_ST_KNOWN_COUNT; i++)
    if (lex->states.p[i].tag == US_TAG_NONE)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s: no state %s", r->path.p, KNOWN[i]);
  if (lex->states.n > US_STATES_MAX || lex->ends.n > US_ENDS_MAX)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s: more than %u states or sides", r->path.p, US_STATES_MAX);
  return lex->failed ? us_nomem(err) : UNSPIN_OK;
}

/* Marks the sides that NAMES (blank-separated, or a star) names; false if one is unknown. */
static bool sides(const lexicon *lex, us_slice names, bool marked[US_ENDS_MAX]) {
  memset(marked, 0, US_ENDS_MAX * sizeof *marked);
  us_slice name;
  if (!names.n) return false;
  while (us_slice_cut(&names, ' ', &name)) {
    bool all = us_slice_eq(name, US_LIT("*"));
    int at = find_end(lex, name);
    if (!all && at < 0) return false;
    for (size_t i = 0; i < lex->ends.n; i++)
      if (all || (int)i == at) marked[i] = true;
  }
  return true;
}

static unspin_status load_transitions(lexicon *lex, reader *r, const char *dict, unspin_error *err) {
  size_t n = lex->ends.n;
  lex->transitions = calloc(n * n, sizeof *lex->transitions);
  if (!lex->transitions) return us_nomem(err);
  US_TRY(reader_open(r, dict, "tag-transitions.tsv", err));
  while (reader_next(r)) {
    bool from[US_ENDS_MAX], to[US_ENDS_MAX];
    double weight;
    if (r->count != 3 || !read_number(r->field[2], &weight) || fabs(weight) > 50)
      return reader_fail(r, err, "wanted from, to, weight");
    if (!sides(lex, r->field[0], from) || !sides(lex, r->field[1], to))
      return reader_fail(r, err, "no such state in tag-states.tsv");
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        if (from[i] && to[j]) lex->transitions[i * n + j] = (int16_t)lround(weight * 256);
  }
  return UNSPIN_OK;
}

unspin_status lex_load_states(lexicon *lex, const char *dict, unspin_error *err) {
  reader r;
  unspin_status status = load_states(lex, &r, dict, err);
  reader_close(&r);
  if (status) return status;
  status = load_transitions(lex, &r, dict, err);
  reader_close(&r);
  return status;
}
