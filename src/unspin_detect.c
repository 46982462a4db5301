/* unspin_detect.c - the library's face of restore/detect.c: scores for texts in any format. */
#include <math.h>
#include <stdlib.h>

#include "restore/detect.h"
#include "text/utf8.h"
#include "unspin_result.h"

struct unspin_detection {
  us_arena arena;
  US_VEC(us_detected) documents;
  us_reject_vec rejects;
  unspin_record_totals records;
};

/* ---- from the prose to the source ---- */

static size_t begin_in_source(const us_prose *p, size_t at) {
  if (!p->map.n) return at;
  if (at >= p->text.n) at = p->text.n - 1;
  const us_stretch *s = &p->map.p[us_prose_find(p, at)];
  return s->source + (s->kind == US_STRETCH_PLAIN ? at - s->prose : 0);
}

static size_t end_in_source(const us_prose *p, size_t at) {
  if (!p->map.n || at == 0) return begin_in_source(p, at);
  const us_stretch *s = &p->map.p[us_prose_find(p, at - 1)];
  return s->source + (s->kind == US_STRETCH_PLAIN ? at - s->prose : s->source_len);
}

static void to_source(us_detected *d, const us_prose *p) {
  d->document.begin = begin_in_source(p, d->document.begin);
  d->document.end = end_in_source(p, d->document.end);
  for (size_t i = 0; i < d->sentences.n; i++) {
    unspin_sentence_score *s = &d->sentences.p[i];
    s->begin = begin_in_source(p, s->begin);
    s->end = end_in_source(p, s->end);
  }
  for (size_t i = 0; i < d->evidence.n; i++) {
    unspin_evidence *e = &d->evidence.p[i];
    e->begin = begin_in_source(p, e->begin);
    e->end = end_in_source(p, e->end);
  }
}

/* ---- lines and columns ---- */

typedef struct finder {
  us_slice text;
  size_t at, line, line_begin;
} finder;

static size_t line_of(finder *f, size_t offset) {
  for (; f->at < offset; f->at++) {
    if (f->text.p[f->at] != '\n') continue;
    f->line++;
    f->line_begin = f->at + 1;
  }
  return f->line;
}

static int by_odds(const void *a, const void *b) {
  const unspin_evidence *x = a, *y = b;
  if (x->odds != y->odds) return x->odds < y->odds ? 1 : -1;
  return (x->begin > y->begin) - (x->begin < y->begin);
}

/* What needs the whole source. FINDER stands at the document's beginning, or before. */
static bool finish(us_detected *d, finder *f, us_arena *arena) {
  d->document.line = line_of(f, d->document.begin);
  finder sentences = *f, evidence = *f;
  for (size_t i = 0; i < d->sentences.n; i++) d->sentences.p[i].line = line_of(&sentences, d->sentences.p[i].begin);
  for (size_t i = 0; i < d->evidence.n; i++) {
    unspin_evidence *e = &d->evidence.p[i];
    us_slice before = us_slice_sub(f->text, e->begin, e->end);
    char *copy = us_arena_copy(arena, before);
    if (!copy) return false;
    e->before = (unspin_text){copy, before.n};
    e->line = line_of(&evidence, e->begin);
    e->column = us_utf8_count(us_slice_sub(f->text, evidence.line_begin, e->begin)) + 1;
  }
  if (d->evidence.n) qsort(d->evidence.p, d->evidence.n, sizeof *d->evidence.p, by_odds);
  d->document.sentences = d->sentences.p;
  d->document.sentence_count = d->sentences.n;
  d->document.evidence = d->evidence.p;
  d->document.evidence_count = d->evidence.n;
  return true;
}

/* ---- documents ---- */

static unspin_status detect_document(unspin_session *s, const us_documents *documents, finder *f, unspin_detection *out,
                                     unspin_error *err) {
  us_detected d;
  bool ok = us_detect(s, us_buf_slice(&documents->prose.text), &out->arena, &d);
  if (ok) to_source(&d, &documents->prose);
  ok = ok && finish(&d, f, &out->arena) && us_vec_push(&out->documents, d);
  if (!ok) us_detected_free(&d);
  return ok ? UNSPIN_OK : us_nomem(err);
}

static unspin_status detect_all(unspin_session *s, us_slice input, unspin_detection *out, unspin_error *err) {
  us_documents documents;
  us_documents_begin(&documents, input, s->options);
  finder f = {.text = input, .line = 1};
  unspin_status status;
  for (bool more;;) {
    status = us_documents_next(&documents, &more, err);
    if (status || !more) break;
    status = detect_document(s, &documents, &f, out, err);
    if (status) break;
  }
  out->rejects = documents.rejects;
  out->records = (unspin_record_totals){documents.records, out->documents.n, 0, documents.found};
  documents.rejects = (us_reject_vec){0};
  us_documents_free(&documents);
  return status;
}

/* The calibration was made without these. */
static unspin_options neutral(const unspin_options *options) {
  unspin_options own = *options;
  own.lean = own.min_confidence = 0;
  own.assume_spun = own.fast = false;
  return own;
}

static unspin_status check(const unspin_session *s, size_t len, const unspin_options *options, unspin_error *err) {
  if (options->size != sizeof *options)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_options_init");
  if (len >= UINT32_MAX) return us_fail(err, UNSPIN_ERR_LIMIT, "a document of %zu bytes: 4 GiB is the limit", len);
  if (options->text_format >= UNSPIN_TEXT_COUNT)
    return us_fail(err, UNSPIN_ERR_INVALID, "no text format has the number %u", (unsigned)options->text_format);
  if (!s->knowledge->engine.detect.documents)
    return us_fail(err, UNSPIN_ERR_FORMAT, "engine.tsv: holds no calibration of scores");
  return UNSPIN_OK;
}

unspin_status unspin_detect(unspin_session *s, const char *text, size_t len, const unspin_options *options,
                            unspin_detection **out, unspin_error *err) {
  *out = NULL;
  unspin_options own;
  unspin_options_init(&own);
  if (options) own = neutral(options);
  US_TRY(check(s, len, &own, err));
  unspin_detection *d = calloc(1, sizeof *d);
  s->options = &own;
  unspin_status status = d && us_guard_set_protected(s, &own) ? UNSPIN_OK : us_nomem(err);
  if (!status) status = detect_all(s, (us_slice){len ? text : "", len}, d, err);
  s->options = NULL;
  s->fold.failed = s->text.failed = false;
  if (status) unspin_detection_free(d);
  else *out = d;
  return status;
}

void unspin_detection_free(unspin_detection *d) {
  if (!d) return;
  for (size_t i = 0; i < d->documents.n; i++) us_detected_free(&d->documents.p[i]);
  us_vec_free(&d->documents);
  us_vec_free(&d->rejects);
  us_arena_free(&d->arena);
  free(d);
}

size_t unspin_detection_count(const unspin_detection *d) { return d->documents.n; }
const unspin_document_score *unspin_detection_document(const unspin_detection *d, size_t index) {
  return index < d->documents.n ? &d->documents.p[index].document : NULL;
}
const unspin_record_totals *unspin_detection_records(const unspin_detection *d) { return &d->records; }
size_t unspin_detection_reject_count(const unspin_detection *d) { return d->rejects.n; }
const unspin_reject *unspin_detection_reject(const unspin_detection *d, size_t index) {
  return index < d->rejects.n ? &d->rejects.p[index] : NULL;
}

unspin_text unspin_family_name(const unspin_knowledge *knowledge, unsigned index) {
  const us_detect_settings *s = &knowledge->engine.detect;
  return index < s->families ? (unspin_text){s->family[index].name.p, s->family[index].name.n} : (unspin_text){0};
}

/* ---- for restoring ---- */

bool us_is_spun_enough(unspin_session *s, us_slice input, bool *enough) {
  const unspin_options *options = s->options;
  unspin_options own = neutral(options);
  us_arena arena = {0};
  us_detected d;
  s->options = &own;
  bool ok = us_detect(s, input, &arena, &d);
  s->options = options;
  *enough = ok && d.document.score >= options->if_spun;
  us_detected_free(&d);
  us_arena_free(&arena);
  return ok;
}
