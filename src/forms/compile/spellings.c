#include <math.h>
#include <stdlib.h>

#include "forms/compile/read.h"
#include "forms/compile/steps.h"
#include "forms/rules.h"

/* Where the American dictionary has both spellings, a pair needs more: a long word, and an American spelling in use. */
#define WEAK_LENGTH 7u
#define WEAK_RATIO 20u

typedef struct rule {
  us_slice gb, us;
  size_t after; /* at least so many letters follow */
  bool end;     /* none does */
} rule;

typedef US_VEC(rule) rule_vec;

static bool lower_in(const lex_word *w, unsigned dialect) { return (w->flags & US_WF_LOWER) && (w->flags & dialect); }

/* True if CANDIDATE is to replace what *OTHER names: of several spellings the more frequent one stays. */
static bool better(lexicon *lex, lex_id word, lex_id other, lex_id candidate) {
  return other == LEX_NONE || other == word || lex_at(lex, other)->count < lex_at(lex, candidate)->count;
}

static void pair(lexicon *lex, lex_id gb, lex_id us, bool to_us, bool to_gb) {
  lex_word *g = lex_at(lex, gb), *u = lex_at(lex, us);
  if (to_us && better(lex, gb, g->us, us)) {
    g->gb = gb;
    g->us = us;
  }
  if (to_gb && better(lex, us, u->gb, gb)) {
    u->gb = gb;
    u->us = us;
  }
}

static void try_rule(lexicon *lex, lex_id gb, const rule *r, size_t at) {
  us_slice word = lex_at(lex, gb)->text;
  char other[US_RULE_WORD_MAX * 2];
  if (word.n > US_RULE_WORD_MAX || r->us.n > US_RULE_WORD_MAX / 2) return;
  memcpy(other, word.p, at);
  memcpy(other + at, r->us.p, r->us.n);
  memcpy(other + at + r->us.n, word.p + at + r->gb.n, word.n - at - r->gb.n);
  lex_id us = lex_find(lex, (us_slice){other, word.n - r->gb.n + r->us.n});
  if (us == LEX_NONE || us == gb) return;
  const lex_word *g = lex_at(lex, gb), *u = lex_at(lex, us);
  if (!lower_in(u, US_WF_US) || g->one_way || u->one_way) return;
  bool refused_us = !(g->flags & US_WF_US), refused_gb = !(u->flags & US_WF_GB);
  if (refused_us || (refused_gb && word.n >= WEAK_LENGTH && u->count > g->count / WEAK_RATIO))
    pair(lex, gb, us, true, true);
}

static void try_rules(lexicon *lex, lex_id gb, const rule_vec *rules) {
  for (size_t i = 0; i < rules->n; i++) {
    const rule *r = &rules->p[i];
    us_slice word = lex_at(lex, gb)->text;
    if (word.n < r->gb.n + 2) continue;
    for (size_t at = r->end ? word.n - r->gb.n : 1; at + r->gb.n + r->after <= word.n; at++)
      if (memcmp(word.p + at, r->gb.p, r->gb.n) == 0) try_rule(lex, gb, r, at);
  }
}

static unspin_status load_rules(reader *r, const char *dict, rule_vec *rules, unspin_error *err) {
  US_TRY(reader_open(r, dict, "spelling-rules.tsv", err));
  while (reader_next(r)) {
    bool end = us_slice_eq(r->field[2], US_LIT("end")), inner = us_slice_eq(r->field[2], US_LIT("inner"));
    if (r->count != 3 || !r->field[0].n || (!end && !inner && !us_slice_eq(r->field[2], US_LIT("any"))))
      return reader_fail(r, err, "wanted British letters, American letters, and any, inner or end");
    if (!us_vec_push(rules, (rule){r->field[0], r->field[1], inner ? 2 : 0, end})) return us_nomem(err);
  }
  return UNSPIN_OK;
}

static unspin_status load_list(lexicon *lex, reader *r, const char *dict, unspin_error *err) {
  US_TRY(reader_open(r, dict, "spelling-pairs.tsv", err));
  while (reader_next(r)) {
    char direction = r->field[2].n == 1 ? r->field[2].p[0] : 0;
    if (r->count != 3 || !lex_is_word(r->field[0]) || !lex_is_word(r->field[1]) || !direction ||
        !strchr("=<>", direction))
      return reader_fail(r, err, "wanted British word, American word, = or > or <");
    lex_id gb = lex_add(lex, r->field[0]), us = lex_add(lex, r->field[1]);
    if (gb == LEX_NONE || us == LEX_NONE) return us_nomem(err);
    if (direction != '=') lex_at(lex, gb)->one_way = true;
    lex_at(lex, gb)->us = lex_at(lex, us)->gb = LEX_NONE;
    pair(lex, gb, us, direction != '<', direction != '>');
  }
  return UNSPIN_OK;
}

static unspin_status load_not(lexicon *lex, reader *r, const char *dict, unspin_error *err) {
  US_TRY(reader_open(r, dict, "spelling-not.txt", err));
  while (reader_next(r)) {
    lex_id id = lex_find(lex, r->field[0]);
    if (id != LEX_NONE) lex_at(lex, id)->one_way = true;
  }
  return UNSPIN_OK;
}

unspin_status lex_pair_spellings(lexicon *lex, const char *dict, unspin_error *err) {
  reader list = {0}, exceptions = {0}, rules_file = {0};
  rule_vec rules = {0};
  unspin_status status;
  US_TRY_GOTO(load_not(lex, &exceptions, dict, err), done);
  US_TRY_GOTO(load_list(lex, &list, dict, err), done);
  US_TRY_GOTO(load_rules(&rules_file, dict, &rules, err), done);
  for (lex_id i = 0; i < lex->words.n; i++)
    if (lower_in(lex_at(lex, i), US_WF_GB)) try_rules(lex, i, &rules);
done:
  us_vec_free(&rules);
  reader_close(&exceptions);
  reader_close(&list);
  reader_close(&rules_file);
  return status;
}

void lex_share_pos(lexicon *lex) {
  for (lex_id i = 0; i < lex->words.n; i++) {
    lex_word *g = lex_at(lex, i);
    if (g->us == LEX_NONE || g->us == i || lex_at(lex, g->us)->gb != i) continue;
    lex_word *u = lex_at(lex, g->us);
    for (size_t p = 0; p < US_POS_COUNT; p++) g->pos[p] = u->pos[p] = fmax(g->pos[p], u->pos[p]);
  }
}
