/* detect.c - how spun is a text? The engine weighs every place as if nothing were known of the document but what the
 * survey finds; what it thinks of the places is added up and mapped to a probability (engine.tsv holds the map). */
#include "restore/detect.h"

#include <math.h>

#include "restore/pass.h"

/* So much of a clean text is assumed beside what was seen: a document, and a sentence. */
#define SPUN_BEFORE 0.5
#define WORDS_BEFORE 50.0
#define TELLING_BEFORE 0.2
#define STRONGEST_LEAST (-6.0)
#define STRONGEST_MOST 10.0
#define DOCUMENT_MOST 8.0
#define ODDS_MOST 500.0 /* of a family */

typedef struct look {
  us_detected *out;
  us_arena *arena;
  double spun;         /* expected number of words that a spinner put in */
  size_t telling;      /* places that hardly an author wrote so */
  size_t evidence_end; /* byte */
} look;

static double share_of(double odds) { return 1 / (1 + exp(-odds)); }

/* ---- places ---- */

/* What all candidates that begin at one token say together: natural-log odds that a spinner was there. */
typedef struct place {
  const us_arc *best;
  double odds;
  unsigned families;
} place;

static place weigh(const unspin_session *s, size_t from, size_t *end) {
  const us_page *p = &s->page;
  const us_arc *a = &p->arcs.p[from];
  place found = {.best = a};
  double sum = 0, bias = s->knowledge->engine.gate.bias + s->options->lean;
  for (*end = from; *end < p->arcs.n && p->arcs.p[*end].first == a->first; ++*end) {
    const us_arc *b = &p->arcs.p[*end];
    sum += exp(b->score - bias);
    if (b->score > found.best->score) found.best = b;
    if (b->score > bias) found.families |= b->families;
  }
  found.odds = log(sum);
  return found;
}

/* Candidates for "lend" and for "lend a hand" are one piece of evidence: the stronger one. */
static bool add_evidence(unspin_session *s, look *l, const place *found) {
  const us_page *p = &s->page;
  const us_arc *a = found->best;
  size_t begin = p->offset + p->tokens.p[a->first].begin;
  bool again = l->out->evidence.n && begin < l->evidence_end;
  unspin_evidence *last = again ? &l->out->evidence.p[l->out->evidence.n - 1] : NULL;
  if (last && last->odds >= found->odds) return true;
  char *after = us_arena_copy(l->arena, a->after);
  if (!after) return false;
  unspin_evidence e = {.begin = begin,
                       .end = p->offset + p->tokens.p[a->last - 1].end,
                       .after = {after, a->after.n},
                       .row = us_arc_row(a),
                       .source = us_arc_source(s, a),
                       .odds = found->odds,
                       .families = found->families};
  l->evidence_end = e.end;
  if (!last) return us_vec_push(&l->out->evidence, e);
  *last = e;
  return true;
}

static bool take_place(unspin_session *s, look *l, const place *found, unspin_sentence_score *sentence) {
  double share = share_of(found->odds);
  l->spun += share;
  sentence->spun += share;
  sentence->strongest = fmax(sentence->strongest, fmin(found->odds, STRONGEST_MOST));
  if (found->odds <= 0) return true;
  l->telling += found->odds > s->knowledge->engine.gate.telling;
  return add_evidence(s, l, found);
}

static bool is_word(us_token t) { return t.kind == US_TOK_WORD || t.kind == US_TOK_ABBREV || t.kind == US_TOK_NUMBER; }

static bool look_page(unspin_session *s, void *context) {
  look *l = context;
  us_page *p = &s->page;
  if (!us_suggest(s) || !us_score_page(s)) return false;
  unspin_sentence_score *sentence = NULL;
  for (size_t i = 0, at = 0; i < p->tokens.n; i++) {
    us_token t = p->tokens.p[i];
    if (!sentence || t.flags & US_TF_SENTENCE) {
      unspin_sentence_score next = {.begin = p->offset + t.begin, .strongest = STRONGEST_LEAST};
      if (!us_vec_push(&l->out->sentences, next)) return false;
      sentence = &l->out->sentences.p[l->out->sentences.n - 1];
    }
    sentence->end = p->offset + t.end;
    sentence->words += is_word(t);
    l->out->document.words += is_word(t);
    if (at == p->arcs.n || p->arcs.p[at].first != i) continue;
    place found = weigh(s, at, &at);
    if (!take_place(s, l, &found, sentence)) return false;
  }
  return true;
}

/* ---- scores ---- */

static double dot(const double *weights, const double *values, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += weights[i] * values[i];
  return sum;
}

static double document_odds(const unspin_document_score *d, const us_detect_settings *settings) {
  const double value[US_DOCUMENT_MEASURE_COUNT] = {[US_DM_bias] = 1,
                                                   [US_DM_share] = d->share,
                                                   [US_DM_telling] = d->telling,
                                                   [US_DM_gain] = d->gain,
                                                   [US_DM_rows] = d->rows,
                                                   [US_DM_model] = d->model,
                                                   [US_DM_length] = log((double)d->words + 10)};
  return dot(settings->document, value, US_DOCUMENT_MEASURE_COUNT);
}

static void score_sentences(us_detected *out, double document, const us_detect_settings *settings) {
  for (size_t i = 0; i < out->sentences.n; i++) {
    unspin_sentence_score *t = &out->sentences.p[i];
    const double value[US_SENTENCE_MEASURE_COUNT] = {
        [US_SM_bias] = 1,
        [US_SM_strongest] = t->strongest,
        [US_SM_length] = log((double)t->words + 1),
        [US_SM_document] = fmax(-DOCUMENT_MOST, fmin(DOCUMENT_MOST, document))};
    t->score = t->words ? share_of(dot(settings->sentence, value, US_SENTENCE_MEASURE_COUNT)) : 0;
  }
}

/* Which family's own rows explain the telling places best, against no family at all: a spinner that draws on a common
 * thesaurus. */
static void guess_family(const us_detected *out, const us_detect_settings *settings, unspin_document_score *d) {
  double sum = 1, best = 1; /* of no family */
  for (unsigned f = 0; f < settings->families; f++) {
    const us_family *k = &settings->family[f];
    double odds = 0;
    for (size_t i = 0; i < out->evidence.n; i++)
      odds +=
          out->evidence.p[i].families >> f & 1 ? log(k->own / k->elsewhere) : log((1 - k->own) / (1 - k->elsewhere));
    double weight = exp(fmin(odds, ODDS_MOST));
    sum += weight;
    if (weight <= best) continue;
    best = weight;
    d->family = (unspin_text){k->name.p, k->name.n};
  }
  d->family_confidence = best / sum;
}

bool us_detect(unspin_session *s, us_slice document, us_arena *arena, us_detected *out) {
  const us_detect_settings *settings = &s->knowledge->engine.detect;
  *out = (us_detected){0};
  look l = {.out = out, .arena = arena};
  us_quotations before = s->quotations;
  s->quotations = US_QUOTATIONS_SHUT; /* the map of scores was fitted without them */
  bool ok = us_look(s, document) && us_each_page(s, document, look_page, &l);
  s->quotations = before;
  if (!ok) return false;
  unspin_document_score *d = &out->document;
  double words = (double)d->words;
  d->end = document.n;
  d->spin_share = words > 0 ? fmin(1, l.spun / words) : 0;
  d->share = log((l.spun + SPUN_BEFORE) / (words + WORDS_BEFORE));
  d->telling = log(((double)l.telling + TELLING_BEFORE) / (words + WORDS_BEFORE));
  d->gain = (double)s->survey[0];
  d->rows = (double)s->survey[1];
  d->model = (double)s->survey[2];
  double odds = document_odds(d, settings);
  d->score = words > 0 ? share_of(odds) : 0;
  guess_family(out, settings, d);
  score_sentences(out, odds, settings);
  return true;
}

void us_detected_free(us_detected *detected) {
  us_vec_free(&detected->sentences);
  us_vec_free(&detected->evidence);
}
