#include "measure/comparison.h"

#include <math.h>
#include <stdlib.h>

#include "measure/align.h"

/* ---- what each token costs ---- */

static bool add_costs(us_side *side, us_topic *topic, double weight, double share, double *ratios) {
  if (!us_topic_ratios(topic, &side->stream, ratios)) return false;
  for (size_t i = 0; i < side->stream.n; i++) side->cost[i] -= share * log2(weight * ratios[i] + 1 - weight);
  return true;
}

static bool set_costs(us_reference *r, us_side *side) {
  double *ratios = malloc((side->stream.n + 1) * sizeof *ratios);
  side->cost = calloc(side->stream.n + 1, sizeof *side->cost);
  bool ok = ratios && side->cost;
  for (int k = 0; ok && k < 2; k++)
    if (r->judge[k].topic) ok = add_costs(side, r->judge[k].topic, r->facts.weight[k], r->facts.both ? 0.5 : 1, ratios);
  free(ratios);
  return ok;
}

static unspin_status read_side(us_reference *r, us_slice text, const char *name, us_side *side, unspin_error *err) {
  side->text = text;
  US_TRY(us_stream_read(r->model, text, name, &r->lexicon, &side->stream, err));
  if (!side->stream.words) return us_fail(err, UNSPIN_ERR_INVALID, "%s holds no words", name);
  return set_costs(r, side) ? UNSPIN_OK : us_nomem(err);
}

/* ---- what became of what ---- */

static bool words_of(const us_stream *stream, us_word_vec *out) {
  for (size_t i = 0; i < stream->n; i++)
    if (!us_vec_push(out, (us_word){.id = stream->p[i].word})) return false;
  return true;
}

/* The path goes from the end to the beginning; steps that differ and touch make one hunk. */
static bool read_path(us_comparison *x, const us_aligner *aligner) {
  us_hunk h = {0};
  for (size_t i = aligner->path.n; i-- > 0;) {
    us_step step = (us_step)aligner->path.p[i];
    if (step != US_STEP_SAME) {
      h.a_end += step != US_STEP_ADD;
      h.b_end += step != US_STEP_DROP;
      if (i > 0) continue;
    }
    if ((h.a_end > h.a_begin || h.b_end > h.b_begin) && !us_vec_push(&x->hunks, h)) return false;
    h.a_begin = ++h.a_end;
    h.b_begin = ++h.b_end;
  }
  return true;
}

static unspin_status find_hunks(us_comparison *x, unspin_error *err) {
  us_aligner aligner = {0};
  us_word_vec a = {0}, b = {0};
  bool ok = words_of(&x->before.stream, &a) && words_of(&x->after.stream, &b);
  unspin_status status = ok ? us_align(&aligner, &a, &b, err) : us_nomem(err);
  if (!status && !read_path(x, &aligner)) status = us_nomem(err);
  us_aligner_free(&aligner);
  us_vec_free(&a);
  us_vec_free(&b);
  return status;
}

/* ---- sentences ---- */

/* Something put in behind a word belongs to that word's sentence. */
size_t us_comparison_sentence(const us_comparison *x, const us_hunk *hunk) {
  const us_stream *s = &x->before.stream;
  size_t at = hunk->a_begin;
  bool behind = at == hunk->a_end && at > 0 && !s->p[at - 1].sentence_end;
  if (behind || at >= s->n) at--;
  return s->p[at].sentence;
}

/* Moves FIRST on to SENTENCE, which begins at token AT or later. */
static void begin_sentences(size_t *first, size_t *known, size_t sentence, size_t at) {
  while (*known <= sentence) first[(*known)++] = at;
}

static bool cut_sentences(us_comparison *x) {
  const us_stream *before = &x->before.stream, *after = &x->after.stream;
  x->sentences = before->sentences;
  x->before.first = malloc((x->sentences + 1) * sizeof *x->before.first);
  x->after.first = malloc((x->sentences + 1) * sizeof *x->after.first);
  if (!x->before.first || !x->after.first) return false;
  size_t known = 0;
  for (size_t i = 0; i < before->n; i++) begin_sentences(x->before.first, &known, before->p[i].sentence, i);
  begin_sentences(x->before.first, &known, x->sentences, before->n);
  known = 0;
  size_t a = 0, b = 0;
  for (size_t h = 0; h <= x->hunks.n; h++) {
    us_hunk end = {before->n, before->n, after->n, after->n};
    const us_hunk *hunk = h < x->hunks.n ? &x->hunks.p[h] : &end;
    while (a < hunk->a_begin) begin_sentences(x->after.first, &known, before->p[a++].sentence, b++);
    if (hunk != &end) begin_sentences(x->after.first, &known, us_comparison_sentence(x, hunk), b);
    a = hunk->a_end;
    b = hunk->b_end;
  }
  begin_sentences(x->after.first, &known, x->sentences, after->n);
  return true;
}

unspin_status us_comparison_make(us_reference *reference, us_slice before, us_slice after, us_comparison *x,
                                 unspin_error *err) {
  *x = (us_comparison){.reference = reference};
  US_TRY(read_side(reference, before, "the text before", &x->before, err));
  US_TRY(read_side(reference, after, "the text after", &x->after, err));
  US_TRY(find_hunks(x, err));
  return cut_sentences(x) ? UNSPIN_OK : us_nomem(err);
}

static void free_side(us_side *side) {
  us_stream_free(&side->stream);
  free(side->cost);
  free(side->first);
}

void us_comparison_free(us_comparison *x) {
  free_side(&x->before);
  free_side(&x->after);
  us_vec_free(&x->hunks);
}
