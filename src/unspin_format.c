/* unspin_format.c - texts that are not all prose: each document of them is restored as plain text, and the edits are
 * carried back to where that came from. */
#include <stdlib.h>

#include "format/carry.h"
#include "format/guess.h"
#include "format/pack.h"
#include "unspin_result.h"

static const char *const names[UNSPIN_TEXT_COUNT] = {"text", "html", "markdown", "jsonl", "csv", "tsv"};

const char *unspin_text_format_name(unspin_text_format format) {
  return format < UNSPIN_TEXT_COUNT ? names[format] : NULL;
}

unspin_text_format unspin_text_format_named(const char *name) {
  unspin_text_format f = UNSPIN_TEXT_PLAIN;
  while (f < UNSPIN_TEXT_COUNT && strcmp(names[f], name) != 0) f++;
  return f;
}

unspin_text_format unspin_text_format_guess(const char *name, const char *text, size_t len) {
  return us_format_guess(name, (us_slice){len ? text : "", len});
}

unspin_packing unspin_packing_named(const char *name) {
  unspin_packing packing;
  us_packing_suffix(name, &packing);
  return packing;
}

unspin_packing unspin_packing_found(const void *bytes, size_t len) { return us_packing_found(bytes, len); }

/* ---- one document ---- */

/* Edits of the prose as edits of the source: appends them to OUT. */
static bool add_edits(const us_edit_vec *edits, const us_patch_vec *patches, us_edit_vec *out) {
  for (size_t i = 0; i < patches->n; i++) {
    const us_patch *p = &patches->p[i];
    unspin_edit e = edits->p[p->edit];
    e.begin = p->begin;
    e.end = p->end;
    e.after = (unspin_text){p->after.p, p->after.n};
    if (!us_vec_push(out, e)) return false;
  }
  return true;
}

/* ---- all of them ---- */

static void add_totals(unspin_result *r, const unspin_totals *t, size_t dropped) {
  unspin_totals *sum = &r->totals;
  double spun = sum->spin_share * (double)sum->words + t->spin_share * (double)t->words;
  sum->words += t->words;
  sum->sentences += t->sentences;
  sum->candidates += t->candidates;
  sum->dropped += t->dropped + dropped;
  sum->spin_share = sum->words ? spun / (double)sum->words : 0;
  if (t->dialect != UNSPIN_DIALECT_AUTO) sum->dialect = t->dialect;
  r->records.documents++;
  r->gated += t->gated;
}

/* EDITS of the prose go to OUT as edits of the source. */
static unspin_status carry(const us_documents *d, const us_edit_vec *edits, us_arena *arena, us_edit_vec *out,
                           size_t *dropped, unspin_error *err) {
  us_patch_vec patches = {0};
  us_carrier c = {.format = d->options->text_format,
                  .source = d->source,
                  .prose = &d->prose,
                  .quotes = d->options->quotes == UNSPIN_QUOTES_ALWAYS,
                  .edits = calloc(edits->n + 1, sizeof *c.edits),
                  .count = edits->n,
                  .arena = arena};
  if (!c.edits) return us_nomem(err);
  for (size_t i = 0; i < edits->n; i++) {
    const unspin_edit *e = &edits->p[i];
    c.edits[i] = (us_prose_edit){.begin = e->begin, .end = e->end, .after = {e->after.text, e->after.len}};
  }
  unspin_status status = us_carry_back(&c, &patches, err);
  for (size_t i = 0; i < edits->n; i++) *dropped += c.edits[i].dropped;
  if (!status && !add_edits(edits, &patches, out)) status = us_nomem(err);
  us_vec_free(&patches);
  free(c.edits);
  return status;
}

/* The arena goes from hand to hand, so that everything lives as long as R. *CHANGED gets the number of the record if
 * there is an edit. */
static unspin_status restore_document(unspin_session *s, const us_documents *d, unspin_result *r, size_t *changed,
                                      unspin_error *err) {
  unspin_result part = {.arena = r->arena};
  bool ok = us_restore_plain(s, us_buf_slice(&d->prose.text), &part);
  r->arena = part.arena;
  size_t dropped = 0, unsuggested = 0, edits = r->edits.n;
  unspin_status status = ok ? carry(d, &part.edits, &r->arena, &r->edits, &dropped, err) : us_nomem(err);
  if (!status) status = carry(d, &part.suggestions, &r->arena, &r->suggestions, &unsuggested, err);
  if (!status) add_totals(r, &part.totals, dropped);
  if (r->edits.n > edits) *changed = d->records;
  us_vec_free(&part.edits);
  us_vec_free(&part.suggestions);
  us_buf_free(&part.text);
  return status;
}

unspin_status us_restore_documents(unspin_session *s, us_slice input, const unspin_options *options, unspin_result *r,
                                   unspin_error *err) {
  us_documents documents;
  size_t last = 0; /* record that was changed */
  us_documents_begin(&documents, input, options);
  r->totals = (unspin_totals){.bytes = input.n, .dialect = options->dialect};
  unspin_status status;
  for (bool more;;) {
    status = us_documents_next(&documents, &more, err);
    if (status || !more) break;
    size_t changed = last;
    status = restore_document(s, &documents, r, &changed, err);
    if (status) break;
    r->records.changed += changed != last;
    last = changed;
  }
  r->rejects = documents.rejects;
  documents.rejects = (us_reject_vec){0};
  r->records.records = documents.records;
  r->records.found = documents.found;
  us_documents_free(&documents);
  if (status) return status;
  us_edits_finish(input, &r->edits);
  us_edits_finish(input, &r->suggestions);
  us_edits_apply(input, &r->edits, &r->text);
  r->totals.edits = r->edits.n;
  r->totals.gated = r->gated && !r->edits.n;
  return r->text.failed ? us_nomem(err) : UNSPIN_OK;
}
