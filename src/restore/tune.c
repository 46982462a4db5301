#include "restore/tune.h"

#include <math.h>
#include <stdlib.h>

/* Examples are taken in batches; Adam with its usual constants. */
enum { BATCH = 256 };
#define BETA1 0.9f
#define BETA2 0.999f
#define EPSILON 1e-8f

/* All weights in one array, so that they are trained alike: bias, skip, in, hidden_bias, out. */
typedef struct layout {
  int hidden;
  size_t skip, in, hidden_bias, out, total;
} layout;

static layout layout_of(int hidden) {
  layout l = {.hidden = hidden, .skip = 1};
  l.in = l.skip + US_FEATURE_COUNT;
  l.hidden_bias = l.in + (size_t)US_FEATURE_COUNT * (size_t)hidden;
  l.out = l.hidden_bias + (size_t)hidden;
  l.total = l.out + (size_t)hidden;
  return l;
}

typedef struct trainer {
  layout l;
  const us_examples *e;
  const us_tune_options *o;
  us_scorer *scorer; /* mean and scale */
  float *w, *gradient, *m, *v;
  uint32_t *order;
  size_t n;
  float *x, *h, *score; /* of the candidates of one example */
  size_t room;
  uint64_t random;
  unsigned long step;
  int network, networks;
} trainer;

static uint64_t next_random(trainer *t) { /* splitmix64 */
  uint64_t z = t->random += 0x9E3779B97F4A7C15ull;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ z >> 27) * 0x94D049BB133111EBull;
  return z ^ z >> 31;
}

/* -1 to 1 */
static float next_uniform(trainer *t) { return (float)(next_random(t) >> 40) / (float)(1 << 23) - 1; }

/* Of the candidates that are learned from only. */
static void standard_measures(trainer *t) {
  double sum[US_FEATURE_COUNT] = {0}, squares[US_FEATURE_COUNT] = {0}, n = 0;
  for (size_t i = 0; i < t->n; i++) {
    const us_example *x = &t->e->list.p[t->order[i]];
    n += x->count;
    for (uint32_t c = 0; c < x->count; c++) {
      const float *v = t->e->features + (size_t)(x->first + c) * US_FEATURE_COUNT;
      for (int f = 0; f < US_FEATURE_COUNT; f++) {
        sum[f] += (double)v[f];
        squares[f] += (double)v[f] * (double)v[f];
      }
    }
  }
  for (int f = 0; f < US_FEATURE_COUNT; f++) {
    double mean = sum[f] / n, variance = squares[f] / n - mean * mean;
    t->scorer->mean[f] = (float)mean;
    t->scorer->scale[f] = variance > 1e-6 ? (float)(1 / sqrt(variance)) : 1;
  }
}

static void start(trainer *t) {
  float spread_in = sqrtf(3.0f / US_FEATURE_COUNT), spread_out = sqrtf(3.0f / (float)t->l.hidden) * 0.5f;
  for (size_t i = t->l.in; i < t->l.hidden_bias; i++) t->w[i] = next_uniform(t) * spread_in;
  for (int f = 0; t->o->blind && f < US_FEATURE_COUNT; f++) /* they get no gradient either, so they stay 0 */
    if (t->o->blind[f]) memset(t->w + t->l.in + (size_t)(f * t->l.hidden), 0, (size_t)t->l.hidden * sizeof *t->w);
  for (size_t i = t->l.out; i < t->l.total; i++) t->w[i] = next_uniform(t) * spread_out;
  t->w[0] = -2; /* most candidates are wrong */
}

static bool make_room(trainer *t, size_t candidates) {
  if (candidates <= t->room) return true;
  size_t room = candidates * 2;
  float *x = realloc(t->x, room * US_FEATURE_COUNT * sizeof *x);
  if (x) t->x = x;
  float *h = realloc(t->h, room * (size_t)t->l.hidden * sizeof *h);
  if (h) t->h = h;
  float *score = realloc(t->score, room * sizeof *score);
  if (score) t->score = score;
  if (!x || !h || !score) return false;
  t->room = room;
  return true;
}

static void forward(trainer *t, const us_example *ex) {
  const us_scorer *s = t->scorer;
  int hidden = t->l.hidden;
  for (uint32_t c = 0; c < ex->count; c++) {
    const float *f = t->e->features + (size_t)(ex->first + c) * US_FEATURE_COUNT;
    float *x = t->x + (size_t)c * US_FEATURE_COUNT, *h = t->h + (size_t)c * (size_t)hidden, sum = t->w[0];
    memcpy(h, t->w + t->l.hidden_bias, (size_t)hidden * sizeof *h);
    for (int i = 0; i < US_FEATURE_COUNT; i++) {
      float v = (f[i] - s->mean[i]) * s->scale[i];
      x[i] = v < -US_FEATURE_CLIP ? -US_FEATURE_CLIP : v > US_FEATURE_CLIP ? US_FEATURE_CLIP : v;
      if (t->o->blind && t->o->blind[i]) x[i] = 0;
      sum += t->w[t->l.skip + (size_t)i] * x[i];
      const float *in = t->w + t->l.in + (size_t)i * (size_t)hidden;
      for (int k = 0; k < hidden; k++) h[k] += in[k] * x[i];
    }
    const float *out = t->w + t->l.out;
    for (int k = 0; k < hidden; k++) sum += out[k] * (h[k] > 0 ? h[k] : 0);
    t->score[c] = sum;
  }
}

static void back(trainer *t, uint32_t c, float slope) {
  int hidden = t->l.hidden;
  const float *x = t->x + (size_t)c * US_FEATURE_COUNT, *h = t->h + (size_t)c * (size_t)hidden, *out = t->w + t->l.out;
  float active[US_HIDDEN_MAX];
  t->gradient[0] += slope;
  for (int k = 0; k < hidden; k++) {
    active[k] = h[k] > 0 ? slope * out[k] : 0;
    t->gradient[t->l.out + (size_t)k] += h[k] > 0 ? slope * h[k] : 0;
    t->gradient[t->l.hidden_bias + (size_t)k] += active[k];
  }
  for (int i = 0; i < US_FEATURE_COUNT; i++) {
    t->gradient[t->l.skip + (size_t)i] += slope * x[i];
    float *in = t->gradient + t->l.in + (size_t)i * (size_t)hidden;
    for (int k = 0; k < hidden; k++) in[k] += active[k] * x[i];
  }
}

/* The gains that count as right: the best of them, if it is one at all. */
static int best_gain(const us_examples *e, const us_example *ex) {
  int best = 0;
  for (uint32_t c = 0; c < ex->count; c++)
    if (e->gain[ex->first + c] > best) best = e->gain[ex->first + c];
  return best;
}

/* Softmax over keeping (score 0) and the candidates; returns -ln P(right) and leaves P(candidate) in SCORE. RIGHT gets
 * the sum of the right ones' probabilities. */
static double loss_of(trainer *t, const us_example *ex, int best, float *right) {
  float most = 0, total = 0;
  for (uint32_t c = 0; c < ex->count; c++)
    if (t->score[c] > most) most = t->score[c];
  float keep = expf(-most);
  total = keep;
  for (uint32_t c = 0; c < ex->count; c++) total += t->score[c] = expf(t->score[c] - most);
  *right = best > 0 ? 0 : keep / total;
  for (uint32_t c = 0; c < ex->count; c++) {
    t->score[c] /= total;
    if (best > 0 && t->e->gain[ex->first + c] == best) *right += t->score[c];
  }
  return -log((double)*right + 1e-12);
}

static double learn_from(trainer *t, const us_example *ex) {
  forward(t, ex);
  int best = best_gain(t->e, ex);
  float right;
  double loss = loss_of(t, ex, best, &right);
  for (uint32_t c = 0; c < ex->count; c++) {
    bool is_right = best > 0 && t->e->gain[ex->first + c] == best;
    float slope = t->score[c] - (is_right ? t->score[c] / (right + 1e-12f) : 0);
    if (fabsf(slope) > 1e-5f) back(t, c, slope * ex->weight);
  }
  return loss * (double)ex->weight;
}

static void step(trainer *t, float rate, size_t examples) {
  t->step++;
  float fix1 = 1 - powf(BETA1, (float)t->step), fix2 = 1 - powf(BETA2, (float)t->step), share = 1 / (float)examples;
  for (size_t i = 0; i < t->l.total; i++) {
    float g = t->gradient[i] * share + t->o->decay * t->w[i];
    t->m[i] = BETA1 * t->m[i] + (1 - BETA1) * g;
    t->v[i] = BETA2 * t->v[i] + (1 - BETA2) * g * g;
    t->w[i] -= rate * (t->m[i] / fix1) / (sqrtf(t->v[i] / fix2) + EPSILON);
    t->gradient[i] = 0;
  }
}

/* CANCELLED is set if the watch says so. False when out of memory. */
static bool run_epochs(trainer *t, bool *cancelled) {
  size_t batches = (t->n + BATCH - 1) / BATCH, all = batches * (size_t)t->o->epochs, done = 0;
  for (int epoch = 0; epoch < t->o->epochs; epoch++) {
    for (size_t i = t->n; i > 1; i--) {
      size_t k = next_random(t) % i;
      uint32_t swap = t->order[i - 1];
      t->order[i - 1] = t->order[k];
      t->order[k] = swap;
    }
    for (size_t i = 0; i < t->n; i += BATCH, done++) {
      size_t end = i + BATCH < t->n ? i + BATCH : t->n;
      double share = ((double)done / (double)all + t->network) / t->networks;
      *cancelled = t->o->watch && !t->o->watch(t->o->cookie, share);
      if (*cancelled) return true;
      for (size_t k = i; k < end; k++) {
        const us_example *ex = &t->e->list.p[t->order[k]];
        if (!make_room(t, ex->count)) return false;
        learn_from(t, ex);
      }
      float left = 1 - (float)done / (float)all; /* the rate falls along a straight line */
      step(t, t->o->rate * (0.02f + 0.98f * left), end - i);
    }
  }
  return true;
}

/* Adds the network, with SHARE of the whole, to the scorer: the mean of several is one network with all their units. */
static void export(const trainer *t, float share) {
  us_scorer *s = t->scorer;
  int at = s->hidden;
  s->hidden += t->l.hidden;
  s->bias += share * t->w[0];
  for (int i = 0; i < US_FEATURE_COUNT; i++) {
    s->skip[i] += share * t->w[t->l.skip + (size_t)i];
    for (int k = 0; k < t->l.hidden; k++) s->in[i][at + k] = t->w[t->l.in + (size_t)(i * t->l.hidden + k)];
  }
  for (int k = 0; k < t->l.hidden; k++) {
    s->hidden_bias[at + k] = t->w[t->l.hidden_bias + (size_t)k];
    s->out[at + k] = share * t->w[t->l.out + (size_t)k];
  }
}

static void forget(trainer *t, uint64_t seed) {
  t->random = seed;
  t->step = 0;
  memset(t->w, 0, t->l.total * sizeof *t->w);
  memset(t->gradient, 0, t->l.total * sizeof *t->gradient);
  memset(t->m, 0, t->l.total * sizeof *t->m);
  memset(t->v, 0, t->l.total * sizeof *t->v);
}

/* False when out of memory. */
static bool train_networks(trainer *t, bool *cancelled) {
  t->networks = t->o->networks > 1 ? t->o->networks : 1;
  standard_measures(t);
  for (t->network = 0; t->network < t->networks; t->network++) {
    forget(t, t->o->seed + (uint64_t)t->network);
    start(t);
    if (!run_epochs(t, cancelled)) return false;
    if (*cancelled) return true;
    export(t, 1 / (float)t->networks);
  }
  return true;
}

unspin_status us_tune(const us_examples *e, const us_tune_options *o, us_scorer *out, unspin_error *err) {
  *out = (us_scorer){0};
  trainer t = {.l = layout_of(o->hidden), .e = e, .o = o, .scorer = out, .random = o->seed};
  t.w = calloc(t.l.total, sizeof *t.w);
  t.gradient = calloc(t.l.total, sizeof *t.gradient);
  t.m = calloc(t.l.total, sizeof *t.m);
  t.v = calloc(t.l.total, sizeof *t.v);
  t.order = malloc((e->list.n + 1) * sizeof *t.order);
  bool ok = t.w && t.gradient && t.m && t.v && t.order;
  for (uint32_t i = 0; ok && i < e->list.n; i++)
    if (!o->leave || !o->leave[e->list.p[i].text]) t.order[t.n++] = i;
  bool some = t.n > 0, cancelled = false;
  if (ok && some) ok = train_networks(&t, &cancelled);
  free(t.w);
  free(t.gradient);
  free(t.m);
  free(t.v);
  free(t.order);
  free(t.x);
  free(t.h);
  free(t.score);
  if (ok && !some) return us_fail(err, UNSPIN_ERR_INVALID, "nothing to learn from: no text with candidates");
  if (cancelled) return us_fail(err, UNSPIN_ERR_INVALID, "cancelled");
  return ok ? UNSPIN_OK : us_nomem(err);
}

/* A stretch where a candidate won. */
typedef struct winner {
  const us_example *example;
  double odds;
  int gain;
} winner;

static void count_winner(us_tune_score *r, const winner *w) {
  r->changed += w->example != NULL;
  r->right += w->example && w->gain > 0;
  r->gained += w->gain;
}

/* Examples come in the order of the text; where two overlap the surer one stays, much as the decoder has it. */
static void take_winner(us_tune_score *r, winner *last, const winner *next) {
  const us_example *a = last->example, *b = next->example;
  if (a && a->text == b->text && b->from < a->to) {
    if (next->odds > last->odds) *last = *next;
    return;
  }
  count_winner(r, last);
  *last = *next;
}

us_tune_score us_tune_test(const us_examples *e, const us_scorer *s) {
  us_tune_score r = {0};
  winner last = {0};
  for (size_t i = 0; i < e->list.n; i++) {
    const us_example *ex = &e->list.p[i];
    int best = best_gain(e, ex);
    double total = 1, right = best > 0 ? 0 : 1;
    winner top = {.example = ex};
    for (uint32_t c = 0; c < ex->count; c++) {
      double odds = us_scorer_odds(s, e->features + (size_t)(ex->first + c) * US_FEATURE_COUNT), p = exp(odds);
      total += p;
      if (best > 0 && e->gain[ex->first + c] == best) right += p;
      if (odds > top.odds) {
        top.odds = odds;
        top.gain = e->gain[ex->first + c];
      }
    }
    r.loss -= log(right / total + 1e-12);
    r.reachable += best > 0;
    if (top.odds > 0) take_winner(&r, &last, &top);
  }
  count_winner(&r, &last);
  if (e->list.n) r.loss /= (double)e->list.n;
  return r;
}
