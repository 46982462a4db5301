/* unspin_filter.c - one input to one output: unpacked, decoded, restored, encoded, packed. */
#include <stdio.h>

#include "format/charset.h"
#include "format/guess.h"
#include "format/pack.h"
#include "unspin_file.h"
#include "unspin_result.h"

enum { HEAD = 1 << 16 };

void unspin_filter_options_init(unspin_filter_options *options) {
  *options = (unspin_filter_options){.size = sizeof *options, .guess_format = true, .pack_as_input = true};
  unspin_file_options_init(&options->source);
}

typedef struct filter {
  unspin_session *session;
  const unspin_filter_options *options;
  unspin_options engine;
  unspin_filter_report *report;
  us_unpacker *unpacker;
  us_buf head; /* the text's first bytes, read ahead */
  size_t head_at;
  us_packer *packer; /* NULL until there is something to write */
} filter;

/* ---- reading ---- */

/* The head, then what follows it. */
static unspin_status read_on(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err) {
  filter *f = cookie;
  size_t left = f->head.n - f->head_at;
  if (!left) return us_unpacker_read(f->unpacker, bytes, room, got, err);
  *got = left < room ? left : room;
  memcpy(bytes, f->head.p + f->head_at, *got);
  f->head_at += *got;
  return UNSPIN_OK;
}

static unspin_status read_head(filter *f, unspin_error *err) {
  if (!us_buf_reserve(&f->head, HEAD)) return us_nomem(err);
  for (size_t got = 1; got && f->head.n < HEAD;) {
    US_TRY(us_unpacker_read(f->unpacker, f->head.p + f->head.n, HEAD - f->head.n, &got, err));
    f->head.n += got;
  }
  f->head.p[f->head.n] = 0;
  return UNSPIN_OK;
}

/* ---- writing ---- */

static unspin_status put(filter *f, us_slice bytes, unspin_error *err) {
  if (!f->options->write) return UNSPIN_OK;
  unspin_packing packing = f->options->pack_as_input ? us_unpacker_packing(f->unpacker) : f->options->packing;
  if (!f->packer) US_TRY(us_packer_new(packing, f->options->write, f->options->cookie, &f->packer, err));
  return us_packer_write(f->packer, bytes.p, bytes.n, err);
}

static unspin_status finish(filter *f, unspin_error *err) {
  /* an empty file stays one, but what was packed stays packed */
  if (!f->packer && us_unpacker_taken(f->unpacker)) US_TRY(put(f, US_LIT(""), err));
  if (!f->packer) return UNSPIN_OK;
  unspin_status status = us_packer_finish(f->packer, err);
  f->report->bytes_out = us_packer_given(f->packer);
  return status;
}

/* ---- restoring ---- */

static void count(unspin_filter_report *sum, const unspin_result *r) {
  const unspin_totals *t = &r->totals;
  sum->records.records += r->records.records;
  sum->records.documents += r->records.documents;
  sum->records.changed += r->records.changed;
  sum->records.found |= r->records.found;
  sum->rejects += r->rejects.n;
  sum->gated += r->gated;
  sum->words += t->words;
  sum->sentences += t->sentences;
  sum->candidates += t->candidates;
  sum->edits += t->edits;
  sum->dropped += t->dropped;
  sum->spun_words += t->spin_share * (double)t->words;
}

static unspin_status tell(filter *f, us_slice input, uint64_t offset, uint64_t line, const unspin_result *result,
                          unspin_error *err) {
  const unspin_filter_options *o = f->options;
  for (size_t i = 0; o->reject && result && i < result->rejects.n; i++) {
    const unspin_reject *r = &result->rejects.p[i];
    us_slice text = us_slice_sub(input, r->begin, r->end);
    US_TRY(o->reject(o->cookie, (unspin_text){text.p, text.n}, line + r->line - 1, r->why, err));
  }
  if (!o->visit) return UNSPIN_OK;
  unspin_filter_step step = {.input = {input.p, input.n}, .offset = offset, .line = line, .result = result};
  return o->visit(o->cookie, &step, err);
}

static unspin_status restore(filter *f, us_slice input, const unspin_options *options, const unspin_record *record,
                             unspin_result **out, unspin_error *err) {
  unspin_error told = {0};
  unspin_status status = unspin_restore(f->session, input.p, input.n, options, out, &told);
  if (status) {
    us_fail(err, status, "%s: %s", f->options->source.name, told.message);
    return status;
  }
  count(f->report, *out);
  return tell(f, input, record->offset, record->line, *out, err);
}

static unspin_status filter_record(filter *f, const unspin_record *record, const unspin_options *options,
                                   unspin_error *err) {
  us_slice input = {record->text.text, record->text.len};
  if (record->header) {
    US_TRY(tell(f, input, record->offset, record->line, NULL, err));
    return put(f, input, err);
  }
  unspin_result *result = NULL;
  unspin_status status = restore(f, input, options, record, &result, err);
  if (!status) status = put(f, us_buf_slice(&result->text), err);
  unspin_result_free(result);
  return status;
}

static unspin_status filter_records(filter *f, unspin_error *err) {
  const char *name = f->options->source.name;
  if (!f->options->source.binary) US_TRY(us_refuse_binary(us_buf_slice(&f->head), 0, name, err));
  unspin_records *records;
  US_TRY(unspin_records_new(&f->engine, name, read_on, f, &records, err));
  unspin_status status = UNSPIN_OK;
  for (bool more = true; more && !status;) {
    unspin_record record;
    status = unspin_records_next(records, &record, &more, err);
    if (!status && more) status = filter_record(f, &record, unspin_records_options(records), err);
  }
  unspin_records_free(records);
  return status;
}

static unspin_status filter_text(filter *f, unspin_file *source, unspin_error *err) {
  unspin_text text = unspin_file_text(source), bytes = {0};
  us_slice input = {text.text, text.len};
  if (f->options->guess_format) f->engine.text_format = us_format_guess(f->options->source.name, input);
  f->report->format = f->engine.text_format;
  snprintf(f->report->encoding, sizeof f->report->encoding, "%s", unspin_file_encoding(source));
  unspin_result *result = NULL;
  unspin_status status = restore(f, input, &f->engine, &(unspin_record){.line = 1}, &result, err);
  if (!status) status = unspin_file_encode(source, result->text.p, result->text.n, UNSPIN_PACKING_NONE, &bytes, err);
  if (!status) status = put(f, (us_slice){bytes.text, bytes.len}, err);
  unspin_result_free(result);
  return status;
}

static unspin_status filter_whole(filter *f, unspin_error *err) {
  const unspin_file_options *o = &f->options->source;
  us_buf all = {0};
  unspin_file *source = NULL;
  us_unpacker_limit(f->unpacker, o->max_bytes, o->max_ratio);
  unspin_status status = us_read_all(read_on, f, o->max_bytes, o->name, &all, err);
  if (!status) status = us_file_decode(us_buf_slice(&all), us_unpacker_packing(f->unpacker), o, &source, err);
  if (!status) status = filter_text(f, source, err);
  unspin_file_close(source);
  us_buf_free(&all);
  return status;
}

static unspin_status run(filter *f, unspin_error *err) {
  const unspin_file_options *o = &f->options->source;
  us_unpacker_limit(f->unpacker, 0, o->max_ratio);
  US_TRY(read_head(f, err));
  if (!f->head.n) return UNSPIN_OK;
  us_charset charset;
  us_slice head = us_buf_slice(&f->head);
  US_TRY(us_charset_find(head, o->encoding, o->name, &charset, err));
  if (f->options->guess_format) f->engine.text_format = us_format_guess(o->name, head);
  f->report->format = f->engine.text_format;
  bool streams = us_charset_is_utf8(&charset) && us_format_has_records(f->engine.text_format);
  return streams ? filter_records(f, err) : filter_whole(f, err);
}

unspin_status unspin_filter(unspin_session *session, const unspin_filter_options *options, unspin_filter_report *report,
                            unspin_error *err) {
  unspin_filter_report own;
  if (!report) report = &own;
  *report = (unspin_filter_report){.encoding = "UTF-8"};
  if (options->size != sizeof *options || options->source.size != sizeof options->source || !options->read)
    return us_fail(err, UNSPIN_ERR_INVALID, "options were not set up with unspin_filter_options_init");
  filter f = {.session = session, .options = options, .report = report};
  unspin_options_init(&f.engine);
  if (options->engine) f.engine = *options->engine;
  US_TRY(us_unpacker_new(options->source.name, options->read, options->cookie, &f.unpacker, err));
  report->packing = us_unpacker_packing(f.unpacker);
  unspin_status status = run(&f, err);
  if (!status) status = finish(&f, err);
  report->bytes_in = us_unpacker_taken(f.unpacker);
  us_packer_free(f.packer);
  us_unpacker_free(f.unpacker);
  us_buf_free(&f.head);
  return status;
}
