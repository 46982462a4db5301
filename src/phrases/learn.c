#include "phrases/learn.h"

#include "base/hash.h"
#include "phrases/learn_derive.h"
#include "phrases/learn_rate.h"

enum { WATCH_EVERY = 256, MANY_OBSERVATIONS = 200000 };

struct us_learner {
  us_learn_options options;
  us_learn_words words;
  us_stream spun, plain;
  US_VEC(uint32_t) folds; /* of both, for the comparison */
  us_diff diff;
  us_spool spool;
  us_learn_tally seen, next; /* blocks: of the last round, of this one */
  us_learn_tally wide;       /* wider phrases: neighbouring blocks, and changes with their neighbours */
  us_trie trie;
  us_learn_totals totals;
  uint32_t block_pair[2 * US_LEARN_RUN]; /* what the blocks of this run were extracted as; US_NO_PAIR */
  us_aligner aligner;
};

void us_learn_options_init(us_learn_options *o) {
  *o = (us_learn_options){
      .min_significance = 10.83, .min_p = 0.005, .rounds = 3, .counters = 5500000, .scratch_dir = "/tmp"};
}

unspin_status us_learner_new(const us_forms *forms, const us_learn_options *options, us_learner **out,
                             unspin_error *err) {
  *out = NULL;
  us_learner *l = calloc(1, sizeof *l);
  if (!l) return us_nomem(err);
  l->options = *options;
  l->seen.limit = l->next.limit = l->wide.limit = options->counters;
  unspin_status status = UNSPIN_OK;
  if (!us_learn_words_init(&l->words, forms, options->article) || !us_trie_init(&l->trie)) status = us_nomem(err);
  else status = us_spool_open(&l->spool, options->scratch_dir, err);
  if (status) {
    us_learner_free(l);
    return status;
  }
  *out = l;
  return UNSPIN_OK;
}

void us_learner_free(us_learner *l) {
  if (!l) return;
  us_learn_words_free(&l->words);
  us_vec_free(&l->spun);
  us_vec_free(&l->plain);
  us_vec_free(&l->folds);
  us_diff_free(&l->diff);
  us_spool_close(&l->spool);
  us_learn_tally_free(&l->seen);
  us_learn_tally_free(&l->next);
  us_learn_tally_free(&l->wide);
  us_trie_free(&l->trie);
  free(l);
}

const us_learn_totals *us_learner_totals(const us_learner *l) { return &l->totals; }

static unspin_status watch(const us_learner *l, const char *stage, double share, unspin_error *err) {
  if (!l->options.watch || l->options.watch(l->options.cookie, stage, share, l->totals.pairs)) return UNSPIN_OK;
  return us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
}

/* ---- reading ---- */

static bool add_folds(us_learner *l, const us_stream *stream) {
  for (size_t i = 0; i < stream->n; i++)
    if (!us_vec_push(&l->folds, us_learn_type_of(&l->words, stream->p[i])->fold)) return false;
  return true;
}

unspin_status us_learner_add(us_learner *l, us_slice spun, us_slice plain, unspin_error *err) {
  l->spun.n = l->plain.n = l->folds.n = 0;
  if (!us_learn_words_read(&l->words, spun, &l->spun) || !us_learn_words_read(&l->words, plain, &l->plain) ||
      !add_folds(l, &l->spun) || !add_folds(l, &l->plain))
    return us_nomem(err);
  size_t n = l->spun.n, m = l->plain.n;
  if (n == 0 || m == 0) return UNSPIN_OK;
  if (!us_diff_run(&l->diff, l->folds.p, n, l->folds.p + n, m)) return us_nomem(err);
  us_spooled pair = {.spun = l->spun.p, .plain = l->plain.p, .spun_n = (uint32_t)n, .plain_n = (uint32_t)m};
  pair.ops = l->diff.ops.p;
  pair.op_n = (uint32_t)l->diff.ops.n;
  pair.hash = us_hash(spun);
  US_TRY(us_spool_write(&l->spool, &pair, err));
  us_learn_totals *t = &l->totals;
  t->pairs++;
  t->spun_words += n;
  t->plain_words += m;
  for (size_t i = 0; i < l->diff.ops.n; i++) {
    const us_diff_op *op = &l->diff.ops.p[i];
    t->changed_words += op->a;
    t->runs += op->a + op->b > 0;
    t->skipped_runs += op->a > US_LEARN_RUN || op->b > US_LEARN_RUN;
  }
  return t->pairs % WATCH_EVERY ? UNSPIN_OK : watch(l, "reading", -1, err);
}

/* ---- passes over the spool ---- */

typedef bool pass(us_learner *l, const us_spooled *pair);

static unspin_status run_pass(us_learner *l, const char *stage, pass *each, unspin_error *err) {
  US_TRY(us_spool_rewind(&l->spool, err));
  us_spooled pair;
  bool more;
  for (uint64_t i = 0;; i++) {
    if (i % WATCH_EVERY == 0) US_TRY(watch(l, stage, (double)i / (double)(l->spool.pairs + 1), err));
    US_TRY(us_spool_next(&l->spool, &pair, &more, err));
    if (!more) return UNSPIN_OK;
    if (!each(l, &pair)) return us_nomem(err);
  }
}

/* A run of changed words, with what stands around it. */
typedef struct run {
  const us_spooled *pair;
  uint32_t spun, plain; /* where it begins */
  uint32_t spun_n, plain_n;
} run;

/* Two stretches of words that may stand for one another. */
typedef struct stretch {
  uint32_t spun, spun_n, plain, plain_n; /* in the pair's streams */
  uint32_t first, blocks;                /* the blocks that it is made of; none for a change with its neighbour */
} stretch;

typedef bool use_stretch(us_learner *l, const us_spooled *pair, const stretch *s);

static stretch block_stretch(const run *r, const us_block *b, size_t number) {
  return (stretch){r->spun + b->spun, b->spun_n, r->plain + b->plain, b->plain_n, (uint32_t)number, 1};
}

static bool has_both(const us_block *b) { return b->spun_n && b->plain_n; }

/* Neighbouring blocks taken together. */
static bool each_wide(us_learner *l, const run *r, size_t count, use_stretch *use) {
  for (size_t k = 0; k + 1 < count; k++) {
    stretch s = block_stretch(r, &l->aligner.blocks[k], k);
    for (size_t more = k + 1; more < count && more < k + US_LEARN_PARTS; more++) {
      s.blocks++;
      s.spun_n += l->aligner.blocks[more].spun_n;
      s.plain_n += l->aligner.blocks[more].plain_n;
      if (s.spun_n > US_LEARN_WORDS || s.plain_n > US_LEARN_WORDS) break;
      if (s.spun_n && s.plain_n && !use(l, r->pair, &s)) return false;
    }
  }
  return true;
}

/* Words that came from nothing or went away, with the kept word before or behind them. */
static bool each_neighbour(us_learner *l, const run *r, use_stretch *use) {
  if (r->spun_n + 1 > US_LEARN_WORDS || r->plain_n + 1 > US_LEARN_WORDS) return true;
  bool before = r->spun > 0 && r->plain > 0;
  bool behind = r->spun + r->spun_n < r->pair->spun_n && r->plain + r->plain_n < r->pair->plain_n;
  stretch left = {r->spun - 1, r->spun_n + 1, r->plain - 1, r->plain_n + 1, 0, 0};
  stretch right = {r->spun, r->spun_n + 1, r->plain, r->plain_n + 1, 0, 0};
  if (r->spun_n == 0) { /* one common word alone says too little */
    stretch both = {r->spun - 1, 2, r->plain - 1, r->plain_n + 2, 0, 0};
    return !before || !behind || both.plain_n > US_LEARN_WORDS || use(l, r->pair, &both);
  }
  return (!before || use(l, r->pair, &left)) && (!behind || use(l, r->pair, &right));
}

static bool each_run(us_learner *l, const us_spooled *pair, use_stretch *block, use_stretch *wide) {
  run r = {.pair = pair};
  for (uint32_t k = 0; k < pair->op_n; k++) {
    const us_diff_op *op = &pair->ops[k];
    r.spun += op->equal;
    r.plain += op->equal;
    r.spun_n = op->a;
    r.plain_n = op->b;
    size_t count = us_align_run(&l->aligner, pair->spun + r.spun, op->a, pair->plain + r.plain, op->b);
    for (size_t i = 0; i < count; i++) {
      stretch s = block_stretch(&r, &l->aligner.blocks[i], i);
      l->block_pair[i] = US_NO_PAIR;
      if (has_both(&l->aligner.blocks[i]) && !block(l, pair, &s)) return false;
    }
    if (wide && !each_wide(l, &r, count, wide)) return false;
    if (wide && !op->a != !op->b && !each_neighbour(l, &r, wide)) return false;
    r.spun += op->a;
    r.plain += op->b;
  }
  return true;
}

static uint64_t key_of(const us_learner *l, const us_spooled *pair, const stretch *s) {
  return us_block_key(&l->words, pair->spun + s->spun, s->spun_n, pair->plain + s->plain, s->plain_n);
}

static bool count_block(us_learner *l, const us_spooled *pair, const stretch *s) {
  l->totals.observations++;
  return us_learn_tally_add(&l->next, key_of(l, pair, s));
}

static bool count_wide(us_learner *l, const us_spooled *pair, const stretch *s) {
  return us_learn_tally_add(&l->wide, key_of(l, pair, s));
}

static bool count_pass(us_learner *l, const us_spooled *pair) { return each_run(l, pair, count_block, NULL); }

static bool last_count_pass(us_learner *l, const us_spooled *pair) {
  return each_run(l, pair, count_block, count_wide);
}

static void forget(us_learn_tally *tally) {
  us_learn_tally_free(tally);
  *tally = (us_learn_tally){.limit = tally->limit};
}

/* Blocks by the counts of the round before, again and again; they settle after a few rounds. */
static unspin_status count_rounds(us_learner *l, unspin_error *err) {
  l->aligner.words = &l->words;
  l->aligner.seen = &l->seen;
  for (unsigned round = 1; round <= l->options.rounds; round++) {
    us_learn_tally_clear(&l->next);
    l->totals.observations = 0;
    US_TRY(run_pass(l, "aligning", round == l->options.rounds ? last_count_pass : count_pass, err));
    us_learn_tally swap = l->seen;
    l->seen = l->next;
    l->next = swap;
  }
  forget(&l->next);
  return UNSPIN_OK;
}

/* ---- rows ---- */

static uint32_t enter(us_trie *t, const us_learn_phrase *p) {
  uint32_t node = US_ROOT;
  for (size_t i = 0; i < p->n && node != US_NO_NODE; i++) node = us_trie_enter(t, node, p->symbol[i]);
  return node;
}

/* *PAIR_OUT: the pair, US_NO_PAIR if no row can be made of it. */
static bool extract(us_learner *l, const us_spooled *pair, const stretch *s, uint32_t *out) {
  us_learn_phrase spun, plain;
  *out = US_NO_PAIR;
  if (!us_learn_derive(&l->words, pair->spun + s->spun, s->spun_n, pair->plain + s->plain, s->plain_n, &spun, &plain))
    return true;
  uint32_t a = enter(&l->trie, &spun), b = enter(&l->trie, &plain);
  if (a == US_NO_NODE || b == US_NO_NODE) return false;
  *out = us_trie_pair(&l->trie, a, b, pair->hash);
  return *out != US_NO_PAIR;
}

static bool extract_block(us_learner *l, const us_spooled *pair, const stretch *s) {
  uint32_t *out = &l->block_pair[s->first];
  *out = US_NO_PAIR;
  return us_learn_tally_get(&l->seen, key_of(l, pair, s)) < l->options.min_count || extract(l, pair, s, out);
}

static bool extract_wide(us_learner *l, const us_spooled *pair, const stretch *s) {
  uint32_t least = l->options.min_count > 2 ? l->options.min_count : 2;
  if (us_learn_tally_get(&l->wide, key_of(l, pair, s)) < least) return true;
  uint32_t made;
  if (!extract(l, pair, s, &made)) return false;
  if (made == US_NO_PAIR) return true;
  us_learn_pair *p = &l->trie.pairs.p[made];
  for (uint32_t i = 0; p->count == 1 && i < s->blocks; i++) p->part[i] = l->block_pair[s->first + i];
  return true;
}

static bool extract_pass(us_learner *l, const us_spooled *pair) {
  return each_run(l, pair, extract_block, extract_wide);
}

/* ---- occurrences ---- */

static const us_role ROLES[US_POS_COUNT] = {
    [US_POS_NOUN] = US_ROLE_NOUN, [US_POS_VERB] = US_ROLE_VERB, [US_POS_ADJ] = US_ROLE_ADJ, [US_POS_ADV] = US_ROLE_ADV};

typedef struct walk {
  us_learner *l;
  const uint32_t *tokens;
  uint32_t n;
  bool spun;
} walk;

/* Counts every phrase that goes on from NODE with the token at AT. */
static void walk_from(const walk *w, uint32_t node, uint32_t at, unsigned depth) {
  if (at == w->n || depth == US_LEARN_WORDS || (depth > 0 && w->tokens[at] & US_LEARN_BREAK)) return;
  const us_learn_type *t = us_learn_type_of(&w->l->words, w->tokens[at]);
  if (t->flags & US_LT_HARD) return;
  us_role role = ROLES[us_tag_pos((us_tag)t->tag)];
  uint32_t symbols[2] = {us_symbol_of(t->text, US_ROLE_FIXED),
                         us_symbol_of(role == US_ROLE_ADV ? t->text : t->lemma, role)};
  for (size_t i = 0; i < (role ? 2u : 1u); i++) {
    uint32_t next = us_trie_step(&w->l->trie, node, symbols[i]);
    if (next == US_NO_NODE) continue;
    us_trie_node *p = &w->l->trie.nodes.p[next];
    uint32_t *count = w->spun ? &p->spun : &p->plain;
    if (*count < UINT32_MAX) ++*count;
    walk_from(w, next, at + 1, depth + 1);
  }
}

static bool occurrence_pass(us_learner *l, const us_spooled *pair) {
  walk s = {l, pair->spun, pair->spun_n, true}, p = {l, pair->plain, pair->plain_n, false};
  for (uint32_t i = 0; i < s.n; i++) walk_from(&s, US_ROOT, i, 0);
  for (uint32_t i = 0; i < p.n; i++) walk_from(&p, US_ROOT, i, 0);
  return true;
}

unspin_status us_learner_finish(us_learner *l, us_learn_sink *sink, void *cookie, unspin_error *err) {
  US_TRY(count_rounds(l, err));
  if (l->options.min_count == 0) l->options.min_count = l->totals.observations > MANY_OBSERVATIONS ? 2 : 1;
  US_TRY(run_pass(l, "extracting", extract_pass, err));
  forget(&l->seen);
  forget(&l->wide);
  l->totals.distinct = l->trie.pairs.n;
  US_TRY(run_pass(l, "counting", occurrence_pass, err));
  us_learn_book book = {.words = &l->words, .trie = &l->trie, .options = &l->options, .totals = &l->totals};
  US_TRY(watch(l, "weighing", -1, err));
  return us_learn_rate(&book, sink, cookie, err);
}
